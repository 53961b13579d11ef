"""Tells recorded events as sentences, with the names that members know things by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ledger.language.sentences import Teller


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


def sentences(events: Iterable[Mapping[str, Any]], names: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Number and sentence of each event.

    Args:
        events: envelopes as plain dicts, with `seq`.
        names: from an id, or a vault reference, to what may be shown of it.
    """
    teller = Teller(templates(), names)
    for event in events:
        yield int(event["seq"]), teller.tell(event)
