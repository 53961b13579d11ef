"""One unit of work: commands completed, checked, decided and folded in memory; appended at once.

Lives as long as one write transaction. Nothing here commits.
"""

from __future__ import annotations

import re
import secrets
import sys
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BaseModel

from ledger.kernel.errors import LedgerError, Place, Refused, UnknownId
from ledger.kernel.facts import Facts, MintedPerson
from ledger.kernel.marks import Reference, fields, references
from ledger.kernel.messages import Command, CommandRef, Envelope, Event, Recorded
from ledger.kernel.spelling import id_key
from ledger.kernel.values import As
from ledger.language.catalogue import N_
from ledger.record.events import EventCorrected
from ledger.record.model import CorrectEvent, correctable, resolve
from ledger.record.model import decide as decide_record
from ledger.service.streams import CONSORTIUM, decode, encode, envelope_type, evolve, fold
from ledger.store.log import NewEvent, Stored, Writer
from ledger.store.vault import Vault

PREFIXES = {
    "organisation": "O",
    "rules": "RG",
    "role": "R",
    "rotation": "ROT",
    "meeting": "M",
    "decision": "D",
    "objection": "OB",
    "task": "T",
    "convention": "C",
    "instalment": "I",
    "allocation": "A",
    "expense": "E",
    "review": "RV",
    "group": "K",
}

CARDED = frozenset({"register-person", "update-party"})
"""Acts that write a person's card."""


@dataclass(frozen=True)
class Request:
    """A command, and where it comes from.

    Args:
        ref: its unique id, and its file and position when it was read from one.
        place: where to point when it is refused.
        author: handle or opaque id of who records it; may be registered by an earlier act.
    """

    command: Command | None
    ref: CommandRef = field(default_factory=lambda: CommandRef(id=secrets.token_hex(8)))
    place: Place | None = None
    author: str | None = None


class Draft(NamedTuple):
    """An event accepted in this unit and not yet appended."""

    event: Event
    occurred_from: date | None
    occurred_on: date
    request: Request


