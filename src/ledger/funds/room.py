"""What of an allocation is used already: engaged, passed on, spent. Pure.

An intention is held to what is left; a payment is a fact and may go beyond, which the next intention finds.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ledger.funds.state import Convention, Expense
from ledger.kernel.facts import Facts


class Used(NamedTuple):
    """Amounts of one allocation, in cents.

    Attributes:
        engaged_cents: with suppliers, paid or not; what was paid beyond an engagement included.
        passed_on_cents: to other organisations, planned or seen.
        spent_cents: without an engagement.
    """

    engaged_cents: int = 0
    passed_on_cents: int = 0
    spent_cents: int = 0

    def total_cents(self) -> int:
        """What is gone or promised. What was passed on is then spent by who received it: counted once."""
        return self.engaged_cents + max(self.passed_on_cents, self.spent_cents)


def free_cents(state: Convention, allocation_id: str, facts: Facts) -> int:
    """What of an allocation is neither spent nor promised; below zero when more is."""
    return state.allocations[allocation_id].amount_cents - used(state, allocation_id, facts).total_cents()


def used(state: Convention, allocation_id: str, facts: Facts) -> Used:
    """What of an allocation is used, with the expenses that the command reads (`expense/@<allocation>`)."""
    commitments = {
        name: each.amount_cents
        for name, each in state.commitments.items()
        if each.allocation_id == allocation_id
    }
    paid: Counter[str | None] = Counter()
    for expense in facts.states.values():
        if isinstance(expense, Expense):
            for charge in expense.charges:
                if charge.allocation_id == allocation_id:
                    known = charge.commitment_id if charge.commitment_id in commitments else None
                    paid[known] += charge.amount_cents
    return Used(
        sum(max(cents, paid[name]) for name, cents in commitments.items()),
        sum(t.amount_cents for t in state.transfers.values() if t.allocation_id == allocation_id),
        paid[None],
    )
