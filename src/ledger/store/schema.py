"""The tables of a log file: insert-only, and every one guarded by the database itself.

The guards stop slips and stray tools; an administrator can drop them, which verification notices.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ledger.kernel.errors import StorageFailure
from ledger.store.sqlite import damaged, not_a_ledger

APPLICATION_ID = 0x4C445231  # "LDR1", in the file's header
FORMAT = 1

_TABLES = {
    "ledger": "id TEXT NOT NULL PRIMARY KEY",
    "events": (
        "seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, topic TEXT NOT NULL, "
        "state BLOB NOT NULL, scope TEXT NOT NULL, nodes BLOB NOT NULL, UNIQUE (stream, version)"
    ),
    "transactions": "size INTEGER PRIMARY KEY, record TEXT NOT NULL, signature BLOB",
    "ids": "key TEXT NOT NULL PRIMARY KEY, noun TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL",
    "commands": "command TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (command, seq)",
}
_WITHOUT_ROWID = ("ledger", "ids", "commands")
_INDEXES = {"events_topic": "events (topic)", "ids_noun": "ids (noun, seq)"}

# INSERT OR REPLACE deletes the row in its way without firing a DELETE trigger, so an insertion is
# checked as well: nothing enters but what comes next. (`commands` is all key: replacing changes nothing.)
_ONLY_NEXT = {
    "ledger": "EXISTS (SELECT 1 FROM ledger)",
    "events": (
        "NEW.seq IS NOT 1 + (SELECT COALESCE(MAX(seq), 0) FROM events) OR NEW.version IS NOT "
        "1 + (SELECT COALESCE(MAX(version), 0) FROM events WHERE stream = NEW.stream)"
    ),
    "transactions": (
        "NEW.size IS NOT (SELECT MAX(seq) FROM events) "
        "OR NEW.size <= (SELECT COALESCE(MAX(size), 0) FROM transactions)"
    ),
    "ids": "EXISTS (SELECT 1 FROM ids WHERE key = NEW.key)",
}


def _statements() -> dict[str, str]:
    """What creates each object of the schema, by the object's name."""
    made = {}
    for table, columns in _TABLES.items():
        tail = " WITHOUT ROWID" if table in _WITHOUT_ROWID else ""
        made[table] = f"CREATE TABLE {table} ({columns}){tail}"
        for verb in ("UPDATE", "DELETE"):
            made[f"{table}_no_{verb.lower()}"] = (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )
    for index, columns in _INDEXES.items():
        made[index] = f"CREATE INDEX {index} ON {columns}"
    for table, condition in _ONLY_NEXT.items():
        made[f"{table}_next"] = (
            f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, 'not what comes next in {table}'); END"
        )
    return made


STATEMENTS = _statements()


def make(connection: sqlite3.Connection, ledger_id: str) -> None:
    """Makes the tables in an empty file, for good, unless another process has just done so."""
    connection.execute("BEGIN IMMEDIATE")
    if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        for statement in STATEMENTS.values():
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("INSERT INTO ledger VALUES (?)", (ledger_id,))
    connection.execute("COMMIT")


def identify(connection: sqlite3.Connection, path: Path) -> str:
    """The ledger's id, once the file is known to be a log that this program can read.

    Raises:
        StorageFailure: it is not.
    """
    ((application_id,),) = connection.execute("PRAGMA application_id")
    ((version,),) = connection.execute("PRAGMA user_version")
    if application_id != APPLICATION_ID:
        raise not_a_ledger(path)
    if version > FORMAT:
        raise StorageFailure(
            "{path} was written by a newer version of the program.", "install that version", path=path
        )
    found = connection.execute("SELECT id FROM ledger").fetchall()
    if version < 1 or len(found) != 1 or not isinstance(found[0][0], str):
        raise damaged(path, "its first page")
    ledger_id: str = found[0][0]
    return ledger_id


def differences(connection: sqlite3.Connection) -> list[str]:
    """Names of the tables, indexes and guards that are missing, changed or foreign to a log."""
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    stored: dict[str, str] = dict(rows.fetchall())
    return sorted(n for n in stored.keys() | STATEMENTS.keys() if stored.get(n) != STATEMENTS.get(n))
