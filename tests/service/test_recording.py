"""Recording members' files: all or nothing, once, and corrections instead of edits."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.conftest import Clock, recorded, write

from ledger.kernel.errors import Refused, StorageFailure, UnknownId, UsageError
from ledger.language.catalogue import render
from ledger.service.ledger import Ledger
from ledger.service.verifying import verify

MINUTES = """
meeting: breakfast
on: 5 March 2024
at: Halle
facilitator: hal
notes: coord
present: ate, hal, coord
excused: ser
decisions:
  agenda: {text: A shared agenda}
tasks: |
  what            | who   | due      | duration | follows
  Open the agenda | ate   | 20 March | 2h       | agenda
  Call the town   | ?     | 1 April  |          |
hours february: |
  who     | commons | hosting
  Atelier | 10h     | 2h
  Halle   | 4h      | 3h30
"""


def hours(ledger: Ledger) -> dict[str, int]:
    """Minutes by lieu, in the read model."""
    with sqlite3.connect(ledger.folder.members) as db:
        return dict(db.execute("SELECT lieu_id, sum(minutes) FROM time_entries GROUP BY lieu_id"))


def test_minutes_are_recorded_whole(ledger: Ledger, tmp_path: Path) -> None:
    done = ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    assert recorded(done.outcome).count("time.logged.v1") == 4
    assert recorded(done.outcome).count("task.opened.v1") == 2
    assert hours(ledger) == {"atelier": 720, "halle": 450}


def test_the_same_file_again_does_nothing(ledger: Ledger, tmp_path: Path) -> None:
    file = write(tmp_path, "march.yaml", MINUTES)
    ledger.record_file(file, author="coord")
    size = ledger.log.head().size
    again = ledger.record_file(file, author="coord")
    assert again.outcome.events == []
    assert ledger.log.head().size == size


def test_a_new_act_in_a_recorded_file_is_recorded_alone(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    more = MINUTES + "  Serre   | 5h      |\n"
    done = ledger.record_file(write(tmp_path, "march.yaml", more), author="coord")
    assert recorded(done.outcome) == ["time.logged.v1"]
    assert hours(ledger)["serre"] == 300


def test_an_edited_act_is_listed_and_not_recorded(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    done = ledger.record_file(
        write(tmp_path, "march.yaml", MINUTES.replace("| 10h", "| 12h")), author="coord"
    )
    assert done.outcome.events == []
    assert len(done.edits.changed) == 1
    assert hours(ledger)["atelier"] == 720


def test_an_edited_file_is_recorded_as_corrections(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord")
    edited = MINUTES.replace("| 10h", "| 12h").replace(
        "  Call the town   | ?     | 1 April  |          |\n", ""
    )
    done = ledger.record_file(write(tmp_path, "march.yaml", edited), author="coord", correct="misread")
    assert set(recorded(done.outcome)) == {"event.corrected.v1"}
    assert hours(ledger)["atelier"] == 840
    with sqlite3.connect(ledger.folder.members) as db:
        assert [t for (t,) in db.execute("SELECT title FROM tasks")] == ["Open the agenda"]
    assert ledger.record_file(tmp_path / "march.yaml", author="coord", correct="again").outcome.events == []
    assert not verify(ledger).problems


def test_a_file_edited_back_and_forth_ends_where_it_says(ledger: Ledger, tmp_path: Path) -> None:
    for text in (MINUTES, MINUTES.replace("| 10h", "| 12h"), MINUTES):
        ledger.record_file(write(tmp_path, "march.yaml", text), author="coord", correct="why")
    assert hours(ledger)["atelier"] == 720
    ledger.projector().rebuild()
    assert hours(ledger)["atelier"] == 720


def test_one_refused_act_and_nothing_of_the_file_is_recorded(ledger: Ledger, tmp_path: Path) -> None:
    size = ledger.log.head().size
    bad = (
        MINUTES + "acts:\n  - give-role: {role: carrier, organisation: asso-a}\n  - close-task: T-1999-001\n"
    )
    with pytest.raises(UnknownId):
        ledger.record_file(write(tmp_path, "march.yaml", bad), author="coord")
    assert ledger.log.head().size == size
    assert hours(ledger) == {}


def test_a_refusal_names_the_place_of_its_act(ledger: Ledger, tmp_path: Path) -> None:
    text = (
        "acts:\n  - update-party: {party: ser, until: 2024-03-01}\n"
        "  - open-task: {title: Sweep, person: ser, on: 2024-03-06}\n"
    )
    with pytest.raises(Refused) as caught:
        ledger.record_file(write(tmp_path, "acts.yaml", text), author="coord")
    assert caught.value.place
    assert str(caught.value.place).endswith("acts.yaml:3:5")
    assert "(R11)" in render(caught.value)


def test_a_trial_says_what_would_happen_and_keeps_nothing(ledger: Ledger, tmp_path: Path) -> None:
    size, refs = ledger.log.head().size, ledger.vault.refs()
    done = ledger.record_file(write(tmp_path, "march.yaml", MINUTES), author="coord", dry_run=True)
    assert len(done.outcome.events) > 8
    assert (ledger.log.head().size, ledger.vault.refs()) == (size, refs)


def test_a_trial_says_which_flags_it_would_raise(ledger: Ledger, tmp_path: Path) -> None:
    rows = "\n".join(
        f"  - log-time: {{lieu: atelier, minutes: 10h, activity: {activity}, on: 2024-{month:02}-10}}"
        for month in (1, 2)
        for activity in ("commons", "hosting", "admin", "outreach")
    )
    text = "acts:\n" + rows.replace("minutes", "duration")
    ledger.record_file(write(tmp_path, "january.yaml", text), author="coord")
    ledger._clock.now = datetime(2024, 5, 2, tzinfo=UTC)  # type: ignore[attr-defined]
    march = "acts:\n" + "\n".join(
        f"  - log-time: {{lieu: atelier, duration: 1h, on: 2024-03-{day:02}}}" for day in range(1, 12)
    )
    done = ledger.record_file(write(tmp_path, "march.yaml", march), author="coord", dry_run=True)
    assert done.outcome.flags
    assert "LIEU_RELIANCE" in {row["code"] for row in done.outcome.flags.raised}


def test_evidence_is_kept_under_its_fingerprint(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(b"%PDF-1.4 an invoice")
    text = (
        "acts:\n  - record-expense: {amount: 12 €, label: Stamps, paid: 2024-03-01, invoice: invoice.pdf}\n"
    )
    done = ledger.record_file(write(tmp_path, "money.yaml", text), author="coord")
    sha256 = next(e for e in done.outcome.events if e["kind"] == "expense.recorded.v1")["data"]["evidence"][
        0
    ]["sha256"]
    kept = ledger.folder.evidence / sha256
    assert kept.read_bytes() == b"%PDF-1.4 an invoice"
    kept.write_bytes(b"%PDF-1.4 another")
    assert [p.template for p in verify(ledger).problems] == [
        "event {seq}: the file {name} in evidence/ was altered"
    ]


def test_names_stay_in_the_vault(ledger: Ledger) -> None:
    raw = ledger.folder.log.read_bytes()
    assert "référente".encode() not in raw
    assert b'"coord"' not in raw
    assert "référente".encode() in ledger.folder.vault.read_bytes()


def test_a_clock_set_back_never_goes_behind_the_head(ledger: Ledger, clock: Clock, tmp_path: Path) -> None:
    clock.now = datetime(2025, 1, 1, tzinfo=UTC)
    ledger.record_file(write(tmp_path, "a.yaml", "acts:\n  - open-task: {title: One}\n"), author="coord")
    clock.now = datetime(2020, 1, 1, tzinfo=UTC)
    done = ledger.record_file(
        write(tmp_path, "b.yaml", "acts:\n  - open-task: {title: Two}\n"), author="coord"
    )
    assert done.outcome.events[0]["recorded_at"] >= "2025-01-01"


def test_a_broken_view_after_the_commit_point_is_a_warning(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StorageFailure("The disk is full.")

    monkeypatch.setattr("ledger.readmodel.projector.Projector.catch_up", fails)
    size = ledger.log.head().size
    done = ledger.record_file(
        write(tmp_path, "a.yaml", "acts:\n  - open-task: {title: One}\n"), author="coord"
    )
    assert ledger.log.head().size == size + 1
    assert "ledger rebuild" in render(done.outcome.warnings[0])


def test_a_failure_before_the_commit_point_records_nothing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StorageFailure("The disk is full.")

    monkeypatch.setattr("ledger.store.vault.Vault.commit", fails)
    size = ledger.log.head().size
    with pytest.raises(StorageFailure):
        ledger.record_file(write(tmp_path, "a.yaml", "acts:\n  - open-task: {title: One}\n"), author="coord")
    assert ledger.log.head().size == size


def test_the_author_may_be_registered_by_the_file_itself(tmp_path: Path, clock: Clock) -> None:
    text = """
