"""Keeps `members.db` in step with the log: by pages, exactly once, or from nothing in one transaction.

Rows, cursor and tree head of a page are committed together, so that a crash loses or repeats nothing.
A log restored behind its view, other code or a changed vault are noticed on opening, and rebuild it.
"""

import gc
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from ledger.balance.flags import engine as flags
from ledger.kernel.errors import StorageFailure
from ledger.language.catalogue import N_
from ledger.readmodel.creation import clear, complete, connect, create_tables
from ledger.readmodel.freshness import DAMAGED, OTHER_VAULT, Cursor, View, read_cursor
from ledger.readmodel.page import CORRECTED, Page
from ledger.readmodel.sources import Cut, Log, Stored, Vault

PAGE = 10_000
REBUILD_PAGE = 50_000
REBUILD_CACHE_KIB = 256 * 1024


class Changed(NamedTuple):
    """What a page touched, for what is computed from many rows.

    Attributes:
        tables: names of the tables with new, changed or removed rows.
        since: earliest day that a touched fact speaks of, ISO; "" when everything was rebuilt.
        as_of: the day of the cut; None in `members.db`.
    """

    tables: frozenset[str]
    since: str
    as_of: str | None = None


AfterPage = Callable[[sqlite3.Connection, Changed], None]
"""Called in the page's transaction, after its rows: what it writes is committed with them."""


class FlagChanges(NamedTuple):
    """What events change of the flags of a day, as rows of `flags`; see `Projector.preview`.

    Attributes:
        raised: those that did not stand before.
        cleared: those that no longer stand.
        moved: those whose level changes, before and after.
    """

    raised: list[dict[str, Any]]
    cleared: list[dict[str, Any]]
    moved: list[tuple[dict[str, Any], dict[str, Any]]]


class CaughtUp(NamedTuple):
    """Where the view stands now.

    Attributes:
        rebuilt_because: why it had to be rebuilt (message id), if it had to.
        flags: what changed of the flags of the day that was asked for; None when nobody can tell.
    """

    seq: int
    rebuilt_because: str | None = None
    flags: FlagChanges | None = None


