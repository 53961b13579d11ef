"""What the acts on the consortium share: what they rest on, and at which stage of its life they may come. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from ledger.consortium.state import State
from ledger.kernel.errors import Refused, UnknownId
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import near
from ledger.language.catalogue import N_

Decide = Callable[[Any, State, Facts], list[Event]]
"""What decides one kind of command, over the state of the consortium."""


class _Decision(Protocol):
    """What this concept needs to know of a decision."""

    status: str


def decider(table: Mapping[type[Command], Decide]) -> Callable[[Command, Facts], list[Event]]:
    """The `decide` of a module, from what decides each kind of its commands."""

    def decide(command: Command, facts: Facts) -> list[Event]:
        """The events that a command leads to.

        Raises:
            Refused: a rule says no (R1 to R4, R6, R11), it was done already, or too early.
            UsageError: its values contradict each other.
        """
        state: State = facts.states["consortium"]
        if command.ACT != "found-consortium":
            facts.require_founded()
        return table[type(command)](command, state, facts)

    return decide


def with_decision(decision_id: str | None) -> tuple[str, ...]:
    """The streams of the consortium and of the decision that a command rests on."""
    return ("consortium", f"decision/{decision_id}") if decision_id else ("consortium",)


def day_of(command: Command, facts: Facts) -> date:
    """The day that a command speaks of."""
    return command.on or facts.today


def still_standing(state: State, on: date) -> None:
    """Something may still be decided.

    Raises:
        Refused: ORDER, it is dissolved.
    """
    if state.stage(on) == "dissolved":
        raise Refused(
            "ORDER",
            N_("The consortium is dissolved: it decides nothing more."),
            N_("facts can still be recorded: expenses, time, receipts"),
        )


def begins(state: State, on: date) -> None:
    """Something new may begin: members, seats, what goes round.

    Raises:
        Refused: ORDER, it is dissolved or about to be.
    """
    still_standing(state, on)
    if state.stage(on) == "dissolving":
        raise Refused(
            "ORDER",
            N_("The consortium is being dissolved since {day}: nothing new begins."),
            N_("settle what is open: reports, payments, conventions; then dissolve-consortium"),
            day=state.dissolving_on,
        )


def require_adopted(decision_id: str | None, facts: Facts) -> None:
    """A decision that is invoked has been adopted.

    Raises:
        Refused: R6.
    """
    decision: _Decision | None = facts.states.get(f"decision/{decision_id}") if decision_id else None
    if decision is not None and decision.status != "adopted":
        raise Refused(
            "R6",
            N_("The decision {decision} is not adopted: nothing can rest on it."),
            N_("adopt-decision {decision} first, or name another"),
            decision=decision_id,
        )


def unknown_lieu(lieu_id: str, state: State) -> UnknownId:
    """The refusal of a lieu that nobody registered, with the nearest one."""
    meant = near(lieu_id, state.lieux)
    hint = N_("did you mean {near}?") if meant else N_("register-lieu first")
    return UnknownId(N_("No lieu is called {lieu}."), hint, lieu=lieu_id, near=meant)
