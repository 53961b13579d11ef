"""LATE_RECORDING: was it written down when it happened?

What was typed in when the ledger was started is history, and not late.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

DAYS = 30
_DELAY = "julianday(substr(recorded_at, 1, 10)) - julianday(occurred_on)"
_LATE = f"kind <> 'event.corrected.v1' AND {_DELAY} > {DAYS}"

INDEXES = (f"CREATE INDEX IF NOT EXISTS _late_events ON events (recorded_at) WHERE {_LATE}",)


def _compute(db: sqlite3.Connection) -> list[Interval]:
    first = db.execute("SELECT min(recorded_at) FROM (SELECT recorded_at FROM events ORDER BY seq LIMIT 1)")
    started = first.fetchone()[0]
    if started is None:
        return []
    known = date.fromisoformat(started[:10]) + timedelta(days=DAYS)
    delays: dict[date, list[int]] = defaultdict(list)
    for recorded, delay in db.execute(
        f"SELECT substr(recorded_at, 1, 10), CAST({_DELAY} AS INTEGER) FROM events"
        f" WHERE {_LATE} AND recorded_at > ?",
        (known.isoformat() + "T99",),
    ):
        delays[date.fromisoformat(recorded)].append(delay)
    days = sorted({on for each in delays for on in (each, each + timedelta(days=DAYS))})
    return list(told(FLAG.code, "consortium", [_step(on, delays) for on in days]))


def _step(on: date, delays: dict[date, list[int]]) -> Step:
    """What was recorded over the thirty days that end here, and came late."""
    since = on - timedelta(days=DAYS - 1)
    recent = [delay for day, late in delays.items() if since <= day <= on for delay in late]
    if not recent:
        return Step(on)
    return Step(on, "info", float(max(recent)), float(DAYS), acts=len(recent), window_from=since)


def _sentence(row: Any, _names: Names) -> str:
    return ngettext(
        "{count} fact was recorded late over thirty days, {days} days after it happened.",
        "{count} facts were recorded late over thirty days, up to {days} days after they happened.",
        round(row["acts"]),
    ).format(count=formats.number(row["acts"]), days=formats.number(row["value"]))


FLAG = Flag(
    code="LATE_RECORDING",
    label=N_("Recorded late"),
    question=N_("Is what happens written down when it happens?"),
    formula=N_(
        "days from the fact to its recording, for what was recorded over the last thirty days; the first "
        "thirty days of a ledger are left out"
    ),
    unit="days",
    default=N_("more than 30 days (information)"),
    evidence=N_("one fact: it is a fact"),
    advice=N_("Write the minutes while everybody is there; it takes ten minutes."),
    clears=N_("Thirty days after the last late recording."),
    tables=frozenset({"events"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, events.seq FROM flags JOIN events ON substr(events.recorded_at, 1, 10)"
        f" BETWEEN flags.window_from AND flags.window_until AND {_LATE.replace('kind', 'events.kind')}"
        " WHERE flags.code = 'LATE_RECORDING'"
    ),
)
