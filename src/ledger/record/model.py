"""Commands and rules of the record itself: evidence, corrections, answers to flags. Pure.

Nothing is edited or deleted. A correction is one more event of the stream it corrects; `resolve`
tells what then counts, and every fold and projection of a stream goes through it.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Protocol

from pydantic import ValidationError

from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event, Recorded
from ledger.kernel.values import As, Convention, Day, Decision, Id, Private, Sealed, Sha256, Word
from ledger.language.catalogue import N_
from ledger.record.events import (
    SEALS,
    EventCorrected,
    EvidenceAttached,
    EvidenceKind,
    FlagAnswer,
    FlagAnswered,
    Level,
    Number,
    PeriodSealed,
    ReasonCode,
)

CORRECTED = EventCorrected.TOPIC


class AttachEvidence(Command):
    """Keep a file as evidence; the file itself goes to `evidence/` under its SHA-256."""

    ACT: ClassVar[str] = "attach-evidence"

    sha256: Sha256
    media_type: Word
    size_bytes: Number
    kind: EvidenceKind = "other"
    describes: Id | None = None
    convention: Convention | None = None
    """The convention whose funder may see it; never guessed, for minutes are not a funder's."""

    def reads(self) -> tuple[str, ...]:
        return (f"evidence/{self.sha256}",)


class CorrectEvent(Command):
    """Correct an event by its number: reverse it, or replace what it says or its day."""

    ACT: ClassVar[str] = "correct-event"

    seq: Number
    how: Literal["reverse", "replace"]
    replacement: dict[str, Any] | None = None
    """The fact's new data, complete, as it is stored; left out, only the day changes."""

    occurred_on: Day | None = None
    occurred_from: Day | None = None
    reason_code: ReasonCode = "mistake"
    reason: Private | None = None
    decision: Decision | None = None
    group: Annotated[str | None, As("word")] = None
    """Shared by corrections made together; left out, this one stands alone."""

    def reads(self) -> tuple[str, ...]:
        return (SEALS,)


class SealPeriod(Command):
    """Seal what was recorded up to a day: it was reported or published, and stays readable as it was."""

    ACT: ClassVar[str] = "seal-period"

    until: Day

    def reads(self) -> tuple[str, ...]:
        return (SEALS,)


class AnswerFlag(Command):
    """Answer a flag: take it into account for a time, contest it, say that it is by design, or reply."""

    ACT: ClassVar[str] = "answer-flag"

    flag: Word
    subject: Word
    answer: FlagAnswer
    level: Level | None = None
    body: Word | None = None
    until: Day | None = None
    reason: Private | None = None
    decision: Decision | None = None
    events: tuple[Number, ...] = ()
    """Numbers of the events that are contested."""

    def reads(self) -> tuple[str, ...]:
        own = f"flag/{self.flag.upper()}/{self.subject}"
        return (own, f"decision/{self.decision}") if self.decision else (own,)


COMMANDS: tuple[type[Command], ...] = (AttachEvidence, AnswerFlag, SealPeriod)
"""Acts of members' files. `CorrectEvent` is not among them: `ledger correct` and `--correct` make it."""


class Evidence(NamedTuple):
    """State of `evidence/<sha256>`."""

    kept: bool = False


class Answers(NamedTuple):
    """State of `flag/<code>/<subject>`: how many answers it had; none of them forbids another."""

    given: int = 0


class Seals(NamedTuple):
    """State of `period/sealed`: the last day that is sealed."""

    until: date = date.min


class Adopted(Protocol):
    """What is needed of a decision that says that something is by design."""

    status: str


INITIAL: dict[str, Callable[[], Any]] = {"evidence": Evidence, "flag": Answers, "period": Seals}


class Correctable(NamedTuple):
    """An event that somebody wants to correct, as `decide` needs it (`facts.states["correction"]`).

    Attributes:
        first: the event as it was recorded.
        current: the event as it counts now; None once it was reversed.
        corrected: corrections made of it so far.
    """

    first: Recorded
    current: Recorded | None
    corrected: int


def correctable(seq: int, history: Sequence[Recorded]) -> Correctable:
    """The event of that number, with what became of it.

    Args:
        history: every event of its stream, corrections included.

    Raises:
        UnknownId: the stream has no such event.
    """
    first = next((r for r in history if r.seq == seq), None)
    if first is None:
        raise UnknownId(N_("There is no event {seq}."), N_("see the numbers with: ledger log"), seq=seq)
    current = next((r for r in resolve(history) if r.seq == seq), None)
    corrections = [r.event for r in history if isinstance(r.event, EventCorrected)]
    return Correctable(first, current, sum(c.corrected_seq == seq for c in corrections))


# -- what counts after corrections ----------------------------------------------------------------


