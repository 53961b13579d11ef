"""Money promised within an allocation: engaged with a supplier, passed on, given back to the funder. Pure.

What we intend is held to the allocation and to the convention; what the bank statement shows is recorded,
and says which rule it went against.
"""

from datetime import date
from typing import ClassVar

from ledger.funds.events import EvidenceRef, FundsCommitted, FundsTransferred, TransferBasis
from ledger.funds.room import Used, used
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
    running,
)
from ledger.funds.state import Convention as State
from ledger.funds.state import Transfer, evolve_convention
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    Allocation,
    Cents,
    Commitment,
    Day,
    Decision,
    Id,
    NewCommitment,
    NewTransfer,
    Organisation,
    Text,
    Word,
)
from ledger.language.catalogue import N_


class CommitFunds(Command):
    """Engage money of an allocation with a supplier, before it is paid: an order, a quote accepted."""

    ACT: ClassVar[str] = "commit-funds"

    id: NewCommitment = None
    allocation: Allocation
    amount_cents: Cents
    label: Text
    supplier: Organisation | None = None

    def reads(self) -> tuple[str, ...]:
        return (ALL_CONVENTIONS, *expenses_of(self.allocation))


class ReleaseFunds(Command):
    """Engage money no more, whole or in part: an order cancelled, or paid for less."""

    ACT: ClassVar[str] = "release-funds"

    commitment: Commitment
    amount_cents: Cents | None = None
    """Left out, all that is still engaged."""

    reason: Text | None = None

    def reads(self) -> tuple[str, ...]:
        return (ALL_CONVENTIONS,)


class TransferFunds(AboutConvention):
    """Plan to pass money on or give it back; with its day of payment or a proof, it has happened."""

    ACT: ClassVar[str] = "transfer-funds"

    id: NewTransfer = None
    to: Id | None = None
    """Left out, the funder when money is given back, or who was planned."""

    kind: TransferBasis | None = None
    amount_cents: Cents | None = None
    allocation: Allocation | None = None
    decision: Decision | None = None
    paid: Day | None = None
    bank_reference: Word | None = None
    evidence: tuple[EvidenceRef, ...] = ()

    def reads(self) -> tuple[str, ...]:
        return (*super().reads(), *expenses_of(self.allocation), *decision_stream(self.decision))

    def covers(self) -> tuple[date, date] | None:
        return (self.paid, self.paid) if self.paid else None


# -- commitments ----------------------------------------------------------------------------------


def _commit(command: CommitFunds, facts: Facts, _on: date) -> Event:
    state = next((c for c in conventions(facts) if command.allocation in c.allocations), State())
    allocation = allocation_of(state, command.allocation)
    running(state)
    event = FundsCommitted(
        convention_id=given(state.convention_id),
        commitment_id=given(command.id),
        allocation_id=allocation.allocation_id,
        amount_cents=command.amount_cents,
        label=command.label,
        supplier_id=command.supplier,
    )
    before = used(state, allocation.allocation_id, facts)
    after = used(evolve_convention(state, event), allocation.allocation_id, facts)
    _check_room(state, allocation.allocation_id, before, after)
    return event


def _check_room(state: State, allocation_id: str, before: Used, after: Used) -> None:
    """What is promised out of an allocation stays within it: no euro is engaged twice."""
    held_cents = state.allocations[allocation_id].amount_cents
    if after.total_cents() > max(held_cents, before.total_cents()):
        raise Refused(
            "R10",
            N_("{allocation} holds {held_cents}; {total_cents} would be spent, engaged or passed on."),
            N_("at most {left_cents} remain; release a commitment, or allocate more by a decision"),
            allocation=allocation_id,
            held_cents=held_cents,
            total_cents=after.total_cents(),
            left_cents=max(0, held_cents - before.total_cents()),
        )


def _release(command: ReleaseFunds, facts: Facts, _on: date) -> Event:
    state = next((c for c in conventions(facts) if command.commitment in c.commitments), State())
    commitment = state.commitments[command.commitment]
    amount_cents = commitment.amount_cents if command.amount_cents is None else command.amount_cents
    if amount_cents > commitment.amount_cents or amount_cents == 0:
        raise Refused(
            "R10",
            N_("{held_cents} are still engaged under {commitment}: no more can be released."),
            held_cents=commitment.amount_cents,
            commitment=command.commitment,
        )
    return FundsCommitted(
        convention_id=given(state.convention_id),
        commitment_id=command.commitment,
        allocation_id=commitment.allocation_id,
        amount_cents=-amount_cents,
        label=command.reason,
        supplier_id=commitment.supplier_id,
        opens=False,
    )


