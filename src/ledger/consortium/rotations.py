"""Rotations: functions that go round the lieux, and the turns taken. Pure."""

from datetime import date
from typing import ClassVar, Literal

from ledger.consortium.events import RotationSet, TurnTaken
from ledger.consortium.shared import Decide, begins, day_of, decider, unknown_lieu
from ledger.consortium.state import State
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Day, Decision, Lieu, Meeting, NewRotation, Rotation, Text, Word
from ledger.language.catalogue import N_


class SetRotation(Command):
    """Set a function that goes round the lieux, in an order; or, for one that exists, a new order."""

    ACT: ClassVar[str] = "set-rotation"

    id: NewRotation = None
    name: Text | None = None
    order: tuple[Lieu, ...]
    period: Literal["month", "quarter", "year", "meeting"] | None = None
    from_: Day | None = None


class TakeTurn(Command):
    """Record a turn of a rotation: taken, swapped or skipped."""

    ACT: ClassVar[str] = "take-turn"

    rotation: Rotation
    lieu: Lieu
    outcome: Literal["taken", "swapped", "skipped"] = "taken"
    meeting: Meeting | None = None
    decision: Decision | None = None
    term: Word | None = None
    unavailable: tuple[Lieu, ...] = ()


def _set_rotation(command: SetRotation, state: State, facts: Facts) -> list[Event]:
    begins(state, day_of(command, facts))
    if not command.order:
        raise UsageError(N_("A rotation goes round at least one lieu."), N_("order: the lieux, in turn"))
    for lieu_id in command.order:
        if lieu_id not in state.lieux:
            raise unknown_lieu(lieu_id, state)
        if command.order.count(lieu_id) > 1:
            raise UsageError(N_("{lieu} stands twice in the order."), N_("each lieu once"), lieu=lieu_id)
    before = state.rotations.get(command.id or "", ())
    starts_on = command.from_ or day_of(command, facts)
    if before:
        return [_reordered(command, before[-1], starts_on)]
    if command.name is None or command.period is None:
        raise UsageError(
            N_("A new rotation has a name, and changes hands every so often."), N_("name, and period: month")
        )
    return [
        RotationSet(
            rotation_id=command.id or facts.new_id("rotation"),
            name=command.name,
            order=command.order,
            period=command.period,
            starts_on=starts_on,
        )
    ]


def _reordered(command: SetRotation, before: RotationSet, starts_on: date) -> RotationSet:
    """The same rotation in another order, from a day after the order before began."""
    changes = {"name": command.name, "order": command.order, "period": command.period}
    said = {name: value for name, value in changes.items() if value is not None}
    if all(getattr(before, name) == value for name, value in said.items()):
        raise Refused(
            "DUPLICATE",
            N_("The rotation {rotation} goes round in that order already."),
            N_("give another order, or leave it as it is"),
            rotation=before.rotation_id,
        )
    if starts_on < before.starts_on:
        raise Refused(
            "ORDER",
            N_("The rotation {rotation} has had its order since {first}: a new one begins later."),
            N_("check the day; correct the order that was recorded by mistake"),
            rotation=before.rotation_id,
            first=before.starts_on,
        )
    return before.model_copy(update={**said, "starts_on": starts_on, "revision": before.revision + 1})


def _take_turn(command: TakeTurn, _state: State, _facts: Facts) -> list[Event]:
    """A fact: whoever took it, in or out of turn."""
    return [
        TurnTaken(
            rotation_id=command.rotation,
            lieu_id=command.lieu,
            outcome=command.outcome,
            meeting_id=command.meeting,
            decision_id=command.decision,
            term=command.term,
            unavailable=command.unavailable,
        )
    ]


DECIDE: dict[type[Command], Decide] = {
    SetRotation: _set_rotation,
    TakeTurn: _take_turn,
}

decide = decider(DECIDE)
