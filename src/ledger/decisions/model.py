"""Commands and rules of decisions: consent, votes, opinions. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Literal, Protocol, cast

from ledger.decisions import voting
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
    Published,
)
from ledger.decisions.state import Counts, State, evolve
from ledger.decisions.voting import Electors
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    Cents,
    Count,
    Day,
    Decision,
    Id,
    Lieu,
    Meeting,
    NewDecision,
    NewObjection,
    Organisation,
    Person,
    Private,
    Sealed,
    Text,
    Word,
)
from ledger.language.catalogue import N_


class MakeProposal(Command):
    """Make a proposal, or revise one that is still open."""

    ACT: ClassVar[str] = "make-proposal"

    id: NewDecision = None
    text: Text
    title: Text | None = None
    domain: Domain = "commons"
    ceiling_cents: Cents | None = None
    review: Day | None = None
    expires: Day | None = None
    proposer: Person | None = None
    meeting: Meeting | None = None
    lieux: tuple[Lieu, ...] = ()

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.id}",)


class RaiseObjection(Command):
    """Raise an objection; a paramount one stops a consent until it is settled."""

    ACT: ClassVar[str] = "raise-objection"

    id: NewObjection = None
    decision: Decision
    lieu: Lieu | None = None
    person: Person | None = None
    paramount: bool = True
    ground: Private | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


class SettleObjection(Command):
    """Settle an objection: integrated into a revision, withdrawn, or found invalid."""

    ACT: ClassVar[str] = "settle-objection"

    decision: Decision
    objection: Id
    how: Literal["integrated", "withdrawn", "found_invalid"] = "integrated"

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


class OpenDecision(Command):
    """Open a proposal for decision: method, quorum and electorate are fixed from here on."""

    ACT: ClassVar[str] = "open-decision"

    decision: Decision
    method: Method | None = None
    closes: Day | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


class CastBallot(Command):
    """Cast a seat's ballot, recuse it, or record the tally of a show of hands."""

    ACT: ClassVar[str] = "cast-ballot"

    decision: Decision
    seat: Id | None = None
    person: Person | None = None
    option: Option | None = None
    proxy_for: Id | None = None
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


class AdoptDecision(Command):
    """Adopt a decision. With a text and no earlier proposal, proposes, opens and adopts in one act."""

    ACT: ClassVar[str] = "adopt-decision"

    id: NewDecision = None
    text: Text | None = None
    title: Text | None = None
    domain: Domain | None = None
    method: Method | None = None
    ceiling_cents: Cents | None = None
    review: Day | None = None
    expires: Day | None = None
    effective: Day | None = None
    meeting: Meeting | None = None
    proposer: Person | None = None
    represented: tuple[Lieu, ...] = ()
    """Lieux that took part; left out, those represented at the meeting."""

    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    lieux: tuple[Lieu, ...] = ()

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream, and the meeting that decides."""
        meeting = (f"meeting/{self.meeting}",) if self.meeting else ()
        return (f"decision/{self.id}", *meeting)


class RejectDecision(Command):
    """Record that a proposal was rejected, or withdrawn."""

    ACT: ClassVar[str] = "reject-decision"

    decision: Decision
    outcome: Literal["rejected", "withdrawn"] = "rejected"
    meeting: Meeting | None = None
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


class IssueOpinion(Command):
    """Issue an advisory opinion, with counts when hands were counted."""

    ACT: ClassVar[str] = "issue-opinion"

    id: NewDecision = None
    text: Text | None = None
    position: Literal["favourable", "reserved", "unfavourable"]
    count_favourable: Count | None = None
    count_reserved: Count | None = None
    count_unfavourable: Count | None = None
    addressee: Organisation | None = None
    meeting: Meeting | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.id}",)


class EndDecision(Command):
    """End an adopted decision: superseded by another, repealed by another, or expired."""

    ACT: ClassVar[str] = "end-decision"

    decision: Decision
    how: Literal["superseded", "repealed", "expired"]
    by_decision: Decision | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream, and the one that ends it."""
        successor = (f"decision/{self.by_decision}",) if self.by_decision else ()
        return (f"decision/{self.decision}", *successor)


class PublishDecision(Command):
    """Record that a decision or an opinion was published, and where."""

    ACT: ClassVar[str] = "publish-decision"

    decision: Decision
    channel: Word
    url: Word | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


COMMANDS: tuple[type[Command], ...] = (
    MakeProposal,
    RaiseObjection,
    SettleObjection,
    OpenDecision,
    CastBallot,
    AdoptDecision,
    RejectDecision,
    IssueOpinion,
    EndDecision,
    PublishDecision,
)


