"""Fixtures of several rooms: a ledger founded in a temporary folder, spoken to as members do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.folder import read
from ledger.language.catalogue import set_language
from ledger.service.ledger import Ledger, Outcome


class Clock:
    """A clock that tests set; it advances a minute at each look."""

    def __init__(self) -> None:
        self.now = datetime(2024, 3, 6, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Texts are asserted in English; a test of French says so."""
    set_language("en")
    yield
    set_language("en")


@pytest.fixture
def clock() -> Clock:
    """The clock of `ledger`."""
    return Clock()


def write(folder: Path, name: str, text: str) -> Path:
    """A member's file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


FOUNDING = """
acts:
  - found-consortium: {name: Les trois lieux, on: 2024-01-02}
  - register-organisation: {id: asso-a, name: Association A, siret: 90000000100017, on: 2024-01-02}
  - register-lieu: {id: atelier, name: L'Atelier, organisation: asso-a, member: yes, on: 2024-01-02}
  - register-lieu: {id: halle, name: La Halle, member: yes, on: 2024-01-02}
  - register-lieu: {id: serre, name: La Serre, member: yes, on: 2024-01-02}
  - register-person: {id: ate, name: référente de l'Atelier, lieu: atelier, referent: yes, on: 2024-01-02}
  - register-person: {id: hal, name: référent de la Halle, lieu: halle, referent: yes, on: 2024-01-02}
  - register-person: {id: ser, name: référente de la Serre, lieu: serre, referent: yes, on: 2024-01-02}
  - register-person: {id: coord, name: coordination, engagement: employee, on: 2024-01-02}
"""


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    """Three lieux and four people, nothing else; recorded by `coord` from then on."""
    with Ledger.create(tmp_path / "ledger", "en", clock) as opened:
        opened.record_file(write(tmp_path, "founding.yaml", FOUNDING))
        opened.folder.write_me("coord")
        opened.folder = read(opened.folder.path)
        yield opened


def recorded(outcome: Outcome) -> list[str]:
    """The kinds of the recorded events."""
    return [event["kind"] for event in outcome.events]
