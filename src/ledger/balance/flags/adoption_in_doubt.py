"""ADOPTION_IN_DOUBT: does a decision still have what carried it, now that its record was corrected?

The rule is the one of the adoption itself: the stream is told again as corrected, and asked again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.decisions.events import EVENTS, DecisionAdopted
from ledger.decisions.recounting import Told, doubt
from ledger.kernel.messages import Event
from ledger.language.catalogue import N_, _
from ledger.record.model import CORRECTED, resolve_plain

_KINDS = {event.TOPIC: event for event in EVENTS}


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for decision, decided_on, ended_on in db.execute(
        "SELECT DISTINCT decisions.id, decided_on, ended_on FROM decisions"
        " JOIN corrections ON decisions.id = substr(corrections.stream, 10)"
        " WHERE corrections.stream LIKE 'decision/%' AND effective_on IS NOT NULL ORDER BY decisions.id"
    ).fetchall():
        found += told(FLAG.code, decision, _steps(db, decision, decided_on, ended_on))
    return found


def _steps(db: sqlite3.Connection, decision: str, decided_on: str, ended_on: str | None) -> Iterator[Step]:
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


def _sentence(row: Any, names: Names) -> str:
    return _(
        "{decision} was adopted; as corrected, it would not have been. “ledger show {id}” says why."
    ).format(decision=names(row["subject"]), id=row["subject"])


FLAG = Flag(
    code="ADOPTION_IN_DOUBT",
    label=N_("An adoption is in doubt"),
    question=N_("Does a decision still have what carried it, now that its record was corrected?"),
    formula=N_(
        "votes, quorum and objections of its record as corrected, by the rules of the day it was opened"
    ),
    unit="count",
    default=N_("it would not be adopted (alert)"),
    evidence=N_("one correction: it is a fact"),
    advice=N_("Put it to the vote again, then end the first decision by the new one."),
    clears=N_("When another decision replaces or repeals it, or its record is corrected again."),
    tables=frozenset({"corrections", "decisions"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, corrections.seq FROM flags JOIN corrections"
        " ON corrections.stream = 'decision/' || flags.subject WHERE flags.code = 'ADOPTION_IN_DOUBT'"
    ),
)
