"""Computes the table `flags` from the rows of a read model, after each page and in its transaction.

Flags are a pure function of the facts: nothing here reads a clock or the log. A flag is computed
again only when a table that it looks at changed, and sums by month are renewed only from the month
that was touched, so that one act costs the same on a large ledger as on a small one.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Protocol

from ledger.balance.flags import spending, work
from ledger.balance.flags.base import Interval
from ledger.balance.flags.catalogue import CATALOGUE
from ledger.kernel.tables import Column, Table
from ledger.language.catalogue import N_


class Changed(Protocol):
    """What a page touched."""

    @property
    def tables(self) -> frozenset[str]:
        """Names of the tables with new, changed or removed rows."""

    @property
    def since(self) -> str:
        """Earliest ISO day that a touched fact speaks of; "" when everything was made anew."""


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


TABLES: dict[str, Table] = {
    "flags": Table(
        about=N_(
            "Situations worth talking about, a row for each run of days that measured the same. Computed, never recorded."
        ),
        columns={
            "id": _text(N_("Code, subject and first day.")),
            "code": _text(N_("Code of the flag.")),
            "subject": _text(
                N_("Id of what it is about: a lieu, a person, a function, rotation/lieu, a convention.")
            ),
            "level": _text(N_("info, watch or alert.")),
            "value": Column("real", N_("What was measured.")),
            "threshold": Column("real", N_("The threshold it passed.")),
            "threshold_source": _text(N_("The decision or rules that set the threshold, or “default”.")),
            "raised_on": _text(N_("First day of the situation, whatever its level and figures then.")),
            "since": _text(N_("First day with these figures.")),
            "until": _text(N_("Last day with these figures; empty while they last.")),
            "status": _text(N_("open, acknowledged, contested or by_design.")),
            "acts": Column(
                "real", N_("Effective acts, turns, months or payments that the measure rests on.")
            ),
            "window_from": _text(N_("First day of what was measured.")),
            "window_until": _text(N_("Last day of what was measured.")),
        },
        key=("id",),
        indexes=(("code", "since"), ("subject",), ("since", "until")),
    ),
}

INTERNAL = (work.CREATE, spending.CREATE)
"""Sums that only the engine reads."""

FLAG_EVENTS = "CREATE VIEW flag_events (flag_id, event_seq) AS\n" + "\nUNION ALL\n".join(
    flag.events for flag in CATALOGUE.values()
)
"""Which events each flag rests on: a view, for a year of hours would be copied at every act."""


def refresh(db: sqlite3.Connection, changed: Changed) -> None:
    """Brings `flags` up to date after a page of events, within its transaction."""
    for statement in INTERNAL:
        db.execute(statement)
    if "time_entries" in changed.tables or not changed.since:
        work.refresh(db, _months(db, changed.since))
    if changed.tables & {"expenses", "allocations"} or not changed.since:
        spending.refresh(db, _allocations(db, changed.since))
    for code, flag in CATALOGUE.items():
        if changed.since and not flag.tables & changed.tables:
            continue
        db.execute("DELETE FROM flags WHERE code = ?", (code,))
        db.executemany(
            "INSERT INTO flags (id, code, subject, level, value, threshold, threshold_source, raised_on, since,"
            " until, status, acts, window_from, window_until, seq)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, (SELECT max(seq) FROM events))",
            [_row(interval) for interval in flag.compute(db)],
        )


def _months(db: sqlite3.Connection, since: str) -> list[str] | None:
    """The months from the one touched on, those without entries any more included."""
    if not since:
        return None
    found = db.execute(
        "SELECT DISTINCT month FROM time_entries WHERE occurred_on >= ?1 || '-01'"
        " UNION SELECT DISTINCT month FROM _work_months WHERE month >= ?1",
        (since[:7],),
    )
    return [month for (month,) in found]


def _allocations(db: sqlite3.Connection, since: str) -> list[str] | None:
    """The allocations paid from since that day, those without payments any more included."""
    if not since:
        return None
    found = db.execute(
        "SELECT DISTINCT allocation_id FROM expenses WHERE paid_on >= ? AND allocation_id IS NOT NULL"
        " UNION SELECT allocation_id FROM _spent WHERE allocation_id NOT IN"
        " (SELECT allocation_id FROM expenses WHERE allocation_id IS NOT NULL)",
        (since,),
    )
    return [allocation for (allocation,) in found]


def _row(interval: Interval) -> tuple[object, ...]:
    row = interval._replace(acts=round(interval.acts, 1))
    written = (str(value) if isinstance(value, date) else value for value in row)
    return f"{row.code}:{row.subject}:{row.since}", *written
