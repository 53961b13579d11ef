"""What members get wrong: a clear answer in their language, the right exit code, nothing recorded or lost."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import write

from ledger.cli.main import run
from ledger.kernel.errors import StorageFailure
from ledger.service.ledger import Ledger
from ledger.service.verifying import verify

MINUTES = """réunion: petit-déjeuner
le: 5 mars 2024
chez: Halle
présents: ate, hal
décisions:
  agenda: {texte: Un agenda partagé}
"""


def acts(*lines: str) -> str:
    """A file of acts."""
    return "actes:\n" + "".join(f"  - {line}\n" for line in lines)


BAD: dict[str, tuple[str | bytes, int, str, str]] = {
    "unknown person": (MINUTES.replace("ate, hal", "atte, hal"), 5, "4:11", "ate"),
    "unknown lieu": (MINUTES.replace("Halle", "Hale"), 5, "3:7", "halle"),
    "wrong date": (MINUTES.replace("5 mars", "35 mars"), 2, "2:5", "35 mars"),
    "amount split by a comma": (acts("noter-dépense: {montant: 1,200 €, objet: Carte}"), 2, "2:", "1,200"),
    "letters in an amount": (acts("noter-dépense: {montant: 12OO, objet: Carte}"), 2, "2:", "12OO"),
    "negative amount": (acts("noter-dépense: {montant: -12 €, objet: Carte}"), 2, "2:", "-12"),
    "huge amount": (acts("noter-dépense: {montant: 999999999999999 €, objet: Carte}"), 2, "2:", "999"),
    "duplicate id": (acts("inscrire-lieu: {id: serre, nom: Autre}"), 3, "2:5", "serre"),
    "more than a day in a day": (
        acts("noter-temps: {qui: ate, durée: 25h, le: 5 mars 2024}"),
        3,
        "2:5",
        "R11",
    ),
    "unknown key": (MINUTES.replace("chez", "chezz"), 2, "3:1", "chez"),
    "empty": ("", 2, "", "ledger template"),
    "binary": (b"\x00\x01\x02PNG" * 50, 2, "", ""),
    "too large": ("# " + "x" * (10 * 2**20), 2, "", "1 Mi"),
    "old editor": (MINUTES.encode("cp1252"), 2, ":1", "UTF-8"),
    "tabs": ("réunion: x\nle: 5 mars 2024\ndécisions:\n\tagenda: x\n", 2, "4:1", ""),
    "duplicate key": (MINUTES + "le: 6 mars 2024\n", 2, "7:1", "le"),
    "alias": ("réunion: &x petit\nle: *x\n", 2, "1:10", ""),
}


def tried(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command run in this process."""
    code = run(list(words))
    out = capsys.readouterr()
    return code, out.out, out.err


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("mistake", BAD)
def test_a_mistake_is_told_with_its_place_and_records_nothing(
    mistake: str, language: str, ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, code, place, says = BAD[mistake]
    file = tmp_path / "bad.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    head, texts = ledger.log.head(), ledger.vault.refs()
    found, out, err = tried(
        capsys, "--lang", language, "--ledger", str(ledger.folder.path), "record", str(file)
    )
    assert found == code, err
    assert out == ""
    assert f"bad.yaml{':' if place and not place.startswith(':') else ''}{place}" in err
    assert says in err
    assert ("Essayez :" if language == "fr" else "Try:") in err.replace("\u202f", " ").replace("\u00a0", " ")
    assert "Traceback" not in err
    assert (ledger.log.head(), ledger.vault.refs()) == (head, texts)


def test_all_the_mistakes_of_a_file_are_told_at_once(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = MINUTES.replace("Halle", "Hale").replace("ate, hal", "atte, hal")
    code, _out, err = tried(
        capsys, "--ledger", str(ledger.folder.path), "record", str(write(tmp_path, "bad.yaml", text))
    )
    assert code == 5
    assert len(re.findall(r"bad\.yaml:\d+:\d+", err)) == 2


def test_a_file_that_is_not_there(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = tried(capsys, "--ledger", str(ledger.folder.path), "record", "nowhere.yaml")
    assert code == 2
    assert "nowhere.yaml" in err


@pytest.fixture
def ordinary() -> Iterator[None]:
    """Without the rights of the superuser, who may write anywhere."""
    if os.getuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_no_right_to_write_is_a_storage_failure(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    path = str(ledger.folder.path)
    # Modules are loaded now: an ordinary user may not be allowed to read them later.
    run(["--ledger", path, "--as", "coord", "task", "open", "--title", "Warm"])
    size = ledger.log.head().size
    for each in [tmp_path, *tmp_path.rglob("*"), *list(tmp_path.parents)[:3]]:
        each.chmod(each.stat().st_mode | (0o555 if each.is_dir() else 0o444))
    ledger.folder.path.chmod(0o555)
    capsys.readouterr()
    request.getfixturevalue("ordinary")
    code, _out, err = tried(capsys, "--ledger", path, "--as", "coord", "task", "open", "--title", "One")
    assert code == 6, err
    assert "Try:" in err
    assert ledger.log.head().size == size


def test_a_full_disk_is_a_storage_failure_and_loses_nothing(ledger: Ledger) -> None:
    path = ledger.folder.path
    limit = (path / "log.db").stat().st_size

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    before = ledger.log.head()
    text = "x" * 60_000
    done = subprocess.run(
        [sys.executable, "-m", "ledger.cli.main", "--as", "coord", "task", "open", "--title", text],
        cwd=path, preexec_fn=little_room, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 6, done.stdout[-300:] + done.stderr[-300:]
    assert ledger.log.head() == before
    assert not verify(ledger).problems
    done = subprocess.run(
        [sys.executable, "-m", "ledger.cli.main", "--as", "coord", "task", "open", "--title", "One"],
        cwd=path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_somebody_else_is_recording(
    ledger: Ledger, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.log.BUSY_SECONDS", 0.2)
    monkeypatch.setattr("ledger.store.log.Log.writing.__defaults__", (0.2,), raising=False)
    size = ledger.log.head().size
    with ledger.log.writing():
        code, _out, err = tried(capsys, "--ledger", str(ledger.folder.path), "task", "open", "--title", "One")
    assert code == 4
    assert "Try:" in err
    assert ledger.log.head().size == size


def test_the_control_a_storage_failure_is_not_told_as_anything_else() -> None:
    assert StorageFailure("x").exit_code == 6
