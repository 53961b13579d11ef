"""The projector: one event or a thousand, stopped or corrected, the rows are those of the whole log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.balance.flags.engine import refresh
from ledger.consortium.events import (
    ConsortiumFounded,
    LieuRegistered,
    PartyUpdated,
    PersonErased,
    PersonRegistered,
)
from ledger.decisions.events import ObjectionRaised, ProposalMade
from ledger.funds.events import EvidenceRef, ExpenseRecorded
from ledger.kernel.errors import LedgerError, StorageFailure
from ledger.readmodel import freshness
from ledger.readmodel import projector as room
from ledger.readmodel.projector import CaughtUp, Changed, Projector
from ledger.readmodel.schema import HANDLERS
from ledger.record.events import EventCorrected
from ledger.store.log import Log
from ledger.tasks.events import TaskAssigned, TaskOpened, TimeLogged

from .conftest import Story


def hours(minutes: int, month: str = "2024-02", lieu: str = "parade") -> TimeLogged:
    return TimeLogged(
        subject_id=lieu, month=month, lieu_id=lieu, activity="commons", minutes=minutes, basis="volunteer"
    )


def correction(
    story: Story, seq: int, replacement: dict[str, Any] | None = None, **fields: Any
) -> EventCorrected:
    stored = story.log.event(seq)
    assert stored is not None
    return EventCorrected(
        corrected_stream=stored.stream,
        corrected_seq=seq,
        how="replace" if replacement or fields else "reverse",
        reason_code="mistake",
        group_id=f"K-{seq}",
        replacement=replacement,
        **fields,
    )


def found(story: Story) -> None:
    story.record(ConsortiumFounded(name="Six", consortium_kind="operational"))
    story.record(LieuRegistered(lieu_id="parade", name="Parade"), LieuRegistered(lieu_id="pop", name="POP"))


def register(story: Story, person_id: str, handle: str) -> None:
    identity = story.vault.stage_person(person_id, handle=handle, name=handle.title(), email=None)
    story.record(
        PersonRegistered(
            person_id=person_id, identity=identity, engagement="volunteer", active_from=date(2024, 1, 1)
        )
    )


def test_rows_follow_the_log(story: Story) -> None:
    found(story)
    assert story.projector().catch_up() == CaughtUp(3)
    (seq,) = story.record(hours(90), on="2024-02-29", since="2024-02-01")
    assert story.projector().catch_up() == CaughtUp(4)
    assert story.projector().catch_up() == CaughtUp(4), "nothing new: nothing done"
    assert story.query(
        "SELECT id, lieu_id, minutes, occurred_from, occurred_on, month, seq FROM time_entries"
    ) == [(seq, "parade", 90, "2024-02-01", "2024-02-29", "2024-02", seq)]
    assert story.query("SELECT seq, kind, recorded_by, command_file FROM events WHERE seq = ?", seq) == [
        (seq, "time.logged.v1", "P-00000001", "minutes")
    ]
    assert story.query("SELECT json_extract(data, '$.minutes') FROM events WHERE seq = ?", seq) == [(90,)]
    assert story.rows() == story.rebuilt()


def test_the_cursor_holds_the_tree_head_of_its_place(story: Story) -> None:
    found(story)
    story.projector().catch_up()
    before = story.log.head()
    story.record(hours(30), on="2024-02-01")
    assert story.query("SELECT seq, root FROM _cursor") == [(before.size, before.root.hex())]
    assert story.projector().status() == (before.size, True)
    story.projector().catch_up()
    assert story.query("SELECT seq, root FROM _cursor") == [(4, story.log.head().root.hex())]
    assert story.projector().status() == (4, False)


def test_rows_of_an_earlier_page_are_changed_in_place(story: Story) -> None:
    found(story)
    story.record(TaskOpened(task_id="T-1", title="Réserver le bus"))
    story.projector().catch_up()
    (seq,) = story.record(TaskAssigned(task_id="T-1", lieu_id="pop"))
    story.projector().catch_up()
    assert story.query("SELECT title, status, lieu_id, seq FROM tasks") == [
        ("Réserver le bus", "accepted", "pop", seq)
    ]


def test_pages_of_any_size_give_the_same_rows(story: Story) -> None:
    found(story)
    for day in range(1, 20):
        story.record(hours(day), on=f"2024-02-{day:02d}")
    story.projector().rebuild()
    one = story.rows()
    story.path.unlink()
    for size in (1, 2, 3, 7):
        path = story.views / f"size-{size}.db"
        projector = story.projector(path)
        with closing(room.connect(path)) as connection:  # an empty view, at the very beginning
            room.create_tables(connection)
            room.complete(connection)
            refresh(connection, Changed(frozenset(), ""))
            room._move(connection, projector._cursor(0, ""))
        assert projector.catch_up(size).rebuilt_because is None
        assert story.rows(path) == one


def test_a_reversed_event_leaves_no_row_but_stays_readable(story: Story) -> None:
    found(story)
    (first,) = story.record(hours(60), on="2024-02-01")
    (second,) = story.record(hours(30), on="2024-02-02")
    story.projector().catch_up()
    (by,) = story.record(correction(story, first))
    story.projector().catch_up()
    assert story.query("SELECT id, minutes FROM time_entries") == [(second, 30)]
    assert story.query("SELECT kind, corrected_by FROM events WHERE seq = ?", first) == [
        ("time.logged.v1", by)
    ]
    assert story.query("SELECT id, corrected_seq, how FROM corrections") == [(by, first, "reverse")]
    assert story.rows() == story.rebuilt()


def test_a_replaced_event_keeps_its_place(story: Story) -> None:
    found(story)
    opened, given = story.record(
        TaskOpened(task_id="T-1", title="Bus"), TaskAssigned(task_id="T-1", lieu_id="pop"), on="2024-02-01"
    )
    story.projector().catch_up()
    story.record(correction(story, opened, {"task_id": "T-1", "title": "Tour bus", "critical": True}))
    story.projector().catch_up()
    assert story.query("SELECT title, critical, status, lieu_id, seq FROM tasks") == [
        ("Tour bus", 1, "accepted", "pop", given)
    ]
    assert story.rows() == story.rebuilt()


def test_a_correction_in_the_same_page_and_a_later_event_after_it(story: Story) -> None:
    found(story)
    story.projector().catch_up()
    (opened,) = story.record(TaskOpened(task_id="T-1", title="Bus"))
    story.record(correction(story, opened, {"task_id": "T-1", "title": "Tour bus"}))
    story.record(TaskAssigned(task_id="T-1", lieu_id="pop"))
    story.projector().catch_up()
    assert story.query("SELECT title, status FROM tasks") == [("Tour bus", "accepted")]
    story.record(TaskAssigned(task_id="T-1", lieu_id="parade"))
    story.projector().catch_up()
    assert story.query("SELECT title, lieu_id FROM tasks") == [("Tour bus", "parade")]
    assert story.rows() == story.rebuilt()


def test_a_correction_takes_rows_of_every_table_away(story: Story) -> None:
    found(story)
    receipt = EvidenceRef(sha256="a" * 64, evidence_kind="invoice")
    (seq,) = story.record(
        ExpenseRecorded(expense_id="E-1", amount_cents=100, label="Carte", evidence=(receipt,))
    )
    story.projector().catch_up()
    assert len(story.query("SELECT * FROM expense_evidence")) == 1
    story.record(correction(story, seq))
    story.projector().catch_up()
    for table in ("expenses", "expense_evidence"):
        assert story.query(f"SELECT * FROM {table}") == []
    assert story.rows() == story.rebuilt()


def test_what_is_computed_after_a_page_knows_tables_and_earliest_day(story: Story) -> None:
    seen: list[Changed] = []
    projector = story.projector(after_page=lambda _connection, changed: seen.append(changed))
    found(story)
    projector.catch_up()
    assert seen.pop() == Changed(frozenset(), ""), "rebuilt: everything"
    (late,) = story.record(hours(60, "2024-05"), on="2024-05-31", since="2024-05-01")
    projector.catch_up()
    assert seen.pop() == Changed(frozenset({"time_entries"}), "2024-05-01")
    story.now = story.now.replace(year=2025)
    story.record(correction(story, late), on="2025-01-01")
    projector.catch_up()
    assert seen.pop() == Changed(frozenset({"time_entries", "corrections"}), "2024-05-01")
    assert not seen


def test_names_come_from_the_vault_and_leave_with_it(story: Story) -> None:
    found(story)
    register(story, "P-1", "ver")
    register(story, "P-2", "fab")
    ground = story.vault.stage("une crainte", subject="P-1", purpose="ground")
    story.record(ProposalMade(decision_id="D-1", revision=1, text="Bus", domain="commons"))
    story.record(ObjectionRaised(decision_id="D-1", objection_id="O-1", paramount=True, ground=ground))
    story.projector().catch_up()
    assert story.query("SELECT handle, name FROM people ORDER BY id") == [("ver", "Ver"), ("fab", "Fab")]
    assert story.query("SELECT ground FROM objections") == [("une crainte",)]
    story.projector(story.views / "cut-2024-01-01-all.db").rebuild()
    story.record(PersonErased(person_id="P-1"))
    story.vault.erase("P-1")
    assert story.projector().catch_up().rebuilt_because == freshness.OTHER_VAULT
    assert story.query("SELECT handle, name, erased_on FROM people ORDER BY id") == [
        (None, None, "2024-01-01"),
        ("fab", "Fab", None),
    ]
    assert story.query("SELECT ground FROM objections") == [(None,)]
    left = b"".join(path.read_bytes() for path in story.views.iterdir())
    assert b"une crainte" not in left
    assert b"Fab" in left, "the control: names are looked for where they are"


def test_a_text_that_is_only_added_does_not_rebuild(story: Story) -> None:
    found(story)
    story.projector().catch_up()
    register(story, "P-1", "ver")
    assert story.projector().catch_up() == CaughtUp(4)
    assert story.query("SELECT handle FROM people") == [("ver",)]


def test_a_renamed_person_is_renamed_everywhere(story: Story) -> None:
    found(story)
    register(story, "P-1", "ver")
    story.projector().catch_up()
    identity = story.vault.stage_person("P-1", handle="vera", name="Vera", email=None)
    story.record(PartyUpdated(party_id="P-1", identity=identity))
    assert story.projector().catch_up().rebuilt_because == freshness.OTHER_VAULT
    assert story.query("SELECT handle, name FROM people") == [("vera", "Vera")]
    assert story.rows() == story.rebuilt()


def test_without_a_vault_names_are_withheld(story: Story) -> None:
    found(story)
    register(story, "P-1", "ver")
    Projector(story.log, story.path, None).catch_up()
    assert story.query("SELECT id, handle, name FROM people") == [("P-1", None, None)]


def test_a_log_restored_behind_its_view_is_noticed(story: Story, tmp_path: Path) -> None:
    found(story)
    backup = (tmp_path / "log.db").read_bytes()
    story.record(hours(60), on="2024-02-01")
    story.projector().catch_up()
    story.log.close()
    (tmp_path / "log.db").write_bytes(backup)
    story.log = Log.open(tmp_path / "log.db")
    assert story.projector().catch_up() == CaughtUp(3, freshness.RESTORED)
    assert story.query("SELECT count(*) FROM time_entries") == [(0,)]


def test_a_log_restored_and_written_again_is_noticed(story: Story, tmp_path: Path) -> None:
    """As long as before, but another history: only the tree head tells."""
    found(story)
    backup = (tmp_path / "log.db").read_bytes()
    story.record(hours(60), on="2024-02-01")
    story.projector().catch_up()
    story.log.close()
    (tmp_path / "log.db").write_bytes(backup)
    story.log = Log.open(tmp_path / "log.db")
    story._versions.clear()
    story.record(hours(15), on="2024-02-01")
    assert story.projector().status() == (4, True)
    assert story.projector().catch_up() == CaughtUp(4, freshness.RESTORED)
    assert story.query("SELECT minutes FROM time_entries") == [(15,)]


def test_other_code_rebuilds(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    found(story)
    story.projector().catch_up()
    monkeypatch.setattr(freshness, "fingerprint", lambda: "other")
    assert story.projector().catch_up() == CaughtUp(3, freshness.OTHER_CODE)
    assert story.projector().catch_up() == CaughtUp(3)


def test_the_fingerprint_covers_what_rows_depend_on() -> None:
    package = Path(freshness.__file__).parent.parent
    covered = freshness.code_paths()
    for name in ("tasks/projection.py", "readmodel/views.sql", "balance/flags/engine.py", "record/model.py"):
        assert name in covered
    assert all((package / name).is_file() for name in covered)
    handlers = {
        f"{each.__module__.removeprefix('ledger.').replace('.', '/')}.py" for each in HANDLERS.values()
    }
    assert handlers <= set(covered)


def test_a_view_of_another_age_or_a_damaged_one_is_made_again(story: Story) -> None:
    found(story)
    with closing(sqlite3.connect(story.path)) as connection:
        connection.execute("CREATE TABLE _cursor (seq INTEGER)")
        connection.execute("INSERT INTO _cursor VALUES (3)")
        connection.execute("CREATE TABLE lieux (something TEXT)")
        connection.commit()
    assert story.projector().catch_up().seq == 3
    assert story.query("SELECT id FROM lieux ORDER BY id") == [("parade",), ("pop",)]
    for path in story.views.iterdir():
        path.unlink()
    story.path.write_bytes(b"not a database at all, whatever its name says" * 100)
    assert story.projector().catch_up() == CaughtUp(3, freshness.DAMAGED)
    assert story.query("SELECT id FROM lieux ORDER BY id") == [("parade",), ("pop",)]


def test_readers_keep_the_old_rows_until_a_rebuild_commits(story: Story) -> None:
    found(story)
    story.projector().catch_up()
    seen: list[int] = []

    def look(_connection: sqlite3.Connection, _changed: Changed) -> None:
        seen.extend(count for (count,) in story.query("SELECT count(*) FROM lieux"))

    story.record(LieuRegistered(lieu_id="fabrique", name="La Fabrique"))
    story.projector(after_page=look).rebuild()
    assert seen == [2]
    assert story.query("SELECT count(*) FROM lieux") == [(3,)]


def test_an_unknown_kind_stops_the_view_and_not_the_program(story: Story) -> None:
    found(story)
    story.projector().catch_up()

    class Invented(LieuRegistered):
        TOPIC = "lieu.painted.v9"

    story.record(Invented(lieu_id="blue", name="Blue"))
    with pytest.raises(LedgerError, match=r"lieu\.painted\.v9"):
        story.projector().catch_up()
    with pytest.raises(LedgerError, match="Event 4"):
        story.projector().rebuild()
    assert story.query("SELECT seq FROM _cursor") == [(3,)], "what was there is still there"
    assert story.query("SELECT count(*) FROM lieux") == [(2,)]


def test_a_folder_that_cannot_be_written_is_a_storage_failure(story: Story) -> None:
    found(story)
    with pytest.raises(StorageFailure, match="the log is not concerned"):
        story.projector(story.log.path / "members.db").catch_up()


def test_only_the_owner_reads_it(story: Story) -> None:
    found(story)
    story.projector().catch_up()
    assert story.path.stat().st_mode & 0o777 == 0o600
