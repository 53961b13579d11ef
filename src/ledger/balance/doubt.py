"""Whether a decision still has what carried it: its stream told again as corrected, and asked again.

Apart from its flag, for it needs all that a decision is made with.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.balance.flags.base import Step
from ledger.decisions.events import EVENTS, DecisionAdopted
from ledger.decisions.recounting import Told, doubt
from ledger.kernel.messages import Event
from ledger.record.model import CORRECTED, resolve_plain

_KINDS = {event.TOPIC: event for event in EVENTS}


def steps(db: sqlite3.Connection, decision: str, decided_on: str, ended_on: str | None) -> Iterator[Step]:
    """In doubt from its adoption to its end."""
    as_recorded, counting = _stream(db, decision)
    if doubt(as_recorded, counting) is None:
        return
    before, now = (
        next((e.count_for or 0 for e in events if isinstance(e, DecisionAdopted)), 0)
        for events in (as_recorded, [each.event for each in counting])
    )
    yield Step(date.fromisoformat(decided_on), "alert", now, before)
    if ended_on:
        yield Step(date.fromisoformat(ended_on))


def _stream(db: sqlite3.Connection, decision: str) -> tuple[list[Event], list[Told]]:
    rows = db.execute(
        "SELECT seq, kind, occurred_on, data FROM events WHERE stream = ? ORDER BY seq",
        (f"decision/{decision}",),
    )
    names = ("seq", "kind", "occurred_on", "data")
    envelopes = [dict(zip(names, (*row[:3], json.loads(row[3])), strict=True)) for row in rows]
    as_recorded = [_event(each) for each in envelopes if each["kind"] != CORRECTED]
    counting = [
        Told(each["seq"], _event(each), date.fromisoformat(each["occurred_on"]))
        for each in resolve_plain(envelopes)
    ]
    return as_recorded, counting


def _event(envelope: dict[str, Any]) -> Event:
    return _KINDS[envelope["kind"]].model_validate_json(json.dumps(envelope["data"]))
