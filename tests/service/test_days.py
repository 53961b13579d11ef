"""The day of what does not say its own."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write

from ledger.service.ledger import Ledger

MET = """par: coord
actes:
  - tenir-réunion: {genre: réunion, présents: [ate, hal, ser], le: 5 février 2024}
"""


def days(events: list[dict[str, object]]) -> set[object]:
    return {event["occurred_on"] for event in events}


def test_what_names_a_meeting_happened_that_day(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "met.yaml", MET))
    for act, options in {
        "make-proposal": {"text": "Un bus", "meeting": "M-2024-02-05"},
        "adopt-decision": {
            "text": "Un agenda",
            "meeting": "M-2024-02-05",
            "represented": ["atelier", "halle", "serre"],
        },
        "open-task": {"title": "Réserver", "who": "ate", "meeting": "M-2024-02-05"},
    }.items():
        outcome = ledger.record_act(act, options, author="coord")  # type: ignore[arg-type]
        assert days(outcome.events) == {"2024-02-05"}, act


def test_in_a_file_of_acts_too_and_its_own_day_goes_before(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "met.yaml", MET))
    text = """par: coord
actes:
  - ouvrir-tâche: {titre: Réserver, qui: ate, réunion: M-2024-02-05}
  - ouvrir-tâche: {titre: Payer, qui: hal, réunion: M-2024-02-05, le: 12 février 2024}
"""
    outcome = ledger.record_file(write(tmp_path, "later.yaml", text)).outcome
    opened = [event["occurred_on"] for event in outcome.events if event["kind"] == "task.opened.v1"]
    assert opened == ["2024-02-05", "2024-02-12"]


def test_a_meeting_that_was_only_convened_gives_no_day_and_minutes_are_approved_later(
    ledger: Ledger, tmp_path: Path
) -> None:
    ledger.record_act(
        "convene-meeting",
        {"id": "M-2024-04-02", "kind": "réunion", "planned": "2 avril 2024"},
        author="coord",
    )
    outcome = ledger.record_act(
        "open-task", {"title": "Un", "who": "ate", "meeting": "M-2024-04-02"}, author="coord"
    )
    assert days(outcome.events) == {"2024-03-06"}
    ledger.record_file(write(tmp_path, "met.yaml", MET))
    outcome = ledger.record_act(
        "close-meeting", {"meeting": "M-2024-02-05", "outcome": "approved"}, author="coord"
    )
    assert days(outcome.events) == {"2024-03-06"}
