"""A ledger of a million events, ten years of a busy consortium: `python -m benchmarks size`, in some minutes.

What follows one act, flags included, must cost the same on it as on a small one; and all flags of ten years of
history must take seconds. Beside it, eight years of a small consortium, and the first year of the same one.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks import catch_up
from benchmarks.generate import write
from benchmarks.measuring import Row
from ledger.balance.flags import engine

SIZES = {"small": (10_000, 100), "a year": (100_000, 8_400), "ten years": (1_000_000, 8_400)}
"""Events, and events a month: eight years of a small consortium, one year and ten of a busy one."""

SAME = 1.5
FLAGS_SECONDS = 10


class Flags:
    """Computes the flags as ever, and keeps how long it took when it was for all of history.

    Attributes:
        seconds: that time.
    """

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self, db: sqlite3.Connection, changed: engine.Changed) -> None:
        start = time.process_time()
        engine.refresh(db, changed)
        if not changed.since:
            self.seconds = time.process_time() - start


def main() -> list[Row]:
    """What one act costs on each size, and all flags of the largest."""
    flags = Flags()
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        ledgers = {}
        for name, (events, a_month) in SIZES.items():
            log = stack.enter_context(
                closing(write(Path(temporary) / name, events, events_per_month=a_month))
            )
            ledgers[name] = catch_up.Ledger(log, log.path.with_name("members.db"), flags)
        found = catch_up.measure(ledgers)
    rows = [_after(act, *times.values()) for act, times in found.items()]
    computed = f"{flags.seconds:.1f} s of processor time"
    return [
        *rows,
        Row("all flags of ten years", computed, reach="seconds", reached=flags.seconds < FLAGS_SECONDS),
    ]


def _after(act: str, small: float, year: float, ten_years: float) -> Row:
    return Row(
        f"after one act ({act}), 1,000,000 events of ten years",
        f"{ten_years:.1f} ms",
        f"10,000 events of eight years: {small:.1f} ms; 100,000 of one year: {year:.1f} ms",
        ten_years / small,
        f"about the same, ≤ {SAME} ×",
        ten_years / small <= SAME,
    )
