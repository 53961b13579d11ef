"""What of a flag has to be looked at again after one act, so that it costs the same on a ledger of any size.

A flag that says nothing here is computed from all of history whenever a table of its own changed. One that
does is told by the notes of its tables (`touched.py`) where it was touched. Either way the result is the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple, Protocol

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Interval
from ledger.balance.flags.touched import Keys, Notes

_INTERVALS = (
    "CREATE TABLE IF NOT EXISTS _intervals (code TEXT, subject TEXT, level TEXT, value REAL, threshold REAL,"
    " threshold_source TEXT, raised_on TEXT, since TEXT, until TEXT, acts REAL, window_from TEXT,"
    " window_until TEXT, PRIMARY KEY (code, subject, since)) WITHOUT ROWID"
)
CREATE = (_INTERVALS, "CREATE INDEX IF NOT EXISTS _intervals_by_end ON _intervals (code, until)")
"""What flags computed, before answers and switches are laid over it: what the next look starts from."""


class Standing(NamedTuple):
    """A flag on the last day that is as it was; what ended before is settled.

    Attributes:
        on: that day. The last look at or before it is taken again, and all later ones.
        lasting: what holds on that day, by subject.
    """

    on: date
    lasting: Mapping[str, Interval]

    @property
    def month(self) -> str:
        """The month of that day."""
        return self.on.isoformat()[:7]

    def level(self, subject: str) -> Level | None:
        """How grave it is on that day."""
        return self.lasting[subject].level if subject in self.lasting else None


START = Standing(date.min, {})
"""Before anything happened."""

Touched = Mapping[str, Keys]
"""The keys that were touched, by the name of the notes."""


Looked = tuple[list[Interval], list[Interval]]
"""What stood, and what stands in its place."""


class Again(Protocol):
    """How a flag is looked at again."""

    @property
    def notes(self) -> tuple[Notes, ...]:
        """The notes that tell where; a change of another table asks for everything."""

    def look(self, db: sqlite3.Connection, code: str, touched: Touched) -> Looked | None:
        """What stood that may have changed, and what stands in its place; None when it may be anything."""


class Since(NamedTuple):
    """From the first touched day on: what ended before stays.

    Args:
        notes: the first column of their keys is a day or a month.
        compute: the intervals that hold on a day, or begin later; None when what was touched changes
            more than what came after it.
    """

    notes: tuple[Notes, ...]
    compute: Callable[[sqlite3.Connection, Standing], list[Interval] | None]

    def look(self, db: sqlite3.Connection, code: str, touched: Touched) -> Looked | None:
        """See `Again`."""
        days = [one for each in self.notes for one, _two in touched.get(each.name, ()) if one]
        if not days:
            return [], []
        on = _eve(min(days))
        before = stored(db, "code = ? AND (until >= ? OR until IS NULL)", code, on.isoformat())
        lasting = {interval.subject: interval for interval in before if interval.since <= on}
        after = self.compute(db, Standing(on, lasting))
        return None if after is None else (before, after)


class Within(NamedTuple):
    """For the touched subjects alone.

    Args:
        subjects: the subjects behind the touched keys.
        compute: the intervals of one subject.
    """

    notes: tuple[Notes, ...]
    subjects: Callable[[sqlite3.Connection, Touched], Iterable[str]]
    compute: Callable[[sqlite3.Connection, str], Iterable[Interval]]

    def look(self, db: sqlite3.Connection, code: str, touched: Touched) -> Looked | None:
        """See `Again`."""
        subjects = sorted(set(self.subjects(db, touched)))
        before = [each for one in subjects for each in stored(db, "code = ? AND subject = ?", code, one)]
        return before, [each for one in subjects for each in self.compute(db, one)]


def stored(db: sqlite3.Connection, where: str, *values: str) -> list[Interval]:
    """Intervals as they were kept, of each subject in order of time."""
    found = db.execute(f"SELECT * FROM _intervals WHERE {where} ORDER BY subject, since", values)
    return [
        Interval._make(
            (*row[:6], *map(_day, row[6:8]), row[8] and _day(row[8]), row[9], *map(_day, row[10:]))
        )
        for row in found
    ]


def keep(db: sqlite3.Connection, gone: Iterable[Interval], new: Iterable[Interval]) -> None:
    """Replaces intervals by others."""
    db.executemany(
        "DELETE FROM _intervals WHERE code = ? AND subject = ? AND since = ?",
        [(each.code, each.subject, each.since.isoformat()) for each in gone],
    )
    db.executemany(
        "INSERT INTO _intervals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [plain(each) for each in new]
    )


def plain(interval: Interval) -> list[object]:
    """Its values as SQLite keeps them."""
    return [value.isoformat() if isinstance(value, date) else value for value in interval]


_day = date.fromisoformat


def _eve(day: str) -> date:
    """The day before a day or a month: months are looked at when they end."""
    return date.fromisoformat(f"{day}-01"[:10]) - timedelta(days=1)
