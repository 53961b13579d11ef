"""Where handlers write: rows folded in memory, sent to SQLite a table at a time. Lives for one page.

Folding is what makes a rebuild fast: a task opened, given and closed within a page is one insert.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from ledger.kernel.tables import Handler, Table

Row = dict[str, Any]
Key = Any
"""The value of a primary key: bare for one column, a tuple for several."""

Text = Callable[[str], str | None]
"""From a reference to the vault's text; None when it is withheld or erased."""


class Shape:
    """A table as the projector uses it: its key and its statements, prepared once."""

    def __init__(self, name: str, table: Table) -> None:
        columns = (*table.columns, "seq")
        where = " AND ".join(f'"{column}" = ?' for column in table.key)
        self.name = name
        self.columns = columns
        self.key_of: Callable[[Row], Key] = itemgetter(*table.key)
        self.insert = f'INSERT OR REPLACE INTO "{name}" VALUES ({", ".join("?" * len(columns))})'
        self.select = f'SELECT * FROM "{name}" WHERE {where}'
        self.delete = f'DELETE FROM "{name}" WHERE {where}'
        self._blank: Row = dict.fromkeys(columns)
        self._in_order = itemgetter(*columns)

    def values(self, row: Row) -> tuple[Any, ...]:
        """The row's values in the order of the columns; columns that it leaves out are empty.

        Raises:
            KeyError: the row has a column that the table does not declare.
        """
        if len(row) < len(self.columns):
            row = self._blank | row
        if len(row) != len(self.columns):
            raise KeyError(f"{self.name} has no column {sorted(row.keys() - self._blank.keys())}")
        ordered: tuple[Any, ...] = self._in_order(row)
        return ordered

    def read(self, connection: sqlite3.Connection, key: tuple[Any, ...]) -> Row | None:
        """The row as SQLite holds it."""
        found = connection.execute(self.select, key).fetchone()
        return dict(zip(self.columns, found, strict=True)) if found else None


class Fold:
    """The `Rows` of handlers. Keeps what they write until `flush`.

    Args:
        shapes: every table, by name.
        text: the vault's texts by reference.
        connection: where rows of earlier pages are; None to start from nothing.
    """

    def __init__(
        self, shapes: Mapping[str, Shape], text: Text, connection: sqlite3.Connection | None = None
    ) -> None:
        self._shapes = shapes
        self._text = text
        self._connection = connection
        self._rows: dict[str, dict[Key, Row]] = {name: {} for name in shapes}
        self._dropped: dict[str, set[Key]] = {}
        self._writes = {name: (self._rows[name], shape.key_of) for name, shape in shapes.items()}
        self.seq = 0

    def apply(self, event: dict[str, Any], handler: Handler) -> None:
        """Let a handler write the rows of one event."""
        self.seq = event["seq"]
        handler(event, self)

    def put(self, table: str, row: Row) -> None:
        """See `ledger.kernel.tables.Rows`."""
        rows, key_of = self._writes[table]
        row["seq"] = self.seq
        rows[key_of(row)] = row

    def change(self, table: str, *key: Any, **changes: Any) -> None:
        """See `ledger.kernel.tables.Rows`."""
        row = self.get(table, *key)
        if row is not None:
            self.put(table, {**row, **changes})

    def get(self, table: str, *key: Any) -> Row | None:
        """See `ledger.kernel.tables.Rows`."""
        wanted = key[0] if len(key) == 1 else key
        row = self._rows[table].get(wanted)
        if row is None and self._connection is not None and wanted not in self._dropped.get(table, ()):
            row = self._shapes[table].read(self._connection, key)
        return row

    def remove(self, table: str, *key: Any) -> None:
        """See `ledger.kernel.tables.Rows`."""
        gone = key[0] if len(key) == 1 else key
        self._rows[table].pop(gone, None)
        self._dropped.setdefault(table, set()).add(gone)

    def text(self, sealed: Mapping[str, Any] | None) -> str | None:
        """See `ledger.kernel.tables.Rows`."""
        return self._text(sealed["ref"]) if sealed else None

    def replace(self, before: Fold, after: Fold) -> None:
        """Take over the rows of a stream told again: those of `before` go, those of `after` come."""
        for table, rows in before._rows.items():
            for key in rows:
                self._rows[table].pop(key, None)
                self._dropped.setdefault(table, set()).add(key)
        for table, rows in after._rows.items():
            self._rows[table].update(rows)

    def flush(self, connection: sqlite3.Connection) -> frozenset[str]:
        """Write everything; returns the tables that were touched. The caller holds the transaction."""
        for table, keys in self._dropped.items():
            parameters = (key if isinstance(key, tuple) else (key,) for key in keys)
            connection.executemany(self._shapes[table].delete, parameters)
        for table, rows in self._rows.items():
            if rows:
                shape = self._shapes[table]
                connection.executemany(shape.insert, map(shape.values, rows.values()))
        return frozenset(table for table, rows in self._rows.items() if rows) | self._dropped.keys()
