"""Money set aside by a decision, and moved by one. Pure: these are intentions, and refused where a rule says so."""

from datetime import date
from typing import ClassVar, Literal

from ledger.funds.events import (
    FundsAllocated,
    FundsReallocated,
)
from ledger.funds.room import free_cents
from ledger.funds.shared import (
    ALL_CONVENTIONS,
    AboutConvention,
    Decide,
    allocation_of,
    convention_of,
    conventions,
    decider,
    decision_stream,
    expenses_of,
    given,
    in_force,
    no_such,
    running,
)
from ledger.funds.state import Allocation as Allocated
from ledger.funds.state import Convention as State
from ledger.funds.state import (
    PlanUnit,
)
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    Allocation,
    Cents,
    Decision,
    Lieu,
    NewAllocation,
    Person,
    Word,
)
from ledger.language.catalogue import N_


class AllocateFunds(AboutConvention):
    """Set money aside by a decision: for a lieu, a person or a line of the plan."""

    ACT: ClassVar[str] = "allocate-funds"

    id: NewAllocation = None
    line: Word
    lieu: Lieu | None = None
    person: Person | None = None
    amount_cents: Cents
    decision: Decision | None = None
    mode: Literal["envelope", "transfer"] = "envelope"

    def reads(self) -> tuple[str, ...]:
        return (*super().reads(), ALL_CONVENTIONS, *decision_stream(self.decision))


class ReallocateFunds(AboutConvention):
    """Move money from one allocation to another, or back to what is not allocated, by a decision."""

    ACT: ClassVar[str] = "reallocate-funds"

    from_allocation: Allocation
    to_allocation: Allocation | None = None
    """Left out, the money is free to be allocated again."""

    amount_cents: Cents
    decision: Decision | None = None
    funder_approval: Word | None = None

    def reads(self) -> tuple[str, ...]:
        own = (ALL_CONVENTIONS, *expenses_of(self.from_allocation))
        return (*super().reads(), *own, *decision_stream(self.decision))


def _allocate(command: AllocateFunds, facts: Facts, on: date) -> Event:
    state = convention_of(command, facts)
    running(state)
    line = _line(command.line, state)
    _check_member(command.lieu, command.person, facts, on)
    allocated_cents = state.allocated_cents + command.amount_cents
    if allocated_cents > state.amount_cents:
        raise Refused(
            "R7",
            N_("{allocated_cents} would be allocated in all; the convention grants {amount_cents}."),
            N_("allocate at most {left_cents}"),
            allocated_cents=allocated_cents,
            amount_cents=state.amount_cents,
            left_cents=max(0, state.amount_cents - state.allocated_cents),
        )
    decision_id, decision = in_force("R7", command.decision, facts, on)
    if decision.ceiling_cents is None:
        raise Refused(
            "R7",
            N_("The decision {decision} does not say how much money it allows."),
            N_("state its ceiling where it is adopted (ceiling, plafond), or adopt one that does"),
            decision=decision_id,
        )
    _check_ceiling("R7", decision_id, decision.ceiling_cents, command.amount_cents, facts)
    if command.person in decision.voters:
        raise Refused(
            "R15",
            N_("{person} voted on {decision}, and cannot be given money by it."),
            N_("propose it anew with its beneficiaries: they then stand back from the vote"),
            person=command.person,
            decision=decision_id,
        )
    return FundsAllocated(
        convention_id=given(state.convention_id),
        allocation_id=given(command.id),
        line=line,
        lieu_id=command.lieu,
        person_id=command.person,
        amount_cents=command.amount_cents,
        decision_id=decision_id,
        mode=command.mode,
    )


def _line(wanted: str, state: State) -> str:
    """The plan's own spelling of a line; a convention without a plan takes any."""
    if not state.lines():
        return wanted
    line = state.line(wanted)
    if line is None:
        raise no_such(wanted, state.lines(), N_("The plan has no line “{id}”."))
    return line


def _check_member(lieu: str | None, person: str | None, facts: Facts, on: date) -> None:
    if lieu and lieu not in facts.roster.active_lieux(on):
        raise Refused(
            "R7",
            N_("{lieu} is not a member of the consortium on {day}."),
            N_("allocate to a member, or record its membership first (give-role, member)"),
            lieu=lieu,
            day=on,
        )
    if person and not facts.roster.is_active_person(person, on):
        raise Refused("R7", N_("That person is not active in the consortium on {day}."), day=on)


