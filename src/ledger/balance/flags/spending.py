"""What was spent, kept as sums by allocation and by line, and which invoices prove several payments."""

from __future__ import annotations

from ledger.balance.flags.touched import Sums

ALLOCATIONS = Sums(
    name="_spent",
    columns="allocation_id TEXT, convention_id TEXT, cents INTEGER, PRIMARY KEY (allocation_id, convention_id)",
    of="expenses",
    keys=(("{row}.allocation_id", "{row}.convention_id"),),
    key=("allocation_id", "convention_id"),
    renew=(
        "SELECT allocation_id, coalesce(convention_id, ''), sum(amount_cents) FROM expenses {where}"
        " GROUP BY 1, 2 HAVING allocation_id IS NOT NULL"
    ),
    where="allocation_id = :one AND coalesce(convention_id, '') = :two",
)
"""By the convention that bore it too: usually the allocation's own, but nothing forces it."""

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

_UNPROVEN = "has_invoice = 0 OR has_payment = 0"
_TOLD_OF_UNPROVEN = "convention_id, paid_on, payment_id, id, amount_cents, seq, has_invoice, has_payment"
"""All that `trail_breaks` reads: a grant may have no proof at all, and rows are then not looked up one by one."""

INDEXES = (
    f"CREATE INDEX IF NOT EXISTS _unproven ON expenses ({_TOLD_OF_UNPROVEN}) WHERE {_UNPROVEN}",
    "CREATE INDEX IF NOT EXISTS _shared ON expenses (convention_id) WHERE share_bp <> 10000",
    "CREATE INDEX IF NOT EXISTS _parts ON expenses (convention_id) WHERE id <> payment_id",
    "CREATE INDEX IF NOT EXISTS _undecided ON expenses (convention_id) WHERE decision_id IS NULL",
    "CREATE INDEX IF NOT EXISTS _over_claimed ON expenses (payment_id) WHERE claimed_cents > paid_cents",
    "CREATE INDEX IF NOT EXISTS _over_claimed_of ON expenses (convention_id) WHERE claimed_cents > paid_cents",
    "CREATE INDEX IF NOT EXISTS _to_suppliers ON expenses (supplier_id) WHERE supplier_id IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS _to_persons ON allocations (person_id) WHERE person_id IS NOT NULL",
)
"""The few rows that some flags look for among many."""
