"""Whether what is stored is what was recorded.

Everything is recomputed from the stored bytes; no hash found in the file is trusted. A tail deleted
together with its transaction records leaves a shorter, consistent log: only somebody who holds a
newer head sees that (`pin.py` on this machine, and copies of the head kept elsewhere).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from ledger.kernel.errors import LedgerError
from ledger.kernel.spelling import id_key
from ledger.store.format import leaf_entry, leaf_prefix, scope_json, transaction_record
from ledger.store.log import Head, Log, Stored
from ledger.store.merkle import EMPTY_ROOT, HASH_BYTES, Frontier, leaf_hash, node_hash
from ledger.store.schema import differences
from ledger.store.sqlite import connect, failure, failures

MAX_PROBLEMS = 1_000
PAGE = 2_000

_EVENT_TYPES = [int, str, int, str, bytes, str, bytes]

Introduces = Callable[[Stored], Iterable[tuple[str, str]]]
"""Decodes an event and says which (noun, id) it introduces; the service knows how."""


class Problem(NamedTuple):
    """One thing that is not as it was recorded.

    Attributes:
        seq: the event concerned; None when it is not one event.
        template: English message with `{name}` fields, key of its translation.
        params: values of the fields.
    """

    seq: int | None
    template: str
    params: dict[str, Any] = {}  # noqa: RUF012 - never written to

    def __str__(self) -> str:
        return self.template.format_map({"seq": self.seq, **self.params})


@dataclass
class Report:
    """What verification found.

    Attributes:
        size: number of events read.
        root: Merkle root of what is stored (32 bytes).
        problems: at most `MAX_PROBLEMS`, in the order found; none means intact.
    """

    size: int = 0
    root: bytes = EMPTY_ROOT
    problems: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


class _EnoughError(Exception):
    """So many problems that more would not help anybody."""


def verify(log: Log, introduces: Introduces | None = None) -> Report:
    """Checks every event, every node, every transaction record and every index row of a log.

    Reads a page at a time, so that it never keeps a writer waiting for long; events recorded after
    it started are left for the next time.

    Args:
        log: the log; it is read through a connection of our own.
        introduces: decodes an event, to compare the index of ids with what the events say; without
            it only the form of that index is checked.
    """
    report = Report()
    with failures(log.path, reading=True), closing(connect(log.path, read_only=True)) as connection:
        # A damaged text must be reported in its place, not stop the reading.
        connection.text_factory = lambda raw: raw.decode(errors="replace")
        check = _Check(connection, log.ledger_id, introduces, report)
        try:
            check.run()
        except _EnoughError:
            report.problems.append(
                Problem(None, "More problems follow; the first {count} are listed.", {"count": MAX_PROBLEMS})
            )
        except (sqlite3.Error, UnicodeDecodeError) as error:
            detail = failure(error, log.path, reading=True)
            report.problems.append(Problem(None, detail.template, dict(detail.params)))
    return report


class _Check:
    """One run of `verify`: what it has seen so far."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        ledger_id: str,
        introduces: Introduces | None,
        report: Report,
    ) -> None:
        self._connection = connection
        self._ledger_id = ledger_id
        self._introduces = introduces
        self._report = report
        self._prefix = leaf_prefix(ledger_id)
        self._pending: dict[int, bytes] = {}
        """Right edge of the tree as stored, by level; a level is missing after a hole."""
        self._versions: dict[str, int] = {}
        self._ids: int | None = 0
        """How many ids the events introduce; None once an event could not be read."""

    def run(self) -> None:
        """Everything, the structure first: without it the rest may not be readable."""
        for name in differences(self._connection):
            self._problem(None, "The table, index or guard {name} is not the log's own.", name=name)
        ((end,),) = self._rows("SELECT COALESCE(MAX(seq), 0) FROM events")
        transactions = self._transactions(end)
        following = next(transactions, None)
        head = Head(0, EMPTY_ROOT)
        for row in self._events(end):
            self._event(row)
            while following is not None and following[0] <= self._report.size:
                head = self._transaction(head, *following)
                following = next(transactions, None)
        if head.size != self._report.size:
            self._problem(
                None,
                "The log ends at event {newest}, but its last transaction says {size}.",
                newest=self._report.size,
                size=head.size,
            )
        self._report.root = self._root() or head.root
        self._indexes(end)
        self._integrity()

    def _rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, params).fetchall()

    def _problem(self, seq: int | None, template: str, **params: Any) -> None:
        if len(self._report.problems) >= MAX_PROBLEMS:
            raise _EnoughError
        self._report.problems.append(Problem(seq, template, params))

    def _events(self, end: int) -> Iterator[tuple[Any, ...]]:
        page: list[tuple[Any, ...]] = [(-(2**63),)]  # a row may have been slipped in below 1
        while page:
            # One read transaction a page: without it each look into an index would lock the file anew.
            self._connection.execute("BEGIN")
            page = self._rows(
                "SELECT seq, stream, version, topic, state, scope, nodes FROM events"
                " WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                page[-1][0],
                end,
                PAGE,
            )
            yield from page
            self._connection.execute("COMMIT")

    def _event(self, row: tuple[Any, ...]) -> None:
        seq, stream, version, _, state, scope, nodes = row
        expected = self._report.size + 1
        if seq != expected:
            self._report.size = seq
            self._pending.clear()
            self._problem(seq, "Event {seq} comes where event {expected} should be.", expected=expected)
        self._report.size = seq
        if list(map(type, row)) != _EVENT_TYPES:
            self._pending.clear()
            self._ids = None
            if isinstance(stream, str) and isinstance(version, int):
                self._versions[stream] = version  # or the stream's next event would be blamed, too
            self._problem(seq, "Event {seq} is not what was recorded.")
            return
        self._nodes(seq, leaf_hash(leaf_entry(self._prefix, seq, state, scope)), nodes)
        known = self._versions.get(stream, 0)
        if version != known + 1:
            self._problem(
                seq,
                "Event {seq} is version {version} of {stream}, after version {known}.",
                version=version,
                stream=stream,
                known=known,
            )
        self._versions[stream] = version
        self._envelope(row)

    def _nodes(self, seq: int, leaf: bytes, stored: bytes) -> None:
        """Compares each stored node with its children, so that a change is reported in its place."""
        levels = (seq & -seq).bit_length() if seq > 0 else 1
        if len(stored) != levels * HASH_BYTES:
            self._pending.clear()
            self._problem(seq, "The tree nodes of event {seq} are cut short.")
            return
        node = leaf
        for level in range(levels):
            kept = stored[level * HASH_BYTES : (level + 1) * HASH_BYTES]
            if level:
                left = self._pending.pop(level - 1, None)
                node = node_hash(left, node) if left is not None else kept
            if kept != node:
                self._problem(
                    seq,
                    "Event {seq} is not what was recorded."
                    if level == 0
                    else "A tree node of event {seq} is not what was recorded.",
                )
            node = kept
        self._pending[levels - 1] = node

    def _envelope(self, row: tuple[Any, ...]) -> None:
        """Compares the columns, which the leaf does not cover, with the envelope, which it does."""
        seq, stream, version, topic, state, scope, _ = row
        try:
            envelope = orjson.loads(state)
            touched = scope_json(tuple(envelope.get("scope", ())))
            true = (envelope["stream"], envelope["version"], envelope["kind"], touched)
            command = str.encode(envelope["command"]["id"]).decode()  # text, and no lone surrogate
            introduced = list(self._introduces(Stored(*row[:5]))) if self._introduces else []
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, LedgerError):
            self._ids = None
            self._problem(seq, "The content of event {seq} cannot be read.")
            return
        if (stream, version, topic, scope) != true:
            self._columns(seq, (stream, version, topic, scope), true)
        if not self._rows("SELECT 1 FROM commands WHERE command = ? AND seq = ?", command, seq):
            self._problem(seq, "Event {seq} is missing from the index of commands.")
        self._introduced(seq, introduced)

    def _columns(self, seq: int, stored: tuple[Any, ...], true: tuple[Any, ...]) -> None:
        for name, kept, said in zip(("stream", "version", "topic", "scope"), stored, true, strict=True):
            if kept != said:
                self._problem(
                    seq,
                    "Event {seq}: the column {name} says {stored}, but the event itself {true}.",
                    name=name,
                    stored=kept,
                    true=said,
                )

    def _introduced(self, seq: int, introduced: list[tuple[str, str]]) -> None:
        for noun, name in introduced:
            self._ids = None if self._ids is None else self._ids + 1
            if not self._rows(
                "SELECT 1 FROM ids WHERE key = ? AND noun = ? AND id = ? AND seq = ?",
                id_key(name),
                noun,
                name,
                seq,
            ):
                self._problem(seq, "The id {id} of event {seq} is missing from the index.", id=name)

    def _transactions(self, end: int) -> Iterator[tuple[Any, ...]]:
        after = -(2**63)
        while page := self._rows(
            "SELECT size, record, signature FROM transactions WHERE size > ? ORDER BY size LIMIT ?",
            after,
            PAGE,
        ):
            # What was recorded after we began belongs to the next run; only a size beyond every
            # event now there is out of place.
            for size, record, signature in page:
                if size > end and not self._rows("SELECT 1 FROM events WHERE seq = ?", size):
                    self._problem(None, "A transaction ends at event {size}, which is missing.", size=size)
                elif size <= end:
                    yield size, record, signature
            after = page[-1][0]

    def _transaction(self, before: Head, size: int, record: Any, signature: Any) -> Head:
        """Checks that a record goes from the last one's head to the tree as it is; returns its head."""
        if signature is not None:
            self._problem(size, "The transaction at event {seq} is signed, but no key is enrolled.")
        root = self._root() if size == self._report.size else None
        try:
            said = orjson.loads(record)
            after = Head(said["size_after"], bytes.fromhex(said["root_after"]))
            expected = transaction_record(self._ledger_id, *before, size, root or after.root)
            told = record.encode()
        except (ValueError, KeyError, TypeError, AttributeError):
            self._problem(size, "The transaction record at event {seq} cannot be read.")
            return Head(size, root or before.root)
        if told != expected:
            self._problem(size, "The transaction record at event {seq} does not fit the log.")
        return Head(size, after.root)

    def _root(self) -> bytes | None:
        """Root of the tree so far; None after a hole."""
        size, hashes = self._report.size, []
        for level in range(max(size, 0).bit_length() - 1, -1, -1):
            if size >> level & 1:
                if level not in self._pending:
                    return None
                hashes.append(self._pending[level])
        return Frontier(size, hashes).root() if size > 0 else EMPTY_ROOT

    def _indexes(self, end: int) -> None:
        ((commands,),) = self._rows(
            "SELECT COUNT(*) FROM commands c LEFT JOIN events e ON e.seq = c.seq"
            " WHERE c.seq <= ? OR e.seq IS NULL",
            end,
        )
        ((events,),) = self._rows("SELECT COUNT(*) FROM events WHERE seq <= ?", end)
        if commands != events:
            self._problem(
                None,
                "The index of commands has {commands} rows for {events} events.",
                commands=commands,
                events=events,
            )
        listed = 0
        for key, name, seq, there in self._rows(
            "SELECT i.key, i.id, i.seq, e.seq IS NOT NULL FROM ids i LEFT JOIN events e ON e.seq = i.seq"
            " WHERE i.seq <= ? OR e.seq IS NULL",
            end,
        ):
            listed += 1
            if not there:
                self._problem(seq, "The id {id} is said to come from event {seq}, which is missing.", id=name)
            elif not isinstance(name, str) or key != id_key(name):
                self._problem(seq, "The id {id} is indexed under another one, {key}.", id=name, key=key)
        if self._introduces is not None and self._ids is not None and listed != self._ids:
            self._problem(
                None,
                "The index of ids has {listed} rows for {introduced} ids.",
                listed=listed,
                introduced=self._ids,
            )

    def _integrity(self) -> None:
        for (said,) in self._rows("PRAGMA integrity_check(20)"):
            if said != "ok":
                self._problem(None, "SQLite finds the file damaged: {detail}.", detail=said)
