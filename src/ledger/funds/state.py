"""What each stream of money has come to: a convention's plan and the sums that its rules look at, and what
calls, applications and expenses leave behind. Pure.

Folded with corrections already resolved, so an event may speak of an allocation that was since reversed:
it then changes nothing.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from ledger.funds.events import (
    NO_CONDITIONS,
    ApplicationAnswered,
    ApplicationFiled,
    CallOpened,
    Conditions,
    ConventionAmended,
    ConventionEnded,
    ConventionPublished,
    ConventionSigned,
    DedicatedFundsRecorded,
    ExpenseDisallowed,
    ExpenseRecorded,
    FundsAllocated,
    FundsCommitted,
    FundsReallocated,
    FundsTransferred,
    InKindRecorded,
    InstalmentCalled,
    InstalmentKind,
    InstalmentReceived,
    PlanLine,
    PlannedInstalment,
    ReportAnswered,
    ReportFiled,
    TransferBasis,
)
from ledger.funds.sharing import parts
from ledger.kernel.messages import Event
from ledger.kernel.spelling import id_key

K = TypeVar("K")
V = TypeVar("V")


class Instalment(NamedTuple):
    """A payment of the funder; `planned_cents` is 0 when the convention did not foresee it."""

    kind: InstalmentKind
    planned_cents: int = 0
    called_cents: int = 0
    received_cents: int = 0


class Allocation(NamedTuple):
    """Money set aside; `amount_cents` is what it holds after moves."""

    allocation_id: str
    line: str
    lieu_id: str | None
    person_id: str | None
    amount_cents: int
    decision_id: str


class PlanUnit(NamedTuple):
    """What a tolerance applies to: a line of the plan, or a lieu's own part of it."""

    line: str
    lieu_id: str | None = None


class Dedicated(NamedTuple):
    """Dedicated funds of one fiscal year."""

    carried_cents: int = 0
    used_cents: int = 0


class Commitment(NamedTuple):
    """Money engaged with a supplier; `amount_cents` is what is still engaged, paid or not."""

    allocation_id: str
    amount_cents: int
    supplier_id: str | None = None


class Transfer(NamedTuple):
    """Money passed on or given back: planned, or seen on the account."""

    to_id: str
    basis: TransferBasis
    amount_cents: int
    paid: bool
    allocation_id: str | None = None
    decision_id: str | None = None


class Report(NamedTuple):
    """A report given to the funder; `answer` is None while it says nothing."""

    report_kind: str
    fiscal_year: int | None = None
    answer: str | None = None


