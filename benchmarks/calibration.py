"""False alarms and power of the evidence rule, simulated: `python -m benchmarks.calibration [RUNS]`.

One look: so many equal acts, shared at random. A year: monthly looks, two in a row raise, as the flags do.
The figures that the rule was chosen by stand beside what is found; a difference above four standard errors
of both simulations is marked (three would mark one of these 64 by chance in a sixth of the runs), and the
program then exits with 1. Same seed, same figures: docs/CALIBRATION.md keeps the full run.
"""

from __future__ import annotations

import random
import sys
from datetime import date
from math import sqrt

from ledger.balance import evidence
from ledger.balance.evidence import HALF
from ledger.balance.flags.base import RANK, Evaluation
from ledger.balance.flags.reliance import Look, shown

EQUAL, ONE_LOOK_RUNS, YEAR_RUNS = None, 4000, 3000

ONE_LOOK = {
    # members, acts: naive false alarm, false alarm, naive power, power at a true share of 70 %
    (3, 2): (0.34, 0.00, 0.54, 0.00),
    (3, 6): (0.29, 0.05, 0.76, 0.43),
    (3, 10): (0.21, 0.06, 0.85, 0.66),
    (3, 20): (0.11, 0.01, 0.95, 0.76),
    (4, 6): (0.15, 0.02, 0.75, 0.43),
    (4, 10): (0.09, 0.01, 0.85, 0.64),
    (6, 10): (0.01, 0.00, 0.85, 0.64),
    (20, 10): (0.00, 0.00, 0.86, 0.64),
}
A_YEAR = {
    # members: with equal members, at 40 %, at 70 % (three acts a month), at 70 % (one act a month)
    "watch": {
        3: (0.07, 0.12, 0.96, 0.68),
        4: (0.00, 0.06, 0.95, 0.66),
        6: (0.00, 0.06, 0.94, 0.65),
        20: (0.00, 0.05, 0.94, 0.60),
    },
    "alert": {
        3: (0.00, 0.01, 0.79, 0.33),
        4: (0.00, 0.01, 0.75, 0.32),
        6: (0.00, 0.00, 0.78, 0.30),
        20: (0.00, 0.01, 0.77, 0.27),
    },
}
CASES = ((3, EQUAL), (3, 0.4), (3, 0.7), (1, 0.7))
"""Acts a month, and the true share of one member."""


def shares(members: int, top: float | None) -> list[float]:
    """True shares: equal, or one member's and the rest equal."""
    if top is None:
        return [1 / members] * members
    return [top, *([(1 - top) / (members - 1)] * (members - 1))]


def one_look(members: int, acts: int, top: float | None, dice: random.Random) -> tuple[bool, bool]:
    """Whether anybody's share passes half, and whether the rule says `watch` of anybody."""
    counts = [0] * members
    for holder in dice.choices(range(members), shares(members, top), k=acts):
        counts[holder] += 1
    largest = max(counts) / acts
    level = evidence.judge(largest, acts, members, acts).level
    return largest > HALF, RANK[level] >= RANK["watch"]


def a_year(members: int, a_month: int, top: float | None, dice: random.Random) -> int:
    """The rank of the gravest level in twelve monthly looks at all that was done so far."""
    counts = [0] * members
    looks: list[list[Look]] = [[] for _ in range(members)]
    for month in range(1, 13):
        for holder in dice.choices(range(members), shares(members, top), k=a_month):
            counts[holder] += 1
        acts, on = sum(counts), date(2024, month, 28)
        for holder, count in enumerate(counts):
            judgement = evidence.judge(count / acts, acts, members, acts)
            figures = Evaluation(on, judgement.level, count / acts, HALF, "default", acts, on, on)
            looks[holder].append(Look(figures, judgement, evidence.info_line(members)))
    return max(RANK[level] for each in looks for level in shown(each))


def told(label: str, found: list[float], expected: tuple[float, ...], runs: int) -> bool:
    """Prints a row; whether all of it is within four standard errors (and the rounding) of what stands."""
    cells, well = [], True
    for value, wanted in zip(found, expected, strict=True):
        error = 4 * sqrt(2 * max(wanted * (1 - wanted), 0.002) / runs) + 0.005
        off = abs(value - wanted) > error
        well &= not off
        cells.append(f"{value:.3f} ({wanted:.2f}){'*' if off else ' '}")
    print(f"{label:<16}{'  '.join(cells)}")
    return well


def main(runs: int | None = None) -> int:
    """Prints both tables; 1 when a figure is not the one that the rule was chosen by."""
    dice, well = random.Random(1), True
    looks, years = runs or ONE_LOOK_RUNS, runs or YEAR_RUNS
    print("One look: found (expected): naive false alarm, false alarm, naive power at 70 %, power at 70 %")
    for (members, acts), expected in ONE_LOOK.items():
        alarms = [one_look(members, acts, EQUAL, dice) for _ in range(looks)]
        powers = [one_look(members, acts, 0.7, dice) for _ in range(looks)]
        found = [sum(each[i] for each in rows) / looks for rows in (alarms, powers) for i in (0, 1)]
        well &= told(f"n={members} m={acts}", found, expected, looks)
    print("A year of monthly looks: equal, 40 %, 70 % (3 acts a month), 70 % (1 act a month)")
    for members in A_YEAR["watch"]:
        gravest = [[a_year(members, a_month, top, dice) for _ in range(years)] for a_month, top in CASES]
        for level, expected_by_members in A_YEAR.items():
            found = [sum(each >= RANK[level] for each in ranks) / years for ranks in gravest]  # type: ignore[index]
            well &= told(f"n={members} {level}", found, expected_by_members[members], years)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else None))
