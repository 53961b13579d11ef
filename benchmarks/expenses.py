"""The same expenses for us and for each peer: an event log of ours, and the journals of the others.

A grant a year, twelve lieux, so many expenses a grant, in date order; same seed, same expenses.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby, islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from benchmarks.generate import BATCH, LIEUX, Generator
from ledger.store.log import Log, NewEvent

FIRST_YEAR = 2005


class Expense(NamedTuple):
    """One payment under a grant."""

    id: str
    day: date
    label: str
    convention: str
    lieu: str
    cents: int

    @property
    def line(self) -> str:
        """The line of the grant's plan: each lieu has its own."""
        return f"line-{self.lieu}"

    @property
    def account(self) -> tuple[str, str]:
        """What is summed: the grant and the line."""
        return self.convention, self.line


def expenses(count: int, a_convention: int, seed: int = 1) -> list[Expense]:
    """So many expenses, so many of them under each grant."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        year, place = FIRST_YEAR + number // a_convention, number % a_convention
        day = date(year, 1, 3) + timedelta(days=360 * place // a_convention)
        lieu, cents = chance.choice(LIEUX), chance.randint(100, 4_000)
        found.append(Expense(f"E-{year}-{place:05d}", day, f"Supplies {place}", f"C-{year}", lieu, cents))
    return found


def sums(of: list[Expense]) -> Counter[tuple[str, str]]:
    """Cents of each account: what everybody must answer."""
    total: Counter[tuple[str, str]] = Counter()
    for expense in of:
        total[expense.account] += expense.cents
    return total


class _Writer(Generator):
    """Events of ours for given expenses."""

    def recording(self, of: list[Expense], *, proofs: bool) -> Iterator[NewEvent]:
        yield from self._founding()
        for convention, each in groupby(of, key=lambda expense: expense.convention):
            spent = list(each)
            received_cents = sum(expense.cents for expense in spent)  # so that the grant can be closed
            yield from self._convention(convention.removeprefix("C-"), received_cents)
            for expense in spent:
                yield from self._expense(expense, proofs=proofs)

    def _expense(self, expense: Expense, *, proofs: bool) -> Iterator[NewEvent]:
        year, scope = f"{expense.day:%Y}", (expense.convention,)
        evidence = []
        for place, kind in enumerate(("invoice", "proof_of_payment") if proofs else ()):
            digest = f"{self._random.getrandbits(256):064x}"
            attached = {
                "sha256": digest,
                "media_type": "application/pdf",
                "size_bytes": 20_000 + place,
                "evidence_kind": kind,
                "convention_id": expense.convention,
            }
            stream = f"evidence/{digest}"
            yield self._event("evidence.attached.v1", stream, expense.day, attached, scope=scope)
            evidence.append({"sha256": digest, "evidence_kind": kind})
        data: dict[str, Any] = {
            "expense_id": expense.id,
            "amount_cents": expense.cents,
            "label": expense.label,
            "convention_id": expense.convention,
            "allocation_id": f"A-{year}-{expense.lieu}",
            "line": expense.line,
            "lieu_id": expense.lieu,
            "decision_id": f"D-{year}-money",
            "account": "60",
            "evidence": evidence,
        }
        stream = f"expense/{expense.id}"
        introduces = ("expense", expense.id)
        yield self._event("expense.recorded.v1", stream, expense.day, data, introduces, scope=scope)


def write_log(log: Log, of: list[Expense], *, proofs: bool) -> None:
    """Our events of these expenses; with an invoice and a proof of payment each, on demand."""
    events = _Writer().recording(of, proofs=proofs)
    while batch := list(islice(events, BATCH)):
        with log.writing() as writer:
            writer.append(batch, commands=[str(orjson.loads(e.state)["command"]["id"]) for e in batch])


def write_hledger(path: Path, of: list[Expense]) -> None:
    """A journal that hledger and ledger both read."""
    with path.open("w", encoding="utf-8") as file:
        for expense in of:
            account = ":".join(("expenses", *expense.account))
            file.write(
                f"{expense.day} * {expense.label}\n    {account}  {_euros(expense)} EUR\n    assets:bank\n\n"
            )


def write_beancount(path: Path, of: list[Expense]) -> None:
    """A Beancount file; its accounts are opened first, as Beancount asks."""
    with path.open("w", encoding="utf-8") as file:
        file.write('option "operating_currency" "EUR"\n')
        for account in ("Assets:Bank", *sorted({_beancount(expense.account) for expense in of})):
            file.write(f"{FIRST_YEAR}-01-01 open {account} EUR\n")
        for expense in of:
            account = _beancount(expense.account)
            file.write(
                f'{expense.day} * "{expense.label}"\n  {account}  {_euros(expense)} EUR\n  Assets:Bank\n\n'
            )


def _beancount(account: tuple[str, str]) -> str:
    return ":".join(("Expenses", *(part.capitalize() for part in account)))


def _euros(expense: Expense) -> str:
    return f"{expense.cents // 100}.{expense.cents % 100:02d}"
