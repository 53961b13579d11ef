"""Looked at again only where an act touched them, flags are what all of history gives."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta

import pytest

from ledger.balance.flags.engine import refresh
from ledger.readmodel.projector import Changed

from .given import WHOLE, Given

LIEUX = ("parade", "pop", "fabrique", "archipel")
PEOPLE = ("P-1", "P-2", "P-3")
START, DAYS = date(2020, 1, 1), 4 * 365

TOLD_AGAIN = (
    "time_entries",
    "expenses",
    "tasks",
    "rotation_turns",
    "evidence",
    "flag_answers",
    "decisions",
    "meetings",
    "allocations",
)

Act = Callable[[Given, random.Random], None]


def _day(chance: random.Random) -> str:
    return (START + timedelta(days=chance.randrange(DAYS))).isoformat()


def _hours(given: Given, chance: random.Random) -> None:
    """Some weeks of work, mostly of one lieu and one person; sometimes for no lieu."""
    first = date.fromisoformat(_day(chance))
    lieu = chance.choice((LIEUX[0], *LIEUX, None))
    for week in range(chance.randint(1, 12)):
        on = (first + timedelta(days=7 * week)).isoformat()
        given.put(
            "time_entries",
            id=int(on.replace("-", "")) * 10 + chance.randrange(8),
            lieu_id=lieu,
            person_id=chance.choice((PEOPLE[0], *PEOPLE, None)),
            activity=chance.choice(("commons", "coordination")),
            minutes=chance.randint(30, 1_200),
            occurred_on=on,
            month=on[:7],
        )


def _expense(given: Given, chance: random.Random) -> None:
    given.expense(
        f"E-{chance.randrange(12)}",
        _day(chance),
        chance.randint(1, 30_000),
        convention_id=chance.choice(("C", "C", "D", None)),
        line=chance.choice(("lieux", None)),
        allocation_id=chance.choice(("A-1", "A-2", None)),
        decision_id=chance.choice(("D", None)),
        has_payment=chance.randint(0, 1),
    )


def _allocation(given: Given, chance: random.Random) -> None:
    """Money is set aside, or less or more than before, or on another day."""
    given.put(
        "allocations",
        id=f"A-{chance.randrange(1, 9)}",
        convention_id="C",
        line="lieux",
        lieu_id=chance.choice((LIEUX[0], *LIEUX, None)),
        amount_cents=chance.choice((1_000, 10_000, 200_000)),
        allocated_on=_day(chance),
        decision_id="D",
    )


def _evidence(given: Given, chance: random.Random) -> None:
    given.put(
        "evidence",
        sha256=f"{chance.randrange(6)}",
        kind=chance.choice(("invoice", "proof_of_payment")),
        describes_id=f"E-{chance.randrange(12)}",
        attached_on=_day(chance),
    )


def _task(given: Given, chance: random.Random) -> None:
    given.put(
        "tasks",
        id=f"T-{chance.randrange(20)}",
        title="Bus",
        status="open",
        opened_on=_day(chance),
        closed_on=chance.choice((None, "2023-06-01")),
        person_id=chance.choice((None, *PEOPLE)),
        critical=0,
    )


def _turn(given: Given, chance: random.Random) -> None:
    given.put(
        "rotation_turns",
        id=chance.randrange(30),
        rotation_id="breakfasts",
        occurred_on=_day(chance),
        lieu_id=chance.choice(LIEUX),
        outcome=chance.choice(("taken", "skipped")),
        unavailable="[]",
    )


def _decisions(given: Given, chance: random.Random) -> None:
    """Some weeks of decisions, mostly about money, some taken in a meeting; some withdrawn or not yet taken."""
    first = date.fromisoformat(_day(chance))
    for week in range(chance.randint(1, 12)):
        on = (first + timedelta(days=7 * week)).isoformat()
        given.decision(
            f"D-{chance.randrange(60)}",
            chance.choice((on, on, on, None)),
            chance.choice(("money", "money", "money", "commons")),
            status=chance.choice(("adopted", "adopted", "adopted", "withdrawn")),
            proposed_on=on,
            proposer_id=chance.choice(PEOPLE),
            meeting_id=chance.choice((None, f"M-{chance.randrange(40)}")),
        )


def _meetings(given: Given, chance: random.Random) -> None:
    """A long meeting each month for a while, of one body or another; some never held."""
    first = date.fromisoformat(_day(chance))
    for month in range(chance.randint(1, 8)):
        given.put(
            "meetings",
            id=f"M-{chance.randrange(40)}",
            kind=chance.choice(("breakfast", "board", "finance", "works")),
            status="held",
            held_on=chance.choice((*[(first + timedelta(days=30 * month)).isoformat()] * 4, None)),
            minutes=chance.choice((60, 120, 2_000)),
            present_count=chance.randint(2, 12),
            facilitator_id=chance.choice(PEOPLE),
        )


def _late(given: Given, chance: random.Random) -> None:
    on, delay = date.fromisoformat(_day(chance)), timedelta(days=chance.randrange(90))
    given.put("events", kind="task.opened.v1", occurred_on=f"{on}", recorded_at=f"{on + delay}T10:00:00Z")


def _answer(given: Given, chance: random.Random) -> None:
    flag = chance.choice(("LIEU_RELIANCE", "MONEY_NO_DECISION"))
    subject = "C" if flag == "MONEY_NO_DECISION" else LIEUX[0]
    given.put(
        "flag_answers",
        id=chance.randrange(4),
        flag=flag,
        subject=subject,
        answer="acknowledged",
        level="watch",
        answered_on=_day(chance),
    )


def _gone(given: Given, chance: random.Random) -> None:
    """Some rows of a table go, as when a stream is told again."""
    table = chance.choice(TOLD_AGAIN)
    given.db.execute(
        f"DELETE FROM {table} WHERE rowid % 4 = ? AND rowid > ?", (chance.randrange(4), chance.randrange(60))
    )
    given.changed.add(table)


MEETING: tuple[Act, ...] = (_decisions, _decisions, _meetings, _meetings, _task, _gone)
ACTS: tuple[Act, ...] = (
    _hours,
    _hours,
    _expense,
    _allocation,
    _evidence,
    _task,
    _turn,
    _late,
    _answer,
    _gone,
)


def _consortium(given: Given) -> None:
    given.founded(START.isoformat())
    for lieu in LIEUX:
        given.member(lieu, START.isoformat(), referent=False)
        given.put("rotation_lieux", rotation_id="breakfasts", lieu_id=lieu, position=LIEUX.index(lieu))
    given.put("rotations", id="breakfasts", name="Breakfasts", period="month", starts_on=START.isoformat())
    for person in PEOPLE:
        given.person(person, active_from=START.isoformat())
    given.role("coordination", "coordination", person_id="P-1", held_from="2020-02-10", minutes_per_month=300)
    for convention in ("C", "D"):
        given.convention(convention, starts_on="2020-03-01", ends_on="2022-12-31")
        given.put(
            "budget_lines",
            convention_id=convention,
            position=1,
            line="lieux",
            amount_cents=20_000,
            side="expense",
        )
    for number, on in enumerate(("2020-01-10", "2021-02-01", "2022-02-01"), 1):
        given.put(
            "allocations",
            id=f"A-{number}",
            convention_id="C",
            line="lieux",
            lieu_id=LIEUX[number],
            amount_cents=10_000,
            allocated_on=on,
            decision_id="D",
        )


def _of_all_history(given: Given) -> set[tuple[object, ...]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        given.db.backup(copy)
        refresh(copy, WHOLE)
        return _flags(copy)


def _flags(db: sqlite3.Connection) -> set[tuple[object, ...]]:
    return set(db.execute("SELECT * FROM flags"))


@pytest.mark.parametrize(("acts", "flags"), [(ACTS, 6), (MEETING, 3)], ids=["working", "meeting"])
@pytest.mark.parametrize("seed", range(4))
def test_flags_looked_at_where_they_were_touched_are_those_of_all_history(
    given: Given, seed: int, acts: tuple[Act, ...], flags: int
) -> None:
    chance, raised = random.Random(seed), set()
    _consortium(given)
    refresh(given.db, WHOLE)
    for _act in range(40):
        given.changed.clear()
        for act in chance.choices(acts, k=chance.randint(1, 3)):
            act(given, chance)
        refresh(given.db, Changed(frozenset(given.changed), "2020-01-01"))
        found, expected = _flags(given.db), _of_all_history(given)
        assert found == expected, sorted(map(str, found ^ expected))
        raised |= {row[1] for row in found}
    assert len(raised) >= flags, raised  # what is compared is not empty
