"""A projector killed anywhere and started again writes every event exactly once.

A child process is stopped with SIGKILL before its first SQL statement, its second, and so on through
all of them. The control commits rows before their cursor, and must be caught by the same means.
"""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import orjson
import pytest

from ledger.kernel.errors import StorageFailure
from ledger.readmodel import projector as room
from ledger.readmodel.freshness import Cursor
from ledger.readmodel.projector import Projector
from ledger.store.log import Log, NewEvent

EVENTS, PAGE = 12, 3
ALL = (EVENTS, EVENTS - 1, EVENTS - 1)
"""Events, hand-overs counted on the task, hand-overs: hand-overs are numbered, so that a row tells how
often its event was counted."""


def _event(version: int) -> NewEvent:
    envelope = {
        "stream": "task/T-1",
        "version": version,
        "kind": "task.handed_over.v1",
        "occurred_on": date(2024, 1, 1 + version).isoformat(),
        "recorded_at": "2024-02-01T09:00:00Z",
        "command": {"id": f"c-{version}"},
        "salt": "0",
        "data": {"task_id": "T-1", "to_person_id": f"P-{version}", "accepted": True},
    }
    if version == 1:
        envelope |= {"kind": "task.opened.v1", "data": {"task_id": "T-1", "title": "Bus"}}
    return NewEvent("task/T-1", version, str(envelope["kind"]), orjson.dumps(envelope))


def _append(log: Log, first: int, last: int) -> None:
    versions = range(first, last + 1)
    with log.writing() as writer:
        writer.append([_event(version) for version in versions], commands=[f"c-{v}" for v in versions])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of which the view has seen three events."""
    with closing(Log.create(tmp_path / "log.db", "ledger-test")) as log:
        _append(log, 1, 3)
        Projector(log, tmp_path / "members.db", None).catch_up()
        _append(log, 4, EVENTS)
    return tmp_path


def _catch_up(folder: Path) -> None:
    with closing(Log.open(folder / "log.db", read_only=True)) as log:
        assert Projector(log, folder / "members.db", None).catch_up(PAGE).rebuilt_because is None


def _rebuild(folder: Path) -> None:
    with closing(Log.open(folder / "log.db", read_only=True)) as log:
        Projector(log, folder / "members.db", None).rebuild()


def _killed(folder: Path, work: Callable[[Path], None], statement: int) -> bool:
    """Does the work in a child that is killed before that statement; False when it ended earlier."""
    child = os.fork()
    if child == 0:
        try:
            _die_before(statement)
            work(folder)
            os._exit(0)
        except BaseException:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed by itself"
    return os.WIFSIGNALED(status)


def _die_before(statement: int) -> None:
    connect, seen = room.connect, 0

    def count(_sql: str) -> None:
        nonlocal seen
        seen += 1
        if seen == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(path: Path) -> sqlite3.Connection:
        connection = connect(path)
        connection.set_trace_callback(count)
        return connection

    room.connect = watched


def _counted(folder: Path) -> tuple[int, int, int]:
    with closing(sqlite3.connect(folder / "members.db")) as connection:
        events, on_task, rows = connection.execute(
            "SELECT (SELECT count(*) FROM events), hand_over_count, (SELECT count(*) FROM hand_overs) FROM tasks"
        ).fetchone()
    return events, on_task, rows


def _every_kill(folder: Path, work: Callable[[Path], None], stride: int = 1) -> Iterator[int]:
    """Kills the work before each statement in turn, each time from the same view, until it is not killed."""
    view = folder / "members.db"
    before, statement = view.read_bytes(), 1
    while _killed(folder, work, statement):
        yield statement
        for path in folder.glob("members.db*"):
            path.unlink()
        view.write_bytes(before)
        statement += stride


@pytest.mark.parametrize(("work", "stride"), [(_catch_up, 1), (_rebuild, 23)])
def test_killed_anywhere_then_resumed_counts_once(
    folder: Path, work: Callable[[Path], None], stride: int
) -> None:
    kills = 0
    for statement in _every_kill(folder, work, stride):
        kills += 1
        assert _counted(folder) in ((3, 2, 2), (6, 5, 5), (9, 8, 8), ALL), "whole pages or nothing"
        _catch_up(folder)
        assert _counted(folder) == ALL, f"killed before statement {statement}"
    assert kills > 15, "the control: the kills did happen"
    assert _counted(folder) == ALL


def test_the_control_is_caught(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows committed before their cursor: some kill shows an event twice, or a view that goes no further."""
    move = room._move

    def careless(connection: sqlite3.Connection, cursor: Cursor) -> None:
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        move(connection, cursor)

    monkeypatch.setattr(room, "_move", careless)
    assert any(_is_wrong(folder) for _statement in _every_kill(folder, _catch_up))


def _is_wrong(folder: Path) -> bool:
    try:
        _catch_up(folder)
    except Exception:
        return True
    return _counted(folder) != ALL


def test_a_failure_after_the_rows_takes_the_whole_page_back(folder: Path) -> None:
    def fail(_connection: sqlite3.Connection, _changed: object) -> None:
        raise RuntimeError("computing flags failed")

    with closing(Log.open(folder / "log.db", read_only=True)) as log, pytest.raises(RuntimeError):
        Projector(log, folder / "members.db", None, after_page=fail).catch_up()
    assert _counted(folder) == (3, 2, 2)
    _catch_up(folder)
    assert _counted(folder) == ALL


def test_a_full_disk_is_said_and_nothing_is_half_written(folder: Path) -> None:
    child = os.fork()
    if child == 0:
        signal.signal(
            signal.SIGXFSZ, signal.SIG_IGN
        )  # a write beyond the limit then fails, as on a full disk
        size = (folder / "members.db").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size // 4, size))
        try:
            _rebuild(folder)
            os._exit(1)
        except StorageFailure:
            os._exit(0)
        except BaseException:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert _counted(folder) == (3, 2, 2), "the old rows are still there"
    _catch_up(folder)
    assert _counted(folder) == ALL


def test_several_projectors_at_once_count_once(folder: Path) -> None:
    children = []
    for _ in range(4):
        child = os.fork()
        if child == 0:
            try:
                _catch_up(folder)
                os._exit(0)
            except BaseException:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert _counted(folder) == ALL
