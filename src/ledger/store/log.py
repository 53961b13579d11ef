"""The event log: append-only, in one order, in one SQLite file that lives as long as the consortium.

Events are bytes here. An append takes the write lock first, reads what it must decide on, and
commits events, tree nodes, index rows and one transaction record together, or nothing at all.
Each event's row also keeps the perfect subtrees of the Merkle tree that its leaf completes: node
(level, index) is slice `level` of the row of event (index + 1)·2^level, written once with it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.kernel.errors import Altered, Refused, StorageFailure, UsageError
from ledger.kernel.spelling import id_key
from ledger.store.format import MAX_INTEGER, leaf_entry, leaf_prefix, scope_json, transaction_record
from ledger.store.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, leaf_hash
from ledger.store.schema import identify, make
from ledger.store.sqlite import BUSY_SECONDS, connect, failures

if TYPE_CHECKING:
    from ledger.store.engine import Engine

MAX_STATE_BYTES = 1024 * 1024


class NewEvent(NamedTuple):
    """An event to append.

    Attributes:
        stream, version: its place; versions of a stream count from 1 without a gap.
        topic: its kind, versioned.
        state: the whole envelope as bytes, at most 1 MiB; they are hashed as they are.
        scope: ids of the conventions touched.
        introduces: the (noun, id) pairs that exist from this event on.
    """

    stream: str
    version: int
    topic: str
    state: bytes
    scope: tuple[str, ...] = ()
    introduces: tuple[tuple[str, str], ...] = ()

    @property
    def originator_id(self) -> str:
        """The library's name for the stream."""
        return self.stream

    @property
    def originator_version(self) -> int:
        """The library's name for the version."""
        return self.version


class Stored(NamedTuple):
    """An event as the log holds it; `seq` counts from 1 without a gap."""

    seq: int
    stream: str
    version: int
    topic: str
    state: bytes


class Head(NamedTuple):
    """Where a log stands: its number of events and its Merkle root (32 bytes)."""

    size: int
    root: bytes


