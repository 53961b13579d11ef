"""Rebuilding every table of `members.db`, against the least that any program would have to do.

The floor, measured in the same run: read every event, decode its JSON, and write the very same final
rows in bulk (`executemany`, keys but no other index, same pragmas, one transaction). The rebuild also
folds, indexes, computes flags and keeps cursor and tree head. `python -m benchmarks.rebuild [EVENTS]`.
"""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import orjson

from benchmarks.generate import write
from ledger.readmodel.creation import connect, create_tables
from ledger.readmodel.projector import Projector
from ledger.store.log import Log

CHUNK = 50_000


def timed(work: Callable[[], object]) -> float:
    """Seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read_and_decode(path: Path) -> None:
    """Every event of the log, as a plain dict."""
    with closing(sqlite3.connect(path)) as connection:
        for (state,) in connection.execute("SELECT state FROM events ORDER BY seq"):
            orjson.loads(state)


def write_final_rows(view: Path, copy: Path) -> tuple[float, int]:
    """Seconds to write all rows of a view into an empty one, and how many rows; reading is not counted."""
    copy.unlink(missing_ok=True)
    seconds, count = 0.0, 0
    with closing(sqlite3.connect(view)) as source, closing(connect(copy)) as target:
        target.execute("BEGIN IMMEDIATE")
        create_tables(target)
        for (table,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows = source.execute(f'SELECT * FROM "{table}"')
            while chunk := rows.fetchmany(CHUNK):
                statement = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(chunk[0]))})'
                seconds += timed(partial(target.executemany, statement, chunk))
                count += len(chunk)
        seconds += timed(lambda: target.execute("COMMIT"))
    return seconds, count


def measure(log: Log, folder: Path) -> dict[str, float]:
    """One round over one log.

    Returns:
        Microseconds an event of each part, and the ratios to the floor.
    """
    size, view = log.head().size, folder / "members.db"
    bare = timed(lambda: Projector(log, view, None, after_page=lambda _connection, _changed: None).rebuild())
    whole = timed(lambda: Projector(log, view, None).rebuild())
    read = timed(lambda: read_and_decode(log.path))
    written, rows = write_final_rows(view, folder / "floor.db")
    micro = 1e6 / size
    floor = read + written
    return {
        "events": size,
        "rows": rows,
        "read_decode_us": read * micro,
        "bulk_write_us": written * micro,
        "floor_us": floor * micro,
        "rebuild_without_flags_us": bare * micro,
        "rebuild_us": whole * micro,
        "ratio_without_flags": bare / floor,
        "ratio": whole / floor,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main(events: int, folder: Path) -> None:
    """Prints one JSON line."""
    with closing(write(folder, events)) as log:
        result = measure(log, folder)
    print(json.dumps({name: round(value, 2) for name, value in result.items()}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        main(
            int(sys.argv[1]) if len(sys.argv) > 1 else 200_000,
            Path(sys.argv[2]) if len(sys.argv) > 2 else Path(temporary),
        )
