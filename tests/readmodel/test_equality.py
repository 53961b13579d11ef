"""Whatever is recorded, corrected and caught up with, in whatever steps: the rows are those of a rebuild."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ledger.consortium.events import (
    ConsortiumFounded,
    LieuRegistered,
    RoleEnded,
    RoleGiven,
    RotationSet,
    TurnTaken,
)
from ledger.decisions.events import DecisionAdopted, DecisionOpened, ProposalMade
from ledger.funds.events import (
    ConventionSigned,
    EvidenceRef,
    ExpenseRecorded,
    FundsAllocated,
    FundsReallocated,
)
from ledger.kernel.messages import Event
from ledger.record.events import EventCorrected
from ledger.tasks.events import TaskAssigned, TaskClosed, TaskHandedOver, TaskOpened, TimeLogged

from .conftest import Story

LIEUX = ("parade", "pop", "fabrique")
lieux = st.sampled_from(LIEUX)
few = st.integers(1, 3)
days = st.dates(date(2024, 1, 1), date(2024, 12, 31))


def hours() -> st.SearchStrategy[Event]:
    """Of three years, some of them long before what was told already."""

    def made(lieu: str, person: int, year: int, month: int, minutes: int) -> Event:
        return TimeLogged(
            subject_id=lieu,
            month=f"{year}-{month:02d}",
            lieu_id=lieu,
            person_id=f"P-{person}" if person else None,
            activity="coordination" if minutes % 2 else "commons",
            minutes=minutes,
            basis="volunteer",
        )

    return st.builds(
        made, lieux, st.integers(0, 3), st.integers(2022, 2024), st.integers(1, 12), st.integers(1, 6000)
    )


def tasks() -> st.SearchStrategy[Event]:
    name = few.map(lambda number: f"T-{number}")
    person = few.map(lambda number: f"P-{number}")
    return st.one_of(
        st.builds(TaskOpened, task_id=name, title=st.sampled_from(("Bus", "Carte")), critical=st.booleans()),
        st.builds(
            TaskAssigned,
            task_id=name,
            person_id=person,
            lieu_id=lieux,
            answer=st.sampled_from(("proposed", "accepted", "declined")),
        ),
        st.builds(TaskHandedOver, task_id=name, to_person_id=person, accepted=st.booleans()),
        st.builds(TaskClosed, task_id=name, outcome=st.sampled_from(("completed", "cancelled"))),
    )


def money() -> st.SearchStrategy[Event]:
    allocation = few.map(lambda number: f"A-{number}")
    cents = st.integers(0, 10**6)
    receipt = st.builds(
        EvidenceRef,
        sha256=st.sampled_from(("a" * 64, "b" * 64)),
        evidence_kind=st.sampled_from(("invoice", "proof_of_payment")),
    )
    return st.one_of(
        st.builds(
            FundsAllocated,
            convention_id=st.just("C"),
            allocation_id=allocation,
            line=st.just("lieux"),
            lieu_id=lieux,
            amount_cents=cents,
            decision_id=st.just("D-1"),
        ),
        st.builds(
            FundsReallocated,
            convention_id=st.just("C"),
            from_allocation_id=allocation,
            to_allocation_id=allocation,
            amount_cents=cents,
            decision_id=st.just("D-1"),
        ),
        st.builds(
            ExpenseRecorded,
            expense_id=few.map(lambda number: f"E-{number}"),
            amount_cents=cents,
            label=st.just("Carte"),
            convention_id=st.sampled_from(("C", None)),
            allocation_id=st.none() | allocation,
            decision_id=st.sampled_from(("D-1", None)),
            lieu_id=lieux,
            evidence=st.lists(receipt, max_size=2).map(tuple),
        ),
    )


def turns() -> st.SearchStrategy[Event]:
    return st.one_of(
        st.builds(
            TurnTaken,
            rotation_id=st.just("breakfasts"),
            lieu_id=lieux,
            outcome=st.sampled_from(("taken", "swapped", "skipped")),
            unavailable=st.lists(lieux, max_size=1).map(tuple),
        ),
        st.builds(
            RoleEnded,
            role_id=lieux.map(lambda lieu: f"member-{lieu}"),
            ended_on=days,
            reason=st.just("withdrawn"),
        ),
    )


facts = st.one_of(hours(), hours(), tasks(), money(), turns())
steps = st.one_of(
    st.tuples(st.just("fact"), facts, days),
    st.tuples(st.just("fact"), facts, days),
    st.tuples(st.just("correct"), st.integers(0, 10**6), st.none() | facts, st.none() | days),
    st.tuples(st.just("catch up"), st.sampled_from((1, 2, 1000))),
)


def founding(story: Story) -> None:
    story.record(
        ConsortiumFounded(name="Three", consortium_kind="operational"),
        *(LieuRegistered(lieu_id=lieu, name=lieu.title()) for lieu in LIEUX),
        *(
            RoleGiven(role_id=f"member-{lieu}", role="member", lieu_id=lieu, held_from=date(2024, 1, 1))
            for lieu in LIEUX
        ),
        RotationSet(
            rotation_id="breakfasts",
            name="Breakfasts",
            order=LIEUX,
            period="month",
            starts_on=date(2024, 1, 1),
        ),
        ProposalMade(decision_id="D-1", revision=1, text="Money", domain="money"),
        DecisionOpened(decision_id="D-1", method="consent", quorum_seats=2, electorate=LIEUX),
        DecisionAdopted(decision_id="D-1", revision=1, effective_on=date(2024, 1, 1), represented=LIEUX[:2]),
        ConventionSigned(
            convention_id="C",
            title="Grant",
            funders=("parade",),
            carrier_id="pop",
            amount_cents=10**7,
            starts_on=date(2024, 1, 1),
            ends_on=date(2024, 12, 31),
        ),
    )


def correct(story: Story, pick: int, fact: Event | None, day: date | None) -> None:
    """Corrects some event of the story: with a fact of its own kind and stream if there is one, else away."""
    open_events = [s for page in story.log.pages() for s in page if s.topic != EventCorrected.TOPIC]
    stored = open_events[pick % len(open_events)]
    fits = fact is not None and stored.topic == fact.TOPIC and fact.stream() == stored.stream
    fields: dict[str, Any] = {"how": "reverse"}
    if fact is not None and fits:
        fields = {"how": "replace", "replacement": fact.model_dump(mode="json", exclude_none=True)}
    elif day and (not stored.stream.startswith("time/") or stored.stream.endswith(f"{day:%Y-%m}")):
        fields = {"how": "replace", "replaced_occurred_on": day}
    story.record(
        EventCorrected(
            corrected_stream=stored.stream,
            corrected_seq=stored.seq,
            reason_code="mistake",
            group_id=f"K-{stored.seq}",
            **fields,
        ),
        on="2025-01-01",
    )


def day_of(fact: Event, day: date) -> str:
    """Hours are of the month that they name."""
    return f"{fact.month}-{min(day.day, 28):02d}" if isinstance(fact, TimeLogged) else day.isoformat()


class Unchecked(Story):
    """Records anything: a view must bear what the rules would refuse, and ids given twice."""

    def _new(self, event: Event, on: date, since: str | None) -> Any:
        return super()._new(event, on, since)._replace(introduces=())


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # each example writes files: shrinking takes minutes
)
@given(st.lists(steps, min_size=1, max_size=25))
def test_incremental_rows_are_those_of_a_rebuild(told: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        story = Unchecked(Path(folder))
        founding(story)
        story.projector().catch_up()
        for step, *rest in told:
            if step == "fact":
                story.record(rest[0], on=day_of(*rest))
            elif step == "correct":
                correct(story, *rest)
            else:
                assert story.projector().catch_up(*rest).rebuilt_because is None
        story.projector().catch_up()
        incremental, rebuilt = story.rows(), story.rebuilt()
        for table in rebuilt:
            assert incremental[table] == rebuilt[table], table
        story.close()
