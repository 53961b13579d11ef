"""Opening a proposal for decision: what is fixed from there on, and the second call. Pure."""

from datetime import date
from typing import ClassVar

from ledger.decisions import voting
from ledger.decisions.attendance import seats_there
from ledger.decisions.events import CollegeRule, DecisionOpened, Elector, Method
from ledger.decisions.proposals import proposal_of
from ledger.decisions.shared import (
    Concluding,
    Decide,
    day_of,
    decider,
    electors_of,
    require_running,
    with_meeting,
)
from ledger.decisions.state import State, evolve
from ledger.decisions.voting import Electors
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Day, Decision, Meeting
from ledger.language.catalogue import N_


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
        return with_meeting(self.decision, self.meeting)


def _open(command: OpenDecision, state: State, facts: Facts) -> list[Event]:
    if state.status == "open" and command.second_call:
        return [_called_again(command, state, facts)]
    if state.status == "open":
        raise Refused("DUPLICATE", N_("The decision {decision} is open already."), decision=command.decision)
    require_running(command.decision, state)
    if command.second_call:
        raise Refused(
            "ORDER",
            N_("The decision {decision} was not called a first time."),
            N_("open-decision {decision} first"),
            decision=command.decision,
        )
    day = day_of(command, facts)
    if command.closes and command.closes < day:
        raise UsageError(
            N_("A decision opened on {first} cannot close on {last}."),
            N_("check both days"),
            first=day,
            last=command.closes,
        )
    return [opening_of(command.decision, command.method, command.closes, state, facts, day)]


def opening_of(
    decision_id: str, method: Method | None, closes_on: date | None, state: State, facts: Facts, day: date
) -> DecisionOpened:
    """The rules in force on that day, and the seats of that day."""
    electors = electors_of(facts)
    advisory = electors.consortium_kind == "advisory"
    if advisory and method not in (None, "advisory"):
        raise binds_nobody(decision_id)
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
    there = seats_there(command.meeting, state, facts, day_of(command, facts)) if command.meeting else ()
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


def binds_nobody(decision_id: str) -> Refused:
    """The refusal (R4) to bind anybody in an advisory consortium."""
    return Refused(
        "R4",
        N_("An advisory consortium gives opinions: it cannot bind anybody with {decision}."),
        N_("issue-opinion {decision}; in minutes, position: favourable"),
        decision=decision_id,
    )


def brought_to_decision(
    decision_id: str,
    command: Concluding,
    method: Method | None,
    state: State,
    facts: Facts,
) -> tuple[list[Event], State]:
    """What has to happen first: the proposal or its revision, then the opening."""
    day = day_of(command, facts)
    events: list[Event] = []
    if state.status != "unknown":
        require_running(decision_id, state)
    proposal = proposal_of(decision_id, command, state)
    if proposal:
        events.append(proposal)
        state = evolve(state, proposal, day)
    if state.status == "draft":
        opening = opening_of(decision_id, method, None, state, facts, day)
        events.append(opening)
        state = evolve(state, opening, day)
    return events, state


DECIDE: dict[type[Command], Decide] = {
    OpenDecision: _open,
}

decide = decider(DECIDE)
