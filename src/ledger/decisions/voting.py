"""Who may say what in a decision, and whether enough of them did (R3, R5, R6, R15). Pure.

Everything is judged by the rules fixed when the decision was opened, never by today's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from ledger.decisions.events import Method, Option
from ledger.decisions.state import State, Voices
from ledger.kernel.errors import Refused
from ledger.kernel.facts import Roster
from ledger.language.catalogue import N_

OPTIONS: dict[Method, tuple[Option, ...]] = {
    "consent": ("consent", "stand_aside", "recused"),
    "majority": ("for", "against", "abstain", "recused"),
    "qualified_majority": ("for", "against", "abstain", "recused"),
    "advisory": ("favourable", "reserved", "unfavourable", "abstain", "recused"),
}
"""What a ballot may say. Who disagrees with a consent raises an objection."""

DEFAULT_THRESHOLDS_BP: dict[Method, int] = {"majority": 5_000, "qualified_majority": 6_666}
"""More than half; at least two thirds, rounded down so that four votes of six are enough."""


class _Seat(Protocol):
    @property
    def seat_id(self) -> str: ...
    @property
    def college(self) -> str | None: ...
    @property
    def weight_bp(self) -> int: ...


class _MethodRule(Protocol):
    quorum_seats: int | None
    quorum_share_bp: int | None
    second_quorum_seats: int | None
    second_quorum_share_bp: int | None
    threshold_bp: int | None


class Electors(Roster, Protocol):
    """What deciding needs to know of the consortium beyond the roster: its seats, and how it decides."""

    def seats(self, on: date) -> Sequence[_Seat]:
        """Seats that decide together on that day."""

    def seat_of(self, party_id: str, on: date) -> str | None:
        """The seat that a party has, or speaks for."""

    def person_of(self, seat_id: str) -> str | None:
        """The person who holds a seat as theirs."""

    def rules_in_force(self, on: date) -> str | None:
        """The version of the rules that applies."""

    def method_rule(self, method: str, on: date) -> _MethodRule | None:
        """What the rules say of one method in particular."""

    def method_for(self, domain: str, on: date) -> Method:
        """How a matter is decided."""

    def speaks_for_external_carrier(self, party_id: str, on: date) -> bool:
        """Whether a party or a seat is the external carrier's."""


class Way(NamedTuple):
    """What the rules in force ask of a decision by some method."""

    quorum_seats: int
    second_quorum_seats: int | None
    threshold_bp: int | None


def way(method: Method, electors: Electors, on: date, seats: int) -> Way:
    """How a method decides on that day: its own rules, else those of all; an opinion needs no quorum."""
    own = electors.method_rule(method, on)
    first, second = (_quorum(name, method, own, electors, on, seats) for name in ("quorum", "second_quorum"))
    return Way(first or 0, second, threshold(method, electors, on))


