"""What a convention has come to: its plan, and the sums that its rules look at. Pure.

Folded from the stream `convention/<id>` with corrections already resolved, so an event may speak of
an allocation that was since reversed: it then changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from ledger.funds.events import (
    Conditions,
    ConventionSigned,
    DedicatedFundsRecorded,
    FundsAllocated,
    FundsReallocated,
    InstalmentCalled,
    InstalmentKind,
    InstalmentReceived,
    PlanLine,
)
from ledger.kernel.messages import Event
from ledger.kernel.spelling import id_key

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Instalment:
    """A payment of the funder; `planned_cents` is 0 when the convention did not foresee it."""

    kind: InstalmentKind
    planned_cents: int = 0
    called_cents: int = 0
    received_cents: int = 0


@dataclass(frozen=True)
class Allocation:
    """Money set aside; `amount_cents` is what it holds after moves."""

    allocation_id: str
    line: str
    lieu_id: str | None
    person_id: str | None
    amount_cents: int
    decision_id: str


@dataclass(frozen=True)
class PlanUnit:
    """What a tolerance applies to: a line of the plan, or a lieu's own part of it."""

    line: str
    lieu_id: str | None = None


@dataclass(frozen=True)
class Dedicated:
    """Dedicated funds of one fiscal year."""

    carried_cents: int = 0
    used_cents: int = 0


def _nothing() -> Mapping[K, V]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Convention:
    """State of `convention/<id>`; without a `convention_id`, nothing was signed yet.

    Attributes:
        engaged_cents: by decision, what it set aside or moved.
        moved_cents: by unit of the plan, what moved in (positive) or out without the funder's word.
    """

    convention_id: str | None = None
    amount_cents: int = 0
    starts_on: date = date.min
    ends_on: date = date.max
    plan: tuple[PlanLine, ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    years: Mapping[int, int] = field(default_factory=_nothing)
    instalments: Mapping[str, Instalment] = field(default_factory=_nothing)
    allocations: Mapping[str, Allocation] = field(default_factory=_nothing)
    engaged_cents: Mapping[str, int] = field(default_factory=_nothing)
    moved_cents: Mapping[PlanUnit, int] = field(default_factory=_nothing)
    dedicated: Mapping[int, Dedicated] = field(default_factory=_nothing)

    @property
    def allocated_cents(self) -> int:
        """What its allocations hold together."""
        return sum(a.amount_cents for a in self.allocations.values())

    @property
    def called_cents(self) -> int:
        """What was called from the funder, over all instalments."""
        return sum(i.called_cents for i in self.instalments.values())

    @property
    def dedicated_cents(self) -> int:
        """What is carried and not used yet."""
        return sum(d.carried_cents - d.used_cents for d in self.dedicated.values())

    def lines(self) -> tuple[str, ...]:
        """Names of the plan's expense lines, each once, in order."""
        return tuple(dict.fromkeys(p.line for p in self.plan if p.side == "expense"))

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


@dataclass(frozen=True)
class Expense:
    """State of `expense/<id>`: whether it was recorded. Nothing is summed to accept a fact."""

    recorded: bool = False


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return MappingProxyType({**mapping, key: value})


def _plus(mapping: Mapping[K, int], key: K, cents: int) -> Mapping[K, int]:
    return _with(mapping, key, mapping.get(key, 0) + cents)


def _signed(_before: Convention, event: ConventionSigned) -> Convention:
    return Convention(
        convention_id=event.convention_id,
        amount_cents=event.amount_cents,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        plan=event.plan,
        conditions=event.conditions,
        years=MappingProxyType({share.year: share.amount_cents for share in event.years}),
        instalments=MappingProxyType(
            {i.instalment_id: Instalment(i.instalment_kind, i.amount_cents) for i in event.instalments}
        ),
    )


def _called(state: Convention, event: InstalmentCalled) -> Convention:
    before = state.instalments.get(event.instalment_id, Instalment(event.instalment_kind))
    after = replace(before, called_cents=before.called_cents + event.amount_cents)
    return replace(state, instalments=_with(state.instalments, event.instalment_id, after))


def _received(state: Convention, event: InstalmentReceived) -> Convention:
    before = state.instalments.get(event.instalment_id, Instalment(event.instalment_kind))
    after = replace(before, received_cents=before.received_cents + event.amount_cents)
    return replace(state, instalments=_with(state.instalments, event.instalment_id, after))


def _allocated(state: Convention, event: FundsAllocated) -> Convention:
    allocation = Allocation(
        event.allocation_id,
        event.line,
        event.lieu_id,
        event.person_id,
        event.amount_cents,
        event.decision_id,
    )
    return replace(
        state,
        allocations=_with(state.allocations, event.allocation_id, allocation),
        engaged_cents=_plus(state.engaged_cents, event.decision_id, event.amount_cents),
    )


def _reallocated(state: Convention, event: FundsReallocated) -> Convention:
    allocations, moved_cents = state.allocations, state.moved_cents
    units = [_unit(state, event.from_allocation_id), _unit(state, event.to_allocation_id)]
    for allocation_id, cents in (
        (event.from_allocation_id, -event.amount_cents),
        (event.to_allocation_id, event.amount_cents),
    ):
        allocation = allocations.get(allocation_id)
        if allocation:
            allocation = replace(allocation, amount_cents=allocation.amount_cents + cents)
            allocations = _with(allocations, allocation_id, allocation)
    if not event.funder_approval and units[0] != units[1]:
        for unit, cents in zip(units, (-event.amount_cents, event.amount_cents), strict=True):
            moved_cents = _plus(moved_cents, unit, cents) if unit else moved_cents
    return replace(
        state,
        allocations=allocations,
        moved_cents=moved_cents,
        engaged_cents=_plus(state.engaged_cents, event.decision_id, event.amount_cents),
    )


def _unit(state: Convention, allocation_id: str) -> PlanUnit | None:
    allocation = state.allocations.get(allocation_id)
    return state.unit_of(allocation) if allocation else None


def _dedicated(state: Convention, event: DedicatedFundsRecorded) -> Convention:
    before = state.dedicated.get(event.fiscal_year, Dedicated())
    if event.movement == "carried":
        after = replace(before, carried_cents=before.carried_cents + event.amount_cents)
    else:
        after = replace(before, used_cents=before.used_cents + event.amount_cents)
    return replace(state, dedicated=_with(state.dedicated, event.fiscal_year, after))


_EVOLVE: dict[type[Event], Callable[[Convention, Any], Convention]] = {
    ConventionSigned: _signed,
    InstalmentCalled: _called,
    InstalmentReceived: _received,
    FundsAllocated: _allocated,
    FundsReallocated: _reallocated,
    DedicatedFundsRecorded: _dedicated,
}


def evolve_convention(state: Convention, event: Event) -> Convention:
    """The convention after one more event."""
    return _EVOLVE[type(event)](state, event)
