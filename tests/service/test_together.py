"""Several members recording at once: one lock, one budget, no loss."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from tests.conftest import write

from ledger.folder import read
from ledger.kernel.errors import Refused
from ledger.service.ledger import Ledger
from ledger.service.verifying import verify

MONEY = """
acts:
  - adopt-decision: {id: D-1, text: Tools for everyone, ceiling: 100 €, represented: [atelier, halle], on: 2024-01-10}
  - give-role: {role: carrier, organisation: asso-a, carrier kind: member, from: 2024-01-10, on: 2024-01-10}
  - register-organisation: {id: ville, name: La ville, on: 2024-01-10}
  - sign-convention:
      id: C-1
      title: Outils
      funders: [ville]
      amount: 1 000 €
      starts: 2024-01-10
      ends: 2024-12-31
      plan: [{line: outils, label: Outils, amount: 1 000 €}]
      on: 2024-01-10
"""


def _spend(folder: Path, tries: int, results: multiprocessing.Queue[int]) -> None:
    """Set aside ten euros, over and over, until the decision's ceiling says no."""
    accepted = 0
    with Ledger.open(read(folder)) as ledger:
        for _ in range(tries):
            try:
                ledger.record_act(
                    "allocate-funds",
                    {"line": "outils", "lieu": "halle", "amount": "10 €", "decision": "D-1"},
                    author="coord",
                )
                accepted += 1
            except Refused as refused:
                if refused.rule != "R7":
                    raise
    results.put(accepted)


@pytest.mark.slow
def test_four_writers_never_pass_the_ceiling_of_a_decision(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "money.yaml", MONEY), author="coord")
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[int] = context.Queue()
    writers = [context.Process(target=_spend, args=(ledger.folder.path, 6, results)) for _ in range(4)]
    for writer in writers:
        writer.start()
    accepted = sum(results.get(timeout=60) for _ in writers)
    for writer in writers:
        writer.join(timeout=30)
        assert writer.exitcode == 0
    assert accepted == 10
    assert ledger.state("convention/C-1").allocated_cents == 10_000
    assert not verify(ledger).problems


def test_a_ledger_copied_while_it_is_read_stays_whole(ledger: Ledger, tmp_path: Path) -> None:
    """The log is one file with a rollback journal: a copy made between two writes is a ledger."""
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("log.db", "vault.db", "ledger.toml"):
        (copy / name).write_bytes((ledger.folder.path / name).read_bytes())
    for name in ("views", "evidence", "heads"):
        (copy / name).mkdir()
    with Ledger.open(read(copy)) as other:
        assert other.log.head() == ledger.log.head()
        assert not verify(other).problems
