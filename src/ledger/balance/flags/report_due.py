"""REPORT_DUE: when does a funder expect the report of a year?

A report that the funder refused is not given. Where no filing was recorded, the year's balance having been
paid tells that it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Flag, Interval, Names, Step, Thresholds, later, month_end, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

NOTICE = 60
LAST_DAYS: tuple[tuple[int, Level], ...] = ((30, "watch"), (0, "alert"))


def _compute(db: sqlite3.Connection) -> list[Interval]:
    thresholds = Thresholds(db)
    found: list[Interval] = []
    for convention, starts_on, ends_on, months in db.execute(
        "SELECT id, starts_on, ends_on, report_due_months FROM conventions WHERE report_due_months IS NOT NULL"
        " ORDER BY id"
    ).fetchall():
        for year in range(int(starts_on[:4]), int(ends_on[:4]) + 1):
            given = _given(db, convention, year, min(f"{year}-12-31", ends_on))
            found += told(
                FLAG.code, f"{convention}/{year}", _steps(convention, year, months, given, thresholds)
            )
    return found


def _steps(
    convention: str, year: int, months: int, given: date | None, thresholds: Thresholds
) -> Iterator[Step]:
    """The notice is the one that the rules asked for sixty days before the report is due."""
    due = month_end(later(f"{year}-12", months))
    year_end = date(year, 12, 31)
    adopted = thresholds.at(FLAG.code, due - timedelta(days=NOTICE))
    notice = round(adopted.or_default(NOTICE))
    warnings: list[tuple[int, Level]] = [
        (notice, "info"),
        *((min(days, notice), level) for days, level in LAST_DAYS),
    ]
    for days, level in warnings:
        on = due - timedelta(days=days)
        source = adopted.source if level == "info" and adopted.value is not None else convention
        if given is None or on < given:
            yield Step(on, level, days, days, source, window_from=year_end)
    if given is not None and given > due - timedelta(days=notice):
        yield Step(given)


def _given(db: sqlite3.Connection, convention: str, year: int, closes_on: str) -> date | None:
    """The day a report on that year was given: its own, or one that speaks of the time up to its end."""
    (day,) = db.execute(
        "SELECT min(day) FROM (SELECT received_on AS day FROM instalments WHERE convention_id = :id"
        " AND year = :year AND kind = 'balance' AND status = 'received'"
        " UNION ALL SELECT filed_on FROM reports WHERE convention_id = :id AND status <> 'refused'"
        " AND coalesce(kind, '') <> 'activity' AND (fiscal_year = :year OR covers_until >= :closes_on))",
        {"id": convention, "year": year, "closes_on": closes_on},
    ).fetchone()
    return date.fromisoformat(day) if day else None


def _sentence(row: Any, names: Names) -> str:
    convention, _slash, year = row["subject"].partition("/")
    if row["level"] == "alert":
        text = _("{convention}: the report of {year} is due, or overdue.")
    else:
        text = _("{convention}: the report of {year} is due in less than {days} days.")
    return text.format(convention=names(convention), year=year, days=formats.number(row["value"]))


FLAG = Flag(
    code="REPORT_DUE",
    label=N_("A report is due"),
    question=N_("When does a funder expect the report of a year?"),
    formula=N_(
        "days until the report is due: so many months after the end of the year, as the convention says"
    ),
    unit="days",
    adopts="days",
    default=N_("60 days (information), 30 days (watch), the day itself and after (alert)"),
    evidence=N_("a convention that says when its report is due"),
    advice=N_("Share the pages between the lieux; the figures are in “ledger trail”."),
    clears=N_("When the report is filed, or the balance of the year received."),
    tables=frozenset({"conventions", "instalments", "reports", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, conventions.seq FROM flags JOIN conventions"
        " ON conventions.id = substr(flags.subject, 1, instr(flags.subject, '/') - 1)"
        " WHERE flags.code = 'REPORT_DUE'"
    ),
)
