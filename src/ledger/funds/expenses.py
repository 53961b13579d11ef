"""Expenses: a payment made, with its ground as far as it is known, and what a funder does not accept. Pure."""

from datetime import date
from typing import ClassVar, NamedTuple

from ledger.funds.events import EvidenceRef, ExpenseDisallowed, ExpenseRecorded, ExpenseShare
from ledger.funds.shared import ALL_CONVENTIONS, AboutConvention, Decide, conventions, decider, given
from ledger.funds.state import Allocation as Allocated
from ledger.funds.state import Convention as State
from ledger.funds.state import Expense
from ledger.kernel.errors import UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Allocation,
    Cents,
    Commitment,
    Convention,
    Day,
    Decision,
    Lieu,
    NewExpense,
    Organisation,
    Private,
    Sealed,
    Sha256,
    Text,
    Word,
)
from ledger.kernel.values import Expense as ExpenseId
from ledger.language.catalogue import N_


class RecordExpense(AboutConvention):
    """Record a payment made, with its receipt and proof of payment. A payment is never refused."""

    ACT: ClassVar[str] = "record-expense"

    id: NewExpense = None
    amount_cents: Cents
    label: Text
    paid: Day | None = None
    allocation: Allocation | None = None
    commitment: Commitment | None = None
    line: Word | None = None
    lieu: Lieu | None = None
    decision: Decision | None = None
    account: Word | None = None
    supplier: Organisation | None = None
    payee: Private | None = None
    shares: tuple[ExpenseShare, ...] = ()
    """What each convention bears, when several do."""

    evidence: tuple[EvidenceRef, ...] = ()

    def reads(self) -> tuple[str, ...]:
        if self.allocation or self.commitment or self.shares:
            return (ALL_CONVENTIONS,)
        return super().reads() if self.convention else ()

    def covers(self) -> tuple[date, date] | None:
        return (self.paid, self.paid) if self.paid else None


class DisallowExpense(Command):
    """Record that the funder did not accept an expense, or a part of it, and why."""

    ACT: ClassVar[str] = "disallow-expense"

    expense: ExpenseId
    convention: Convention | None = None
    """Needed when several bear the expense."""

    amount_cents: Cents | None = None
    """Left out, all that the convention bears of it."""

    funder: Organisation | None = None
    reason: Text
    document: Sha256 | None = None

    def reads(self) -> tuple[str, ...]:
        return (f"expense/{self.expense}", *((f"convention/{self.convention}",) if self.convention else ()))


class _Ground(NamedTuple):
    """What an expense stands on, as far as it is known."""

    convention_id: str | None
    allocation_id: str | None
    line: str | None
    lieu_id: str | None
    decision_id: str | None


def _spend(command: RecordExpense, facts: Facts, _on: date) -> Event:
    shares = _shares(command, facts)
    if shares:
        command = command.model_copy(update=_first(shares, command))
    _check_commitment(command, facts)
    ground = _ground(command, facts)
    return ExpenseRecorded(
        expense_id=given(command.id),
        amount_cents=command.amount_cents,
        label=command.label,
        convention_id=ground.convention_id,
        allocation_id=ground.allocation_id,
        commitment_id=command.commitment,
        line=ground.line,
        lieu_id=ground.lieu_id,
        decision_id=ground.decision_id,
        account=command.account,
        supplier_id=command.supplier,
        payee=command.payee if isinstance(command.payee, Sealed) else None,
        shares=shares,
        evidence=tuple(dict.fromkeys(command.evidence)),
    )


def _check_commitment(command: RecordExpense, facts: Facts) -> None:
    """An order is paid by the allocation that holds it."""
    for state in conventions(facts):
        held = state.commitments.get(command.commitment or "")
        if held and command.allocation not in (None, held.allocation_id):
            raise UsageError(
                N_("{commitment} is engaged within {held}, not within {allocation}."),
                N_("leave one of the two out"),
                commitment=command.commitment,
                held=held.allocation_id,
                allocation=command.allocation,
            )


