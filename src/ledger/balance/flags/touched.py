"""Notes of where tables were touched, and sums kept beside the rows, renewed only there.

Triggers note which keys those are, so that one act costs the same on a large ledger as on a small
one. They exist from the first refresh on: a rebuild writes its rows without them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

CREATE = (
    "CREATE TABLE IF NOT EXISTS _touched (sums TEXT, one TEXT, two TEXT, PRIMARY KEY (sums, one, two))"
    " WITHOUT ROWID"
)


Keys = Sequence[tuple[str, str]]
"""Touched keys; the second part is empty when a key has one."""


class Notes:
    """Where a table was touched.

    Args:
        name: what to call them.
        of: the table.
        keys: SQL over one of its rows, `{row}` standing for it: each gives the one or two columns of a key.
        identity: the primary key of the table, or its first column.
    """

    def __init__(
        self, name: str, of: str, keys: tuple[tuple[str, ...], ...], *, identity: str = "id"
    ) -> None:
        self.name, self.of, self.keys, self.identity = name, of, keys, identity

    def create(self, db: sqlite3.Connection) -> None:
        """Make the triggers, unless they are there."""
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

    def taken(self, db: sqlite3.Connection) -> Keys:
        """What was touched since the last time, and is now dealt with."""
        keys = db.execute("SELECT one, two FROM _touched WHERE sums = ?", (self.name,)).fetchall()
        db.execute("DELETE FROM _touched WHERE sums = ?", (self.name,))
        return keys


class Sums(Notes):
    """A table of sums over the rows of another, renewed where that was touched.

    Args:
        columns: its columns as SQL declares them, key included.
        key: the columns of the key, one or two.
        renew: SQL that selects the sums; `{where}` takes the condition on one key (`:one`, `:two`).
        where: that condition.
    """

    def __init__(  # noqa: PLR0913 - a declaration, by name
        self,
        name: str,
        of: str,
        keys: tuple[tuple[str, ...], ...],
        *,
        columns: str,
        key: tuple[str, ...],
        renew: str,
        where: str,
        identity: str = "id",
    ) -> None:
        super().__init__(name, of, keys, identity=identity)
        self.columns, self.key, self.renew, self.where = columns, key, renew, where

    def create(self, db: sqlite3.Connection) -> None:
        """Make the table of sums and the triggers, unless they are there."""
        db.execute(f"CREATE TABLE IF NOT EXISTS {self.name} ({self.columns}) WITHOUT ROWID")
        super().create(db)

    def renew_all(self, db: sqlite3.Connection) -> None:
        """Sum everything anew."""
        db.execute(f"DELETE FROM {self.name}")
        db.execute(f"INSERT INTO {self.name} {self.renew.format(where='')}")

    def renew_touched(self, db: sqlite3.Connection, touched: Keys) -> None:
        """Sum again what was touched."""
        condition = " AND ".join(
            f"{column} = :{name}" for column, name in zip(self.key, ("one", "two"), strict=False)
        )
        for one, two in touched:
            values = {"one": one, "two": two}
            db.execute(f"DELETE FROM {self.name} WHERE {condition}", values)
            db.execute(f"INSERT INTO {self.name} {self.renew.format(where=f'WHERE {self.where}')}", values)