_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Convention(NamedTuple):
    """State of `convention/<id>`; without a `convention_id`, nothing was signed yet.

    Attributes:
        engaged_cents: by decision, what it set aside or moved.
        moved_cents: by unit of the plan, what moved in (positive) or out without the funder's word.
    """

    convention_id: str | None = None
    title: str = ""
    carrier_id: str = ""
    funders: tuple[str, ...] = ()
    amount_cents: int = 0
    starts_on: date = date.min
    ends_on: date = date.max
    plan: tuple[PlanLine, ...] = ()
    conditions: Conditions = NO_CONDITIONS
    years: Mapping[int, int] = _NOTHING
    instalments: Mapping[str, Instalment] = _NOTHING
    allocations: Mapping[str, Allocation] = _NOTHING
    engaged_cents: Mapping[str, int] = _NOTHING
    moved_cents: Mapping[PlanUnit, int] = _NOTHING
    dedicated: Mapping[int, Dedicated] = _NOTHING
    commitments: Mapping[str, Commitment] = _NOTHING
    transfers: Mapping[str, Transfer] = _NOTHING
    reports: Mapping[str, Report] = _NOTHING
    amendments: tuple[str, ...] = ()
    ended: str | None = None
    """`closed` or `terminated`."""

    @property
    def allocated_cents(self) -> int:
        """What its allocations hold together."""
        return sum(a.amount_cents for a in self.allocations.values())

    @property
    def called_cents(self) -> int:
        """What was called from the funder, over all instalments."""
        return sum(i.called_cents for i in self.instalments.values())

    @property
    def received_cents(self) -> int:
        """What came from the funder, over all instalments."""
        return sum(i.received_cents for i in self.instalments.values())

    @property
    def returned_cents(self) -> int:
        """What went back to the funder."""
        return sum(t.amount_cents for t in self.transfers.values() if t.paid and t.basis == "returned")

    @property
    def dedicated_cents(self) -> int:
        """What is carried and not used yet."""
        return sum(d.carried_cents - d.used_cents for d in self.dedicated.values())

    def lines(self) -> tuple[str, ...]:
        """Names of the lines that money is planned for, each once, in order."""
        return tuple(
            dict.fromkeys(p.line for p in self.plan if p.side == "expense" and p.nature != "in_kind")
        )

    def line(self, name: str) -> str | None:
        """The plan's own spelling of a line; None when it has no such line."""
        return next((line for line in self.lines() if id_key(line) == id_key(name)), None)

    def unit_of(self, allocation: Allocation) -> PlanUnit | None:
        """The part of the plan that an allocation draws on; None when the plan does not tell."""
        line = self.line(allocation.line)
        if line is None:
            return None
        own = any(p.line == line and p.lieu_id == allocation.lieu_id for p in self.plan if p.lieu_id)
        return PlanUnit(line, allocation.lieu_id if own else None)

    def planned_cents(self, unit: PlanUnit) -> int:
        """What the plan foresees for a unit, all years together."""
        return sum(
            p.amount_cents
            for p in self.plan
            if p.side == "expense" and p.line == unit.line and unit.lieu_id in (None, p.lieu_id)
        )


class Charge(NamedTuple):
    """What an allocation pays of an expense, under an engagement or none."""

    allocation_id: str
    commitment_id: str | None
    amount_cents: int


class Expense(NamedTuple):
    """State of `expense/<id>`: what each convention bears of it, and what funders did not accept."""

    recorded: bool = False
    borne_cents: Mapping[str, int] = _NOTHING
    charges: tuple[Charge, ...] = ()
    disallowed_cents: Mapping[str, int] = _NOTHING

    def eligible_cents(self, convention_id: str) -> int:
        """What a convention bears of it and its funder did not refuse."""
        borne_cents = self.borne_cents.get(convention_id, 0)
        return max(0, borne_cents - self.disallowed_cents.get(convention_id, 0))


class Call(NamedTuple):
    """State of `call/<id>`."""

    call_id: str | None = None
    title: str = ""
    funder_id: str = ""
    criteria: tuple[str, ...] = ()
    requires_call_id: str | None = None


class Application(NamedTuple):
    """State of `application/<id>`; eligible when every criterion was assessed and met, or money awarded."""

    application_id: str | None = None
    call_id: str | None = None
    applicant_id: str = ""
    lieu_id: str | None = None
    answer: str | None = None
    eligible: bool = False


class Loose(NamedTuple):
    """State of `instalment/<id>`: money that came without a convention."""

    recorded: bool = False


class Contribution(NamedTuple):
    """State of `in_kind/<id>`."""

    recorded: bool = False


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return MappingProxyType({**mapping, key: value})


def _plus(mapping: Mapping[K, int], key: K, cents: int) -> Mapping[K, int]:
    return _with(mapping, key, mapping.get(key, 0) + cents)


def _signed(_before: Convention, event: ConventionSigned) -> Convention:
    return Convention(
        convention_id=event.convention_id,
        title=event.title,
        carrier_id=event.carrier_id,
        funders=event.funders,
        amount_cents=event.amount_cents,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        plan=event.plan,
        conditions=event.conditions,
        years=MappingProxyType({share.year: share.amount_cents for share in event.years}),
        instalments=_planned({}, event.instalments),
    )


def _planned(
    before: Mapping[str, Instalment], planned: tuple[PlannedInstalment, ...]
) -> Mapping[str, Instalment]:
    """The instalments, with those that a convention or an amendment foresees."""
    found = dict(before)
    for each in planned:
        known = found.get(each.instalment_id, Instalment(each.instalment_kind))
        found[each.instalment_id] = known._replace(kind=each.instalment_kind, planned_cents=each.amount_cents)
    return MappingProxyType(found)


