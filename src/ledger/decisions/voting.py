"""When a decision passes: seats, ballots, quorum and threshold (R3, R5, R6). Pure.

Everything is judged by the rules fixed when the decision was opened, never by today's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from ledger.decisions.events import Method, Option
from ledger.decisions.state import Counts, State
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


class Electors(Roster, Protocol):
    """What deciding needs to know of the consortium beyond the roster: its seats."""

    def electorate(self, on: date) -> tuple[str, ...]:
        """Seats that decide together on that day."""

    def seat_of(self, person_id: str, on: date) -> str | None:
        """The seat that a person speaks for."""

    def speaks_for_external_carrier(self, party_id: str, on: date) -> bool:
        """Whether a party or a seat is the external carrier's."""


def threshold(method: Method, electors: Electors, on: date) -> int | None:
    """Share of the votes that a method needs: the adopted one when it is the rules' method, else its own."""
    if method not in DEFAULT_THRESHOLDS_BP:
        return None
    adopted: int | None = electors.rule("threshold_bp", on) if electors.rule("method", on) == method else None
    return adopted or DEFAULT_THRESHOLDS_BP[method]


def require_seat(seat_id: str, decision_id: str, state: State, electors: Electors, on: date) -> None:
    """The seat is of the electorate fixed at the opening.

    Raises:
        Refused: R3, it is the external carrier's; R5, it has no say here.
    """
    if electors.speaks_for_external_carrier(seat_id, on):
        raise Refused(
            "R3",
            N_("{seat} speaks for the external carrier, which has no say in the decisions."),
            N_("record only the members' voices"),
            seat=seat_id,
        )
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


def require_quorum(represented: int, decision_id: str, state: State) -> None:
    """Enough seats took part.

    Raises:
        Refused: R6.
    """
    if represented < state.quorum_seats:
        raise Refused(
            "R6",
            N_("The decision {decision} has no quorum: seats represented {count}, needed {quorum}."),
            N_("name the lieux that took part (represented), or take it up again at the next meeting"),
            decision=decision_id,
            count=represented,
            quorum=state.quorum_seats,
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


def require_no_counts(counts: Iterable[int | None]) -> None:
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


def require_majority(counts: Counts, decision_id: str, state: State) -> None:
    """Votes for reach the threshold of the votes expressed; abstentions are not votes.

    Raises:
        Refused: R6.
    """
    expressed = counts.count_for + counts.count_against
    threshold_bp = state.threshold_bp or 0
    needed, reached = threshold_bp * expressed, counts.count_for * 10_000
    passes = reached >= needed if state.method == "qualified_majority" else reached > needed
    if not expressed or not passes:
        raise Refused(
            "R6",
            N_("{decision} does not pass: {count_for} for, {count_against} against, needed {threshold_bp}."),
            N_("reject-decision {decision}, or vote again on a revised text"),
            decision=decision_id,
            count_for=counts.count_for,
            count_against=counts.count_against,
            threshold_bp=threshold_bp,
        )