by: new
acts:
  - found-consortium: {name: X}
  - register-person: {id: new, name: the first}
"""
    with Ledger.create(tmp_path / "l", "en", clock) as opened:
        done = opened.record_file(write(tmp_path, "f.yaml", text))
        authors = {e.get("recorded_by") for e in done.outcome.events}
        assert authors == {opened.vault.by_handle("new")}


def test_nothing_can_be_recorded_before_the_founding(tmp_path: Path, clock: Clock) -> None:
    with Ledger.create(tmp_path / "l", "en", clock) as opened, pytest.raises((Refused, UsageError)):
        opened.record_file(write(tmp_path, "f.yaml", "acts:\n  - open-task: {title: One}\n"))


def test_an_unknown_kind_is_told_plainly(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A log written by a later version: reading says so, in words."""
    ledger.record_file(write(tmp_path, "a.yaml", "acts:\n  - open-task: {title: One}\n"), author="coord")
    from ledger import vocabulary
    from ledger.service.streams import decode

    monkeypatch.delitem(vocabulary._TOPICS, "task.opened.v1")
    stored = ledger.log.last()
    assert stored
    with pytest.raises(StorageFailure, match="does not know"):
        decode(stored)


def test_erasing_a_person_leaves_the_proofs_and_no_name(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "e.yaml", "acts:\n  - erase-person: ser\n"), author="coord")
    assert ledger.vault.by_handle("ser") is None
    assert "référente de la Serre".encode() not in ledger.folder.vault.read_bytes()
    assert not verify(ledger).problems
    with sqlite3.connect(ledger.folder.members) as db:
        assert ("ser",) not in db.execute("SELECT handle FROM people").fetchall()