PREFIX = "decision"


class _Attended(Protocol):
    """What this concept needs to know of a meeting."""

    status: str
    present: tuple[str, ...]
    represented: tuple[str, ...]


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events that a command leads to.

    Raises:
        Refused: R3 to R6, or ORDER or DUPLICATE: the decision is not at that point of its life.
        UnknownId: an objection that nobody raised.
        UsageError: values are missing, or contradict each other.
    """
    facts.require_founded()
    return _DECIDE[type(command)](command, _state(command.reads()[0], facts), facts)


def _state(stream: str, facts: Facts) -> State:
    state: State = facts.states.get(stream, State())
    return state


def _electors(facts: Facts) -> Electors:
    return cast("Electors", facts.roster)


def _day(command: Command, facts: Facts) -> date:
    return command.on or facts.today


def _require_running(decision_id: str, state: State) -> None:
    """It is still to be decided.

    Raises:
        Refused: DUPLICATE or ORDER.
    """
    if not state.running:
        raise Refused(
            "DUPLICATE" if state.status == "adopted" else "ORDER",
            N_("The decision {decision} is closed already: {status_word}."),
            N_("make-proposal for a new one; end-decision when it replaces this one"),
            decision=decision_id,
            status_word=state.status,
        )


# -- proposals and objections ---------------------------------------------------------------------

_PROPOSED = {
    "text": "text",
    "title": "title",
    "domain": "domain",
    "ceiling_cents": "ceiling_cents",
    "review": "review_on",
    "expires": "expires_on",
    "proposer": "proposer_id",
    "lieux": "lieux",
}
"""From what a command says of a proposal to what the event holds."""


def _propose(command: MakeProposal, state: State, facts: Facts) -> list[Event]:
    decision_id = command.id or facts.new_id("decision")
    if state.status != "unknown":
        _require_running(decision_id, state)
    proposal = _proposal(decision_id, command, state)
    if proposal is None:
        raise Refused(
            "DUPLICATE",
            N_("The proposal {decision} says that already."),
            N_("revise its text, or leave it as it is"),
            decision=decision_id,
        )
    return [proposal]


def _proposal(
    decision_id: str, command: MakeProposal | AdoptDecision | IssueOpinion, state: State
) -> ProposalMade | None:
    """The proposal as the command states it: the first, a revision, or None when it changes nothing."""
    said = {
        field: value
        for name, field in _PROPOSED.items()
        if name in command.model_fields_set and (value := getattr(command, name)) not in (None, ())
    }
    if state.proposal is None:
        return _first_proposal(decision_id, said, command.meeting)
    changes = {field: value for field, value in said.items() if value != getattr(state.proposal, field)}
    if not changes:
        return None
    if command.meeting:
        changes["meeting_id"] = command.meeting
    return state.proposal.model_copy(update={**changes, "revision": state.revision + 1})


def _first_proposal(decision_id: str, said: dict[str, Any], meeting_id: str | None) -> ProposalMade:
    if "text" not in said:
        raise UsageError(
            N_("The decision {decision} has no text, and was not proposed before."),
            N_("text: what is decided, or the id of an open proposal"),
            decision=decision_id,
        )
    domain = "money" if said.get("ceiling_cents") else "commons"
    return ProposalMade(
        decision_id=decision_id, revision=1, meeting_id=meeting_id, **{"domain": domain, **said}
    )


def _object(command: RaiseObjection, state: State, facts: Facts) -> list[Event]:
    _require_running(command.decision, state)
    day, electors = _day(command, facts), _electors(facts)
    lieu_id = command.lieu or (command.person and electors.lieu_of(command.person, day))
    party_id = lieu_id or command.person
    if command.paramount and party_id and electors.speaks_for_external_carrier(party_id, day):
        raise Refused(
            "R3",
            N_("{seat} speaks for the external carrier, which has no say in the decisions."),
            N_("record it as a reserve: paramount: no"),
            seat=party_id,
        )
    return [
        ObjectionRaised(
            decision_id=command.decision,
            objection_id=command.id or facts.new_id("objection"),
            lieu_id=lieu_id,
            person_id=command.person,
            paramount=command.paramount,
            ground=command.ground if isinstance(command.ground, Sealed) else None,
        )
    ]


def _settle(command: SettleObjection, state: State, _facts: Facts) -> list[Event]:
    _require_running(command.decision, state)
    objection = state.objections.get(command.objection)
    if objection is None:
        raise UnknownId(
            N_("Nobody raised the objection {objection} to {decision}."),
            N_("its objections: {objections}") if state.objections else N_("raise-objection first"),
            objection=command.objection,
            decision=command.decision,
            objections=tuple(state.objections),
        )
    if objection.settled:
        raise Refused(
            "DUPLICATE",
            N_("The objection {objection} is settled already: {how_word}."),
            objection=command.objection,
            how_word=objection.settled,
        )
    return [ObjectionSettled(decision_id=command.decision, objection_id=command.objection, how=command.how)]


# -- opening and ballots --------------------------------------------------------------------------


def _open(command: OpenDecision, state: State, facts: Facts) -> list[Event]:
    if state.status == "open":
        raise Refused("DUPLICATE", N_("The decision {decision} is open already."), decision=command.decision)
    _require_running(command.decision, state)
    day = _day(command, facts)
    if command.closes and command.closes < day:
        raise UsageError(
            N_("A decision opened on {first} cannot close on {last}."),
            N_("check both days"),
            first=day,
            last=command.closes,
        )
    return [_opening(command.decision, command.method, command.closes, facts, day)]


def _opening(
    decision_id: str, method: Method | None, closes_on: date | None, facts: Facts, day: date
) -> DecisionOpened:
    """The rules in force on that day, and the seats of that day."""
    electors = _electors(facts)
    advisory = electors.consortium_kind == "advisory"
    if advisory and method not in (None, "advisory"):
        raise _advisory(decision_id)
    chosen: Method = method or ("advisory" if advisory else electors.rule("method", day))
    return DecisionOpened(
        decision_id=decision_id,
        method=chosen,
        quorum_seats=0 if chosen == "advisory" else electors.rule("quorum_seats", day),
        threshold_bp=voting.threshold(chosen, electors, day),
        electorate=electors.electorate(day),
        closes_on=closes_on,
    )


def _advisory(decision_id: str) -> Refused:
    return Refused(
        "R4",
        N_("An advisory consortium gives opinions: it cannot bind anybody with {decision}."),
        N_("issue-opinion {decision}"),
        decision=decision_id,
    )


def _cast(command: CastBallot, state: State, facts: Facts) -> list[Event]:
    day = _day(command, facts)
    voting.require_open(command.decision, state, day)
    counts = (command.count_for, command.count_against, command.count_abstain)
    if any(count is not None for count in counts):
        return [_tally(command, state, Counts(*(count or 0 for count in counts)))]
    if command.option is None:
        raise UsageError(N_("The ballot says nothing."), N_("option: what the seat says"))
    if state.tally:
        raise _counted_already(command.decision)
    electors = _electors(facts)
    seat_id = _seat(command, electors, day)
    for seat in filter(None, (seat_id, command.proxy_for)):
        voting.require_seat(seat, command.decision, state, electors, day)
    voting.require_option(command.option, state)
    _once(command, seat_id, state)
    return [
        BallotCast(
            decision_id=command.decision,
            seat_id=seat_id,
            person_id=command.person,
            option=command.option,
            proxy_for=command.proxy_for,
        )
    ]


def _seat(command: CastBallot, electors: Electors, day: date) -> str:
    """The seat that casts the ballot: the one named, else the person's own."""
    own = electors.seat_of(command.person, day) if command.person else None
    if command.seat and own and own != command.seat:
        raise Refused(
            "R5",
            N_("{person} speaks for {own}, not for {seat}."),
            N_("proxy_for: {seat}, when {own} holds its proxy"),
            person=command.person,
            own=own,
            seat=command.seat,
        )
    seat_id = command.seat or own
    if seat_id:
        return seat_id
    if command.person:
        raise Refused(
            "R5",
            N_("{person} speaks for no seat on {day}."),
            N_("seat: the seat they spoke for"),
            person=command.person,
            day=day,
        )
    raise UsageError(N_("Whose ballot is it?"), N_("seat: a lieu; or the counts of a show of hands"))


