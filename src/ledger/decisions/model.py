"""Commands and rules of decisions: consent, votes, opinions. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, cast

from ledger.decisions import counting, majority, voting
from ledger.decisions.events import (
    BallotCast,
    CollegeOpinions,
    CollegeRule,
    CollegeVotes,
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
    Published,
)
from ledger.decisions.state import TALLIED, Counts, State, Voices, evolve
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


def _with_meeting(decision_id: str | None, meeting_id: str | None) -> tuple[str, ...]:
    return (f"decision/{decision_id}", *([f"meeting/{meeting_id}"] if meeting_id else []))


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
    beneficiaries: tuple[Person, ...] = ()
    """People to whom it gives something: they take no part in the vote."""

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
    second_call: bool = False
    """It was open and had no quorum: called again, under the second quorum of its rules."""

    meeting: Meeting | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream, and the meeting that had no quorum."""
        return _with_meeting(self.decision, self.meeting)


class CastBallot(Command):
    """Cast a seat's ballot, recuse it, or record the tally of a show of hands, of a college or of all."""

    ACT: ClassVar[str] = "cast-ballot"

    decision: Decision
    seat: Id | None = None
    person: Person | None = None
    option: Option | None = None
    proxy_for: Id | None = None
    college: Word | None = None
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    count_favourable: Count | None = None
    count_reserved: Count | None = None
    count_unfavourable: Count | None = None
    secret: bool = False

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
    represented: tuple[Id, ...] = ()
    """Seats that took part, by lieu, organisation, person or role; left out, those at the meeting."""

    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    by_college: tuple[CollegeVotes, ...] = ()
    lieux: tuple[Lieu, ...] = ()
    beneficiaries: tuple[Person, ...] = ()

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream, and the meeting that decides."""
        return _with_meeting(self.id, self.meeting)


class RejectDecision(Command):
    """Record that a proposal was rejected, or withdrawn."""

    ACT: ClassVar[str] = "reject-decision"

    decision: Decision
    outcome: Literal["rejected", "withdrawn"] = "rejected"
    meeting: Meeting | None = None
    count_for: Count | None = None
    count_against: Count | None = None
    count_abstain: Count | None = None
    by_college: tuple[CollegeVotes, ...] = ()

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
    count_abstain: Count | None = None
    by_college: tuple[CollegeOpinions, ...] = ()
    addressee: Organisation | None = None
    meeting: Meeting | None = None
    represented: tuple[Id, ...] = ()

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream, and the meeting that gives the opinion."""
        return _with_meeting(self.id, self.meeting)


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
    proxies: tuple[tuple[str, str], ...]
    """Absent parties, and the person there who speaks for each."""


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
    "beneficiaries": "beneficiaries",
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
    if state.status == "open" and command.second_call:
        return [_called_again(command, state, facts)]
    if state.status == "open":
        raise Refused("DUPLICATE", N_("The decision {decision} is open already."), decision=command.decision)
    _require_running(command.decision, state)
    if command.second_call:
        raise Refused(
            "ORDER",
            N_("The decision {decision} was not called a first time."),
            N_("open-decision {decision} first"),
            decision=command.decision,
        )
    day = _day(command, facts)
    if command.closes and command.closes < day:
        raise UsageError(
            N_("A decision opened on {first} cannot close on {last}."),
            N_("check both days"),
            first=day,
            last=command.closes,
        )
    return [_opening(command.decision, command.method, command.closes, state, facts, day)]


