"""eventsourcing 9.5.6, kept behind the log: the only module that imports it.

Used as its classic Application, with our mapper (bytes in, bytes out: a stored topic never makes it
import anything) and our recorder, which writes into a transaction that already holds the lock.
Settings are given here and nowhere else; environment variables are not read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import (
    ConnectionUnavailableError,
    Mapper,
    Notification,
    NotSupportedError,
    StoredEvent,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteFactory,
)
from eventsourcing.utils import Environment, EnvType

from ledger.kernel.errors import StorageFailure
from ledger.store.format import leaf_entry, leaf_prefix, scope_json
from ledger.store.log import NewEvent
from ledger.store.merkle import Frontier, leaf_hash
from ledger.store.sqlite import busy, connect, failure, failures

_ALL = 2**63 - 1
_INSERT = "INSERT INTO events (seq, stream, version, topic, state, scope, nodes) VALUES (?, ?, ?, ?, ?, ?, ?)"


class BytesMapper(Mapper[str]):
    """Passes bytes through; the domain encodes and decodes them with its closed dictionary of topics."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """The library's form of a `NewEvent`."""
        stream, version, topic, state, *_ = domain_event
        return StoredEvent(stream, version, topic, state)

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """The stored bytes again, undecoded."""
        return NewEvent(
            str(stored_event.originator_id),
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )


class LogRecorder(SQLiteApplicationRecorder):
    """Writes events and tree nodes into our tables, numbered by our own gapless `seq`."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Appends inside the transaction of `Log.writing`, and only there.

        Keyword Args:
            connection: holds the write lock.
            tree: the frontier; it grows with each event.
            ledger_id: whose log this is.
            scopes: for each event, the conventions touched.

        Raises:
            NotSupportedError: called from outside, for instance by `Application.save`.
        """
        if "connection" not in kwargs:
            raise NotSupportedError("events are appended inside Log.writing() only")
        _insert(stored_events, **kwargs)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """The library's own reading of one stream."""
        direction: Literal["DESC", "ASC"] = "DESC" if desc else "ASC"
        rows = self._rows(
            "SELECT stream, version, topic, state FROM events WHERE stream = ? AND version > ?"
            f" AND version <= ? ORDER BY version {direction} LIMIT ?",
            (str(originator_id), gt or 0, _ALL if lte is None else lte, _ALL if limit is None else limit),
        )
        return [StoredEvent(*row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """The library's own reading of the whole log; a notification's id is our `seq`."""
        after = (start or 0) - inclusive_of_start
        rows = self._rows(
            "SELECT stream, version, topic, state, seq FROM events WHERE seq > ? AND seq <= ?"
            + (f" AND topic IN ({','.join('?' * len(topics))})" if topics else "")
            + " ORDER BY seq LIMIT ?",
            (after, _ALL if stop is None else stop, *topics, limit),
        )
        return [Notification(*row) for row in rows]

    def max_notification_id(self) -> int:
        """The newest event's number, 0 in an empty log."""
        ((newest,),) = self._rows("SELECT COALESCE(MAX(seq), 0) FROM events", ())
        return cast("int", newest)

    def _rows(self, sql: str, params: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(sql, params)
            return cast("list[tuple[Any, ...]]", cursor.fetchall())


def _insert(
    stored_events: Sequence[StoredEvent],
    *,
    connection: sqlite3.Connection,
    tree: Frontier,
    ledger_id: str,
    scopes: Sequence[tuple[str, ...]],
) -> None:
    prefix = leaf_prefix(ledger_id)
    rows = []
    for stored, touched in zip(stored_events, scopes, strict=True):
        seq, scope = tree.size + 1, scope_json(touched)
        nodes = tree.append(leaf_hash(leaf_entry(prefix, seq, stored.state, scope)))
        rows.append(
            (
                seq,
                stored.originator_id,
                stored.originator_version,
                stored.topic,
                stored.state,
                scope,
                b"".join(nodes),
            )
        )
    connection.executemany(_INSERT, rows)


class LogPool(SQLiteConnectionPool):
    """Connections with our settings; the library's own would force WAL on the file."""

    def _create_connection(self) -> SQLiteConnection:
        return LogConnection(connect(Path(self.db_name)), self.max_age)


class LogConnection(SQLiteConnection):
    """The library's connection, with its file handle for the module that begins transactions."""

    @property
    def handle(self) -> sqlite3.Connection:
        """The standard library's connection."""
        return self._sqlite_conn


class LogFactory(SQLiteFactory):
    """Builds the recorder over our pool."""

    application_recorder_class = LogRecorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.datastore.pool = LogPool(db_name=self.datastore.pool.db_name)


class Transaction:
    """A unit of work that holds the write lock.

    Attributes:
        record: its transaction record, set when there is something to commit.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.record: str | None = None


class Engine(Application[str]):
    """The library's application over one log file."""

    name = "ledger"
    path: Path

    @classmethod
    def on(cls, path: Path) -> Engine:
        """The engine of the log at `path`, whose tables exist already."""
        engine = cls(
            {
                "PERSISTENCE_MODULE": f"{__name__}:LogFactory",
                "MAPPER_TOPIC": f"{__name__}:BytesMapper",
                "ORIGINATOR_ID_TYPE": "text",
                "SQLITE_DBNAME": str(path),
                "CREATE_TABLE": "no",
                "IS_SNAPSHOTTING_ENABLED": "no",
            }
        )
        engine.path = path
        return engine

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Our settings alone: the library would let `os.environ` add to them."""
        return Environment(name, env)

    @property
    def _pool(self) -> LogPool:
        return cast("LogPool", cast("LogFactory", self.factory).datastore.pool)

    @contextmanager
    def locked(self, timeout: float) -> Iterator[Transaction]:
        """Takes the write lock, then commits what the block did if it set a record; see `Log.writing`."""
        connection = self._connection(timeout)
        transaction = Transaction(connection.handle)
        try:
            with failures(self.path):
                connection.handle.execute(f"PRAGMA busy_timeout={int(timeout * 1000)}")
                connection.handle.execute("BEGIN IMMEDIATE")
            yield transaction
            if transaction.record is None:
                connection.rollback()
            else:
                _commit(connection, transaction.record, self.path)
        except BaseException:
            connection.close()  # undoes what was not committed; the next unit of work starts afresh
            raise
        finally:
            self._pool.put_connection(connection)

    def _connection(self, timeout: float) -> LogConnection:
        try:
            with failures(self.path):
                # Not as `is_writer`: the library keeps its writer lock for ever if connecting fails.
                return cast("LogConnection", self._pool.get_connection(timeout))
        except ConnectionUnavailableError as error:
            raise busy() from error


def _commit(connection: LogConnection, record: str, path: Path) -> None:
    try:
        connection.commit()  # the commit point: before it nothing is recorded, after it everything is
    except sqlite3.Error as error:
        connection.close()  # undoes what was not committed, and forgets what it had in memory
        if not _holds(record, path):
            raise failure(error, path) from error
        # A lost acknowledgement. The record names the tree's root, hence every byte we wrote, salts
        # included: nobody else can have stored it. Saying "failed" would make the author act twice.


def _holds(record: str, path: Path) -> bool:
    """Whether this transaction record is in the file, asked on a fresh connection."""
    try:
        with closing(connect(path, read_only=True)) as connection:
            found = connection.execute("SELECT 1 FROM transactions WHERE record = ?", (record,)).fetchone()
            return found is not None
    except sqlite3.Error as error:
        raise StorageFailure(
            "The disk failed while recording, and whether it was recorded cannot be read back.",
            "once the disk answers again, look at `ledger log` before recording this again",
        ) from error