def _once(command: CastBallot, seat_id: str, state: State) -> None:
    """One ballot a seat, and one proxy a seat."""
    voice = command.proxy_for or seat_id
    if voice in state.ballots:
        raise Refused(
            "R5",
            N_("{seat} has cast its ballot on {decision} already."),
            N_("correct the ballot if it was recorded by mistake"),
            seat=voice,
            decision=command.decision,
        )
    carried = (seat for seat, ballot in state.ballots.items() if ballot.cast_by == seat_id != seat)
    if command.proxy_for and (other := next(carried, None)):
        raise Refused(
            "R5",
            N_("{seat} carries the proxy of {other} already, and a seat carries one."),
            N_("give the proxy to another seat"),
            seat=seat_id,
            other=other,
        )


def _tally(command: CastBallot, state: State, counts: Counts) -> BallotCast:
    """A show of hands: one tally, and no ballots beside it."""
    if state.method == "consent":
        voting.require_no_counts(counts)
    if state.tally or state.ballots:
        raise _counted_already(command.decision)
    voting.require_few_enough(sum(counts), len(state.electorate), command.decision)
    return BallotCast(decision_id=command.decision, person_id=command.person, **counts._asdict())


def _counted_already(decision_id: str) -> Refused:
    return Refused(
        "R5",
        N_("The voices on {decision} are counted already."),
        N_("correct what was recorded by mistake"),
        decision=decision_id,
    )