def _opening(
    decision_id: str, method: Method | None, closes_on: date | None, state: State, facts: Facts, day: date
) -> DecisionOpened:
    """The rules in force on that day, and the seats of that day."""
    electors = _electors(facts)
    advisory = electors.consortium_kind == "advisory"
    if advisory and method not in (None, "advisory"):
        raise _advisory(decision_id)
    usual: Method = "advisory" if advisory else electors.method_for(state.domain or "other", day)
    chosen = method or usual
    seats = electors.seats(day)
    way = voting.way(chosen, electors, day, len(seats))
    return DecisionOpened(
        decision_id=decision_id,
        method=chosen,
        quorum_seats=way.quorum_seats,
        second_quorum_seats=way.second_quorum_seats,
        threshold_bp=way.threshold_bp,
        electorate=tuple(seat.seat_id for seat in seats),
        seats=tuple(
            Elector(seat_id=seat.seat_id, college=seat.college, weight_bp=seat.weight_bp)
            for seat in seats
            if seat.college or seat.weight_bp != 10_000
        ),
        colleges=_colleges({seat.college for seat in seats}, electors, day),
        proxy_limit=electors.rule("proxy_limit", day),
        rules_id=electors.rules_in_force(day),
        closes_on=closes_on,
    )


def _colleges(named: set[str | None], electors: Electors, day: date) -> tuple[CollegeRule, ...]:
    """The colleges of the rules, when the electorate sits in colleges."""
    return tuple(
        CollegeRule(
            college=college.college,
            weight_bp=college.weight_bp,
            threshold_bp=college.threshold_bp,
            quorum_seats=college.quorum_seats,
        )
        for college in electors.rule("colleges", day)
        if named - {None}
    )


def _called_again(command: OpenDecision, state: State, facts: Facts) -> DecisionOpened:
    """The second call: the same rules and electorate, the second quorum, and voices counted anew."""
    if state.second_call or state.second_quorum_seats is None:
        raise Refused(
            "DUPLICATE" if state.second_call else "R6",
            N_("The decision {decision} was called a second time already.")
            if state.second_call
            else N_("The rules that {decision} follows foresee no second call."),
            N_("reject-decision {decision}, and propose it anew"),
            decision=command.decision,
        )
    there = _there(command.meeting, state, facts, _day(command, facts)) if command.meeting else ()
    if there and len(there) >= state.quorum_seats:
        raise Refused(
            "ORDER",
            N_("The meeting {meeting} had the quorum for {decision}: {count} seats, needed {quorum}."),
            N_("adopt-decision or reject-decision {decision}"),
            meeting=command.meeting,
            decision=command.decision,
            count=len(there),
            quorum=state.quorum_seats,
        )
    return DecisionOpened(
        decision_id=command.decision,
        method=state.method or "consent",
        quorum_seats=state.second_quorum_seats,
        second_quorum_seats=state.second_quorum_seats,
        second_call=True,
        threshold_bp=state.threshold_bp,
        electorate=state.electorate,
        seats=tuple(state.seats.values()),
        colleges=tuple(state.colleges.values()),
        proxy_limit=state.proxy_limit,
        rules_id=state.rules_id,
        meeting_id=command.meeting,
        closes_on=command.closes,
    )


def _advisory(decision_id: str) -> Refused:
    return Refused(
        "R4",
        N_("An advisory consortium gives opinions: it cannot bind anybody with {decision}."),
        N_("issue-opinion {decision}; in minutes, position: favourable"),
        decision=decision_id,
    )


def _cast(command: CastBallot, state: State, facts: Facts) -> list[Event]:
    day = _day(command, facts)
    voting.require_open(command.decision, state, day)
    if any(getattr(command, count) is not None for count in TALLIED):
        return [_tally(command, state)]
    if command.option is None:
        raise UsageError(N_("The ballot says nothing."), N_("option: what the seat says"))
    if state.tallies:
        raise _counted_already(command.decision)
    electors = _electors(facts)
    seat_id = _seat(command, state, electors, day)
    absent = command.proxy_for and _known_seat(command.proxy_for, state, electors, day)
    for seat in filter(None, (seat_id, absent)):
        voting.require_seat(seat, command.decision, state, electors, day)
    voting.require_option(command.option, state)
    if command.option != "recused":
        voting.require_unconcerned(absent or seat_id, command.person, state, electors)
    _once(command.decision, seat_id, absent, state)
    return [
        BallotCast(
            decision_id=command.decision,
            seat_id=seat_id,
            person_id=command.person,
            option=command.option,
            proxy_for=absent,
            secret=command.secret,
        )
    ]


