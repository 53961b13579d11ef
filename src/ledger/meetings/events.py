"""Facts about meetings, in stream `meeting/<id>`. Append-only for ever."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from ledger.kernel.messages import Event
from ledger.kernel.values import Id, Minutes, Person, Text, Word


class Proxy(BaseModel):
    """An absent seat (a lieu, an organisation, a person or a role) and who speaks for it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    seat: Id
    carried_by: Person


class _MeetingEvent(Event):
    meeting_id: Id

    def stream(self) -> str:
        return f"meeting/{self.meeting_id}"


class MeetingConvened(_MeetingEvent):
    TOPIC: ClassVar[str] = "meeting.convened.v1"

    meeting_kind: Word
    planned_on: date
    host_lieu_id: Id | None = None
    agenda: tuple[Text, ...] = ()
    notice_sent_on: date | None = None

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return (("meeting", self.meeting_id),)


class MeetingHeld(_MeetingEvent):
    """`represented` are the lieux whose people were present: the seats that count for a quorum."""

    TOPIC: ClassVar[str] = "meeting.held.v1"

    meeting_kind: Word
    host_lieu_id: Id | None = None
    facilitator_id: Id | None = None
    minute_taker_id: Id | None = None
    present: tuple[Id, ...] = ()
    excused: tuple[Id, ...] = ()
    represented: tuple[Id, ...] = ()
    guests: tuple[Word, ...] = ()
    """Bodies invited, by name (`CAF`, `CCAS`): they attend without a seat."""

    minutes: Minutes | None = None
    proxies: tuple[Proxy, ...] = ()
    minutes_sha256: str | None = None
    """The minutes as filed, approved or not."""

    convened: bool = False
    """False when the meeting is first heard of by being held: the event then introduces it."""

    def introduces(self) -> tuple[tuple[str, str], ...]:
        return () if self.convened else (("meeting", self.meeting_id),)


class MeetingClosed(_MeetingEvent):
    """Minutes approved, or the meeting cancelled."""

    TOPIC: ClassVar[str] = "meeting.closed.v1"

    outcome: Literal["approved", "cancelled"]
    minutes_sha256: str | None = None
    reason: Text | None = None


EVENTS: tuple[type[Event], ...] = (MeetingConvened, MeetingHeld, MeetingClosed)
