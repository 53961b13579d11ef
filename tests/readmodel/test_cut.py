"""What would have been seen: by the day of the facts, by the day of their recording, corrections included."""

from __future__ import annotations

import os
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger.consortium.events import (
    ConsortiumFounded,
    LieuRegistered,
    PartyUpdated,
    PersonRegistered,
    RoleGiven,
)
from ledger.readmodel import cut as room
from ledger.readmodel.cut import cut, recorded_by
from ledger.record.events import EventCorrected
from ledger.store.log import Log
from ledger.tasks.events import TaskAssigned, TaskOpened, TimeLogged

from .conftest import Story

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


def _hours(minutes: int, month: str) -> TimeLogged:
    return TimeLogged(
        subject_id="parade", month=month, lieu_id="parade", activity="commons", minutes=minutes, basis="paid"
    )


@pytest.fixture
def told(story: Story) -> Story:
    """January's and February's hours, each recorded the month after; January's corrected in March."""
    story.record(
        ConsortiumFounded(name="Six", consortium_kind="operational"),
        LieuRegistered(lieu_id="parade", name="Parade"),
        on="2024-01-01",
    )
    _at(story, "2024-02-10")
    (january,) = story.record(_hours(100, "2024-01"), on="2024-01-20", since="2024-01-01")
    _at(story, "2024-03-10")
    story.record(_hours(200, "2024-02"), on="2024-02-20")
    story.record(
        EventCorrected(
            corrected_stream="time/parade/2024-01",
            corrected_seq=january,
            how="replace",
            reason_code="mistake",
            group_id="K-1",
            replacement=_hours(60, "2024-01").model_dump(mode="json", exclude_none=True),
        ),
        on="2024-03-10",
    )
    story.projector().catch_up()
    return story


def _at(story: Story, day: str) -> None:
    story.now = datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC)


def _minutes(story: Story, as_of: date | None, known_at: date | None) -> list[int]:
    path = cut(story.log, story.vault, story.views, as_of, known_at)
    return [minutes for (minutes,) in story.query("SELECT minutes FROM time_entries ORDER BY id", path=path)]


def test_facts_by_the_day_they_occurred(told: Story) -> None:
    assert _minutes(told, FEBRUARY, None) == [60, 200]
    assert _minutes(told, JANUARY, None) == [60]
    assert _minutes(told, date(2024, 1, 19), None) == [], "a period counts whole, at its last day"


def test_facts_by_the_day_they_were_recorded(told: Story) -> None:
    assert _minutes(told, None, FEBRUARY) == [100], "before the correction"
    assert _minutes(told, None, MARCH) == [60, 200]
    assert _minutes(told, JANUARY, FEBRUARY) == [100]
    assert _minutes(told, None, JANUARY) == []
    assert _minutes(told, None, date(2023, 12, 31)) == []


def test_a_correction_counts_at_the_day_of_the_fact(told: Story) -> None:
    path = cut(told.log, told.vault, told.views, JANUARY, None)
    assert told.query("SELECT seq, kind, corrected_by FROM events WHERE seq > 2", path=path) == [
        (3, "time.logged.v1", 5),
        (5, "event.corrected.v1", None),
    ]
    assert told.query("SELECT corrected_seq FROM corrections", path=path) == [(3,)]


def test_a_fact_corrected_to_another_day_moves_with_it(story: Story) -> None:
    opened, given = story.record(
        TaskOpened(task_id="T-1", title="Bus"), TaskAssigned(task_id="T-1", lieu_id="parade"), on="2024-01-10"
    )
    for seq, day in ((given, date(2024, 2, 10)),):
        story.record(
            EventCorrected(
                corrected_stream="task/T-1",
                corrected_seq=seq,
                how="replace",
                reason_code="mistake",
                group_id="K-1",
                replaced_occurred_on=day,
            ),
            on="2024-03-01",
        )
    story.projector().catch_up()
    for day, status in ((JANUARY, "open"), (FEBRUARY, "accepted")):
        path = cut(story.log, story.vault, story.views, day, None)
        assert story.query("SELECT status, opened_on, seq FROM tasks", path=path) == [
            (status, "2024-01-10", opened if status == "open" else given)
        ]


def test_a_cut_of_everything_has_the_rows_of_the_ordinary_view(told: Story) -> None:
    path = told.views / "whole.db"
    told.projector(path).rebuild(room.Cut(told.log.head().size, room.NO_LIMIT))
    ordinary, whole = told.rows(), told.rows(path)
    del ordinary["_cursor"], whole["_cursor"]
    assert whole == ordinary


