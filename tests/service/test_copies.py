"""A file under another name is the same file; what was edited is told in the words of its member."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Clock, write

from ledger.exchange.edits import written
from ledger.kernel.errors import Refused, UsageError
from ledger.language.catalogue import speaking
from ledger.service.files import called
from ledger.service.ledger import Ledger
from ledger.service.telling import corrected

MINUTES = """
meeting: breakfast
on: 5 March 2024
present: ate, hal, coord
hours february: |
  who   | commons
  coord | 10h
decisions:
  agenda: {text: A shared agenda}
"""


def test_a_copy_is_refused_and_says_of_what(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    size = ledger.log.head().size
    with pytest.raises(Refused, match=r"from “march\.yaml”") as caught:
        ledger.record_file(write(tmp_path, "march (1).yaml", MINUTES), author="coord")
    assert caught.value.rule == "DUPLICATE"
    assert ledger.log.head().size == size


def test_a_copy_that_has_its_own_id_happened_twice(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    done = ledger.record_file(write(tmp_path, "b.yaml", "id: evening\n" + MINUTES), author="coord")
    assert done.outcome.events


def test_a_file_that_shares_some_acts_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    other = MINUTES.replace("10h", "11h")
    assert ledger.record_file(write(tmp_path, "b.yaml", other), author="coord").outcome.events


def test_an_edited_act_is_told_in_the_words_of_its_file(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    edited = MINUTES.replace("10h", "11h")
    done = ledger.record_file(write(tmp_path, "march.yaml", edited), author="coord")
    (act,) = done.edits.changed
    assert written(act.position, called(ledger.vault)) == "hours February 2024, coord, commons"
    with speaking("fr"):
        assert written(act.position, called(ledger.vault)) == "heures février 2024, coord, communs"
        assert written("adopt-decision.D-2024-001", str) == "adopter-décision D-2024-001"


def test_a_correction_says_what_it_changes(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    for hours in (11, 12):
        file = write(tmp_path, "march.yaml", MINUTES.replace("10h", f"{hours}h"))
        done = ledger.record_file(file, author="coord", correct="why", dry_run=hours == 12)
        ((_seq, before, now),) = corrected(ledger.log, done.outcome.events)
        assert (before["data"]["minutes"], now["data"]["minutes"]) == (hours * 60 - 60, hours * 60)


def test_a_refusal_calls_a_decision_as_its_file_does(ledger: Ledger, tmp_path: Path) -> None:
    text = MINUTES.replace("agenda: {text: A shared agenda}", "agenda: {}")
    with pytest.raises(UsageError) as caught:
        ledger.record_file(write(tmp_path, "march.yaml", text), author="coord")
    assert caught.value.params["decision"] == "“agenda”"


def test_a_fact_is_never_ahead_of_the_clock(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    file = write(tmp_path, "april.yaml", "meeting: breakfast\non: 2 April 2024\npresent: ate\n")
    with pytest.raises(UsageError, match="future"):
        ledger.record_file(file, author="coord")
    clock.now = datetime(2024, 4, 2, 9, tzinfo=UTC)
    assert ledger.record_file(file, author="coord").outcome.events
