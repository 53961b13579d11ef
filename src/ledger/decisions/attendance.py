"""Who took part in a decision: seats that were there by one of theirs or by proxy, and who stands back. Pure."""

from collections import Counter
from datetime import date
from typing import Protocol

from ledger.decisions import voting
from ledger.decisions.shared import Concluding, electors_of
from ledger.decisions.state import State
from ledger.kernel.errors import Refused
from ledger.kernel.facts import Facts
from ledger.language.catalogue import N_


class _Attended(Protocol):
    """What this concept needs to know of a meeting."""

    status: str
    present: tuple[str, ...]
    represented: tuple[str, ...]
    proxies: tuple[tuple[str, str], ...]
    """Absent parties, and the person there who speaks for each."""


def represented_seats(
    decision_id: str, command: Concluding, state: State, facts: Facts, day: date
) -> tuple[str, ...]:
    """Seats that took part: those named, else those that cast ballots, else those at the meeting."""
    electors = electors_of(facts)
    if command.represented:
        named = [voting.known_seat(party_id, state, electors, day) for party_id in command.represented]
        for seat_id in named:
            voting.require_seat(seat_id, decision_id, state, electors, day)
        return tuple(dict.fromkeys(named))
    there = seats_there(command.meeting, state, facts, day) if command.meeting else ()
    return state.took_part if state.ballots or not command.meeting else there


def seats_there(meeting_id: str | None, state: State, facts: Facts, day: date) -> tuple[str, ...]:
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
    electors = electors_of(facts)
    there = {*meeting.represented, *(electors.seat_of(person_id, day) for person_id in meeting.present)}
    carried = Counter[str]()
    for absent, carrier in meeting.proxies:
        seat_id = voting.known_seat(absent, state, electors, day)
        if carrier in meeting.present and seat_id not in there and carried[carrier] < state.proxy_limit:
            carried[carrier] += 1
            there.add(seat_id)
    return tuple(seat_id for seat_id in state.electorate if seat_id in there)


def recused_seats(
    represented: tuple[str, ...], meeting_id: str | None, state: State, facts: Facts, day: date
) -> tuple[str, ...]:
    """Seats that take no part: they said so, or only people to whom it gives something speak for them."""
    electors = electors_of(facts)
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
