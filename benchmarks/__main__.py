"""Runs every benchmark, bounded in time, and prints one table: `python -m benchmarks [NAME…]`.

A benchmark that fails or takes too long is told as such and the others still run; the exit code is then
1. A goal that is missed is said in the table and fails nothing: times are not tests.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks import append, catch_up, pages, peers, rebuild, startup
from benchmarks.generate import write
from benchmarks.measuring import Row, seconds, told
from ledger.store.verify import verify

LIMIT_SECONDS = 150
"""No single benchmark may take longer."""

LARGE, SMALL = 200_000, 10_000


def main(names: list[str]) -> int:
    """Runs those named, or all; the exit code."""
    failed = 0
    rows: list[Row] = []
    for name in names or WORKS:
        print(f"… {name}", file=sys.stderr, flush=True)
        try:
            with _limited(LIMIT_SECONDS):
                rows += WORKS[name]()
        except Exception:
            failed = 1
            traceback.print_exc()
            rows.append(Row(name, "FAILED: see above"))
    print(told(rows))
    return failed


@contextmanager
def _limited(limit: int) -> Iterator[None]:
    """Raises TimeoutError in the block once it has run so many seconds; what it opened is then closed."""

    def late(_signal: int, _frame: object) -> None:
        raise TimeoutError(f"stopped after {limit} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(limit)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _append() -> list[Row]:
    rows = []
    for a_commit, commits in ((1, 40), (100, 10)):
        with tempfile.TemporaryDirectory() as folder:
            found = append.measure(Path(folder), a_commit, commits, rounds=9)
        must, aim = append.REACH[a_commit]
        raw = found.pop("raw")
        for way, microseconds in found.items():
            goal, ratio = way == "ours", microseconds / raw
            rows.append(
                Row(
                    f"append, {a_commit} a commit: {way}",
                    f"{microseconds:.1f} µs an event",
                    f"raw SQLite {raw:.1f} µs",
                    ratio,
                    f"≤ {must} ×, aim {aim}" if goal else "",
                    ratio <= must if goal else None,
                )
            )
    return rows


def _rebuild() -> list[Row]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with closing(write(folder, LARGE)) as log:
            found = rebuild.measure(log, folder)
            verified = seconds(lambda: verify(log)) * 1e6 / LARGE
    ratio, floor = found["ratio"], f"read, decode and bulk write {found['floor_us']:.1f} µs"
    return [
        Row(
            f"rebuild every table from {LARGE:,} events, flags included",
            f"{found['rebuild_us']:.1f} µs an event",
            floor,
            ratio,
            "≤ 5 ×, aim 3",
            ratio <= 5,
        ),
        Row(
            "the same without flags",
            f"{found['rebuild_without_flags_us']:.1f} µs an event",
            floor,
            found["ratio_without_flags"],
        ),
        Row("full verification, unsigned", f"{verified:.1f} µs an event"),
    ]


def _catch_up() -> list[Row]:
    with tempfile.TemporaryDirectory() as temporary:
        few, many = (catch_up.measure(Path(temporary) / str(events), events) for events in (SMALL, LARGE))
    return [
        Row(
            f"catch up after one act: {act}, {LARGE:,} events",
            f"{many[act]:.1f} ms",
            f"{SMALL:,} events {few[act]:.1f} ms",
            many[act] / few[act],
            "the size does not matter",
            many[act] / few[act] < 2,
        )
        for act in few
    ]


WORKS: dict[str, Callable[[], list[Row]]] = {
    "startup": startup.main,
    "append": _append,
    "rebuild": _rebuild,
    "catch_up": _catch_up,
    "peers": peers.main,
    "pages": pages.main,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
