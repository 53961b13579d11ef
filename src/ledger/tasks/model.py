"""Commands, state and rules of tasks and time. Time spent is a fact: only the impossible is refused. Pure."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts, Roster
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    Day,
    Decision,
    Lieu,
    Meeting,
    Minutes,
    NewTask,
    Person,
    Private,
    Sealed,
    Sha256,
    Task,
    Text,
)
from ledger.language.catalogue import N_
from ledger.tasks.events import (
    Basis,
    CapacityDeclared,
    Purpose,
    TaskAssigned,
    TaskClosed,
    TaskHandedOver,
    TaskOpened,
    TimeLogged,
)

DAY_MINUTES = 24 * 60
LIEU_MONTH_MINUTES = 10_000 * 60
"""More than sixty people full time: beyond it the figure of a lieu is a slip of the hand."""

_BASIS: dict[str, Basis] = {"employee": "paid", "civic_service": "civic_service"}
"""What a person's time is when nobody says: elected people, agents and experts give theirs."""


class OpenTask(Command):
    """Open a task, and give it to a person or a lieu if somebody took it."""

    ACT: ClassVar[str] = "open-task"

    id: NewTask = None
    title: Text
    person: Person | None = None
    lieu: Lieu | None = None
    deputy: Person | None = None
    due: Day | None = None
    estimate: Minutes | None = None
    decision: Decision | None = None
    meeting: Meeting | None = None
    purpose: Purpose | None = None
    critical: bool = False

    def reads(self) -> tuple[str, ...]:
        """The task's own stream."""
        return (f"task/{self.id}",)


class AssignTask(Command):
    """Give a task to a person or a lieu, or record their answer."""

    ACT: ClassVar[str] = "assign-task"

    task: Task
    person: Person | None = None
    lieu: Lieu | None = None
    deputy: Person | None = None
    answer: Literal["proposed", "accepted", "declined"] = "accepted"
    reason: Private | None = None

    def reads(self) -> tuple[str, ...]:
        """The task's own stream."""
        return (f"task/{self.task}",)


class HandOverTask(Command):
    """Hand a task over to somebody else; it changes hands once they accept."""

    ACT: ClassVar[str] = "hand-over-task"

    task: Task
    to: Person
    accepted: bool = False
    notes: Sha256 | None = None

    def reads(self) -> tuple[str, ...]:
        """The task's own stream."""
        return (f"task/{self.task}",)


class CloseTask(Command):
    """Close a task: completed, or cancelled."""

    ACT: ClassVar[str] = "close-task"

    task: Task
    outcome: Literal["completed", "cancelled"] = "completed"

    def reads(self) -> tuple[str, ...]:
        """The task's own stream."""
        return (f"task/{self.task}",)


class LogTime(Command):
    """Log time given by a person or a lieu, on one day or over a period."""

    ACT: ClassVar[str] = "log-time"

    person: Person | None = None
    lieu: Lieu | None = None
    task: Task | None = None
    activity: Purpose = "commons"
    minutes: Minutes
    basis: Basis | None = None
    """On what footing; left out, as the person is engaged."""

    from_: Day | None = None
    until: Day | None = None

    def covers(self) -> tuple[date, date] | None:
        """The period of the minutes, when they were not given on one day."""
        first, last = self.from_ or self.until, self.until or self.on or self.from_
        return (first, last) if first and last else None

    def reads(self) -> tuple[str, ...]:
        """What the person, or the lieu, declared in the month of the last day."""
        last = (self.covers() or (None, self.on))[1]
        subject_id = self.person or self.lieu
        return (f"time/{subject_id}/{last:%Y-%m}",) if subject_id and last else ()


class DeclareCapacity(Command):
    """Say how much time you can give each month, from a day on; without a time, you no longer say."""

    ACT: ClassVar[str] = "declare-capacity"

    person: Person | None = None
    """Who says it: whoever records it, and nobody for another."""

    time_per_month: Minutes | None = None
    from_: Day | None = None
    until: Day | None = None


COMMANDS: tuple[type[Command], ...] = (
    OpenTask,
    AssignTask,
    HandOverTask,
    CloseTask,
    LogTime,
    DeclareCapacity,
)

