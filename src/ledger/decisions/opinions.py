"""Advisory opinions, and how many gave each. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from ledger.decisions import counting, voting
from ledger.decisions.attendance import represented_seats
from ledger.decisions.events import CollegeOpinions, OpinionIssued, Option
from ledger.decisions.opening import brought_to_decision
from ledger.decisions.shared import Decide, day_of, decider, with_meeting
from ledger.decisions.state import State, Voices
from ledger.kernel.errors import Refused
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Count, Id, Meeting, NewDecision, Organisation, Text
from ledger.language.catalogue import N_


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
        return with_meeting(self.id, self.meeting)


def _opine(command: IssueOpinion, state: State, facts: Facts) -> list[Event]:
    decision_id, day = command.id or facts.new_id("decision"), day_of(command, facts)
    events, state = brought_to_decision(decision_id, command, "advisory", state, facts)
    represented = represented_seats(decision_id, command, state, facts, day)
    voices = _opinions(decision_id, command, state)
    if voices and state.electorate:
        voting.require_one_voice_each(decision_id, voices, (), (), state)
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


DECIDE: dict[type[Command], Decide] = {
    IssueOpinion: _opine,
}

decide = decider(DECIDE)
