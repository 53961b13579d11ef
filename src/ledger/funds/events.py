"""Facts about public money. Append-only for ever.

`convention/<id>` holds the plan, instalments, allocations and dedicated funds: what one rule sums.
Each expense is a stream of its own, `expense/<id>`: nothing is summed to accept it, for a fact is
never refused.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ledger.kernel.messages import Event
from ledger.kernel.values import BasisPoints, Cents, Id, PlannedInstalmentId, Sealed, Text, Word

InstalmentKind = Literal["advance", "interim", "balance"]
EvidenceKind = Literal[
    "invoice", "proof_of_payment", "timesheet", "payslip", "minutes", "convention", "other"
]


class _ConventionEvent(Event):
    convention_id: Id

    def stream(self) -> str:
        return f"convention/{self.convention_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,)


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PlanLine(_Part):
    """A line of the financing plan; `line` is its short name, shared by its lieux (`lieux`)."""

    line: Word
    label: Text
    amount_cents: Cents
    account: Word | None = None
    side: Literal["expense", "income"] = "expense"
    nature: Literal["direct", "indirect", "in_kind"] = "direct"
    lieu_id: Id | None = None
    funder_id: Id | None = None
    year: int | None = None


class YearShare(_Part):
    """What the convention grants for one calendar year."""

    year: int
    amount_cents: Cents


class PlannedInstalment(_Part):
    """A payment that the convention foresees. `share_bp` is of that year's amount."""

    instalment_id: PlannedInstalmentId
    instalment_kind: InstalmentKind
    year: int
    amount_cents: Cents
    due_on: date | None = None
    clause: Text | None = None


class Conditions(_Part):
    """What the funder asks; absent means that the convention is silent on it."""

    eligible_from: date | None = None
    eligible_until: date | None = None
    tolerance_bp: BasisPoints | None = None
    """How far a line may move without the funder's word."""

    max_public_bp: BasisPoints | None = None
    regrant_to: tuple[Id, ...] = ()
    report_due_months: int | None = None
    """Months after the end of each year by which its report is due."""


class ConventionSigned(_ConventionEvent):
    TOPIC: ClassVar[str] = "convention.signed.v1"

    title: Text
    funders: tuple[Id, ...]
    carrier_id: Id
    """The organisation that signs for the consortium and answers for the money."""

    amount_cents: Cents
    starts_on: date
    ends_on: date
    award: Word | None = None
    """Reference of the funder's act behind the grant."""

    decision_id: Id | None = None
    years: tuple[YearShare, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    instalments: tuple[PlannedInstalment, ...] = ()
    conditions: Conditions = Conditions()
    document_sha256: str | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (
            ("convention", self.convention_id),
            *(("instalment", i.instalment_id) for i in self.instalments),
        )


class InstalmentCalled(_ConventionEvent):
    """The carrier asks for the money; `planned` is False when the convention did not foresee it."""

    TOPIC: ClassVar[str] = "instalment.called.v1"

    instalment_id: Id
    instalment_kind: InstalmentKind
    amount_cents: Cents
    planned: bool = True

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return () if self.planned else (("instalment", self.instalment_id),)


class InstalmentReceived(_ConventionEvent):
    """Money on the carrier's account: a fact, partial or unannounced as it may be."""

    TOPIC: ClassVar[str] = "instalment.received.v1"

    instalment_id: Id
    instalment_kind: InstalmentKind
    amount_cents: Cents
    bank_reference: Word | None = None
    evidence_sha256: str | None = None
    planned: bool = True

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return () if self.planned else (("instalment", self.instalment_id),)


class FundsAllocated(_ConventionEvent):
    """Money that a decision sets aside: an envelope the carrier pays from, or a transfer."""

    TOPIC: ClassVar[str] = "funds.allocated.v1"

    allocation_id: Id
    line: Word
    lieu_id: Id | None = None
    person_id: Id | None = None
    amount_cents: Cents
    decision_id: Id
    mode: Literal["envelope", "transfer"] = "envelope"

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("allocation", self.allocation_id),)


class FundsReallocated(_ConventionEvent):
    TOPIC: ClassVar[str] = "funds.reallocated.v1"

    from_allocation_id: Id
    to_allocation_id: Id
    amount_cents: Cents
    decision_id: Id
    funder_approval: Word | None = None


class DedicatedFundsRecorded(_ConventionEvent):
    """The part of a year's grant not spent at its end: carried, or an earlier carried part now used.

    The grant is acquired when it is signed, whether paid or not: a carrier may have advanced money
    and still owe the actions the rest of the year's grant (ANC 2018-06, art. 132-1).
    """

    TOPIC: ClassVar[str] = "dedicated_funds.recorded.v1"

    fiscal_year: int
    movement: Literal["carried", "used"]
    amount_cents: Cents


class EvidenceRef(_Part):
    """A receipt by its SHA-256 and what it proves."""

    sha256: str
    evidence_kind: EvidenceKind


class ExpenseRecorded(Event):
    """A payment made. Convention, allocation, line and decision are what is known of its ground."""

    TOPIC: ClassVar[str] = "expense.recorded.v1"

    expense_id: Id
    amount_cents: Cents
    label: Text
    convention_id: Id | None = None
    allocation_id: Id | None = None
    line: Word | None = None
    lieu_id: Id | None = None
    decision_id: Id | None = None
    account: Word | None = None
    supplier_id: Id | None = None
    payee: Sealed | None = None
    evidence: tuple[EvidenceRef, ...] = ()

    def stream(self) -> str:
        return f"expense/{self.expense_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("expense", self.expense_id),)


EVENTS: tuple[type[Event], ...] = (
    ConventionSigned,
    InstalmentCalled,
    InstalmentReceived,
    FundsAllocated,
    FundsReallocated,
    DedicatedFundsRecorded,
    ExpenseRecorded,
)
