"""`ledger demo` plays where nothing of anybody's is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import write

from ledger.cli.main import run
from ledger.folder import create

SCENARIO = "acts:\n  - found-consortium: {name: Les trois lieux, demo: yes, on: 2024-01-02}\n"


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    """A scenario of one file."""
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine", "01.yaml", SCENARIO)
    return str(tmp_path / "mine")


def play(scenario: str, into: Path) -> int:
    return run(["--lang", "fr", "demo", scenario, "--into", str(into), "--no-serve"])


def files(folder: Path) -> dict[str, str]:
    """What lies in a folder, byte for byte."""
    return {str(p.relative_to(folder)): p.read_text("latin-1") for p in folder.rglob("*") if p.is_file()}


def test_a_folder_of_somebody_s_own_is_left_alone(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    (home / "photos").mkdir(parents=True)
    write(home / "photos", "a", "p")
    for _again in range(2):
        assert play(scenario, home) == 2
        said = capsys.readouterr().err
        assert "n'est pas vide" in said
        assert "nouveau ou vide" in said
        assert files(home) == {"photos/a": "p"}


def test_a_demonstration_is_played_anew_among_other_files(scenario: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert play(scenario, home) == 0
    (home / "photos").mkdir()
    for name in ("photos/a", "notes.txt", "log.db.copy", "evidence/mine.pdf", "views/mine.txt"):
        write(home, name, "mine")
    write(home, ".gitignore", "*.jpg\n")
    first = [file.name for file in (home / "heads").iterdir()]
    assert play(scenario, home) == 0
    kept = {name for name, text in files(home).items() if text == "mine"}
    assert kept == {"photos/a", "notes.txt", "log.db.copy", "evidence/mine.pdf", "views/mine.txt"}
    assert (home / ".gitignore").read_text().splitlines()[:2] == ["*.jpg", "vault.db"]
    assert [file.name for file in (home / "heads").iterdir()] != first
    assert len(first) == 1


def test_founding_in_a_folder_keeps_what_is_ignored_there(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", "*.jpg\nvault.db\n")
    create(tmp_path, "fr")
    said = (tmp_path / ".gitignore").read_text().splitlines()
    assert said == ["*.jpg", "vault.db", "ledger.local.toml", "views/", "keys/", "heads/"]


def test_a_real_ledger_is_never_played_over(
    scenario: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert run(["init", str(home), "--name", "Les 6 lieux", "--me", "coord"]) == 0
    capsys.readouterr()
    before = (home / "log.db").read_bytes()
    assert play(scenario, home) == 2
    assert "déjà un registre" in capsys.readouterr().err
    assert (home / "log.db").read_bytes() == before
