"""SINGLE_HOLDER: which functions would stop with one person?

Speaks of functions, never of who holds them. A function is a role that the consortium declared critical.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, held, told
from ledger.balance.measures import truck_factor
from ledger.language import terms
from ledger.language.catalogue import N_, _

LOOK_BACK = timedelta(days=365)
FEW = 3

Holders = dict[str, list[Span]]


def functions(db: sqlite3.Connection) -> dict[str, Holders]:
    """The critical functions, and when each person held them."""
    found: dict[str, Holders] = defaultdict(lambda: defaultdict(list))
    for role, person, *days in db.execute(
        "SELECT role, person_id, held_from, held_until, ended_on FROM roles"
        " WHERE critical = 1 AND person_id IS NOT NULL ORDER BY role, held_from, seq"
    ):
        found[role][person].append(held(*days))
    return found


def _compute(db: sqlite3.Connection) -> list[Interval]:
    declared = functions(db)
    spans = [span for holders in declared.values() for each in holders.values() for span in each]
    days = sorted({day + late for span in spans for day in span if day for late in (timedelta(0), LOOK_BACK)})
    steps: dict[str, list[Step]] = {function: [] for function in declared}
    for on in days:
        active = {role: knowing(holders, on) for role, holders in declared.items() if _runs(holders, on)}
        hidden = len(active) >= FEW and truck_factor(active) == 1
        for function in declared:
            steps[function].append(_step(on, declared[function], active.get(function), hidden))
    return [interval for function in sorted(steps) for interval in told(FLAG.code, function, steps[function])]


def knowing(holders: Holders, on: date) -> set[str]:
    """Who held the function over the twelve months that end that day."""
    since = on - LOOK_BACK
    return {
        person
        for person, spans in holders.items()
        if any(span.start <= on and (span.end is None or span.end > since) for span in spans)
    }


def _runs(holders: Holders, on: date) -> bool:
    return any(span.holds(on) for spans in holders.values() for span in spans)


def _step(on: date, holders: Holders, known_by: set[str] | None, one_person: bool) -> Step:
    """Twelve months with one holder are needed: before, others may have done it."""
    if known_by is None or len(known_by) != 1 or on - _first(holders) < LOOK_BACK:
        return Step(on)
    return Step(on, "alert" if one_person else "watch", 1.0, 2.0, window_from=on - LOOK_BACK)


def _first(holders: Holders) -> date:
    return min(span.start for spans in holders.values() for span in spans)


def _sentence(row: Any, _names: Names) -> str:
    function = terms.label(row["subject"])
    if row["level"] == "alert":
        return _(
            "{function} has rested on one person for twelve months, and so have most functions of the "
            "consortium. Thank you to those who carry. Who learns one of them?"
        ).format(function=function.capitalize())
    return _(
        "{function} has rested on one person for twelve months. Thank you to them. If they are away, it stops."
    ).format(function=function.capitalize())


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    """Critical functions that have not run for twelve months yet, in months."""
    found = []
    for function, holders in sorted(functions(db).items()):
        days = (on - _first(holders)).days
        if _runs(holders, on) and len(knowing(holders, on)) == 1 and 0 <= days < LOOK_BACK.days:
            found.append((function, float(days * 12 // 365), 12))
    return found


FLAG = Flag(
    code="SINGLE_HOLDER",
    label=N_("Only one knows how"),
    question=N_("Which functions would stop with one person?"),
    formula=N_("people who held a critical function over the last twelve months"),
    unit="count",
    spreads=True,
    default=N_(
        "one person (watch); one person whose absence would leave more than half of three functions or more "
        "without anybody (alert)"
    ),
    evidence=N_("one declared critical function, for twelve months"),
    advice=N_("Write one page of how it is done, and let a second person do it once."),
    clears=N_("When a second person holds the function, were it once."),
    tables=frozenset({"roles"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, roles.seq FROM flags JOIN roles ON roles.role = flags.subject AND roles.critical = 1"
        " AND roles.held_from <= flags.window_until WHERE flags.code = 'SINGLE_HOLDER'"
    ),
    not_measured=_not_measured,
)