# -- adopting, rejecting, opining -----------------------------------------------------------------


def _adopt(command: AdoptDecision, state: State, facts: Facts) -> list[Event]:
    """Proposes and opens on the way what was not: a meeting that decides does all three at once."""
    decision_id, day = command.id or facts.new_id("decision"), _day(command, facts)
    if facts.roster.consortium_kind == "advisory":
        raise _advisory(decision_id)
    events, state = _brought_to_decision(decision_id, command, command.method, state, facts)
    if command.method and command.method != state.method:
        raise Refused(
            "R6",
            N_("The decision {decision} was opened by {method_word}: its rule cannot change any more."),
            N_("leave the method out, or reject it and propose it anew"),
            decision=decision_id,
            method_word=state.method,
        )
    if state.method == "advisory":
        raise Refused(
            "R4",
            N_("The decision {decision} was opened for an opinion: it cannot be adopted."),
            N_("issue-opinion {decision}"),
            decision=decision_id,
        )
    effective_on = command.effective or day
    if state.expires_on and state.expires_on < effective_on:
        raise UsageError(
            N_("A decision in effect from {first} cannot expire on {last}."),
            N_("check both days"),
            first=effective_on,
            last=state.expires_on,
        )
    represented = _represented(decision_id, command, state, facts, day)
    counts = _passes(decision_id, command, state, len(represented))
    return [
        *events,
        DecisionAdopted(
            decision_id=decision_id,
            revision=state.revision,
            effective_on=effective_on,
            meeting_id=command.meeting,
            represented=represented,
            **(counts._asdict() if counts else {}),
        ),
    ]


def _brought_to_decision(
    decision_id: str,
    command: AdoptDecision | IssueOpinion,
    method: Method | None,
    state: State,
    facts: Facts,
) -> tuple[list[Event], State]:
    """What has to happen first: the proposal or its revision, then the opening."""
    day = _day(command, facts)
    events: list[Event] = []
    if state.status != "unknown":
        _require_running(decision_id, state)
    proposal = _proposal(decision_id, command, state)
    if proposal:
        events.append(proposal)
        state = evolve(state, proposal, day)
    if state.status == "draft":
        opening = _opening(decision_id, method, None, facts, day)
        events.append(opening)
        state = evolve(state, opening, day)
    return events, state


def _represented(
    decision_id: str, command: AdoptDecision, state: State, facts: Facts, day: date
) -> tuple[str, ...]:
    """Seats that took part: those named, else those that cast ballots, else those at the meeting."""
    electors = _electors(facts)
    if command.represented:
        for seat_id in command.represented:
            voting.require_seat(seat_id, decision_id, state, electors, day)
        return tuple(dict.fromkeys(command.represented))
    meeting: _Attended | None = facts.states.get(f"meeting/{command.meeting}") if command.meeting else None
    if meeting and meeting.status not in ("held", "approved"):
        raise Refused(
            "ORDER",
            N_("The meeting {meeting} was not held: nothing was decided there."),
            N_("hold-meeting {meeting} first"),
            meeting=command.meeting,
        )
    if state.ballots or meeting is None:
        return state.took_part
    there = {*meeting.represented, *(electors.seat_of(person_id, day) for person_id in meeting.present)}
    return tuple(seat_id for seat_id in state.electorate if seat_id in there)


def _passes(decision_id: str, command: AdoptDecision, state: State, represented: int) -> Counts | None:
    """The votes with which it passes, None for a consent.

    Raises:
        Refused: R5 or R6.
    """
    given = (command.count_for, command.count_against, command.count_abstain)
    if state.method == "consent":
        voting.require_no_counts(given)
        voting.require_no_objection(decision_id, state)
        voting.require_quorum(represented, decision_id, state)
        return None
    counts = _votes(decision_id, given, state)
    voting.require_few_enough(sum(counts), represented or len(state.electorate), decision_id)
    voting.require_quorum(max(represented, sum(counts)), decision_id, state)
    voting.require_majority(counts, decision_id, state)
    return counts


