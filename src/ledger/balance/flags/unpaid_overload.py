"""UNPAID_OVERLOAD: do people who are not paid give more than they said they could?

Looks only at people who said how much they can give. The load of one person is theirs: it is told
without a name, and they alone answer it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from ledger.balance.evidence import Level
from ledger.balance.flags.base import (
    Flag,
    Interval,
    Names,
    Step,
    Thresholds,
    later,
    month_end,
    month_start,
    months_between,
    told,
)
from ledger.balance.flags.coord_load import logged, mandates_by_role
from ledger.language import formats
from ledger.language.catalogue import N_, _

WATCH, ALERT = 1.0, 1.25
PAID_SLACK = 0.8
NEEDED_MONTHS = 2


class Said(NamedTuple):
    """What a person said that they can give a month, in minutes; None when they no longer say."""

    minutes: int | None
    first: str
    last: str


def _compute(db: sqlite3.Connection) -> list[Interval]:
    people = _declared(db)
    if not people:
        return []
    thresholds, slack = Thresholds(db), _months_with_paid_slack(db)
    return [
        interval
        for person, declared in sorted(people.items())
        for interval in told(FLAG.code, person, _steps(_loads(db, person, declared), slack, thresholds))
    ]


def _declared(db: sqlite3.Connection) -> dict[str, list[Said]]:
    """What each person said, in the order in which they said it."""
    found: dict[str, list[Said]] = {}
    for person, *said in db.execute(
        "SELECT person_id, minutes_per_month, held_from, coalesce(held_until, '9999-12-31') FROM capacities"
        " ORDER BY person_id, id"
    ):
        found.setdefault(person, []).append(Said(*said))
    return found


def _capacity(declared: list[Said], month: str) -> int | None:
    """The last thing said that holds for the whole month."""
    holding = [
        each for each in declared if each.first <= f"{month}-01" and each.last >= str(month_end(month))
    ]
    return holding[-1].minutes if holding else None


def _loads(db: sqlite3.Connection, person: str, declared: list[Said]) -> dict[str, float]:
    """Unpaid time given ÷ time said, for each month said, up to the one after the last that was given."""
    given = dict(
        db.execute(
            "SELECT month, sum(minutes) FROM time_entries WHERE person_id = ? AND basis <> 'paid' GROUP BY month",
            (person,),
        )
    )
    first = min(each.first for each in declared)[:7]
    if not given or max(given) < first:
        return {}
    return {
        month: given.get(month, 0) / said
        for month in months_between(first, later(max(given), 1))
        if (said := _capacity(declared, month))
    }


def _months_with_paid_slack(db: sqlite3.Connection) -> set[str]:
    """The months in which those who are paid gave less than four fifths of the time they are paid for."""
    given: Counter[str] = Counter()
    financed: Counter[str] = Counter()
    for mandate in (each for mandates in mandates_by_role(db).values() for each in mandates):
        worked = logged(db, mandate)
        given.update(worked)
        last = max([mandate.start[:7], *worked])
        financed.update(
            dict.fromkeys(months_between(mandate.start[:7], min(mandate.end[:7], last)), mandate.financed)
        )
    return {month for month, minutes in financed.items() if given[month] < PAID_SLACK * minutes}


def _steps(loads: dict[str, float], slack: set[str], thresholds: Thresholds) -> Iterator[Step]:
    for before, month in pairwise(loads):
        on = month_end(month)
        if later(before, 1) != month:
            yield Step(on)
            continue
        load = min(loads[before], loads[month])  # both months reach it
        adopted = thresholds.at(FLAG.code, on)
        watch = adopted.value if adopted.value is not None else WATCH
        alert = max(ALERT, watch)
        level: Level | None = None
        if load > alert and slack & {before, month}:
            level = "alert"
        elif load > watch:
            level = "watch"
        threshold = alert if level == "alert" else watch
        yield Step(on, level, load, threshold, adopted.source, NEEDED_MONTHS, month_start(before))


def _sentence(row: Any, _names: Names) -> str:
    return _(
        "One person who is not paid gives {ratio} times the time that they said they could, two months in a "
        "row. Thank you to them."
    ).format(ratio=formats.decimal(row["value"]))


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    """In months: nobody who gives unpaid time in their name has said for two months what they can give."""
    given = db.execute(
        "SELECT 1 FROM time_entries WHERE person_id IS NOT NULL AND basis <> 'paid' AND occurred_on <= ? LIMIT 1",
        (on.isoformat(),),
    ).fetchone()
    months = max((len(_loads(db, person, said)) for person, said in _declared(db).items()), default=0)
    return [("", float(months), NEEDED_MONTHS)] if given and months < NEEDED_MONTHS else []


FLAG = Flag(
    code="UNPAID_OVERLOAD",
    label=N_("Volunteers are overloaded"),
    question=N_("Do people who are not paid give more than they said they could?"),
    formula=N_(
        "unpaid hours of a person in a month ÷ the hours a month that they said they could give; two months in a row"
    ),
    unit="ratio",
    adopts="ratio",
    default=N_(
        "above 1 (watch); above 1.25 while those who are paid give less than 0.8 of their paid time (alert)"
    ),
    evidence=N_("2 months for which the person said how much they can give"),
    advice=N_("Ask them first; then drop or postpone a task together."),
    clears=N_("When the person gives less, says otherwise, or answers: nobody else answers for them."),
    tables=frozenset({"time_entries", "capacities", "roles", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, time_entries.seq FROM flags JOIN time_entries ON time_entries.person_id = flags.subject"
        " AND time_entries.basis <> 'paid'"
        " AND time_entries.occurred_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'UNPAID_OVERLOAD'"
        " UNION ALL SELECT flags.id, capacities.seq FROM flags JOIN capacities"
        " ON capacities.person_id = flags.subject WHERE flags.code = 'UNPAID_OVERLOAD'"
    ),
    not_measured=_not_measured,
)
