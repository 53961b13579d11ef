"""Tells recorded events as sentences, with the names that members know things by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger.language.sentences import Teller

if TYPE_CHECKING:
    from ledger.decisions.recounting import Told
    from ledger.kernel.messages import Event, Recorded


@cache
def templates() -> dict[str, str]:
    """Every concept's sentences, by topic."""
    import ledger.consortium.sentences
    import ledger.decisions.sentences
    import ledger.funds.sentences
    import ledger.meetings.sentences
    import ledger.record.sentences
    import ledger.reviews.sentences
    import ledger.tasks.sentences

    return {
        **ledger.consortium.sentences.SENTENCES,
        **ledger.meetings.sentences.SENTENCES,
        **ledger.decisions.sentences.SENTENCES,
        **ledger.tasks.sentences.SENTENCES,
        **ledger.funds.sentences.SENTENCES,
        **ledger.reviews.sentences.SENTENCES,
        **ledger.record.sentences.SENTENCES,
    }


def decision(told: Sequence[Recorded]) -> tuple[list[Event], list[Told]]:
    """A decision's stream as recorded, and as it counts, for whoever counts it anew."""
    from ledger.decisions.recounting import Told
    from ledger.record.model import resolve

    counting = [Told(r.seq, r.event, r.envelope.occurred_on) for r in resolve(told)]
    return [r.event for r in told], counting


def sentences(events: Iterable[Mapping[str, Any]], names: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Number and sentence of each event.

    Args:
        events: envelopes as plain dicts, with `seq`.
        names: from an id, or a vault reference, to what may be shown of it.
    """
    teller = Teller(templates(), names)
    for event in events:
        yield int(event["seq"]), teller.tell(event)