def _votes(decision_id: str, given: tuple[int | None, ...], state: State) -> Counts:
    """The counts that the command gives, which are those of the ballots when there are any."""
    stated = Counts(*(count or 0 for count in given)) if any(c is not None for c in given) else None
    counts = stated or state.counted
    if counts is None:
        raise Refused(
            "R6",
            N_("The decision {decision} is taken by {method_word}: its votes are missing."),
            N_("count_for, count_against, count_abstain"),
            decision=decision_id,
            method_word=state.method,
        )
    if state.counted and counts != state.counted:
        raise Refused(
            "R6",
            N_("The counts given for {decision} are not those of its ballots: {ballots}."),
            N_("leave the counts out: the ledger counts the ballots"),
            decision=decision_id,
            ballots=tuple(map(str, state.counted)),
        )
    return counts


def _reject(command: RejectDecision, state: State, _facts: Facts) -> list[Event]:
    _require_running(command.decision, state)
    given = (command.count_for, command.count_against, command.count_abstain)
    if state.method == "consent":
        voting.require_no_counts(given)
    counted = state.counted if command.outcome == "rejected" and state.method != "consent" else None
    counts = Counts(*(count or 0 for count in given)) if any(c is not None for c in given) else counted
    if counts and state.electorate:
        voting.require_few_enough(sum(counts), len(state.electorate), command.decision)
    return [
        DecisionRejected(
            decision_id=command.decision,
            outcome=command.outcome,
            meeting_id=command.meeting,
            **(counts._asdict() if counts else {}),
        )
    ]


def _opine(command: IssueOpinion, state: State, facts: Facts) -> list[Event]:
    decision_id = command.id or facts.new_id("decision")
    events, state = _brought_to_decision(decision_id, command, "advisory", state, facts)
    counts = (command.count_favourable, command.count_reserved, command.count_unfavourable)
    if state.electorate:
        voting.require_few_enough(sum(filter(None, counts)), len(state.electorate), decision_id)
    return [
        *events,
        OpinionIssued(
            decision_id=decision_id,
            position=command.position,
            count_favourable=command.count_favourable,
            count_reserved=command.count_reserved,
            count_unfavourable=command.count_unfavourable,
            addressee=command.addressee,
            meeting_id=command.meeting,
        ),
    ]


# -- after ----------------------------------------------------------------------------------------

_IN_FORCE = ("adopted", "issued")


def _end(command: EndDecision, state: State, facts: Facts) -> list[Event]:
    if state.status not in _IN_FORCE:
        over = state.status in ("superseded", "repealed", "expired")
        raise Refused(
            "DUPLICATE" if over else "ORDER",
            N_("The decision {decision} is not in force: {status_word}."),
            N_("only an adopted decision comes to an end"),
            decision=command.decision,
            status_word=state.status,
        )
    if command.how == "expired":
        _require_expired(command, state, _day(command, facts))
    else:
        _require_successor(command, facts)
    return [DecisionEnded(decision_id=command.decision, how=command.how, by_decision_id=command.by_decision)]


def _require_expired(command: EndDecision, state: State, day: date) -> None:
    if state.expires_on is None or day <= state.expires_on:
        raise Refused(
            "ORDER",
            N_("The decision {decision} has not expired on {day}."),
            N_("repealed, by the decision that ends it"),
            decision=command.decision,
            day=day,
        )


def _require_successor(command: EndDecision, facts: Facts) -> None:
    if command.by_decision is None or command.by_decision == command.decision:
        raise UsageError(
            N_("Which decision ends {decision}?"),
            N_("by_decision: another decision, adopted"),
            decision=command.decision,
        )
    successor = _state(f"decision/{command.by_decision}", facts)
    if successor.status not in _IN_FORCE:
        raise Refused(
            "R6",
            N_("The decision {by} is not in force: it cannot end {decision}."),
            N_("adopt-decision {by} first"),
            by=command.by_decision,
            decision=command.decision,
        )


def _publish(command: PublishDecision, _state: State, _facts: Facts) -> list[Event]:
    """A fact: what is published is published, decided or not."""
    return [Published(decision_id=command.decision, channel=command.channel, url=command.url)]


_DECIDE: dict[type[Command], Callable[[Any, State, Facts], list[Event]]] = {
    MakeProposal: _propose,
    RaiseObjection: _object,
    SettleObjection: _settle,
    OpenDecision: _open,
    CastBallot: _cast,
    AdoptDecision: _adopt,
    RejectDecision: _reject,
    IssueOpinion: _opine,
    EndDecision: _end,
    PublishDecision: _publish,
}
