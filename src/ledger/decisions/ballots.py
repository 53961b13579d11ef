"""Ballots: a seat's own, by proxy, or the tally of a show of hands. Pure."""

from datetime import date
from typing import ClassVar

from ledger.decisions import counting, voting
from ledger.decisions.events import BallotCast, Option
from ledger.decisions.shared import Decide, day_of, decider, electors_of
from ledger.decisions.state import TALLIED, State
from ledger.decisions.voting import Electors
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Count, Decision, Id, Person, Word
from ledger.language.catalogue import N_


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


def _cast(command: CastBallot, state: State, facts: Facts) -> list[Event]:
    day = day_of(command, facts)
    voting.require_open(command.decision, state, day)
    if any(getattr(command, count) is not None for count in TALLIED):
        return [_tally(command, state)]
    if command.option is None:
        raise UsageError(N_("The ballot says nothing."), N_("option: what the seat says"))
    if state.tallies:
        raise _counted_already(command.decision)
    electors = electors_of(facts)
    seat_id = _seat(command, state, electors, day)
    absent = command.proxy_for and voting.known_seat(command.proxy_for, state, electors, day)
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


def _seat(command: CastBallot, state: State, electors: Electors, day: date) -> str:
    """The seat that casts the ballot: the one named, else the person's own."""
    own = electors.seat_of(command.person, day) if command.person else None
    named = command.seat and voting.known_seat(command.seat, state, electors, day)
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


DECIDE: dict[type[Command], Decide] = {
    CastBallot: _cast,
}

decide = decider(DECIDE)
