"""Plain minutes from one meeting to the next: an objection, its settling; files read again say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import recorded, write
from tests.service.test_recounts import query

from ledger.exchange.template import minutes
from ledger.kernel.errors import LedgerError
from ledger.language.catalogue import LANGUAGES, render, speaking
from ledger.service.ledger import Ledger

FEBRUARY = """
par: coord
réunion: réunion
le: 6 février 2024
présents: ate, hal, ser
décisions:
  fete:
    texte: Une fête en juillet
    objections:
      ser: Le jour de la kermesse
  cles: Chacun a les clés
"""
MARCH = """
by: coord
meeting: réunion
on: 5 March 2024
present: ate, hal, ser
decisions:
  D-2024-001:
    text: Une fête en septembre
    objections: {ser: integrated}
"""


@pytest.fixture
def february(ledger: Ledger, tmp_path: Path) -> Ledger:
    ledger.record_file(write(tmp_path, "february.yaml", FEBRUARY))
    return ledger


def test_an_objection_waits_for_the_next_meeting(february: Ledger, tmp_path: Path) -> None:
    stands = "SELECT id, status, revision FROM decisions ORDER BY id"
    assert query(february, stands) == [("D-2024-001", "open", 1), ("D-2024-002", "adopted", 1)]
    done = february.record_file(write(tmp_path, "march.yaml", MARCH)).outcome
    assert recorded(done) == [
        "meeting.held.v1",
        "proposal.made.v1",
        "objection.settled.v1",
        "decision.adopted.v1",
    ]
    assert query(february, stands)[0] == ("D-2024-001", "adopted", 2)


def test_read_again_after_the_adoption_both_files_say_the_same(february: Ledger, tmp_path: Path) -> None:
    february.record_file(write(tmp_path, "march.yaml", MARCH))
    for name in ("february.yaml", "march.yaml"):
        done = february.record_file(tmp_path / name)
        assert (done.outcome.events, done.edits.changed, done.edits.removed) == ([], (), ())


def test_without_its_settling_it_is_refused(february: Ledger, tmp_path: Path) -> None:
    text = MARCH.replace("    objections: {ser: integrated}\n", "")
    with pytest.raises(LedgerError, match="stands unresolved"):
        february.record_file(write(tmp_path, "march.yaml", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_template_brings_it_back(february: Ledger, language: str) -> None:
    import sqlite3
    from contextlib import closing
    from datetime import date

    from ledger.service.prefill import prefill

    with closing(sqlite3.connect(february.folder.members)) as db, speaking(language):
        text = minutes(prefill(db, date(2024, 3, 5)))
    (line,) = [line for line in text.splitlines() if "D-2024-001" in line]
    assert line.endswith("ser")


def test_who_was_erased_since_is_written_by_their_id(february: Ledger, tmp_path: Path) -> None:
    ((person,),) = query(february, "SELECT id FROM people WHERE handle = 'hal'")
    february.record_file(
        write(tmp_path, "e.yaml", "by: coord\nacts:\n  - erase-person: {on: 2024-02-20, person: hal}\n")
    )
    with pytest.raises(LedgerError) as unknown:
        february.record_file(tmp_path / "february.yaml")
    assert person in render(unknown.value)
    done = february.record_file(write(tmp_path, "february.yaml", FEBRUARY.replace("hal", person)))
    assert (done.outcome.events, done.edits.changed, done.edits.removed) == ([], (), ())
