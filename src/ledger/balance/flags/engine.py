"""Computes the table `flags` from the rows of a read model, after each page and in its transaction.

Flags are a pure function of the facts: nothing here reads a clock or the log. A flag is computed
again only when a table that it looks at changed, and sums only where they were touched, so that one
act costs the same on a large ledger as on a small one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Protocol

from ledger.balance.flags import answers, late_recording, spending, tasks, touched, work
from ledger.balance.flags.base import Flag, Interval, Span, Thresholds, gaps
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
            "Situations worth talking about, a row for each run of days that measured the same."
            " Computed, never recorded."
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

SUMS = (
    work.SUMS,
    spending.ALLOCATIONS,
    spending.LINES,
    spending.INVOICES,
    tasks.SUMS,
    late_recording.SUMS,
)
INDEXES = (*spending.INDEXES, *tasks.INDEXES, *late_recording.INDEXES)
"""Sums and indexes that only the flags read."""

RULES = frozenset({"rules", "rule_thresholds"})

FLAG_EVENTS = "CREATE VIEW flag_events (flag_id, event_seq) AS\n" + "\nUNION ALL\n".join(
    flag.events for flag in CATALOGUE.values()
)
"""Which events each flag rests on: a view, for a year of hours would be copied at every act."""


def refresh(db: sqlite3.Connection, changed: Changed) -> None:
    """Brings `flags` up to date after a page of events, within its transaction."""
    db.execute(touched.CREATE)
    for statement in INDEXES:
        db.execute(statement)
    tables = changed.tables | {"events"}
    for sums in SUMS:
        sums.create(db)
        if not changed.since:
            sums.renew_all(db)
        elif sums.of in tables:
            sums.renew_touched(db)
    thresholds, answered = Thresholds(db), answers.read(db)
    for code, flag in CATALOGUE.items():
        if changed.since and not _looked_at(flag, code in answered) & tables:
            continue
        db.execute("DELETE FROM flags WHERE code = ?", (code,))
        off = thresholds.switched_off(code)
        db.executemany(
            "INSERT INTO flags (id, code, subject, level, value, threshold, threshold_source, raised_on, since,"
            " until, status, acts, window_from, window_until, seq)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT max(seq) FROM events))",
            [
                _row(part, status)
                for interval, status in answers.standing(list(flag.compute(db)), answered.get(code, {}))
                for part in _without(interval, off)
            ],
        )


def _looked_at(flag: Flag, answered: bool) -> frozenset[str]:
    """The tables whose change asks for computing a flag again."""
    return flag.tables | RULES | ({"flag_answers", "decisions"} if answered else {"flag_answers"})


def _without(interval: Interval, off: list[Span]) -> Iterator[Interval]:
    """What remains of an interval outside the days for which the flag is switched off."""
    until = interval.until and interval.until + timedelta(days=1)
    for gap in gaps(Span(interval.since, until), off):
        yield interval._replace(since=gap.start, until=gap.end and gap.end - timedelta(days=1))


def _row(interval: Interval, status: str) -> tuple[object, ...]:
    row = interval._replace(acts=round(interval.acts, 1))
    written = [str(value) if isinstance(value, date) else value for value in row]
    written.insert(-3, status)
    return f"{row.code}:{row.subject}:{row.since}", *written
