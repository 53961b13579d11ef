"""Facts about parties and the consortium itself. Append-only for ever; all in stream `consortium`."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ledger.kernel.messages import Event
from ledger.kernel.values import As, BasisPoints, Count, Id, Minutes, Sealed, Text, Word

STREAM = "consortium"


class _ConsortiumEvent(Event):
    def stream(self) -> str:
        return STREAM


class ConsortiumFounded(_ConsortiumEvent):
    """`demo` ledgers inject their clock; `illustrative` says that figures and deeds are invented."""

    TOPIC: ClassVar[str] = "consortium.founded.v1"

    name: Text
    consortium_kind: Literal["operational", "advisory"]
    territory: Text | None = None
    purpose: Text | None = None
    demo: bool = False
    illustrative: bool = False


class OrganisationRegistered(_ConsortiumEvent):
    """`siret` and `rna` as written, digits and capitals only."""

    TOPIC: ClassVar[str] = "organisation.registered.v1"

    organisation_id: Id
    name: Text
    siret: str | None = None
    rna: str | None = None
    legal_form: Word | None = None
    sector: Word | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("organisation", self.organisation_id),)


class LieuRegistered(_ConsortiumEvent):
    """A place. Registered is not yet a member: membership is a role."""

    TOPIC: ClassVar[str] = "lieu.registered.v1"

    lieu_id: Id
    name: Text
    organisation_id: Id | None = None
    commune: Word | None = None
    opened_on: date | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("lieu", self.lieu_id),)


class PersonRegistered(_ConsortiumEvent):
    """`identity` points to the vault's card (handle, name, e-mail); nothing here names anyone."""

    TOPIC: ClassVar[str] = "person.registered.v1"

    person_id: Id
    identity: Sealed
    engagement: Literal["employee", "volunteer", "civic_service", "elected", "agent", "expert"]
    active_from: date
    active_until: date | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("person", self.person_id),)


class PartyUpdated(_ConsortiumEvent):
    """New values of what is said of a party; absent means unchanged."""

    TOPIC: ClassVar[str] = "party.updated.v1"

    party_id: Id
    name: Text | None = None
    identity: Sealed | None = None
    siret: str | None = None
    rna: str | None = None
    legal_form: Word | None = None
    sector: Word | None = None
    commune: Word | None = None
    organisation_id: Id | None = None
    engagement: Literal["employee", "volunteer", "civic_service", "elected", "agent", "expert"] | None = None
    active_until: date | None = None
    resources: tuple[Word, ...] | None = None
    """Shared resources and skills of a lieu or an organisation (`qualiopi`, `atelier bois`); the whole list."""


class LieuClosed(_ConsortiumEvent):
    TOPIC: ClassVar[str] = "lieu.closed.v1"

    lieu_id: Id
    reason: Text | None = None


class PersonErased(_ConsortiumEvent):
    """The vault forgets the person; the log keeps an opaque id that leads nowhere."""

    TOPIC: ClassVar[str] = "person.erased.v1"

    person_id: Id


class Threshold(BaseModel):
    """A flag's threshold as adopted: `value_bp` in basis points of the flag's own measure.

    40 % is 4 000, 60 days are 600 000, 3 meetings 30 000.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    flag: str
    value_bp: Annotated[int, Field(ge=0, le=10**8), As("share")] | None = None
    off: bool = False


class College(BaseModel):
    """A group of seats that counts apart.

    `weight_bp` is its part of the whole, however many vote in it; `threshold_bp` the share of its own
    votes without which nothing passes; `sectors` those of the organisations that may sit in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    college: Word
    name: Text | None = None
    seats: Count | None = None
    weight_bp: BasisPoints | None = None
    threshold_bp: BasisPoints | None = None
    quorum_seats: Count | None = None
    sectors: tuple[Word, ...] = ()


class MethodRule(BaseModel):
    """How one method decides, where it differs from the rest, and the matters it is for."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    method: Literal["consent", "majority", "qualified_majority", "advisory"]
    quorum_seats: Count | None = None
    quorum_share_bp: BasisPoints | None = None
    second_quorum_seats: Count | None = None
    second_quorum_share_bp: BasisPoints | None = None
    threshold_bp: BasisPoints | None = None
    domains: tuple[Literal["commons", "money", "membership", "mandate", "rules", "other"], ...] = ()


class MandateRule(BaseModel):
    """How long a role may be held at a time, how many times in a row, and by how many."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    role: Word
    max_months: Count | None = None
    max_consecutive: Count | None = None
    single_seat: bool = False