def test_a_flag_about_a_person_is_answered_under_the_opaque_id(ledger: Ledger, tmp_path: Path) -> None:
    text = (
        "acts:\n  - answer-flag: {flag: PERSON_RELIANCE, subject: ate, answer: reply, reason: we share it}\n"
    )
    done = ledger.record_file(write(tmp_path, "f.yaml", text), author="coord")
    (event,) = done.outcome.events
    assert event["data"]["subject"] == ledger.vault.by_handle("ate")
    assert '"ate"' not in str(event)


LONG = "Association pour la promotion des tiers-lieux culturels, artisanaux et solidaires du pays d'Arles"


def test_a_long_name_gives_a_short_id(ledger: Ledger, tmp_path: Path) -> None:
    acts = f"""
by: coord
acts:
  - register-organisation: {{name: "{LONG}"}}
  - register-lieu: {{name: "{LONG} et de la Camargue"}}
  - register-lieu: {{name: "{"x" * 90}"}}
"""
    events = ledger.record_file(write(tmp_path, "acts.yaml", acts)).outcome.events
    found = [event["data"].get("lieu_id") or event["data"].get("organisation_id") for event in events]
    assert found == [
        "association-pour-la-promotion-des-tiers",
        "association-pour-la-promotion-des-tiers-2",
        "x" * 40,
    ]


def test_a_scanned_invoice_of_many_megabytes_is_kept(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF" + bytes(2_500_000))
    acts = "by: coord\nacts:\n  - attach-evidence: {file: scan.pdf, kind: invoice}\n"
    (event,) = ledger.record_file(write(tmp_path, "acts.yaml", acts)).outcome.events
    assert event["data"]["size_bytes"] == 2_500_004


def test_once_somebody_is_registered_what_is_recorded_says_by_whom(tmp_path: Path, clock: Clock) -> None:
    """As somebody does who received a ledger, and whose machine knows nobody yet."""
    with Ledger.create(tmp_path / "ledger", "en", clock) as received:
        received.record_act("found-consortium", {"name": "Two places"}, author=None)
        received.record_act("register-person", {"id": "coord"}, author=None)
        size = received.log.head().size
        task = write(tmp_path, "task.yaml", "acts:\n  - open-task: {title: Call the town}\n")
        for record in (
            lambda: received.record_act("register-lieu", {"name": "POP"}, author=None),
            lambda: received.record_file(task),
            lambda: received.record_file(task, dry_run=True),
        ):
            with pytest.raises(UsageError, match="Nobody says who records this") as refused:
                record()
            assert refused.value.exit_code == 2
            assert "--as coord; or par: coord" in render(refused.value)
        with pytest.raises(UnknownId, match="coort") as unknown:
            received.record_file(task, author="coort")
        assert "“coord”?" in render(unknown.value)
        assert received.log.head().size == size

        task.write_text("par: coord\n" + task.read_text())
        (event,) = received.record_file(task).outcome.events
        assert event["recorded_by"].startswith("P-")


def test_a_payment_is_numbered_in_the_year_it_was_made(ledger: Ledger) -> None:
    paid = {"amount": "12 €", "label": "Map", "paid": "2023-12-30"}
    (event,) = ledger.record_act("record-expense", paid, author="coord").events
    assert event["data"]["expense_id"] == "E-2023-001"