Status = Literal["unknown", "open", "assigned", "accepted", "completed", "cancelled"]


class State(NamedTuple):
    """State of `task/<id>`.

    Attributes:
        person_id: who carries it, or was asked to (`assigned`).
        lieu_id: the lieu that carries it, or whose person does.
        offered_to_id: who was offered a hand-over and has not answered.
    """

    status: Status = "unknown"
    person_id: str | None = None
    lieu_id: str | None = None
    offered_to_id: str | None = None


class TimeState(NamedTuple):
    """State of `time/<person or lieu>/<month>`: minutes by their first and last day."""

    minutes_by_period: Mapping[tuple[date, date], int] = MappingProxyType({})

    def minutes_within(self, first: date, last: date) -> int:
        """Minutes of the entries that lie between two days, both included."""
        return sum(
            minutes
            for (begun, ended), minutes in self.minutes_by_period.items()
            if first <= begun and ended <= last
        )


class CapacityState(NamedTuple):
    """State of `capacity/<person>`: nothing that a rule looks at."""


INITIAL: dict[str, Callable[[], State | TimeState | CapacityState]] = {
    "task": State,
    "time": TimeState,
    "capacity": CapacityState,
}


def evolve(state: Any, event: Event, on: date) -> Any:
    """The state after one more event: a `State` of a task, a `TimeState` of time, or of a capacity."""
    if isinstance(event, CapacityDeclared):
        return state
    return _time_after(state, event, on) if isinstance(event, TimeLogged) else _task_after(state, event)


def _time_after(state: TimeState, event: TimeLogged, on: date) -> TimeState:
    period = (on - timedelta(days=event.days - 1), on)
    known_minutes = state.minutes_by_period.get(period, 0)
    return TimeState({**state.minutes_by_period, period: known_minutes + event.minutes})


def _task_after(state: State, event: Event) -> State:
    match event:
        case TaskOpened():
            return State("open")
        case TaskAssigned():
            return _assigned(state, event)
        case TaskHandedOver(accepted=True):
            return State("accepted", event.to_person_id, event.to_lieu_id)
        case TaskHandedOver():
            return state._replace(offered_to_id=event.to_person_id)
        case TaskClosed():
            return state._replace(status=event.outcome, offered_to_id=None)
    return state


