"""A projector killed anywhere and started again writes every event exactly once.

The program is stopped with SIGKILL after a chosen number of SQLite steps, at every place that a page
and a rebuild go through. The control commits rows before the cursor and must be caught.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import orjson
import pytest

from ledger.readmodel.projector import Projector
from ledger.store.log import Log, NewEvent

PROJECT = '''
import os, signal, sqlite3, sys
from pathlib import Path
from ledger.readmodel import projector as room
from ledger.store.log import Log

path, action, steps, careless = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4] == "careless"
left = steps

def kill_in_time():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0

make = room.connect
def connect(view):
    connection = make(view)
    connection.set_progress_handler(kill_in_time, 20)
    return connection
room.connect = connect

if careless:  # what the projector must never do: rows first, cursor in a transaction of its own
    move = room._move
    def late(connection, cursor):
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        move(connection, cursor)
    room._move = late

log = Log.open(path / "log.db", read_only=True)
getattr(room.Projector(log, path / "members.db", None), action)(*([3] if action == "catch_up" else []))
'''


def _event(version: int) -> NewEvent:
    envelope = {
        "stream": "task/T-1",
        "version": version,
        "kind": "task.handed_over.v1",
        "occurred_on": date(2024, 1, 1 + version % 28).isoformat(),
        "recorded_at": "2024-02-01T09:00:00Z",
        "command": {"id": f"c-{version}"},
        "salt": "0",
        "data": {"task_id": "T-1", "to_person_id": f"P-{version}", "accepted": True},
    }
    if version == 1:
        envelope |= {"kind": "task.opened.v1", "data": {"task_id": "T-1", "title": "Bus"}}
    return NewEvent("task/T-1", version, str(envelope["kind"]), orjson.dumps(envelope))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log whose rows tell how often each event was counted: hand-overs are numbered one after the other."""
    with closing(Log.create(tmp_path / "log.db", "ledger-test")) as log:
        _append(log, 1, 3)
        Projector(log, tmp_path / "members.db", None).catch_up()
        _append(log, 4, 20)
    return tmp_path


def _append(log: Log, first: int, last: int) -> None:
    with log.writing() as writer:
        events = [_event(version) for version in range(first, last + 1)]
        writer.append(events, commands=[f"c-{version}" for version in range(first, last + 1)])


def _run(folder: Path, action: str, steps: int, mode: str = "careful") -> bool:
    """Runs the projector in a process of its own; whether it was killed on the way."""
    command = [sys.executable, "-c", PROJECT, str(folder), action, str(steps), mode]
    done = subprocess.run(command, capture_output=True, check=False, env=os.environ, timeout=60)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode != 0


def _counted(view: Path) -> tuple[int, int, int]:
    with closing(sqlite3.connect(view)) as connection:
        one = connection.execute(
            "SELECT (SELECT count(*) FROM events), (SELECT hand_over_count FROM tasks), (SELECT count(*) FROM hand_overs)"
        ).fetchone()
    return (int(one[0]), int(one[1]), int(one[2]))


@pytest.mark.slow
@pytest.mark.parametrize("action", ["catch_up", "rebuild"])
def test_killed_anywhere_then_resumed_counts_once(folder: Path, action: str) -> None:
    view, kills, steps = folder / "members.db", 0, 1
    before = view.read_bytes()
    while _run(folder, action, steps):
        kills += 1
        with closing(Log.open(folder / "log.db", read_only=True)) as log:
            assert Projector(log, view, None).catch_up(3).rebuilt_because is None
        assert _counted(view) == (20, 19, 19), f"killed after {steps} steps"
        for path in folder.glob("members.db*"):
            path.unlink()
        view.write_bytes(before)
        steps += max(1, steps // 3)
    assert kills > 5, "the control: the kills did happen"
    assert _counted(view) == (20, 19, 19)


@pytest.mark.slow
def test_the_control_is_caught(folder: Path) -> None:
    """Rows committed before their cursor: some kill must show the same event twice, or stop for good."""
    view, steps = folder / "members.db", 1
    before, wrong = view.read_bytes(), 0
    while not wrong and _run(folder, "catch_up", steps, "careless"):
        with closing(Log.open(folder / "log.db", read_only=True)) as log:
            try:
                Projector(log, view, None).catch_up(3)
                wrong += _counted(view) != (20, 19, 19)
            except Exception:  # noqa: BLE001 - any failure is what this control looks for
                wrong += 1
        for path in folder.glob("members.db*"):
            path.unlink()
        view.write_bytes(before)
        steps += 1 + steps // 20
    assert wrong, "a projector that commits rows and cursor apart went unnoticed"


def test_a_failure_after_the_rows_takes_the_whole_page_back(folder: Path) -> None:
    view = folder / "members.db"

    def fail(_connection: sqlite3.Connection, _changed: object) -> None:
        raise RuntimeError("computing flags failed")

    with closing(Log.open(folder / "log.db", read_only=True)) as log:
        with pytest.raises(RuntimeError):
            Projector(log, view, None, after_page=fail).catch_up()
        assert _counted(view) == (3, 2, 2)
        Projector(log, view, None).catch_up()
    assert _counted(view) == (20, 19, 19)


def test_two_projectors_at_once_count_once(folder: Path) -> None:
    command = [sys.executable, "-c", PROJECT, str(folder), "catch_up", "0", "careful"]
    together = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    for each in together:
        assert each.wait(60) == 0, each.stderr and each.stderr.read()
    assert _counted(folder / "members.db") == (20, 19, 19)
