"""Indicators and lessons: what is observed, declared and learned. Pure.

Indicators never block: no target has to be reached. What was declared is kept as it was said, parts that do
not add up included.
"""

from collections.abc import Callable
from typing import Any, ClassVar, Literal, NamedTuple

from ledger.kernel.errors import UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Convention,
    Day,
    Decision,
    Id,
    Indicator,
    NewIndicator,
    NewLesson,
    SoleConvention,
    Text,
    Thousandths,
    Word,
)
from ledger.language.catalogue import N_
from ledger.reviews.events import IndicatorMeasured, IndicatorSet, LessonLearned, MeasuredPart


class SetIndicator(Command):
    """Say what is to be observed and what is aimed at; under a known id, revise the target and say why."""

    ACT: ClassVar[str] = "set-indicator"

    id: NewIndicator = None
    title: Text | None = None
    kind: Literal["quantitative", "qualitative"] | None = None
    convention: SoleConvention = None
    unit: Word | None = None
    target_milli: Thousandths | None = None
    aim: Text | None = None
    scale: tuple[Word, ...] = ()
    public: Text | None = None
    """Whom it counts or is about, as a group."""

    due: Day | None = None
    source: Text | None = None
    reason: Text | None = None
    decision: Decision | None = None

    def reads(self) -> tuple[str, ...]:
        return (f"indicator/{self.id}",)


class MeasureIndicator(Command):
    """Record what an indicator was measured or declared to be."""

    ACT: ClassVar[str] = "measure-indicator"

    indicator: Indicator
    value_milli: Thousandths | None = None
    rating: Word | None = None
    comment: Text | None = None
    method: Text | None = None
    parts: tuple[MeasuredPart, ...] = ()
    claim: Literal["reached", "not_reached"] | None = None

    def reads(self) -> tuple[str, ...]:
        return (f"indicator/{self.indicator}",)


class LearnLesson(Command):
    """Record what was learned, failures first, and what it comes from."""

    ACT: ClassVar[str] = "learn-lesson"

    id: NewLesson = None
    text: Text
    about: tuple[Id, ...] = ()
    convention: Convention | None = None
    decision: Decision | None = None


class IndicatorState(NamedTuple):
    """State of `indicator/<id>`: what it was last set to."""

    last: IndicatorSet | None = None


class Lesson(NamedTuple):
    """State of `lesson/<id>`."""

    learned: bool = False


def evolve_indicator(state: IndicatorState, event: Event) -> IndicatorState:
    """The indicator after one more event of its stream."""
    return IndicatorState(event) if isinstance(event, IndicatorSet) else state


def _set(command: SetIndicator, facts: Facts) -> Event:
    assert command.id is not None, "the service completes a command before it is decided"
    last: IndicatorSet | None = facts.states[f"indicator/{command.id}"].last
    kind = command.kind or (last.indicator_kind if last else _guessed_kind(command))
    title = command.title or (last.title if last else None)
    if title is None:
        raise UsageError(N_("What does the indicator observe?"), N_("say it: title, titre"))
    if last and not command.reason:
        raise UsageError(
            N_("The indicator {indicator} is set already; a revision says why."),
            N_("add the reason: reason, motif"),
            indicator=command.id,
        )
    if kind == "qualitative" and command.target_milli is not None:
        raise UsageError(
            N_("A qualitative indicator has no number for a target."),
            N_("say what is aimed at in words: aim, visée"),
        )
    return IndicatorSet(
        indicator_id=command.id,
        title=title,
        indicator_kind=kind,
        convention_id=last.convention_id if last else command.convention,
        unit=command.unit or (last.unit if last else None),
        target_milli=_else(command.target_milli, last.target_milli if last else None),
        aim=command.aim or (last.aim if last else None),
        scale=command.scale or (last.scale if last else ()),
        public=command.public or (last.public if last else None),
        target_on=command.due or (last.target_on if last else None),
        source=command.source or (last.source if last else None),
        reason=command.reason,
        decision_id=command.decision,
        revised=last is not None,
    )


def _else(value: int | None, otherwise: int | None) -> int | None:
    return otherwise if value is None else value


def _guessed_kind(command: SetIndicator) -> Literal["quantitative", "qualitative"]:
    return (
        "qualitative" if command.scale or (command.aim and command.target_milli is None) else "quantitative"
    )


def _measure(command: MeasureIndicator, facts: Facts) -> Event:
    last: IndicatorSet | None = facts.states[f"indicator/{command.indicator}"].last
    said = (command.value_milli, command.rating, command.comment, command.claim)
    if not command.parts and all(value is None for value in said):
        raise UsageError(
            N_("What was measured?"), N_("say a value, a rating or a comment: value, rating, comment")
        )
    return IndicatorMeasured(
        indicator_id=command.indicator,
        convention_id=last.convention_id if last else None,
        value_milli=command.value_milli,
        rating=_rating(command.rating, last.scale if last else ()),
        narrative=command.comment,
        method=command.method,
        parts=command.parts,
        claim=command.claim,
    )


def _rating(rating: str | None, scale: tuple[str, ...]) -> str | None:
    """The rating as the scale spells it; an indicator without a scale takes any."""
    if rating is None or not scale:
        return rating
    known = next((step for step in scale if id_key(step) == id_key(rating)), None)
    if known is None:
        raise UsageError(
            N_("“{rating}” is not on the scale."), N_("one of: {names}"), rating=rating, names=list(scale)
        )
    return known


def _learn(command: LearnLesson, _facts: Facts) -> Event:
    assert command.id is not None, "the service completes a command before it is decided"
    return LessonLearned(
        lesson_id=command.id,
        text=command.text,
        about=tuple(dict.fromkeys(command.about)),
        convention_id=command.convention,
        decision_id=command.decision,
    )


_DECIDE: dict[type[Command], Callable[[Any, Facts], Event]] = {
    SetIndicator: _set,
    MeasureIndicator: _measure,
    LearnLesson: _learn,
}


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events of a command.

    Raises:
        Refused: ORDER, before the consortium is founded.
        UsageError: the command contradicts itself, or does not say enough.
    """
    facts.require_founded()
    return [_DECIDE[type(command)](command, facts)]
