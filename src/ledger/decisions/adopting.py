"""Adopting a decision, or rejecting it: with what votes it passes. Pure."""

from typing import ClassVar, Literal, NamedTuple

from ledger.decisions import counting, majority, voting
from ledger.decisions.attendance import recused_seats, represented_seats
from ledger.decisions.events import CollegeVotes, DecisionAdopted, DecisionRejected, Domain, Method
from ledger.decisions.opening import binds_nobody, brought_to_decision
from ledger.decisions.shared import Decide, day_of, decider, require_running, with_meeting
from ledger.decisions.state import Counts, State, Voices
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Cents, Count, Day, Decision, Id, Lieu, Meeting, NewDecision, Person, Text
from ledger.language.catalogue import N_


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
        return with_meeting(self.id, self.meeting)


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


def _adopt(command: AdoptDecision, state: State, facts: Facts) -> list[Event]:
    """Proposes and opens on the way what was not: a meeting that decides does all three at once."""
    decision_id, day = command.id or facts.new_id("decision"), day_of(command, facts)
    if facts.roster.consortium_kind == "advisory":
        raise binds_nobody(decision_id)
    events, state = brought_to_decision(decision_id, command, command.method, state, facts)
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
    represented = represented_seats(decision_id, command, state, facts, day)
    recused = recused_seats(represented, command.meeting, state, facts, day)
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
    voting.require_one_voice_each(decision_id, voices, represented, recused, state)
    voting.require_quorum(represented, voices, decision_id, state)
    share = majority.require_majority(voices, decision_id, state)
    share_for_bp = int(share * 10_000) if state.weighs else None
    return _Result(counts, counting.by_college(voices), share_for_bp)


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
    require_running(command.decision, state)
    given = (command.count_for, command.count_against, command.count_abstain)
    if state.method == "consent":
        voting.require_no_counts((*given, *command.by_college))
    voices = counting.stated(command, state)
    if command.outcome == "rejected" and state.method != "consent" and (voices or state.voices):
        voices = _voices(command.decision, command, state)
    if voices and state.electorate:
        voting.require_one_voice_each(command.decision, voices, (), (), state)
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


DECIDE: dict[type[Command], Decide] = {
    AdoptDecision: _adopt,
    RejectDecision: _reject,
}

decide = decider(DECIDE)
