"""An open ledger: reads it, and records commands as one unit of work behind one lock.

What only recording needs is imported by the methods that record, so that a report starts fast.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.folder import Folder, unreadable
from ledger.folder import create as create_folder
from ledger.kernel.errors import LedgerError, StorageFailure, UsageError
from ledger.language.catalogue import N_, language
from ledger.store.log import Log, Stored, Writer
from ledger.store.vault import Vault

if TYPE_CHECKING:
    import sqlite3

    from ledger.exchange.edits import Edits
    from ledger.exchange.evidence import Evidence
    from ledger.kernel.messages import Command
    from ledger.readmodel.projector import FlagChanges
    from ledger.record.model import CorrectEvent
    from ledger.service.draft import Request
    from ledger.service.unit import Amended, UnitOfWork

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The machine's clock, in UTC."""
    return datetime.now(UTC)


class Outcome(NamedTuple):
    """What a unit of work did.

    Attributes:
        events: the recorded events as plain envelopes with their `seq`; in a dry run, as they would be.
        warnings: what went wrong after the commit point: recorded all the same.
        flags: the flags of the day of recording that appear, clear or change level; None when nobody can tell.
        staged: in a dry run, the texts and names that the vault would have kept, by reference.
        amended: the consortium before and after, when rules were adopted.
        dry_run: nothing was recorded.
    """

    events: list[dict[str, Any]]
    warnings: Sequence[LedgerError] = ()
    flags: FlagChanges | None = None
    staged: Mapping[str, str] = MappingProxyType({})
    amended: Amended | None = None
    dry_run: bool = False


class FileOutcome(NamedTuple):
    """What recording a file did: the outcome, and how the file differs from what was recorded of it."""

    outcome: Outcome
    edits: Edits
    corrected: bool


class _DryRun(Exception):
    """Leaves the write transaction without committing."""


