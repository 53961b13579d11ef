"""Tells recorded events as sentences, with the names that members know things by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from ledger.language.sentences import Teller

if TYPE_CHECKING:
    from ledger.decisions.recounting import Told
    from ledger.kernel.messages import Event, Recorded
    from ledger.store.log import Log


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


def corrected(log: Log, events: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Any, Any]]:
    """What each correction among these events changed: its event as it counted before, and as it counts now.

    Args:
        log: where the corrected events lie.
        events: envelopes as plain dicts with `seq`; not yet in the log when they are a trial's.

    Yields:
        Its number, and envelopes as plain dicts; None for one that does not count.
    """
    from ledger.record.model import CORRECTED, resolve_plain
    from ledger.service.ledger import as_dict

    for event in events:
        if event["kind"] == CORRECTED:
            seq, stream = event["data"]["corrected_seq"], event["data"]["corrected_stream"]
            known = {e["seq"]: e for e in [*map(as_dict, log.stream(stream)), *map(dict, events)]}
            told = [e for e in known.values() if e["seq"] == seq or e["data"].get("corrected_seq") == seq]
            before = resolve_plain(e for e in told if e["seq"] < event["seq"])
            now = resolve_plain(e for e in told if e["seq"] <= event["seq"])
            yield seq, next(iter(before), None), next(iter(now), None)


def sentences(events: Iterable[Mapping[str, Any]], names: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Number and sentence of each event.

    Args:
        events: envelopes as plain dicts, with `seq`.
        names: from an id, or a vault reference, to what may be shown of it.
    """
    teller = Teller(templates(), names)
    for event in events:
        yield int(event["seq"]), teller.tell(event)