class UnitOfWork:
    """Runs commands one after the other over the state that earlier ones left.

    Args:
        writer: the open write transaction.
        vault: where private texts are staged.
        now: the moment of recording, in UTC; a demo file's is known once the file is read.
    """

    def __init__(self, writer: Writer, vault: Vault, now: datetime) -> None:
        self.writer = writer
        self.vault = vault
        self.now = now
        self._states: dict[str, Any] = {}
        self._recorded: dict[str, list[Recorded]] = {}
        self._ids: dict[str, tuple[str, str]] = {}
        self._counters: dict[tuple[str, str], int] = {}
        self._freed: set[str] = set()
        self.drafts: list[Draft] = []

    # -- running commands ---------------------------------------------------------------------

    def run(self, request: Request) -> list[Event]:
        """Decide one command and take its events in.

        Raises:
            LedgerError: with the request's place; the unit must then be given up.
        """
        assert request.command is not None
        try:
            return [
                event for command in self._expand(request.command) for event in self._run(command, request)
            ]
        except LedgerError as error:
            error.place = error.place or request.place
            error.params = {name: self._called(value) for name, value in error.params.items()}
            raise

    def _run(self, command: Command, request: Request) -> list[Event]:
        command = self._checked(self._completed(command))
        minted = self._mint(command)
        command = self._sealed(command)
        facts = self._facts(command, minted, request.author)
        decide = model_of_command(command).decide
        events: list[Event] = decide(command, facts)
        first, last = _dates(command, self.now.date())
        for event in events:
            self._accept(Draft(event, first, last, request))
        return events

    def _expand(self, command: Command) -> Iterator[Command]:
        """A meeting that names its hosting rotation also takes the turn: two concepts, one act."""
        if command.ACT != "hold-meeting":
            yield command
            return
        from ledger.consortium.model import TakeTurn
        from ledger.meetings.model import HoldMeeting

        command = self._completed(command)
        yield command
        assert isinstance(command, HoldMeeting)
        if command.rotation and command.host:
            yield TakeTurn(on=command.on, rotation=command.rotation, lieu=command.host, meeting=command.id)

    # -- correcting ---------------------------------------------------------------------------

    def correct(self, command: CorrectEvent, request: Request) -> None:
        """Correct one recorded event; its stream is folded again as it now counts.

        Raises:
            UnknownId: no such event.
            Refused: R13, or the correction makes no sense.
        """
        stored = self.writer.event(command.seq)
        if stored is None:
            raise UnknownId(
                N_("There is no event {seq}."), N_("see the numbers with: ledger log"), seq=command.seq
            )
        self.history(stored.stream)
        target = correctable(command.seq, self._told(stored.stream))
        ready = self._sealed(self._checked(self._completed(command)))
        facts = self._facts(ready, None, request.author)
        facts = replace(facts, states={**facts.states, "correction": target})
        (event,) = decide_record(ready, facts)
        self._accept(Draft(event, None, ready.on or self.now.date(), request))
        self._states.pop(stored.stream, None)

    def recast(self, seqs: Sequence[int], request: Request, reason: str | None) -> None:
        """Make the events of an act say what the act says now, by corrections only.

        The act is decided again as if its events had not been recorded. What it leads to replaces them one
        by one; what it no longer leads to is reversed; what is new is recorded.

        Args:
            seqs: numbers of the events that the act led to.
            request: the act as it is now; its command is None when it was removed.
            reason: why, for the vault.
        """
        old = [r for stored in map(self.writer.event, seqs) if stored and (r := self._current(stored))]
        new = self._decided_without(old, request) if request.command else []
        replaced, added = _paired(old, new)
        for recorded, draft in replaced:
            if draft is None:
                self.correct(_reversal(recorded, reason), request)
            elif draft.event != recorded.event or _days(draft) != _days_recorded(recorded):
                self.correct(_replacement(recorded, draft, reason), request)
        for draft in added:
            self._accept(draft)

    def _current(self, stored: Stored) -> Recorded | None:
        """The event as it counts now; None when it was reversed, or is itself a correction."""
        if stored.topic == EventCorrected.TOPIC:
            return None
        return next((r for r in resolve(self._told(stored.stream)) if r.seq == stored.seq), None)

    def _decided_without(self, old: Sequence[Recorded], request: Request) -> list[Draft]:
        """What the request's command leads to when these events are left out; nothing is taken in."""
        states, ids, drafts = dict(self._states), dict(self._ids), len(self.drafts)
        gone = {r.seq for r in old}
        self._freed = {id_key(name) for r in old for _noun, name in r.event.introduces()}
        for stream in {r.envelope.stream for r in old}:
            self._states[stream] = fold(stream, [r for r in resolve(self._told(stream)) if r.seq not in gone])
        try:
            self.run(request)
            return self.drafts[drafts:]
        finally:
            del self.drafts[drafts:]
            self._states, self._ids, self._freed = states, ids, set()

    def _told(self, stream: str) -> list[Recorded]:
        """The stream's events, those of this unit included (with seq 0: nothing can point to them yet)."""
        mine = [Recorded(0, self._envelope(d, stream, 0)) for d in self.drafts if d.event.stream() == stream]
        return [*self.history(stream), *mine]

    # -- completing and checking --------------------------------------------------------------

    def _completed(self, command: Command) -> Command:
        """Fills what the ledger can know by itself: the day, a free id, the only convention."""
        today = self.now.date()
        changes: dict[str, Any] = {} if command.on else {"on": today}
        year = str((command.on or today).year)
        for item in fields(type(command)):
            mark = item.mark
            if mark is None or getattr(command, item.name) is not None:
                continue
            if mark.new and mark.what == "ref":
                changes[item.name] = self._proposal(mark.noun, year, command)
            elif mark.sole:
                candidates = self.ids(mark.noun)
                if len(candidates) == 1:
                    changes[item.name] = candidates[0]
        return command.model_copy(update=changes) if changes else command

    def _proposal(self, noun: str, year: str, command: Command) -> str:
        """A free id: from the name for things that have one, else numbered within its year."""
        name = getattr(command, "name", None)
        if noun in ("organisation", "lieu", "rotation") and isinstance(name, str):
            return self._free(slug(name))
        if noun == "meeting":
            return self._free(f"M-{(command.on or self.now.date()).isoformat()}")
        return self._next(noun, year)

    def _free(self, base: str, taken: Collection[str] = ()) -> str:
        candidate, number = base, 2
        while candidate in taken or self.noun_of(candidate):
            candidate, number = f"{base}-{number}", number + 1
        return candidate

    def propose(self, noun: str, on: date, taken: Collection[str] = ()) -> str:
        """A free id for a noun and a day, none of those already promised.

        Meetings are named by their day, everything else is numbered within its year.
        """
        if noun == "meeting":
            return self._free(f"M-{on.isoformat()}", taken)
        while (candidate := self._next(noun, str(on.year))) in taken:
            continue
        return candidate

    def _next(self, noun: str, year: str | None = None) -> str:
        prefix = f"{PREFIXES.get(noun, noun[:1].upper())}-{year or self.now.date().year}-"
        key = (noun, prefix)
        if key not in self._counters:
            last = self.writer.last_id(noun, prefix)
            tail = last[len(prefix) :] if last else ""
            self._counters[key] = int(tail) if tail.isdigit() else 0
        while True:
            self._counters[key] += 1
            candidate = f"{prefix}{self._counters[key]:03d}"
            if not self.noun_of(candidate):
                return candidate

    def _checked(self, command: Command) -> Command:
        """Every id that the command mentions exists, has the right noun, and is spelled as recorded.

        Raises:
            UnknownId: with the nearest id that exists.
            Refused: DUPLICATE, when a new id is taken.
        """
        found: dict[tuple[str | int, ...], str] = {}
        for reference in references(command):
            known = self._resolve(reference)
            if known != reference.value:
                found[reference.path] = known
        for item in fields(type(command)):
            if item.mark and item.mark.new:
                self._check_new(getattr(command, item.name), item.mark, command)
        return _respelled(command, found) if found else command

    def _resolve(self, reference: Reference) -> str:
        wanted = reference.value
        if reference.mark.what == "person" or reference.mark.noun == "any":
            person = self.person(wanted)
            if person:
                return person
        entry = self.noun_of(wanted)
        if entry and (
            reference.mark.noun in ("any", "", entry[0]) or reference.mark.what == "person" == entry[0]
        ):
            return entry[1]
        raise self._unknown(wanted, reference.mark, entry)

    def person(self, wanted: str) -> str | None:
        """The opaque id behind a handle or an opaque id; None when nobody has it."""
        entry = self.noun_of(wanted)
        return entry[1] if entry and entry[0] == "person" else self.vault.by_handle(wanted)

    def _called(self, value: Any) -> Any:
        """A value of a message, where a person goes by the handle that members write."""
        if isinstance(value, list | tuple):
            return tuple(self._called(item) for item in value)
        card = self.vault.person(value) if isinstance(value, str) and value.startswith("P-") else None
        return card.handle or value if card else value

    def _unknown(self, wanted: str, mark: As, entry: tuple[str, str] | None) -> UnknownId:
        noun = "person" if mark.what == "person" else mark.noun
        if entry:
            return UnknownId(
                N_("“{id}” is a {found_noun}; a {noun} is needed here."),
                id=wanted,
                found_noun=entry[0],
                noun=noun,
            )
        near = get_close_matches(id_key(wanted), self._candidates(noun), n=1, cutoff=0.5)
        if near:
            return UnknownId(
                N_("No {noun} is called “{id}”."), N_("“{near}”?"), id=wanted, noun=noun, near=near[0]
            )
        return UnknownId(
            N_("No {noun} is called “{id}”."),
            N_("see what exists with: ledger status, or register it first"),
            id=wanted,
            noun=noun,
        )

    def _candidates(self, noun: str) -> list[str]:
        if noun == "person":
            return [id_key(card.handle) for card in self.vault.people() if card.handle]
        return [id_key(i) for i in self.ids(noun)]

    def _check_new(self, wanted: str | None, mark: As, command: Command) -> None:
        if wanted is None or id_key(wanted) in self._freed:
            return
        taken = self.person(wanted) or self.noun_of(wanted)
        continues = (
            isinstance(taken, tuple) and taken[0] == mark.noun and mark.noun in ("decision", "meeting")
        )
        if taken and not continues:
            raise Refused(
                "DUPLICATE",
                N_("“{id}” is taken already."),
                N_("choose another id, or leave it out: the ledger proposes one"),
                id=wanted,
            )

    # -- people and private texts -------------------------------------------------------------

    def _mint(self, command: Command) -> MintedPerson | None:
        """Prepares the vault's card for a person who is registered, or whose card changes."""
        if command.ACT not in CARDED:
            return None
        from ledger.consortium.model import RegisterPerson, UpdateParty

        if isinstance(command, RegisterPerson):
            person_id = f"P-{secrets.token_hex(4)}"
            identity = self.vault.stage_person(
                person_id,
                handle=command.id,
                name=_plain(command.name),
                email=_plain(command.email),
                phone=_plain(command.phone),
            )
            return MintedPerson(person_id, identity)
        if isinstance(command, UpdateParty) and (command.name or command.email):
            entry = self.noun_of(command.party)
            if entry and entry[0] == "person":
                card = self.vault.person(entry[1])
                identity = self.vault.stage_person(
                    entry[1],
                    handle=card.handle if card else None,
                    name=command.name or (card.name if card else None),
                    email=_plain(command.email) or (card.email if card else None),
                    phone=card.phone if card else None,
                )
                return MintedPerson(entry[1], identity)
        return None

    def _sealed(self, command: Command) -> Command:
        """Moves private texts to the vault; what goes on carries only a reference."""
        changes: dict[str, Any] = {}
        carded = command.ACT in CARDED
        for item in fields(type(command)):
            value = getattr(command, item.name)
            if item.mark and item.mark.private and isinstance(value, str):
                subject = getattr(command, "person", None)
                changes[item.name] = None if carded else self.vault.stage(value, subject=subject)
        return command.model_copy(update=changes) if changes else command

    # -- state --------------------------------------------------------------------------------

    def _facts(self, command: Command, minted: MintedPerson | None, author: str | None) -> Facts:
        roster = self.state(CONSORTIUM)
        return Facts(
            today=self.now.date(),
            actor=self.person(author) if author else None,
            roster=roster,
            states={CONSORTIUM: roster} | {name: self.state(name) for name in self._streams(command)},
            nouns=self._nouns(command),
            new_id=self._next,
            minted_person=minted,
        )

    def _streams(self, command: Command) -> Iterator[str]:
        """The streams that a command reads; `convention/*` stands for every convention."""
        for name in command.reads():
            family, _, which = name.partition("/")
            if which == "*":
                yield from (f"{family}/{known}" for known in self.ids(family))
            else:
                yield name

    def _nouns(self, command: Command) -> dict[str, str | None]:
        mentioned = {r.value for r in references(command)}
        mentioned |= {
            v
            for item in fields(type(command))
            if item.mark and item.mark.new and isinstance(v := getattr(command, item.name), str)
        }
        return {i: entry[0] if (entry := self.noun_of(i)) else None for i in mentioned}

    def state(self, stream: str) -> Any:
        """The stream's state after everything accepted so far; folded once, then evolved."""
        if stream not in self._states:
            state = fold(stream, self.history(stream))
            for draft in self.drafts:  # accepted before anybody asked for this stream
                if draft.event.stream() == stream:
                    state = evolve(stream, state, draft.event, draft.occurred_on)
            self._states[stream] = state
        return self._states[stream]

    def history(self, stream: str) -> list[Recorded]:
        """The stream's events as recorded before this unit."""
        if stream not in self._recorded:
            self._recorded[stream] = [decode(s) for s in self.writer.stream(stream)]
        return self._recorded[stream]

    def noun_of(self, wanted: str) -> tuple[str, str] | None:
        """Noun and spelling of an id, whether recorded or accepted in this unit."""
        return self._ids.get(id_key(wanted)) or self.writer.noun_of(wanted)

    def ids(self, noun: str) -> list[str]:
        """Every id of a noun, recorded or accepted in this unit, oldest first."""
        return [*self.writer.ids(noun), *(i for n, i in self._ids.values() if n == noun)]

    def _accept(self, draft: Draft) -> None:
        stream = draft.event.stream()
        if stream in self._states:
            self._states[stream] = evolve(stream, self._states[stream], draft.event, draft.occurred_on)
        for noun, name in draft.event.introduces():
            self._ids[id_key(name)] = (noun, name)
        self.drafts.append(draft)

    # -- appending ----------------------------------------------------------------------------

    def append(self) -> list[int]:
        """Stamps and appends what was accepted; the numbers of the events, in order."""
        if not self.drafts:
            return []
        versions: dict[str, int] = {}
        rows = []
        for draft in self.drafts:
            stream = draft.event.stream()
            version = versions.get(stream) or len(self.history(stream))
            versions[stream] = version + 1
            rows.append(self._row(draft, stream, version + 1))
        return self.writer.append(rows, commands=[d.request.ref.id for d in self.drafts])

    def _row(self, draft: Draft, stream: str, version: int) -> NewEvent:
        event = draft.event
        state = encode(self._envelope(draft, stream, version))
        return NewEvent(stream, version, event.TOPIC, state, event.scope(), event.introduces())

    def _envelope(self, draft: Draft, stream: str, version: int) -> Envelope[Any]:
        event = draft.event
        author = draft.request.author
        return envelope_type(event.TOPIC)(
            stream=stream,
            version=version,
            kind=event.TOPIC,
            occurred_on=draft.occurred_on,
            occurred_from=draft.occurred_from,
            recorded_at=self.now,
            recorded_by=self.person(author) if author else None,
            command=draft.request.ref,
            scope=event.scope(),
            salt=secrets.token_hex(16),
            data=event,
        )


