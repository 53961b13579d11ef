"""Commands and rules of public money. Pure.

The rules refuse our own intentions (allocate, move, call) and record facts (received, spent) as they
come. What a command contradicts within itself is a usage error, for there is no rule to discuss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

from ledger.funds.events import (
    Conditions,
    ConventionSigned,
    DedicatedFundsRecorded,
    EvidenceRef,
    ExpenseRecorded,
    FundsAllocated,
    FundsReallocated,
    InstalmentCalled,
    InstalmentKind,
    InstalmentReceived,
    PlanLine,
    PlannedInstalment,
    YearShare,
)
from ledger.funds.state import Allocation as Allocated
from ledger.funds.state import Convention as State
from ledger.funds.state import Dedicated, Expense, PlanUnit, evolve_convention
from ledger.funds.state import Instalment as InstalmentState
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Allocation,
    Cents,
    Day,
    Decision,
    Instalment,
    Lieu,
    NewAllocation,
    NewConvention,
    NewExpense,
    Organisation,
    Person,
    Private,
    Sealed,
    Sha256,
    SoleConvention,
    Text,
    Word,
)
from ledger.language.catalogue import N_

PREFIX = "convention"
INITIAL: dict[str, Callable[[], Any]] = {"convention": State, "expense": Expense}

ALL_CONVENTIONS = "convention/*"
"""Read by commands whose rule sums over every convention: what one decision pays for in all."""


class _AboutConvention(Command):
    convention: SoleConvention = None

    def reads(self) -> tuple[str, ...]:
        return (f"convention/{self.convention}",) if self.convention else ()


class SignConvention(Command):
    """Record a grant convention: amount, dates, plan, instalments and conditions."""

    ACT: ClassVar[str] = "sign-convention"

    id: NewConvention = None
    title: Text
    funders: tuple[Organisation, ...]
    carrier: Organisation | None = None
    amount_cents: Cents
    starts: Day
    ends: Day
    award: Word | None = None
    decision: Decision | None = None
    years: tuple[YearShare, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    instalments: tuple[PlannedInstalment, ...] = ()
    conditions: Conditions = Conditions()
    document: Sha256 | None = None


class CallInstalment(_AboutConvention):
    """Ask the funder for an instalment; the amount left out, all that remains to be called of it."""

    ACT: ClassVar[str] = "call-instalment"

    instalment: Instalment
    kind: InstalmentKind | None = None
    """Needed when the convention did not foresee it; its amount is then needed too."""

    amount_cents: Cents | None = None


class ReceiveInstalment(_AboutConvention):
    """Record money received from the funder, whether it was called or not."""

    ACT: ClassVar[str] = "receive-instalment"

    instalment: Instalment
    kind: InstalmentKind | None = None
    """Needed when the convention did not foresee it."""

    amount_cents: Cents
    bank_reference: Word | None = None
    evidence: Sha256 | None = None


class AllocateFunds(_AboutConvention):
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
        return (*super().reads(), ALL_CONVENTIONS, *_decision_stream(self.decision))


class ReallocateFunds(_AboutConvention):
    """Move money from one allocation to another, by a decision."""

    ACT: ClassVar[str] = "reallocate-funds"

    from_allocation: Allocation
    to_allocation: Allocation
    amount_cents: Cents
    decision: Decision | None = None
    funder_approval: Word | None = None

    def reads(self) -> tuple[str, ...]:
        return (*super().reads(), ALL_CONVENTIONS, *_decision_stream(self.decision))


class RecordExpense(_AboutConvention):
    """Record a payment made, with its receipt and proof of payment. A payment is never refused."""

    ACT: ClassVar[str] = "record-expense"

    id: NewExpense = None
    amount_cents: Cents
    label: Text
    paid: Day | None = None
    allocation: Allocation | None = None
    line: Word | None = None
    lieu: Lieu | None = None
    decision: Decision | None = None
    account: Word | None = None
    supplier: Organisation | None = None
    payee: Private | None = None
    evidence: tuple[EvidenceRef, ...] = ()

    def reads(self) -> tuple[str, ...]:
        return super().reads() or ((ALL_CONVENTIONS,) if self.allocation else ())

    def covers(self) -> tuple[date, date] | None:
        return (self.paid, self.paid) if self.paid else None


class RecordDedicatedFunds(_AboutConvention):
    """Record what a year's grant left unspent at its end, or the later use of it."""

    ACT: ClassVar[str] = "record-dedicated-funds"

    year: int
    movement: Literal["carried", "used"] = "carried"
    amount_cents: Cents


