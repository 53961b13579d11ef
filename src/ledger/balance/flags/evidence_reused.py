"""EVIDENCE_REUSED: does one invoice prove more than one payment, or is one payment claimed above its whole?

A bank statement may prove several payments; an invoice that does was paid in parts, shared between
conventions, or charged twice. The ledger cannot tell which: somebody should look. A payment whose conventions
together bear more than was paid is charged above 100 %: some of it was claimed twice.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from itertools import groupby
from typing import Any

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

# CROSS JOIN: from the few invoices that are reused to their payments, never through every proof.
_PAYMENTS = """
SELECT proof.sha256, expenses.id, expenses.paid_on, expenses.amount_cents
FROM _reused CROSS JOIN expense_evidence AS proof ON proof.sha256 = _reused.sha256 AND proof.kind = 'invoice'
JOIN expenses ON expenses.id = proof.expense_id
ORDER BY proof.sha256, expenses.paid_on, expenses.seq
"""

_OVER_CLAIMED = (
    "SELECT payment_id, paid_on, 1.0 * claimed_cents / paid_cents FROM expenses"
    " WHERE claimed_cents > paid_cents AND paid_cents > 0 GROUP BY payment_id ORDER BY payment_id"
)


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for payment, paid_on, times in db.execute(_OVER_CLAIMED):
        step = Step(date.fromisoformat(paid_on), "alert", round(times, 4), 1.0, acts=1)
        found += told(FLAG.code, payment, [step])
    over = {interval.subject for interval in found}
    for _sha256, payments in groupby(db.execute(_PAYMENTS).fetchall(), key=lambda row: row[0]):
        seen: list[tuple[str, int]] = []
        for _same, expense, paid_on, cents in payments:
            if seen and expense not in over:
                same: Level = "alert" if any(cents == other for _id, other in seen) else "watch"
                count = len(seen) + 1
                step = Step(date.fromisoformat(paid_on), same, count, 1.0, acts=count)
                found += told(FLAG.code, expense, [step])
            seen.append((expense, cents))
    return sorted(found, key=lambda interval: interval.subject)


def _sentence(row: Any, names: Names) -> str:
    if row["acts"] == 1:
        return _("Payment {expense} is charged at {share} of what was paid, over all conventions.").format(
            expense=names(row["subject"]), share=formats.percent(row["value"], 0)
        )
    if row["level"] == "alert":
        text = _("Payment {expense} shows an invoice that another payment of the same amount shows too.")
    else:
        text = _("Payment {expense} shows an invoice that {count} payments show.")
    return text.format(expense=names(row["subject"]), count=formats.number(row["value"]))


FLAG = Flag(
    code="EVIDENCE_REUSED",
    label=N_("One invoice, several payments"),
    question=N_("Does one invoice prove more than one payment, or is a payment claimed above its whole?"),
    formula=N_(
        "payments that show the same invoice, over all conventions; parts of one payment ÷ what was paid"
    ),
    unit="count",
    default=N_("more than one (watch); of the same amount, or one charged above its whole (alert)"),
    evidence=N_("two payments, or one that is shared: it is a fact"),
    advice=N_("Check that the parts make the invoice's total; correct what was charged twice."),
    clears=N_("When one of the payments is corrected."),
    tables=frozenset({"expenses", "expense_evidence"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN expense_evidence AS shown"
        " ON shown.expense_id = flags.subject AND shown.kind = 'invoice'"
        " JOIN expense_evidence AS other ON other.sha256 = shown.sha256 AND other.kind = 'invoice'"
        " JOIN expenses ON expenses.id = other.expense_id WHERE flags.code = 'EVIDENCE_REUSED'"
        " UNION ALL SELECT flags.id, expenses.seq FROM flags JOIN expenses ON expenses.id = flags.subject"
        " WHERE flags.code = 'EVIDENCE_REUSED'"
    ),
)
