"""Proposals, and the objections to them: made, revised, raised, settled. Pure."""

from typing import Any, ClassVar, Literal

from ledger.decisions.events import Domain, ObjectionRaised, ObjectionSettled, ProposalMade
from ledger.decisions.shared import Decide, Proposing, day_of, decider, electors_of, require_running
from ledger.decisions.state import State
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    Cents,
    Day,
    Decision,
    Id,
    Lieu,
    Meeting,
    NewDecision,
    NewObjection,
    Person,
    Private,
    Sealed,
    Text,
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
        require_running(decision_id, state)
    proposal = proposal_of(decision_id, command, state)
    if proposal is None:
        raise Refused(
            "DUPLICATE",
            N_("The proposal {decision} says that already."),
            N_("revise its text, or leave it as it is"),
            decision=decision_id,
        )
    return [proposal]


def proposal_of(decision_id: str, command: Proposing, state: State) -> ProposalMade | None:
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
    require_running(command.decision, state)
    day, electors = day_of(command, facts), electors_of(facts)
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
    require_running(command.decision, state)
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


DECIDE: dict[type[Command], Decide] = {
    MakeProposal: _propose,
    RaiseObjection: _object,
    SettleObjection: _settle,
}

decide = decider(DECIDE)
