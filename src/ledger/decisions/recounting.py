"""A decision told again after a correction: with what votes it was taken, and whether it still holds (R6). Pure.

Nothing is undone by a correction: what was adopted stays adopted, counted anew, and what no longer carries it
is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from ledger.decisions import counting, majority
from ledger.decisions.adopting import AdoptDecision, passes
from ledger.decisions.events import BallotCast, DecisionAdopted, DecisionRejected, OpinionIssued
from ledger.decisions.opinions import opinion_counts
from ledger.decisions.state import State, evolve
from ledger.kernel.errors import Refused
from ledger.kernel.messages import Event

LastWord = DecisionAdopted | DecisionRejected | OpinionIssued


class Told(NamedTuple):
    """An event of the decision's stream: its number, what it says, its day."""

    seq: int
    event: Event
    on: date


def recounted(told: Sequence[Event], resolved: Sequence[Told]) -> Told | None:
    """The last word on a decision as its ballots now count it; None when it says so already.

    Args:
        told: every event of the decision's stream as it was recorded.
        resolved: the events as they count, corrections resolved.
    """
    found = _last_word(resolved)
    if found is None or not any(isinstance(event, BallotCast) for event in told):
        return None
    state, last = found
    event = last.event
    anew = event.model_copy(update=_counts(event, state, told))
    return None if anew == event else last._replace(event=anew)


def doubt(told: Sequence[Event], resolved: Sequence[Told]) -> Refused | None:
    """Why the decision could not be adopted as its stream now stands; None when it could, or was not."""
    found = _last_word(resolved)
    if found is None or not isinstance(found[1].event, DecisionAdopted):
        return None
    state, event = found[0], found[1].event
    said = AdoptDecision(
        id=event.decision_id,
        count_for=event.count_for,
        count_against=event.count_against,
        count_abstain=event.count_abstain,
        by_college=event.by_college,
    )
    command = AdoptDecision(id=event.decision_id) if state.voices else said
    represented, recused = _there(event, state, told)
    try:
        passes(event.decision_id, command, state, represented, recused)
    except Refused as refused:
        return refused
    return None


def _last_word(resolved: Sequence[Told]) -> tuple[State, Told] | None:
    """The state in which it was decided, and the event that decided it."""
    state = State()
    for told in resolved:
        if isinstance(told.event, LastWord):
            return state, told
        state = evolve(state, told.event, told.on)
    return None


def _there(
    event: DecisionAdopted, state: State, told: Sequence[Event]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Seats that took part and those that stood back, whoever cast a ballot being known by it alone."""
    voted = {ballot.proxy_for or ballot.seat_id for ballot in told if isinstance(ballot, BallotCast)}
    otherwise = {seat for seat in event.represented if seat not in voted}
    represented = tuple(seat for seat in state.electorate if seat in otherwise or seat in state.ballots)
    back = {seat for seat in event.recused if seat not in voted}
    back |= {seat for seat, ballot in state.ballots.items() if ballot.option == "recused"}
    return represented, tuple(seat for seat in represented if seat in back)


def _counts(event: Event, state: State, told: Sequence[Event]) -> dict[str, Any]:
    if isinstance(event, OpinionIssued):
        return opinion_counts(state.voices, event.count_abstain)
    counted: dict[str, Any] = {}
    if state.method != "consent":
        counted = counting.summed(state.voices)._asdict()
        counted["by_college"] = counting.by_college(state.voices)
    if not isinstance(event, DecisionAdopted):
        return counted
    represented, recused = _there(event, state, told)
    if state.weighs and state.method != "consent":
        share = majority.share_for(state.voices, event.decision_id, state)
        counted["share_for_bp"] = int(share * 10_000) if share is not None else None
    return {**counted, "represented": represented, "recused": recused}


__all__ = ["Told", "doubt", "recounted"]
