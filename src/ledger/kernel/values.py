"""The scalar types of commands and events, and what each one means to a reader or a parser.

A type carries an `As` mark. The exchange room reads the mark to turn a member's words into the
value ("1 200 €" into 120000 cents); the documentation and the JSON Schema read the same mark.
"""

import re
from datetime import date
from typing import Annotated, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ledger.kernel.spelling import nfc

MAX_CENTS = 10**13  # a hundred billion euros: beyond it, a slip of the hand
MAX_MINUTES = 10**7


class As(NamedTuple):
    """What a field holds: `money`, `duration`, `day`, `ref`, `person`, `handle`, `text`, `word`, `sha256`,
    `count`, `share`, `quantity`.

    Args:
        what: the meaning, from the list above.
        noun: for `ref`, the kind of thing referred to (`lieu`, `decision`…); `any` for all.
        new: the field names something that this very command creates.
        sole: when left out and the ledger holds exactly one such thing, it is meant.
        private: the text is about people; it goes to the vault and never to the log.
    """

    what: str
    noun: str = ""
    new: bool = False
    sole: bool = False
    private: bool = False


_NOT_IN_IDS = re.compile(r"""[\s/#,;|{}\[\]"']""")


def _identifier(text: str) -> str:
    text = nfc(text)
    if not text or len(text) > 80 or _NOT_IN_IDS.search(text):
        raise ValueError("an id has no space, slash, comma or quote, and at most 80 characters")
    return text


class Sealed(BaseModel):
    """A text that lives in the vault: its reference there and its salted SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    ref: str
    sha256: str


T = TypeVar("T")

Text = Annotated[str, AfterValidator(nfc), As("text")]
Word = Annotated[str, AfterValidator(nfc), As("word")]
Id = Annotated[str, AfterValidator(_identifier), As("ref", noun="any")]
Cents = Annotated[int, Field(ge=0, le=MAX_CENTS), As("money")]
SignedCents = Annotated[int, Field(ge=-MAX_CENTS, le=MAX_CENTS), As("money")]
Minutes = Annotated[int, Field(gt=0, le=MAX_MINUTES), As("duration")]
Thousandths = Annotated[int, Field(ge=-(10**15), le=10**15), As("quantity")]
"""A number that members write with decimals, in thousandths: what is measured is never a float."""

Count = Annotated[int, Field(ge=0, le=10**6), As("count")]
BasisPoints = Annotated[int, Field(ge=0, le=10**6), As("share")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1)), As("day")]
Person = Annotated[str, AfterValidator(_identifier), As("person")]
Lieu = Annotated[str, AfterValidator(_identifier), As("ref", noun="lieu")]
Organisation = Annotated[str, AfterValidator(_identifier), As("ref", noun="organisation")]
Decision = Annotated[str, AfterValidator(_identifier), As("ref", noun="decision")]
Meeting = Annotated[str, AfterValidator(_identifier), As("ref", noun="meeting")]
Task = Annotated[str, AfterValidator(_identifier), As("ref", noun="task")]
Convention = Annotated[str, AfterValidator(_identifier), As("ref", noun="convention")]
Allocation = Annotated[str, AfterValidator(_identifier), As("ref", noun="allocation")]
Rotation = Annotated[str, AfterValidator(_identifier), As("ref", noun="rotation")]
Role = Annotated[str, AfterValidator(_identifier), As("ref", noun="role")]
Call = Annotated[str, AfterValidator(_identifier), As("ref", noun="call")]
Application = Annotated[str, AfterValidator(_identifier), As("ref", noun="application")]
Commitment = Annotated[str, AfterValidator(_identifier), As("ref", noun="commitment")]
Expense = Annotated[str, AfterValidator(_identifier), As("ref", noun="expense")]
Report = Annotated[str, AfterValidator(_identifier), As("ref", noun="report")]
Indicator = Annotated[str, AfterValidator(_identifier), As("ref", noun="indicator")]
Contract = Annotated[str, AfterValidator(_identifier), As("ref", noun="contract")]
Deliverable = Annotated[str, AfterValidator(_identifier), As("ref", noun="deliverable")]
Instalment = Annotated[str, AfterValidator(_identifier), As("word")]
"""An instalment that exists, or one that a call or a receipt is the first to name: funds finds out."""

ShortName = Annotated[str, AfterValidator(_identifier), As("word")]
"""The name of a part of something, such as a mission of a contract: no id of the ledger by itself."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), As("sha256")]
Private = Annotated[str | Sealed, As("text", private=True)]

Many = Annotated[tuple[T, ...], Field(default=())]


def new(noun: str) -> As:
    """Mark of a field whose id this command creates; left out, the ledger proposes one."""
    return As("ref", noun=noun, new=True)


NewOrganisation = Annotated[str | None, new("organisation")]
NewLieu = Annotated[str | None, new("lieu")]
NewRules = Annotated[str | None, new("rules")]
NewRole = Annotated[str | None, new("role")]
NewRotation = Annotated[str | None, new("rotation")]
NewMeeting = Annotated[str | None, new("meeting")]
NewDecision = Annotated[str | None, new("decision")]
NewObjection = Annotated[str | None, new("objection")]
NewTask = Annotated[str | None, new("task")]
NewConvention = Annotated[str | None, new("convention")]
NewInstalment = Annotated[str | None, new("instalment")]
NewAllocation = Annotated[str | None, new("allocation")]
NewExpense = Annotated[str | None, new("expense")]
PlannedInstalmentId = Annotated[str, AfterValidator(_identifier), new("instalment")]
NewReview = Annotated[str | None, new("review")]
NewCall = Annotated[str | None, new("call")]
NewApplication = Annotated[str | None, new("application")]
NewCommitment = Annotated[str | None, new("commitment")]
NewTransfer = Annotated[str | None, new("transfer")]
NewInKind = Annotated[str | None, new("in_kind")]
NewReport = Annotated[str | None, new("report")]
NewIndicator = Annotated[str | None, new("indicator")]
NewLesson = Annotated[str | None, new("lesson")]
NewContract = Annotated[str | None, new("contract")]
NewPerson = Annotated[str | None, As("handle", noun="person", new=True)]
SoleConvention = Annotated[str | None, As("ref", noun="convention", sole=True)]
