"""What was spent, kept as sums by allocation and by line, and which invoices prove several payments."""

from __future__ import annotations

from ledger.balance.flags.touched import Sums

ALLOCATIONS = Sums(
    name="_spent",
    columns="allocation_id TEXT PRIMARY KEY, cents INTEGER",
    of="expenses",
    keys=(("{row}.allocation_id",),),
    key=("allocation_id",),
    renew=(
        "SELECT allocation_id, sum(amount_cents) FROM expenses {where} GROUP BY allocation_id"
        " HAVING allocation_id IS NOT NULL"
    ),
    where="allocation_id = :one",
)

LINES = Sums(
    name="_spent_lines",
    columns="convention_id TEXT, line TEXT, cents INTEGER, PRIMARY KEY (convention_id, line)",
    of="expenses",
    keys=(("{row}.convention_id", "{row}.line"),),
    key=("convention_id", "line"),
    renew=(
        "SELECT convention_id, line, sum(amount_cents) FROM expenses {where} GROUP BY convention_id, line"
        " HAVING convention_id IS NOT NULL AND line IS NOT NULL"
    ),
    where="convention_id = :one AND line = :two",
)

INVOICES = Sums(
    name="_reused",
    columns="sha256 TEXT PRIMARY KEY, expenses INTEGER",
    of="expense_evidence",
    keys=(("{row}.sha256",),),
    key=("sha256",),
    renew=(
        "SELECT sha256, count(DISTINCT expense_id) FROM expense_evidence {where} GROUP BY sha256"
        " HAVING count(DISTINCT expense_id) FILTER (WHERE kind = 'invoice') > 1"
    ),
    where="sha256 = :one",
    identity="expense_id",
)
"""Invoices that more than one payment shows."""

INDEXES = (
    "CREATE INDEX IF NOT EXISTS _unproven ON expenses (paid_on) WHERE has_invoice = 0 OR has_payment = 0",
    "CREATE INDEX IF NOT EXISTS _to_persons ON allocations (person_id) WHERE person_id IS NOT NULL",
)
"""The few rows that some flags look for among many."""