class _Reading:
    """What can be asked of a log, outside a transaction (`Log`) or inside one (`Writer`)."""

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """All rows of a query, fetched at once so that no lock outlives the call.

        For the rooms inside `store/` only: everybody else asks by the names below.
        """
        raise NotImplementedError

    def last(self) -> Stored | None:
        """The newest event, or None in an empty log."""
        return self._one("ORDER BY seq DESC LIMIT 1")

    def event(self, seq: int) -> Stored | None:
        """One event by its number."""
        return self._one("WHERE seq = ?", seq)

    def stream(self, name: str) -> list[Stored]:
        """The events of one stream, oldest first."""
        return self._stored("WHERE stream = ? ORDER BY version", name)

    def touching(self, family: str, id: str) -> dict[str, list[Stored]]:
        """The streams of a family (`expense`) with an event that names a thing, whole, oldest first."""
        range = (f"{family}/", f"{family}0")  # "0" follows "/"
        named = "SELECT stream FROM events WHERE stream >= ? AND stream < ? AND instr(state, ?)"
        found: dict[str, list[Stored]] = {}
        for stored in self._stored(
            f"WHERE stream >= ? AND stream < ? AND stream IN ({named}) ORDER BY seq",
            *range,
            *range,
            scope_json((id,))[1:-1].encode(),
        ):
            found.setdefault(stored.stream, []).append(stored)
        return found

    def mentioning(self, id: str) -> list[str]:
        """The streams with an event that names a thing; the whole log is read."""
        rows = self.rows(
            "SELECT DISTINCT stream FROM events WHERE instr(state, ?)", scope_json((id,))[1:-1].encode()
        )
        return [stream for (stream,) in rows]

    def noun_of(self, id: str) -> tuple[str, str] | None:
        """The (noun, id as first written) that an id means, however its letters are cased."""
        rows = self.rows("SELECT noun, id FROM ids WHERE key = ?", id_key(id))
        return (rows[0][0], rows[0][1]) if rows else None

    def ids(self, noun: str) -> list[str]:
        """The ids of one noun, in the order of the events that introduced them, then by id."""
        return [row[0] for row in self.rows("SELECT id FROM ids WHERE noun = ? ORDER BY seq, id", noun)]

    def last_id(self, noun: str, prefix: str) -> str | None:
        """The id of that noun that continues the prefix with the highest number (`D-2024-`)."""
        key = id_key(prefix)
        rows = self.rows(
            "SELECT id FROM ids WHERE key >= ?1 AND key < ?1 || char(1114111) AND noun = ?2"
            " AND substr(key, length(?1) + 1) GLOB '[0-9]*'"
            " AND NOT substr(key, length(?1) + 1) GLOB '*[^0-9]*'"
            " ORDER BY CAST(substr(key, length(?1) + 1) AS INTEGER) DESC LIMIT 1",
            key,
            noun,
        )
        return rows[0][0] if rows else None

    def command_seqs(self, command_id: str) -> list[int]:
        """Numbers of the events that one command recorded; empty when it never ran."""
        rows = self.rows("SELECT seq FROM commands WHERE command = ? ORDER BY seq", command_id)
        return [seq for (seq,) in rows]

    def commands_under(self, prefix: str) -> list[tuple[str, int]]:
        """The (command id, event number) pairs of every command whose id starts so, in order of number."""
        return [
            (command, seq)
            for command, seq in self.rows(
                "SELECT command, seq FROM commands WHERE command >= ?1 AND command < ?1 || char(1114111)"
                " ORDER BY seq",
                prefix,
            )
        ]

    def commands_ending(self, suffix: str) -> list[str]:
        """The ids of every command that end so, in order of number."""
        found = self.rows(
            "SELECT DISTINCT command FROM commands WHERE substr(command, -length(?1)) = ?1 ORDER BY seq",
            suffix,
        )
        return [command for (command,) in found]

    def node(self, level: int, index: int) -> bytes:
        """Hash of a perfect subtree of the log's Merkle tree (see `merkle.py`).

        Raises:
            Altered: the row that holds it is missing or cut short.
        """
        seq = (index + 1) << level
        rows = self.rows("SELECT nodes FROM events WHERE seq = ?", seq)
        nodes = rows[0][0] if rows else b""
        node = nodes[HASH_BYTES * level :][:HASH_BYTES] if isinstance(nodes, bytes) else b""
        if len(node) != HASH_BYTES:
            raise Altered(
                "Event {seq} is missing or its tree node is.",
                "`ledger verify` says what is affected",
                seq=seq,
            )
        return node

    def root_at(self, size: int) -> bytes:
        """Merkle root of the first `size` events, which may have been followed by others since.

        Raises:
            Altered: the log holds fewer events than that.
        """
        return Frontier.load(size, self.node).root()

    def _one(self, where: str, *params: Any) -> Stored | None:
        found = self._stored(where, *params)
        return found[0] if found else None

    def _stored(self, where: str, *params: Any) -> list[Stored]:
        return list(
            map(
                Stored._make,
                self.rows(f"SELECT seq, stream, version, topic, state FROM events {where}", *params),
            )
        )


