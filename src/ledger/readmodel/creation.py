"""Makes the file of a read model: tables, indexes, views and their descriptions.

Runs when a view is made or rebuilt, never when it catches up: sqlite-utils is imported here only.
Everything is plain statements, so that a rebuild is one transaction and readers keep the old rows.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from ledger.balance.flags.engine import flag_events
from ledger.kernel.tables import Column, Table
from ledger.readmodel.schema import OWN_TABLES, all_columns, descriptions, tables

MODE = 0o600

CURSOR = (
    "CREATE TABLE _cursor (seq INTEGER NOT NULL, root TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    " vault_version INTEGER NOT NULL, latest_on TEXT NOT NULL, as_of TEXT)"
)
"""One row: the last event projected and the log's Merkle root there, the code and the vault that made
the rows, the latest day that any event speaks of, and in a cut the day of the cut."""

_TYPES: dict[str, type] = {"text": str, "integer": int, "real": float}


def connect(path: Path) -> sqlite3.Connection:
    """Opens a view for writing, and makes an empty file that only its owner reads when there is none.

    WAL and NORMAL: readers are never kept waiting, and a power cut may only lose what the log still has.
    """
    path.parent.mkdir(mode=0o700, exist_ok=True)  # the whole folder is disposable
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, MODE))  # SQLite would follow the umask
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def clear(connection: sqlite3.Connection) -> None:
    """Drops all that is there, of whatever version. The caller holds the transaction."""
    found = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC"
    ).fetchall()
    for kind, name in found:
        connection.execute(f'DROP {kind} "{name}"')


def create_tables(connection: sqlite3.Connection) -> None:
    """Creates the empty tables, without their indexes. The caller holds the transaction."""
    for statement in _own_statements():
        connection.execute(statement)
    connection.execute(CURSOR)


@cache
def _own_statements() -> list[str]:
    columns = all_columns()
    return table_statements(
        {name: (columns[name], each.key) for name, each in (OWN_TABLES | tables()).items()}
    )


def complete(connection: sqlite3.Connection) -> None:
    """Creates indexes, views and descriptions once the rows are there: faster than before them."""
    for statement in index_statements(OWN_TABLES | tables()):
        connection.execute(statement)
    for script in sorted(Path(__file__).parent.glob("*views.sql")):
        for statement in statements(script.read_text(encoding="utf-8")):
            connection.execute(statement)
    connection.execute(flag_events())
    describe(connection, descriptions())


def describe(connection: sqlite3.Connection, about: Mapping[str, Mapping[str, str]]) -> None:
    """Keeps the meaning of tables and columns beside them, for whoever opens the file alone."""
    connection.execute(
        "CREATE TABLE column_descriptions (table_name TEXT, column_name TEXT, about TEXT,"
        " PRIMARY KEY (table_name, column_name))"
    )
    connection.executemany(
        "INSERT INTO column_descriptions VALUES (?, ?, ?)",
        [(table, column, text) for table, columns in about.items() for column, text in columns.items()],
    )


def table_statements(definitions: Mapping[str, tuple[Mapping[str, Column], tuple[str, ...]]]) -> list[str]:
    """The statements that create tables with their keys and references.

    Args:
        definitions: columns and primary key of each table; a reference to a table that is not among
            them is left out.
    """
    from sqlite_utils import Database
    from sqlite_utils.db import ForeignKey

    sketch = Database(memory=True)  # sqlite-utils checks references against tables that exist
    for name, (columns, key) in definitions.items():
        sketch.table(name).create(
            {column: _TYPES[each.type] for column, each in columns.items()}, pk=_pk(key)
        )
    made = {
        name: sketch.create_table_sql(
            name,
            {column: _TYPES[each.type] for column, each in columns.items()},
            pk=_pk(key),
            foreign_keys=[
                ForeignKey(name, column, each.references, definitions[each.references][1][0])
                for column, each in columns.items()
                if each.references is not None and each.references in definitions
            ],
        ).rstrip(" ;\n")
        for name, (columns, key) in definitions.items()
    }
    # Where the key is the whole row, its index would be the table once more.
    return [
        statement + (" WITHOUT ROWID" if len(definitions[name][0]) == len(definitions[name][1]) else "")
        for name, statement in made.items()
    ]


def _pk(key: tuple[str, ...]) -> str | tuple[str, ...]:
    return key[0] if len(key) == 1 else key


def index_statements(described: Mapping[str, Table]) -> Iterator[str]:
    """The statements that create every declared index."""
    for name, table in described.items():
        for columns in table.indexes:
            quoted = ", ".join(f'"{column}"' for column in columns)
            yield f'CREATE INDEX "{name}_by_{"_".join(columns)}" ON "{name}" ({quoted})'


def statements(script: str) -> Iterator[str]:
    """The statements of a SQL script, one by one: `executescript` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
