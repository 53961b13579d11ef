"""`ledger record` as a member meets it: several files, edits, corrections; and options that hold a list."""

from __future__ import annotations

from tests.cli.test_everyday import run
from tests.conftest import write

from ledger.service.ledger import Ledger

MINUTES = """
réunion: petit-déjeuner
le: 5 mars 2024
présents: ate, hal, coord
heures février: |
  qui   | communs
  coord | 10h
"""


def test_nothing_is_recorded_when_one_of_the_files_cannot_be_read(ledger: Ledger) -> None:
    home, size = ledger.folder.path, ledger.log.head().size
    good, bad = write(home, "good.yaml", MINUTES), write(home, "bad.yaml", "réunion: [\n")
    for other in ("nope.yaml", bad.name):
        assert run("record", good.name, other, cwd=home).code == 2
        assert ledger.log.head().size == size


def test_an_edit_and_its_correction_are_told_in_words(ledger: Ledger) -> None:
    home = ledger.folder.path
    assert "réunion du 5 mars 2024" in run(
        "record", write(home, "m.yaml", MINUTES).name, cwd=home, language="fr"
    ).out.replace("\u00a0", " ")
    write(home, "m.yaml", MINUTES.replace("10h", "11h"))
    edited = run("record", "m.yaml", cwd=home, language="fr").out
    assert "heures février 2024, coord, communs" in edited
    assert "P-" not in edited
    corrected = run("record", "m.yaml", "--correct", "mal lu", cwd=home, language="fr").out
    before, now = (line for line in corrected.splitlines() if ", avant" in line or ", maintenant" in line)
    assert "10" in before
    assert "11" in now
    assert "Inscrit : 1 correction." in corrected.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_option_holds_a_list_as_a_file_does(ledger: Ledger) -> None:
    home = ledger.folder.path
    words = ("rotation", "set", "--name", "Bus", "--order", "halle, atelier", "--period", "year")
    done = run(*words, "--dry-run", cwd=home)
    assert done.code == 0, done.err
    assert "La Halle and L'Atelier" in done.out
