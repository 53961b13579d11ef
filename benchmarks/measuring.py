"""How every benchmark measures and tells: interleaved runs, medians, one row a result."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import NamedTuple

RUN_SECONDS = 180
"""No single run of a program may take longer."""


@dataclass(frozen=True)
class Row:
    """One result.

    Args:
        work: what was done.
        ours: what it cost us, with its unit.
        beside: what it is compared with, and what that cost; "missing: …" when it is not installed.
        ratio: ours ÷ beside for costs, ours ÷ beside for rates; None when there is nothing beside.
        reach: the goal in words (`≤ 2 ×`, `> 4 ×`, `< 0.1 s`).
        reached: whether it is met; None when there is no goal for it, or it could not be measured.
    """

    work: str
    ours: str
    beside: str = ""
    ratio: float | None = None
    reach: str = ""
    reached: bool | None = None


HEADER = (("work", "ours", "beside it", "ratio", "reach", ""), ("---",) * 6)


def told(rows: Iterable[Row], *, header: bool = True) -> str:
    """The rows as a table in Markdown."""
    lines: list[tuple[str, ...]] = list(HEADER) if header else []
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×" if row.ratio < 10 else f"{row.ratio:.1f} ×"
        verdict = {True: "yes", False: "**no**", None: ""}[row.reached]
        lines.append((row.work, row.ours, row.beside, ratio, row.reach, verdict))
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds that a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each piece of work, run in turns so that a busy moment spoils none of them alone."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _round in range(rounds):
        for name, work in works.items():
            taken[name].append(seconds(work))
    return {name: median(times) for name, times in taken.items()}


class Program(NamedTuple):
    """A program with its arguments, and what is special in its environment."""

    arguments: Sequence[str | Path]
    environment: Mapping[str, str] = {}

    def output(self) -> str:
        """What it prints; run to its end.

        Raises:
            RuntimeError: it failed; with the end of what it said.
            subprocess.TimeoutExpired: it took far too long; it was ended.
        """
        done = subprocess.run(
            [str(each) for each in self.arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            timeout=RUN_SECONDS,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{self.arguments[0]} ended with {done.returncode}: {done.stderr[-800:]}")
        return done.stdout


def compiled(folder: Path) -> dict[str, str]:
    """The environment in which Python keeps what it compiled there, as it does for an installed program."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def ended(process: subprocess.Popen[str]) -> None:
    """Ends a process that we started, gently then firmly."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(10)
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()
