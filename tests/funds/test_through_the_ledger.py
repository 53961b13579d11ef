"""Money from a member's file to the trail: the real service, decisions and read model."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.funds.trail import trail
from ledger.kernel.errors import LedgerError, Refused, UnknownId
from ledger.service.correcting import correction
from ledger.service.ledger import Ledger, as_dict

Say = Callable[[str], Any]


@pytest.fixture
def say(ledger: Ledger, tmp_path: Path) -> Say:
    """Records acts as a member writes them; each call is a file of its own."""
    count = 0

    def record(acts: str) -> Any:
        nonlocal count
        count += 1
        path = tmp_path / f"acts-{count}.yaml"
        path.write_text("acts:\n" + acts, encoding="utf-8")
        return ledger.record_file(path)

    return record


GRANT = """
  - register-organisation: {id: anct, name: ANCT}
  - register-organisation: {id: region, name: Région}
  - give-role: {role: carrier, organisation: asso-a, carrier_kind: member, from: 2024-01-02}
  - sign-convention: {id: C-A, title: Fabrique, funders: anct, amount: 10 000 €,
      starts: 2024-01-15, ends: 2024-12-31}
  - sign-convention: {id: C-R, title: Région, funders: region, amount: 10 000 €,
      starts: 2024-01-15, ends: 2024-12-31}
  - adopt-decision: {id: D-1, text: Petits travaux, ceiling: 1 000 €, represented: [atelier, halle, serre]}
  - adopt-decision: {id: D-2, text: Un agenda partagé, represented: [atelier, halle, serre]}
"""


def refusal(say: Say, acts: str) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        say(acts)
    return caught.value


def test_the_ceiling_of_a_decision_holds_over_all_conventions(say: Say) -> None:
    say(GRANT)
    say("  - allocate-funds: {id: A-1, convention: C-A, line: travaux, amount: 700 €, decision: D-1}\n")
    error = refusal(say, "  - allocate-funds: {convention: C-R, line: x, amount: 700 €, decision: D-1}\n")
    assert isinstance(error, Refused)
    assert (error.rule, error.params["left_cents"]) == ("R7", 30_000)


def test_a_file_that_allocates_twice_is_refused_whole(say: Say, ledger: Ledger) -> None:
    say(GRANT)
    before = ledger.log.head().size
    act = "  - allocate-funds: {convention: C-A, line: travaux, amount: 600 €, decision: D-1}\n"
    assert isinstance(refusal(say, act + act), Refused)
    assert ledger.log.head().size == before


def test_a_decision_without_a_ceiling_sets_no_money_aside(say: Say) -> None:
    say(GRANT)
    error = refusal(say, "  - allocate-funds: {convention: C-A, line: x, amount: 1 €, decision: D-2}\n")
    assert "does not say how much money" in str(error)


def test_money_in_money_out_and_a_correction(say: Say, ledger: Ledger) -> None:
    say(GRANT)
    say("""
  - allocate-funds: {id: A-1, convention: C-A, line: travaux, lieu: halle, amount: 700 €, decision: D-1}
  - receive-instalment: {convention: C-A, instalment: avance, kind: advance, amount: 500 €}
  - record-expense: {id: E-1, convention: C-A, amount: 650 €, label: Peinture, decision: D-1}
""")
    report = _trail(ledger)
    assert (report["spent_cents"], report["advanced_by_carrier_cents"]) == (65_000, 15_000)
    assert report["rows"][0]["allocation"] == "A-1"
    assert report["rows"][0]["instalments"] == [{"id": "avance", "amount_cents": 50_000}]
    assert [each["kind"] for each in report["breaks"]] == ["no_invoice", "no_payment_proof"]
    (seq,) = [e["seq"] for e in map(as_dict, ledger.log.stream("expense/E-1"))]
    ledger.correct(
        correction(str(seq), reverse=True, changes=(), reason="doublon", because="duplicate"), author="coord"
    )
    after = _trail(ledger)
    assert after == {
        **report,
        "spent_cents": 0,
        "eligible_cents": 0,
        "advanced_by_carrier_cents": 0,
        "coverage": 1.0,
        "breaks": [],
        "rows": [],
    }


def test_an_instalment_misspelt_is_told_the_near_one(say: Say) -> None:
    say(GRANT)
    say("  - receive-instalment: {convention: C-A, instalment: avance, kind: advance, amount: 500 €}\n")
    error = refusal(say, "  - receive-instalment: {convention: C-A, instalment: avence, amount: 5 €}\n")
    assert isinstance(error, UnknownId)
    assert error.params["near"] == "avance"


def _trail(ledger: Ledger) -> dict[str, Any]:
    with closing(sqlite3.connect(ledger.folder.members)) as connection:
        return trail(connection, "C-A")
