"""How this room opens a SQLite file, and how SQLite's failures become errors that a person can act on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.kernel.errors import Busy, LedgerError, StorageFailure

BUSY_SECONDS = 10.0

# Why TRUNCATE: with FULL it syncs the emptied journal, which is the commit point, so a power cut
# right after an acknowledgement cannot bring the journal back and undo it. DELETE would need
# synchronous=EXTRA for that. It is a rollback journal all the same: the file alone is the ledger.
_PRAGMAS = (
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA cell_size_check=ON",
    "PRAGMA trusted_schema=OFF",
)


def connect(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
    """Opens a file with our settings, in autocommit mode: transactions are begun explicitly.

    A read-only connection still opens the file for writing where it may, because a journal left by
    a crash has to be played back before anything can be read; it refuses to change rows.

    Raises:
        sqlite3.Error: what `failures` translates.
    """
    uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    connection = sqlite3.connect(
        uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in ("PRAGMA query_only=ON",) if read_only else _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def failures(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Turns SQLite's errors inside the block into the kernel's; of a pure read, in words of a read."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise failure(error, path, reading=reading) from error


_Reason = tuple[type[LedgerError], str, str]

_LOCKED: _Reason = (
    Busy,
    "Somebody else is recording in this ledger and did not finish in time; nothing was recorded.",
    "wait a moment, then run the same command again",
)
_READ_ONLY: _Reason = (
    StorageFailure,
    "{path} may be read but not written; nothing was recorded.",
    "check the rights on the file, or ask who keeps the ledger",
)
_NOT_A_LEDGER: _Reason = (
    StorageFailure,
    "{path} is not a ledger's file.",
    "check the path, or restore a backup",
)
_DAMAGED: _Reason = (
    StorageFailure,
    "{path} is damaged ({detail}).",
    "keep this file aside, and put back the last copy or backup of it",
)
_REASONS: dict[int, _Reason] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_NOTADB: _NOT_A_LEDGER,
    sqlite3.SQLITE_FULL: (
        StorageFailure,
        "The disk is full; nothing was recorded.",
        "free some space, then run the same command again",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        StorageFailure,
        "{path} or its folder cannot be opened for writing; nothing was recorded.",
        "check that the folder exists, and the rights on it",
    ),
    sqlite3.SQLITE_IOERR: (
        StorageFailure,
        "The disk failed to read or write {path} ({detail}); nothing was recorded.",
        "check the disk and its free space, then run the same command again",
    ),
}


_UNREADABLE: _Reason = (
    StorageFailure,
    "{path} cannot be opened.",
    "check that it is there, and the rights on it and on its folder",
)
_READING: dict[int, _Reason] = {
    sqlite3.SQLITE_BUSY: (
        Busy,
        "Somebody else is recording in this ledger and did not finish in time.",
        "wait a moment, then run the same command again",
    ),
    sqlite3.SQLITE_READONLY: _UNREADABLE,
    sqlite3.SQLITE_PERM: _UNREADABLE,
    sqlite3.SQLITE_CANTOPEN: _UNREADABLE,
    sqlite3.SQLITE_IOERR: (
        StorageFailure,
        "The disk failed to read {path} ({detail}).",
        "check the disk, then run the same command again",
    ),
}
"""What a reading says instead: nobody asks it whether something was recorded."""


def failure(error: sqlite3.Error | UnicodeDecodeError, path: Path, *, reading: bool = False) -> LedgerError:
    """The kernel error for a SQLite error, by its primary result code.

    Of a damaged file, SQLite may quote bytes that are no text: that is the decoding error.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reasons = _REASONS | _READING if reading else _REASONS
    kind, template, hint = reasons.get(code, _DAMAGED)
    return kind(template, hint, path=path, detail=error)


def busy() -> LedgerError:
    """The lock could not be had in time, for a reason that SQLite does not know."""
    return _LOCKED[0](*_LOCKED[1:])


def not_a_ledger(path: Path) -> LedgerError:
    """The file is SQLite's, but something else."""
    return _NOT_A_LEDGER[0](*_NOT_A_LEDGER[1:], path=path)


def damaged(path: Path, detail: str) -> LedgerError:
    """The file is a ledger's, but not whole."""
    return _DAMAGED[0](*_DAMAGED[1:], path=path, detail=detail)
