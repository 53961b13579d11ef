"""OUT_OF_PERIOD: was something paid on a day that the convention does not pay for?"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

# Two ranges of an index for each convention, however many payments there are.
_OUTSIDE = """
SELECT paid_on, amount_cents, seq FROM expenses WHERE convention_id = :id AND paid_on < :first
UNION ALL
SELECT paid_on, amount_cents, seq FROM expenses WHERE convention_id = :id AND paid_on > :last
ORDER BY 1, 3
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for convention, first, last in db.execute(
        "SELECT id, coalesce(eligible_from, starts_on), coalesce(eligible_until, ends_on) FROM conventions ORDER BY id"
    ).fetchall():
        total, steps = 0, []
        rows = db.execute(_OUTSIDE, {"id": convention, "first": first, "last": last})
        for count, (paid_on, cents, _seq) in enumerate(rows, 1):
            total += cents
            steps.append(Step(date.fromisoformat(paid_on), "watch", total, 0.0, convention, count))
        found += told(FLAG.code, convention, steps)
    return found


def _sentence(row: Any, names: Names) -> str:
    return _("{convention}: {amount} paid on days that the convention does not pay for.").format(
        convention=names(row["subject"]), amount=formats.money_whole(round(row["value"]))
    )


FLAG = Flag(
    code="OUT_OF_PERIOD",
    label=N_("Paid outside the eligible dates"),
    question=N_("Was something paid on a day that the convention does not pay for?"),
    formula=N_("payments charged to the convention before its first eligible day or after its last"),
    unit="cents",
    default=N_("any (watch)"),
    evidence=N_("one payment: it is a fact"),
    advice=N_("Charge it elsewhere, or ask the funder in writing whether it may stay."),
    clears=N_("When the payment is corrected, or the convention's dates are amended."),
    tables=frozenset({"expenses", "conventions"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN conventions ON conventions.id = flags.subject"
        " JOIN expenses ON expenses.convention_id = conventions.id AND expenses.paid_on NOT BETWEEN"
        " coalesce(eligible_from, starts_on) AND coalesce(eligible_until, ends_on)"
        " AND expenses.paid_on <= flags.window_until WHERE flags.code = 'OUT_OF_PERIOD'"
    ),
)