def _assigned(state: State, event: TaskAssigned) -> State:
    if event.answer == "declined":
        if state.offered_to_id and event.person_id == state.offered_to_id:
            return state._replace(offered_to_id=None)
        return State("open")
    status: Status = "assigned" if event.answer == "proposed" else "accepted"
    return State(status, event.person_id, event.lieu_id)


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events that a command leads to.

    Raises:
        Refused: R11, or ORDER or DUPLICATE: the task is not at that point of its life.
        UsageError: its values contradict each other.
    """
    facts.require_founded()
    return _DECIDE[type(command)](command, facts)


def _day(command: Command, facts: Facts) -> date:
    return command.on or facts.today


def _task(task_id: str | None, facts: Facts) -> State:
    state: State = facts.states.get(f"task/{task_id}", State())
    return state


def _open(command: OpenTask, facts: Facts) -> list[Event]:
    if _task(command.id, facts).status != "unknown":
        raise Refused(
            "DUPLICATE",
            N_("The task {task} is open already."),
            N_("choose another id, or leave it out: the ledger proposes one"),
            task=command.id,
        )
    task_id = command.id or facts.new_id("task")
    opened = TaskOpened(
        task_id=task_id,
        title=command.title,
        purpose=command.purpose,
        critical=command.critical,
        due_on=command.due,
        estimate_minutes=command.estimate,
        decision_id=command.decision,
        meeting_id=command.meeting,
    )
    if not (command.person or command.lieu):
        return [opened]
    return [opened, _given(task_id, command, "accepted", None, facts)]


def _given(
    task_id: str,
    command: OpenTask | AssignTask,
    answer: Literal["proposed", "accepted"],
    reason: Sealed | None,
    facts: Facts,
) -> TaskAssigned:
    """The assignment, to people who can take it on."""
    day = _day(command, facts)
    for person_id in filter(None, (command.person, command.deputy)):
        _require_active(person_id, day, facts)
    lieu_id = command.lieu or (facts.roster.lieu_of(command.person, day) if command.person else None)
    return TaskAssigned(
        task_id=task_id,
        person_id=command.person,
        lieu_id=lieu_id,
        deputy_id=command.deputy,
        answer=answer,
        reason=reason,
    )


def _require_active(person_id: str, day: date, facts: Facts) -> None:
    if not facts.roster.is_active_person(person_id, day):
        raise Refused(
            "R11",
            N_("{person} is not active on {day}: no task can be given."),
            N_("give it to somebody who is"),
            person=person_id,
            day=day,
        )


def _require_running(task_id: str, state: State) -> None:
    if state.status in ("completed", "cancelled"):
        raise Refused(
            "ORDER",
            N_("The task {task} is closed already ({status_word})."),
            N_("open-task for what remains to be done"),
            task=task_id,
            status_word=state.status,
        )


def _assign(command: AssignTask, facts: Facts) -> list[Event]:
    state = _task(command.task, facts)
    _require_running(command.task, state)
    reason = command.reason if isinstance(command.reason, Sealed) else None
    if command.answer == "declined":
        return [_declined(command, state, reason)]
    if not (command.person or command.lieu):
        # Who was asked says yes.
        command = command.model_copy(update={"person": state.person_id, "lieu": state.lieu_id})
    if not (command.person or command.lieu):
        raise UsageError(
            N_("Nobody is named for the task {task}."), N_("name a person or a lieu"), task=command.task
        )
    if state.status == "accepted" and state.person_id and command.person != state.person_id:
        raise Refused(
            "R11",
            N_("{holder} carries the task {task}: it changes hands when the other accepts it."),
            N_("hand-over-task {task} to {person}"),
            holder=state.person_id,
            task=command.task,
            person=command.person or command.lieu,
        )
    answer: Literal["proposed", "accepted"] = "proposed" if command.answer == "proposed" else "accepted"
    return [_given(command.task, command, answer, reason, facts)]


def _declined(command: AssignTask, state: State, reason: Sealed | None) -> TaskAssigned:
    person_id = command.person or state.offered_to_id or state.person_id
    asked = {state.person_id, state.offered_to_id} - {None}
    if state.status == "open" or (asked and person_id not in asked):
        raise Refused(
            "ORDER",
            N_("The task {task} was not offered to {person}."),
            N_("check the task, and who was asked"),
            task=command.task,
            person=person_id or command.lieu,
        )
    return TaskAssigned(
        task_id=command.task, person_id=person_id, lieu_id=command.lieu, answer="declined", reason=reason
    )


def _hand_over(command: HandOverTask, facts: Facts) -> list[Event]:
    state = _task(command.task, facts)
    _require_running(command.task, state)
    if state.status not in ("assigned", "accepted"):
        raise Refused(
            "ORDER",
            N_("Nobody carries the task {task}: there is nothing to hand over."),
            N_("assign-task {task} to {person}"),
            task=command.task,
            person=command.to,
        )
    if command.to == state.person_id:
        raise Refused(
            "DUPLICATE", N_("{person} carries the task {task} already."), task=command.task, person=command.to
        )
    if command.to == state.offered_to_id and not command.accepted:
        raise Refused(
            "DUPLICATE",
            N_("The task {task} is offered to {person} already, who has not answered."),
            N_("hand-over-task {task} with accepted, once they say yes"),
            task=command.task,
            person=command.to,
        )
    day = _day(command, facts)
    _require_active(command.to, day, facts)
    return [
        TaskHandedOver(
            task_id=command.task,
            from_person_id=state.person_id,
            to_person_id=command.to,
            to_lieu_id=facts.roster.lieu_of(command.to, day),
            accepted=command.accepted,
            notes_sha256=command.notes,
        )
    ]


def _close(command: CloseTask, facts: Facts) -> list[Event]:
    state = _task(command.task, facts)
    if state.status == command.outcome:
        raise Refused(
            "DUPLICATE",
            N_("The task {task} is closed already ({status_word})."),
            task=command.task,
            status_word=state.status,
        )
    _require_running(command.task, state)
    return [TaskClosed(task_id=command.task, outcome=command.outcome)]


def _log(command: LogTime, facts: Facts) -> list[Event]:
    subject_id = command.person or command.lieu
    if subject_id is None:
        raise UsageError(N_("Whose time is it?"), N_("name a person or a lieu"))
    day = _day(command, facts)
    first, last = command.covers() or (day, day)
    if last < first:
        raise UsageError(
            N_("A period from {first} cannot end on {last}."), N_("check both days"), first=first, last=last
        )
    days = (last - first).days + 1
    known: TimeState = facts.states.get(f"time/{subject_id}/{last:%Y-%m}", TimeState())
    if command.person:
        _within_the_days(command.person, command.minutes, first, last, known)
    else:
        _plausible(subject_id, known.minutes_within(first, last) + command.minutes, days)
    lieu_id = command.lieu or (facts.roster.lieu_of(command.person, last) if command.person else None)
    return [
        TimeLogged(
            subject_id=subject_id,
            month=f"{last:%Y-%m}",
            person_id=command.person,
            lieu_id=lieu_id,
            task_id=command.task,
            activity=command.activity,
            minutes=command.minutes,
            basis=command.basis or _basis(command.person, last, facts.roster),
            days=days,
        )
    ]


def _basis(person_id: str | None, on: date, roster: Roster) -> Basis:
    """What the time of somebody engaged so is; a lieu's people are taken for volunteers."""
    engagement = roster.engagement_of(person_id, on) if person_id else None
    return _BASIS.get(engagement or "", "volunteer")


