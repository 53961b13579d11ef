"""Facts about tasks (`task/<id>`) and time (`time/<person or lieu>/<YYYY-MM>`). Append-only for ever."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ledger.kernel.messages import Event
from ledger.kernel.values import Id, Minutes, Sealed, Text

Purpose = Literal["coordination", "admin", "hosting", "reporting", "commons", "outreach"]
Basis = Literal["paid", "volunteer", "civic_service", "seconded"]


class _TaskEvent(Event):
    task_id: Id

    def stream(self) -> str:
        return f"task/{self.task_id}"


class TaskOpened(_TaskEvent):
    TOPIC: ClassVar[str] = "task.opened.v1"

    title: Text
    purpose: Purpose | None = None
    critical: bool = False
    due_on: date | None = None
    estimate_minutes: Minutes | None = None
    decision_id: Id | None = None
    """The decision it serves."""

    meeting_id: Id | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("task", self.task_id),)


class TaskAssigned(_TaskEvent):
    """Given to a person or a lieu; `answer` once they said yes or no."""

    TOPIC: ClassVar[str] = "task.assigned.v1"

    person_id: Id | None = None
    lieu_id: Id | None = None
    deputy_id: Id | None = None
    answer: Literal["proposed", "accepted", "declined"] = "accepted"
    reason: Sealed | None = None


class TaskHandedOver(_TaskEvent):
    """`accepted` is False until the other says yes; only then does the task change hands."""

    TOPIC: ClassVar[str] = "task.handed_over.v1"

    from_person_id: Id | None = None
    to_person_id: Id
    to_lieu_id: Id | None = None
    accepted: bool
    notes_sha256: str | None = None


class TaskClosed(_TaskEvent):
    TOPIC: ClassVar[str] = "task.closed.v1"

    outcome: Literal["completed", "cancelled"]


class TimeLogged(Event):
    """Minutes on one day or over a period; person, lieu and task are optional: facts come first."""

    TOPIC: ClassVar[str] = "time.logged.v1"

    subject_id: Id
    """The person or lieu that declared; names the stream."""

    month: str
    """`YYYY-MM` of the last day covered; names the stream."""

    person_id: Id | None = None
    lieu_id: Id | None = None
    task_id: Id | None = None
    activity: Purpose
    minutes: Minutes
    basis: Basis
    days: Annotated[int, Field(ge=1)] = 1
    """How many days the minutes spread over; a period counts whole in the month of its last day."""

    def stream(self) -> str:
        return f"time/{self.subject_id}/{self.month}"


class CapacityDeclared(Event):
    """What a person says that they can give, from a day on; it takes the place of what they said before.

    Without minutes they no longer say: a pause, for which no reason is asked.
    """

    TOPIC: ClassVar[str] = "capacity.declared.v1"

    person_id: Id
    minutes_per_month: Minutes | None = None
    held_from: date
    held_until: date | None = None

    def stream(self) -> str:
        return f"capacity/{self.person_id}"


EVENTS: tuple[type[Event], ...] = (
    TaskOpened,
    TaskAssigned,
    TaskHandedOver,
    TaskClosed,
    TimeLogged,
    CapacityDeclared,
)