def test_nothing_left_out_is_the_ordinary_view(told: Story) -> None:
    today = datetime.now(UTC).date()
    assert cut(told.log, told.vault, told.views, today, None) == told.path
    assert cut(told.log, told.vault, told.views, date(2024, 3, 10), None) != told.path, "another “now”"
    assert cut(told.log, told.vault, told.views, None, None) == told.path
    assert cut(told.log, told.vault, told.views, None, date(2024, 3, 10)) == told.path
    assert cut(told.log, told.vault, told.views, FEBRUARY, None) != told.path
    told.record(_hours(1, "2024-03"), on="2024-03-11")
    assert cut(told.log, told.vault, told.views, today, None) != told.path, "the view is behind"


def test_a_cut_is_kept_until_something_says_otherwise(told: Story) -> None:
    def made() -> Path:
        return cut(told.log, told.vault, told.views, JANUARY, FEBRUARY)

    path = made()
    assert path.name == "cut-2024-01-31-2024-02-29.db"
    assert path.stat().st_mode & 0o777 == 0o600
    first = path.stat().st_ino
    assert made().stat().st_ino == first
    told.record(_hours(1, "2024-03"), on="2024-03-11")
    assert made().stat().st_ino == first, "what was recorded later changes nothing"
    told.vault.stage_person("P-1", handle="ver", name=None, email=None)
    told.vault.commit()
    told.vault.erase("P-1")
    assert made().stat().st_ino != first
    assert not [other for other in told.views.iterdir() if other.name.startswith(".")]


def test_only_some_cuts_are_kept(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "KEPT", 2)
    for day in (1, 2, 3, 4):
        cut(told.log, told.vault, told.views, date(2024, 1, day), None)
    assert len(list(told.views.glob("cut-*.db"))) == 2


def test_a_cut_that_another_process_makes_is_left_alone_until_it_is_abandoned(told: Story) -> None:
    other = told.views / ".cut-2024-01-31-2024-02-29.db.999999999.new"
    other.write_bytes(b"half of it")
    path = cut(told.log, told.vault, told.views, JANUARY, FEBRUARY)
    assert other.read_bytes() == b"half of it"
    path.unlink()
    os.utime(other, (0, 0))
    cut(told.log, told.vault, told.views, JANUARY, FEBRUARY)
    assert not other.exists()


def test_a_person_renamed_later_has_todays_name(story: Story) -> None:
    identity = story.vault.stage_person("P-1", handle="ver", name="Ver", email=None)
    story.record(
        PersonRegistered(
            person_id="P-1", identity=identity, engagement="volunteer", active_from=date(2024, 1, 1)
        )
    )
    _at(story, "2024-03-01")
    identity = story.vault.stage_person("P-1", handle="vera", name="Vera", email=None)
    story.record(PartyUpdated(party_id="P-1", identity=identity), on="2024-03-01")
    path = cut(story.log, story.vault, story.views, JANUARY, None)
    assert story.query("SELECT handle, name FROM people", path=path) == [("vera", "Vera")]


def test_now_is_the_day_of_the_cut(story: Story) -> None:
    story.record(
        RoleGiven(
            role_id="R-1",
            role="carrier",
            organisation_id="fabrique",
            held_from=date(2024, 1, 1),
            held_until=date(2024, 3, 1),
        ),
        RoleGiven(role_id="R-2", role="carrier", organisation_id="pop", held_from=date(2024, 3, 2)),
        on="2024-01-01",
    )
    story.projector().catch_up()
    for day, holder, left in ((JANUARY, "fabrique", 30), (MARCH, "pop", None)):
        path = cut(story.log, story.vault, story.views, day, None)
        assert story.query("SELECT organisation_id, days_left FROM mandates_now", path=path) == [
            (holder, left)
        ]


def test_the_prefix_is_found_without_reading_the_log(told: Story) -> None:
    asked: list[int] = []

    class Counted:
        def head(self) -> object:
            return told.log.head()

        def event(self, seq: int) -> object:
            asked.append(seq)
            return told.log.event(seq)

    assert recorded_by(Counted(), FEBRUARY) == 3  # type: ignore[arg-type]
    assert len(asked) <= 4


def test_a_log_without_events(tmp_path: Path) -> None:
    with closing(Log.create(tmp_path / "log.db", "empty")) as log:
        path = cut(log, None, tmp_path, JANUARY, JANUARY)
        assert path.exists()
