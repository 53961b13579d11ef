"""Reversing what others rest on is refused, with the list; together, or in their turn, all can be reversed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import FOUNDING, recorded, write
from tests.service.test_recounts import correct, query, seq_of, shown

from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.language.catalogue import render, speaking
from ledger.service.ledger import Ledger

WORK = """
by: coord
acts:
  - adopt-decision: {on: 2024-02-01, id: van, text: A shared van, represented: "atelier, halle, serre"}
  - give-role: {on: 2024-02-02, id: driver, role: driver, person: hal, decision: van}
  - open-task: {on: 2024-02-02, id: wash, title: Wash it, person: hal, decision: van}
  - log-time: {on: 2024-02-03, person: hal, task: wash, duration: 1h}
"""


@pytest.fixture
def working(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.record_file(write(tmp_path, "work.yaml", WORK))
    return ledger


def test_a_task_with_hours_is_not_reversed_alone(working: Ledger) -> None:
    opened, logged = seq_of(working, "task.opened.v1"), seq_of(working, "time.logged.v1")
    with pytest.raises(Refused) as refused:
        correct(working, opened, reverse=True)
    assert (refused.value.rule, refused.value.exit_code) == ("R13", 3)
    assert f"#{logged}" in render(refused.value)
    with speaking("fr"):
        assert "d'autres en dépendent" in render(refused.value)


def test_in_their_turn_they_can_be(working: Ledger) -> None:
    for kind in ("time.logged.v1", "task.assigned.v1", "task.opened.v1"):
        correct(working, seq_of(working, kind, "wash"), reverse=True)
    assert query(working, "SELECT 1 FROM tasks") == query(working, "SELECT 1 FROM time_entries") == []


def test_an_adoption_under_which_a_role_was_given_stays(working: Ledger) -> None:
    with pytest.raises(Refused, match="rest on it") as refused:
        correct(working, seq_of(working, "decision.adopted.v1"), reverse=True)
    given = seq_of(working, "role.given.v1", "driver")
    assert refused.value.params["events"] == (f"#{given}",), "the task is a fact without it"
    correct(working, given, reverse=True)
    correct(working, seq_of(working, "decision.adopted.v1"), reverse=True)
    assert query(working, "SELECT status FROM decisions") == [("open",)]


def test_what_nothing_rests_on_is_reversed(working: Ledger) -> None:
    assert recorded(correct(working, seq_of(working, "role.given.v1", "driver"), reverse=True)) == [
        "event.corrected.v1"
    ]


def test_what_a_file_removes_together_is_reversed_together(working: Ledger, tmp_path: Path) -> None:
    edited = "\n".join(line for line in WORK.splitlines() if "wash" not in line) + "\n"
    working.record_file(write(tmp_path, "work.yaml", edited), correct="never washed")
    assert query(working, "SELECT 1 FROM tasks") == query(working, "SELECT 1 FROM time_entries") == []


def test_a_vote_is_not_left_without_its_opening(ledger: Ledger, tmp_path: Path) -> None:
    vote = """
by: coord
acts:
  - make-proposal: {on: 2024-02-01, id: van, text: A shared van}
  - open-decision: {on: 2024-02-01, decision: van, method: majority}
  - cast-ballot: {on: 2024-02-02, decision: van, seat: atelier, option: for}
"""
    ledger.record_file(write(tmp_path, "vote.yaml", vote))
    with pytest.raises(Refused, match="rest on it"):
        correct(ledger, seq_of(ledger, "decision.opened.v1"), reverse=True)


def test_the_founding_is_replaced_never_reversed(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is the founding") as refused:
        correct(ledger, "1", reverse=True)
    assert (refused.value.rule, refused.value.exit_code) == ("R13", 3)
    with speaking("fr"):
        assert "ledger consortium dissolve" in render(refused.value)
    without = "\n".join(line for line in FOUNDING.splitlines() if "found-consortium" not in line)
    with pytest.raises(Refused, match="is the founding"):
        ledger.record_file(write(tmp_path, "founding.yaml", without), correct="never founded")

    correct(ledger, "1", "name=Les 3 lieux")
    correct(ledger, "1", "name=Les trois lieux du pays")
    ledger.record_file(write(tmp_path, "work.yaml", WORK))
    assert query(ledger, "SELECT name FROM consortium") == [("Les trois lieux du pays",)]


@pytest.mark.parametrize("number", ["9999999", "99999999999999999999999999", "#" + "9" * 5000, "0"])
def test_a_number_that_no_event_has_is_unknown(number: str, ledger: Ledger) -> None:
    for ask in (
        lambda: correct(ledger, number, reverse=True),
        lambda: correct(ledger, number, "name=x"),
        lambda: shown(ledger, number),
    ):
        with pytest.raises(UnknownId, match="There is no event"):
            ask()


def test_a_correction_is_not_corrected(ledger: Ledger) -> None:
    correct(ledger, "1", "name=Les 3 lieux")
    seq = seq_of(ledger, "event.corrected.v1")
    with pytest.raises(Refused, match="is a correction"):
        correct(ledger, seq, reverse=True)
    with pytest.raises(UsageError, match="not the number"):
        correct(ledger, "²", reverse=True)
