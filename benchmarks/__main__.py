"""Runs benchmarks, bounded in time, and prints one table: `python -m benchmarks [NAME…]`.

Without a name all are run but `size` and `money`, which take longer than all others together.

A benchmark that fails or takes too long is told as such and the others still run; the exit code is then
1. A goal that is missed is said in the table and fails nothing: times are not tests.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks import append, catch_up, money, pages, peers, rebuild, size, startup
from benchmarks.generate import write
from benchmarks.measuring import Row, seconds, told
from ledger.store.verify import verify

LIMIT_SECONDS, SLOW_SECONDS = 240, 1_800
"""No single benchmark may take longer; none of those that are run by name alone."""

LARGE, SMALL = 100_000, 10_000


def main(names: list[str]) -> int:
    """Runs those named, or all that are not slow; the exit code."""
    failed = 0
    print(told(()), flush=True)
    for name in names or WORKS:
        start = time.monotonic()
        try:
            with _limited(SLOW_SECONDS if name in SLOW else LIMIT_SECONDS):
                rows = (WORKS | SLOW)[name]()
        except Exception:
            failed = 1
            traceback.print_exc()
            rows = [Row(name, "FAILED: see above")]
        print(told(rows, header=False), flush=True)
        print(f"… {name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
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


def _tables() -> list[Row]:
    """Rebuilding and verifying a large ledger, then catching up on it and on a small one."""
    with tempfile.TemporaryDirectory() as temporary:
        small, large = Path(temporary) / "small", Path(temporary) / "large"
        with closing(write(large, LARGE)) as log, closing(write(small, SMALL)) as other:
            found = rebuild.measure(log, large)
            verified = seconds(lambda: verify(log)) * 1e6 / LARGE
            caught_up = catch_up.measure(
                {
                    "small": catch_up.Ledger(other, small / "members.db"),
                    "large": catch_up.Ledger(log, large / "members.db"),
                }
            )
    floor = f"read, decode and bulk write {found['floor_us']:.1f} µs"
    rows = [
        Row(
            f"rebuild every table from {LARGE:,} events, flags included",
            f"{found['rebuild_us']:.1f} µs an event",
            floor,
            found["ratio"],
            "≤ 5 ×, aim 3",
            found["ratio"] <= 5,
        ),
        Row(
            "the same without flags",
            f"{found['rebuild_without_flags_us']:.1f} µs an event",
            floor,
            found["ratio_without_flags"],
        ),
        Row("full verification, unsigned", f"{verified:.1f} µs an event"),
    ]
    for act, times in caught_up.items():
        few, many = times.values()
        work, beside = f"catch up after one act ({act}) on {LARGE:,} events", f"on {SMALL:,}: {few:.1f} ms"
        rows.append(
            Row(work, f"{many:.1f} ms", beside, many / few, "the size does not matter", many / few < 1.5)
        )
    return rows


WORKS: dict[str, Callable[[], list[Row]]] = {
    "startup": startup.main,
    "append": _append,
    "tables": _tables,
    "peers": peers.main,
    "pages": pages.main,
}
SLOW: dict[str, Callable[[], list[Row]]] = {"size": size.main, "money": money.main}


def _ended(_signal: int, _frame: object) -> None:
    """Asked to end: what was opened is closed and what was started is ended on the way out."""
    sys.exit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _ended)
    sys.exit(main(sys.argv[1:]))
