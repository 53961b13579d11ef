"""The instalments of a convention, asked for and received, and what a year leaves over. Pure.

What we ask for is refused beyond the grant; what came in is recorded as it came.
"""

from datetime import date
from typing import ClassVar, Literal

from ledger.funds.events import (
    DedicatedFundsRecorded,
    InstalmentCalled,
    InstalmentKind,
    InstalmentReceived,
)
from ledger.funds.shared import (
    AboutConvention,
    Decide,
    convention_of,
    conventions,
    decider,
    given,
    no_such,
    running,
)
from ledger.funds.state import Convention as State
from ledger.funds.state import (
    Dedicated,
)
from ledger.funds.state import Instalment as InstalmentState
from ledger.kernel.errors import Refused
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Cents,
    Instalment,
    Organisation,
    Sha256,
    Word,
)
from ledger.language.catalogue import N_


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


class RecordDedicatedFunds(AboutConvention):
    """Record what a year's grant left unspent at its end, or the later use of it."""

    ACT: ClassVar[str] = "record-dedicated-funds"

    year: int
    movement: Literal["carried", "used"] = "carried"
    amount_cents: Cents


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


# -- dedicated funds --------------------------------------------------------------------------------


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


DECIDE: dict[type[Command], Decide] = {
    CallInstalment: _call,
    ReceiveInstalment: _receive,
    RecordDedicatedFunds: _dedicate,
}

decide = decider(DECIDE)
