"""What becomes of a decision once taken: it is published, it ends. Pure."""

from datetime import date
from typing import ClassVar, Literal

from ledger.decisions.events import DecisionEnded, Published
from ledger.decisions.shared import Decide, day_of, decider, state_of
from ledger.decisions.state import State
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Decision, Word
from ledger.language.catalogue import N_


class EndDecision(Command):
    """End an adopted decision: superseded by another, repealed by another, or expired."""

    ACT: ClassVar[str] = "end-decision"

    decision: Decision
    how: Literal["superseded", "repealed", "expired"]
    by_decision: Decision | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream, and the one that ends it."""
        successor = (f"decision/{self.by_decision}",) if self.by_decision else ()
        return (f"decision/{self.decision}", *successor)


class PublishDecision(Command):
    """Record that a decision or an opinion was published, and where."""

    ACT: ClassVar[str] = "publish-decision"

    decision: Decision
    channel: Word
    url: Word | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision's own stream."""
        return (f"decision/{self.decision}",)


_IN_FORCE = ("adopted", "issued")


def _end(command: EndDecision, state: State, facts: Facts) -> list[Event]:
    if state.status not in _IN_FORCE:
        over = state.status in ("superseded", "repealed", "expired")
        raise Refused(
            "DUPLICATE" if over else "ORDER",
            N_("The decision {decision} is not in force: {status_word}."),
            N_("only an adopted decision comes to an end"),
            decision=command.decision,
            status_word=state.status,
        )
    if command.how == "expired":
        _require_expired(command, state, day_of(command, facts))
    else:
        _require_successor(command, facts)
    return [DecisionEnded(decision_id=command.decision, how=command.how, by_decision_id=command.by_decision)]


def _require_expired(command: EndDecision, state: State, day: date) -> None:
    if state.expires_on is None or day <= state.expires_on:
        raise Refused(
            "ORDER",
            N_("The decision {decision} has not expired on {day}."),
            N_("repealed, by the decision that ends it"),
            decision=command.decision,
            day=day,
        )


def _require_successor(command: EndDecision, facts: Facts) -> None:
    if command.by_decision is None or command.by_decision == command.decision:
        raise UsageError(
            N_("Which decision ends {decision}?"),
            N_("by_decision: another decision, adopted"),
            decision=command.decision,
        )
    successor = state_of(f"decision/{command.by_decision}", facts)
    if successor.status not in _IN_FORCE:
        raise Refused(
            "R6",
            N_("The decision {by} is not in force: it cannot end {decision}."),
            N_("adopt-decision {by} first"),
            by=command.by_decision,
            decision=command.decision,
        )


def _publish(command: PublishDecision, _state: State, _facts: Facts) -> list[Event]:
    """A fact: what is published is published, decided or not."""
    return [Published(decision_id=command.decision, channel=command.channel, url=command.url)]


DECIDE: dict[type[Command], Decide] = {
    EndDecision: _end,
    PublishDecision: _publish,
}

decide = decider(DECIDE)
