"""LATE_RECORDING: was it written down when it happened, and before the funder was told?

What was typed in when the ledger was started is history, and not late. What is recorded after a report was given,
and speaks of the time that the report covers, is told with that report: the funder was told something else.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.again import START, Since, Standing
from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.balance.flags.touched import Sums
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

DAYS = 30
SUBJECT = "consortium"
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

_TOLD_ON = (
    "coalesce(CASE events.kind WHEN 'event.corrected.v1' THEN (SELECT min(told.occurred_on) FROM events AS told"
    " WHERE told.corrected_by = events.seq) END, events.occurred_on)"
)
AFTER_REPORTS = Sums(
    name="_after_reports",
    columns="seq INTEGER, report_id TEXT, told_on TEXT, PRIMARY KEY (seq, report_id)",
    of="events",
    keys=(("{row}.seq",),),
    key=("seq",),
    renew=(
        "SELECT seq, report_id, told_on FROM (SELECT * FROM (SELECT events.seq, reports.id AS report_id,"
        f" {_TOLD_ON} AS told_on, filed_on FROM events JOIN event_conventions AS about ON about.seq = events.seq"
        " JOIN reports ON reports.convention_id = about.convention_id AND filed_seq < events.seq"
        " WHERE events.kind NOT GLOB 're[pv]*' AND events.kind NOT GLOB 'lesson.*') WHERE told_on <= filed_on) {where}"
    ),
    where="seq = :one",
    identity="seq",
)
"""Facts about a convention that were recorded after a report on it was given, and are older than the report."""


def _compute(db: sqlite3.Connection, standing: Standing = START) -> list[Interval]:
    settled = standing.on - timedelta(days=1) if standing != START else date.min
    told_after = [each for each in _after_reports(db) if each.until is None or each.until >= settled]
    return [*_late(db, standing), *told_after]


def _after_reports(db: sqlite3.Connection) -> Iterator[Interval]:
    """Of each report, what was recorded since about the time that it covers, until another report tells it."""
    reports = db.execute(
        "SELECT id, convention_id, filed_seq, filed_on, covers_until FROM reports"
    ).fetchall()
    for report, convention, _seq, filed_on, covers_until in reports:
        facts = []
        for seq, recorded_on, told_on in db.execute(_SINCE, (report, covers_until)):
            again = [
                each[3] for each in reports if each[1] == convention and each[2] > seq and each[4] >= told_on
            ]
            facts.append((recorded_on, min(again, default=None)))
        days = sorted({day for fact in facts for day in fact if day and day >= facts[0][0]})
        yield from told(FLAG.code, report, [_untold(on, facts, filed_on) for on in days])


_SINCE = (
    "SELECT seq, substr(recorded_at, 1, 10), told_on FROM _after_reports JOIN events USING (seq)"
    " WHERE report_id = ? AND told_on <= ? AND recorded_at > date((SELECT recorded_at FROM events AS first"
    f" ORDER BY seq LIMIT 1), '+{DAYS} days') ORDER BY seq"
)


def _untold(on: str, facts: list[tuple[str, str | None]], filed_on: str) -> Step:
    """The facts recorded by a day that no report has told since."""
    open_on = [day for day, again in facts if day <= on and not (again and again <= on)]
    if not open_on:
        return Step(date.fromisoformat(on))
    late = (date.fromisoformat(open_on[-1]) - date.fromisoformat(filed_on)).days
    return Step(date.fromisoformat(on), "watch", float(late), 0.0, acts=len(open_on))


def _late(db: sqlite3.Connection, standing: Standing) -> list[Interval]:
    first = db.execute("SELECT min(recorded_at) FROM (SELECT recorded_at FROM events ORDER BY seq LIMIT 1)")
    started = first.fetchone()[0]
    if started is None:
        return []
    known = date.fromisoformat(started[:10]) + timedelta(days=DAYS)
    if standing != START:  # the last step before that day, and what it looks at
        known = max(known, standing.on - timedelta(days=3 * DAYS))
    found = db.execute("SELECT day, late, longest FROM _late_days WHERE day > ?", (known.isoformat(),))
    delays = {date.fromisoformat(day): (late, longest) for day, late, longest in found}
    days = sorted({on for each in delays for on in (each, each + timedelta(days=DAYS))})
    steps = [_step(on, delays) for on in days[max(0, bisect_right(days, standing.on) - 1) :]]
    return list(told(FLAG.code, SUBJECT, steps, standing.lasting.get(SUBJECT)))


def _step(on: date, delays: dict[date, tuple[int, int]]) -> Step:
    """What was recorded over the thirty days that end here, and came late."""
    window = [on - timedelta(days=back) for back in range(DAYS)]
    recent = [delays[day] for day in window if day in delays]
    if not recent:
        return Step(on)
    acts, longest = sum(late for late, _longest in recent), max(longest for _late, longest in recent)
    return Step(on, "info", float(longest), float(DAYS), acts=acts, window_from=window[-1])


def _sentence(row: Any, names: Names) -> str:
    if row["subject"] != SUBJECT:
        return ngettext(
            "Since the report {report} was given, {count} fact about the time that it covers was recorded.",
            "Since the report {report} was given, {count} facts about the time that it covers were recorded.",
            round(row["acts"]),
        ).format(report=names(row["subject"]), count=formats.number(row["acts"]))
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
        "thirty days of a ledger are left out; facts recorded after a report was given, about the time it covers"
    ),
    unit="days",
    default=N_("more than 30 days (information); after a report (watch)"),
    evidence=N_("one fact: it is a fact"),
    advice=N_("Write the minutes while everybody is there; tell the funder what changed since the report."),
    clears=N_("Thirty days after the last late recording; when another report tells it."),
    tables=frozenset({"events", "reports"}),
    compute=_compute,
    again=Since((SUMS,), _compute),
    sentence=_sentence,
    events=(
        "SELECT flags.id, events.seq FROM flags JOIN events ON substr(events.recorded_at, 1, 10)"
        f" BETWEEN flags.window_from AND flags.window_until AND {_LATE.replace('kind', 'events.kind')}"
        " WHERE flags.code = 'LATE_RECORDING' AND flags.subject = 'consortium'"
        " UNION ALL SELECT flags.id, events.seq FROM flags JOIN reports ON reports.id = flags.subject"
        " JOIN event_conventions AS about ON about.convention_id = reports.convention_id AND about.seq > filed_seq"
        " JOIN events ON events.seq = about.seq"
        " AND substr(events.recorded_at, 1, 10) BETWEEN flags.window_from AND flags.window_until"
        f" AND {_TOLD_ON} <= covers_until AND events.kind NOT GLOB 're[pv]*' AND events.kind NOT GLOB 'lesson.*'"
        " WHERE flags.code = 'LATE_RECORDING'"
    ),
)
