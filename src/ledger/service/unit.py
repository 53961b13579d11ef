"""One unit of work: commands completed, checked, decided and folded in memory; appended at once.

Lives as long as one write transaction. Nothing here commits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from ledger.folder import LOCAL
from ledger.kernel.errors import LedgerError, Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts, Head, MintedPerson
from ledger.kernel.marks import fields, references
from ledger.kernel.messages import Command, Envelope, Event, Recorded
from ledger.kernel.spelling import id_key
from ledger.language.catalogue import N_
from ledger.record.events import EventCorrected
from ledger.record.model import CorrectEvent, correctable, resolve
from ledger.record.model import decide as decide_record
from ledger.service import mandates, stages
from ledger.service.checking import Checker, completed
from ledger.service.draft import Draft, Request
from ledger.service.ids import Ids
from ledger.service.recasting import recast
from ledger.service.sealing import mint, opaque, sealed
from ledger.service.streams import CONSORTIUM, decode, encode, evolve, fold
from ledger.store.log import NewEvent, Stored, Writer
from ledger.store.vault import Vault

_IN_ORDER = frozenset({"meeting", "decision", "task", "application", "contract", "indicator"})
"""Families whose streams are a course of events: what may happen depends on what happened before."""

_ENDS = frozenset({"convention.ended.v1"})
"""After these nothing more is intended; what was intended before may still have been written down wrong."""


_OF_FLAGS = frozenset({"adopt-rules", "answer-flag"})
"""Acts that name flags: whether these exist is known to the catalogue, which no other act waits for."""

_AFTER_A_MEETING = frozenset({"close-meeting"})
"""Acts about a meeting; the others that name one happened at it."""


class Amended(NamedTuple):
    """The consortium's state before and after rules were adopted, and the first day of the new ones."""

    before: Any
    after: Any
    on: date


class Correction(NamedTuple):
    """A correction made in this unit, and what asked for it."""

    event: EventCorrected
    request: Request


