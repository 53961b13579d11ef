"""`ledger status` says what its figures rest on, and what is left out of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Clock, write

from ledger.cli.main import run
from ledger.language.formats import plain
from ledger.service.ledger import Ledger

LATER = "acts:\n  - register-lieu: {name: Parade, on: 2024-05-02}\n"


@pytest.fixture
def home(ledger: Ledger, clock: Clock, tmp_path: Path) -> Path:
    """Eighteen events of March, and one of May that was recorded in June."""
    clock.now = datetime(2024, 6, 3, 9, tzinfo=UTC)
    ledger.record_file(write(tmp_path, "later.yaml", LATER), author="coord")
    return ledger.folder.path


def status(home: Path, capsys: pytest.CaptureFixture[str], *cut: str) -> tuple[str, dict[str, object]]:
    """What a member reads, and what a program does."""
    capsys.readouterr()
    assert run(["--lang", "fr", "--ledger", str(home), "status", *cut]) == 0
    told = " ".join(plain(capsys.readouterr().out).partition("\n")[2].split())
    assert run(["--ledger", str(home), "status", "--json", *cut]) == 0
    return told, json.loads(capsys.readouterr().out)


def test_without_a_cut_it_speaks_of_all(
    home: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    told, data = status(home, capsys)
    size = ledger.log.head().size
    assert told.startswith(f"{size} événements, le dernier inscrit le 3 juin 2024. ")
    assert (data["events"], data["events_told"], data["events_in_all"]) == (size, size, size)
    assert data["last_recorded_on"] == "2024-06-03"


def test_what_was_known_on_a_day_is_told_beside_all(
    home: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    told, data = status(home, capsys, "--known-at", "2024-04-30")
    size = ledger.log.head().size
    assert told.startswith(
        f"{size} événements en tout ; {size - 1} étaient connus le 30 avril 2024, "
        "le dernier inscrit le 6 mars 2024. "
    )
    assert (data["events"], data["events_in_all"]) == (size - 1, size)
    assert data["last_recorded_on"] == "2024-03-06"
    assert data["head"] == ledger.log.root_at(size - 1).hex()


def test_what_had_not_happened_yet_is_left_out_and_said(
    home: Path, ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    told, data = status(home, capsys, "--as-of", "2024-04-30")
    size = ledger.log.head().size
    assert told.startswith(
        f"{size} événements, le dernier inscrit le 3 juin 2024. "
        f"{size - 1} d'entre eux avaient eu lieu au 30 avril 2024."
    )
    assert (data["events"], data["events_told"]) == (size, size - 1)
    assert data["head"] == ledger.log.head().root.hex()


def test_before_anything_was_known(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told, data = status(home, capsys, "--known-at", "2024-01-01")
    assert "aucun n'était connu le 1er janvier 2024" in told
    assert (data["events"], data["last_recorded_on"]) == (0, None)
