"""A member that leaves: what was set aside for it and nobody used goes back to its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import recorded, write
from tests.service.test_recounts import query

from ledger.kernel.errors import Refused
from ledger.language.catalogue import speaking
from ledger.language.formats import plain
from ledger.service.ledger import Ledger
from ledger.service.telling import sentences

MONEY = """
by: coord
acts:
  - register-organisation: {on: 2024-01-03, id: region, name: Région}
  - give-role: {on: 2024-01-03, role: carrier, organisation: asso-a}
  - adopt-decision: {on: 2024-01-05, id: plan, text: The plan, ceiling: 9 000 €, represented: "atelier, halle, serre"}
  - sign-convention:
      on: 2024-01-05
      id: C
      title: Grant
      funders: region
      amount: 9 000 €
      starts: 2024-01-05
      ends: 2024-12-31
      plan: |
        line  | label | amount
        tools | Tools | 9 000 €
  - allocate-funds: {on: 2024-01-06, id: a-halle, line: tools, lieu: halle, amount: 4 000 €, decision: plan}
  - allocate-funds: {on: 2024-01-06, id: a-serre, line: tools, lieu: serre, amount: 3 000 €, decision: plan}
  - record-expense: {on: 2024-02-01, paid: 2024-02-01, amount: 1 500 €, label: A saw, allocation: a-halle}
  - adopt-decision: {on: 2024-02-05, id: bye, text: La Halle leaves, represented: "atelier, halle, serre"}
"""

LEAVES = "by: coord\nacts:\n  - end-role: {on: 2024-02-10, role: %s, reason: %s%s}\n"


@pytest.fixture
def granted(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.record_file(write(tmp_path, "money.yaml", MONEY))
    return ledger


def membership(ledger: Ledger, lieu: str) -> str:
    ((role,),) = query(ledger, f"SELECT id FROM roles WHERE role = 'member' AND lieu_id = '{lieu}'")
    return str(role)


def test_by_a_decision_the_free_part_goes_back_and_what_was_spent_stays(
    granted: Ledger, tmp_path: Path
) -> None:
    text = LEAVES % (membership(granted, "halle"), "withdrawn", ", decision: bye")
    done = granted.record_file(write(tmp_path, "bye.yaml", text)).outcome
    assert recorded(done) == ["role.ended.v1", "funds.reallocated.v1"]
    assert query(granted, "SELECT id, amount_cents FROM allocations ORDER BY id") == [
        ("a-halle", 150_000),
        ("a-serre", 300_000),
    ]
    assert query(granted, "SELECT 1 FROM flags WHERE code = 'MONEY_LEFT_BEHIND'") == []
    with speaking("fr"):
        told = [plain(text) for _seq, text in sentences(done.events, granted.names())]
    assert "2 500 €" in told[-1]


def test_without_a_decision_the_money_waits_for_one_and_is_told(granted: Ledger, tmp_path: Path) -> None:
    text = LEAVES % (membership(granted, "halle"), "withdrawn", "")
    assert recorded(granted.record_file(write(tmp_path, "bye.yaml", text)).outcome) == ["role.ended.v1"]
    flagged = "SELECT subject, level, value, raised_on FROM flags WHERE code = 'MONEY_LEFT_BEHIND'"
    assert query(granted, flagged) == [("halle", "watch", 250_000.0, "2024-02-10")]


def test_a_lieu_that_closes_leaves_its_money_waiting(granted: Ledger, tmp_path: Path) -> None:
    granted.record_file(
        write(tmp_path, "x.yaml", "by: coord\nacts:\n  - close-lieu: {on: 2024-02-10, lieu: serre}\n")
    )
    flagged = "SELECT subject, value FROM flags WHERE code = 'MONEY_LEFT_BEHIND'"
    assert query(granted, flagged) == [("serre", 300_000.0)]


def test_an_exclusion_takes_a_decision_that_is_adopted(granted: Ledger, tmp_path: Path) -> None:
    role = membership(granted, "serre")
    with pytest.raises(Refused, match="without a decision"):
        granted.record_file(write(tmp_path, "x.yaml", LEAVES % (role, "excluded", "")))


def test_another_end_moves_no_money(granted: Ledger, tmp_path: Path) -> None:
    text = LEAVES % (membership(granted, "halle"), "term", ", decision: bye")
    assert recorded(granted.record_file(write(tmp_path, "x.yaml", text)).outcome) == ["role.ended.v1"]
