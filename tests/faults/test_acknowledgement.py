"""The commit point: an error before it means nothing recorded, an error after it means success."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.sqlite import SQLiteConnection

from ledger.kernel.errors import Busy, LedgerError, StorageFailure
from ledger.store import engine
from ledger.store.log import Log, NewEvent
from ledger.store.verify import verify

STATE = b'{"stream":"s","version":1,"kind":"t","command":{"id":"c"},"salt":"%d"}'
real_commit = SQLiteConnection.commit


def failing(code: int, *, persisted: bool) -> Callable[[SQLiteConnection], None]:
    """A commit that fails with a SQLite code, before or after it took effect; once."""
    left = [1]

    def commit(connection: SQLiteConnection) -> None:
        if not left:
            return real_commit(connection)
        left.pop()
        if persisted:
            real_commit(connection)
        error = sqlite3.OperationalError("injected")
        error.sqlite_errorcode = code
        raise error

    return commit


def record(log: Log, version: int = 1) -> None:
    state = STATE.replace(b'"version":1', b'"version":%d' % version) % version
    with log.writing() as writer:
        writer.append([NewEvent("s", version, "t", state, (), (("lieu", f"L{version}"),))], commands=["c"])


FAULTS: list[tuple[int, type[LedgerError]]] = [
    (sqlite3.SQLITE_FULL, StorageFailure),
    (sqlite3.SQLITE_IOERR | (4 << 8), StorageFailure),
    (sqlite3.SQLITE_READONLY, StorageFailure),
    (sqlite3.SQLITE_BUSY, Busy),
    (sqlite3.SQLITE_CORRUPT, StorageFailure),
]


@pytest.mark.parametrize(("code", "kind"), FAULTS)
def test_a_commit_that_failed_recorded_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[LedgerError]
) -> None:
    log = Log.open(path)
    monkeypatch.setattr(SQLiteConnection, "commit", failing(code, persisted=False))
    with pytest.raises(kind):
        record(log)
    assert (log.head().size, log.all_ids()) == (0, [])
    record(log)
    assert log.head().size == 1
    assert verify(log).intact
    log.close()


@pytest.mark.parametrize(("code", "kind"), FAULTS)
def test_a_commit_that_failed_but_persisted_anyway_is_a_success(
    path: Path, monkeypatch: pytest.MonkeyPatch, code: int, kind: type[LedgerError]
) -> None:
    log = Log.open(path)
    monkeypatch.setattr(SQLiteConnection, "commit", failing(code, persisted=True))
    record(log)
    assert (log.head().size, log.command_seqs("c")) == (1, [1])
    record(log, 2)
    assert verify(log).intact
    log.close()


def test_without_looking_the_author_would_be_told_to_do_it_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the fault is real, and only reading back what is stored tells it from a failure."""
    log = Log.open(path)
    monkeypatch.setattr(SQLiteConnection, "commit", failing(sqlite3.SQLITE_IOERR, persisted=True))
    monkeypatch.setattr(engine, "_holds", lambda *_: False)
    with pytest.raises(StorageFailure):
        record(log)
    assert log.head().size == 1
    log.close()


def test_somebody_elses_event_in_our_place_is_not_our_success(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, other = Log.open(path), Log.open(path)

    def commit(connection: SQLiteConnection) -> None:
        connection.rollback()
        monkeypatch.setattr(SQLiteConnection, "commit", real_commit)
        record(other)
        raise sqlite3.OperationalError("injected")

    monkeypatch.setattr(SQLiteConnection, "commit", commit)
    with pytest.raises(StorageFailure), log.writing() as writer:
        writer.append([NewEvent("s", 1, "t", b"{}")], commands=["mine"])
    assert (log.head().size, log.command_seqs("mine")) == (1, [])
    log.close()
    other.close()


def test_when_nothing_can_be_read_back_it_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log.open(path)
    record(log)
    monkeypatch.setattr(SQLiteConnection, "commit", failing(sqlite3.SQLITE_IOERR, persisted=True))

    def gone(*_: Any, **__: Any) -> sqlite3.Connection:
        raise sqlite3.OperationalError("the disk is gone")

    monkeypatch.setattr(engine, "connect", gone)
    with pytest.raises(StorageFailure, match="cannot be read back"):
        record(log, 2)
    log.close()


def test_a_disk_that_answers_again_is_used_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library would keep its writer lock for ever after a connection that failed."""
    log = Log.open(path)
    real_connect = engine.connect

    def gone(*_: Any, **__: Any) -> sqlite3.Connection:
        raise sqlite3.OperationalError("the disk is gone")

    monkeypatch.setattr(engine, "connect", gone)
    for _ in range(2):
        with pytest.raises(StorageFailure):
            record(log)
    monkeypatch.setattr(engine, "connect", real_connect)
    record(log)
    assert log.head().size == 1
    log.close()