def resolve(recorded: Iterable[Recorded]) -> list[Recorded]:
    """One stream as it counts: reversed events left out, replaced ones in place, corrections gone.

    An event may be corrected several times; the last correction holds.
    """
    history = list(recorded)
    verdicts = {r.event.corrected_seq: r.event for r in history if isinstance(r.event, EventCorrected)}
    if not verdicts:
        return history
    return [
        _amended(r, verdicts[r.seq]) if r.seq in verdicts else r
        for r in history
        if not isinstance(r.event, EventCorrected)
        and not (r.seq in verdicts and verdicts[r.seq].how == "reverse")
    ]


def _amended(recorded: Recorded, correction: EventCorrected) -> Recorded:
    changes: dict[str, Any] = {}
    if correction.replacement is not None:
        changes["data"] = _event(type(recorded.event), correction.replacement)
    if correction.replaced_occurred_on is not None:
        changes["occurred_on"] = correction.replaced_occurred_on
        changes["occurred_from"] = correction.replaced_occurred_from
    return recorded._replace(envelope=recorded.envelope.model_copy(update=changes))


def resolve_plain(envelopes: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As `resolve`, over stored envelopes as plain dicts with their `seq`: what a projector replays."""
    history = list(envelopes)
    verdicts = {e["data"]["corrected_seq"]: e["data"] for e in history if e["kind"] == CORRECTED}
    if not verdicts:
        return history
    return [
        _amended_plain(e, verdicts[e["seq"]]) if e["seq"] in verdicts else e
        for e in history
        if e["kind"] != CORRECTED and not (e["seq"] in verdicts and verdicts[e["seq"]]["how"] == "reverse")
    ]


def _amended_plain(envelope: dict[str, Any], correction: Mapping[str, Any]) -> dict[str, Any]:
    amended = dict(envelope)
    if correction.get("replacement") is not None:
        amended["data"] = correction["replacement"]
    if correction.get("replaced_occurred_on") is not None:
        amended["occurred_on"] = correction["replaced_occurred_on"]
        amended["occurred_from"] = correction.get("replaced_occurred_from")
    return amended


def _event(kind: type[Event], data: Mapping[str, Any]) -> Event:
    return kind.model_validate_json(json.dumps(data))


# -- rules ----------------------------------------------------------------------------------------


def evolve(state: Evidence | Answers | Seals, event: Event, on: date) -> Evidence | Answers | Seals:
    """The state after one more event of its stream; corrections are resolved before."""
    if isinstance(event, PeriodSealed):
        return Seals(event.until)
    return Answers(state.given + 1) if isinstance(state, Answers) else Evidence(kept=True)


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events of a command; none when that very file is kept already.

    Raises:
        Refused: R13, an event reversed already, a correction, or one dated inside a sealed period;
            ORDER, a period that is not over, or sealed already.
        UsageError: a replacement that changes nothing, or is not what that kind of event says.
    """
    if isinstance(command, CorrectEvent):
        return [_correct(command, facts.states["correction"], facts.states.get(SEALS, Seals()))]
    if isinstance(command, SealPeriod):
        return [_seal(command, facts)]
    if isinstance(command, AnswerFlag):
        return [_answer(command, facts)]
    assert isinstance(command, AttachEvidence), command
    if facts.states[f"evidence/{command.sha256}"].kept:
        return []
    return [
        EvidenceAttached(
            sha256=command.sha256,
            media_type=command.media_type,
            size_bytes=command.size_bytes,
            evidence_kind=command.kind,
            describes=command.describes,
            convention_id=command.convention,
        )
    ]


PERSONAL = frozenset({"UNPAID_OVERLOAD"})
"""Flags that nobody answers but the person they are about."""

ACKNOWLEDGED_DAYS = 183
"""An acknowledgement holds for six months at most: then somebody looks again."""


def _answer(command: AnswerFlag, facts: Facts) -> Event:
    facts.require_founded()
    if command.flag.upper() in PERSONAL and facts.actor != command.subject:
        raise Refused(
            "ORDER",
            N_("The flag {flag} is about one person: they alone answer it."),
            N_("ask them; they may also say anew how much they can give: ledger time capacity"),
            flag=command.flag.upper(),
        )
    until = _until(command, command.on or facts.today)
    if command.answer in ("contested", "reply") and not command.reason:
        raise UsageError(N_("An answer of this kind says why."), N_("give the words: reason"))
    if command.events and command.answer != "contested":
        raise UsageError(N_("Only a contested flag names events."), N_("leave out: events"))
    if command.answer == "by_design":
        decision: Adopted | None = facts.states.get(f"decision/{command.decision}")
        if decision is None or decision.status != "adopted":
            raise Refused(
                "ORDER",
                N_("That a flag is by design is said by an adopted decision."),
                N_("name the decision (decision), or adopt one first"),
            )
    return FlagAnswered(
        flag=command.flag.upper(),
        subject=command.subject,
        answer=command.answer,
        level=command.level,
        body=command.body,
        until=until,
        reason=command.reason if isinstance(command.reason, Sealed) else None,
        decision_id=command.decision,
        events=command.events,
    )


def _until(command: AnswerFlag, on: date) -> date | None:
    """The last day of an acknowledgement: six months on when none is given."""
    if command.answer != "acknowledged":
        if command.until:
            raise UsageError(N_("Only an acknowledgement ends on a day."), N_("leave out: until"))
        return None
    latest = on + timedelta(days=ACKNOWLEDGED_DAYS)
    until = command.until or latest
    if not on <= until <= latest:
        raise UsageError(
            N_("An acknowledgement holds for six months at most, here until {latest}."),
            N_("acknowledge it again when it lapses, or say by a decision that it is by design"),
            latest=latest,
        )
    return until


def _seal(command: SealPeriod, facts: Facts) -> Event:
    facts.require_founded()
    sealed: Seals = facts.states[SEALS]
    if command.until <= sealed.until:
        raise Refused(
            "ORDER",
            N_("All days up to {until} are sealed already."),
            N_("seal up to a later day"),
            until=sealed.until,
        )
    if command.until >= facts.today:
        raise Refused("ORDER", N_("A period is sealed once it is over."), N_("seal up to a day that is past"))
    return PeriodSealed(until=command.until, event_count=facts.head.size, head_hash=facts.head.root.hex())


def _correct(command: CorrectEvent, target: Correctable, sealed: Seals) -> Event:
    if command.on and command.on <= sealed.until:
        raise Refused(
            "R13",
            N_("All days up to {until} are sealed: a correction is recorded today, and points back."),
            N_("leave out the day"),
            until=sealed.until,
        )
    if isinstance(target.first.event, EventCorrected):
        raise Refused(
            "R13",
            N_("Event {seq} is a correction: it stays as it is."),
            N_("correct event {corrected_seq} once more"),
            seq=command.seq,
            corrected_seq=target.first.event.corrected_seq,
        )
    if target.current is None:
        raise Refused(
            "R13",
            N_("Event {seq} was reversed already: it no longer counts."),
            N_("record the fact again, if it did happen"),
            seq=command.seq,
        )
    replacement = _replacement(command, target.current) if command.how == "replace" else None
    first, last = _period(command, target.current)
    moved = replacement is not None and (first, last) != _days(target.first)
    scope = (*target.first.event.scope(), *(replacement.scope() if replacement else ()))
    return EventCorrected(
        corrected_stream=target.first.envelope.stream,
        corrected_seq=command.seq,
        how=command.how,
        reason_code=command.reason_code,
        reason=command.reason if isinstance(command.reason, Sealed) else None,
        group_id=command.group or f"K-{command.seq}-{target.corrected + 1}",
        replacement=replacement.model_dump(mode="json", exclude_none=True) if replacement else None,
        replaced_occurred_on=last if moved else None,
        replaced_occurred_from=first if moved else None,
        decision_id=command.decision,
        conventions=tuple(dict.fromkeys(scope)),
        sealed_until=sealed.until if target.current.envelope.occurred_on <= sealed.until else None,
    )


def _replacement(command: CorrectEvent, current: Recorded) -> Event:
    """The fact as it should have been recorded: same kind, same stream, same ids."""
    event = current.event
    if command.replacement is not None:
        event = _validated(type(event), command.replacement, command.seq)
    month = getattr(event, "month", None)  # names the stream of a month's hours
    moved = month is not None and month != f"{_period(command, current)[1]:%Y-%m}"
    if moved or event.stream() != current.event.stream() or event.introduces() != current.event.introduces():
        raise UsageError(
            N_("A correction keeps the id and the month of what it corrects."),
            N_("reverse event {seq}, then record the fact anew"),
            seq=command.seq,
        )
    if event == current.event and _period(command, current) == _days(current):
        raise UsageError(
            N_("Event {seq} says that already: the correction would change nothing."), seq=command.seq
        )
    return event


def _days(recorded: Recorded) -> tuple[date | None, date]:
    """First day (None for a fact of one day) and last day of a fact."""
    return recorded.envelope.occurred_from, recorded.envelope.occurred_on


def _period(command: CorrectEvent, current: Recorded) -> tuple[date | None, date]:
    """The days of the fact once corrected: those given, else those that count now."""
    return (command.occurred_from, command.occurred_on) if command.occurred_on else _days(current)


def _validated(kind: type[Event], data: Mapping[str, Any], seq: int) -> Event:
    try:
        return _event(kind, data)
    except (ValidationError, TypeError) as error:
        raise UsageError(
            N_("The correction of event {seq} is not what a {kind} says: {detail}"),
            seq=seq,
            kind=kind.TOPIC,
            detail=_first_detail(error),
        ) from error


def _first_detail(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"
    return str(error)
