"""Facts about reviews, indicators and accompaniment. Append-only for ever.

A review is the stream `review/<id>`, an indicator `indicator/<id>`, a lesson `lesson/<id>`; an accompaniment
contract, with its missions and deliverables, `contract/<id>`.
"""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ledger.kernel.messages import Event
from ledger.kernel.values import Cents, Id, Sealed, ShortName, Text, Thousandths, Word


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class ReviewHeld(Event):
    """One of the three meetings with the funder. `narrative` about people is in the vault."""

    TOPIC: ClassVar[str] = "review.held.v1"

    review_id: Id
    convention_id: Id
    stage: Literal["kick_off", "mid_term", "final"]
    meeting_id: Id | None = None
    participants: tuple[Id, ...] = ()
    conclusions: Text | None = None
    adjustments: tuple[Text, ...] = ()
    narrative: Sealed | None = None
    perspectives: Text | None = None

    def stream(self) -> str:
        return f"review/{self.review_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,)

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("review", self.review_id),)


class IndicatorSet(Event):
    """What is to be observed, and its target; set again, the target was revised and the old one stays told."""

    TOPIC: ClassVar[str] = "indicator.set.v1"

    indicator_id: Id
    title: Text
    indicator_kind: Literal["quantitative", "qualitative"]
    convention_id: Id | None = None
    unit: Word | None = None
    target_milli: Thousandths | None = None
    aim: Text | None = None
    """What is hoped for, in words."""

    scale: tuple[Word, ...] = ()
    """The ratings of a qualitative indicator, from the least to the best."""

    public: Text | None = None
    """Whom it counts or is about: inhabitants, young people…, never a list of persons."""

    target_on: date | None = None
    source: Text | None = None
    reason: Text | None = None
    decision_id: Id | None = None
    revised: bool = False
    """It was set before, under the same id."""

    def stream(self) -> str:
        return f"indicator/{self.indicator_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return () if self.revised else (("indicator", self.indicator_id),)


class MeasuredPart(_Part):
    """A part of a measured total, as its source itemises it."""

    label: Text
    value_milli: Thousandths


class IndicatorMeasured(Event):
    """A value or a rating as somebody declares it; `parts` are those that its source lists, never corrected."""

    TOPIC: ClassVar[str] = "indicator.measured.v1"

    indicator_id: Id
    convention_id: Id | None = None
    value_milli: Thousandths | None = None
    rating: Word | None = None
    narrative: Text | None = None
    method: Text | None = None
    parts: tuple[MeasuredPart, ...] = ()
    claim: Literal["reached", "not_reached"] | None = None
    """Whether the source says that the target is reached, whatever the value."""

    def stream(self) -> str:
        return f"indicator/{self.indicator_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()


class LessonLearned(Event):
    """What was learned, failures first, and what it comes from."""

    TOPIC: ClassVar[str] = "lesson.learned.v1"

    lesson_id: Id
    text: Text
    about: tuple[Id, ...] = ()
    """Ids of what it comes from: a decision, a review, a task…"""

    convention_id: Id | None = None
    decision_id: Id | None = None
    """The decision that follows from it."""

    def stream(self) -> str:
        return f"lesson/{self.lesson_id}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("lesson", self.lesson_id),)


class _ContractEvent(Event):
    contract_id: Id

    def stream(self) -> str:
        return f"contract/{self.contract_id}"


class Mission(_Part):
    """A mission of a contract, by its short name; it starts once those of `after` are accepted."""

    mission: ShortName
    title: Text
    amount_cents: Cents
    after: tuple[ShortName, ...] = ()
    deliverables: tuple[ShortName, ...] = ()
    due_on: date | None = None


class AccompanimentSigned(_ContractEvent):
    """A contract of accompaniment; signed again under the same id, it is amended, and says why."""

    TOPIC: ClassVar[str] = "accompaniment.signed.v1"

    title: Text
    client_id: Id
    provider_id: Id
    starts_on: date
    ends_on: date
    amount_cents: Cents
    missions: tuple[Mission, ...]
    new_deliverables: tuple[Id, ...] = ()
    amendment: int = 0
    reason: Text | None = None
    document_sha256: str | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        own = (("contract", self.contract_id),) if self.amendment == 0 else ()
        return (*own, *(("deliverable", name) for name in self.new_deliverables))


class MissionStarted(_ContractEvent):
    TOPIC: ClassVar[str] = "mission.started.v1"

    mission: ShortName
    document_sha256: str | None = None
    despite: Word | None = None
    """The rule that it went against: it had started all the same."""


class DeliverableSubmitted(_ContractEvent):
    TOPIC: ClassVar[str] = "deliverable.submitted.v1"

    deliverable_id: Id
    mission: ShortName
    document_sha256: str | None = None
    despite: Word | None = None


class DeliverableAnswered(_ContractEvent):
    TOPIC: ClassVar[str] = "deliverable.answered.v1"

    deliverable_id: Id
    mission: ShortName
    answer: Literal["accepted", "refused"]
    reason: Text | None = None


EVENTS: tuple[type[Event], ...] = (
    ReviewHeld,
    IndicatorSet,
    IndicatorMeasured,
    LessonLearned,
    AccompanimentSigned,
    MissionStarted,
    DeliverableSubmitted,
    DeliverableAnswered,
)
