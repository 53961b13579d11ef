"""MONEY_NO_DECISION: was money spent that nobody decided to spend?

Counts what was paid without a decision, and what was paid beyond the allocation that a decision made.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Evaluation, Flag, Interval, Names, Thresholds, intervals
from ledger.language import formats
from ledger.language.catalogue import N_, _

ALERT_SHARE = 0.05
NO_CONVENTION = "-"

# Money beyond an allocation is dated by the payment that passed it: a running sum tells which.
_UNCOVERED = """
SELECT coalesce(convention_id, '-') AS convention, paid_on, amount_cents AS cents
FROM expenses WHERE decision_id IS NULL
UNION ALL
SELECT coalesce(expenses.convention_id, '-'), expenses.paid_on,
       min(expenses.amount_cents, running.total - allocations.amount_cents)
FROM (
    SELECT id, sum(amount_cents) OVER (PARTITION BY allocation_id ORDER BY paid_on, seq) AS total
    FROM expenses WHERE allocation_id IN (
        SELECT allocation_id FROM _spent WHERE cents > (SELECT amount_cents FROM allocations WHERE id = allocation_id)
    )
) AS running
JOIN expenses ON expenses.id = running.id
JOIN allocations ON allocations.id = expenses.allocation_id
WHERE running.total > allocations.amount_cents AND expenses.decision_id IS NOT NULL
ORDER BY 1, 2
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    thresholds = Thresholds(db)
    amounts = dict(db.execute("SELECT id, amount_cents FROM conventions"))
    paid: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for convention, on, cents in db.execute(_UNCOVERED):
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
    default=N_("any (watch); above 5% of the convention (alert)"),
    evidence=N_("one payment: it is a fact"),
    advice=N_("Ratify or reimburse; raise the ceiling for small spending by a decision."),
    clears=N_("When the payment is linked to a decision by a correction."),
    tables=frozenset({"expenses", "allocations", "conventions", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN expenses"
        " ON coalesce(expenses.convention_id, '-') = flags.subject"
        " AND expenses.paid_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'MONEY_NO_DECISION' AND (expenses.decision_id IS NULL OR expenses.allocation_id IN ("
        "SELECT allocation_id FROM _spent"
        " WHERE cents > (SELECT amount_cents FROM allocations WHERE id = allocation_id)))"
    ),
)