def _within_the_days(person_id: str, minutes: int, first: date, last: date, known: TimeState) -> None:
    """A person's day has 24 hours: the only thing about time that cannot be a fact.

    Looked at over every period that holds the new entry, from the first day of one to the last of another.
    """
    begun = {day for day, _ in known.minutes_by_period if day <= first} | {first}
    ended = {day for _, day in known.minutes_by_period if day >= last} | {last}
    for start, end in sorted((start, end) for start in begun for end in ended):
        total_minutes, days = known.minutes_within(start, end) + minutes, (end - start).days + 1
        if total_minutes > DAY_MINUTES * days:
            raise Refused(
                "R11",
                N_("{total_minutes} of {person} in {count} days: a day has only 24 hours.")
                if days > 1
                else N_("{total_minutes} of {person} on {day}: a day has only 24 hours."),
                N_("check the figure; several people's time is declared by their lieu"),
                total_minutes=total_minutes,
                person=person_id,
                day=end,
                count=days,
            )


def _plausible(lieu_id: str, total_minutes: int, days: int) -> None:
    """How many people stand behind the hours of a lieu nobody knows; only a slip of the hand is asked about."""
    months = -(-days // 31)
    if total_minutes > LIEU_MONTH_MINUTES * months:
        raise UsageError(
            N_("{total_minutes} of {lieu} in {count} days: no lieu has so many people."),
            N_("check the figure and its unit: 6h, 3h30, 45 min"),
            total_minutes=total_minutes,
            lieu=lieu_id,
            count=days,
        )


def _declare(command: DeclareCapacity, facts: Facts) -> list[Event]:
    person_id = command.person or facts.actor
    if person_id is None:
        raise UsageError(N_("Whose time is it?"), N_("say who you are: --as NAME, or par: in a file"))
    if facts.actor != person_id:
        raise Refused(
            "R11",
            N_("How much time {person} can give is for them alone to say."),
            N_("{person} records it: ledger --as {person} time capacity"),
            person=person_id,
        )
    first = command.from_ or _day(command, facts)
    if command.until and command.until < first:
        raise UsageError(
            N_("A period from {first} cannot end on {last}."),
            N_("check both days"),
            first=first,
            last=command.until,
        )
    return [
        CapacityDeclared(
            person_id=person_id,
            minutes_per_month=command.time_per_month,
            held_from=first,
            held_until=command.until,
        )
    ]


_DECIDE: dict[type[Command], Callable[[Any, Facts], list[Event]]] = {
    OpenTask: _open,
    AssignTask: _assign,
    HandOverTask: _hand_over,
    CloseTask: _close,
    LogTime: _log,
    DeclareCapacity: _declare,
}
