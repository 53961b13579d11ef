"""What rests on an event: what would hang in the air if it had never happened.

Reversing is our own act, and is refused while something still counts on the fact: reversed in its turn, or
corrected to say otherwise, it no longer does. What one file removes together is looked at together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ledger.consortium.events import ConsortiumFounded
from ledger.decisions.events import DecisionAdopted, DecisionOpened, OpinionIssued
from ledger.kernel.errors import Refused
from ledger.kernel.messages import Event, Recorded
from ledger.language.catalogue import N_
from ledger.meetings.events import MeetingHeld

_ON_ADOPTION = frozenset(
    {
        "rules.adopted.v1",
        "role.given.v1",
        "role.ended.v1",
        "funds.allocated.v1",
        "funds.reallocated.v1",
        "decision.ended.v1",
        "consortium.dissolution_begun.v1",
        "consortium.dissolved.v1",
    }
)
"""What takes a decision that is adopted; a task or a payment that names one is a fact without it."""

_ON_NOTHING = frozenset({"evidence.attached.v1", "flag.answered.v1"})
"""A file that is kept, and an answer that was given, stay whatever they were about."""

_ON_MEETING = frozenset({"decision.adopted.v1", "opinion.issued.v1"})
_ON_OPENING = frozenset(
    {"ballot.cast.v1", "decision.adopted.v1", "decision.rejected.v1", "opinion.issued.v1"}
)


def require_not_founding(recorded: Recorded) -> None:
    """All of a ledger rests on the founding: it is never reversed, whatever else goes with it.

    Raises:
        Refused: R13.
    """
    if isinstance(recorded.event, ConsortiumFounded):
        raise Refused(
            "R13",
            N_("Event {seq} is the founding of the consortium: it cannot be reversed."),
            N_("say with --set what it should have said; a consortium ends with: ledger consortium dissolve"),
            seq=recorded.seq,
        )


def resting(
    reversed_: Recorded,
    streams: Callable[[str], Iterable[str]],
    counting: Callable[[str], Iterable[Recorded]],
) -> list[Recorded]:
    """The events that still count on a reversed one, oldest first.

    Args:
        reversed_: as it was recorded.
        streams: names of the streams that mention an id.
        counting: the events of a stream as they count now.
    """
    found: dict[tuple[str, int], Recorded] = {}
    for wanted, kinds in _asked(reversed_.event):
        for stream in streams(wanted):
            for recorded in counting(stream):
                mentions = wanted in set(_texts(recorded.event.model_dump(mode="json", exclude_none=True)))
                later = (
                    recorded.event.stream() != reversed_.event.stream()
                    or not 0 < recorded.seq < reversed_.seq
                )
                topic = recorded.event.TOPIC
                if mentions and later and (topic in kinds if kinds else topic not in _ON_NOTHING):
                    found[(stream, recorded.seq)] = recorded
    return sorted(found.values(), key=lambda recorded: recorded.seq or float("inf"))


def _asked(event: Event) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The ids that others count on, and the kinds of event that do; None for all."""
    for _noun, id in event.introduces():
        yield id, None
    match event:
        case DecisionAdopted() | OpinionIssued():
            yield event.decision_id, _ON_ADOPTION
        case DecisionOpened():
            yield event.decision_id, _ON_OPENING
        case MeetingHeld():
            yield event.meeting_id, _ON_MEETING


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