def model_of_command(command: Command) -> Any:
    """The module whose `decide` takes the command: the one that defines it."""
    return sys.modules[type(command).__module__]


def slug(name: str) -> str:
    """A short id from a name: `La Verrerie` gives `la-verrerie`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _dates(command: Command, today: date) -> tuple[date | None, date]:
    """First day (None for a fact of one day) and last day of what the command tells."""
    covered = command.covers()
    if covered is None:
        return None, command.on or today
    first, last = covered
    return (None if first == last else first), last


def latest_day(command: Command, today: date) -> date:
    """The last day that a command speaks of as past: what a demo's clock must not precede."""
    return _dates(command, today)[1]


def _respelled(message: BaseModel, found: dict[tuple[str | int, ...], str]) -> Any:
    """The message with the values at these paths replaced."""
    changes: dict[str, Any] = {}
    for path, value in found.items():
        name, rest = str(path[0]), path[1:]
        current = changes.get(name, getattr(message, name))
        changes[name] = _at(current, rest, value)
    return message.model_copy(update=changes)


def _at(current: Any, path: tuple[str | int, ...], value: str) -> Any:
    if not path:
        return value
    if isinstance(current, BaseModel):
        return _respelled(current, {path: value})
    index = int(path[0])
    return (*current[:index], _at(current[index], path[1:], value), *current[index + 1 :])


