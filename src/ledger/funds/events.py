"""Facts about public money. Append-only for ever.

`convention/<id>` holds what one rule sums: the plan and its amendments, instalments, allocations,
commitments, transfers, reports and dedicated funds. Calls, applications, contributions in kind and money
that came without a convention are streams of their own, and so is each expense: nothing is summed to
accept a fact, for a fact is never refused.

`despite` names the rule that a fact went against when it was recorded: it happened all the same.
"""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ledger.kernel.messages import Event
from ledger.kernel.values import (
    Allocation,
    BasisPoints,
    Cents,
    Convention,
    Id,
    PlannedInstalmentId,
    Sealed,
    ShortName,
    SignedCents,
    Text,
    Thousandths,
    Word,
)

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
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


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


NO_CONDITIONS = Conditions.model_construct()
"""The convention says nothing. Not validated: pydantic would build the model at every start."""


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

    application_id: Id | None = None
    """The application that the funder answered with this grant."""

    signatory_id: Id | None = None
    """The person who signed for the carrier: its legal representative."""

    decision_id: Id | None = None
    years: tuple[YearShare, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    instalments: tuple[PlannedInstalment, ...] = ()
    conditions: Conditions = NO_CONDITIONS
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


class InstalmentReceived(Event):
    """Money on the carrier's account: a fact, partial, unannounced or without a convention as it may be."""

    TOPIC: ClassVar[str] = "instalment.received.v1"

    convention_id: Id | None = None
    """Absent when the money came before any convention, or without one."""

    funder_id: Id | None = None
    """Who paid, when no convention says it, or when several fund it."""

    instalment_id: Id
    instalment_kind: InstalmentKind
    amount_cents: Cents
    bank_reference: Word | None = None
    evidence_sha256: str | None = None
    planned: bool = True

    def stream(self) -> str:
        return (
            f"convention/{self.convention_id}" if self.convention_id else f"instalment/{self.instalment_id}"
        )

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()

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
    """Money moved to another allocation; to none, it is free to be allocated again."""

    TOPIC: ClassVar[str] = "funds.reallocated.v1"

    from_allocation_id: Id
    to_allocation_id: Id | None = None
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


class ExpenseShare(_Part):
    """The part of a payment that one convention bears."""

    convention_id: Convention
    share_bp: BasisPoints
    allocation_id: Allocation | None = None
    line: Word | None = None


class ExpenseRecorded(Event):
    """A payment made. Convention, allocation, line and decision are what is known of its ground.

    With `shares` several conventions bear it, each its part; `convention_id` is then the first of them.
    """

    TOPIC: ClassVar[str] = "expense.recorded.v1"

    expense_id: Id
    amount_cents: Cents
    label: Text
    convention_id: Id | None = None
    allocation_id: Id | None = None
    commitment_id: Id | None = None
    line: Word | None = None
    lieu_id: Id | None = None
    decision_id: Id | None = None
    account: Word | None = None
    supplier_id: Id | None = None
    payee: Sealed | None = None
    shares: tuple[ExpenseShare, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()

    def stream(self) -> str:
        return f"expense/{self.expense_id}"

    def scope(self) -> tuple[str, ...]:
        if self.shares:
            return tuple(dict.fromkeys(share.convention_id for share in self.shares))
        return (self.convention_id,) if self.convention_id else ()

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("expense", self.expense_id),)


class ExpenseDisallowed(Event):
    """The funder does not accept a payment, or a part of it: its letter is a fact."""

    TOPIC: ClassVar[str] = "expense.disallowed.v1"

    expense_id: Id
    convention_id: Id
    amount_cents: Cents
    funder_id: Id | None = None
    reason: Text
    document_sha256: str | None = None

    def stream(self) -> str:
        return f"expense/{self.expense_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,)


class ConventionAmended(_ConventionEvent):
    """An amendment: what it leaves out stays as it was; a plan or years replace those before."""

    TOPIC: ClassVar[str] = "convention.amended.v1"

    amendment: Word
    """Its number or name, once in a convention."""

    reason: Text
    title: Text | None = None
    amount_cents: Cents | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    years: tuple[YearShare, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    instalments: tuple[PlannedInstalment, ...] = ()
    """Added, or planned anew under the same id."""

    new_instalments: tuple[Id, ...] = ()
    conditions: Conditions | None = None
    """Those that it changes."""

    decision_id: Id | None = None
    document_sha256: str | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return tuple(("instalment", name) for name in self.new_instalments)


class ConventionEnded(_ConventionEvent):
    """Closed when every euro is accounted for; terminated when one side stops it before."""

    TOPIC: ClassVar[str] = "convention.ended.v1"

    how: Literal["closed", "terminated"]
    reason: Text | None = None
    decision_id: Id | None = None
    document_sha256: str | None = None


class FundsCommitted(_ConventionEvent):
    """Money engaged with a supplier, within an allocation; negative, it is engaged no more."""

    TOPIC: ClassVar[str] = "funds.committed.v1"

    commitment_id: Id
    allocation_id: Id
    amount_cents: SignedCents
    label: Text | None = None
    supplier_id: Id | None = None
    opens: bool = True
    """False for what changes a commitment made before."""

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("commitment", self.commitment_id),) if self.opens else ()


class ConventionPublished(_ConventionEvent):
    """The essential data of the grant were made public, by the funder or by the carrier."""

    TOPIC: ClassVar[str] = "convention.published.v1"

    channel: Word
    url: Word | None = None


TransferBasis = Literal["invoice", "regrant", "reimbursement", "returned"]


class FundsTransferred(_ConventionEvent):
    """Money that the carrier passes on, or gives back to the funder: planned, then seen on the account."""

    TOPIC: ClassVar[str] = "funds.transferred.v1"

    transfer_id: Id
    to_id: Id
    basis: TransferBasis
    amount_cents: Cents
    paid: bool = False
    announced: bool = False
    """It was planned before, under the same id."""

    allocation_id: Id | None = None
    decision_id: Id | None = None
    bank_reference: Word | None = None
    evidence: tuple[EvidenceRef, ...] = ()
    despite: Word | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return () if self.announced else (("transfer", self.transfer_id),)


InKindNature = Literal["volunteering", "goods", "premises", "secondment"]


class InKindRecorded(Event):
    """A contribution without money, with how it was valued. `rent_cents` is what was paid all the same."""

    TOPIC: ClassVar[str] = "in_kind.recorded.v1"

    in_kind_id: Id
    nature: InKindNature
    label: Text | None = None
    convention_id: Id | None = None
    lieu_id: Id | None = None
    organisation_id: Id | None = None
    quantity_milli: Thousandths | None = None
    unit: Word | None = None
    rate_cents: Cents | None = None
    rent_cents: Cents | None = None
    method: Text
    value_cents: Cents
    account: Word
    """The pair of accounts, charge and product: `864/875`."""

    document_sha256: str | None = None

    def stream(self) -> str:
        return f"in_kind/{self.in_kind_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("in_kind", self.in_kind_id),)


class ReportFiled(_ConventionEvent):
    """A report given to the funder, on a year or on the whole."""

    TOPIC: ClassVar[str] = "report.filed.v1"

    report_id: Id
    report_kind: Literal["financial", "activity", "final"]
    fiscal_year: int | None = None
    covers_until: date
    """The last day that it speaks of."""

    document_sha256: str | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("report", self.report_id),)