def _known_seat(party_id: str, state: State, electors: Electors, day: date) -> str:
    """The seat that a party has in this decision: its own id when it is one, else where it sits now."""
    return party_id if party_id in state.electorate else electors.seat_of(party_id, day) or party_id


def _seat(command: CastBallot, state: State, electors: Electors, day: date) -> str:
    """The seat that casts the ballot: the one named, else the person's own."""
    own = electors.seat_of(command.person, day) if command.person else None
    named = command.seat and _known_seat(command.seat, state, electors, day)
    if named and own and own != named:
        raise Refused(
            "R5",
            N_("{person} speaks for {own}, not for {seat}."),
            N_("proxy_for: {seat}, when {own} holds its proxy"),
            person=command.person,
            own=own,
            seat=command.seat,
        )
    seat_id = named or own
    if seat_id:
        return seat_id
    if command.person and electors.speaks_for_external_carrier(command.person, day):
        raise voting.carrier_has_no_say(command.person)
    if command.person:
        raise Refused(
            "R5",
            N_("{person} speaks for no seat on {day}."),
            N_("seat: the seat they spoke for"),
            person=command.person,
            day=day,
        )
    raise UsageError(N_("Whose ballot is it?"), N_("seat: a lieu; or the counts of a show of hands"))


def _once(decision_id: str, seat_id: str, absent: str | None, state: State) -> None:
    """One ballot a seat, and no more proxies a seat than the rules allow."""
    voice = absent or seat_id
    if voice in state.ballots:
        raise Refused(
            "R5",
            N_("{seat} has cast its ballot on {decision} already."),
            N_("correct the ballot if it was recorded by mistake"),
            seat=voice,
            decision=decision_id,
        )
    carried = [seat for seat, ballot in state.ballots.items() if ballot.cast_by == seat_id != seat]
    if absent and len(carried) >= state.proxy_limit:
        raise Refused(
            "R5",
            N_("{seat} carries as many proxies as it may: {carried}.")
            if carried
            else N_("Nobody may carry the proxy of {absent}: the rules allow none."),
            N_("give the proxy to another seat"),
            seat=seat_id,
            carried=carried,
            absent=absent,
        )