def _check_ceiling(rule: str, decision_id: str, ceiling_cents: int, more_cents: int, facts: Facts) -> None:
    """All that a decision sets aside or moves, over every convention, stays under its ceiling."""
    engaged_cents = sum(c.engaged_cents.get(decision_id, 0) for c in conventions(facts))
    if engaged_cents + more_cents > ceiling_cents:
        raise Refused(
            rule,
            N_("The decision {decision} allows {ceiling_cents}; {total_cents} would be allocated under it."),
            N_("at most {left_cents} remain under it; beyond that, adopt another decision"),
            decision=decision_id,
            ceiling_cents=ceiling_cents,
            total_cents=engaged_cents + more_cents,
            left_cents=max(0, ceiling_cents - engaged_cents),
        )


def _reallocate(command: ReallocateFunds, facts: Facts, on: date) -> Event:
    state = convention_of(command, facts, lambda c: command.from_allocation in c.allocations)
    running(state)
    source = allocation_of(state, command.from_allocation)
    target = allocation_of(state, command.to_allocation) if command.to_allocation else None
    if source == target:
        raise UsageError(N_("The money would move from {id} to itself."), id=source.allocation_id)
    decision_id, decision = in_force("R8", command.decision, facts, on)
    _check_free(state, source, command.amount_cents, facts)
    if target:
        _check_member(target.lieu_id, target.person_id, facts, on)
        if decision.ceiling_cents is not None:
            _check_ceiling("R8", decision_id, decision.ceiling_cents, command.amount_cents, facts)
        if not command.funder_approval:
            _check_tolerance(state, source, target, command.amount_cents, facts, on)
    return FundsReallocated(
        convention_id=given(state.convention_id),
        from_allocation_id=source.allocation_id,
        to_allocation_id=target.allocation_id if target else None,
        amount_cents=command.amount_cents,
        decision_id=decision_id,
        funder_approval=command.funder_approval,
    )


def _check_free(state: State, source: Allocated, amount_cents: int, facts: Facts) -> None:
    """Only money that is there, not spent and promised to nobody, may leave an allocation."""
    if amount_cents > source.amount_cents:
        raise Refused(
            "R8",
            N_("{id} holds {held_cents}; {amount_cents} cannot leave it."),
            N_("move at most {held_cents}"),
            id=source.allocation_id,
            held_cents=source.amount_cents,
            amount_cents=amount_cents,
        )
    left_cents = free_cents(state, source.allocation_id, facts)
    if amount_cents > left_cents:
        raise Refused(
            "R10",
            N_("{free_cents} of {id} are neither spent nor promised; {amount_cents} cannot leave it."),
            N_("move less, or release a commitment first (release-funds)"),
            id=source.allocation_id,
            free_cents=max(0, left_cents),
            amount_cents=amount_cents,
        )


def _check_tolerance(
    state: State, source: Allocated, target: Allocated, amount_cents: int, facts: Facts, on: date
) -> None:
    """A line may move so far without the funder's word, all moves since the signature together."""
    tolerance_bp = state.conditions.tolerance_bp
    if tolerance_bp is None:
        tolerance_bp = facts.roster.rule("reallocation_tolerance_bp", on)
    units = (state.unit_of(source), state.unit_of(target))
    if tolerance_bp is None or units[0] == units[1]:
        return
    for unit, cents in zip(units, (-amount_cents, amount_cents), strict=True):
        if unit is None:
            continue
        moved_cents = abs(state.moved_cents.get(unit, 0) + cents)
        planned_cents = state.planned_cents(unit)
        if moved_cents * 10_000 > tolerance_bp * planned_cents:
            raise Refused(
                "R8",
                N_(
                    "{where} would move by {moved_cents} of {planned_cents} in all: "
                    "beyond {tolerance_bp}, the funder must agree."
                ),
                N_("ask the funder, then give the reference of its answer (funder_approval, accord)"),
                where=_where(unit),
                moved_cents=moved_cents,
                planned_cents=planned_cents,
                tolerance_bp=tolerance_bp,
            )


def _where(unit: PlanUnit) -> str:
    return f"{unit.line} ({unit.lieu_id})" if unit.lieu_id else unit.line


DECIDE: dict[type[Command], Decide] = {
    AllocateFunds: _allocate,
    ReallocateFunds: _reallocate,
}

decide = decider(DECIDE)