class Log(_Reading):
    """One ledger's log on SQLite. Reading needs sqlite3 alone; the engine is loaded at the first write."""

    def __init__(self, path: Path, connection: sqlite3.Connection, ledger_id: str, read_only: bool) -> None:
        self.path = path
        self.ledger_id = ledger_id
        self._prefix = leaf_prefix(ledger_id)
        self._connection = connection
        self._read_only = read_only
        self._engine: Engine | None = None
        self._tree: Frontier | None = None

    @classmethod
    def create(cls, path: Path, ledger_id: str) -> Log:
        """Makes a new log, or opens the one that this very ledger already has.

        Safe for several processes at once: all see one database, complete or not at all.

        Raises:
            UsageError: the file is another ledger's.
            StorageFailure: it is no ledger, or cannot be written.
        """
        with failures(path), closing(connect(path, create=True)) as connection:
            make(connection, ledger_id)
        log = cls.open(path)
        if log.ledger_id != ledger_id:
            log.close()
            raise UsageError(
                "There is already a ledger at {path}.", "choose another folder, or use that one", path=path
            )
        return log

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Log:
        """Opens an existing log.

        Raises:
            StorageFailure: it is gone, is no ledger's file, a newer one, or damaged.
        """
        with failures(path, reading=True):
            if not os.path.lexists(path):
                raise StorageFailure(
                    "The log {path} is missing: it holds everything that was recorded.",
                    "put it back from a copy or a backup of the folder",
                    path=path,
                )
            connection = connect(path, read_only=True)
            try:
                ledger_id = identify(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, ledger_id, read_only)

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """See `_Reading.rows`."""
        with failures(self.path, reading=True):
            return self._connection.execute(sql, params).fetchall()

    def head(self) -> Head:
        """The head that the last transaction recorded."""
        return _last_head(self.rows)

    def pages(self, after: int = 0, until: int | None = None, size: int = 10_000) -> Iterator[list[Stored]]:
        """Events after `after` and up to `until` (the last one now), in order, a page at a time.

        Each is compared with its leaf in the tree: what was altered by hand is not passed on as recorded.
        No lock is held between two pages: a slow reader never keeps a writer waiting.

        Raises:
            Altered: an event is not what was recorded.
        """
        if until is None:
            newest = self.last()
            until = newest.seq if newest else 0
        while after < until:
            page = [
                self._as_recorded(row)
                for row in self.rows(
                    "SELECT seq, stream, version, topic, state, scope, substr(nodes, 1, ?) FROM events"
                    " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                    HASH_BYTES,
                    after,
                    until,
                    size,
                )
            ]
            if not page:
                return
            yield page
            after = page[-1].seq

    def _as_recorded(self, row: tuple[Any, ...]) -> Stored:
        """The event of a row, which also gives its scope and its leaf's hash.

        Raises:
            Altered: its bytes do not hash to its leaf.
        """
        seq, stream, version, topic, state, scope, leaf = row
        try:
            if leaf_hash(leaf_entry(self._prefix, seq, state, scope)) == leaf:
                return Stored(seq, stream, version, topic, state)
        except TypeError:  # text or a number in the place of bytes
            pass
        raise Altered(
            "Event {seq} is not what was recorded.", "`ledger verify` says what is affected", seq=seq
        )

    def of_topic(self, topic: str) -> list[Stored]:
        """All events of one kind, oldest first."""
        return self._stored("WHERE topic = ? ORDER BY seq", topic)

    def all_ids(self) -> list[tuple[str, str]]:
        """Every (noun, id), in the order of the events that introduced them, then by id."""
        return [(row[0], row[1]) for row in self.rows("SELECT noun, id FROM ids ORDER BY seq, id")]

    @contextmanager
    def writing(self, timeout: float = BUSY_SECONDS) -> Iterator[Writer]:
        """The write lock of the whole ledger, for one unit of work.

        Taken before anything is read, so that what the block decides on cannot change under it.
        Committed when the block ends; rolled back, with nothing recorded, when it raises.

        Args:
            timeout: seconds to wait for the lock.

        Raises:
            Busy: somebody else held the lock, or went on reading, all that time.
            StorageFailure: the disk is full, read-only or damaged.
            Altered: the end of the log is not what its last transaction recorded.
        """
        if self._read_only:
            raise StorageFailure("This ledger was opened for reading only; nothing was recorded.")
        engine = self._loaded_engine()
        with engine.locked(timeout) as transaction:
            writer = Writer(self, engine, transaction.connection, self._tree)
            yield writer
            transaction.record = writer.seal()
        self._tree = writer.tree

    def _loaded_engine(self) -> Engine:
        if self._engine is None:
            from ledger.store.engine import Engine  # 50 to 100 ms that a reader need not pay

            self._engine = Engine.on(self.path)
        return self._engine

    def close(self) -> None:
        """Gives the file back; a second call does nothing."""
        self._connection.close()
        if self._engine is not None:
            self._engine.close()
            self._engine = None


