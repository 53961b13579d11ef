"""What the tree, the indexes and the guards cost at the commit, beside what SQLite itself costs.

Runs the same 192-byte events, in interleaved rounds and on the same disk, through

- raw: sqlite3 `executemany` into one table, with the log's own pragmas: the limit;
- ours: `Log.writing` as the service uses it, tree, transaction record and command index included;
- ours, ids: the same where each event also introduces an id, as an import of expenses does;
- library: eventsourcing's default Application, which has no tree (and runs on WAL).

Usage: `python benchmarks/append.py [--rounds N] [--dir FOLDER]`. Read the ratios, not the times.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import token_hex

from eventsourcing.application import Application

from ledger.store.log import Log, NewEvent
from ledger.store.sqlite import connect

STREAMS = 97
TOPIC = "funds.expense-recorded.v1"
REACH = {1: (2.0, 1.6), 100: (4.0, 3.0)}
"""Events a commit → what must hold and what is aimed at, as multiples of raw (docs/DECISIONS.md)."""

Append = Callable[[list[NewEvent]], None]


def events() -> Iterator[NewEvent]:
    """An endless series of events over many streams, each of 192 bytes."""
    for n in count():
        stream = f"allocation/A-2024-{n % STREAMS:03d}"
        filler = f'{{"salt":"{token_hex(16)}","data":"'
        yield NewEvent(stream, n // STREAMS + 1, TOPIC, (filler + "x" * (190 - len(filler)) + '"}').encode())


@contextmanager
def raw(folder: Path) -> Iterator[Append]:
    connection: sqlite3.Connection = connect(folder / "raw.db", create=True)
    connection.execute(
        "CREATE TABLE events (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL,"
        " topic TEXT NOT NULL, state BLOB NOT NULL, UNIQUE (stream, version))"
    )

    def append(batch: list[NewEvent]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO events VALUES (NULL, ?, ?, ?, ?)", [e[:4] for e in batch])
        connection.execute("COMMIT")

    yield append
    connection.close()


@contextmanager
def ours(folder: Path, with_ids: bool = False) -> Iterator[Append]:
    log = Log.create(folder / f"ours-{with_ids}.db", "benchmark")

    def append(batch: list[NewEvent]) -> None:
        if with_ids:
            batch = [e._replace(introduces=(("expense", f"E-{token_hex(6)}"),)) for e in batch]
        with log.writing() as writer:
            writer.append(batch, commands=[token_hex(16) for _ in batch])

    yield append
    log.close()


@dataclass(frozen=True)
class LibraryEvent:
    originator_id: str
    originator_version: int
    state: str


@contextmanager
def library(folder: Path) -> Iterator[Append]:
    application = Application[str](
        {
            "PERSISTENCE_MODULE": "eventsourcing.sqlite",
            "SQLITE_DBNAME": str(folder / "library.db"),
            "ORIGINATOR_ID_TYPE": "text",
        }
    )

    def append(batch: list[NewEvent]) -> None:
        application.save(*(LibraryEvent(e.stream, e.version, e.state.decode()) for e in batch))

    yield append
    application.close()


def measure(folder: Path, a_commit: int, commits: int, rounds: int) -> dict[str, float]:
    """Median microseconds an event, for each way of appending."""
    with raw(folder) as r, ours(folder) as o, ours(folder, True) as i, library(folder) as lib:
        ways = {"raw": r, "ours": o, "ours, ids": i, "library": lib}
        sources = {name: events() for name in ways}
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for turn in range(rounds + 1):
            for name, append in ways.items():
                batches = [[next(sources[name]) for _ in range(a_commit)] for _ in range(commits)]
                begun = time.perf_counter()
                for batch in batches:
                    append(batch)
                if turn:  # the first round warms caches up
                    taken[name].append((time.perf_counter() - begun) / commits / a_commit * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def main() -> None:
    """Prints one table: microseconds an event and multiples of raw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--dir", type=Path, help="a folder on the disk to measure (default: the temporary one)"
    )
    options = parser.parse_args()
    print(f"{'events a commit':<16}{'way':<12}{'µs an event':>12}{'× raw':>8}{'reach':>8}{'aim':>6}")
    for a_commit, commits in ((1, 40), (100, 10)):
        with tempfile.TemporaryDirectory(dir=options.dir) as folder:
            found = measure(Path(folder), a_commit, commits, options.rounds)
        must, aim = REACH[a_commit]
        for name, microseconds in found.items():
            goal = f"{must:>8}{aim:>6}" if name == "ours" else ""
            print(f"{a_commit:<16}{name:<12}{microseconds:>12.1f}{microseconds / found['raw']:>8.2f}{goal}")


if __name__ == "__main__":
    main()
