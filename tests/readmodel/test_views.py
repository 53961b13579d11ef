"""What the joined views say, on stories small enough to count by hand."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.consortium.events import (
    LieuRegistered,
    OrganisationRegistered,
    RoleEnded,
    RoleGiven,
    RotationSet,
    TurnTaken,
)
from ledger.decisions.events import ProposalMade
from ledger.funds.events import ConventionSigned, EvidenceRef, ExpenseRecorded, FundsAllocated
from ledger.tasks.events import TaskOpened, TimeLogged

from .conftest import Story

LIEUX = ("parade", "pop", "fabrique")
START = date(2024, 1, 1)


@pytest.fixture
def places(story: Story) -> Story:
    story.record(
        OrganisationRegistered(organisation_id="asso", name="Association"),
        *(LieuRegistered(lieu_id=lieu, name=lieu.title(), organisation_id="asso") for lieu in LIEUX),
    )
    return story


def _hours(minutes: int, lieu: str | None, person: str | None = None, task: str | None = None) -> TimeLogged:
    return TimeLogged(
        subject_id=person or lieu or "x",
        month="2024-02",
        lieu_id=lieu,
        person_id=person,
        task_id=task,
        activity="commons",
        minutes=minutes,
        basis="volunteer",
    )


def test_members_seats_and_mandates_are_views_over_roles(places: Story) -> None:
    places.record(
        RoleGiven(role_id="R-1", role="member", lieu_id="parade", held_from=START),
        RoleGiven(role_id="R-2", role="seat", lieu_id="parade", person_id="P-1", held_from=START),
        RoleGiven(role_id="R-3", role="affiliated", person_id="P-1", lieu_id="parade", held_from=START),
        RoleGiven(role_id="R-4", role="coordinator", person_id="P-1", held_from=START, minutes_per_month=420),
        RoleGiven(role_id="R-5", role="carrier", organisation_id="asso", held_from=START),
    )
    places.projector().catch_up()
    assert places.query("SELECT role_id, name, organisation_id FROM members") == [("R-1", "Parade", "asso")]
    assert places.query("SELECT role_id, name, person_id FROM seats") == [("R-2", "Parade", "P-1")]
    assert places.query("SELECT role_id, role, minutes_per_month, organisation FROM mandates ORDER BY 1") == [
        ("R-4", "coordinator", 420, None),
        ("R-5", "carrier", None, "Association"),
    ]


def test_mandates_now_leaves_out_what_ended(places: Story) -> None:
    places.record(
        RoleGiven(role_id="R-1", role="accounts", lieu_id="parade", held_from=START),
        RoleGiven(role_id="R-2", role="booking", lieu_id="pop", held_from=START),
        RoleGiven(
            role_id="R-3", role="welcome", lieu_id="pop", held_from=START, held_until=date(2024, 6, 30)
        ),
        RoleGiven(role_id="R-4", role="later", lieu_id="pop", held_from=date(2199, 1, 1)),
        RoleEnded(role_id="R-2", ended_on=date(2024, 3, 1), reason="resigned"),
    )
    places.projector().catch_up()
    assert places.query("SELECT role FROM mandates_now") == [("accounts",)]


def test_workload_adds_up_by_month_and_leaves_shared_functions_out(places: Story) -> None:
    places.record(_hours(60, "parade"), _hours(30, "parade"), on="2024-02-10")
    places.record(_hours(90, None, "P-1"), _hours(15, "pop", "P-1"), on="2024-02-11")
    places.projector().catch_up()
    assert places.query("SELECT lieu, month, minutes, entries FROM workload_by_lieu ORDER BY lieu") == [
        ("Parade", "2024-02", 90, 2),
        ("Pop", "2024-02", 15, 1),
    ]
    assert places.query("SELECT person_id, lieu_id, minutes FROM workload_by_person ORDER BY minutes") == [
        ("P-1", "pop", 15),
        ("P-1", None, 90),
    ]


def test_a_decision_leads_to_tasks_and_euros(places: Story) -> None:
    both = (
        EvidenceRef(sha256="a" * 64, evidence_kind="invoice"),
        EvidenceRef(sha256="b" * 64, evidence_kind="proof_of_payment"),
    )
    places.record(
        ProposalMade(decision_id="D-1", revision=1, text="Tour bus", domain="money", ceiling_cents=450_000),
        ProposalMade(decision_id="D-2", revision=1, text="Agenda", domain="commons"),
        ConventionSigned(
            convention_id="C",
            title="Grant",
            funders=("asso",),
            carrier_id="asso",
            amount_cents=10**6,
            starts_on=START,
            ends_on=date(2024, 12, 31),
        ),
        FundsAllocated(
            convention_id="C",
            allocation_id="A-1",
            line="bus",
            lieu_id="parade",
            amount_cents=450_000,
            decision_id="D-1",
        ),
        ExpenseRecorded(
            expense_id="E-1",
            amount_cents=1_000,
            label="Bus",
            convention_id="C",
            decision_id="D-1",
            evidence=both,
        ),
        ExpenseRecorded(
            expense_id="E-2", amount_cents=500, label="Fuel", decision_id="D-1", evidence=both[:1]
        ),
        TaskOpened(task_id="T-1", title="Réserver le bus", decision_id="D-1"),
        _hours(45, "parade", task="T-1"),
        _hours(15, "pop", task="T-1"),
    )
    places.projector().catch_up()
    found = places.query(
        "SELECT follows, follows_id, state, amount_cents, minutes FROM decision_trail"
        " WHERE decision_id = 'D-1' ORDER BY follows, follows_id"
    )
    assert found == [
        ("allocation", "A-1", "envelope", 450_000, None),
        ("expense", "E-1", "proven", 1_000, None),
        ("expense", "E-2", "unproven", 500, None),
        ("task", "T-1", "open", None, 60),
    ]
    assert places.query("SELECT follows FROM decision_trail WHERE decision_id = 'D-2'") == [(None,)]


def test_the_board_counts_turns_against_the_part_due(places: Story) -> None:
    places.record(
        RotationSet(rotation_id="breakfasts", name="Breakfasts", order=LIEUX, period="month", starts_on=START)
    )
    for month, lieu, outcome, away in (
        (1, "parade", "taken", ()),
        (2, "parade", "swapped", ()),
        (3, "pop", "skipped", ()),
        (4, "fabrique", "taken", ("pop",)),
    ):
        places.record(
            TurnTaken(rotation_id="breakfasts", lieu_id=lieu, outcome=outcome, unavailable=away),  # type: ignore[arg-type]
            on=f"2024-{month:02d}-05",
        )
    places.projector().catch_up()
    assert places.query(
        "SELECT lieu_id, turns_taken, turns_due, debt, turns_skipped, last_on, next_rank"
        " FROM rotation_board ORDER BY position"
    ) == [
        ("parade", 2, 1.17, 0.83, 0, "2024-02-05", 3),
        ("pop", 0, 0.67, -0.67, 1, None, 1),
        ("fabrique", 1, 1.17, -0.17, 0, "2024-04-05", 2),
    ]


def test_the_board_of_a_rotation_without_turns_follows_the_order(places: Story) -> None:
    places.record(
        RotationSet(rotation_id="bus", name="Tour bus", order=LIEUX, period="year", starts_on=START),
    )
    places.projector().catch_up()
    assert places.query("SELECT lieu_id, debt, next_rank FROM rotation_board ORDER BY next_rank") == [
        ("parade", 0.0, 1),
        ("pop", 0.0, 2),
        ("fabrique", 0.0, 3),
    ]
