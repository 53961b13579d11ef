"""LATE_RECORDING: was it written down when it happened?

What was typed in when the ledger was started is history, and not late.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.balance.flags.touched import Sums
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

DAYS = 30
_DELAY = "julianday(substr(recorded_at, 1, 10)) - julianday(occurred_on)"
_LATE = f"kind <> 'event.corrected.v1' AND {_DELAY} > {DAYS}"

INDEXES = (f"CREATE INDEX IF NOT EXISTS _late_events ON events (recorded_at) WHERE {_LATE}",)

SUMS = Sums(
    name="_late_days",
    columns="day TEXT PRIMARY KEY, late INTEGER, longest INTEGER",
    of="events",
    keys=(("substr({row}.recorded_at, 1, 10)",),),
    key=("day",),
    renew=(
        "SELECT substr(recorded_at, 1, 10), count(*), CAST(max(delay) AS INTEGER)"
        f" FROM (SELECT recorded_at, {_DELAY} AS delay FROM events WHERE {_LATE}) {{where}}"
        " GROUP BY substr(recorded_at, 1, 10)"
    ),
    where="recorded_at BETWEEN :one AND :one || 'Z'",
    identity="seq",
)
"""What was recorded late, by the day of its recording: how many facts, and how late at most."""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    first = db.execute("SELECT min(recorded_at) FROM (SELECT recorded_at FROM events ORDER BY seq LIMIT 1)")
    started = first.fetchone()[0]
    if started is None:
        return []
    known = date.fromisoformat(started[:10]) + timedelta(days=DAYS)
    found = db.execute("SELECT day, late, longest FROM _late_days WHERE day > ?", (known.isoformat(),))
    delays = {date.fromisoformat(day): (late, longest) for day, late, longest in found}
    days = sorted({on for each in delays for on in (each, each + timedelta(days=DAYS))})
    return list(told(FLAG.code, "consortium", [_step(on, delays) for on in days]))


def _step(on: date, delays: dict[date, tuple[int, int]]) -> Step:
    """What was recorded over the thirty days that end here, and came late."""
    window = [on - timedelta(days=back) for back in range(DAYS)]
    recent = [delays[day] for day in window if day in delays]
    if not recent:
        return Step(on)
    acts, longest = sum(late for late, _longest in recent), max(longest for _late, longest in recent)
    return Step(on, "info", float(longest), float(DAYS), acts=acts, window_from=window[-1])


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
