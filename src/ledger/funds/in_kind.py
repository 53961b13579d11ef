"""Contributions without money, and how they are valued. Pure.

Valuing them is optional; whoever does says how much, at what rate and by which method.
"""

from datetime import date
from typing import ClassVar

from ledger.funds.events import InKindNature, InKindRecorded
from ledger.funds.shared import Decide, decider, given
from ledger.funds.sharing import round_half_up
from ledger.kernel.errors import UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    Cents,
    Day,
    Lieu,
    NewInKind,
    Organisation,
    Sha256,
    SoleConvention,
    Text,
    Thousandths,
    Word,
)
from ledger.language.catalogue import N_

ACCOUNTS: dict[InKindNature, str] = {
    "volunteering": "864/875",
    "goods": "860/870",
    "premises": "861/871",
    "secondment": "862/871",
}
"""Charge and product of each nature, as the accounting plan for associations has them since 2020."""


class RecordInKind(Command):
    """Value a contribution without money: volunteering, goods, premises, people made available."""

    ACT: ClassVar[str] = "record-in-kind"

    id: NewInKind = None
    convention: SoleConvention = None
    nature: InKindNature
    label: Text | None = None
    lieu: Lieu | None = None
    organisation: Organisation | None = None
    quantity_milli: Thousandths | None = None
    unit: Word | None = None
    rate_cents: Cents | None = None
    rent_cents: Cents | None = None
    """What was paid all the same, such as a moderate rent: the rest is given."""

    value_cents: Cents | None = None
    """Needed without a quantity and a rate."""

    method: Text
    account: Word | None = None
    from_: Day | None = None
    until: Day | None = None
    document: Sha256 | None = None

    def covers(self) -> tuple[date, date] | None:
        return (self.from_ or self.until, self.until) if self.until else None


def _record(command: RecordInKind, _facts: Facts, _on: date) -> Event:
    if command.until and command.from_ and command.until < command.from_:
        raise UsageError(
            N_("It would end on {last}, before it starts on {first}."),
            N_("check the two dates"),
            first=command.from_,
            last=command.until,
        )
    return InKindRecorded(
        in_kind_id=given(command.id),
        nature=command.nature,
        label=command.label,
        convention_id=command.convention,
        lieu_id=command.lieu,
        organisation_id=command.organisation,
        quantity_milli=command.quantity_milli,
        unit=command.unit,
        rate_cents=command.rate_cents,
        rent_cents=command.rent_cents,
        method=command.method,
        value_cents=_value_cents(command),
        account=command.account or ACCOUNTS[command.nature],
        document_sha256=command.document,
    )


def _value_cents(command: RecordInKind) -> int:
    """Quantity × rate, less what was paid; a value that is said must be that."""
    worth_cents = command.value_cents
    if command.quantity_milli is not None and command.rate_cents is not None:
        full_cents = round_half_up(command.quantity_milli * command.rate_cents, 1000)
        worth_cents = full_cents - (command.rent_cents or 0)
        if command.value_cents not in (None, worth_cents):
            raise UsageError(
                N_("The quantity at that rate is worth {worth_cents}, not {value_cents}."),
                N_("leave the value out, or check the quantity and the rate"),
                worth_cents=worth_cents,
                value_cents=command.value_cents,
            )
    if worth_cents is None:
        raise UsageError(N_("What is it worth?"), N_("say its value, or a quantity and the rate of a unit"))
    if worth_cents <= 0:
        raise UsageError(
            N_("An amount of money must be more than zero."), N_("leave it out when there is none")
        )
    return worth_cents


_DECIDE: dict[type[Command], Decide] = {RecordInKind: _record}

decide = decider(_DECIDE)
