"""COORD_LOAD: does a financed mandate take more time than it is financed for, and does one person hold it alone?"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from ledger.balance.evidence import Level
from ledger.balance.flags.again import Touched, Within
from ledger.balance.flags.base import (
    Evaluation,
    Flag,
    Interval,
    Names,
    Part,
    Span,
    Step,
    Threshold,
    Thresholds,
    held,
    intervals,
    later,
    month_end,
    month_start,
    months_between,
    told,
)
from ledger.balance.flags.touched import Sums
from ledger.language import formats, terms
from ledger.language.catalogue import N_, _

WATCH, ALERT = 1.25, 1.5
LOOK_BACK = 3
NEEDED_MONTHS = 3
ALONE = "/alone"


SUMS = Sums(
    name="_function_days",
    of="time_entries",
    keys=(("{row}.person_id", "{row}.occurred_on"),),
    columns="person_id TEXT, day TEXT, minutes INTEGER, PRIMARY KEY (person_id, day)",
    key=("person_id", "day"),
    renew=(
        "SELECT person_id, occurred_on, sum(minutes) FROM (SELECT * FROM time_entries"
        " WHERE person_id IS NOT NULL AND (lieu_id IS NULL OR activity = 'coordination')) {where} GROUP BY 1, 2"
    ),
    where="person_id = :one AND occurred_on = :two",
)
"""Time given to a function rather than to a lieu: coordination, or work for no lieu."""


class Mandate(NamedTuple):
    """One person's financed mandate; several may share a function."""

    person_id: str
    financed: int
    start: str
    end: str


def _compute(db: sqlite3.Connection) -> list[Interval]:
    loads = [interval for role in mandates_by_role(db) for interval in _of(db, role)]
    return [*loads, *_alone(db)]


def _alone(db: sqlite3.Connection) -> Iterator[Interval]:
    """Each day on which one person holds a financed function, as an employee, and nobody shares it."""
    spans: dict[str, list[tuple[Span, str, bool]]] = defaultdict(list)
    for role, person, employed, *days in db.execute(
        "SELECT role, person_id, engagement = 'employee', held_from, held_until, ended_on FROM roles"
        " JOIN people ON people.id = person_id WHERE minutes_per_month IS NOT NULL OR role = 'coordinator'"
        " ORDER BY role, held_from, roles.seq"
    ):
        spans[role].append((held(*days), person, bool(employed)))
    for role, holdings in spans.items():
        changes = sorted({day for span, _person, _employed in holdings for day in span if day})
        yield from told(FLAG.code, role + ALONE, [_alone_step(on, holdings) for on in changes])


def _alone_step(on: date, holdings: list[tuple[Span, str, bool]]) -> Step:
    holders = {person: employed for span, person, employed in holdings if span.holds(on)}
    if list(holders.values()) != [True]:
        return Step(on)
    first = min(span.start for span, person, _employed in holdings if span.holds(on) and person in holders)
    return Step(on, "info", 1.0, 2.0, window_from=first)


def _of(db: sqlite3.Connection, role: str) -> list[Interval]:
    mandates = mandates_by_role(db)[role]
    return list(intervals(FLAG.code, role, list(_looks(_ratios(db, mandates), Thresholds(db)))))


def _touched(db: sqlite3.Connection, touched: Touched) -> list[str]:
    """The functions whose holder's time moved."""
    people = {person for person, _day in touched.get(SUMS.name, ())}
    roles = mandates_by_role(db).items()
    return [role for role, mandates in roles if any(each.person_id in people for each in mandates)]


def mandates_by_role(db: sqlite3.Connection) -> dict[str, list[Mandate]]:
    """The financed mandates of each function."""
    found: dict[str, list[Mandate]] = {}
    for role, *mandate in db.execute(
        "SELECT role, person_id, minutes_per_month, held_from, coalesce(ended_on, held_until, '9999-12-31')"
        " FROM roles WHERE minutes_per_month IS NOT NULL AND person_id IS NOT NULL ORDER BY role, seq"
    ):
        found.setdefault(role, []).append(Mandate(*mandate))
    return found


def logged(db: sqlite3.Connection, mandate: Mandate) -> dict[str, int]:
    """Minutes by month that the holder gave to the function: coordination, or work for no lieu."""
    return dict(
        db.execute(
            "SELECT substr(day, 1, 7), sum(minutes) FROM _function_days"
            " WHERE person_id = ? AND day BETWEEN ? AND ? GROUP BY 1 ORDER BY 1",
            (mandate.person_id, mandate.start, mandate.end),
        )
    )


