"""EVIDENCE_MISSING: is every payment proven, by an invoice and a proof that it was paid?

Evidence that was attached later, and says which expense it is about, counts from its day.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

DAYS = 30
NO_CONVENTION = "-"
_LATER = "SELECT min(attached_on) FROM evidence WHERE describes_id = expenses.id AND kind {kinds}"  # one of two proofs
_UNPROVEN = f"""
SELECT coalesce(convention_id, '-'), paid_on, amount_cents, has_invoice, has_payment,
       ({_LATER.format(kinds="IN ('invoice', 'timesheet', 'payslip')")}),
       ({_LATER.format(kinds="= 'proof_of_payment'")})
FROM expenses WHERE has_invoice = 0 OR has_payment = 0 ORDER BY paid_on, seq
"""


class Unproven(NamedTuple):
    """A payment from the day it should have been proven, and the day it was."""

    since: date
    until: date | None
    cents: int


def _compute(db: sqlite3.Connection) -> list[Interval]:
    missing: dict[str, list[Unproven]] = defaultdict(list)
    for convention, paid_on, cents, invoice, payment, invoiced_on, proven_on in db.execute(_UNPROVEN):
        due = date.fromisoformat(paid_on) + timedelta(days=DAYS)
        days = [date.fromisoformat(day) for day in (invoiced_on, proven_on) if day]
        proven = max(days) if (invoice or invoiced_on) and (payment or proven_on) and days else None
        if proven is None or proven > due:
            missing[convention].append(Unproven(due, proven, cents))
    return [
        interval
        for convention, payments in sorted(missing.items())
        for interval in told(FLAG.code, convention, _steps(payments))
    ]


def _steps(payments: list[Unproven]) -> list[Step]:
    """What is not proven on each day on which that changes, in one pass over the days."""
    payments = sorted(payments, key=lambda payment: payment.since)
    changes: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for since, until, cents in payments:
        for day, sign in ((since, 1), (until, -1)):
            if day:
                changes[day][0] += sign
                changes[day][1] += sign * cents
    steps, count, total, oldest = [], 0, 0, 0
    for on in sorted(changes):
        count, total = count + changes[on][0], total + changes[on][1]
        while oldest < len(payments) and (proven := payments[oldest].until) and proven <= on:
            oldest += 1
        if count:
            first = payments[oldest].since - timedelta(days=DAYS)
            steps.append(Step(on, "watch", total, 0.0, acts=count, window_from=first))
        else:
            steps.append(Step(on))
    return steps


def _sentence(row: Any, names: Names) -> str:
    amount = formats.money_whole(round(row["value"]))
    if row["subject"] == NO_CONVENTION:
        return _("{amount} paid outside any convention, not yet proven after thirty days.").format(
            amount=amount
        )
    return _("{convention}: {amount} paid more than thirty days ago and not yet proven.").format(
        convention=names(row["subject"]), amount=amount
    )


FLAG = Flag(
    code="EVIDENCE_MISSING",
    label=N_("Receipts are missing"),
    question=N_("Is every payment proven, by an invoice and a proof that it was paid?"),
    formula=N_(
        "payments without an invoice (or a timesheet and a payslip) or without a proof of payment, thirty days "
        "after they were made"
    ),
    unit="cents",
    default=N_("any (watch)"),
    evidence=N_("one payment: it is a fact"),
    advice=N_("Ask for the receipt while it is easy to find; attach it with “describes” and the expense."),
    clears=N_("When the evidence is attached."),
    tables=frozenset({"expenses", "evidence"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN expenses"
        " ON (expenses.has_invoice = 0 OR expenses.has_payment = 0)"
        " AND coalesce(expenses.convention_id, '-') = flags.subject"
        " AND expenses.paid_on BETWEEN flags.window_from AND date(flags.window_until, '-30 days')"
        " WHERE flags.code = 'EVIDENCE_MISSING'"
    ),
)