class UnitOfWork:
    """Runs commands one after the other over the state that earlier ones left.

    Args:
        writer: the open write transaction.
        vault: where private texts are staged.
        now: the moment of recording, in UTC; a demo file's is known once the file is read.
        acting_as: the mandate under which all is recorded that does not say its own.
    """

    def __init__(self, writer: Writer, vault: Vault, now: datetime, acting_as: str | None = None) -> None:
        self.writer = writer
        self.vault = vault
        self.now = now
        self.acting_as = acting_as
        self._states: dict[str, Any] = {}
        self._recorded: dict[str, list[Recorded]] = {}
        self.ids = Ids(writer, vault)
        self._checker = Checker(self.ids, vault)
        self._freed: Collection[str] = ()
        self._corrected: dict[str, list[Correction]] = {}
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
        command = self._prepared(command)
        stages.check(command, self.state(CONSORTIUM), self.now.date())
        minted = mint(command, self.ids, self.vault)
        command = sealed(command, self.vault)
        facts = self._facts(command, minted, request.author)
        decide = model_of_command(command).decide
        events: list[Event] = decide(command, facts)
        first, last = _dates(command, self.now.date())
        for event in events:
            self._accept(Draft(event, first, last, request))
        return events

    def _completed(self, command: Command) -> Command:
        return completed(command, self.ids, self._day(command))

    def _day(self, command: Command) -> date:
        """The day of what does not say its own: that of the meeting that it names, else today."""
        after = command.on or command.ACT in _AFTER_A_MEETING
        named = None if after else getattr(command, "meeting", None)
        known = self.ids.noun_of(named) if named else None
        held = self.state(f"meeting/{known[1]}").held_on if known and known[0] == "meeting" else None
        return held or self.now.date()

    def _prepared(self, command: Command) -> Command:
        command = opaque(self._completed(command), self.ids)
        if command.ACT in _OF_FLAGS:
            from ledger.service.flag_names import require_known

            require_known(command)
        return self._checker.checked(command, self._freed)

    def _expand(self, command: Command) -> Iterator[Command]:
        """Acts of two concepts: a meeting takes its hosting turn, a member that leaves gives money back."""
        if command.ACT == "end-role":
            yield from self._left(command)
            return
        if command.ACT != "hold-meeting":
            yield command
            return
        from ledger.consortium.rotations import TakeTurn
        from ledger.meetings.model import HoldMeeting

        command = self._completed(command)
        yield command
        assert isinstance(command, HoldMeeting)
        if command.rotation and command.host:
            yield TakeTurn(on=command.on, rotation=command.rotation, lieu=command.host, meeting=command.id)

    def _left(self, command: Command) -> Iterator[Command]:
        from ledger.consortium.giving import EndRole
        from ledger.service.leaving import given_back

        command = self._completed(command)
        yield command
        assert isinstance(command, EndRole)
        conventions = (self.state(f"convention/{known}") for known in self.ids.all("convention"))
        yield from given_back(
            command, self.state(CONSORTIUM), conventions, lambda back: self._facts(back, None, None)
        )

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
        target = correctable(command.seq, self._told(stored.stream))
        if command.how == "reverse":
            from ledger.service.resting import require_not_founding

            require_not_founding(target.first)
        ready = sealed(self._prepared(command), self.vault)
        facts = self._facts(ready, None, request.author)
        facts = facts._replace(states={**facts.states, "correction": target})
        (event,) = decide_record(ready, facts)
        self._states.pop(stored.stream, None)  # folded anew, from what counts now
        self._accept(Draft(event, None, ready.on or self.now.date(), request))
        assert isinstance(event, EventCorrected)
        self._corrected.setdefault(stored.stream, []).append(Correction(event, request))

    def _recount(self) -> None:
        """A decision whose ballots were corrected says so: its last word is counted anew, in the same group.

        Raises:
            Refused: R6, the counts were corrected to what its ballots do not say.
        """
        streams = {name: made for name, made in self._corrected.items() if name.startswith("decision/")}
        if not streams:
            return
        from ledger.decisions.recounting import recounted
        from ledger.service.telling import decision

        for stream, made in streams.items():
            found = recounted(*decision(self._told(stream)))
            if found is None or found.seq == 0:
                continue
            if any(correction.event.corrected_seq == found.seq for correction in made):
                raise Refused(
                    "R6",
                    N_("The counts given for {decision} are not those of its ballots: correct the ballots."),
                    N_("ledger show {decision}, for the numbers of its ballots"),
                    decision=stream.partition("/")[2],
                )
            command = CorrectEvent(
                seq=found.seq,
                how="replace",
                replacement=found.event.model_dump(mode="json", exclude_none=True),
                reason_code=made[-1].event.reason_code,
                group=made[-1].event.group_id,
            )
            self.correct(command, made[-1].request)

    def _require_nothing_rests(self) -> None:
        """What was reversed in this unit, nothing that still counts rests on.

        Raises:
            Refused: R13, with the numbers of what does.
        """
        for stream, made in self._corrected.items():
            told = {recorded.seq: recorded for recorded in self.history(stream)}
            for correction in made:
                seq = correction.event.corrected_seq
                if correction.event.how == "reverse" and (found := self._resting(told[seq])):
                    raise Refused(
                        "R13",
                        N_("Event {seq} cannot be reversed while others rest on it: {events}."),
                        N_("reverse these first, or say with --set what it should have said"),
                        place=correction.request.place,
                        seq=seq,
                        events=tuple(f"#{recorded.seq}" for recorded in found if recorded.seq)[:12],
                    )

    def _resting(self, reversed_: Recorded) -> list[Recorded]:
        from ledger.service.resting import resting

        def streams(id: str) -> Iterator[str]:
            yield from dict.fromkeys(
                [*self.writer.mentioning(id), *(draft.event.stream() for draft in self.drafts)]
            )

        return resting(reversed_, streams, lambda stream: resolve(self._told(stream)))

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
        asked = recast(old, new, reason)
        for correction in asked.corrections:
            self.correct(correction, request)
        for draft in asked.added:
            self._accept(draft)

    def _current(self, stored: Stored) -> Recorded | None:
        """The event as it counts now; None when it was reversed, or is itself a correction."""
        if stored.topic == EventCorrected.TOPIC:
            return None
        return next((r for r in resolve(self._told(stored.stream)) if r.seq == stored.seq), None)

    def _decided_without(self, old: Sequence[Recorded], request: Request) -> list[Draft]:
        """What the request's command leads to when these events are left out; nothing is taken in."""
        states, ids, drafts = dict(self._states), self.ids.mark(), len(self.drafts)
        self._freed = {id_key(name) for r in old for _noun, name in r.event.introduces()}
        for stream in {r.envelope.stream for r in old}:
            self._states[stream] = fold(stream, self._without(old, stream))
        try:
            self.run(request)
            return self.drafts[drafts:]
        finally:
            del self.drafts[drafts:]
            self._states, self._freed = states, ()
            self.ids.back_to(ids)

    def _without(self, old: Sequence[Recorded], stream: str) -> list[Recorded]:
        """The stream's events as they count now, without these.

        A ballot is judged at its place, before the adoption that counted it; money and time are sums, and
        roles overlap, so that what came later weighs there too.
        """
        gone = {r.seq for r in old}
        first = min(r.seq for r in old if r.envelope.stream == stream)
        in_order = stream.partition("/")[0] in _IN_ORDER
        return [
            r
            for r in resolve(self._told(stream))
            if r.seq not in gone and (r.seq < first or not (in_order or r.event.TOPIC in _ENDS))
        ]

    def _told(self, stream: str) -> list[Recorded]:
        """The stream's events, those of this unit included (with seq 0: nothing can point to them yet)."""
        mine = [Recorded(0, self._envelope(d, stream, 0)) for d in self.drafts if d.event.stream() == stream]
        return [*self.history(stream), *mine]

    # -- state --------------------------------------------------------------------------------

    def _facts(self, command: Command, minted: MintedPerson | None, author: str | None) -> Facts:
        roster = self.state(CONSORTIUM)
        return Facts(
            today=self.now.date(),
            actor=self.ids.person(author) if author else None,
            roster=roster,
            states={CONSORTIUM: roster} | {name: self.state(name) for name in self._streams(command)},
            nouns=self._nouns(command),
            new_id=lambda noun: self.ids.propose(noun, self.now.date()),
            minted_person=minted,
            head=Head(*self.writer.before),
        )

    def _streams(self, command: Command) -> Iterator[str]:
        """The streams that a command reads; `convention/*` is every one, `expense/@ANCT` each that names ANCT."""
        for name in command.reads():
            family, _, which = name.partition("/")
            if which == "*":
                yield from (f"{family}/{known}" for known in self.ids.all(family))
            elif which.startswith("@"):
                yield from self._touching(family, which[1:])
            else:
                yield name

    def _touching(self, family: str, id: str) -> Iterator[str]:
        """The streams of a family with an event that names a thing, those of this unit included."""
        own = [d.event for d in self.drafts if d.event.stream().startswith(f"{family}/")]
        mine = [event.stream() for event in own if f'"{id}"' in event.model_dump_json()]
        known = self.writer.touching(family, id)
        for stream, stored in known.items():
            if stream not in self._recorded:
                self._recorded[stream] = [decode(each) for each in stored]
        yield from dict.fromkeys([*known, *mine])

    def _nouns(self, command: Command) -> dict[str, str | None]:
        mentioned = {r.value for r in references(command)}
        mentioned |= {
            v
            for item in fields(type(command))
            if item.mark and item.mark.new and isinstance(v := getattr(command, item.name), str)
        }
        return {i: entry[0] if (entry := self.ids.noun_of(i)) else None for i in mentioned}

    def _called(self, value: Any) -> Any:
        """A value of a message, where a person goes by the handle that members write."""
        if isinstance(value, list | tuple):
            return tuple(self._called(item) for item in value)
        card = self.vault.person(value) if isinstance(value, str) and value.startswith("P-") else None
        return card.handle or value if card else value

    def state(self, stream: str) -> Any:
        """The stream's state after everything accepted so far; folded once, then evolved."""
        if stream not in self._states:
            self._states[stream] = fold(stream, self._told(stream))
        return self._states[stream]

    def amended(self) -> Amended | None:
        """The consortium before and after new rules, and the day they take effect; None without any."""
        from ledger.consortium.events import RulesAdopted

        effective = [d.event.effective_on for d in self.drafts if isinstance(d.event, RulesAdopted)]
        if not effective:
            return None
        return Amended(fold(CONSORTIUM, self.history(CONSORTIUM)), self.state(CONSORTIUM), max(effective))

    def history(self, stream: str) -> list[Recorded]:
        """The stream's events as recorded before this unit."""
        if stream not in self._recorded:
            self._recorded[stream] = [decode(s) for s in self.writer.stream(stream)]
        return self._recorded[stream]

    def _accept(self, draft: Draft) -> None:
        stream = draft.event.stream()
        named, author = draft.request.acting_as or self.acting_as, draft.request.author
        if named and author:
            person = self.ids.person(author) or author
            mandate = mandates.held(self.state(CONSORTIUM), person, named, draft.occurred_on)
            draft = draft._replace(acting_as=mandate)
        if stream in self._states:
            self._states[stream] = evolve(stream, self._states[stream], draft.event, draft.occurred_on)
        self.ids.introduce(draft.event.introduces())
        self.drafts.append(draft)

    # -- appending ----------------------------------------------------------------------------

    def append(self) -> list[int]:
        """Stamps and appends what was accepted; the numbers of the events, in order."""
        self._recount()
        self._require_nothing_rests()
        self._require_authors()
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

    def _require_authors(self) -> None:
        """Once somebody is registered, whatever is recorded says by whom.

        Raises:
            UsageError: nobody says.
            UnknownId: whoever is named is not registered.
        """
        new = {id for draft in self.drafts for _noun, id in draft.event.introduces()}
        people = self.state(CONSORTIUM).people.items()
        if not any(id not in new and not person.erased for id, person in people):
            return
        for author, request in {draft.request.author: draft.request for draft in self.drafts}.items():
            if not author:
                raise UsageError(
                    N_("Nobody says who records this."),
                    N_('--as coord; or par: coord in the file; or person = "coord" under [me] in {file}'),
                    place=request.place,
                    file=LOCAL,
                )
            if not self.ids.person(author):
                raise self._checker.unknown_person(author)

    def _row(self, draft: Draft, stream: str, version: int) -> NewEvent:
        event = draft.event
        state = encode(self._envelope(draft, stream, version))
        return NewEvent(stream, version, event.TOPIC, state, event.scope(), event.introduces())

    def _envelope(self, draft: Draft, stream: str, version: int) -> Envelope:
        event = draft.event
        author = draft.request.author
        return Envelope(
            stream=stream,
            version=version,
            kind=event.TOPIC,
            occurred_on=draft.occurred_on,
            occurred_from=draft.occurred_from,
            recorded_at=self.now,
            recorded_by=self.ids.person(author) if author else None,
            acting_as=draft.acting_as,
            command=draft.request.ref,
            scope=event.scope(),
            salt=os.urandom(16).hex(),
            data=event,
        )


def model_of_command(command: Command) -> Any:
    """The module whose `decide` takes the command: the one that defines it."""
    return sys.modules[type(command).__module__]


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