def _ground(command: RecordExpense, facts: Facts) -> _Ground:
    """What the command says, completed by its allocation when there is one and only one."""
    state = next((c for c in conventions(facts) if _concerns(c, command)), None)
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


def _first(shares: tuple[ExpenseShare, ...], command: RecordExpense) -> dict[str, str | None]:
    """The expense stands first where its first share does."""
    first = shares[0]
    return {
        "convention": first.convention_id,
        "allocation": first.allocation_id,
        "line": first.line or command.line,
    }


def _shares(command: RecordExpense, facts: Facts) -> tuple[ExpenseShare, ...]:
    """The shares, each with its line and allocation as far as they are known.

    More than the whole may be claimed: it happens, it is a fact, and the trail shows it.
    """
    found: list[ExpenseShare] = []
    for share in command.shares:
        if any(share.convention_id == other.convention_id for other in found):
            raise UsageError(
                N_("The convention {convention} bears the expense twice."),
                N_("give each convention one share"),
                convention=share.convention_id,
            )
        if share.share_bp == 0:
            raise UsageError(N_("A share is more than nothing."))
        found.append(_grounded(share, command, facts))
    return tuple(found)


def _grounded(share: ExpenseShare, command: RecordExpense, facts: Facts) -> ExpenseShare:
    state = facts.states.get(f"convention/{share.convention_id}")
    if not isinstance(state, State) or not state.convention_id:
        return share
    said = {
        "convention": share.convention_id,
        "allocation": share.allocation_id,
        "commitment": None,
        "line": share.line or command.line,
    }
    charged = command.model_copy(update=said)
    line = state.line(charged.line) or charged.line if charged.line else None
    allocation = _charged(charged, line, state)
    return ExpenseShare(
        convention_id=share.convention_id,
        share_bp=share.share_bp,
        allocation_id=allocation.allocation_id if allocation else None,
        line=line or (allocation.line if allocation else None),
    )


def _concerns(state: State, command: RecordExpense) -> bool:
    if command.convention:
        return state.convention_id == command.convention
    if command.commitment in state.commitments:
        return True
    return command.allocation is not None and command.allocation in state.allocations


def _charged(command: RecordExpense, line: str | None, state: State) -> Allocated | None:
    """The allocation that pays: the one named, or the only one that fits what was said.

    A shared envelope (an allocation to no lieu) fits any lieu when that lieu has none of its own.
    """
    if command.commitment and not command.allocation and command.commitment in state.commitments:
        return state.allocations.get(state.commitments[command.commitment].allocation_id)
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


# -- what a funder does not accept ----------------------------------------------------------------


def _disallow(command: DisallowExpense, facts: Facts, _on: date) -> Event:
    state: Expense = facts.states[f"expense/{command.expense}"]
    convention_id = command.convention or _only_bearer(command, state)
    left_cents = state.eligible_cents(convention_id)
    amount_cents = left_cents if command.amount_cents is None else command.amount_cents
    if amount_cents == 0 or amount_cents > left_cents:
        raise UsageError(
            N_("{convention} bears {left_cents} of {expense}: no more can be disallowed."),
            N_("check the amount in the funder's letter"),
            convention=convention_id,
            left_cents=left_cents,
            expense=command.expense,
        )
    return ExpenseDisallowed(
        expense_id=command.expense,
        convention_id=convention_id,
        amount_cents=amount_cents,
        funder_id=command.funder,
        reason=command.reason,
        document_sha256=command.document,
    )


def _only_bearer(command: DisallowExpense, state: Expense) -> str:
    if len(state.borne_cents) != 1:
        raise UsageError(
            N_("Which convention is it about?"),
            N_("one of: {names}") if state.borne_cents else N_("{expense} is charged to no convention"),
            names=list(state.borne_cents),
            expense=command.expense,
        )
    return next(iter(state.borne_cents))


_DECIDE: dict[type[Command], Decide] = {RecordExpense: _spend, DisallowExpense: _disallow}

decide = decider(_DECIDE)
