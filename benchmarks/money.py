"""One grant of 100,000 expenses, worked on as people do, by whole commands: `python -m benchmarks money`.

Beside each command, the same on a grant of 150 expenses, or what another program does with the same expenses.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks import pages
from benchmarks.expenses import expenses, write_beancount, write_hledger, write_log
from benchmarks.measuring import RUN_SECONDS, Program, Row, compiled
from benchmarks.peers import command, python_peers
from ledger.service.ledger import Ledger

MANY, FEW = 100_000, 150
ROUNDS = 3
GRANT, YEAR, DECISION = "C-2005", "2005", "D-2005-money"
SECONDS, PAGE_SECONDS, PATIENCE_SECONDS = 1.0, 1.5, 60.0
SAME = 1.5
NUMBERS = count(1)


def main() -> list[Row]:
    """What each command takes; closing comes first, while the money received is the money spent."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, number in (("many", MANY), ("few", FEW)):
            of = expenses(number, number)
            with Ledger.create(folder / name, "en") as ledger:
                write_log(ledger.log, of, proofs=False)
                ledger.projector().catch_up()
            write_hledger(folder / f"{name}.journal", of)
            write_beancount(folder / f"{name}.beancount", of)
        report = ("convention", "report", "R-1", "--convention", GRANT, "--kind", "final", "--year", YEAR)
        _ours(folder, "many", *report).output()  # no grant is closed without
        return [
            _beside(
                folder, "the grant closed", ("convention", "end", GRANT), ("close",), limit=None, rounds=1
            ),
            _grown(folder, "an expense recorded", _spend, SAME),
            _beside(folder, "trail, as a terminal shows it", ("trail", GRANT), ("register", "^expenses")),
            _beside(
                folder,
                "trail, all of it as data",
                ("trail", GRANT, "--json"),
                ("print", "-O", "csv"),
                limit=None,
            ),
            _beancount(folder),
            _beside(
                folder,
                "financial report of a year",
                ("report", GRANT, "--year", YEAR),
                ("incomestatement", "--yearly"),
            ),
            _page(folder),
        ]


def _spend() -> tuple[str, ...]:
    act = (
        "money",
        "spend",
        f"E-more-{next(NUMBERS)}",
        "--amount",
        "0.01",
        "--label",
        "One more",
        "--on",
        "2005-12-20",
    )
    return (*act, "--convention", GRANT, "--allocation", "A-2005-lieu-1", "--decision", DECISION)


def _ours(folder: Path, name: str, *arguments: str) -> Program:
    ours = "from ledger.cli.main import main; main()"
    return Program((sys.executable, "-c", ours, "--ledger", folder / name, *arguments), compiled(folder))


def _seconds(program: Program) -> float:
    start = time.perf_counter()
    program.output()
    return time.perf_counter() - start


def _at_most(program: Program) -> float:
    """Its seconds; the most that any run may take when it takes longer."""
    try:
        return _seconds(program)
    except subprocess.TimeoutExpired:
        return RUN_SECONDS


def _grown(folder: Path, work: str, arguments: Callable[[], tuple[str, ...]], same: float) -> Row:
    many, few = [], []
    for _round in range(ROUNDS):
        many.append(_seconds(_ours(folder, "many", *arguments())))
        few.append(_seconds(_ours(folder, "few", *arguments())))
    ratio = median(many) / median(few)
    beside = f"on {FEW} expenses {median(few):.2f} s"
    return Row(
        _of(work), f"{median(many):.2f} s", beside, ratio, f"about the same, ≤ {same} ×", ratio <= same
    )


def _beside(
    folder: Path,
    work: str,
    ours: tuple[str, ...],
    theirs: tuple[str, ...],
    *,
    limit: float | None = SECONDS,
    rounds: int = ROUNDS,
) -> Row:
    """A command of ours and one of hledger in turns; fast means so many seconds and less than hledger."""
    hledger = command("hledger", "hledger")
    mine, other = [], []
    for _round in range(rounds):
        mine.append(_seconds(_ours(folder, "many", *ours)))
        if hledger:
            other.append(_at_most(Program((hledger, "-f", folder / "many.journal", *theirs))))
    took = f"{median(mine):.2f} s"
    if not other:
        return Row(_of(work), took, "missing: hledger IS NOT INSTALLED")
    ratio = median(mine) / median(other)
    reach = "< hledger" if limit is None else f"< {limit:.0f} s, < hledger"
    reached = ratio < 1 and (limit is None or median(mine) < limit)
    return Row(_of(work), took, f"hledger {theirs[0]} {median(other):.2f} s", ratio, reach, reached)


def _beancount(folder: Path) -> Row:
    """The list of all expenses, which Beancount's query gives."""
    work, home = "trail, as a terminal shows it", python_peers()
    ours = _seconds(_ours(folder, "many", "trail", GRANT))
    if not home:
        return Row(_of(work), f"{ours:.2f} s", "missing: beancount IS NOT INSTALLED")
    query = "SELECT date, narration, account, number WHERE account ~ '^Expenses'"
    no_cache = {"BEANCOUNT_DISABLE_LOAD_CACHE": "1", **compiled(folder)}
    theirs = _seconds(Program((home / "bin" / "bean-query", folder / "many.beancount", query), no_cache))
    return Row(_of(work), f"{ours:.2f} s", f"beancount {theirs:.2f} s", ours / theirs, "", None)


def _page(folder: Path) -> Row:
    """The grant's page, never asked before, beside Fava's report of the account."""
    taken: dict[str, list[float]] = {}
    with ExitStack() as stack:
        sites = {"ours": stack.enter_context(pages.serving(folder, folder / "many", GRANT))}
        if home := python_peers():
            of = expenses(MANY, MANY)
            sites["fava"] = stack.enter_context(pages.fava(folder, of, home, GRANT))
        for name, site in sites.items():
            taken[name] = [_answered(f"{site.report}{next(NUMBERS)}") for _round in range(ROUNDS)]
    ours = median(taken["ours"])
    if "fava" not in taken:
        return Row(_of("page"), f"{ours:.2f} s", "missing: FAVA IS NOT INSTALLED")
    fava = median(taken["fava"])
    reach = f"< {PAGE_SECONDS} s, < Fava"
    reached = ours < min(fava, PAGE_SECONDS)
    theirs = f"Fava {fava:.2f} s" if fava < PATIENCE_SECONDS else f"Fava: no answer in {fava:.0f} s"
    return Row(_of("page"), f"{ours:.2f} s", theirs, ours / fava, reach, reached)


def _answered(url: str) -> float:
    """Seconds until the whole answer; the most that is waited for when it takes longer."""
    start = time.perf_counter()
    try:
        pages.get(url, PATIENCE_SECONDS)
    except TimeoutError:
        return PATIENCE_SECONDS
    return time.perf_counter() - start


def _of(work: str) -> str:
    return f"{work}, grant of {MANY:,} expenses"
