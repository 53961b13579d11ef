"""An edited act against what it recorded: which events are replaced, reversed or added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ledger.kernel.messages import Event, Recorded
from ledger.record.model import CorrectEvent
from ledger.service.draft import Draft


class Recast(NamedTuple):
    """What an edited act asks for.

    Attributes:
        corrections: of its earlier events.
        added: events that it did not lead to before.
    """

    corrections: list[CorrectEvent]
    added: list[Draft]


def recast(old: Sequence[Recorded], new: Sequence[Draft], reason: str | None) -> Recast:
    """Pairs what an act recorded with what it would record now: same stream, kind and ids, in order.

    Args:
        old: its events as they count now.
        new: what it leads to when those are left out; nothing when the act was removed.
        reason: why, for the vault.
    """
    left = list(new)
    corrections: list[CorrectEvent] = []
    for recorded in old:
        draft = next((d for d in left if _identity(d.event) == _identity(recorded.event)), None)
        if draft is None:
            corrections.append(CorrectEvent(seq=recorded.seq, how="reverse", reason=reason))
            continue
        left.remove(draft)
        if draft.event != recorded.event or _days(draft) != _days(recorded.envelope):
            corrections.append(_replacement(recorded, draft, reason))
    return Recast(corrections, left)


def _identity(event: Event) -> tuple[object, ...]:
    return event.stream(), event.TOPIC, event.introduces()


def _days(told: object) -> tuple[date | None, date]:
    return told.occurred_from, told.occurred_on  # type: ignore[attr-defined]


def _replacement(recorded: Recorded, draft: Draft, reason: str | None) -> CorrectEvent:
    return CorrectEvent(
        seq=recorded.seq,
        how="replace",
        replacement=draft.event.model_dump(mode="json", exclude_none=True),
        occurred_on=draft.occurred_on,
        occurred_from=draft.occurred_from,
        reason=reason,
    )
