"""Commands and rules of public money. Pure.

The rules refuse our own intentions (allocate, move, call) and record facts (received, spent) as they
come. What a command contradicts within itself is a usage error, for there is no rule to discuss.

Here, the money of a convention: instalments, allocations, dedicated funds. Conventions, calls, expenses,
what is engaged or passed on, contributions in kind and reports have a module each.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Literal

from ledger.funds.calls import AnswerApplication, FileApplication, OpenCall
from ledger.funds.conventions import AmendConvention, EndConvention, PublishConvention, SignConvention
from ledger.funds.engaging import CommitFunds, ReleaseFunds, TransferFunds
from ledger.funds.events import (
    ApplicationAnswered,
    ApplicationFiled,
    CallOpened,
    DedicatedFundsRecorded,
    ExpenseDisallowed,
    ExpenseRecorded,
    FundsAllocated,
    FundsReallocated,
    InKindRecorded,
    InstalmentCalled,
    InstalmentKind,
    InstalmentReceived,
)
from ledger.funds.expenses import DisallowExpense, RecordExpense
from ledger.funds.in_kind import RecordInKind
from ledger.funds.reports import AnswerReport, FileReport
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
from ledger.funds.state import (
    Application,
    Call,
    Contribution,
    Dedicated,
    Expense,
    Loose,
    PlanUnit,
    evolve_application,
    evolve_call,
    evolve_convention,
    evolve_expense,
)
from ledger.funds.state import Convention as State
from ledger.funds.state import Instalment as InstalmentState
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Allocation,
    Cents,
    Decision,
    Instalment,
    Lieu,
    NewAllocation,
    Organisation,
    Person,
    Sha256,
    Word,
)
from ledger.language.catalogue import N_

PREFIX = "convention"
INITIAL: dict[str, Callable[[], Any]] = {
    "convention": State,
    "expense": Expense,
    "instalment": Loose,
    "call": Call,
    "application": Application,
    "in_kind": Contribution,
}


class CallInstalment(AboutConvention):
    """Ask the funder for an instalment; the amount left out, all that remains to be called of it."""

    ACT: ClassVar[str] = "call-instalment"

    instalment: Instalment
    kind: InstalmentKind | None = None
    """Needed when the convention did not foresee it; its amount is then needed too."""

    amount_cents: Cents | None = None


class ReceiveInstalment(AboutConvention):
    """Record money received from a funder, whether it was called or not, under a convention or none."""

    ACT: ClassVar[str] = "receive-instalment"

    instalment: Instalment
    kind: InstalmentKind | None = None
    """Needed when the convention did not foresee it."""

    amount_cents: Cents
    bank_reference: Word | None = None
    evidence: Sha256 | None = None
    funder: Organisation | None = None
    """Who paid, when no convention says it, or when several fund it."""

    def reads(self) -> tuple[str, ...]:
        return (*super().reads(), f"instalment/{self.instalment}")


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


class RecordDedicatedFunds(AboutConvention):
    """Record what a year's grant left unspent at its end, or the later use of it."""

    ACT: ClassVar[str] = "record-dedicated-funds"

    year: int
    movement: Literal["carried", "used"] = "carried"
    amount_cents: Cents


COMMANDS: tuple[type[Command], ...] = (
    OpenCall,
    FileApplication,
    AnswerApplication,
    SignConvention,
    AmendConvention,
    EndConvention,
    PublishConvention,
    CallInstalment,
    ReceiveInstalment,
    AllocateFunds,
    ReallocateFunds,
    CommitFunds,
    ReleaseFunds,
    TransferFunds,
    RecordExpense,
    DisallowExpense,
    RecordInKind,
    RecordDedicatedFunds,
    FileReport,
    AnswerReport,
)


def evolve(state: Any, event: Event, on: date) -> Any:
    """The state of a stream of money after one more event. Corrections are resolved."""
    if isinstance(event, ExpenseRecorded | ExpenseDisallowed):
        return evolve_expense(state, event)
    if isinstance(event, CallOpened):
        return evolve_call(state, event)
    if isinstance(event, ApplicationFiled | ApplicationAnswered):
        return evolve_application(state, event)
    if isinstance(event, InKindRecorded):
        return Contribution(recorded=True)
    if isinstance(state, Loose):
        return Loose(recorded=True)
    return evolve_convention(state, event)


# -- instalments ----------------------------------------------------------------------------------


