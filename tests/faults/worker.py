"""A separate process that uses a log while the tests kill it, race it or take its disk away.

Started as `python worker.py WORK PATH [ARGUMENT…]`; says what it did on standard output, a line at a
time, each line written before the next step is taken.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from pathlib import Path

from ledger.kernel.errors import LedgerError
from ledger.store.log import Log, NewEvent, Writer


def event(stream: str, version: int, command: str, note: str = "") -> NewEvent:
    envelope = {
        "stream": stream,
        "version": version,
        "kind": "test.happened.v1",
        "command": {"id": command},
        "salt": secrets.token_hex(16),
        "note": note,
    }
    return NewEvent(stream, version, "test.happened.v1", json.dumps(envelope).encode())


def say(*words: object) -> None:
    print(*words, flush=True)


def add(writer: Writer, stream: str, count: int = 1, note: str = "") -> list[int]:
    """Appends `count` events to the stream, after those it has."""
    known = len(writer.stream(stream)) if count == 1 else writer.head.size
    command = secrets.token_hex(8)
    events = [event(stream, known + n, command, note) for n in range(1, count + 1)]
    return writer.append(events, commands=[command] * count)


def start(path: Path, ledger_id: str, go: str) -> None:
    """Creates the ledger with everybody else, at the signal, and records one event of its own."""
    while not Path(go).exists():
        time.sleep(0.001)
    log = Log.create(path, ledger_id)
    with log.writing() as writer:
        say("recorded", *add(writer, f"start/{secrets.token_hex(4)}"))


def spend(path: Path, budget: str, locked: str) -> None:
    """Spends one unit at a time while the budget lasts; deciding before the lock is the mistake."""
    log = Log.open(path)
    spent = conflicts = 0
    while True:
        try:
            known = len(log.stream("budget"))
            with log.writing() as writer:
                if locked == "locked":
                    known = len(writer.stream("budget"))
                if known >= int(budget):
                    break
                command = secrets.token_hex(8)
                writer.append([event("budget", known + 1, command)], commands=[command])
            spent += 1
        except ValueError:
            conflicts += 1
    say(spent, conflicts)


def append(path: Path, count: str, *pragmas: str) -> None:
    """Appends transactions of `count` events until it is killed; acknowledges each."""
    log = Log.open(path)
    with log.writing() as writer:
        for pragma in pragmas:
            writer.rows(f"PRAGMA {pragma}")
    while True:
        with log.writing() as writer:
            last = add(writer, "s", int(count), "x" * 300)[-1]
        say(last)


def fill(path: Path, limit_bytes: str) -> None:
    """Appends 20 kB at a time until the disk says no; a limit of 0 means the disk's own."""
    log = Log.open(path)
    if int(limit_bytes):
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit_bytes), int(limit_bytes)))
    for _ in range(200):
        try:
            with log.writing() as writer:
                last = add(writer, "s", note="x" * 20_000)[-1]
            say("recorded", last)
        except LedgerError as error:
            say("refused", error.exit_code, error)
            return


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