COMMANDS: tuple[type[Command], ...] = (
    SignConvention,
    CallInstalment,
    ReceiveInstalment,
    AllocateFunds,
    ReallocateFunds,
    RecordExpense,
    RecordDedicatedFunds,
)


class DecisionState(Protocol):
    """What money asks of a decision; `status` is `adopted` while it is in force."""

    @property
    def status(self) -> str: ...
    @property
    def ceiling_cents(self) -> int | None: ...
    @property
    def effective_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...


def evolve(state: Any, event: Event, on: date) -> Any:
    """The state of `convention/<id>` or `expense/<id>` after one more event. Corrections are resolved."""
    if isinstance(event, ExpenseRecorded):
        return Expense(recorded=True)
    return evolve_convention(state, event)


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events of a command.

    Raises:
        Refused: R4, R7, R8, R12, DUPLICATE, or ORDER before the founding.
        UsageError: the command contradicts itself, or does not say enough.
        UnknownId: something that it names is not in the convention.
    """
    facts.require_founded()
    if facts.roster.consortium_kind == "advisory":
        raise Refused(
            "R4",
            N_("An advisory consortium holds no money: it gives opinions."),
            N_("record it in the ledger of the consortium that carries the grant"),
        )
    if getattr(command, "amount_cents", None) == 0:
        raise UsageError(N_("An amount of money must be more than zero."))
    return [_DECIDE[type(command)](command, facts, command.on or facts.today)]


# -- conventions ----------------------------------------------------------------------------------


def _sign(command: SignConvention, facts: Facts, on: date) -> Event:
    _check_amounts(command)
    _check_dates(command)
    _check_parties(command, facts)
    return ConventionSigned(
        convention_id=_given(command.id),
        title=command.title,
        funders=command.funders,
        carrier_id=command.carrier or _carrier(facts, on),
        amount_cents=command.amount_cents,
        starts_on=command.starts,
        ends_on=command.ends,
        award=command.award,
        decision_id=command.decision,
        years=command.years,
        plan=command.plan,
        instalments=command.instalments,
        conditions=command.conditions,
        document_sha256=command.document,
    )


def _carrier(facts: Facts, on: date) -> str:
    """The organisation that carries the consortium on that day: it signs for all."""
    holders = facts.roster.holders("carrier", on)
    if len(holders) != 1:
        raise UsageError(
            N_("Which organisation carries the convention? {count} hold the role of carrier on {day}."),
            N_("name it: carrier, porteur"),
            count=len(holders),
            day=on,
        )
    return holders[0]


def _check_amounts(command: SignConvention) -> None:
    years_cents = sum(share.amount_cents for share in command.years)
    if command.years and years_cents != command.amount_cents:
        raise UsageError(
            N_("The years add up to {years_cents}; the convention grants {amount_cents}."),
            N_("say what each year receives, all years of the convention"),
            years_cents=years_cents,
            amount_cents=command.amount_cents,
        )
    planned_cents = sum(instalment.amount_cents for instalment in command.instalments)
    if planned_cents > command.amount_cents:
        raise UsageError(
            N_("The instalments add up to {planned_cents}, more than the {amount_cents} of the convention."),
            planned_cents=planned_cents,
            amount_cents=command.amount_cents,
        )
    _check_once((str(share.year) for share in command.years), N_("The year {value} is there twice."))
    _check_once(
        (id_key(instalment.instalment_id) for instalment in command.instalments),
        N_("The instalment “{value}” is there twice."),
    )


def _check_once(values: Iterable[str], template: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise UsageError(template, value=value)
        seen.add(value)


def _check_dates(command: SignConvention) -> None:
    conditions = command.conditions
    periods = [
        (command.starts, command.ends),
        (conditions.eligible_from or command.starts, conditions.eligible_until or date.max),
    ]
    for first, last in periods:
        if last < first:
            raise UsageError(
                N_("It would end on {last}, before it starts on {first}."),
                N_("check the two dates"),
                first=first,
                last=last,
            )
    for share in command.years:
        if not command.starts.year <= share.year <= command.ends.year:
            raise UsageError(
                N_("The year {year} is outside the convention, from {first} to {last}."),
                year=str(share.year),
                first=command.starts,
                last=command.ends,
            )


def _check_parties(command: SignConvention, facts: Facts) -> None:
    """Parts of a plan name parties too; a slip there would only show in a report, years later."""
    if not command.funders:
        raise UsageError(N_("A convention has at least one funder."), N_("name it: funders, financeurs"))
    named = [p for line in command.plan for p in (line.lieu_id, line.funder_id) if p]
    for party in (*named, *command.conditions.regrant_to):
        if not facts.roster.is_party(party):
            raise UnknownId(
                N_("“{id}” is not known in this ledger."),
                N_("register it first, or check the spelling"),
                id=party,
            )


# -- instalments ----------------------------------------------------------------------------------


def _call(command: CallInstalment, facts: Facts, _on: date) -> Event:
    state = _convention(command, facts)
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
        convention_id=_given(state.convention_id),
        instalment_id=instalment_id,
        instalment_kind=instalment.kind,
        amount_cents=amount_cents,
        planned=instalment_id in state.instalments,
    )


def _receive(command: ReceiveInstalment, facts: Facts, _on: date) -> Event:
    state = _convention(command, facts)
    instalment_id, instalment = _instalment(command, state)
    return InstalmentReceived(
        convention_id=_given(state.convention_id),
        instalment_id=instalment_id,
        instalment_kind=instalment.kind,
        amount_cents=command.amount_cents,
        bank_reference=command.bank_reference,
        evidence_sha256=command.evidence,
        planned=instalment_id in state.instalments,
    )


def _instalment(command: CallInstalment | ReceiveInstalment, state: State) -> tuple[str, InstalmentState]:
    """The instalment that a command names, as recorded; a new one when it says its kind."""
    wanted = command.instalment
    for name, instalment in state.instalments.items():
        if id_key(name) == id_key(wanted):
            return name, instalment
    if command.kind is None:
        raise _no_such(
            wanted,
            state.instalments,
            N_("The convention foresees no instalment “{id}”."),
            N_("if it is a new one, say its kind: advance, interim or balance"),
        )
    return wanted, InstalmentState(command.kind)


# -- allocations ----------------------------------------------------------------------------------


def _allocate(command: AllocateFunds, facts: Facts, on: date) -> Event:
    state = _convention(command, facts)
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
    decision_id, decision = _in_force("R7", command.decision, facts, on)
    if decision.ceiling_cents is None:
        raise Refused(
            "R7",
            N_("The decision {decision} does not say how much money it allows."),
            N_("state its ceiling where it is adopted (ceiling, plafond), or adopt one that does"),
            decision=decision_id,
        )
    _check_ceiling("R7", decision_id, decision.ceiling_cents, command.amount_cents, facts)
    return FundsAllocated(
        convention_id=_given(state.convention_id),
        allocation_id=_given(command.id),
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
        raise _no_such(wanted, state.lines(), N_("The plan has no line “{id}”."))
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


def _in_force(rule: str, decision_id: str | None, facts: Facts, on: date) -> tuple[str, DecisionState]:
    """The decision behind an intention: adopted, in effect and not expired on that day."""
    if decision_id is None:
        raise Refused(
            rule,
            N_("Money is set aside or moved by a decision; none is named."),
            N_("name the decision (decision, selon), or adopt one first"),
        )
    decision: DecisionState = facts.states[f"decision/{decision_id}"]
    if decision.status != "adopted":
        raise Refused(
            rule,
            N_("The decision {decision} is not in force: {status_word}."),
            N_("adopt it first, or name another"),
            decision=decision_id,
            status_word=decision.status,
        )
    if decision.effective_on and on < decision.effective_on:
        raise Refused(
            rule,
            N_("The decision {decision} takes effect on {effective} only."),
            decision=decision_id,
            effective=decision.effective_on,
        )
    if decision.expires_on and on > decision.expires_on:
        raise Refused(
            rule,
            N_("The decision {decision} expired on {expired}."),
            N_("adopt a new one"),
            decision=decision_id,
            expired=decision.expires_on,
        )
    return decision_id, decision


def _check_ceiling(rule: str, decision_id: str, ceiling_cents: int, more_cents: int, facts: Facts) -> None:
    """All that a decision sets aside or moves, over every convention, stays under its ceiling."""
    engaged_cents = sum(c.engaged_cents.get(decision_id, 0) for c in _conventions(facts))
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
    state = _convention(command, facts)
    source = _allocation_of(state, command.from_allocation)
    target = _allocation_of(state, command.to_allocation)
    if source == target:
        raise UsageError(N_("The money would move from {id} to itself."), id=source.allocation_id)
    decision_id, decision = _in_force("R8", command.decision, facts, on)
    if command.amount_cents > source.amount_cents:
        raise Refused(
            "R8",
            N_("{id} holds {held_cents}; {amount_cents} cannot leave it."),
            N_("move at most {held_cents}"),
            id=source.allocation_id,
            held_cents=source.amount_cents,
            amount_cents=command.amount_cents,
        )
    _check_member(target.lieu_id, target.person_id, facts, on)
    if decision.ceiling_cents is not None:
        _check_ceiling("R8", decision_id, decision.ceiling_cents, command.amount_cents, facts)
    if not command.funder_approval:
        _check_tolerance(state, source, target, command.amount_cents, facts, on)
    return FundsReallocated(
        convention_id=_given(state.convention_id),
        from_allocation_id=source.allocation_id,
        to_allocation_id=target.allocation_id,
        amount_cents=command.amount_cents,
        decision_id=decision_id,
        funder_approval=command.funder_approval,
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


# -- expenses -------------------------------------------------------------------------------------


class _Ground(NamedTuple):
    """What an expense stands on, as far as it is known."""

    convention_id: str | None
    allocation_id: str | None
    line: str | None
    lieu_id: str | None
    decision_id: str | None


def _spend(command: RecordExpense, facts: Facts, _on: date) -> Event:
    ground = _ground(command, facts)
    return ExpenseRecorded(
        expense_id=_given(command.id),
        amount_cents=command.amount_cents,
        label=command.label,
        convention_id=ground.convention_id,
        allocation_id=ground.allocation_id,
        line=ground.line,
        lieu_id=ground.lieu_id,
        decision_id=ground.decision_id,
        account=command.account,
        supplier_id=command.supplier,
        payee=command.payee if isinstance(command.payee, Sealed) else None,
        evidence=tuple(dict.fromkeys(command.evidence)),
    )


def _ground(command: RecordExpense, facts: Facts) -> _Ground:
    """What the command says, completed by its allocation when there is one and only one."""
    state = next((c for c in _conventions(facts) if _concerns(c, command)), None)
    if state is None:
        return _Ground(command.convention, command.allocation, command.line, command.lieu, command.decision)
    line = state.line(command.line) or command.line if command.line else None
    allocation = _charged(command, line, state)
    if allocation is None:
        return _Ground(state.convention_id, None, line, command.lieu, command.decision)
    return _Ground(
        state.convention_id,
        allocation.allocation_id,
        line or allocation.line,
        command.lieu or allocation.lieu_id,
        command.decision or allocation.decision_id,
    )


def _concerns(state: State, command: RecordExpense) -> bool:
    if command.convention:
        return state.convention_id == command.convention
    return command.allocation is not None and command.allocation in state.allocations


def _charged(command: RecordExpense, line: str | None, state: State) -> Allocated | None:
    """The allocation that pays: the one named, or the only one that fits what was said.

    A shared envelope (an allocation to no lieu) fits any lieu when that lieu has none of its own.
    """
    if command.allocation:
        if command.allocation not in state.allocations:
            raise UsageError(
                N_("{allocation} is not an allocation of {convention}."),
                N_("leave one of the two out"),
                allocation=command.allocation,
                convention=state.convention_id,
            )
        return state.allocations[command.allocation]
    if not (line or command.lieu or command.decision):
        return None
    fitting = [
        a
        for a in state.allocations.values()
        if (line is None or id_key(a.line) == id_key(line))
        and (command.decision is None or a.decision_id == command.decision)
    ]
    if command.lieu:
        own = [a for a in fitting if a.lieu_id == command.lieu]
        fitting = own or [a for a in fitting if a.lieu_id is None and a.person_id is None]
    return fitting[0] if len(fitting) == 1 else None


# -- dedicated funds ------------------------------------------------------------------------------


def _dedicate(command: RecordDedicatedFunds, facts: Facts, _on: date) -> Event:
    state = _convention(command, facts)
    if command.movement == "used":
        _check_used(command, state)
    else:
        _check_carried(command, state)
    return DedicatedFundsRecorded(
        convention_id=_given(state.convention_id),
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


# -- shared ---------------------------------------------------------------------------------------


def _convention(command: _AboutConvention, facts: Facts) -> State:
    state = facts.states.get(f"convention/{command.convention}") if command.convention else None
    if not isinstance(state, State) or state.convention_id is None:
        raise UsageError(
            N_("Which convention is it about?"),
            N_("name it (convention), or sign it first (sign-convention)"),
        )
    return state


def _conventions(facts: Facts) -> Iterator[State]:
    """Every convention that the service handed in, each once."""
    for state in facts.states.values():
        if isinstance(state, State) and state.convention_id:
            yield state


def _allocation_of(state: State, allocation_id: str) -> Allocated:
    allocation = state.allocations.get(allocation_id)
    if allocation is None:
        raise _no_such(
            allocation_id, state.allocations, N_("“{id}” is not an allocation of this convention.")
        )
    return allocation


def _decision_stream(decision: str | None) -> tuple[str, ...]:
    return (f"decision/{decision}",) if decision else ()


def _no_such(wanted: str, known: Iterable[str], template: str, otherwise: str | None = None) -> UnknownId:
    """An unknown name, with the nearest one or all of them when they are few."""
    names = list(known)
    near = get_close_matches(id_key(wanted), [id_key(name) for name in names], n=1, cutoff=0.6)
    if near:
        match = next(name for name in names if id_key(name) == near[0])
        return UnknownId(template, N_("“{near}”"), id=wanted, near=match)
    if otherwise is None and names:
        otherwise = N_("one of: {names}")
    return UnknownId(template, otherwise, id=wanted, names=names[:12])


def _given(value: Any) -> Any:
    """A value that the service has filled in before asking."""
    assert value is not None, "the service completes a command before it is decided"
    return value


_DECIDE: dict[type[Command], Callable[[Any, Facts, date], Event]] = {
    SignConvention: _sign,
    CallInstalment: _call,
    ReceiveInstalment: _receive,
    AllocateFunds: _allocate,
    ReallocateFunds: _reallocate,
    RecordExpense: _spend,
    RecordDedicatedFunds: _dedicate,
}
