"""The balance of 100,000 expenses: hledger, ledger and Beancount, and us, on the very same expenses.

Each tool reads its own format; every answer that is timed is compared. Ours is measured
twice: from the tables, which are kept up to date at each act; and cold, from the bare event log, as a
whole process that projects every table and then answers. Beancount's cache of parsed files is off.
A peer that is not there is reported as missing. `python -m benchmarks.peers [EXPENSES]`.
"""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.expenses import Expense, expenses, sums, write_beancount, write_hledger, write_log
from benchmarks.measuring import Program, Row, compiled, interleaved, told
from ledger.balance.report import balance
from ledger.readmodel.projector import Projector
from ledger.store.log import Log

COUNT, A_CONVENTION, ROUNDS = 100_000, 5_000, 3
FROM_TABLES_SECONDS = 0.1
PYTHON_PEERS = ("beancount==3.2.3", "fava==1.30.16")
PYTHON_PEERS_HOME = Path(".make/peers")

OURS = "SELECT convention_id, line, spent_cents FROM money_by_line"

Sums = Counter[tuple[str, str]]


class Peer(NamedTuple):
    """Another program that answers.

    Args:
        name: what to call it.
        program: how to ask it; None when it is not there.
        read: from what it prints to cents by account.
        rounds: how often it is run: once for one that takes very long.
    """

    name: str
    program: Program | None
    read: Callable[[str], Sums]
    rounds: int = ROUNDS


def main(count: int = COUNT) -> list[Row]:
    """All rows; raises AssertionError when anybody's sums differ from the expenses themselves."""
    of = expenses(count, A_CONVENTION)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_hledger(folder / "expenses.journal", of)
        write_beancount(folder / "expenses.beancount", of)
        with closing(Log.create(folder / "log.db", "ledger-benchmark")) as log:
            write_log(log, of, proofs=False)
            Projector(log, folder / "members.db", None).rebuild()
        peers = [_hledger(folder), _ledger(folder), _beancount(folder)]
        return [*_from_tables(folder, of), *_cold(folder, of, peers)]


def _from_tables(folder: Path, of: list[Expense]) -> list[Row]:
    path, year = folder / "members.db", max(expense.day for expense in of).year
    assert _ours(path) == sums(of), "our tables do not give the same sums"

    def money() -> None:
        with closing(sqlite3.connect(path)) as db:
            balance(db, by="lieu", of="money", as_of=date(year, 12, 31))

    works = {
        f"sums of {len(of):,} expenses by grant and line, from the tables": lambda: _ours(path),
        "`balance --of money` over them": money,
    }
    reach = f"< {FROM_TABLES_SECONDS} s"
    return [
        Row(work, f"{took * 1e3:.1f} ms", reach=reach, reached=took < FROM_TABLES_SECONDS)
        for work, took in interleaved(works, 7).items()
    ]


def _cold(folder: Path, of: list[Expense], peers: list[Peer]) -> list[Row]:
    """The whole way as a process, each peer beside ours; the limit is hledger's time.

    Raises:
        AssertionError: somebody does not give the sums of the expenses themselves.
    """
    expected = sums(of)
    ours = Peer("ours", _cold_program(folder), _read_ours)
    taken: dict[str, list[float]] = {peer.name: [] for peer in (ours, *peers)}
    for number in range(ROUNDS):
        for peer in (ours, *peers):
            if peer.program is None or number >= peer.rounds:
                continue
            start = time.perf_counter()
            printed = peer.program.output()
            taken[peer.name].append(time.perf_counter() - start)
            assert peer.read(printed) == expected, f"{peer.name} does not give the same sums"
    return [_beside(f"log of {len(of):,} expenses to their sums, cold", peer, taken) for peer in peers]


def _beside(work: str, peer: Peer, taken: dict[str, list[float]]) -> Row:
    ours = median(taken["ours"])
    if peer.program is None:
        return Row(work, f"{ours:.2f} s", f"missing: {peer.name} IS NOT INSTALLED")
    theirs = median(taken[peer.name])
    beside, limit = f"{peer.name} {theirs:.2f} s", peer.name == "hledger"
    reach, reached = ("< hledger", ours < theirs) if limit else ("", None)
    return Row(work, f"{ours:.2f} s", beside, ours / theirs, reach, reached)


# --- ours


def _ours(members: Path) -> Sums:
    with closing(sqlite3.connect(members)) as db:
        return Counter({(convention, line): cents for convention, line, cents in db.execute(OURS)})


_COLD = f"""
import sqlite3, sys, tempfile
from pathlib import Path
from ledger.readmodel.projector import Projector
from ledger.store.log import Log
with tempfile.TemporaryDirectory(dir=sys.argv[1]) as views:
    members = Path(views) / "members.db"
    log = Log.open(Path(sys.argv[1]) / "log.db", read_only=True)
    Projector(log, members, None).rebuild()
    for row in sqlite3.connect(members).execute({OURS!r}):
        print(*row, sep=",")
"""


def _cold_program(folder: Path) -> Program:
    return Program((sys.executable, "-c", _COLD, folder), compiled(folder))


def _read_ours(text: str) -> Sums:
    return Counter(
        {(convention, lieu): int(cents) for convention, lieu, cents in csv.reader(text.splitlines())}
    )


# --- peers


def _hledger(folder: Path) -> Peer:
    found = command("hledger", "hledger")
    asked = ("-f", folder / "expenses.journal", "balance", "^expenses", "--flat", "-N", "-O", "csv")
    return Peer("hledger", Program((found, *asked)) if found else None, _read_csv)


def _ledger(folder: Path) -> Peer:
    found = command("ledger", "command-line accounting")
    line = "%(account),%(quantity(scrub(display_total)))\n"
    asked = ("-f", folder / "expenses.journal", "balance", "^expenses", "--flat", "--no-total")
    return Peer("ledger", Program((found, *asked, "--balance-format", line)) if found else None, _read_csv)


def _beancount(folder: Path) -> Peer:
    home = python_peers()
    query = "SELECT account, sum(number) AS total WHERE account ~ '^Expenses' GROUP BY account"
    asked = ("-f", "csv", folder / "expenses.beancount", query)
    no_cache = {"BEANCOUNT_DISABLE_LOAD_CACHE": "1", **compiled(folder)}
    program = Program((home / "bin" / "bean-query", *asked), no_cache) if home else None
    return Peer("beancount", program, _read_csv, rounds=1)


def command(name: str, says: str) -> Path | None:
    """A program on the path that is the one meant: our own is called `ledger` too."""
    for folder in os.get_exec_path():
        path = Path(folder) / name
        if path.is_file() and says in Program((path, "--version")).output():
            return path
    return None


def python_peers() -> Path | None:
    """An environment of their own for the peers that are Python packages; None when they cannot be had."""
    home = PYTHON_PEERS_HOME.absolute()
    if (home / "complete").exists():
        return home
    venv.create(home, with_pip=True, clear=True)
    install: list[str | Path] = [
        home / "bin" / "python",
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        *PYTHON_PEERS,
    ]
    if subprocess.run(install, timeout=300, check=False).returncode:
        return None
    (home / "complete").touch()
    return home


def _read_csv(text: str) -> Sums:
    """Rows of account and amount: `expenses:C-2005:line-lieu-1,"1234.50 EUR"`."""
    found: Sums = Counter()
    for account, amount in csv.reader(text.splitlines()):
        names = account.strip().lower().split(":")
        if names[0] == "expenses":
            found[names[1].upper(), names[2]] = int(Decimal(amount.split()[0]) * 100)
    return found


if __name__ == "__main__":
    print(told(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)))
