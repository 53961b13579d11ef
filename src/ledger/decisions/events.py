"""Facts about decisions, in stream `decision/<id>`. Append-only for ever."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ledger.kernel.messages import Event
from ledger.kernel.values import BasisPoints, Cents, Count, Id, Sealed, Text, Word

Domain = Literal["commons", "money", "membership", "mandate", "rules", "other"]
Method = Literal["consent", "majority", "qualified_majority", "advisory"]
Option = Literal[
    "for", "against", "abstain", "consent", "stand_aside", "favourable", "reserved", "unfavourable", "recused"
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Elector(_Part):
    """A seat of the electorate that is in a college, or that does not weigh one voice."""

    seat_id: Id
    college: Word | None = None
    weight_bp: BasisPoints = 10_000


class CollegeRule(_Part):
    """A college as the rules had it when the decision was opened."""

    college: Word
    weight_bp: BasisPoints | None = None
    threshold_bp: BasisPoints | None = None
    quorum_seats: Count | None = None


class CollegeVotes(_Part):
    """Votes of one college, by head."""

    college: Word
    count_for: Count = 0
    count_against: Count = 0
    count_abstain: Count = 0


class CollegeOpinions(_Part):
    """Opinions of one college, by head."""

    college: Word
    count_favourable: Count = 0
    count_reserved: Count = 0
    count_unfavourable: Count = 0
    count_abstain: Count = 0


class _DecisionEvent(Event):
    decision_id: Id

    def stream(self) -> str:
        return f"decision/{self.decision_id}"


class ProposalMade(_DecisionEvent):
    """A proposal, or a revision of it: the text a decision will be about. Revisions count from 1."""

    TOPIC: ClassVar[str] = "proposal.made.v1"

    revision: Count
    text: Text
    title: Text | None = None
    domain: Domain
    ceiling_cents: Cents | None = None
    """The most money that it allows, over all allocations."""

    review_on: date | None = None
    expires_on: date | None = None
    proposer_id: Id | None = None
    meeting_id: Id | None = None
    lieux: tuple[Id, ...] = ()
    beneficiaries: tuple[Id, ...] = ()
    """People to whom it gives something: they take no part in the vote."""

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("decision", self.decision_id),) if self.revision == 1 else ()


class ObjectionRaised(_DecisionEvent):
    TOPIC: ClassVar[str] = "objection.raised.v1"

    objection_id: Id
    lieu_id: Id | None = None
    person_id: Id | None = None
    paramount: bool
    ground: Sealed | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("objection", self.objection_id),)


class ObjectionSettled(_DecisionEvent):
    TOPIC: ClassVar[str] = "objection.settled.v1"

    objection_id: Id
    how: Literal["integrated", "withdrawn", "found_invalid"]


class DecisionOpened(_DecisionEvent):
    """The rules and the electorate are fixed here; a later change of rules does not touch them.

    Opened a second time, for a second call: same rules, same electorate, the second quorum.
    """

    TOPIC: ClassVar[str] = "decision.opened.v1"

    method: Method
    quorum_seats: Count
    threshold_bp: BasisPoints | None = None
    electorate: tuple[Id, ...]
    """Seats, by lieu or role id, that may take part."""

    closes_on: date | None = None
    rules_id: Id | None = None
    """The version of the rules that it follows."""

    seats: tuple[Elector, ...] = ()
    """Colleges and weights of the electorate, when it has any."""

    colleges: tuple[CollegeRule, ...] = ()
    second_quorum_seats: Count | None = None
    second_call: bool = False
    meeting_id: Id | None = None
    """The meeting that had no quorum, for a second call."""

    proxy_limit: Count | None = None


class BallotCast(_DecisionEvent):
    """One seat's ballot, its recusal, or (`counts`) the tally of a show of hands."""

    TOPIC: ClassVar[str] = "ballot.cast.v1"

    seat_id: Id | None = None
    person_id: Id | None = None
    option: Option | None = None
    proxy_for: Id | None = None
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    count_favourable: Count | None = None
    count_reserved: Count | None = None
    count_unfavourable: Count | None = None
    college: Word | None = None
    """The college whose hands were counted."""

    secret: bool = False


class DecisionAdopted(_DecisionEvent):
    """`represented` are the seats that took part; counts only when there was a vote."""

    TOPIC: ClassVar[str] = "decision.adopted.v1"

    revision: Count
    effective_on: date
    meeting_id: Id | None = None
    represented: tuple[Id, ...] = ()
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    by_college: tuple[CollegeVotes, ...] = ()
    share_for_bp: BasisPoints | None = None
    """Weighted share of the votes for, where colleges or seats weigh."""

    recused: tuple[Id, ...] = ()
    """Seats that were there and took no part: the decision is about who holds them."""


class DecisionRejected(_DecisionEvent):
    """Rejected by the vote, or the proposal withdrawn by who made it."""

    TOPIC: ClassVar[str] = "decision.rejected.v1"

    outcome: Literal["rejected", "withdrawn"]
    meeting_id: Id | None = None
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    by_college: tuple[CollegeVotes, ...] = ()


class OpinionIssued(_DecisionEvent):
    """What an advisory consortium thinks of a proposal; binds nobody."""

    TOPIC: ClassVar[str] = "opinion.issued.v1"

    position: Literal["favourable", "reserved", "unfavourable"]
    count_favourable: Count | None = None
    count_reserved: Count | None = None
    count_unfavourable: Count | None = None
    addressee: Id | None = None
    meeting_id: Id | None = None
    count_abstain: Count | None = None
    by_college: tuple[CollegeOpinions, ...] = ()
    represented: tuple[Id, ...] = ()


class DecisionEnded(_DecisionEvent):
    TOPIC: ClassVar[str] = "decision.ended.v1"

    how: Literal["superseded", "repealed", "expired"]
    by_decision_id: Id | None = None


class Published(_DecisionEvent):
    TOPIC: ClassVar[str] = "decision.published.v1"

    channel: Word
    url: Word | None = None


EVENTS: tuple[type[Event], ...] = (
    ProposalMade,
    ObjectionRaised,
    ObjectionSettled,
    DecisionOpened,
    BallotCast,
    DecisionAdopted,
    DecisionRejected,
    OpinionIssued,
    DecisionEnded,
    Published,
)