class ReportAnswered(_ConventionEvent):
    TOPIC: ClassVar[str] = "report.answered.v1"

    report_id: Id
    answer: Literal["accepted", "refused", "incomplete"]
    reason: Text | None = None
    document_sha256: str | None = None


class Criterion(_Part):
    """A condition of a call, by its short name."""

    criterion: ShortName
    label: Text


class CallOpened(Event):
    """A funder calls for interest or for projects."""

    TOPIC: ClassVar[str] = "call.opened.v1"

    call_id: Id
    title: Text
    funder_id: Id
    call_kind: Literal["call_for_interest", "call_for_projects"]
    criteria: tuple[Criterion, ...] = ()
    ceiling_cents: Cents | None = None
    closes_on: date | None = None
    requires_call_id: Id | None = None
    """The call to which an applicant must have been found eligible first."""

    url: Word | None = None

    def stream(self) -> str:
        return f"call/{self.call_id}"

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("call", self.call_id),)


class ApplicationFiled(Event):
    """An application to a funder, with the plan that it proposes."""

    TOPIC: ClassVar[str] = "application.filed.v1"

    application_id: Id
    title: Text
    call_id: Id | None = None
    funder_id: Id
    applicant_id: Id
    lieu_id: Id | None = None
    requested_cents: Cents | None = None
    plan: tuple[PlanLine, ...] = ()
    decision_id: Id | None = None
    document_sha256: str | None = None
    despite: Word | None = None

    def stream(self) -> str:
        return f"application/{self.application_id}"

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("application", self.application_id),)


class CriterionResult(_Part):
    """Whether an application meets a criterion of its call."""

    criterion: ShortName
    met: bool


class ApplicationAnswered(Event):
    """The funder's answer: criteria assessed, then money awarded or refused. The last answer holds."""

    TOPIC: ClassVar[str] = "application.answered.v1"

    application_id: Id
    answer: Literal["awarded", "refused"]
    awarded_cents: Cents | None = None
    award: Word | None = None
    reason: Text | None = None
    criteria: tuple[CriterionResult, ...] = ()
    assessor_id: Id | None = None
    document_sha256: str | None = None

    def stream(self) -> str:
        return f"application/{self.application_id}"


EVENTS: tuple[type[Event], ...] = (
    ConventionSigned,
    InstalmentCalled,
    InstalmentReceived,
    FundsAllocated,
    FundsReallocated,
    DedicatedFundsRecorded,
    ExpenseRecorded,
    ExpenseDisallowed,
    ConventionAmended,
    ConventionEnded,
    ConventionPublished,
    FundsCommitted,
    FundsTransferred,
    InKindRecorded,
    ReportFiled,
    ReportAnswered,
    CallOpened,
    ApplicationFiled,
    ApplicationAnswered,
)
