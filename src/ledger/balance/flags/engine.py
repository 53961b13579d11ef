"""Computes the table `flags` from the rows of a read model, after each page and in its transaction.

Flags are a pure function of the facts: nothing here reads a clock or the log. A flag is looked at again
only when a table of its own changed, and most only where that was touched (`again.py`), so that one act
costs the same on a large ledger as on a small one. Answers and switches are laid over what was computed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable, Iterator
from datetime import timedelta
from typing import Any, Protocol

from ledger.balance.flags import (
    agenda_capture,
    answers,
    carrier_dominance,
    coord_load,
    late_recording,
    mandate_overrun,
    spending,
    tasks,
    touched,
    work,
)
from ledger.balance.flags.again import CREATE, Looked, Touched, keep, plain, stored
from ledger.balance.flags.answers import Answers
from ledger.balance.flags.base import Flag, Interval, Span, Thresholds, gaps
from ledger.balance.flags.catalogue import CATALOGUE
from ledger.balance.flags.touched import Notes
from ledger.kernel.tables import Column, Table
from ledger.language.catalogue import N_

Row = tuple[Any, ...]
"""A row of `flags`."""


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
        indexes=(("code", "since"), ("subject",), ("until", "since")),  # few are open: ask for these first
    ),
}

SUMS = (
    work.SUMS,
    spending.ALLOCATIONS,
    spending.LINES,
    spending.INVOICES,
    tasks.SUMS,
    late_recording.SUMS,
    late_recording.AFTER_REPORTS,
    carrier_dominance.SUMS,
    coord_load.SUMS,
    *agenda_capture.ACTS.values(),
)
INDEXES = (*spending.INDEXES, *tasks.INDEXES, *late_recording.INDEXES, *mandate_overrun.INDEXES)
"""Sums and indexes that only the flags read."""

RULES = frozenset({"rules", "rule_thresholds"})
ANSWERS = frozenset({"flag_answers", "decisions"})

LOOKING = (
    "CREATE TABLE IF NOT EXISTS _looking (table_name TEXT, code TEXT, PRIMARY KEY (table_name, code))"
    " WITHOUT ROWID"
)
"""Which flags look at a table: kept here, so that an act loads those alone."""


def flag_events() -> str:
    """Which events each flag rests on, as a view: a year of hours would be copied at every act."""
    events = "\nUNION ALL\n".join(flag.events for flag in CATALOGUE.values())
    return f"CREATE VIEW flag_events (flag_id, event_seq) AS\n{events}"


def refresh(db: sqlite3.Connection, changed: Changed) -> None:
    """Brings `flags` up to date after a page of events, within its transaction."""
    anew = not changed.since
    if anew:
        _begin(db)
    tables = changed.tables | {"events"}
    thresholds, answered = Thresholds(db), answers.read(db)
    retold = _retold(db, tables, answered)
    concerned = _concerned(db, tables, anew=anew) | retold
    flags = {code: CATALOGUE[code] for code in CATALOGUE if code in concerned}
    keys = {name: notes.taken(db) for name, notes in _notes(flags.values()).items() if notes.of in tables}
    for sums in SUMS:
        sums.renew_touched(db, keys.get(sums.name, ()))
    for code, flag in flags.items():
        whole = anew or bool(tables & RULES)
        before, after = _look(db, flag, tables, keys, whole=whole)
        gone, new = set(before) - set(after), set(after) - set(before)
        keep(db, gone, new)
        off = thresholds.switched_off(code)
        if code in retold or whole or ((gone or new) and (off or code in answered)):
            _tell_all(db, code, answered.get(code, {}), off)
        else:
            _replace(db, [_row(each) for each in gone], [_row(each) for each in new])


def _begin(db: sqlite3.Connection) -> None:
    """Makes what only the flags need, once the rows are there: from then on triggers note what is touched."""
    for statement in (touched.CREATE, LOOKING, *CREATE, *INDEXES):
        db.execute(statement)
    for notes in _notes(CATALOGUE.values()).values():
        notes.create(db)
    for sums in SUMS:
        sums.renew_all(db)
    for emptied in ("_touched", "_intervals", "_looking"):
        db.execute(f"DELETE FROM {emptied}")
    looking = [(table, code) for code, flag in CATALOGUE.items() for table in flag.tables]
    db.executemany("INSERT INTO _looking VALUES (?, ?)", looking)


def _concerned(db: sqlite3.Connection, tables: frozenset[str], *, anew: bool) -> set[str]:
    """The flags that look at one of these tables."""
    if anew or tables & RULES:
        return set(CATALOGUE)
    marks = ", ".join("?" * len(tables))
    found = db.execute(f"SELECT code FROM _looking WHERE table_name IN ({marks})", tuple(tables))
    return {code for (code,) in found}


def _notes(flags: Iterable[Flag]) -> dict[str, Notes]:
    """The notes of where a table was touched that these flags and all sums ask for, by their name."""
    asked = (note for flag in flags if flag.again for note in flag.again.notes)
    return {each.name: each for each in (*asked, *SUMS)}


def _retold(db: sqlite3.Connection, tables: frozenset[str], answered: Container[str]) -> set[str]:
    """The flags whose answers may have changed."""
    if not tables & ANSWERS:
        return set()
    replied = {
        code for (code,) in db.execute("SELECT DISTINCT code FROM flags WHERE status <> ?", (answers.OPEN,))
    }
    return {code for code in CATALOGUE if code in answered or code in replied}


def _look(
    db: sqlite3.Connection, flag: Flag, tables: frozenset[str], keys: Touched, *, whole: bool
) -> Looked:
    """What stood of a flag that may have changed, and what stands in its place."""
    moved = flag.tables & tables
    if not moved and not whole:
        return [], []
    if flag.again and not whole and moved <= {notes.of for notes in flag.again.notes}:
        looked = flag.again.look(db, flag.code, keys)
        if looked is not None:
            return looked
    return stored(db, "code = ?", flag.code), list(flag.compute(db))


def _tell_all(db: sqlite3.Connection, code: str, given: Answers, off: list[Span]) -> None:
    """Writes every row of a flag as answers and switches have it."""
    before = set(db.execute("SELECT * FROM flags WHERE code = ?", (code,)))
    after = {
        _row(part, status)
        for interval, status in answers.standing(stored(db, "code = ?", code), given)
        for part in _without(interval, off)
    }
    _replace(db, before - after, after - before)


def _replace(db: sqlite3.Connection, gone: Iterable[Row], new: Iterable[Row]) -> None:
    db.executemany("DELETE FROM flags WHERE id = ?", [(row[0],) for row in gone])
    db.executemany(_INSERT, new)


def _without(interval: Interval, off: list[Span]) -> Iterator[Interval]:
    """What remains of an interval outside the days for which the flag is switched off."""
    if not off:
        yield interval
        return
    until = interval.until and interval.until + timedelta(days=1)
    for gap in gaps(Span(interval.since, until), off):
        yield interval._replace(since=gap.start, until=gap.end and gap.end - timedelta(days=1))


def _row(interval: Interval, status: str = answers.OPEN) -> Row:
    """Its row in `flags`."""
    values = plain(interval._replace(acts=round(interval.acts, 1)))
    return (f"{interval.code}:{interval.subject}:{interval.since}", *values[:9], status, *values[9:])


_INSERT = f"INSERT INTO flags VALUES ({', '.join('?' * len(TABLES['flags'].columns))})"
