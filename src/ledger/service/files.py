"""Members' files against the ledger: what they may ask of it, and what was recorded of them before.

An act's command id is `file#position#digest`, so that a file recorded again is recognised act by act.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from ledger.consortium.events import (
    LieuRegistered,
    OrganisationRegistered,
    PartyUpdated,
    PersonErased,
    RotationSet,
)
from ledger.exchange.acts import Act, File
from ledger.exchange.context import DecisionCard, ObjectionCard, RotationCard
from ledger.exchange.edits import compare
from ledger.kernel.errors import LedgerError, Place, Refused
from ledger.kernel.messages import CommandRef
from ledger.language.catalogue import N_, _
from ledger.record.model import resolve
from ledger.service.draft import Request
from ledger.service.streams import CONSORTIUM, decode
from ledger.service.unit import UnitOfWork
from ledger.store.vault import Vault

RECENT_MEETINGS = 50
"""How far back a meeting that was convened may lie for minutes to be recognised as its own."""


class UnitContext:
    """The ledger as a file sees it, from inside the unit of work that will record it."""

    def __init__(self, unit: UnitOfWork, language: str, file: str | None = None) -> None:
        self._unit = unit
        self._file = file
        self.language = language

    @cached_property
    def today(self) -> date:
        """The day of recording; for a file recorded before, the day it was first recorded."""
        earlier = self._unit.writer.commands_under(f"{quote(self._file)}#") if self._file else []
        first = self._unit.writer.event(earlier[0][1]) if earlier else None
        return decode(first).envelope.recorded_at.date() if first else self._unit.now.date()

    @cached_property
    def latest(self) -> date:
        """The day on this machine; a demonstration's clock follows its files, which may run ahead of it."""
        founded = next(iter(self._unit.history(CONSORTIUM)), None)
        moments = [self._unit.now]
        if founded is None or getattr(founded.event, "demo", False):
            moments.append(datetime.now(UTC))
        return max(day for moment in moments for day in (moment.date(), moment.astimezone().date()))

    @property
    def day_minutes(self) -> int:
        """Minutes of a working day."""
        return int(self._unit.state(CONSORTIUM).rule("day_minutes", self.today))

    @property
    def secret(self) -> bytes:
        """The vault's secret."""
        return self._unit.vault.secret()

    def person(self, handle: str) -> str | None:
        """The opaque id behind a handle."""
        return self._unit.ids.person(handle)

    def handles(self) -> Iterable[str]:
        """Every handle."""
        return [card.handle for card in self._unit.vault.people() if card.handle]

    def erased(self) -> Sequence[str]:
        """Opaque ids of the people whom the vault forgot."""
        return [
            r.event.person_id for r in self._unit.history(CONSORTIUM) if isinstance(r.event, PersonErased)
        ]

    def noun_of(self, id: str) -> tuple[str, str] | None:
        """Noun and recorded spelling of an id."""
        return self._unit.ids.noun_of(id)

    def names(self, noun: str) -> Mapping[str, str]:
        """Ids of a noun with the names people use for them."""
        return {id: self._names.get(id, id) for id in self._unit.ids.all(noun)}

    @cached_property
    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for recorded in self._unit.history(CONSORTIUM):
            match recorded.event:
                case LieuRegistered() as event:
                    found[event.lieu_id] = event.name
                case OrganisationRegistered() as event:
                    found[event.organisation_id] = event.name
                case RotationSet() as event:
                    found[event.rotation_id] = event.name
                case PartyUpdated() as event if event.name:
                    found[event.party_id] = event.name
        return found

    def lines(self) -> Collection[str]:
        """Short names of the lines in the plans of conventions."""
        states = (self._unit.state(f"convention/{id}") for id in self._unit.ids.all("convention"))
        return {line for state in states for line in state.lines()}

    def rotations(self) -> Sequence[RotationCard]:
        """The rotations set so far."""
        return [
            RotationCard(event.rotation_id, event.name, event.period)
            for recorded in self._unit.history(CONSORTIUM)
            if isinstance(event := recorded.event, RotationSet)
        ]

    def convened(self, on: date) -> Sequence[tuple[str, str]]:
        """Id and kind of the meetings convened for that day and not yet held."""
        from ledger.meetings.events import MeetingConvened

        found = []
        for id in self._unit.ids.all("meeting")[-RECENT_MEETINGS:]:
            history = [r.event for r in self._unit.history(f"meeting/{id}")]
            if (
                len(history) == 1
                and isinstance(first := history[0], MeetingConvened)
                and first.planned_on == on
            ):
                found.append((id, first.meeting_kind))
        return found

    def decision(self, id: str) -> DecisionCard | None:
        """What the ledger knows of a decision; None when nobody proposed it yet."""
        from ledger.decisions.events import ObjectionRaised, ObjectionSettled

        history = self._unit.history(f"decision/{id}")
        found: dict[str, ObjectionCard] = {}
        for recorded in resolve(history):
            day = recorded.envelope.occurred_on
            match recorded.event:
                case ObjectionRaised() as event:
                    parties = (event.person_id, event.lieu_id)
                    found[event.objection_id] = ObjectionCard(event.objection_id, parties, day)
                case ObjectionSettled() as event if event.objection_id in found:
                    found[event.objection_id] = found[event.objection_id]._replace(settled_on=day)
        return DecisionCard(history[0].envelope.command.file, tuple(found.values())) if history else None

    def next_id(self, noun: str, on: date, taken: Collection[str]) -> str:
        """A free id, none of those already given in this file."""
        return self._unit.ids.propose(noun, on, taken)

    def introduced(self, file: str, position: str) -> str | None:
        """The id that this act of this file introduced when it was recorded before."""
        for _command, seq in self._unit.writer.commands_under(f"{quote(file)}#{position}#"):
            stored = self._unit.writer.event(seq)
            event = decode(stored).event if stored else None
            if event and event.introduces():
                return event.introduces()[0][1]
            if event and event.stream().startswith("meeting/"):  # convened by the minutes before
                return event.stream().partition("/")[2]
        return None


