"""EVIDENCE_MISSING: is every payment proven, by an invoice and a proof that it was paid?

Evidence that was attached later, and says which expense it is about, counts from its day.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.balance.flags import spending
from ledger.balance.flags.again import Touched, Within
from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.balance.flags.touched import Notes
from ledger.language import formats
from ledger.language.catalogue import N_, _

DAYS = 30
NO_CONVENTION = "-"
_LATER = "SELECT min(attached_on) FROM evidence WHERE describes_id = expenses.payment_id AND kind = '{kind}'"
# Paid hours are proven by a timesheet and a payslip: from the day on which both are there.
_HOURS = """
SELECT max(day) FROM (
    SELECT kind, min(day) AS day
    FROM (SELECT kind, attached_on AS day FROM evidence WHERE describes_id = expenses.payment_id
          UNION ALL SELECT kind, expenses.paid_on FROM expense_evidence WHERE expense_id = expenses.payment_id)
    WHERE kind IN ('timesheet', 'payslip') GROUP BY kind) HAVING count(*) = 2
"""
_UNPROVEN = f"""
SELECT coalesce(convention_id, '-'), paid_on, amount_cents, has_invoice, has_payment,
       (SELECT min(day) FROM (SELECT ({_LATER.format(kind="invoice")}) AS day UNION ALL SELECT ({_HOURS}))),
       ({_LATER.format(kind="proof_of_payment")})
FROM expenses WHERE (has_invoice = 0 OR has_payment = 0) {{of}}
 AND EXISTS (SELECT 1 FROM evidence WHERE describes_id = expenses.payment_id)
"""
# Of most of them nothing more was ever attached: a day's are told together.
_UNPROVEN_FOR_EVER = """
SELECT coalesce(convention_id, '-'), paid_on, sum(amount_cents), count(*)
FROM expenses WHERE (has_invoice = 0 OR has_payment = 0) {of}
 AND NOT EXISTS (SELECT 1 FROM evidence WHERE describes_id = expenses.payment_id)
GROUP BY 1, 2
"""
ATTACHED = Notes("_attached", "evidence", (("{row}.describes_id",),), identity="sha256")
"""Evidence that says which payment it is about."""


_PARTS = "SELECT convention_id FROM expenses WHERE id >= ?1 AND id < ?1 || '$' AND payment_id = ?1"
"""Who bears a payment."""


class Unproven(NamedTuple):
    """Payments from the day they should have been proven, and the day they were."""

    since: date
    until: date | None
    cents: int
    payments: int = 1


def _compute(db: sqlite3.Connection, of: str = "", *values: str | None) -> list[Interval]:
    missing: dict[str, list[Unproven]] = defaultdict(list)
    for convention, paid_on, cents, payments in db.execute(_UNPROVEN_FOR_EVER.format(of=of), values):
        due = date.fromisoformat(paid_on) + timedelta(days=DAYS)
        missing[convention].append(Unproven(due, None, cents, payments))
    unproven = db.execute(_UNPROVEN.format(of=of), values)
    for convention, paid_on, cents, invoice, payment, invoiced_on, proven_on in unproven:
        due = date.fromisoformat(paid_on) + timedelta(days=DAYS)
        days = [date.fromisoformat(day) for day in (invoiced_on, proven_on) if day]
        proven = max(days) if (invoice or invoiced_on) and (payment or proven_on) and days else None
        if proven is None or proven > due:
            missing[convention].append(Unproven(due, proven, cents))
    return [
        interval
        for convention, each in sorted(missing.items())
        for interval in told(FLAG.code, convention, _steps(each))
    ]


def _of(db: sqlite3.Connection, convention: str) -> list[Interval]:
    return _compute(db, "AND convention_id IS ?", None if convention == NO_CONVENTION else convention)


def _touched(db: sqlite3.Connection, touched: Touched) -> Iterator[str]:
    """The conventions of payments that moved, or that new evidence is about."""
    for convention, _line in touched.get(spending.LINES.name, ()):
        yield convention or NO_CONVENTION
    for expense, _none in touched.get(ATTACHED.name, ()):
        for (convention,) in db.execute(_PARTS, (expense,)):
            yield convention or NO_CONVENTION


def _steps(payments: list[Unproven]) -> list[Step]:
    """What is not proven on each day on which that changes, in one pass over the days."""
    payments = sorted(payments, key=lambda payment: payment.since)
    changes: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for since, until, cents, number in payments:
        for day, sign in ((since, 1), (until, -1)):
            if day:
                changes[day][0] += sign * number
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
    again=Within((spending.LINES, ATTACHED), _touched, _of),
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN expenses"
        " ON (expenses.has_invoice = 0 OR expenses.has_payment = 0)"
        " AND coalesce(expenses.convention_id, '-') = flags.subject"
        " AND expenses.paid_on BETWEEN flags.window_from AND date(flags.window_until, '-30 days')"
        " WHERE flags.code = 'EVIDENCE_MISSING'"
    ),
)
