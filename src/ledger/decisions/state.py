"""One decision from its first proposal to its end: the folded stream `decision/<id>`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from ledger.decisions.events import (
    BallotCast,
    DecisionAdopted,
    DecisionEnded,
    DecisionOpened,
    DecisionRejected,
    Domain,
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
    """What a seat said, and which seat spoke for it when it was absent."""

    option: Option
    cast_by: str


class Objection(NamedTuple):
    """An objection; `settled` says how, once it is."""

    paramount: bool
    settled: str | None = None


@dataclass(frozen=True)
class State:
    """State of `decision/<id>`.

    Attributes:
        status: from `draft` to its end; `unknown` before the first proposal.
        proposal: the text as last revised, with its ceiling and dates.
        electorate: seats that may take part, fixed when it was opened.
        ballots: by seat; cast again on each revision of the text.
        tally: the show of hands, when there was one.
    """

    status: Status = "unknown"
    proposal: ProposalMade | None = None
    method: Method | None = None
    quorum_seats: int = 0
    threshold_bp: int | None = None
    electorate: tuple[str, ...] = ()
    closes_on: date | None = None
    effective_on: date | None = None
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    tally: Counts | None = None
    objections: Mapping[str, Objection] = field(default_factory=dict)

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
    def counted(self) -> Counts | None:
        """The votes recorded so far: the show of hands, else the ballots; None when there are none."""
        if self.tally or not self.ballots:
            return self.tally
        options = [ballot.option for ballot in self.ballots.values()]
        return Counts(options.count("for"), options.count("against"), options.count("abstain"))

    @property
    def took_part(self) -> tuple[str, ...]:
        """Seats that cast a ballot or had one cast; a recused seat was there all the same."""
        return tuple(seat for seat in self.electorate if seat in self.ballots)


def _proposed(state: State, event: ProposalMade) -> State:
    """A new text is voted on anew; what was objected stays until it is settled."""
    status: Status = "draft" if state.status == "unknown" else state.status
    return replace(state, status=status, proposal=event, ballots={}, tally=None)


def _objected(state: State, event: ObjectionRaised) -> State:
    return replace(state, objections={**state.objections, event.objection_id: Objection(event.paramount)})


def _settled(state: State, event: ObjectionSettled) -> State:
    objection = state.objections.get(event.objection_id)
    if objection is None:
        return state
    settled = objection._replace(settled=event.how)
    return replace(state, objections={**state.objections, event.objection_id: settled})


def _opened(state: State, event: DecisionOpened) -> State:
    return replace(
        state,
        status="open",
        method=event.method,
        quorum_seats=event.quorum_seats,
        threshold_bp=event.threshold_bp,
        electorate=event.electorate,
        closes_on=event.closes_on,
    )


def _ballot(state: State, event: BallotCast) -> State:
    if event.seat_id is None or event.option is None:
        counts = (event.count_for, event.count_against, event.count_abstain)
        return replace(state, tally=Counts(*(count or 0 for count in counts)))
    seat_id = event.proxy_for or event.seat_id
    return replace(state, ballots={**state.ballots, seat_id: Ballot(event.option, event.seat_id)})


def _adopted(state: State, event: DecisionAdopted) -> State:
    return replace(state, status="adopted", effective_on=event.effective_on)


def _rejected(state: State, event: DecisionRejected) -> State:
    return replace(state, status=event.outcome)


def _issued(state: State, _event: OpinionIssued) -> State:
    return replace(state, status="issued")


def _ended(state: State, event: DecisionEnded) -> State:
    return replace(state, status=event.how)


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