class Earlier(NamedTuple):
    """What was recorded of one file before.

    Attributes:
        digests: by position, of what still counts.
        events: numbers of the events of each position.
    """

    digests: Mapping[str, str]
    events: Mapping[str, list[int]]


def earlier(unit: UnitOfWork, file_id: str) -> Earlier:
    """The acts of a file that were recorded before; the latest wording of each position."""
    digests: dict[str, str] = {}
    events: dict[str, list[int]] = {}
    for command, seq in unit.writer.commands_under(f"{quote(file_id)}#"):
        _file, position, digest = command.split("#")
        stored = unit.writer.event(seq)
        if stored is None:
            continue
        if digest == REMOVED:
            digests.pop(position, None)
            continue
        digests[position] = digest
        if stored.topic != "event.corrected.v1":
            events.setdefault(position, []).append(seq)
    return Earlier(digests, events)


def require_new(unit: UnitOfWork, file: File, path: Path) -> None:
    """Refuse a file recorded for the first time when another one, under another name, says all of it.

    One that states its own `id:` is what it says it is.

    Raises:
        Refused: DUPLICATE, with the name of the other.
    """
    if file.id != path.name or not file.acts:
        return
    first = file.acts[0]
    for command in unit.writer.commands_ending(f"#{first.position}#{first.digest}"):
        other = unquote(command.partition("#")[0])
        edits = compare(file.acts, earlier(unit, other).digests)
        if other != file.id and not (edits.new or edits.changed):
            raise Refused(
                "DUPLICATE",
                N_("All that this file says was recorded already, from “{other}”."),
                N_(
                    "nothing is to be done; if it happened twice, begin this file with a line “id: …” of its own"
                ),
                place=Place(str(path), 1),
                other=other,
            )


@contextmanager
def in_its_words(file: File) -> Iterator[None]:
    """What is refused of a file speaks of its decisions as it does: their ids, nobody has seen yet."""
    try:
        yield
    except LedgerError as error:
        for name, value in error.params.items():
            if isinstance(value, str) and value in file.keys:
                error.params[name] = _("“{key}”").format(key=file.keys[value])
        raise


def called(vault: Vault) -> Callable[[str], str]:
    """What members write for an id: a person's handle, else the id."""
    handles = {card.person_id: card.handle for card in vault.people() if card.handle}
    return lambda known: handles.get(known) or known


REMOVED = "removed"


def request(file: File, act: Act, author: str | None) -> Request:
    """The act as a command to run, known by its file, its position and what it says."""
    return Request(
        act.command,
        CommandRef(
            id=command_id(file.id, act.position, act.digest),
            file=file.id,
            position=act.position,
            digest=act.digest,
        ),
        act.place,
        file.author or author,
        file.acting_as,
    )


def command_id(file_id: str, position: str, digest: str) -> str:
    """The id under which an act of a file is recorded once."""
    return f"{quote(file_id)}#{position}#{digest}"


def removal(file: File, position: str, author: str | None) -> Request:
    """The removal of an act from its file; nothing takes its place."""
    ref = CommandRef(id=command_id(file.id, position, REMOVED), file=file.id, position=position)
    return Request(None, ref, None, file.author or author, file.acting_as)
