"""Several processes on one log: the first start, a contended budget, and kill -9 at any moment."""

from __future__ import annotations

import random
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ledger.kernel.errors import StorageFailure
from ledger.store.log import Log
from ledger.store.verify import verify


def test_a_concurrent_first_start_makes_one_ledger(tmp_path: Path, start: Any, say: Any) -> None:
    path, go = tmp_path / "log.db", tmp_path / "go"
    workers = [start("start", path, "one", go) for _ in range(6)]
    time.sleep(0.5)
    go.touch()
    recorded = sorted(line for w in workers for line in say(w))
    assert recorded == [f"recorded {n}" for n in range(1, 7)]
    log = Log.open(path)
    assert verify(log).problems == []
    assert log.head().size == 6
    log.close()


def test_of_several_ledgers_started_at_once_one_wins(tmp_path: Path, start: Any) -> None:
    path, go = tmp_path / "log.db", tmp_path / "go"
    workers = [start("start", path, f"ledger-{n}", go) for n in range(6)]
    time.sleep(0.5)
    go.touch()
    ends = [(*w.communicate(timeout=120), w.returncode) for w in workers]
    assert [out.strip() for out, _, code in ends if code == 0] == ["recorded 1"]
    assert all("UsageError: There is already a ledger at" in err for _, err, code in ends if code != 0)


def test_four_writers_spend_a_budget_exactly(path: Path, start: Any, say: Any) -> None:
    ends = [line.split() for w in [start("spend", path, 60, "locked") for _ in range(4)] for line in say(w)]
    assert sum(int(spent) for spent, _ in ends) == 60
    assert [conflicts for _, conflicts in ends] == ["0"] * 4
    log = Log.open(path)
    assert [s.version for s in log.stream("budget")] == list(range(1, 61))
    assert verify(log).problems == []
    log.close()


@pytest.mark.slow
def test_deciding_before_the_lock_conflicts(path: Path, start: Any, say: Any) -> None:
    """The control: the same writers, deciding on what they read before they had the lock."""
    ends = [
        line.split() for w in [start("spend", path, 300, "unlocked") for _ in range(4)] for line in say(w)
    ]
    assert sum(int(conflicts) for _, conflicts in ends) > 0


def test_threads_of_one_process_take_turns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    from worker import add

    log = Log.open(path)

    def work() -> None:
        for _ in range(10):
            with log.writing() as writer:
                add(writer, "budget")

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.stream("budget")) == 40
    assert verify(log).problems == []
    log.close()


SPILLING = "cache_size=5"  # pages reach the file long before the commit: every kill finds it half written


def kill_at_random(path: Path, start: Any, rng: random.Random, *pragmas: str) -> int:
    """Kills an appending worker soon after an acknowledgement; returns the last event it acknowledged."""
    worker = start("append", path, 40, SPILLING, *pragmas)
    acknowledged = int(worker.stdout.readline())
    time.sleep(rng.random() * 0.06)
    worker.kill()
    rest = worker.communicate()[0].splitlines(keepends=True)
    return max([acknowledged, *(int(line) for line in rest if line.endswith("\n"))])


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_that_it_acknowledged(path: Path, start: Any) -> None:
    rng, hot = random.Random(2024), 0
    for trial in range(25):
        acknowledged = kill_at_random(path, start, rng)
        hot += path.with_name("log.db-journal").stat().st_size > 0
        log = Log.open(path, read_only=trial % 2 == 0)  # a reader too must play the journal back
        report = verify(log)
        assert report.problems == [], f"trial {trial}"
        assert report.size == log.head().size >= acknowledged
        assert report.size % 40 == 0, "a transaction is whole or not there"
        log.close()
    assert hot > 0, "the kills did fall inside transactions"


@pytest.mark.slow
def test_without_a_journal_a_kill_is_seen(tmp_path: Path, start: Any) -> None:
    """The control: the same kills do damage when SQLite keeps no journal, and it is noticed."""
    rng, damaged, trial = random.Random(2024), False, 0
    while not damaged and trial < 40:
        path = tmp_path / f"{trial}.db"
        Log.create(path, "ledger-test").close()
        kill_at_random(path, start, rng, "journal_mode=OFF")
        damaged, trial = looks_damaged(path), trial + 1
    assert damaged


def looks_damaged(path: Path) -> bool:
    try:
        log = Log.open(path)
    except StorageFailure:
        return True
    try:
        return not verify(log).intact
    finally:
        log.close()
