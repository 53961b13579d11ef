"""What a member that leaves by a decision gives back: the money set aside for it that nobody has used.

What is spent or promised stays where it is: it is a fact, or somebody else counts on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger.consortium.giving import EndRole
from ledger.consortium.state import MEMBER
from ledger.consortium.state import State as Consortium
from ledger.funds.allocations import ReallocateFunds
from ledger.funds.room import free_cents
from ledger.funds.state import Convention
from ledger.kernel.facts import Facts

LEAVES = ("withdrawn", "excluded")


def given_back(
    command: EndRole,
    consortium: Consortium,
    conventions: Iterator[Convention],
    facts: Callable[[Any], Facts],
) -> Iterator[ReallocateFunds]:
    """The moves of a departure: each open allocation of the member, back to its line.

    Args:
        command: the end of the membership, already decided.
        consortium: as it is now, without that member.
        conventions: all of them.
        facts: what a command may know.
    """
    role = consortium.roles.get(command.role)
    if role is None or role.role != MEMBER or command.reason not in LEAVES or command.decision is None:
        return
    assert command.on
    members = consortium.active_lieux(command.on)
    run = (i for i, lieu in consortium.lieux.items() if lieu.organisation_id == role.organisation_id)
    gone = {role.lieu_id, *(run if role.organisation_id else ())} - {None, *members}
    for state in conventions:
        for allocation in state.allocations.values() if not state.ended else ():
            if allocation.lieu_id not in gone:
                continue
            back = ReallocateFunds(
                on=command.on,
                convention=state.convention_id,
                from_allocation=allocation.allocation_id,
                amount_cents=allocation.amount_cents,
                decision=command.decision,
            )
            left_cents = free_cents(state, allocation.allocation_id, facts(back))
            if left_cents > 0:
                yield back.model_copy(update={"amount_cents": left_cents})
