"""What remains possible at each stage of a consortium's life."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import write

from ledger.kernel.errors import Refused
from ledger.language.catalogue import render, speaking
from ledger.service.ledger import Ledger
from ledger.service.standing import standing

ENDING = """
by: coord
acts:
  - adopt-decision: {on: 2024-02-01, id: end, text: We stop, represented: "atelier, halle, serre"}
  - register-organisation: {on: 2024-02-01, id: region, name: Région}
  - sign-convention: {on: 2024-02-01, id: C, title: Grant, funders: region, carrier: asso-a, amount: 100 €,
      starts: 2024-02-01, ends: 2024-12-31}
  - begin-dissolution: {on: 2024-02-10, decision: end}
"""
SIGN = """
by: coord
acts:
  - sign-convention: {on: 2024-02-20, id: C2, title: Grant, funders: region, carrier: asso-a, amount: 100 €,
      starts: 2024-02-20, ends: 2024-12-31}
"""
EARLY = """
by: coord
acts:
  - adopt-decision: {on: 2024-02-%s, id: x, text: Paint it, represented: "atelier, halle"}
"""
DISSOLVE = """
by: coord
acts:
  - attach-evidence: {on: 2024-02-25, sha256: LETTER, media type: application/pdf, size bytes: 3}
  - end-convention: {on: 2024-02-25, convention: C, how: terminated, document: LETTER}
  - dissolve-consortium: {on: 2024-02-26, decision: end}
""".replace("LETTER", "a" * 64)


def stage(ledger: Ledger, on: date) -> str:
    with closing(sqlite3.connect(ledger.cut(as_of=on, known_at=None))) as db:
        found: str = standing(ledger.folder, db, on)["stage"]
    return found


@pytest.fixture
def ending(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.record_file(write(tmp_path, "ending.yaml", ENDING))
    return ledger


def test_being_dissolved_it_still_decides_and_signs_nothing_new(ending: Ledger, tmp_path: Path) -> None:
    ending.record_file(write(tmp_path, "x.yaml", EARLY % "20"))
    with pytest.raises(Refused, match="nothing new begins"):
        ending.record_file(write(tmp_path, "sign.yaml", SIGN))
    dissolve = "by: coord\nacts:\n  - dissolve-consortium: {on: 2024-02-20, decision: end}\n"
    with pytest.raises(Refused, match="convention C still runs"):
        ending.record_file(write(tmp_path, "d.yaml", dissolve))


def test_dissolved_it_decides_nothing_and_facts_still_come_in(ending: Ledger, tmp_path: Path) -> None:
    ending.record_file(write(tmp_path, "dissolve.yaml", DISSOLVE))
    assert [stage(ending, date(2024, 2, day)) for day in (1, 15, 28)] == [
        "founded",
        "dissolving",
        "dissolved",
    ]
    with pytest.raises(Refused) as refused:
        ending.record_file(write(tmp_path, "late.yaml", EARLY % "28"))
    with speaking("fr"):
        assert "Le consortium est dissous" in render(refused.value)
    ending.record_file(write(tmp_path, "before.yaml", EARLY % "05"))
    spent = "by: coord\nacts:\n  - record-expense: {paid: 2024-02-28, amount: 10 €, label: Stamps, convention: C}\n"
    assert ending.record_file(write(tmp_path, "spent.yaml", spent)).outcome.events
