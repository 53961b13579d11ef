"""Counts of voices: those that a command states and those recorded, together and by college. Pure."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

from ledger.decisions.events import CollegeVotes, Option
from ledger.decisions.state import Counts, State, Voices
from ledger.kernel.errors import Refused
from ledger.kernel.spelling import id_key
from ledger.language.catalogue import N_

OPINIONS: dict[str, Option] = {
    "count_favourable": "favourable",
    "count_reserved": "reserved",
    "count_unfavourable": "unfavourable",
    "count_abstain": "abstain",
}
"""What is counted of an opinion."""


class Votes(Protocol):
    """A command that may state votes, together or by college."""

    @property
    def count_for(self) -> int | None: ...
    @property
    def count_against(self) -> int | None: ...
    @property
    def count_abstain(self) -> int | None: ...
    @property
    def by_college(self) -> tuple[CollegeVotes, ...]: ...


def college(name: str, state: State) -> str:
    """A college of the decision, however its name is capitalised."""
    found = next((college for college in state.colleges if id_key(college) == id_key(name)), None)
    if found is None:
        raise Refused(
            "R5",
            N_("No college of this decision is called {college}."),
            N_("its colleges: {colleges}") if state.colleges else N_("its seats are in no college"),
            college=name,
            colleges=tuple(state.colleges),
        )
    return found


def seats_in(college: str | None, state: State) -> list[str]:
    """Seats of a college; of all when it is None."""
    return [seat for seat in state.electorate if college is None or state.college_of(seat) == college]


def stated(command: Votes, state: State) -> Voices:
    """The votes that a command gives, by college or together; empty when it gives none."""
    if command.by_college:
        by_name = {college(votes.college, state): votes for votes in command.by_college}
        return {
            name: heads(Counts(votes.count_for, votes.count_against, votes.count_abstain))
            for name, votes in by_name.items()
        }
    given = (command.count_for, command.count_against, command.count_abstain)
    if all(count is None for count in given):
        return {}
    return {None: heads(Counts(*(count or 0 for count in given)))}


def heads(counts: Counts) -> dict[Option, int]:
    """Counts by what was said."""
    return {"for": counts.count_for, "against": counts.count_against, "abstain": counts.count_abstain}


def summed(voices: Voices) -> Counts:
    """All colleges together."""
    said = sum((Counter(heads) for heads in voices.values()), Counter[Option]())
    return Counts(said["for"], said["against"], said["abstain"])


def plain(voices: Voices) -> dict[str | None, dict[Option, int]]:
    """Voices to compare: what nobody said is left out, and so are recusals."""
    found: dict[str | None, dict[Option, int]] = {}
    for college_name, said in voices.items():
        for option, count in said.items():
            if count and option != "recused":
                found.setdefault(college_name, {})[option] = count
    return found


def by_college(voices: Voices) -> tuple[CollegeVotes, ...]:
    """What each college said, for the event; empty where all were counted together."""
    return tuple(
        CollegeVotes(
            college=college,
            count_for=said.get("for", 0),
            count_against=said.get("against", 0),
            count_abstain=said.get("abstain", 0),
        )
        for college, said in voices.items()
        if college
    )
