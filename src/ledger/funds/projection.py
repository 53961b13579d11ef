"""Rows of public money, from conventions to receipts. Disposable: rebuilt from the log at will.

Here they are gathered; `tables/` has a module for each theme, with its tables and its handlers. A convention,
its plan, instalments, allocations, commitments, transfers and reports come from its own stream; each expense
from its own. What adds them up is in `readmodel/money_views.sql`.
"""

from __future__ import annotations

from ledger.funds.tables import allocations, calls, conventions, expenses, instalments
from ledger.kernel.tables import Handler, Table

_THEMES = (calls, conventions, instalments, allocations, expenses)

_ORDER = (
    "conventions",
    "convention_funders",
    "convention_years",
    "convention_regrants",
    "amendments",
    "past_budget_lines",
    "budget_lines",
    "instalments",
    "instalment_receipts",
    "dedicated_funds",
    "allocations",
    "reallocations",
    "expenses",
    "expense_evidence",
    "calls",
    "call_criteria",
    "applications",
    "application_criteria",
    "application_lines",
    "commitments",
    "transfers",
    "disallowances",
    "reports",
    "in_kind",
)
"""In which `members.db` is made. A table without its place here is an error at once."""

_FOUND = {name: table for theme in _THEMES for name, table in theme.TABLES.items()}

TABLES: dict[str, Table] = {name: _FOUND[name] for name in sorted(_FOUND, key=_ORDER.index)}

HANDLERS: dict[str, Handler] = {
    topic: handler for theme in _THEMES for topic, handler in theme.HANDLERS.items()
}
