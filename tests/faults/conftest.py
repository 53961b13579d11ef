"""Processes to race and to kill, and a log for them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.store.log import Log

WORKER = Path(__file__).with_name("worker.py")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty log's file."""
    log = Log.create(tmp_path / "log.db", "ledger-test")
    log.close()
    return log.path


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a worker; whatever still runs at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(WORKER), *map(str, arguments)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def say() -> Callable[[subprocess.Popen[str]], list[str]]:
    """Waits for a worker that ends by itself; its lines."""

    def lines(process: subprocess.Popen[str]) -> list[str]:
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out.splitlines()

    return lines
