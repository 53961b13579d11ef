"""What is not for an audience is not in its file: no person, no other funder's money."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from ledger.consortium.events import LieuRegistered, OrganisationRegistered, PersonRegistered, RoleGiven
from ledger.decisions.events import DecisionAdopted, ProposalMade
from ledger.funds.events import ConventionSigned, EvidenceRef, ExpenseRecorded, FundsAllocated
from ledger.kernel.errors import StorageFailure
from ledger.meetings.events import MeetingHeld
from ledger.readmodel import audiences
from ledger.readmodel.schema import OWN_TABLES, all_columns, tables
from ledger.readmodel.views import VIEWS
from ledger.record.events import EventCorrected, EvidenceAttached
from ledger.tasks.events import TaskAssigned, TaskOpened, TimeLogged

from .conftest import Story, everything

PERSON = "P-0a1b2c3d"


def _convention(id: str, funder: str) -> ConventionSigned:
    return ConventionSigned(
        convention_id=id,
        title=f"Grant {id}",
        funders=(funder,),
        carrier_id="carrier",
        amount_cents=100_000,
        starts_on=date(2024, 1, 1),
        ends_on=date(2024, 12, 31),
    )


def _spend(story: Story, convention: str, decision: str, letter: str) -> None:
    story.record(ProposalMade(decision_id=decision, revision=1, text=f"Spend {letter}", domain="money"))
    story.record(DecisionAdopted(decision_id=decision, revision=1, effective_on=date(2024, 1, 1)))
    story.record(
        FundsAllocated(
            convention_id=convention,
            allocation_id=f"A-{letter}",
            line="outils",
            lieu_id="parade",
            person_id=PERSON,
            amount_cents=5_000,
            decision_id=decision,
        )
    )
    story.record(
        EvidenceAttached(
            sha256=letter * 64,
            media_type="application/pdf",
            size_bytes=10,
            evidence_kind="invoice",
            describes=PERSON,
            convention_id=convention,
        )
    )
    story.record(
        ExpenseRecorded(
            expense_id=f"E-{letter}",
            amount_cents=1_200,
            label=f"Bill {letter}",
            convention_id=convention,
            allocation_id=f"A-{letter}",
            line="outils",
            decision_id=decision,
            payee=story.vault.stage("Somebody Paid", subject=PERSON),
            evidence=(EvidenceRef(sha256=letter * 64, evidence_kind="invoice"),),
        )
    )
    story.record(TaskOpened(task_id=f"T-{letter}", title=f"Task {letter}", decision_id=decision))
    story.record(TaskAssigned(task_id=f"T-{letter}", person_id=PERSON, lieu_id="parade"))


@pytest.fixture
def members(story: Story) -> Path:
    """A view with two funders, a convention each, and a person everywhere a person can be."""
    identity = story.vault.stage_person(PERSON, handle="zqhandle", name="Zqname", email="zq@example.org")
    story.record(
        PersonRegistered(
            person_id=PERSON, identity=identity, engagement="volunteer", active_from=date(2024, 1, 1)
        ),
        LieuRegistered(lieu_id="parade", name="Parade"),
        *(
            OrganisationRegistered(organisation_id=id, name=id.title())
            for id in ("anct", "region", "carrier")
        ),
        RoleGiven(role_id="R-1", role="coordinator", person_id=PERSON, held_from=date(2024, 1, 1)),
        RoleGiven(role_id="R-2", role="seat", person_id=PERSON, lieu_id="parade", held_from=date(2024, 1, 1)),
        MeetingHeld(meeting_id="M-1", meeting_kind="breakfast", facilitator_id=PERSON, present=(PERSON,)),
        _convention("C-ANCT", "anct"),
        _convention("C-REG", "region"),
    )
    _spend(story, "C-ANCT", "D-1", "a")
    _spend(story, "C-REG", "D-2", "b")
    (seq,) = story.record(
        TimeLogged(
            subject_id=PERSON,
            month="2024-01",
            person_id=PERSON,
            task_id="T-a",
            activity="admin",
            minutes=60,
            basis="volunteer",
        )
    )
    story.record(
        EventCorrected(
            corrected_stream=f"time/{PERSON}/2024-01",
            corrected_seq=seq,
            how="replace",
            reason_code="mistake",
            reason=story.vault.stage("Zqreason"),
            group_id="K-1",
            replaced_occurred_on=date(2024, 1, 2),
        )
    )
    story.projector().catch_up()
    return story.path


def _ids(path: Path, table: str, column: str = "id") -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [id for (id,) in connection.execute(f'SELECT "{column}" FROM "{table}" ORDER BY 1')]


def test_every_audience_has_its_file(members: Path) -> None:
    names = [path.name for path in audiences.refresh(members)]
    assert names == ["public.db", "funder-anct.db", "funder-region.db"]
    assert [path.stat().st_mode & 0o777 for path in audiences.refresh(members)] == [0o644, 0o600, 0o600]


def test_no_file_says_anything_of_a_person(members: Path) -> None:
    personal = re.compile(rb"zq|somebody|P-0a1b2c3d", re.IGNORECASE)
    assert personal.search(members.read_bytes() + _wal(members)), "the control"
    for path in audiences.refresh(members):
        assert not personal.search(path.read_bytes()), path.name
        assert "people" not in everything(path)


def _wal(path: Path) -> bytes:
    wal = path.with_name(path.name + "-wal")
    return wal.read_bytes() if wal.exists() else b""


def test_a_funder_sees_its_own_money_and_what_it_rests_on(members: Path) -> None:
    _public, anct, region = audiences.refresh(members)
    for path, letter, convention, decision in ((anct, "a", "C-ANCT", "D-1"), (region, "b", "C-REG", "D-2")):
        assert _ids(path, "conventions") == [convention]
        assert _ids(path, "expenses") == [f"E-{letter}"]
        assert _ids(path, "evidence", "sha256") == [letter * 64]
        assert _ids(path, "expense_evidence", "expense_id") == [f"E-{letter}"]
        assert _ids(path, "decisions") == [decision]
        assert _ids(path, "tasks") == [f"T-{letter}"]
        assert _ids(path, "financing_trail", "expense_id") == [f"E-{letter}"]
        assert set(_ids(path, "event_conventions", "convention_id")) == {convention}
        assert len(_ids(path, "events", "seq")) == 4, "signed, allocated, evidence, expense"
        assert _ids(path, "lieux") == ["parade"], "what is public is there as well"
    assert _ids(anct, "time_entries", "minutes") == [60]
    assert _ids(region, "time_entries", "minutes") == []


def test_the_public_sees_no_expense_and_no_decision(members: Path) -> None:
    public, *_others = audiences.refresh(members)
    assert _ids(public, "conventions") == ["C-ANCT", "C-REG"]
    held = everything(public)
    assert not held.keys() & {"expenses", "evidence", "decisions", "tasks", "time_entries", "events", "flags"}


def test_every_table_for_funders_says_which_rows(members: Path) -> None:
    described = OWN_TABLES | tables() | VIEWS
    asked = {name for name, each in described.items() if "funder" in each.audiences}
    without_rule = asked - audiences.selections("funder").keys()
    assert without_rule <= {"deliverables"}, "an audience without a rule is shown nothing"
    assert audiences.SCOPES.keys() <= described.keys()


def test_references_hold_and_columns_are_described(members: Path) -> None:
    for path in audiences.refresh(members):
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("SELECT table_name, column_name FROM column_descriptions").fetchall()
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                columns = {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}
                if name not in ("_cursor", "column_descriptions"):
                    assert {(name, column) for column in columns} <= set(rows)
                    assert columns <= (all_columns() | {n: v.columns for n, v in VIEWS.items()})[name].keys()


def test_files_follow_the_view_and_past_funders_go(story: Story, members: Path) -> None:
    public, *_others = audiences.refresh(members)
    before = public.stat().st_ino
    audiences.refresh(members)
    assert public.stat().st_ino == before, "nothing moved: nothing is written"
    story.record(_convention("C-3", "region"))
    story.projector().catch_up()
    (members.parent / "funder-gone.db").touch()
    audiences.refresh(members)
    assert _ids(public, "conventions") == ["C-3", "C-ANCT", "C-REG"]
    assert not (members.parent / "funder-gone.db").exists()
    assert not list(members.parent.glob(".*.new*"))


def test_a_file_that_cannot_be_written_is_a_storage_failure(members: Path) -> None:
    target = members.parent / "public.db"
    target.mkdir()
    with pytest.raises(StorageFailure, match=r"public\.db"):
        audiences.write(members, target)