class Ledger:
    """One consortium's ledger.

    Args:
        folder: where it lives.
        clock: the moment of recording; tests and demo ledgers inject it.
    """

    def __init__(self, folder: Folder, log: Log, vault: Vault, clock: Clock = wall_clock) -> None:
        self.folder = folder
        self.log = log
        self.vault = vault
        self._clock = clock
        self._told = -1  # the event up to which the tables were brought here
        self.recorded = 0
        """How many events were recorded here since it was opened."""
        self.acting_as: str | None = None
        """The mandate under which things are recorded here, when somebody says."""

    # -- life -----------------------------------------------------------------------------------

    @classmethod
    def create(cls, path: Path, language: str, clock: Clock = wall_clock) -> Ledger:
        """An empty ledger in a new folder; nothing is founded yet.

        Raises:
            UsageError: a ledger is there already.
            StorageFailure: the folder cannot be written.
        """
        from secrets import token_hex

        folder = create_folder(path, language)
        return cls(
            folder,
            Log.create(folder.log, f"ledger-{token_hex(8)}"),
            Vault.create(folder.vault),
            clock,
        )

    @classmethod
    def open(
        cls, folder: Folder, clock: Clock = wall_clock, *, read_only: bool = False, pinned: bool = True
    ) -> Ledger:
        """The ledger in a folder.

        Args:
            folder: where it lives.
            clock: the moment of recording.
            read_only: nothing will be recorded; without a vault, names and texts are withheld.
            pinned: refuse a log that does not extend what this machine saw last.

        Raises:
            StorageFailure: its files are missing, damaged or not readable.
            Altered: the log is not an extension of what this machine saw last.
        """
        from ledger.store.pin import check_pin

        log = Log.open(folder.log, read_only=read_only)
        if pinned:
            check_pin(folder.heads, log)
        return cls(folder, log, (Vault.read if read_only else Vault.open)(folder.vault), clock)

    def close(self) -> None:
        """Let go of the files."""
        self.log.close()
        self.vault.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- reading --------------------------------------------------------------------------------

    def roster(self) -> Any:
        """The consortium's state now: who is who, rules, rotations."""
        from ledger.service.streams import CONSORTIUM

        return self.state(CONSORTIUM)

    def state(self, stream: str) -> Any:
        """The state of one stream now."""
        from ledger.service.streams import decode, fold

        return fold(stream, [decode(s) for s in self.log.stream(stream)])

    def names(self) -> Callable[[str], str]:
        """What things are called, for sentences: from an id, or a vault reference, to words."""
        import sqlite3

        from ledger.readmodel.names import Names

        try:
            with self.tables() as path, closing(_reading(path)) as db:
                return Names(db, self.vault.text)
        except (LedgerError, sqlite3.Error):
            with closing(_reading(self.folder.members)) as db:  # older names are better than none
                return Names(db, self.vault.text)

    def cut(self, as_of: date | None, known_at: date | None) -> Path:
        """The read model as it would have been seen: a cached file under `views/`."""
        from ledger.readmodel.cut import cut

        return cut(self.log, self.vault, self.folder.views, as_of, known_at)

    @contextmanager
    def tables(self, as_of: date | None = None, known_at: date | None = None) -> Iterator[Path]:
        """The tables to read: `views/members.db` brought up to date, or the cut of these days.

        Where the folder cannot be written, they are made in a temporary one for as long as they are read.

        Raises:
            StorageFailure: they cannot be made there either.
            LedgerError: as the projector says.
        """
        try:
            path = self._tables(self.folder.members, as_of, known_at)
        except (StorageFailure, OSError):
            with _spare_folder() as folder:
                yield self._tables(folder / "views" / self.folder.members.name, as_of, known_at)
            return
        yield path

    def _tables(self, members: Path, as_of: date | None, known_at: date | None) -> Path:
        if as_of or known_at:
            from ledger.readmodel.cut import cut

            return cut(self.log, self.vault, members.parent, as_of, known_at)
        if members == self.folder.members and self._told == self.log.head().size:
            return members
        from ledger.readmodel.freshness import View

        if View(self.log, members, self.vault).status().stale:
            from ledger.readmodel.projector import Projector

            Projector(self.log, members, self.vault).catch_up()
        return members

    # -- recording ------------------------------------------------------------------------------

    def record(
        self, requests: Sequence[Request], *, dry_run: bool = False, recorded_at: datetime | None = None
    ) -> Outcome:
        """Decide and append a list of commands: all of them, or none.

        Args:
            recorded_at: the moment of recording, when it is not now.

        Raises:
            Refused: a rule says no.
            UnknownId: something mentioned does not exist.
            Busy: another writer did not finish in time.
            StorageFailure: the disk would not take it.
        """

        def work(unit: UnitOfWork) -> None:
            unit.now = self._moment(unit.writer, [r.command for r in requests if r.command], recorded_at)
            for request in requests:
                unit.run(request)

        return self._unit(work, dry_run)

    def record_act(
        self, act: str, options: Mapping[str, str | list[str]], *, author: str | None, dry_run: bool = False
    ) -> Outcome:
        """Record one act given as words, as a member types them.

        Args:
            act: its name (`adopt-decision`).
            options: words by key, in French or English.

        Raises:
            UsageError: a word cannot be read; its option is named.
            LedgerError: as `record`.
        """
        from ledger.exchange.options import from_options
        from ledger.service.draft import alone
        from ledger.service.files import UnitContext

        def work(unit: UnitOfWork) -> None:
            commands, evidence = from_options(act, options, UnitContext(unit, language()), Path.cwd())
            unit.now = self._moment(unit.writer, commands, None)
            for command in commands:
                unit.run(alone(command, author or self.folder.me))
            if not dry_run:
                self._keep(evidence)

        return self._unit(work, dry_run)

    def record_file(
        self, path: Path, *, author: str | None = None, dry_run: bool = False, correct: str | None = None
    ) -> FileOutcome:
        """Record a member's file: its new acts, all of them or none.

        Acts that were recorded before are skipped. Those that changed since, or were removed, are
        listed; with a reason in `correct` they are recorded as corrections.

        Raises:
            UsageError: the file cannot be read; with file, line and column.
            LedgerError: as `record`, with the place of the act.
        """
        from ledger.exchange.acts import read_file
        from ledger.exchange.edits import compare
        from ledger.service import files

        author = author or self.folder.me
        found: list[Edits] = []

        def work(unit: UnitOfWork) -> None:
            provisional = files.UnitContext(unit, language())
            file = read_file(path, provisional)
            earlier = files.earlier(unit, file.id)
            if earlier.digests:
                file = read_file(path, files.UnitContext(unit, language(), file.id))
            else:
                files.require_new(unit, file, path)
            edits = compare(file.acts, earlier.digests)
            found.append(edits)
            stated = datetime.combine(file.recorded, time(9), UTC) if file.recorded else None
            unit.now = self._moment(unit.writer, [a.command for a in file.acts], stated)
            with files.in_its_words(file):
                for act in edits.new:
                    unit.run(files.request(file, act, author))
                if correct:
                    for act in edits.changed:
                        unit.recast(
                            earlier.events.get(act.position, []), files.request(file, act, author), correct
                        )
                    for position in edits.removed:
                        unit.recast(
                            earlier.events.get(position, []), files.removal(file, position, author), correct
                        )
            if unit.drafts and not dry_run:
                self._keep(file.evidence)

        outcome = self._unit(work, dry_run)
        return FileOutcome(outcome, found[0], corrected=bool(correct))

    def correct(
        self,
        commands: Callable[[UnitOfWork], list[CorrectEvent]],
        *,
        author: str | None,
        dry_run: bool = False,
    ) -> Outcome:
        """Correct recorded events; nothing is erased.

        Args:
            commands: makes the corrections, from inside the unit of work.

        Raises:
            Refused: R13, reversed already.
            UnknownId: no such event.
        """

        from ledger.service.draft import alone

        def work(unit: UnitOfWork) -> None:
            unit.now = self._moment(unit.writer, [], None)
            for command in commands(unit):
                unit.correct(command, alone(None, author or self.folder.me))

        return self._unit(work, dry_run)

    def _unit(self, work: Callable[[UnitOfWork], None], dry_run: bool) -> Outcome:
        from ledger.service.unit import UnitOfWork

        recorded: list[Stored] = []
        changes: FlagChanges | None = None
        today = ""
        amended: Amended | None = None
        try:
            with self.log.writing() as writer:
                unit = UnitOfWork(writer, self.vault, self._moment(writer, [], None), self.acting_as)
                work(unit)
                today = unit.now.date().isoformat()
                amended = unit.amended()
                seqs = unit.append()
                recorded = [s for seq in seqs if (s := writer.event(seq))]
                if dry_run:
                    changes = self._flag_changes(recorded, unit.writer, today)
                    raise _DryRun
                self.vault.commit()
                # ---- commit point: leaving this block commits the log; what follows cannot undo it.
        except _DryRun:
            staged = self.vault.staged()
            events = [as_dict(s) for s in recorded]
            return Outcome(events, flags=changes, staged=staged, amended=amended, dry_run=True)
        finally:
            self.vault.discard()
        events = [as_dict(s) for s in recorded]
        if not events:
            return Outcome(events)
        self.recorded += len(events)
        self._forget(events)
        problems, changes = self._after_commit(today)
        return Outcome(events, problems, changes, amended=amended)

    def _moment(self, writer: Writer, commands: Sequence[Command], stated: datetime | None) -> datetime:
        """The moment of recording: never before the head's, whatever the machine's clock says."""
        from ledger.service.streams import decode

        last = writer.last()
        head = decode(last).envelope.recorded_at if last else None
        moment = stated or self._demo_moment(commands, head) or self._clock()
        return max(moment, head) if head else moment

    def _demo_moment(self, commands: Sequence[Command], head: datetime | None) -> datetime | None:
        """In a demo ledger, nine o'clock on the day after the latest fact; time stands still between."""
        from ledger.service.unit import latest_day

        founding = next((getattr(c, "demo", False) for c in commands if c.ACT == "found-consortium"), None)
        if not (self.is_demo() if founding is None else founding):
            return None
        if not commands:
            return head
        today = (head or self._clock()).date()
        latest = max(latest_day(c, today) for c in commands)
        return datetime.combine(latest + timedelta(days=1), time(9), UTC)

    def is_demo(self) -> bool:
        """Whether the ledger was founded as a demonstration."""
        first = self.log.event(1)
        return bool(first and as_dict(first)["data"].get("demo"))

    def _keep(self, evidence: Iterable[Evidence]) -> None:
        """Copies evidence under its SHA-256, whole or not at all; a copy without an event does no harm."""
        for item in evidence:
            target = self.folder.evidence / item.sha256
            if target.exists():
                continue
            import shutil  # here: most acts have no file

            try:
                partial = target.with_suffix(".partial")
                shutil.copyfile(item.path, partial)
                with partial.open("rb+") as file:
                    os.fsync(file.fileno())
                partial.replace(target)
            except OSError as error:
                raise unreadable(target, error) from error

    def _flag_changes(self, events: Sequence[Stored], writer: Writer, today: str) -> FlagChanges | None:
        """Which flags these events would raise or clear; None when the tables cannot tell."""
        try:
            found: FlagChanges = self.projector().preview(events, writer, today)
        except LedgerError:
            return None
        return found

    def _forget(self, events: list[dict[str, Any]]) -> None:
        """Erases from the vault the people whose erasure was just recorded; `doctor` does it again if needed."""
        for event in events:
            if event["kind"] == "person.erased.v1":
                self.vault.erase(event["data"]["person_id"])

    # -- after the commit point -----------------------------------------------------------------

    def _after_commit(self, today: str) -> tuple[list[LedgerError], FlagChanges | None]:
        """Brings the read model and the pinned head up to date; a failure here is only a warning.

        Returns:
            What went wrong, and what changed of the flags of the day.
        """
        from ledger.store.pin import pin

        problems: list[LedgerError] = []
        changes: FlagChanges | None = None
        try:
            done = self.projector().catch_up(on=today)
            self._told, changes = done.seq, done.flags
        except Exception as error:
            problems.append(_stale(error))
        try:
            pin(self.folder.heads, self.log)
        except LedgerError as error:
            problems.append(_stale(error))
        return problems, changes

    def projector(self) -> Any:
        """The projector that keeps `views/members.db`."""
        from ledger.readmodel.projector import Projector

        return Projector(self.log, self.folder.members, self.vault)


def _reading(path: Path) -> sqlite3.Connection:
    """Tables to read from; empty ones when they cannot be read."""
    import sqlite3

    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return sqlite3.connect(":memory:")


@contextmanager
def _spare_folder() -> Iterator[Path]:
    """A temporary folder that only its owner reads, removed at the end.

    Raises:
        StorageFailure: there is no room for one.
    """
    from tempfile import TemporaryDirectory

    try:
        spare = TemporaryDirectory(prefix="ledger-", ignore_cleanup_errors=True)
    except OSError as error:
        raise unreadable(Path(os.environ.get("TMPDIR", "/tmp")), error) from error
    with spare as path:
        yield Path(path)


def as_dict(stored: Stored) -> dict[str, Any]:
    """A stored event as a plain dict: its envelope, and its number as `seq`."""
    from orjson import loads

    return {"seq": stored.seq, **loads(stored.state)}


def _stale(error: Exception) -> LedgerError:
    return UsageError(
        N_("Recorded, but the tables could not be brought up to date: {reason}."),
        N_("run: ledger rebuild"),
        reason=error,
    )