class Writer(_Reading):
    """The log inside its write transaction: reads see what the block appended.

    Attributes:
        before: the head when the lock was taken.
        tree: the frontier of the Merkle tree, the block's events included.
    """

    def __init__(
        self, log: Log, engine: Engine, connection: sqlite3.Connection, known: Frontier | None
    ) -> None:
        self._log = log
        self._engine = engine
        self._connection = connection
        self.before = _last_head(self.rows)
        self._check_end()
        if known is None or known.size != self.before.size or known.root() != self.before.root:
            known = self._load_tree()
        self.tree = known.copy()

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """See `_Reading.rows`."""
        with failures(self._log.path):
            return self._connection.execute(sql, params).fetchall()

    @property
    def head(self) -> Head:
        """The head with what this block has appended so far."""
        return Head(self.tree.size, self.tree.root())

    def append(self, events: Sequence[NewEvent], *, commands: Sequence[str]) -> list[int]:
        """Appends events in this order; they are recorded when the block ends.

        Args:
            events: what happened.
            commands: for each event, the id of the command that recorded it.

        Returns:
            Their numbers.

        Raises:
            Refused: an id is already taken (DUPLICATE).
            UsageError: an event of more than 1 MiB.
            ValueError: a stream's versions do not follow one another; a mistake of the caller.
        """
        if len(commands) != len(events):
            raise ValueError(f"{len(events)} events but {len(commands)} commands")
        _check_sizes(events)
        first = self.tree.size + 1
        seqs = list(range(first, first + len(events)))
        ids = self._new_ids(events, seqs)
        try:
            with failures(self._log.path):
                self._engine.events.put(
                    events,
                    connection=self._connection,
                    tree=self.tree,
                    ledger_id=self._log.ledger_id,
                    scopes=[event.scope for event in events],
                )
                self._connection.executemany(
                    "INSERT INTO commands VALUES (?, ?)", zip(commands, seqs, strict=True)
                )
                if ids:
                    self._connection.executemany("INSERT INTO ids VALUES (?, ?, ?, ?)", ids)
        except StorageFailure as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError):
                raise ValueError(f"{error.__cause__}: {[e[:3] for e in events]}") from error
            raise
        return seqs

    def seal(self) -> str | None:
        """Writes the transaction record; returns it, or None when the block appended nothing."""
        if self.tree.size == self.before.size:
            return None
        head = self.head
        record = transaction_record(self._log.ledger_id, *self.before, *head).decode()
        with failures(self._log.path):
            self._connection.execute("INSERT INTO transactions VALUES (?, ?, NULL)", (head.size, record))
        return record

    def _new_ids(self, events: Sequence[NewEvent], seqs: list[int]) -> list[tuple[str, str, str, int]]:
        """Rows for the ids that these events introduce.

        Raises:
            Refused: one of them exists already.
        """
        introduced = [
            (*thing, seq) for event, seq in zip(events, seqs, strict=True) for thing in event.introduces
        ]
        if not introduced:
            return []
        new: dict[str, tuple[str, str, str, int]] = {}
        for noun, name, seq in introduced:
            key = id_key(name)
            known = self.rows("SELECT id, seq FROM ids WHERE key = ?", key)
            if known or key in new:
                taken, since = known[0] if known else new[key][2:]
                raise Refused(
                    "DUPLICATE",
                    "The id {id} is already taken, since event {seq}.",
                    "choose another id, or leave it out: the ledger proposes one",
                    id=taken,
                    seq=since,
                )
            new[key] = (key, noun, name, seq)
        return list(new.values())

    def _check_end(self) -> None:
        ((newest,),) = self.rows("SELECT COALESCE(MAX(seq), 0) FROM events")
        if newest != self.before.size:
            raise Altered(
                "The log ends at event {newest}, but its last transaction says {size}; nothing was recorded.",
                "run `ledger verify`, then restore a backup",
                newest=newest,
                size=self.before.size,
            )

    def _load_tree(self) -> Frontier:
        tree = Frontier.load(self.before.size, self.node)
        if tree.root() != self.before.root:
            raise Altered(
                "The log's tree is not the one that its last transaction recorded; nothing was recorded.",
                "run `ledger verify`, then restore a backup",
            )
        return tree


def _last_head(rows: Callable[[str], list[tuple[Any, ...]]]) -> Head:
    found = rows("SELECT record FROM transactions ORDER BY size DESC LIMIT 1")
    if not found:
        return Head(0, EMPTY_ROOT)
    try:
        record = json.loads(found[0][0])
        head = Head(record["size_after"], bytes.fromhex(record["root_after"]))
        if not (
            isinstance(head.size, int) and 0 <= head.size <= MAX_INTEGER and len(head.root) == HASH_BYTES
        ):
            raise ValueError(head)
        return head
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Altered(
            "The last transaction record cannot be read.", "run `ledger verify`, then restore a backup"
        ) from error


def _check_sizes(events: Sequence[NewEvent]) -> None:
    for event in events:
        if len(event.state) > MAX_STATE_BYTES:
            raise UsageError(
                "One event would hold {size_bytes} bytes; at most {limit_bytes} are accepted.",
                "split it in several, or attach the long text as a file",
                size_bytes=len(event.state),
                limit_bytes=MAX_STATE_BYTES,
            )
