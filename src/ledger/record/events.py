"""Facts about the record itself: evidence kept, events corrected, flags answered. Append-only for ever."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ledger.kernel.messages import Event
from ledger.kernel.values import As, Id, Sealed, Word

EvidenceKind = Literal[
    "invoice", "proof_of_payment", "timesheet", "payslip", "minutes", "convention", "other"
]
ReasonCode = Literal["mistake", "duplicate", "late_information", "dispute", "other"]
FlagAnswer = Literal["acknowledged", "contested", "by_design", "reply"]
Level = Literal["info", "watch", "alert"]
Number = Annotated[int, Field(ge=0, le=2**53), As("count")]
"""The number of an event, how many there are, the bytes of a file: far more than what members count."""


class EvidenceAttached(Event):
    """A file that proves something, kept in `evidence/` under its SHA-256."""

    TOPIC: ClassVar[str] = "evidence.attached.v1"

    sha256: str
    media_type: Word
    size_bytes: Number
    evidence_kind: EvidenceKind
    describes: Id | None = None
    convention_id: Id | None = None

    def stream(self) -> str:
        return f"evidence/{self.sha256}"

    def scope(self) -> tuple[str, ...]:
        return (self.convention_id,) if self.convention_id else ()


class EventCorrected(Event):
    """Reverses or replaces one event of the same stream; the corrected event stays readable.

    The correction counts at the corrected event's own date. `replacement` is the new `data` of the
    same kind, complete. Corrections made together carry the same `group_id`.
    """

    TOPIC: ClassVar[str] = "event.corrected.v1"

    corrected_stream: str
    corrected_seq: Number
    how: Literal["reverse", "replace"]
    reason_code: ReasonCode
    reason: Sealed | None = None
    group_id: Id
    replacement: dict[str, Any] | None = None
    replaced_occurred_on: date | None = None
    """The fact's right day, when the day was wrong; with `replaced_occurred_from`, its right period."""

    replaced_occurred_from: date | None = None
    decision_id: Id | None = None
    conventions: tuple[Id, ...] = ()
    sealed_until: date | None = None
    """The last day of the sealed period into which this points back."""

    def stream(self) -> str:
        return self.corrected_stream

    def scope(self) -> tuple[str, ...]:
        return self.conventions


class FlagAnswered(Event):
    """What the consortium, or the person concerned, answers to a flag. The flag itself is computed.

    An acknowledgement holds until a day, or until the level rises; `by_design` rests on a decision; a reply
    changes nothing, and is read above the flag.
    """

    TOPIC: ClassVar[str] = "flag.answered.v1"

    flag: Word
    subject: Word
    answer: FlagAnswer
    level: Level | None = None
    """How grave the flag was when it was answered."""

    body: Word | None = None
    """Who answers: a body of the consortium, never a person."""

    until: date | None = None
    reason: Sealed | None = None
    decision_id: Id | None = None
    events: tuple[Number, ...] = ()
    """Numbers of the events that are contested."""

    def stream(self) -> str:
        return f"flag/{self.flag}/{self.subject}"


class PeriodSealed(Event):
    """What was recorded of the days up to one is settled: it was reported, or published.

    Nothing is closed to facts. What is corrected in it afterwards says so, and the figures as they were sealed
    are those of the first `event_count` events, whose Merkle root is `head_hash` (hexadecimal).
    """

    TOPIC: ClassVar[str] = "period.sealed.v1"

    until: date
    event_count: Number
    head_hash: Word

    def stream(self) -> str:
        return SEALS


SEALS = "period/sealed"
"""The stream of all sealed periods."""

EVENTS: tuple[type[Event], ...] = (EvidenceAttached, EventCorrected, FlagAnswered, PeriodSealed)