def _paired(
    old: Sequence[Recorded], new: Sequence[Draft]
) -> tuple[list[tuple[Recorded, Draft | None]], list[Draft]]:
    """Each old event with the new one that takes its place (same stream, kind and ids), and those left."""
    left = list(new)
    pairs: list[tuple[Recorded, Draft | None]] = []
    for recorded in old:
        identity = _identity(recorded.event)
        match = next((d for d in left if _identity(d.event) == identity), None)
        if match:
            left.remove(match)
        pairs.append((recorded, match))
    return pairs, left


def _identity(event: Event) -> tuple[object, ...]:
    return event.stream(), event.TOPIC, event.introduces()


def _days(draft: Draft) -> tuple[date | None, date]:
    return draft.occurred_from, draft.occurred_on


def _days_recorded(recorded: Recorded) -> tuple[date | None, date]:
    return recorded.envelope.occurred_from, recorded.envelope.occurred_on


def _reversal(recorded: Recorded, reason: str | None) -> CorrectEvent:
    return CorrectEvent(seq=recorded.seq, how="reverse", reason=reason)


def _replacement(recorded: Recorded, draft: Draft, reason: str | None) -> CorrectEvent:
    first, last = _days(draft)
    return CorrectEvent(
        seq=recorded.seq,
        how="replace",
        replacement=draft.event.model_dump(mode="json", exclude_none=True),
        occurred_on=last,
        occurred_from=first,
        reason=reason,
    )
