"""What the acts on decisions share: the stream they are about, who decides, and whether it is still to do. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol, cast

from ledger.decisions.state import State
from ledger.decisions.voting import Electors
from ledger.kernel.errors import Refused
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.language.catalogue import N_

Decide = Callable[[Any, State, Facts], list[Event]]
"""What decides one kind of command, over the state of its decision."""


class Proposing(Protocol):
    """A command that may say what is proposed."""

    @property
    def on(self) -> date | None: ...
    @property
    def meeting(self) -> str | None: ...
    @property
    def model_fields_set(self) -> set[str]: ...


class Concluding(Proposing, Protocol):
    """A command that has the last word, and may say who took part."""

    @property
    def represented(self) -> tuple[str, ...]: ...


def decider(table: Mapping[type[Command], Decide]) -> Callable[[Command, Facts], list[Event]]:
    """The `decide` of a module, from what decides each kind of its commands."""

    def decide(command: Command, facts: Facts) -> list[Event]:
        """The events that a command leads to.

        Raises:
            Refused: R3 to R6, or ORDER or DUPLICATE: the decision is not at that point of its life.
            UnknownId: an objection that nobody raised.
            UsageError: values are missing, or contradict each other.
        """
        facts.require_founded()
        return table[type(command)](command, state_of(command.reads()[0], facts), facts)

    return decide


def with_meeting(decision_id: str | None, meeting_id: str | None) -> tuple[str, ...]:
    """The streams of a decision and of the meeting that deals with it."""
    return (f"decision/{decision_id}", *([f"meeting/{meeting_id}"] if meeting_id else []))


def state_of(stream: str, facts: Facts) -> State:
    """The decision behind a stream; one that nobody made yet is a state as well."""
    state: State = facts.states.get(stream, State())
    return state


def electors_of(facts: Facts) -> Electors:
    """The consortium, as deciding knows it."""
    return cast("Electors", facts.roster)


def day_of(command: Command | Proposing, facts: Facts) -> date:
    """The day that a command speaks of."""
    return command.on or facts.today


def require_running(decision_id: str, state: State) -> None:
    """It is still to be decided.

    Raises:
        Refused: DUPLICATE or ORDER.
    """
    if not state.running:
        raise Refused(
            "DUPLICATE" if state.status == "adopted" else "ORDER",
            N_("The decision {decision} is closed already: {status_word}."),
            N_("make-proposal for a new one; end-decision when it replaces this one"),
            decision=decision_id,
            status_word=state.status,
        )
