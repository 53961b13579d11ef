"""LINE_OVERSPENT: was more spent on a line of the plan than the funder lets pass?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.balance.flags import spending
from ledger.balance.flags.again import Touched, Within
from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

# The convention's own tolerance, else the one the consortium gave itself, else none.
_LINES = """
SELECT spent.convention_id, spent.line, spent.cents, sum(plan.amount_cents) AS planned,
       conventions.tolerance_bp
FROM _spent_lines AS spent
JOIN budget_lines AS plan ON plan.convention_id = spent.convention_id AND plan.line = spent.line
     AND plan.side = 'expense'
JOIN conventions ON conventions.id = spent.convention_id
{where}
GROUP BY spent.convention_id, spent.line
HAVING spent.cents > planned
ORDER BY spent.convention_id, spent.line
"""


def _compute(db: sqlite3.Connection, where: str = "", *values: str) -> list[Interval]:
    found: list[Interval] = []
    for convention, line, _cents, planned, tolerance in db.execute(
        _LINES.format(where=where), values
    ).fetchall():
        allowed = planned + planned * (_agreed(db) if tolerance is None else tolerance) // 10_000
        found += told(FLAG.code, f"{convention}/{line}", _passing(db, convention, line, allowed))
    return found


def _of(db: sqlite3.Connection, subject: str) -> list[Interval]:
    convention, _slash, line = subject.partition("/")
    return _compute(db, "WHERE spent.convention_id = ? AND spent.line = ?", convention, line)


def _touched(_db: sqlite3.Connection, touched: Touched) -> list[str]:
    return [f"{convention}/{line}" for convention, line in touched.get(spending.LINES.name, ())]


def _agreed(db: sqlite3.Connection) -> int:
    """The latest tolerance that the consortium's own rules set, in basis points."""
    row = db.execute(
        "SELECT reallocation_tolerance_bp FROM rules WHERE reallocation_tolerance_bp IS NOT NULL"
        " ORDER BY effective_on DESC, seq DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else 0


def _passing(db: sqlite3.Connection, convention: str, line: str, allowed: int) -> Iterator[Step]:
    """Each payment from the one that passed the line on."""
    total = 0
    for count, (paid_on, cents) in enumerate(
        db.execute(
            "SELECT paid_on, amount_cents FROM expenses WHERE convention_id = ? AND line = ?"
            " ORDER BY paid_on, seq",
            (convention, line),
        ).fetchall(),
        1,
    ):
        total += cents
        if total > allowed:
            yield Step(date.fromisoformat(paid_on), "watch", total, allowed, convention, count)


def _sentence(row: Any, names: Names) -> str:
    convention, _slash, line = row["subject"].partition("/")
    return _(
        "{convention}, line {line}: {spent} spent where {allowed} were allowed, tolerance included."
    ).format(
        convention=names(convention),
        line=line,
        spent=formats.money_whole(round(row["value"])),
        allowed=formats.money_whole(round(row["threshold"])),
    )


FLAG = Flag(
    code="LINE_OVERSPENT",
    label=N_("A line is overspent"),
    question=N_("Was more spent on a line of the plan than the funder lets pass?"),
    formula=N_("payments of the line, against what the plan gives it and the tolerance of the convention"),
    unit="cents",
    default=N_("above the plan and its tolerance; without one, the consortium's own (watch)"),
    evidence=N_("one payment: it is a fact"),
    advice=N_("Ask the funder to move money between lines before paying more."),
    clears=N_("When the payment is corrected, or the plan is amended."),
    tables=frozenset({"expenses", "budget_lines", "conventions"}),
    compute=_compute,
    again=Within((spending.LINES,), _touched, _of),
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN expenses"
        " ON expenses.convention_id = substr(flags.subject, 1, instr(flags.subject, '/') - 1)"
        " AND expenses.line = substr(flags.subject, instr(flags.subject, '/') + 1)"
        " AND expenses.paid_on <= flags.window_until WHERE flags.code = 'LINE_OVERSPENT'"
    ),
)
