"""What is particular to the log on SQLite: its file, its guards, its settings, its start-up."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import NotSupportedError

from ledger.kernel.errors import Altered, Busy, StorageFailure, UsageError
from ledger.store.engine import Engine
from ledger.store.log import Log


@pytest.fixture
def filled(log: Log, event: Any, record: Any) -> Log:
    record(log, event("s", 1, introduces=(("lieu", "Parade"),)), event("s", 2))
    return log


@pytest.fixture
def raw(filled: Log) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(filled.path, isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        f"{verb} {table} {rest}"
        for table, column in [
            ("events", "topic"),
            ("ids", "noun"),
            ("commands", "command"),
            ("transactions", "signature"),
            ("ledger", "id"),
        ]
        for verb, rest in [("UPDATE", f"SET {column} = 'x'"), ("DELETE FROM", "")]
    ],
)
def test_nothing_is_changed_or_removed(raw: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO events VALUES (2, 's', 2, 't', x'00', '[]', x'00')",
        "INSERT OR REPLACE INTO events VALUES (3, 's', 2, 't', x'00', '[]', x'00')",
        "INSERT INTO events VALUES (4, 's', 3, 't', x'00', '[]', x'00')",
        "INSERT INTO events VALUES (0, 'z', 1, 't', x'00', '[]', x'00')",
        "INSERT OR REPLACE INTO ids VALUES ('parade', 'task', 'Parade', 2)",
        "INSERT OR REPLACE INTO transactions VALUES (2, '{}', NULL)",
        "INSERT INTO transactions VALUES (1, '{}', NULL)",
        "INSERT OR REPLACE INTO ledger VALUES ('other')",
    ],
)
def test_only_what_comes_next_is_inserted(raw: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="not what comes next"):
        raw.execute(statement)


def test_the_file_is_a_rollback_journal_one_and_synced(filled: Log) -> None:
    with filled.writing() as writer:
        assert writer.rows("PRAGMA synchronous") == [(2,)]
        assert writer.rows("PRAGMA journal_mode") == [("truncate",)]
    assert not filled.path.with_name("log.db-wal").exists()
    assert filled.path.read_bytes()[18:20] == b"\x01\x01", "the header's versions for a rollback journal"


def test_a_stray_environment_variable_never_wins(
    tmp_path: Path, event: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "PERSISTENCE_MODULE": "eventsourcing.popo",
        "MAPPER_TOPIC": "eventsourcing.persistence:Mapper",
        "TRANSCODER_TOPIC": "nowhere:Nothing",
        "APPLICATION_RECORDER_TOPIC": "eventsourcing.sqlite:SQLiteApplicationRecorder",
        "SQLITE_DBNAME": str(tmp_path / "elsewhere.db"),
        "IS_SNAPSHOTTING_ENABLED": "y",
        "CIPHER_TOPIC": "nowhere:Nothing",
        "COMPRESSOR_TOPIC": "zlib",
        "CREATE_TABLE": "y",
        "SQLITE_LOCK_TIMEOUT": "never",
    }.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(f"LEDGER_{name}", value)
    log = Log.create(tmp_path / "log.db", "one")
    stored = event("s", 1)
    record(log, stored)
    assert log.last() == (1, *stored[:4])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["log.db", "log.db-journal"]
    log.close()


def test_the_library_reads_the_same_log_and_writes_nothing_by_itself(filled: Log, event: Any) -> None:
    engine = Engine.on(filled.path)
    assert [n.id for n in engine.recorder.select_notifications(2, 10)] == [2]
    assert [n.id for n in engine.recorder.select_notifications(None, 1)] == [1]
    assert engine.recorder.select_notifications(1, 9, topics=["none"], inclusive_of_start=False) == []
    assert engine.recorder.max_notification_id() == 2
    assert [e.version for e in engine.events.get("s", desc=True, limit=1)] == [2]
    assert engine.snapshots is None
    with pytest.raises(NotSupportedError):
        engine.events.put([event("s", 3)])
    engine.close()
    assert filled.head().size == 2


def test_a_hostile_topic_imports_nothing(log: Log, event: Any, record: Any) -> None:
    record(log, event("s", 1, "antigravity:fly"))
    engine = Engine.on(log.path)
    assert [e.topic for e in engine.events.get("s")] == ["antigravity:fly"]
    engine.close()
    assert "antigravity" not in sys.modules


def test_reading_imports_neither_the_engine_nor_pydantic(filled: Log) -> None:
    script = (
        "import sys; from pathlib import Path; from ledger.store.log import Log\n"
        "log = Log.open(Path(sys.argv[1]), read_only=True)\n"
        "assert log.head().size == 2 and log.last() and list(log.pages())\n"
        "print([m for m in ('eventsourcing', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(filled.path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_creating_again_opens_the_same_ledger_and_never_another(filled: Log) -> None:
    again = Log.create(filled.path, filled.ledger_id)
    assert again.head() == filled.head()
    again.close()
    with pytest.raises(UsageError, match="already a ledger"):
        Log.create(filled.path, "another")
    assert filled.head().size == 2


def test_reopened_it_goes_on(filled: Log, event: Any, record: Any) -> None:
    filled.close()
    log = Log.open(filled.path)
    assert log.ledger_id == filled.ledger_id
    assert record(log, event("s", 3)) == [3]
    log.close()
    log.close()


def test_two_logs_on_one_file_take_turns(filled: Log, event: Any, record: Any) -> None:
    other = Log.open(filled.path)
    assert [record(log, event("s", v)) for v, log in enumerate([other, filled, other, filled], 3)] == [
        [3],
        [4],
        [5],
        [6],
    ]
    assert other.head() == filled.head()
    other.close()


def test_somebody_else_writing_is_waited_for_then_told(filled: Log, event: Any, record: Any) -> None:
    other = Log.open(filled.path)
    with other.writing(), pytest.raises(Busy), filled.writing(timeout=0.05):
        pytest.fail("two writers at once")
    assert record(filled, event("s", 3)) == [3]
    other.close()


def test_a_reader_that_stays_makes_the_writer_say_busy(
    filled: Log, raw: sqlite3.Connection, event: Any
) -> None:
    raw.execute("BEGIN")
    raw.execute("SELECT * FROM events").fetchall()
    with pytest.raises(Busy), filled.writing(timeout=0.05) as writer:
        writer.append([event("s", 3)], commands=["c"])
    raw.execute("ROLLBACK")
    assert filled.head().size == 2


def test_opened_for_reading_it_does_not_write(filled: Log) -> None:
    log = Log.open(filled.path, read_only=True)
    with pytest.raises(StorageFailure, match="reading only"), log.writing():
        pytest.fail("wrote")
    log.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 300, b"\x00" * 4096])
def test_another_file_is_not_taken_for_a_ledger(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(content)
    with pytest.raises(StorageFailure, match="not a ledger's file"):
        Log.open(path)
    assert path.read_bytes() == content


def test_another_sqlite_file_is_not_taken_for_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (seq)")
    for opening in (lambda: Log.open(path), lambda: Log.create(path, "x")):
        with pytest.raises(StorageFailure, match="not a ledger's file"):
            opening()


def test_a_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StorageFailure, match="is missing"):
        Log.open(tmp_path / "log.db")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StorageFailure, match="cannot be opened"):
        Log.create(tmp_path / "no" / "folder" / "log.db", "x")


def test_a_newer_file_is_not_misread(filled: Log, raw: sqlite3.Connection) -> None:
    raw.execute("PRAGMA user_version = 2")
    with pytest.raises(StorageFailure, match="newer version"):
        Log.open(filled.path)


def unguard(raw: sqlite3.Connection) -> None:
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM events WHERE seq = 2",
        "DELETE FROM transactions",
        "UPDATE transactions SET record = replace(record, '\"size_after\":2', '\"size_after\":1')",
        "UPDATE transactions SET record = 'nothing'",
        "UPDATE events SET nodes = zeroblob(64) WHERE seq = 2",
        "UPDATE events SET nodes = x'00' WHERE seq = 2",
    ],
)
def test_nothing_is_recorded_on_an_altered_end(
    filled: Log, raw: sqlite3.Connection, event: Any, damage: str
) -> None:
    unguard(raw)
    raw.execute(damage)
    log = Log.open(filled.path)
    with pytest.raises(Altered), log.writing() as writer:
        writer.append([event("s", 3)], commands=["c"])
    assert raw.execute("SELECT MAX(seq) FROM events").fetchone()[0] <= 2
    log.close()


def test_a_path_that_sqlite_could_misread_is_only_a_path(tmp_path: Path, event: Any, record: Any) -> None:
    folder = tmp_path / "été ?mode=memory#:memory: 100%"
    folder.mkdir()
    log = Log.create(folder / "log.db", "x")
    record(log, event("s", 1))
    assert (folder / "log.db").stat().st_size > 0
    log.close()
    assert Log.open(folder / "log.db").head().size == 1