class RulesAdopted(_ConsortiumEvent):
    """The agreement, or an amendment of it: a version of the rules, in force from `effective_on`.

    Absent rules keep the value of the version before, or the product's default.
    """

    TOPIC: ClassVar[str] = "rules.adopted.v1"

    rules_id: Id
    title: Text
    effective_on: date
    effective_until: date | None = None
    decision_id: Id | None = None
    signatories: tuple[Id, ...] = ()
    document_sha256: str | None = None
    method: Literal["consent", "majority", "qualified_majority"] | None = None
    quorum_seats: Count | None = None
    """Seats that must be represented for a decision to be adopted."""

    quorum_share_bp: BasisPoints | None = None
    """The same as a share of the seats; where both are said, both are needed."""

    second_quorum_seats: Count | None = None
    second_quorum_share_bp: BasisPoints | None = None
    """What is enough when a decision without quorum is called again; absent, it is not called again."""

    threshold_bp: BasisPoints | None = None
    proxy_limit: Count | None = None
    """Absent seats that one present seat may speak for."""

    colleges: tuple[College, ...] = ()
    methods: tuple[MethodRule, ...] = ()
    mandates: tuple[MandateRule, ...] = ()
    day_minutes: Minutes | None = None
    """Minutes of a working day (`2 j` in a file)."""

    reallocation_tolerance_bp: BasisPoints | None = None
    thresholds: tuple[Threshold, ...] = ()

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("rules", self.rules_id),)


class RoleGiven(_ConsortiumEvent):
    """A member, seat, carrier, mandate, referent, affiliation or label: who holds it, from when.

    `role` is one of `invited`, `member`, `suspended`, `seat`, `carrier`, `affiliated`, `lieu_referent`,
    `coordinator`, `label`, or a function that the consortium names itself (`accounts`, `booking`).
    """

    TOPIC: ClassVar[str] = "role.given.v1"

    role_id: Id
    role: Word
    person_id: Id | None = None
    lieu_id: Id | None = None
    organisation_id: Id | None = None
    held_from: date
    held_until: date | None = None
    decision_id: Id | None = None
    carrier_kind: Literal["member", "external"] | None = None
    fee_bp: BasisPoints | None = None
    minutes_per_month: Minutes | None = None
    """Time that the mandate is financed for."""

    critical: bool = False
    single_seat: bool = False
    college: Word | None = None
    weight_bp: BasisPoints | None = None
    """What a member's or a seat's vote weighs; absent, one voice (10 000)."""

    deputy_id: Id | None = None
    """Who stands in for the person who holds it."""

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("role", self.role_id),)


class RoleEnded(_ConsortiumEvent):
    TOPIC: ClassVar[str] = "role.ended.v1"

    role_id: Id
    ended_on: date
    reason: Literal["term", "resigned", "revoked", "withdrawn", "excluded", "replaced", "admitted", "resumed"]
    decision_id: Id | None = None


class RotationSet(_ConsortiumEvent):
    """A function that goes round the lieux, in an order, each `period`; or a new order of it, from a day."""

    TOPIC: ClassVar[str] = "rotation.set.v1"

    rotation_id: Id
    name: Text
    order: tuple[Id, ...]
    period: Literal["month", "quarter", "year", "meeting"]
    starts_on: date
    revision: Count = 1
    """Orders count from 1; only the first introduces the rotation."""

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("rotation", self.rotation_id),) if self.revision == 1 else ()


class TurnTaken(_ConsortiumEvent):
    """One turn of a rotation: taken by the lieu, swapped to it, or skipped by it.

    `unavailable` lists lieux that could not have taken it (works, no room): no debt for them.
    """

    TOPIC: ClassVar[str] = "turn.taken.v1"

    rotation_id: Id
    lieu_id: Id
    outcome: Literal["taken", "swapped", "skipped"] = "taken"
    meeting_id: Id | None = None
    decision_id: Id | None = None
    term: Word | None = None
    """What the turn is for when it is not its day (`2025` for a yearly turn)."""

    unavailable: tuple[Id, ...] = ()


class DissolutionBegun(_ConsortiumEvent):
    """The end is decided: what is open is settled, and nothing new begins."""

    TOPIC: ClassVar[str] = "consortium.dissolution_begun.v1"

    decision_id: Id


class ConsortiumDissolved(_ConsortiumEvent):
    TOPIC: ClassVar[str] = "consortium.dissolved.v1"

    decision_id: Id
    funds_disposition: Text | None = None


EVENTS: tuple[type[Event], ...] = (
    ConsortiumFounded,
    OrganisationRegistered,
    LieuRegistered,
    PersonRegistered,
    PartyUpdated,
    LieuClosed,
    PersonErased,
    RulesAdopted,
    RoleGiven,
    RoleEnded,
    RotationSet,
    TurnTaken,
    DissolutionBegun,
    ConsortiumDissolved,
)