# -- transfers ------------------------------------------------------------------------------------


def _transfer(command: TransferFunds, facts: Facts, on: date) -> Event:
    state = convention_of(
        command, facts, lambda c: command.id in c.transfers or command.allocation in c.allocations
    )
    transfer_id, known = given(command.id), state.transfers.get(given(command.id))
    transfer = _completed(command, known, state)
    if known and (known.paid or not transfer.paid):
        raise Refused(
            "DUPLICATE",
            N_("The transfer {id} is recorded already."),
            N_("when it is paid, give its day: paid, payé"),
            id=transfer_id,
        )
    if transfer.allocation_id:
        allocation_of(state, transfer.allocation_id)
    decision_id = transfer.decision_id
    try:
        decision_id = _allowed(transfer, known, state, facts, on)
        despite = None
    except Refused as refusal:
        if not transfer.paid:
            raise
        despite = refusal.rule
    return FundsTransferred(
        convention_id=given(state.convention_id),
        transfer_id=transfer_id,
        to_id=transfer.to_id,
        basis=transfer.basis,
        amount_cents=transfer.amount_cents,
        paid=transfer.paid,
        announced=known is not None,
        allocation_id=transfer.allocation_id,
        decision_id=decision_id,
        bank_reference=command.bank_reference,
        evidence=tuple(dict.fromkeys(command.evidence)),
        despite=despite,
    )


def _completed(command: TransferFunds, known: Transfer | None, state: State) -> Transfer:
    """The transfer as the command says it, completed by what was planned of it."""
    basis = command.kind or (known.basis if known else None)
    if basis is None:
        raise UsageError(
            N_("Why does the money move on?"),
            N_("say it: kind, genre (invoice, regrant, reimbursement, returned)"),
        )
    amount_cents = command.amount_cents or (known.amount_cents if known else 0)
    if not amount_cents:
        raise UsageError(N_("How much is transferred?"), N_("say the amount: amount, montant"))
    to = command.to or (known.to_id if known else None) or _only_funder(basis, state)
    return Transfer(
        to,
        basis,
        amount_cents,
        paid=bool(command.paid or command.evidence or command.bank_reference),
        allocation_id=command.allocation or (known.allocation_id if known else None),
        decision_id=command.decision or (known.decision_id if known else None),
    )


def _only_funder(basis: TransferBasis, state: State) -> str:
    if basis != "returned" or len(state.funders) != 1:
        raise UsageError(N_("To whom does the money go?"), N_("name the organisation: to, vers"))
    return state.funders[0]


def _allowed(transfer: Transfer, known: Transfer | None, state: State, facts: Facts, on: date) -> str | None:
    """The decision behind a transfer that the convention and the allocation allow.

    Raises:
        Refused: R9, R10, R7 for want of a decision, or R12 when the convention has ended.
    """
    if transfer.basis == "returned":
        return transfer.decision_id
    running(state)
    if transfer.basis == "regrant" and transfer.to_id not in state.conditions.regrant_to:
        raise Refused(
            "R9",
            N_("The convention {convention} does not let {organisation} receive a part of the grant."),
            N_("ask the funder for an amendment that names it (regrant_to), or pay against an invoice"),
            convention=state.convention_id,
            organisation=transfer.to_id,
        )
    if transfer.allocation_id:
        before = used(state, transfer.allocation_id, facts)
        more_cents = transfer.amount_cents - (known.amount_cents if known else 0)
        after = before._replace(passed_on_cents=before.passed_on_cents + more_cents)
        _check_room(state, transfer.allocation_id, before, after)
        return transfer.decision_id or state.allocations[transfer.allocation_id].decision_id
    return in_force("R7", transfer.decision_id, facts, on)[0]


_DECIDE: dict[type[Command], Decide] = {
    CommitFunds: _commit,
    ReleaseFunds: _release,
    TransferFunds: _transfer,
}

decide = decider(_DECIDE)