def amended_conditions(before: Conditions, changes: Conditions | None) -> Conditions:
    """The conditions after an amendment, which speaks only of those that it changes."""
    if changes is None:
        return before
    said = {name: value for name, value in changes if value not in (None, ())}
    if changes.regrant_to:  # an amendment names who may receive besides
        said["regrant_to"] = tuple(dict.fromkeys((*before.regrant_to, *changes.regrant_to)))
    return before.model_copy(update=said)


def _amended(state: Convention, event: ConventionAmended) -> Convention:
    """A new plan takes in the moves made before: tolerance starts anew."""
    years = MappingProxyType({share.year: share.amount_cents for share in event.years})
    return state._replace(
        title=event.title or state.title,
        amount_cents=state.amount_cents if event.amount_cents is None else event.amount_cents,
        starts_on=event.starts_on or state.starts_on,
        ends_on=event.ends_on or state.ends_on,
        plan=event.plan or state.plan,
        moved_cents=_NOTHING if event.plan else state.moved_cents,
        years=years or state.years,
        instalments=_planned(state.instalments, event.instalments),
        conditions=amended_conditions(state.conditions, event.conditions),
        amendments=(*state.amendments, event.amendment),
    )


def _ended(state: Convention, event: ConventionEnded) -> Convention:
    return state._replace(ended=event.how)


def _committed(state: Convention, event: FundsCommitted) -> Convention:
    before = state.commitments.get(event.commitment_id, Commitment(event.allocation_id, 0, event.supplier_id))
    after = before._replace(amount_cents=max(0, before.amount_cents + event.amount_cents))
    return state._replace(commitments=_with(state.commitments, event.commitment_id, after))


def _transferred(state: Convention, event: FundsTransferred) -> Convention:
    transfer = Transfer(
        event.to_id, event.basis, event.amount_cents, event.paid, event.allocation_id, event.decision_id
    )
    return state._replace(transfers=_with(state.transfers, event.transfer_id, transfer))


def _reported(state: Convention, event: ReportFiled) -> Convention:
    report = Report(event.report_kind, event.fiscal_year)
    return state._replace(reports=_with(state.reports, event.report_id, report))


def _report_answered(state: Convention, event: ReportAnswered) -> Convention:
    report = state.reports.get(event.report_id)
    if report is None:
        return state
    return state._replace(reports=_with(state.reports, event.report_id, report._replace(answer=event.answer)))


def _called(state: Convention, event: InstalmentCalled) -> Convention:
    before = state.instalments.get(event.instalment_id, Instalment(event.instalment_kind))
    after = before._replace(called_cents=before.called_cents + event.amount_cents)
    return state._replace(instalments=_with(state.instalments, event.instalment_id, after))


def _received(state: Convention, event: InstalmentReceived) -> Convention:
    before = state.instalments.get(event.instalment_id, Instalment(event.instalment_kind))
    after = before._replace(received_cents=before.received_cents + event.amount_cents)
    return state._replace(instalments=_with(state.instalments, event.instalment_id, after))


def _allocated(state: Convention, event: FundsAllocated) -> Convention:
    allocation = Allocation(
        event.allocation_id,
        event.line,
        event.lieu_id,
        event.person_id,
        event.amount_cents,
        event.decision_id,
    )
    return state._replace(
        allocations=_with(state.allocations, event.allocation_id, allocation),
        engaged_cents=_plus(state.engaged_cents, event.decision_id, event.amount_cents),
    )


