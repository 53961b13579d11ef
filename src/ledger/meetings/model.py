"""Commands, state and rules of meetings. A meeting that was held is a fact: it is never refused. Pure."""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Literal, NamedTuple

from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts, Roster
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import Day, Lieu, Meeting, Minutes, NewMeeting, Person, Rotation, Sha256, Text, Word
from ledger.language.catalogue import N_
from ledger.meetings.events import MeetingClosed, MeetingConvened, MeetingHeld, Proxy


class ConveneMeeting(Command):
    """Convene a meeting: when, where, what about."""

    ACT: ClassVar[str] = "convene-meeting"

    id: NewMeeting = None
    kind: Word
    planned: Day
    host: Lieu | None = None
    agenda: tuple[Text, ...] = ()
    notice_sent: Day | None = None

    def reads(self) -> tuple[str, ...]:
        """The meeting's own stream."""
        return (f"meeting/{self.id}",)


class HoldMeeting(Command):
    """Record a meeting that was held and who was there. It may have been convened, or not."""

    ACT: ClassVar[str] = "hold-meeting"

    id: NewMeeting = None
    kind: Word | None = None
    host: Lieu | None = None
    facilitator: Person | None = None
    minute_taker: Person | None = None
    present: tuple[Person, ...] = ()
    excused: tuple[Person, ...] = ()
    guests: tuple[Word, ...] = ()
    proxies: tuple[Proxy, ...] = ()
    duration: Minutes | None = None
    minutes_document: Sha256 | None = None
    rotation: Rotation | None = None
    """The hosting rotation whose turn this was; the host takes it."""

    def reads(self) -> tuple[str, ...]:
        """The meeting's own stream."""
        return (f"meeting/{self.id}",)


class CloseMeeting(Command):
    """Approve a meeting's minutes, or cancel a meeting that was convened."""

    ACT: ClassVar[str] = "close-meeting"

    meeting: Meeting
    outcome: Literal["approved", "cancelled"] = "approved"
    minutes_document: Sha256 | None = None
    reason: Text | None = None

    def reads(self) -> tuple[str, ...]:
        """The meeting's own stream."""
        return (f"meeting/{self.meeting}",)


COMMANDS: tuple[type[Command], ...] = (ConveneMeeting, HoldMeeting, CloseMeeting)

Status = Literal["unknown", "convened", "held", "approved", "cancelled"]


class State(NamedTuple):
    """State of `meeting/<id>`.

    Attributes:
        present: the people who were there.
        represented: member lieux whose people were there, each once: they count for a quorum.
        proxies: absent parties, and the person who speaks for each.
        held_on: the day it was held.
    """

    status: Status = "unknown"
    kind: str | None = None
    host_lieu_id: str | None = None
    present: tuple[str, ...] = ()
    represented: tuple[str, ...] = ()
    proxies: tuple[tuple[str, str], ...] = ()
    held_on: date | None = None


INITIAL: dict[str, Callable[[], State]] = {"meeting": State}


def evolve(state: State, event: Event, on: date) -> State:
    """The state after one more event."""
    match event:
        case MeetingConvened():
            return State("convened", event.meeting_kind, event.host_lieu_id)
        case MeetingHeld():
            proxies = tuple((proxy.seat, proxy.carried_by) for proxy in event.proxies)
            there = (event.present, event.represented, proxies)
            return State("held", event.meeting_kind, event.host_lieu_id, *there, held_on=on)
        case MeetingClosed():
            return state._replace(status=event.outcome)
    return state


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events that a command leads to.

    Raises:
        Refused: ORDER or DUPLICATE: the meeting is not at that point of its life.
        UsageError: its values contradict each other.
    """
    facts.require_founded()
    (stream,) = command.reads()
    return _DECIDE[type(command)](command, facts.states.get(stream, State()), facts)


def _meeting_id(command: ConveneMeeting | HoldMeeting, facts: Facts) -> str:
    return command.id or facts.new_id("meeting")


def _convene(command: ConveneMeeting, state: State, facts: Facts) -> list[Event]:
    if state.status != "unknown":
        raise Refused(
            "DUPLICATE",
            N_("The meeting {meeting} is {status_word} already."),
            N_("choose another id for the next one"),
            meeting=command.id,
            status_word=state.status,
        )
    return [
        MeetingConvened(
            meeting_id=_meeting_id(command, facts),
            meeting_kind=command.kind,
            planned_on=command.planned,
            host_lieu_id=command.host,
            agenda=command.agenda,
            notice_sent_on=command.notice_sent,
        )
    ]


def _hold(command: HoldMeeting, state: State, facts: Facts) -> list[Event]:
    """Even a meeting that was cancelled may have been held after all."""
    if state.status in ("held", "approved"):
        raise Refused(
            "DUPLICATE",
            N_("The meeting {meeting} is recorded as held already."),
            N_("correct it, or choose another id for another meeting"),
            meeting=command.id,
        )
    if command.rotation and not command.host:
        raise UsageError(
            N_("Whose turn of {rotation} was it?"),
            N_("host: the lieu that welcomed the meeting"),
            rotation=command.rotation,
        )
    if both := sorted(set(command.present) & set(command.excused)):
        raise UsageError(
            N_("{people} cannot be both present and excused."),
            N_("leave out one of the two"),
            people=both,
        )
    present = tuple(dict.fromkeys(command.present))
    return [
        MeetingHeld(
            meeting_id=_meeting_id(command, facts),
            meeting_kind=command.kind or state.kind or "meeting",
            host_lieu_id=command.host or state.host_lieu_id,
            facilitator_id=command.facilitator,
            minute_taker_id=command.minute_taker,
            present=present,
            excused=tuple(dict.fromkeys(command.excused)),
            represented=represented(present, facts.roster, command.on or facts.today),
            guests=command.guests,
            proxies=command.proxies,
            minutes=command.duration,
            minutes_sha256=command.minutes_document,
            convened=state.status != "unknown",
        )
    ]


def represented(present: tuple[str, ...], roster: Roster, on: date) -> tuple[str, ...]:
    """The member lieux whose people were there, each once, in the order of the people."""
    members = roster.active_lieux(on)
    lieux = (roster.lieu_of(person_id, on) for person_id in present)
    return tuple(dict.fromkeys(lieu_id for lieu_id in lieux if lieu_id and lieu_id in members))


def _close(command: CloseMeeting, state: State, facts: Facts) -> list[Event]:
    if state.status == command.outcome:
        raise Refused(
            "DUPLICATE",
            N_("The meeting {meeting} is {status_word} already."),
            meeting=command.meeting,
            status_word=state.status,
        )
    if command.outcome == "approved" and state.status != "held":
        raise Refused(
            "ORDER",
            N_("The minutes of {meeting} cannot be approved: it was not held."),
            N_("hold-meeting {meeting} first"),
            meeting=command.meeting,
        )
    if command.outcome == "cancelled" and state.status != "convened":
        raise Refused(
            "ORDER",
            N_("The meeting {meeting} was held: it cannot be cancelled."),
            N_("correct it if it was recorded by mistake"),
            meeting=command.meeting,
        )
    return [
        MeetingClosed(
            meeting_id=command.meeting,
            outcome=command.outcome,
            minutes_sha256=command.minutes_document,
            reason=command.reason,
        )
    ]


_DECIDE: dict[type[Command], Callable[[Any, State, Facts], list[Event]]] = {
    ConveneMeeting: _convene,
    HoldMeeting: _hold,
    CloseMeeting: _close,
}
