"""A fact is never refused: what it raises, clears or changes among the flags is told with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import write

from ledger.cli.main import run
from ledger.service.ledger import Ledger

GRANT = """
by: coord
acts:
  - register-organisation: {id: anct, name: ANCT, on: 2024-01-02}
  - give-role: {role: carrier, organisation: asso-a, carrier_kind: member, from: 2024-01-02}
  - sign-convention: {id: C-A, title: Workshops, funders: anct, amount: 10 000 €, on: 2024-01-15,
      starts: 2024-01-15, ends: 2024-12-31}
"""
DECIDED = """
by: coord
acts:
  - adopt-decision: {id: oven, text: We buy an oven, ceiling: 4 500 €, on: 2024-02-01,
      represented: [atelier, halle, serre]}
  - allocate-funds: {id: A-1, convention: C-A, line: ovens, amount: 4 500 €, decision: oven, on: 2024-02-02}
"""


@pytest.fixture
def granted(ledger: Ledger, tmp_path: Path) -> Ledger:
    """One convention, and what was set aside of it."""
    ledger.record_file(write(tmp_path, "grant.yaml", GRANT))
    ledger.record_file(write(tmp_path, "decided.yaml", DECIDED))
    return ledger


def said(ledger: Ledger, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints, on one line."""
    assert run(["--lang", "en", "--ledger", str(ledger.folder.path), *words]) == 0
    return " ".join(capsys.readouterr().out.split())


def spend(amount: str) -> tuple[str, ...]:
    return ("money", "spend", "--amount", amount, "--label", "Map", "--paid", "2024-03-01")


def test_a_huge_payment_is_recorded_and_told(granted: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    trial = said(granted, capsys, *spend("1 200 000 000 €"), "--dry-run")
    assert "A flag would be raised, alert: C-A: €1,200,000,000" in trial
    done = said(granted, capsys, *spend("1 200 000 000 €"))
    assert "€1,200,000,000 spent" in done
    assert "A flag is raised, alert: C-A: €1,200,000,000" in done
    seq = done.split()[0]
    assert "A flag is cleared" in said(granted, capsys, "correct", seq, "--reverse", "--reason", "a slip")


def test_a_change_of_level_is_one_change(granted: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    assert "A flag is raised, watch: C-A: €100" in said(granted, capsys, *spend("100 €"))
    trial = said(granted, capsys, *spend("1 000 €"), "--dry-run")
    assert "A flag would go from watch to alert: C-A: €1,100" in trial
    assert "cleared" not in trial
    assert "(MONEY_NO_DECISION)" in trial
    assert "A flag goes from watch to alert: C-A: €1,100" in said(granted, capsys, *spend("1 000 €"))


def test_nothing_is_told_of_flags_that_stay(granted: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    said(granted, capsys, *spend("1 000 €"))
    assert "flag" not in said(granted, capsys, *spend("12 €"))


def test_a_ceiling_corrected_below_what_was_set_aside_is_told(
    granted: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, "decided.yaml", DECIDED.replace("ceiling: 4 500", "ceiling: 4 400"))
    done = said(granted, capsys, "record", str(file), "--correct", "misread")
    assert "€4,500 set aside or moved under it, where it allows €4,400. (CEILING_EXCEEDED)" in done
    file = write(tmp_path, "decided.yaml", DECIDED)
    assert "A flag is cleared" in said(granted, capsys, "record", str(file), "--correct", "read again")


def test_five_flags_are_told_at_most(
    granted: Ledger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.cli.shared.MOST_FLAGS", 1)
    done = said(granted, capsys, *spend("1 200 000 000 €"))
    assert done.count("A flag is raised") == 1
    assert "And 1 other flag." in done or "other flags." in done


def test_guests_are_said_to_be_bodies(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    minutes = "par: coord\nmeeting: breakfast\non: 2024-03-05\nat: halle\npresent: ate\nguests: CAF\n"
    assert "Guests are bodies" in said(ledger, capsys, "record", str(write(tmp_path, "m.yaml", minutes)))