def _reallocated(state: Convention, event: FundsReallocated) -> Convention:
    allocations, moved_cents = state.allocations, state.moved_cents
    units = [_unit(state, event.from_allocation_id), _unit(state, event.to_allocation_id)]
    engaged_cents = state.engaged_cents
    if event.to_allocation_id:
        engaged_cents = _plus(engaged_cents, event.decision_id, event.amount_cents)
    for allocation_id, cents in (
        (event.from_allocation_id, -event.amount_cents),
        (event.to_allocation_id, event.amount_cents),
    ):
        allocation = allocations.get(allocation_id) if allocation_id else None
        if allocation and allocation_id:
            allocation = allocation._replace(amount_cents=allocation.amount_cents + cents)
            allocations = _with(allocations, allocation_id, allocation)
    if event.to_allocation_id and not event.funder_approval and units[0] != units[1]:
        for unit, cents in zip(units, (-event.amount_cents, event.amount_cents), strict=True):
            moved_cents = _plus(moved_cents, unit, cents) if unit else moved_cents
    return state._replace(
        allocations=allocations,
        moved_cents=moved_cents,
        engaged_cents=engaged_cents,
    )


def _unit(state: Convention, allocation_id: str | None) -> PlanUnit | None:
    allocation = state.allocations.get(allocation_id) if allocation_id else None
    return state.unit_of(allocation) if allocation else None


def _dedicated(state: Convention, event: DedicatedFundsRecorded) -> Convention:
    before = state.dedicated.get(event.fiscal_year, Dedicated())
    if event.movement == "carried":
        after = before._replace(carried_cents=before.carried_cents + event.amount_cents)
    else:
        after = before._replace(used_cents=before.used_cents + event.amount_cents)
    return state._replace(dedicated=_with(state.dedicated, event.fiscal_year, after))


_EVOLVE: dict[type[Event], Callable[[Convention, Any], Convention]] = {
    ConventionSigned: _signed,
    ConventionAmended: _amended,
    ConventionEnded: _ended,
    ConventionPublished: lambda state, _event: state,
    InstalmentCalled: _called,
    InstalmentReceived: _received,
    FundsAllocated: _allocated,
    FundsReallocated: _reallocated,
    FundsCommitted: _committed,
    FundsTransferred: _transferred,
    DedicatedFundsRecorded: _dedicated,
    ReportFiled: _reported,
    ReportAnswered: _report_answered,
}


def evolve_convention(state: Convention, event: Event) -> Convention:
    """The convention after one more event."""
    return _EVOLVE[type(event)](state, event)


def evolve_expense(state: Expense, event: ExpenseRecorded | ExpenseDisallowed) -> Expense:
    """The expense after one more event of its stream."""
    if isinstance(event, ExpenseDisallowed):
        refused = _plus(state.disallowed_cents, event.convention_id, event.amount_cents)
        return state._replace(disallowed_cents=refused)
    borne: dict[str, int] = {}
    charges: list[Charge] = []
    for part in parts(event.amount_cents, event.convention_id, event.shares):
        if part.convention_id:
            borne[part.convention_id] = borne.get(part.convention_id, 0) + part.amount_cents
        share = event.shares[part.position] if event.shares and part.position is not None else event
        if share.allocation_id and part.position is not None:
            commitment_id = event.commitment_id if part.position == 0 else None
            charges.append(Charge(share.allocation_id, commitment_id, part.amount_cents))
    return Expense(recorded=True, borne_cents=MappingProxyType(borne), charges=tuple(charges))


def evolve_call(_state: Call, event: CallOpened) -> Call:
    """The call, once opened."""
    names = tuple(each.criterion for each in event.criteria)
    return Call(event.call_id, event.title, event.funder_id, names, event.requires_call_id)


def evolve_application(state: Application, event: ApplicationFiled | ApplicationAnswered) -> Application:
    """The application after one more event of its stream."""
    if isinstance(event, ApplicationFiled):
        return Application(event.application_id, event.call_id, event.applicant_id, event.lieu_id)
    assessed = [result.met for result in event.criteria]
    eligible = all(assessed) if assessed else event.answer == "awarded"
    return state._replace(answer=event.answer, eligible=eligible)


INITIAL: dict[str, Callable[[], Any]] = {
    "convention": Convention,
    "expense": Expense,
    "instalment": Loose,
    "call": Call,
    "application": Application,
    "in_kind": Contribution,
}


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
