"""What the acts about money share: how a convention is found, and what a decision must be. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from ledger.funds.state import Allocation as Allocated
from ledger.funds.state import Convention as State
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import near
from ledger.kernel.values import SoleConvention
from ledger.language.catalogue import N_

ALL_CONVENTIONS = "convention/*"
"""Read by commands whose rule sums over every convention: what one decision pays for in all."""

Decide = Callable[[Any, Facts, date], Event]
"""What decides one kind of command, on the day that it speaks of."""


class AboutConvention(Command):
    convention: SoleConvention = None

    def reads(self) -> tuple[str, ...]:
        return (f"convention/{self.convention}" if self.convention else ALL_CONVENTIONS,)


class DecisionState(Protocol):
    """What money asks of a decision; `status` is `adopted` while it is in force."""

    @property
    def status(self) -> str: ...
    @property
    def ceiling_cents(self) -> int | None: ...
    @property
    def effective_on(self) -> date | None: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def voters(self) -> frozenset[str]:
        """People who are known to have voted on it."""


def decider(table: Mapping[type[Command], Decide], *, money: bool = True) -> Callable[..., list[Event]]:
    """The `decide` of a module.

    Args:
        table: what decides each kind of command.
        money: the commands are about money held, which an advisory consortium has none of.
    """

    def decide(command: Command, facts: Facts) -> list[Event]:
        """The events of a command.

        Raises:
            Refused: R4, a rule of the command, or ORDER before the founding.
            UsageError: the command contradicts itself, or does not say enough.
            UnknownId: something that it names is not in the convention.
        """
        facts.require_founded()
        if money and facts.roster.consortium_kind == "advisory":
            raise Refused(
                "R4",
                N_("An advisory consortium holds no money: it gives opinions."),
                N_("record it in the ledger of the consortium that carries the grant"),
            )
        if getattr(command, "amount_cents", None) == 0:
            raise UsageError(
                N_("An amount of money must be more than zero."), N_("leave it out when there is none")
            )
        return [table[type(command)](command, facts, command.on or facts.today)]

    return decide


def in_force(rule: str, decision_id: str | None, facts: Facts, on: date) -> tuple[str, DecisionState]:
    """The decision behind an intention: adopted, in effect and not expired on that day."""
    if decision_id is None:
        raise Refused(
            rule,
            N_("Money is set aside or moved by a decision; none is named."),
            N_("name the decision (decision, selon), or adopt one first"),
        )
    decision: DecisionState = facts.states[f"decision/{decision_id}"]
    if decision.status != "adopted":
        raise Refused(
            rule,
            N_("The decision {decision} is not in force: {status_word}."),
            N_("adopt it first, or name another"),
            decision=decision_id,
            status_word=decision.status,
        )
    if decision.effective_on and on < decision.effective_on:
        raise Refused(
            rule,
            N_("The decision {decision} takes effect on {effective} only."),
            decision=decision_id,
            effective=decision.effective_on,
        )
    if decision.expires_on and on > decision.expires_on:
        raise Refused(
            rule,
            N_("The decision {decision} expired on {expired}."),
            N_("adopt a new one"),
            decision=decision_id,
            expired=decision.expires_on,
        )
    return decision_id, decision


def convention_of(
    command: AboutConvention, facts: Facts, holds: Callable[[State], bool] = lambda _state: False
) -> State:
    """The convention that a command names, or else the one that holds what the command names."""
    state = facts.states.get(f"convention/{command.convention}") if command.convention else None
    if command.convention is None:
        state = next(filter(holds, conventions(facts)), None)
    if not isinstance(state, State) or state.convention_id is None:
        raise UsageError(
            N_("Which convention is it about?"),
            N_("name it (convention), or sign it first (sign-convention)"),
        )
    return state


def conventions(facts: Facts) -> Iterator[State]:
    """Every convention that the service handed in, each once."""
    for state in facts.states.values():
        if isinstance(state, State) and state.convention_id:
            yield state


def allocation_of(state: State, allocation_id: str) -> Allocated:
    allocation = state.allocations.get(allocation_id)
    if allocation is None:
        raise no_such(allocation_id, state.allocations, N_("“{id}” is not an allocation of this convention."))
    return allocation


def decision_stream(decision: str | None) -> tuple[str, ...]:
    return (f"decision/{decision}",) if decision else ()


def expenses_of(id: str | None) -> tuple[str, ...]:
    """The expenses that name an allocation or a convention, for rules that sum them."""
    return (f"expense/@{id}",) if id else ()


def no_such(wanted: str, known: Iterable[str], template: str, otherwise: str | None = None) -> UnknownId:
    """An unknown name, with the nearest one or all of them when they are few."""
    names = list(known)
    if meant := near(wanted, names):
        return UnknownId(template, N_("“{near}”"), id=wanted, near=meant)
    if otherwise is None and names:
        otherwise = N_("one of: {names}")
    return UnknownId(template, otherwise, id=wanted, names=names[:12])


def given(value: Any) -> Any:
    """A value that the service has filled in before asking."""
    assert value is not None, "the service completes a command before it is decided"
    return value


def running(state: State) -> None:
    """Nothing more is intended under a convention that has ended; facts still come in.

    Raises:
        Refused: R12.
    """
    if state.ended:
        raise Refused(
            "R12",
            N_("The convention {convention} has ended: {how_word}."),
            N_("a payment or a receipt can still be recorded: it is a fact"),
            convention=state.convention_id,
            how_word=state.ended,
        )