class Projector(View):
    """Writes one view of one log.

    Args:
        log: where the events are.
        path: the view's file; made when it does not exist.
        vault: where names and private texts are; None shows them as withheld.
        after_page: what is computed from many rows.
    """

    def __init__(
        self, log: Log, path: Path, vault: Vault | None, *, after_page: AfterPage = flags.refresh
    ) -> None:
        super().__init__(log, path, vault)
        self._after_page = after_page

    def catch_up(self, page_size: int = PAGE, *, on: str | None = None) -> CaughtUp:
        """Projects what was recorded since the last time; costs nothing that grows with the ledger.

        Args:
            on: the day whose flags are compared before and after, ISO.

        Raises:
            StorageFailure: the view cannot be written; the log is not concerned.
            LedgerError: an event of a kind that this version does not know.
        """
        with _failures(self._path):
            try:
                with closing(connect(self._path)) as connection:
                    reason = self._staleness(read_cursor(connection))
                    if reason is None:
                        before = _open_flags(connection, on)
                        done = self._catch_up(connection, page_size)
                        return done._replace(
                            flags=_changes(before, _open_flags(connection, on)) if on else None
                        )
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                _remove(self._path)
                reason = DAMAGED
        if reason == OTHER_VAULT:
            forget_cuts(self._path.parent)
        return self.rebuild(secure=reason == OTHER_VAULT)._replace(rebuilt_because=reason or None)

    def preview(self, events: Sequence[Stored], log: Log, on: str) -> FlagChanges:
        """Which flags these events would raise or clear, were they recorded; nothing is kept.

        Args:
            events: as they would be stored.
            log: reads the log as it would be.
            on: the day whose flags are compared, ISO.

        Raises:
            StorageFailure: the view cannot be used.
        """
        self.catch_up()
        with _failures(self._path), closing(connect(self._path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                before = _open_flags(connection, on)
                page = Page(log, self._text, connection)
                page.project(events)
                self._after_page(connection, Changed(page.flush(connection), page.since))
                after = _open_flags(connection, on)
            finally:
                connection.execute("ROLLBACK")
        return _changes(before, after)

    def rebuild(self, cut: Cut | None = None, *, secure: bool = False) -> CaughtUp:
        """Makes the view again from the first event, in one transaction: readers keep the old rows.

        Args:
            cut: which events to keep; all of them by default.
            secure: overwrite the old rows on disk: somebody was erased from the vault.

        Raises:
            StorageFailure, LedgerError: as for `catch_up`; the old rows are still there.
        """
        with _failures(self._path), closing(connect(self._path)) as connection:
            connection.execute(f"PRAGMA secure_delete={'ON' if secure else 'OFF'}")
            connection.execute(f"PRAGMA cache_size=-{REBUILD_CACHE_KIB}")  # or pages spill again and again
            connection.execute("PRAGMA temp_store=MEMORY")
            with _at_once(connection), _transaction(connection), _no_collector():
                cursor = self._rebuild(connection, cut)
        return CaughtUp(cursor.seq)

    def _catch_up(self, connection: sqlite3.Connection, page_size: int) -> CaughtUp:
        while True:
            cursor = read_cursor(connection)
            assert cursor is not None
            if cursor.seq == self._log.head().size:
                return CaughtUp(cursor.seq)
            with _transaction(connection):
                cursor = read_cursor(connection)  # again: another process may have been here meanwhile
                assert cursor is not None
                events = next(self._log.pages(cursor.seq, None, page_size), None)
                if events is None:
                    return CaughtUp(cursor.seq)
                page = Page(self._log, self._text, connection)
                page.project(events)
                tables = page.flush(connection)
                self._after_page(connection, Changed(tables, page.since))
                _move(connection, self._cursor(events[-1].seq, max(cursor.latest_on, page.latest_on)))

    def _rebuild(self, connection: sqlite3.Connection, cut: Cut | None) -> Cursor:
        clear(connection)
        create_tables(connection)
        size = cut.size if cut else self._log.head().size
        as_of = cut.as_of if cut else None
        retold = {stored.stream for stored in self._log.of_topic(CORRECTED) if stored.seq <= size}
        latest_on = ""
        for events in self._log.pages(0, size, REBUILD_PAGE):
            page = Page(self._log, self._text, connection, as_of=as_of, retold=retold)
            page.project(events)
            page.flush(connection)
            latest_on = max(latest_on, page.latest_on)
        page = Page(self._log, self._text, as_of=as_of)
        page.retell(retold, size)
        page.flush(connection)
        complete(connection)
        self._name_people(connection)
        self._after_page(connection, Changed(frozenset(), "", as_of))
        cursor = self._cursor(size, latest_on)._replace(as_of=as_of)
        _move(connection, cursor)
        return cursor

    def _text(self, ref: str) -> str | None:
        return self._vault.text(ref) if self._vault else None

    def _name_people(self, connection: sqlite3.Connection) -> None:
        """Gives their present name to people whose card was replaced after the events that are kept."""
        connection.executemany(
            "UPDATE people SET handle = ?, name = ?"
            " WHERE id = ? AND handle IS NULL AND name IS NULL AND erased_on IS NULL",
            [
                (card.handle, card.name, card.person_id)
                for card in (self._vault.people() if self._vault else ())
            ],
        )


_Flags = dict[tuple[str, str], dict[str, Any]]


def _open_flags(connection: sqlite3.Connection, on: str | None) -> _Flags:
    """The flags that stand on a day, by code and subject."""
    if on is None:
        return {}
    cursor = connection.execute(
        "SELECT * FROM flags WHERE since <= ?1 AND (until IS NULL OR until >= ?1)", (on,)
    )
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return {(row["code"], row["subject"]): row for row in sorted(rows, key=lambda row: row["id"])}


def _changes(before: _Flags, after: _Flags) -> FlagChanges:
    return FlagChanges(
        [flag for key, flag in after.items() if key not in before],
        [flag for key, flag in before.items() if key not in after],
        [
            (old, after[key])
            for key, old in before.items()
            if key in after and old["level"] != after[key]["level"]
        ],
    )


def forget_cuts(views: Path) -> None:
    """Removes the cuts of a folder: they hold what the vault may no longer know."""
    for path in (*views.glob("cut-*.db"), *views.glob(".cut-*.new*")):
        path.unlink(missing_ok=True)


def _move(connection: sqlite3.Connection, cursor: Cursor) -> None:
    connection.execute("DELETE FROM _cursor")
    connection.execute("INSERT INTO _cursor VALUES (?, ?, ?, ?, ?, ?)", cursor)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _at_once(connection: sqlite3.Connection) -> Iterator[None]:
    """A file that nobody reads yet is written once; another through its WAL, for its readers keep the old rows."""
    new = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if new:
        _journal(connection, "DELETE")
    yield
    if new:
        _journal(connection, "WAL")
    else:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _journal(connection: sqlite3.Connection, mode: str) -> None:
    with suppress(sqlite3.OperationalError):  # somebody else has just opened the file: either mode will do
        connection.execute(f"PRAGMA journal_mode={mode}")


@contextmanager
def _no_collector() -> Iterator[None]:
    """Rows hold no cycles: looking for them again and again takes a tenth of a rebuild."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StorageFailure(
            N_("The read model {path} cannot be written ({detail}); the log is not concerned."),
            N_("Check the disk and the rights on the folder, then run `ledger rebuild`."),
            path=path,
            detail=error,
        ) from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _remove(path: Path) -> None:
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        each.unlink(missing_ok=True)
