"""Sums kept beside the rows, renewed only for the keys that an act touched.

Triggers note which keys those are, so that one act costs the same on a large ledger as on a small
one. They exist from the first refresh on: a rebuild writes its rows without them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CREATE = (
    "CREATE TABLE IF NOT EXISTS _touched (sums TEXT, one TEXT, two TEXT, PRIMARY KEY (sums, one, two))"
    " WITHOUT ROWID"
)


@dataclass(frozen=True)
class Sums:
    """A table of sums over the rows of another.

    Args:
        name: of the table of sums.
        columns: its columns as SQL declares them, key included.
        of: the table that is summed, whose primary key is `id`.
        keys: SQL over one of its rows, `{row}` standing for it: each gives the columns of a key to renew.
        key: the columns of the key, one or two.
        renew: SQL that selects the sums; `{where}` takes the condition on one key (`:one`, `:two`).
        where: that condition.
    """

    name: str
    columns: str
    of: str
    keys: tuple[tuple[str, ...], ...]
    key: tuple[str, ...]
    renew: str
    where: str
    identity: str = "id"

    def create(self, db: sqlite3.Connection) -> None:
        """Make the table of sums and the triggers, unless they are there."""
        db.execute(f"CREATE TABLE IF NOT EXISTS {self.name} ({self.columns}) WITHOUT ROWID")
        for name, when, row, where in self._moments():
            notes = "".join(f"{self._note(key, row)}{where}; " for key in self.keys)
            db.execute(
                f"CREATE TRIGGER IF NOT EXISTS {self.name}_{name} {when} ON {self.of} BEGIN {notes}END"
            )

    def _moments(self) -> Iterator[tuple[str, str, str, str]]:
        """A row that comes, that goes, and that a new one of the same id replaces."""
        yield "comes", "AFTER INSERT", "NEW", ""
        yield "goes", "AFTER DELETE", "OLD", ""
        same = f" FROM {self.of} AS was WHERE was.{self.identity} = NEW.{self.identity}"
        yield "changes", "BEFORE INSERT", "was", same

    def _note(self, key: Sequence[str], row: str) -> str:
        values = ", ".join(f"coalesce({each.format(row=row)}, '')" for each in (*key, "''")[:2])
        return f"INSERT OR IGNORE INTO _touched SELECT '{self.name}', {values}"

    def renew_all(self, db: sqlite3.Connection) -> None:
        """Sum everything anew."""
        db.execute(f"DELETE FROM {self.name}")
        db.execute(f"INSERT INTO {self.name} {self.renew.format(where='')}")
        db.execute("DELETE FROM _touched WHERE sums = ?", (self.name,))

    def renew_touched(self, db: sqlite3.Connection) -> None:
        """Sum again what was touched since the last time."""
        touched = db.execute("SELECT one, two FROM _touched WHERE sums = ?", (self.name,)).fetchall()
        condition = " AND ".join(
            f"{column} = :{name}" for column, name in zip(self.key, ("one", "two"), strict=False)
        )
        for one, two in touched:
            values = {"one": one, "two": two}
            db.execute(f"DELETE FROM {self.name} WHERE {condition}", values)
            db.execute(f"INSERT INTO {self.name} {self.renew.format(where=f'WHERE {self.where}')}", values)
        db.execute("DELETE FROM _touched WHERE sums = ?", (self.name,))
