"""A ballot corrected after the adoption: counted anew, never silently undone, and said when it no longer holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import recorded, write

from ledger.kernel.errors import Refused
from ledger.language.catalogue import speaking
from ledger.service.correcting import correction
from ledger.service.history import history
from ledger.service.ledger import Ledger

VOTE = """
by: coord
acts:
  - make-proposal: {on: 2024-02-01, id: van, text: A shared van}
  - open-decision: {on: 2024-02-01, decision: van, method: majority}
  - cast-ballot: {on: 2024-02-02, decision: van, seat: atelier, option: for}
  - cast-ballot: {on: 2024-02-02, decision: van, seat: halle, option: for}
  - cast-ballot: {on: 2024-02-02, decision: van, seat: serre, option: against}
  - adopt-decision: {on: 2024-02-03, id: van}
"""

CONSENT = """
by: coord
acts:
  - make-proposal: {on: 2024-02-01, id: keys, text: Everybody has the keys}
  - raise-objection: {on: 2024-02-01, id: o1, decision: keys, lieu: halle, ground: the alarm}
  - settle-objection: {on: 2024-02-02, decision: keys, objection: o1, how: withdrawn}
  - adopt-decision: {on: 2024-02-03, id: keys, represented: "atelier, halle, serre"}
"""


def query(ledger: Ledger, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(ledger.folder.members)) as db:
        return db.execute(sql).fetchall()


def seq_of(ledger: Ledger, kind: str, mention: str = "") -> str:
    found = query(ledger, f"SELECT seq FROM events WHERE kind = '{kind}' AND data LIKE '%{mention}%'")
    return str(found[0][0])


def correct(ledger: Ledger, seq: str, *changes: str, reverse: bool = False) -> Any:
    made = correction(seq, reverse=reverse, changes=changes, reason="read again", because="mistake")
    return ledger.correct(made, author="coord")


def shown(ledger: Ledger, id: str) -> dict[str, Any]:
    with closing(sqlite3.connect(ledger.folder.members)) as db:
        return history(ledger, db, id)


@pytest.fixture
def voted(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.record_file(write(tmp_path, "vote.yaml", VOTE))
    return ledger


def test_a_corrected_ballot_counts_the_adoption_anew(voted: Ledger) -> None:
    outcome = correct(voted, seq_of(voted, "ballot.cast.v1", "halle"), "option=abstain")
    first, second = (event["data"] for event in outcome.events)
    assert recorded(outcome) == ["event.corrected.v1", "event.corrected.v1"]
    assert first["group_id"] == second["group_id"], "one correction, told as one"
    assert second["replacement"]["count_abstain"] == 1
    assert query(voted, "SELECT status, count_for, count_against, count_abstain FROM decisions") == [
        ("adopted", 1, 1, 1)
    ]


def test_an_adoption_that_no_longer_holds_stays_and_is_told(voted: Ledger) -> None:
    assert shown(voted, "van")["doubt"] is None
    correct(voted, seq_of(voted, "ballot.cast.v1", "halle"), "option=against")
    assert query(voted, "SELECT status FROM decisions") == [("adopted",)]
    assert "van does not pass: 1 for, 2 against" in shown(voted, "van")["doubt"]
    with speaking("fr"):
        assert "1 pour, 2 contre" in shown(voted, "van")["doubt"]
    flagged = (
        "SELECT code, subject, level, value, threshold, raised_on FROM flags WHERE code = 'ADOPTION_IN_DOUBT'"
    )
    assert query(voted, flagged) == [("ADOPTION_IN_DOUBT", "van", "alert", 1.0, 2.0, "2024-02-03")]


def test_a_correction_that_changes_no_outcome_raises_nothing(voted: Ledger) -> None:
    correct(voted, seq_of(voted, "ballot.cast.v1", "serre"), "option=abstain")
    assert shown(voted, "van")["doubt"] is None
    assert query(voted, "SELECT 1 FROM flags WHERE code = 'ADOPTION_IN_DOUBT'") == []


def test_what_clears_it_is_a_decision(voted: Ledger, tmp_path: Path) -> None:
    correct(voted, seq_of(voted, "ballot.cast.v1", "halle"), "option=against")
    again = """
by: coord
acts:
  - adopt-decision: {on: 2024-02-20, id: van2, method: majority, text: A smaller van, count for: 3}
  - end-decision: {on: 2024-02-20, decision: van, how: superseded, by decision: van2}
"""
    voted.record_file(write(tmp_path, "again.yaml", again))
    until = "SELECT until FROM flags WHERE code = 'ADOPTION_IN_DOUBT'"
    assert query(voted, until) == [(date(2024, 2, 19).isoformat(),)]


def test_a_consent_whose_settlement_did_not_happen(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "consent.yaml", CONSENT))
    correct(ledger, seq_of(ledger, "objection.settled.v1"), reverse=True)
    assert query(ledger, "SELECT status FROM decisions") == [("adopted",)]
    assert "o1 stands unresolved" in shown(ledger, "keys")["doubt"]
    assert query(ledger, "SELECT subject FROM flags WHERE code = 'ADOPTION_IN_DOUBT'") == [("keys",)]


def test_the_counts_themselves_are_those_of_the_ballots(voted: Ledger) -> None:
    with pytest.raises(Refused, match="correct the ballots") as refused:
        correct(voted, seq_of(voted, "decision.adopted.v1"), "count_for=3", "count_against=0")
    assert refused.value.rule == "R6"


def test_what_was_written_and_what_counts_are_both_shown(voted: Ledger) -> None:
    ballot, adoption = seq_of(voted, "ballot.cast.v1", "halle"), seq_of(voted, "decision.adopted.v1")
    correct(voted, ballot, "option=abstain")
    found = shown(voted, "van")
    written = {str(event["seq"]): event for event in found["events"]}
    assert (written[ballot]["data"]["option"], written[adoption]["data"]["count_for"]) == ("for", 2)
    now = found["corrected"]
    assert (now[ballot]["data"]["option"], now[adoption]["data"]["count_for"]) == ("abstain", 1)
    correct(voted, seq_of(voted, "ballot.cast.v1", "serre"), reverse=True)
    assert shown(voted, "van")["corrected"][seq_of(voted, "ballot.cast.v1", "serre")] is None
