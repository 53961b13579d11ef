"""The consortium's own beginning and end: founded, winding up, dissolved. Pure."""

from typing import ClassVar, Literal, Protocol, cast

from ledger.consortium.events import ConsortiumDissolved, ConsortiumFounded, DissolutionBegun
from ledger.consortium.shared import (
    Decide,
    begins,
    day_of,
    decider,
    require_adopted,
    still_standing,
    with_decision,
)
from ledger.consortium.state import State
from ledger.kernel.errors import Refused
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Decision, Text
from ledger.language.catalogue import N_


class FoundConsortium(Command):
    """Found the consortium: its name, and whether it holds grants or gives opinions."""

    ACT: ClassVar[str] = "found-consortium"

    name: Text
    kind: Literal["operational", "advisory"] = "operational"
    territory: Text | None = None
    purpose: Text | None = None
    demo: bool = False
    illustrative: bool = False


class BeginDissolution(Command):
    """Say that the consortium is to end, by a decision: what is open is settled, nothing new begins."""

    ACT: ClassVar[str] = "begin-dissolution"

    decision: Decision

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on."""
        return with_decision(self.decision)


class DissolveConsortium(Command):
    """Dissolve the consortium, by a decision that also says where the remaining money goes."""

    ACT: ClassVar[str] = "dissolve-consortium"

    decision: Decision
    funds_disposition: Text | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on, and every convention: none may be running."""
        return (*with_decision(self.decision), "convention/*")


class _Convention(Protocol):
    """What this concept needs to know of a convention: how it ended, None while it runs."""

    ended: str | None


def _found(command: FoundConsortium, state: State, _facts: Facts) -> list[Event]:
    if state.founded:
        raise Refused(
            "DUPLICATE",
            N_("{name} is founded already: one ledger holds one consortium."),
            N_("ledger init in another folder"),
            name=state.name,
        )
    return [
        ConsortiumFounded(
            name=command.name,
            consortium_kind=command.kind,
            territory=command.territory,
            purpose=command.purpose,
            demo=command.demo,
            illustrative=command.illustrative,
        )
    ]


def _begin_dissolution(command: BeginDissolution, state: State, facts: Facts) -> list[Event]:
    begins(state, day_of(command, facts))
    require_adopted(command.decision, facts)
    return [DissolutionBegun(decision_id=command.decision)]


def _dissolve(command: DissolveConsortium, state: State, facts: Facts) -> list[Event]:
    still_standing(state, day_of(command, facts))
    require_adopted(command.decision, facts)
    for stream, convention in facts.states.items():
        if stream.startswith("convention/") and not cast("_Convention", convention).ended:
            raise Refused(
                "ORDER",
                N_("The convention {convention} still runs: somebody answers for its money."),
                N_("begin-dissolution meanwhile; end-convention {convention} first"),
                convention=stream.partition("/")[2],
            )
    return [ConsortiumDissolved(decision_id=command.decision, funds_disposition=command.funds_disposition)]


DECIDE: dict[type[Command], Decide] = {
    FoundConsortium: _found,
    BeginDissolution: _begin_dissolution,
    DissolveConsortium: _dissolve,
}

decide = decider(DECIDE)
