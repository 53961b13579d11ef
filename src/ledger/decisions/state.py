"""One decision from its first proposal to its end: the folded stream `decision/<id>`. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from ledger.decisions.events import (
    BallotCast,
    CollegeRule,
    DecisionAdopted,
    DecisionEnded,
    DecisionOpened,
    DecisionRejected,
    Domain,
    Elector,
    Method,
    ObjectionRaised,
    ObjectionSettled,
    OpinionIssued,
    Option,
    ProposalMade,
)
from ledger.kernel.messages import Event

Status = Literal[
    "unknown",
    "draft",
    "open",
    "adopted",
    "rejected",
    "withdrawn",
    "issued",
    "superseded",
    "repealed",
    "expired",
]


class Counts(NamedTuple):
    """Votes of a show of hands or of a ballot."""

    count_for: int = 0
    count_against: int = 0
    count_abstain: int = 0


class Ballot(NamedTuple):
    """What a seat said, which seat spoke for it when it was absent, and who cast it."""

    option: Option
    cast_by: str
    person_id: str | None = None


Voices = Mapping[str | None, Mapping[Option, int]]
"""Heads by what they said, of each college; of all seats together under None."""

TALLIED: dict[str, Option] = {
    "count_for": "for",
    "count_against": "against",
    "count_abstain": "abstain",
    "count_favourable": "favourable",
    "count_reserved": "reserved",
    "count_unfavourable": "unfavourable",
}
"""What is counted of a show of hands."""


class Objection(NamedTuple):
    """An objection; `settled` says how, once it is."""

    paramount: bool
    settled: str | None = None


_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class State(NamedTuple):
    """State of `decision/<id>`.

    Attributes:
        status: from `draft` to its end; `unknown` before the first proposal.
        proposal: the text as last revised, with its ceiling and dates.
        electorate: seats that may take part, fixed when it was opened.
        seats: college and weight of each seat that has one.
        colleges: their rules, by name, as they were at the opening.
        second_quorum_seats: enough when it is called again; None when it cannot be.
        ballots: by seat; cast again on each revision of the text and at a second call.
        tallies: shows of hands, of each college or of all together (None).
    """

    status: Status = "unknown"
    proposal: ProposalMade | None = None
    method: Method | None = None
    quorum_seats: int = 0
    threshold_bp: int | None = None
    electorate: tuple[str, ...] = ()
    seats: Mapping[str, Elector] = _NOTHING
    colleges: Mapping[str, CollegeRule] = _NOTHING
    second_quorum_seats: int | None = None
    second_call: bool = False
    proxy_limit: int = 1
    rules_id: str | None = None
    closes_on: date | None = None
    effective_on: date | None = None
    ballots: Mapping[str, Ballot] = _NOTHING
    tallies: Voices = _NOTHING
    objections: Mapping[str, Objection] = _NOTHING

    @property
    def revision(self) -> int:
        """Revision of the text, from 1; 0 before the first proposal."""
        return self.proposal.revision if self.proposal else 0

    @property
    def domain(self) -> Domain | None:
        """What it is about."""
        return self.proposal.domain if self.proposal else None

    @property
    def ceiling_cents(self) -> int | None:
        """The most money that it allows."""
        return self.proposal.ceiling_cents if self.proposal else None

    @property
    def expires_on(self) -> date | None:
        """Last day of effect."""
        return self.proposal.expires_on if self.proposal else None

    @property
    def running(self) -> bool:
        """Whether it is still to be decided."""
        return self.status in ("draft", "open")

    @property
    def standing_objections(self) -> tuple[str, ...]:
        """Paramount objections that nobody has settled."""
        return tuple(i for i, o in self.objections.items() if o.paramount and not o.settled)

    @property
    def beneficiaries(self) -> tuple[str, ...]:
        """People to whom it gives something."""
        return self.proposal.beneficiaries if self.proposal else ()

    @property
    def voters(self) -> frozenset[str]:
        """People known to have had a say in it by a ballot."""
        cast = (b for b in self.ballots.values() if b.option != "recused")
        return frozenset(b.person_id for b in cast if b.person_id)

    @property
    def voices(self) -> Voices:
        """What was said so far, by college: the shows of hands, else the ballots; empty when neither."""
        if self.tallies:
            return self.tallies
        found: dict[str | None, Counter[Option]] = {}
        for seat_id, ballot in self.ballots.items():
            found.setdefault(self.college_of(seat_id), Counter())[ballot.option] += 1
        return found

    @property
    def counted(self) -> Counts | None:
        """The votes recorded so far, all colleges together; None when there are none."""
        if not self.voices:
            return None
        said = sum((Counter(heads) for heads in self.voices.values()), Counter[Option]())
        return Counts(said["for"], said["against"], said["abstain"])

    @property
    def weighs(self) -> bool:
        """Whether its colleges or its seats make some voices count otherwise than one each."""
        return bool(self.colleges) or any(seat.weight_bp != 10_000 for seat in self.seats.values())

    def college_of(self, seat_id: str) -> str | None:
        """The college of a seat; None when it is in none."""
        seat = self.seats.get(seat_id)
        return seat.college if seat else None

    def weight_of(self, seat_id: str) -> int:
        """What a seat's voice weighs, in ten-thousandths of a voice."""
        seat = self.seats.get(seat_id)
        return seat.weight_bp if seat else 10_000

    @property
    def took_part(self) -> tuple[str, ...]:
        """Seats that cast a ballot or had one cast; a recused seat was there all the same."""
        return tuple(seat for seat in self.electorate if seat in self.ballots)