def _tally(command: CastBallot, state: State) -> BallotCast:
    """A show of hands: one tally of all, or one of each college; and no ballots beside it."""
    counts = {name: getattr(command, name) for name in TALLIED if getattr(command, name) is not None}
    if state.method == "consent":
        voting.require_no_counts(counts.values())
    for name in counts:
        voting.require_option(TALLIED[name], state)
    college = counting.college(command.college, state) if command.college else None
    if state.ballots or college in state.tallies or None in state.tallies or (state.tallies and not college):
        raise _counted_already(command.decision)
    voting.require_few_enough(sum(counts.values()), len(counting.seats_in(college, state)), command.decision)
    return BallotCast(
        decision_id=command.decision,
        person_id=command.person,
        college=college,
        secret=command.secret,
        **counts,
    )


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
    recused = _recused(represented, command.meeting, state, facts, day)
    result = passes(decision_id, command, state, represented, recused)
    return [
        *events,
        DecisionAdopted(
            decision_id=decision_id,
            revision=state.revision,
            effective_on=effective_on,
            meeting_id=command.meeting,
            represented=represented,
            recused=recused,
            by_college=result.by_college,
            share_for_bp=result.share_for_bp,
            **(result.counts._asdict() if result.counts else {}),
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
        opening = _opening(decision_id, method, None, state, facts, day)
        events.append(opening)
        state = evolve(state, opening, day)
    return events, state


def _represented(
    decision_id: str, command: AdoptDecision | IssueOpinion, state: State, facts: Facts, day: date
) -> tuple[str, ...]:
    """Seats that took part: those named, else those that cast ballots, else those at the meeting."""
    electors = _electors(facts)
    if command.represented:
        named = [_known_seat(party_id, state, electors, day) for party_id in command.represented]
        for seat_id in named:
            voting.require_seat(seat_id, decision_id, state, electors, day)
        return tuple(dict.fromkeys(named))
    there = _there(command.meeting, state, facts, day) if command.meeting else ()
    return state.took_part if state.ballots or not command.meeting else there


def _there(meeting_id: str | None, state: State, facts: Facts, day: date) -> tuple[str, ...]:
    """Seats of the decision that were at a meeting, by somebody of theirs or by proxy.

    Raises:
        Refused: ORDER, it was not held.
    """
    meeting: _Attended | None = facts.states.get(f"meeting/{meeting_id}")
    if meeting is None or meeting.status not in ("held", "approved"):
        raise Refused(
            "ORDER",
            N_("The meeting {meeting} was not held: nothing was decided there."),
            N_("hold-meeting {meeting} first"),
            meeting=meeting_id,
        )
    electors = _electors(facts)
    there = {*meeting.represented, *(electors.seat_of(person_id, day) for person_id in meeting.present)}
    carried = Counter[str]()
    for absent, carrier in meeting.proxies:
        seat_id = _known_seat(absent, state, electors, day)
        if carrier in meeting.present and seat_id not in there and carried[carrier] < state.proxy_limit:
            carried[carrier] += 1
            there.add(seat_id)
    return tuple(seat_id for seat_id in state.electorate if seat_id in there)


def _recused(
    represented: tuple[str, ...], meeting_id: str | None, state: State, facts: Facts, day: date
) -> tuple[str, ...]:
    """Seats that take no part: they said so, or only people to whom it gives something speak for them."""
    electors = _electors(facts)
    meeting: _Attended | None = facts.states.get(f"meeting/{meeting_id}") if meeting_id else None
    speakers: dict[str | None, set[str]] = {}
    for person_id in meeting.present if meeting and state.beneficiaries else ():
        speakers.setdefault(electors.seat_of(person_id, day), set()).add(person_id)
    concerned = set(state.beneficiaries)

    def stands_back(seat_id: str) -> bool:
        ballot = state.ballots.get(seat_id)
        if ballot:
            return ballot.option == "recused"
        alone = speakers.get(seat_id, set())
        return electors.person_of(seat_id) in concerned or bool(alone and alone <= concerned)

    return tuple(seat_id for seat_id in represented if stands_back(seat_id))


class _Result(NamedTuple):
    """With what a decision passes: nothing for a consent."""

    counts: Counts | None = None
    by_college: tuple[CollegeVotes, ...] = ()
    share_for_bp: int | None = None


def passes(
    decision_id: str,
    command: AdoptDecision,
    state: State,
    represented: tuple[str, ...],
    recused: tuple[str, ...],
) -> _Result:
    """The votes with which it passes.

    Raises:
        Refused: R5 or R6.
    """
    given = (command.count_for, command.count_against, command.count_abstain)
    if state.method == "consent":
        voting.require_no_counts((*given, *command.by_college))
        voting.require_no_objection(decision_id, state)
        voting.require_quorum(represented, {}, decision_id, state)
        return _Result()
    voices = _voices(decision_id, command, state)
    counts = counting.summed(voices)
    _require_few_enough(decision_id, voices, represented, recused, state)
    voting.require_quorum(represented, voices, decision_id, state)
    share = majority.require_majority(voices, decision_id, state)
    share_for_bp = int(share * 10_000) if state.weighs else None
    return _Result(counts, counting.by_college(voices), share_for_bp)


def _require_few_enough(
    decision_id: str,
    voices: Voices,
    represented: tuple[str, ...],
    recused: tuple[str, ...],
    state: State,
) -> None:
    """One voice a seat, of those that were there and took part."""
    there = [seat for seat in represented or state.electorate if seat not in recused]
    for college, said in voices.items():
        seats = [s for s in there if college is None or state.college_of(s) == college]
        heads = sum(count for option, count in said.items() if option != "recused")
        voting.require_few_enough(heads, len(seats), decision_id)


def _voices(decision_id: str, command: AdoptDecision | RejectDecision, state: State) -> Voices:
    """The votes that the command gives, which are those recorded when there are any."""
    stated = counting.stated(command, state)
    if not stated and not state.voices:
        raise Refused(
            "R6",
            N_("The decision {decision} is taken by {method_word}: its votes are missing."),
            N_("count_for, count_against, count_abstain"),
            decision=decision_id,
            method_word=state.method,
        )
    apart = bool(stated) and None not in stated
    recorded: Voices = state.voices if apart else {None: counting.heads(counting.summed(state.voices))}
    if stated and state.voices and counting.plain(stated) != counting.plain(recorded):
        raise Refused(
            "R6",
            N_("The counts given for {decision} are not those of its ballots: {ballots}."),
            N_("leave the counts out: the ledger counts the ballots"),
            decision=decision_id,
            ballots=tuple(map(str, state.counted or ())),
        )
    return state.voices or stated


def _reject(command: RejectDecision, state: State, _facts: Facts) -> list[Event]:
    _require_running(command.decision, state)
    given = (command.count_for, command.count_against, command.count_abstain)
    if state.method == "consent":
        voting.require_no_counts((*given, *command.by_college))
    voices = counting.stated(command, state)
    if command.outcome == "rejected" and state.method != "consent" and (voices or state.voices):
        voices = _voices(command.decision, command, state)
    if voices and state.electorate:
        _require_few_enough(command.decision, voices, (), (), state)
    counts = counting.summed(voices) if voices else None
    return [
        DecisionRejected(
            decision_id=command.decision,
            outcome=command.outcome,
            meeting_id=command.meeting,
            by_college=counting.by_college(voices),
            **(counts._asdict() if counts else {}),
        )
    ]


def _opine(command: IssueOpinion, state: State, facts: Facts) -> list[Event]:
    decision_id, day = command.id or facts.new_id("decision"), _day(command, facts)
    events, state = _brought_to_decision(decision_id, command, "advisory", state, facts)
    represented = _represented(decision_id, command, state, facts, day)
    voices = _opinions(decision_id, command, state)
    if voices and state.electorate:
        _require_few_enough(decision_id, voices, (), (), state)
    voting.require_quorum(represented, voices, decision_id, state)
    return [
        *events,
        OpinionIssued(
            decision_id=decision_id,
            position=command.position,
            addressee=command.addressee,
            meeting_id=command.meeting,
            represented=represented,
            **opinion_counts(voices, command.count_abstain),
        ),
    ]


def opinion_counts(voices: Voices, count_abstain: int | None) -> dict[str, Any]:
    """What an opinion says of the voices, together and by college; nothing when none were counted."""
    if not voices:
        return {}
    said = sum((Counter(heads) for heads in voices.values()), Counter[Option]())
    counts: dict[str, Any] = {name: said[option] for name, option in counting.OPINIONS.items()}
    if not said["abstain"]:
        counts["count_abstain"] = count_abstain  # an opinion seldom counts them
    counts["by_college"] = tuple(
        CollegeOpinions(college=college, **{n: heads.get(o, 0) for n, o in counting.OPINIONS.items()})
        for college, heads in voices.items()
        if college
    )
    return counts


def _opinions(decision_id: str, command: IssueOpinion, state: State) -> Voices:
    """The opinions that the command gives, which are those recorded when there are any."""
    stated: dict[str | None, Mapping[Option, int]] = {
        counting.college(part.college, state): {o: getattr(part, n) for n, o in counting.OPINIONS.items()}
        for part in command.by_college
    }
    given = {o: count for n, o in counting.OPINIONS.items() if (count := getattr(command, n)) is not None}
    if given and not stated:
        stated = {None: given}
    together = sum((Counter(heads) for heads in (state.voices or stated).values()), Counter[Option]())
    if given and any(together[option] != count for option, count in given.items()):
        raise Refused(
            "R6",
            N_("The opinions counted for {decision} do not add up to those of its ballots or colleges."),
            N_("leave the totals out: the ledger adds them up"),
            decision=decision_id,
        )
    return state.voices or stated


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
