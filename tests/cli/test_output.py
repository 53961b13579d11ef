"""What is said when there is nowhere to say it: a full disk, a reader who has seen enough, a key pressed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import write

from ledger.cli import main
from ledger.kernel.errors import StorageFailure, UsageError
from ledger.language.catalogue import render, set_language
from ledger.language.formats import plain
from ledger.service.ledger import Ledger

FULL = Path("/dev/full")
full = pytest.mark.skipif(not FULL.exists(), reason="no disk that is always full here")

WORDS: dict[str, tuple[str, ...]] = {
    "file": ("record", "acts.yaml"),
    "act": ("lieu", "register", "--name", "Parade"),
    "correction": ("correct", "2", "--set", "name=Assoc", "--reason", "misread"),
}


def call(*words: str, cwd: Path, **streams: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ledger.cli.main", "--lang", "fr", *words]
    return subprocess.run(command, cwd=cwd, check=False, timeout=60, **streams)  # type: ignore[call-overload,no-any-return]


@full
@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_what_is_recorded_is_said_to_be_when_it_cannot_be_shown(
    words: tuple[str, ...], ledger: Ledger
) -> None:
    home = ledger.folder.path
    write(home, "acts.yaml", "acts:\n  - register-lieu: {name: Parade}\n")
    size = ledger.log.head().size
    with FULL.open("wb") as nowhere:
        done = call(*words, cwd=home, stdout=nowhere, stderr=subprocess.PIPE)
    assert done.returncode == StorageFailure.exit_code
    said = done.stderr.decode()
    assert said.startswith("C'est inscrit")
    assert "plus de place" in said
    assert "ledger log --last 1" in said
    assert ledger.log.head().size == size + 1


@full
@pytest.mark.parametrize("words", [("status",), ("export", "ics"), ("--help",)], ids=" ".join)
def test_a_report_that_cannot_be_written_is_a_storage_failure(words: tuple[str, ...], ledger: Ledger) -> None:
    with FULL.open("wb") as nowhere:
        done = call(*words, cwd=ledger.folder.path, stdout=nowhere, stderr=subprocess.PIPE)
        deaf = call(*words, cwd=ledger.folder.path, stdout=nowhere, stderr=nowhere)
    assert done.returncode == deaf.returncode == StorageFailure.exit_code
    assert "ne peut pas être écrit\u00a0: il n'y a plus de place" in done.stderr.decode().replace(
        " :", "\u00a0:"
    )
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("words", [("log",), ("export", "ics"), ("status", "--json")], ids=" ".join)
def test_a_reader_who_has_seen_enough_ends_it_quietly(words: tuple[str, ...], ledger: Ledger) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = call(*words, cwd=ledger.folder.path, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_key_pressed_after_the_commit_point_does_not_say_that_nothing_was_recorded(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def press(_ledger: Ledger, _today: str) -> None:
        raise KeyboardInterrupt

    size = ledger.log.head().size
    monkeypatch.setattr(Ledger, "_after_commit", press)
    assert main.run(["--ledger", str(ledger.folder.path), "lieu", "register", "--name", "Parade"]) == 130
    assert ledger.log.head().size == size + 1
    said = capsys.readouterr().err
    assert "nothing" not in said
    assert "ledger log --last 1" in said


def test_tables_that_cannot_be_written_are_told_in_one_language(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from ledger.readmodel import projector

    def fill(*_args: object, **_options: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(projector, "connect", fill)
    words = ["--lang", "fr", "--ledger", str(ledger.folder.path), "lieu", "register", "--name", "Parade"]
    assert main.run(words) == 0
    said = plain(capsys.readouterr().err)
    assert "Inscrit, mais les tables n'ont pas pu être mises à jour : Les tables" in said
    assert "il n'y a plus de place sur le disque" in said
    assert "full" not in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "vous n'en avez pas le droit"),
        (FileExistsError(17, "File exists"), "un fichier de ce nom"),
        (OSError(12345, "Something new"), "Something new"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_system_says_is_told_in_french(error: OSError, said: str) -> None:
    set_language("fr")
    assert said in render(UsageError("{path} cannot be used: {reason}.", path="x", reason=error))


@pytest.mark.parametrize(
    ("text", "said"),
    [("language = fr", "ligne 1, colonne 12"), ("x = [", "il s'arrête"), (b"x = '\xe9'", "UTF-8")],
)
def test_settings_that_cannot_be_read_say_where(
    text: str | bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ledger.toml").write_bytes(text.encode() if isinstance(text, str) else text)
    assert main.run(["--lang", "fr", "--ledger", str(tmp_path), "status"]) == 2
    assert said in plain(capsys.readouterr().err)