def _proposed(state: State, event: ProposalMade) -> State:
    """A new text is voted on anew; what was objected stays until it is settled."""
    status: Status = "draft" if state.status == "unknown" else state.status
    return state._replace(status=status, proposal=event, ballots={}, tallies={})


def _objected(state: State, event: ObjectionRaised) -> State:
    return state._replace(objections={**state.objections, event.objection_id: Objection(event.paramount)})


def _settled(state: State, event: ObjectionSettled) -> State:
    objection = state.objections.get(event.objection_id)
    if objection is None:
        return state
    settled = objection._replace(settled=event.how)
    return state._replace(objections={**state.objections, event.objection_id: settled})


def _opened(state: State, event: DecisionOpened) -> State:
    return state._replace(
        status="open",
        method=event.method,
        quorum_seats=event.quorum_seats,
        threshold_bp=event.threshold_bp,
        electorate=event.electorate,
        seats={seat.seat_id: seat for seat in event.seats},
        colleges={college.college: college for college in event.colleges},
        second_quorum_seats=event.second_quorum_seats,
        second_call=event.second_call,
        proxy_limit=1 if event.proxy_limit is None else event.proxy_limit,
        rules_id=event.rules_id,
        closes_on=event.closes_on,
        ballots={},
        tallies={},
    )


def _ballot(state: State, event: BallotCast) -> State:
    if event.seat_id is None or event.option is None:
        heads = {option: getattr(event, count) or 0 for count, option in TALLIED.items()}
        return state._replace(tallies={**state.tallies, event.college: Counter(heads)})
    seat_id = event.proxy_for or event.seat_id
    ballot = Ballot(event.option, event.seat_id, event.person_id)
    return state._replace(ballots={**state.ballots, seat_id: ballot})


def _adopted(state: State, event: DecisionAdopted) -> State:
    return state._replace(status="adopted", effective_on=event.effective_on)


def _rejected(state: State, event: DecisionRejected) -> State:
    return state._replace(status=event.outcome)


def _issued(state: State, _event: OpinionIssued) -> State:
    return state._replace(status="issued")


def _ended(state: State, event: DecisionEnded) -> State:
    return state._replace(status=event.how)


INITIAL: dict[str, Callable[[], State]] = {"decision": State}

_EVOLVE: dict[type[Event], Callable[[State, Any], State]] = {
    ProposalMade: _proposed,
    ObjectionRaised: _objected,
    ObjectionSettled: _settled,
    DecisionOpened: _opened,
    BallotCast: _ballot,
    DecisionAdopted: _adopted,
    DecisionRejected: _rejected,
    OpinionIssued: _issued,
    DecisionEnded: _ended,
}


def evolve(state: State, event: Event, on: date) -> State:
    """The state after one more event; publication changes nothing that a rule looks at."""
    change = _EVOLVE.get(type(event))
    return change(state, event) if change else state
