"""What stands in the agenda, and what was published."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.conftest import write

from ledger.language.catalogue import speaking
from ledger.service.agenda import agenda, published
from ledger.service.ledger import Ledger

ACTS = """
by: coord
acts:
  - convene-meeting: {on: 2024-01-10, id: m1, kind: assembly, planned: 2024-04-02, host: halle, agenda: Budget}
  - convene-meeting: {on: 2024-01-10, id: m2, kind: breakfast, planned: 2024-05-02}
  - close-meeting: {on: 2024-01-20, meeting: m2, outcome: cancelled}
  - set-rotation: {on: 2024-01-10, id: bus, name: Bus, order: "atelier, halle", every: quarter}
  - take-turn: {on: 2024-01-15, rotation: bus, lieu: atelier}
  - open-task: {on: 2024-01-10, id: t1, title: Book the bus, person: hal, due: 2024-05-01}
  - open-task: {on: 2024-01-10, id: t2, title: Done already, person: hal, due: 2024-05-01}
  - close-task: {on: 2024-01-11, task: t2}
  - adopt-decision: {on: 2024-01-10, id: d1, text: A shared agenda, review: 2024-06-01, expires: 2024-12-31}
  - publish-decision: {on: 2024-01-12, decision: d1, channel: site, url: "https://example.org/d1"}
  - give-role: {on: 2024-01-10, role: coordinator, person: coord, until: 2024-09-30}
"""


@pytest.fixture
def db(ledger: Ledger, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    ledger.record_file(write(tmp_path, "acts.yaml", ACTS))
    with closing(sqlite3.connect(ledger.folder.members)) as connection:
        yield connection


def test_meetings_turns_and_deadlines_in_order(db: sqlite3.Connection) -> None:
    found = [(entry.first.isoformat(), entry.title) for entry in agenda(db, date(2024, 3, 6))]
    assert found == [
        ("2024-04-02", "Assembly"),
        ("2024-04-15", "Bus: the turn of La Halle"),
        ("2024-05-01", "Task due: Book the bus"),
        ("2024-05-02", "Breakfast"),
        ("2024-06-01", "To look at again: A shared agenda"),
        ("2024-09-30", "End of the mandate: coordinator"),
        ("2024-12-31", "Last day of effect: A shared agenda"),
    ]


def test_what_an_entry_says(db: sqlite3.Connection) -> None:
    entries = {entry.uid.partition("@")[0]: entry for entry in agenda(db, date(2024, 3, 6))}
    meeting = entries["meeting-m1"]
    assert (meeting.place, meeting.details, meeting.cancelled) == ("La Halle", "Budget", False)
    assert meeting.changed_at is not None
    assert entries["meeting-m2"].cancelled
    assert len(entries) == len(agenda(db, date(2024, 3, 6))), "each has an id of its own"


def test_a_turn_that_nobody_took_moves_on(db: sqlite3.Connection) -> None:
    turns = [e.first for e in agenda(db, date(2024, 8, 1)) if e.uid.startswith("turn-")]
    assert turns == [date(2024, 10, 15)]


def test_no_person_is_named(db: sqlite3.Connection) -> None:
    said = " ".join(f"{e.title} {e.details} {e.place}" for e in agenda(db, date(2024, 3, 6)))
    for name, handle in db.execute("SELECT name, handle FROM people"):
        assert name not in said
        assert f" {handle} " not in said


def test_what_was_published(db: sqlite3.Connection) -> None:
    (item,) = published(db)
    assert (item.title, item.published_on) == ("A shared agenda (adopted)", date(2024, 1, 12))
    assert (item.id, item.url) == ("urn:ledger:les-trois-lieux:decision:d1", "https://example.org/d1")
    with speaking("fr"):
        assert published(db)[0].title == "A shared agenda (adoptée)"