def _ratios(db: sqlite3.Connection, mandates: list[Mandate]) -> dict[str, float]:
    """Time given ÷ time financed, for each month of the function up to the last one declared."""
    given: Counter[str] = Counter()
    for mandate in mandates:
        given.update(logged(db, mandate))
    if not given:
        return {}
    ratios = {}
    for month in months_between(min(m.start for m in mandates)[:7], max(given)):
        financed = sum(m.financed for m in mandates if m.start[:7] <= month <= m.end[:7])
        if financed:
            ratios[month] = given[month] / financed
    return ratios


def _looks(ratios: dict[str, float], thresholds: Thresholds) -> Iterator[tuple[Evaluation, Level | None]]:
    months = list(ratios)
    for index in range(NEEDED_MONTHS - 1, len(months)):
        recent = months[index + 1 - LOOK_BACK : index + 1]
        on = month_end(months[index])
        # Two of the last three months: the second highest ratio is the one that both months reach.
        value = sorted(ratios[month] for month in recent)[-2]
        adopted = thresholds.at(FLAG.code, on)
        level, threshold = _level(value, adopted)
        yield (
            Evaluation(on, level, value, threshold, adopted.source, len(recent), month_start(recent[0]), on),
            level,
        )
    if months:
        after = later(months[-1], 1)
        yield (
            Evaluation(
                month_end(after), None, 0.0, WATCH, "default", 0, month_start(after), month_end(after)
            ),
            None,
        )


def _level(value: float, adopted: Threshold) -> tuple[Level | None, float]:
    watch = adopted.value if adopted.value is not None else WATCH
    alert = max(ALERT, watch)
    if adopted.off or value <= watch:
        return None, watch
    return ("alert", alert) if value > alert else ("watch", watch)


def _sentence(row: Any, _names: Names) -> str:
    role, alone, _rest = row["subject"].partition(ALONE)
    if alone:
        return _(
            "{role} rests on one employee alone. Thank you to them. If they are away, it waits; who stands beside them?"
        ).format(role=terms.label(role).capitalize())
    return _(
        "{role}: {ratio} times the time financed, in at least two months out of three. "
        "Thank you for what was given beyond."
    ).format(
        role=terms.label(row["subject"]).capitalize(),
        ratio=formats.decimal(row["value"]),
    )


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    found = []
    for role, mandates in mandates_by_role(db).items():
        running = [m for m in mandates if m.start <= on.isoformat() <= m.end]
        months = {month for m in running for month in logged(db, m) if month <= on.isoformat()[:7]}
        if running and len(months) < NEEDED_MONTHS:
            found.append((role, float(len(months)), NEEDED_MONTHS))
    return found


FLAG = Flag(
    code="COORD_LOAD",
    label=N_("Coordination overflows"),
    question=N_(
        "Does a financed mandate take more time than it is financed for, and does one person hold it alone?"
    ),
    formula=N_(
        "hours logged in a month ÷ hours that the mandate finances, in two of the last three months; and how many "
        "people hold the function, when one employee does"
    ),
    unit="ratio",
    parts={
        "alone": Part(
            N_("One employee carries alone"),
            "count",
            N_("Name somebody who stands in, or share the follow-up between two: a pair, no committee."),
        )
    },
    spreads=True,
    adopts="ratio",
    default=N_("above 1.25 (watch), above 1.5 (alert); one employee alone (information)"),
    evidence=N_("3 months of the mandate; for who holds it, the fact"),
    advice=N_("Cut the scope, vote more time, or split the follow-up between the lieux."),
    clears=N_(
        "When fewer than two of the last three months are above, or the mandate is amended; when somebody shares it."
    ),
    tables=frozenset({"time_entries", "roles", "people", "rules", "rule_thresholds"}),
    compute=_compute,
    again=Within((SUMS,), _touched, _of),
    sentence=_sentence,
    events=(
        "SELECT flags.id, time_entries.seq FROM flags JOIN roles ON roles.role = flags.subject"
        " AND roles.minutes_per_month IS NOT NULL"
        " JOIN time_entries ON time_entries.person_id = roles.person_id"
        " AND (time_entries.lieu_id IS NULL OR time_entries.activity = 'coordination')"
        " AND time_entries.occurred_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'COORD_LOAD'"
        " UNION ALL SELECT flags.id, roles.seq FROM flags JOIN roles ON flags.subject = roles.role || '/alone'"
        " AND roles.person_id IS NOT NULL AND roles.held_from <= flags.since AND flags.code = 'COORD_LOAD'"
    ),
    not_measured=_not_measured,
)