def _quorum(
    name: str, method: Method, own: _MethodRule | None, electors: Electors, on: date, seats: int
) -> int | None:
    """A quorum in seats, from a number and a share of them; None when the rules ask for neither."""
    names = (f"{name}_seats", f"{name}_share_bp")
    count, share_bp = (getattr(own, each, None) for each in names)
    if count is None and share_bp is None and method != "advisory":
        count, share_bp = (electors.rule(each, on) for each in names)
    if count is None and share_bp is None:
        return None
    return max(count or 0, -(-seats * (share_bp or 0) // 10_000))


def threshold(method: Method, electors: Electors, on: date) -> int | None:
    """Share of the votes that a method needs: the adopted one when it is the rules' method, else its own."""
    if method not in DEFAULT_THRESHOLDS_BP:
        return None
    own = electors.method_rule(method, on)
    if own and own.threshold_bp is not None:
        return own.threshold_bp
    adopted: int | None = electors.rule("threshold_bp", on) if electors.rule("method", on) == method else None
    return adopted or DEFAULT_THRESHOLDS_BP[method]


def carrier_has_no_say(party_id: str) -> Refused:
    """R3: whoever carries from outside, and its people, do not vote."""
    return Refused(
        "R3",
        N_("{seat} speaks for the external carrier, which has no say in the decisions."),
        N_("record only the members' voices"),
        seat=party_id,
    )


def known_seat(party_id: str, state: State, electors: Electors, day: date) -> str:
    """The seat that a party has in this decision: its own id when it is one, else where it sits now."""
    return party_id if party_id in state.electorate else electors.seat_of(party_id, day) or party_id


def require_seat(seat_id: str, decision_id: str, state: State, electors: Electors, on: date) -> None:
    """The seat is of the electorate fixed at the opening.

    Raises:
        Refused: R3, it is the external carrier's; R5, it has no say here.
    """
    if electors.speaks_for_external_carrier(seat_id, on):
        raise carrier_has_no_say(seat_id)
    if seat_id not in state.electorate:
        raise Refused(
            "R5",
            N_("{seat} has no seat in the decision {decision}."),
            N_("its seats, fixed when it was opened: {electorate}"),
            seat=seat_id,
            decision=decision_id,
            electorate=state.electorate,
        )


def require_open(decision_id: str, state: State, on: date) -> None:
    """Ballots are taken now.

    Raises:
        Refused: R5, not open yet, or closed.
    """
    if state.status == "draft":
        raise Refused(
            "R5",
            N_("The decision {decision} is not open for ballots yet."),
            N_("open-decision {decision} first"),
            decision=decision_id,
        )
    if state.status != "open" or (state.closes_on and on > state.closes_on):
        raise Refused(
            "R5",
            N_("The decision {decision} is closed: it takes no more ballots."),
            N_("check the decision and the day"),
            decision=decision_id,
        )


def require_option(option: Option, state: State) -> None:
    """The ballot says something that the method knows.

    Raises:
        Refused: R5.
    """
    options = OPTIONS[state.method or "consent"]
    if option not in options:
        raise Refused(
            "R5",
            N_("“{option_word}” is not a ballot here: the method is {method_word}."),
            N_("one of: {options}; who disagrees with a consent raises an objection"),
            option_word=option,
            method_word=state.method,
            options=options,
        )


def require_quorum(represented: Sequence[str], voices: Voices, decision_id: str, state: State) -> None:
    """Enough seats took part; in each college that has a quorum of its own, on the first call.

    Args:
        represented: seats that took part, empty when nobody said which.
        voices: what was counted, by college.

    Raises:
        Refused: R6.
    """
    heads = Counter({college: sum(said.values()) for college, said in voices.items()})
    there = Counter(map(state.college_of, represented))
    count = max(len(represented), heads.total())
    if count < state.quorum_seats:
        again = state.second_quorum_seats is not None and not state.second_call
        raise Refused(
            "R6",
            N_("The decision {decision} has no quorum: seats represented {count}, needed {quorum}."),
            N_("call it again: open-decision {decision}, with second_call")
            if again
            else N_("name the lieux that took part (represented), or take it up again at the next meeting"),
            decision=decision_id,
            count=count,
            quorum=state.quorum_seats,
        )
    for college in () if state.second_call else state.colleges.values():
        count = max(there[college.college], heads[college.college])
        if count < (college.quorum_seats or 0):
            raise Refused(
                "R6",
                N_("{decision} has no quorum in the college {college}: {count} there, needed {quorum}."),
                N_("name the seats that took part (represented), or take it up again at the next meeting"),
                decision=decision_id,
                college=college.college,
                count=count,
                quorum=college.quorum_seats,
            )


def require_unconcerned(seat_id: str, person_id: str | None, state: State, electors: Electors) -> None:
    """Nobody votes on what they are given.

    Raises:
        Refused: R15.
    """
    for person in filter(None, (person_id, electors.person_of(seat_id))):
        if person in state.beneficiaries:
            raise Refused(
                "R15",
                N_("{person} is given something by this decision, and takes no part in it."),
                N_("option: recused"),
                person=person,
            )


def require_no_objection(decision_id: str, state: State) -> None:
    """Nobody's paramount objection stands.

    Raises:
        Refused: R6.
    """
    if state.standing_objections:
        raise Refused(
            "R6",
            N_("The decision {decision} is not consented to: {objections} stands unresolved."),
            N_("settle-objection: integrated, withdrawn or found_invalid"),
            decision=decision_id,
            objections=state.standing_objections,
        )


def require_no_counts(counts: Iterable[object]) -> None:
    """A consent is not counted: invented votes would be published as real ones.

    Raises:
        Refused: R6.
    """
    if any(count is not None for count in counts):
        raise Refused(
            "R6",
            N_("A consent is not counted: it has no votes for or against."),
            N_("leave the counts out, or open the decision by majority"),
        )


def require_few_enough(votes: int, seats: int, decision_id: str) -> None:
    """Each seat has one voice.

    Raises:
        Refused: R5.
    """
    if votes > seats:
        raise Refused(
            "R5",
            N_("{votes} votes on the decision {decision}, and only {seats} seats to cast them."),
            N_("count one voice a seat"),
            votes=votes,
            decision=decision_id,
            seats=seats,
        )


def require_one_voice_each(
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
        require_few_enough(heads, len(seats), decision_id)
