"""The bases of commands and events, and the envelope in which an event is stored for ever."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, NamedTuple, Self, cast

from pydantic import BaseModel, ConfigDict, PlainValidator, SerializeAsAny, ValidationInfo
from pydantic_core import to_json

from ledger.kernel.values import Day


class Event(BaseModel):
    """A fact. Subclasses live in a concept's `events.py` and are never changed, only added to.

    `TOPIC` is the name on disk, versioned (`decision.adopted.v1`). An optional field may be added
    later; anything else is a new version with an upcaster.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    TOPIC: ClassVar[str]

    def stream(self) -> str:
        """The stream the fact belongs to: what one rule sums (`decision/D-2024-007`)."""
        raise NotImplementedError

    def introduces(self) -> tuple[tuple[str, str], ...]:
        """The things that exist from this event on, as (noun, id); ids are unique in the ledger."""
        return ()

    def scope(self) -> tuple[str, ...]:
        """The conventions touched: what lets a funder be shown its events and no others."""
        return ()


class Command(BaseModel):
    """An intention. `ACT` is its name in files (`adopt-decision`); `decide` accepts or refuses it.

    Subclasses live in a concept's `model.py`, or in a module of their theme; fields have plain types with `As` marks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    ACT: ClassVar[str]

    on: Day | None = None
    """The day it happened; left out, the day it is recorded."""

    def reads(self) -> tuple[str, ...]:
        """The streams whose state `decide` needs besides `consortium`, its own first."""
        return ()

    def covers(self) -> tuple[date, date] | None:
        """First and last day when the fact covers a period; it then counts whole, at its last day."""
        return None


class CommandRef(BaseModel):
    """Which act recorded an event: a unique id, and the file and position it was read from."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    id: str
    file: str | None = None
    position: str | None = None
    """The act's place in its file, stable under edits of other acts: `decisions.bus`, `acts.3`."""

    digest: str | None = None
    """SHA-256 of the act as written, so that an edited file is told from an unchanged one."""


def _fact(value: Any, info: ValidationInfo) -> Event:
    """The fact itself: as it is, or read as the kind that the reader of the envelope names."""
    if isinstance(value, Event):
        return value
    kind = cast("type[Event]", info.context)
    return kind.model_validate_json(to_json(value))


class Envelope(BaseModel):
    """One stored event, as JSON bytes. What is hashed is those bytes, never a re-encoding.

    One class for every kind, and not one each: each would cost milliseconds when a program starts.
    `occurred_on` is the day of the fact, the last day when it covers a period from `occurred_from`.
    `salt` is 128 random bits, so that a withheld state cannot be guessed from its hash.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    stream: str
    version: int
    kind: str
    occurred_on: date
    occurred_from: date | None = None
    recorded_at: datetime
    recorded_by: str | None = None
    acting_as: str | None = None
    command: CommandRef
    scope: tuple[str, ...] = ()
    salt: str
    data: Annotated[Event, PlainValidator(_fact), SerializeAsAny()]

    @classmethod
    def read(cls, state: bytes, kind: type[Event]) -> Self:
        """The envelope behind stored bytes, whose fact is of that kind.

        Raises:
            pydantic.ValidationError: the bytes are not such an envelope.
        """
        return cls.model_validate_json(state, context=kind)


class Recorded(NamedTuple):
    """An envelope together with its place in the log."""

    seq: int
    envelope: Envelope

    @property
    def event(self) -> Event:
        """The fact itself."""
        return self.envelope.data
