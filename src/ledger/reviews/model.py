"""Commands, state and rules of reviews. Pure. A review that was held is a fact: never refused.

Indicators and lessons, and contracts of accompaniment, have a module each.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple

from ledger.kernel.errors import UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Id, Meeting, NewReview, Private, Sealed, SoleConvention, Text
from ledger.language.catalogue import N_
from ledger.reviews.accompaniment import (
    AnswerDeliverable,
    ContractState,
    SignAccompaniment,
    StartMission,
    SubmitDeliverable,
    evolve_contract,
)
from ledger.reviews.events import (
    AccompanimentSigned,
    DeliverableAnswered,
    DeliverableSubmitted,
    IndicatorMeasured,
    IndicatorSet,
    LessonLearned,
    MissionStarted,
    ReviewHeld,
)
from ledger.reviews.indicators import (
    IndicatorState,
    LearnLesson,
    Lesson,
    MeasureIndicator,
    SetIndicator,
    evolve_indicator,
)


class HoldReview(Command):
    """Record one of the three meetings with the funder: kick-off, mid-term, final."""

    ACT: ClassVar[str] = "hold-review"

    id: NewReview = None
    convention: SoleConvention = None
    stage: Literal["kick_off", "mid_term", "final"]
    meeting: Meeting | None = None
    participants: tuple[Id, ...] = ()
    conclusions: Text | None = None
    adjustments: tuple[Text, ...] = ()
    narrative: Private | None = None
    """What was said of people: it goes to the vault."""

    perspectives: Text | None = None


COMMANDS: tuple[type[Command], ...] = (
    HoldReview,
    SetIndicator,
    MeasureIndicator,
    LearnLesson,
    SignAccompaniment,
    StartMission,
    SubmitDeliverable,
    AnswerDeliverable,
)


class Review(NamedTuple):
    """State of `review/<id>`."""

    held: bool = False


INITIAL: dict[str, Callable[[], Any]] = {
    "review": Review,
    "indicator": IndicatorState,
    "lesson": Lesson,
    "contract": ContractState,
}


def evolve(state: Any, event: Event, on: date) -> Any:
    """The state of a review, an indicator, a lesson or a contract after one more event."""
    if isinstance(event, IndicatorSet | IndicatorMeasured):
        return evolve_indicator(state, event)
    if isinstance(event, AccompanimentSigned | MissionStarted | DeliverableSubmitted | DeliverableAnswered):
        return evolve_contract(state, event)
    return Lesson(learned=True) if isinstance(event, LessonLearned) else Review(held=True)


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events of a command.

    Raises:
        Refused: ORDER, before the consortium is founded.
        UsageError: the convention is not named, and there is not exactly one.
    """
    assert isinstance(command, HoldReview), command
    facts.require_founded()
    if command.convention is None:
        raise UsageError(
            N_("Which convention is it about?"),
            N_("name it (convention), or sign it first (sign-convention)"),
        )
    assert command.id is not None, "the service completes a command before it is decided"
    return [
        ReviewHeld(
            review_id=command.id,
            convention_id=command.convention,
            stage=command.stage,
            meeting_id=command.meeting,
            participants=tuple(dict.fromkeys(command.participants)),
            conclusions=command.conclusions,
            adjustments=command.adjustments,
            narrative=command.narrative if isinstance(command.narrative, Sealed) else None,
            perspectives=command.perspectives,
        )
    ]