def _call(command: CallInstalment, facts: Facts, _on: date) -> Event:
    state = convention_of(command, facts, lambda c: _foresees(c, command.instalment))
    running(state)
    instalment_id, instalment = _instalment(command, state)
    remaining_cents = instalment.planned_cents - instalment.called_cents
    amount_cents = remaining_cents if command.amount_cents is None else command.amount_cents
    if amount_cents <= 0:
        raise Refused(
            "DUPLICATE",
            N_("Nothing planned of “{id}” remains to be called; {called_cents} have been."),
            N_("say the amount, if you do call more"),
            id=instalment_id,
            called_cents=instalment.called_cents,
        )
    called_cents = state.called_cents + amount_cents
    if called_cents > state.amount_cents:
        raise Refused(
            "R7",
            N_("{called_cents} would be called in all; the convention grants {amount_cents}."),
            N_("call at most {left_cents}"),
            called_cents=called_cents,
            amount_cents=state.amount_cents,
            left_cents=max(0, state.amount_cents - state.called_cents),
        )
    return InstalmentCalled(
        convention_id=given(state.convention_id),
        instalment_id=instalment_id,
        instalment_kind=instalment.kind,
        amount_cents=amount_cents,
        planned=instalment_id in state.instalments,
    )


def _receive(command: ReceiveInstalment, facts: Facts, _on: date) -> Event:
    if command.funder and not _pays(command.funder, command, facts):
        return _receive_loose(command, facts)
    state = convention_of(command, facts, lambda c: _foresees(c, command.instalment))
    instalment_id, instalment = _instalment(command, state)
    return InstalmentReceived(
        convention_id=given(state.convention_id),
        funder_id=command.funder,
        instalment_id=instalment_id,
        instalment_kind=instalment.kind,
        amount_cents=command.amount_cents,
        bank_reference=command.bank_reference,
        evidence_sha256=command.evidence,
        planned=instalment_id in state.instalments,
    )


def _pays(funder: str, command: ReceiveInstalment, facts: Facts) -> bool:
    """Whether that funder is one of the convention's: money of another came without a convention."""
    state = facts.states.get(f"convention/{command.convention}")
    if command.convention is None:
        state = next((c for c in conventions(facts) if _foresees(c, command.instalment)), None)
    return isinstance(state, State) and funder in state.funders


def _foresees(state: State, instalment: str) -> bool:
    return any(id_key(name) == id_key(instalment) for name in state.instalments)


def _receive_loose(command: ReceiveInstalment, facts: Facts) -> Event:
    """Money that no convention explains: recorded as it came, and flagged."""
    return InstalmentReceived(
        funder_id=command.funder,
        instalment_id=command.instalment,
        instalment_kind=command.kind or "advance",
        amount_cents=command.amount_cents,
        bank_reference=command.bank_reference,
        evidence_sha256=command.evidence,
        planned=facts.states[f"instalment/{command.instalment}"].recorded,
    )


def _instalment(command: CallInstalment | ReceiveInstalment, state: State) -> tuple[str, InstalmentState]:
    """The instalment that a command names, as recorded; a new one when it says its kind."""
    wanted = command.instalment
    for name, instalment in state.instalments.items():
        if id_key(name) == id_key(wanted):
            return name, instalment
    if command.kind is None:
        raise no_such(
            wanted,
            state.instalments,
            N_("The convention foresees no instalment “{id}”."),
            N_("if it is a new one, say its kind: advance, interim or balance"),
        )
    return wanted, InstalmentState(command.kind)


# -- allocations ----------------------------------------------------------------------------------


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


# -- dedicated funds ------------------------------------------------------------------------------


def _dedicate(command: RecordDedicatedFunds, facts: Facts, _on: date) -> Event:
    state = convention_of(command, facts)
    if command.movement == "used":
        _check_used(command, state)
    else:
        _check_carried(command, state)
    return DedicatedFundsRecorded(
        convention_id=given(state.convention_id),
        fiscal_year=command.year,
        movement=command.movement,
        amount_cents=command.amount_cents,
    )


def _check_used(command: RecordDedicatedFunds, state: State) -> None:
    if command.amount_cents > state.dedicated_cents:
        raise Refused(
            "R12",
            N_("{amount_cents} of dedicated funds cannot be used: {left_cents} are carried."),
            N_("record first what was carried at the end of the year before"),
            amount_cents=command.amount_cents,
            left_cents=state.dedicated_cents,
        )


def _check_carried(command: RecordDedicatedFunds, state: State) -> None:
    """No more can be left of a year than what it was granted."""
    carried_cents = state.dedicated.get(command.year, Dedicated()).carried_cents + command.amount_cents
    granted_cents = state.years.get(command.year, state.amount_cents)
    if carried_cents > granted_cents:
        raise Refused(
            "R12",
            N_("{carried_cents} would be carried for {year}, for which {granted_cents} are granted."),
            N_("carry what the year's grant has left unspent"),
            carried_cents=carried_cents,
            year=str(command.year),
            granted_cents=granted_cents,
        )


_DECIDE: dict[type[Command], Decide] = {
    CallInstalment: _call,
    ReceiveInstalment: _receive,
    AllocateFunds: _allocate,
    ReallocateFunds: _reallocate,
    RecordDedicatedFunds: _dedicate,
}

decide = decider(_DECIDE)
