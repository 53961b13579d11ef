"""MONEY_NO_DECISION: was money spent that nobody decided to spend?

Counts what was paid without a decision, and what was paid beyond the allocation that a decision made.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ledger.balance.evidence import Level
from ledger.balance.flags import spending
from ledger.balance.flags.again import Touched, Within
from ledger.balance.flags.base import Evaluation, Flag, Interval, Names, Thresholds, intervals
from ledger.balance.flags.touched import Notes
from ledger.language import formats
from ledger.language.catalogue import N_, _

ALERT_SHARE = 0.05
NO_CONVENTION = "-"

OVERDRAWN = (
    "SELECT _spent.allocation_id FROM _spent JOIN allocations ON allocations.id = _spent.allocation_id"
    " GROUP BY _spent.allocation_id HAVING sum(cents) > amount_cents"
)
"""Allocations of which more was spent than they hold."""

# Money beyond an allocation is dated by the payment that passed it: a running sum tells which.
_UNCOVERED = f"""
SELECT coalesce(convention_id, '-') AS convention, paid_on, amount_cents AS cents
FROM expenses WHERE decision_id IS NULL {{of}}
UNION ALL
SELECT coalesce(convention_id, '-'), paid_on, min(amount_cents, total - held_cents)
FROM (
    SELECT expenses.*, allocations.amount_cents AS held_cents,
           sum(expenses.amount_cents) OVER (PARTITION BY allocation_id ORDER BY paid_on, expenses.seq) AS total
    FROM expenses JOIN allocations ON allocations.id = expenses.allocation_id
    WHERE allocation_id IN ({OVERDRAWN} {{drawn}})
)
WHERE total > held_cents AND decision_id IS NOT NULL {{of}}
ORDER BY 1, 2
"""
_WHOLE = _UNCOVERED.format(of="", drawn="")
_ONE = _UNCOVERED.format(
    of="AND convention_id IS :id", drawn="AND max(_spent.convention_id = coalesce(:id, ''))"
)


ALLOTTED = Notes("_allotted", "allocations", (("{row}.id",),))


def _compute(db: sqlite3.Connection) -> list[Interval]:
    return _intervals(db, db.execute(_WHOLE))


def _of(db: sqlite3.Connection, convention: str) -> list[Interval]:
    return _intervals(db, db.execute(_ONE, {"id": None if convention == NO_CONVENTION else convention}))


def _touched(db: sqlite3.Connection, touched: Touched) -> Iterator[str]:
    """The conventions whose payments moved, and those that draw on the same allocations."""
    for allocation, convention in touched.get(spending.ALLOCATIONS.name, ()):
        yield convention or NO_CONVENTION
        yield from _drawing_on(db, allocation)
    for allocation, _none in touched.get(ALLOTTED.name, ()):
        yield from _drawing_on(db, allocation)


def _drawing_on(db: sqlite3.Connection, allocation: str) -> Iterator[str]:
    for (convention,) in db.execute(
        "SELECT convention_id FROM _spent WHERE allocation_id = ?", (allocation,)
    ):
        yield convention or NO_CONVENTION


def _intervals(db: sqlite3.Connection, uncovered: Iterable[tuple[str, str, int]]) -> list[Interval]:
    thresholds = Thresholds(db)
    amounts = dict(db.execute("SELECT id, amount_cents FROM conventions"))
    paid: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for convention, on, cents in uncovered:
        paid[convention].append((date.fromisoformat(on), cents))
    found: list[Interval] = []
    for convention, payments in paid.items():
        looks = _looks(sorted(payments), amounts.get(convention), thresholds)
        found += intervals(FLAG.code, convention, list(looks))
    return found


def _looks(
    payments: list[tuple[date, int]], fund: int | None, thresholds: Thresholds
) -> Iterator[tuple[Evaluation, Level | None]]:
    total = 0
    for count, (on, cents) in enumerate(payments, 1):
        total += cents
        adopted = thresholds.at(FLAG.code, on)
        share = adopted.value if adopted.value is not None else ALERT_SHARE
        limit = share * fund if fund else 0.0
        level: Level | None = None if adopted.off else "alert" if fund and total > limit else "watch"
        threshold = limit if level == "alert" else 0.0
        yield Evaluation(on, level, total, threshold, adopted.source, count, payments[0][0], on), level


def _sentence(row: Any, names: Names) -> str:
    if row["subject"] == NO_CONVENTION:
        return _("{amount} paid outside any convention, without a decision.").format(
            amount=formats.money(int(row["value"]))
        )
    return _("{convention}: {amount} paid without a decision, or beyond what one allowed.").format(
        convention=names(row["subject"]), amount=formats.money(int(row["value"]))
    )


FLAG = Flag(
    code="MONEY_NO_DECISION",
    label=N_("Spending without decision"),
    question=N_("Was money spent that nobody decided to spend?"),
    formula=N_("sum of what was paid without a decision, or beyond the allocation that a decision made"),
    unit="cents",
    adopts="share",
    default=N_("any (watch); above 5% of the convention (alert)"),
    evidence=N_("one payment: it is a fact"),
    advice=N_("Ratify or reimburse; raise the ceiling for small spending by a decision."),
    clears=N_("When the payment is linked to a decision by a correction."),
    tables=frozenset({"expenses", "allocations", "conventions", "rules", "rule_thresholds"}),
    compute=_compute,
    again=Within((spending.ALLOCATIONS, ALLOTTED), _touched, _of),
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN expenses"
        " ON coalesce(expenses.convention_id, '-') = flags.subject"
        " AND expenses.paid_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'MONEY_NO_DECISION' AND (expenses.decision_id IS NULL OR expenses.allocation_id IN ("
        f"{OVERDRAWN}))"
    ),
)
