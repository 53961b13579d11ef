"""Who people are and what was written about them: the only place where it is, and it can be erased.

Events carry a reference and a salted fingerprint (`Sealed`); the text and the salt live here. Erasing
an entry leaves the events whole and says nothing any more. The file is never served nor bundled.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.kernel.errors import LedgerError, Refused, StorageFailure
from ledger.kernel.spelling import id_key
from ledger.store.format import canonical
from ledger.store.sqlite import connect, failures, not_a_ledger

if TYPE_CHECKING:
    from ledger.kernel.values import Sealed

APPLICATION_ID = 0x4C445656  # "LDVV", in the file's header
FORMAT = 1
SALT_BYTES = 16
MODE = 0o600

_SCHEMA = f"""
CREATE TABLE entries (
    ref TEXT NOT NULL PRIMARY KEY, salt BLOB NOT NULL, subject TEXT, purpose TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX entries_subject ON entries (subject);
CREATE TABLE people (
    person_id TEXT NOT NULL PRIMARY KEY, ref TEXT NOT NULL UNIQUE, salt BLOB NOT NULL,
    handle_key TEXT UNIQUE, handle TEXT, name TEXT, email TEXT, phone TEXT
);
CREATE TABLE version (number INTEGER NOT NULL);
INSERT INTO version VALUES (0);
CREATE TABLE secret (key BLOB NOT NULL);
INSERT INTO secret VALUES (randomblob(32));
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {FORMAT}
"""


class PersonCard(NamedTuple):
    """Who an opaque person id is; None where nothing was given."""

    person_id: str
    handle: str | None
    name: str | None
    email: str | None
    phone: str | None


class _Entry(NamedTuple):
    ref: str
    salt: bytes
    text: str
    subject: str | None
    purpose: str


class _Identity(NamedTuple):
    ref: str
    salt: bytes
    card: PersonCard


class Vault:
    """One ledger's vault. What is staged is kept in memory until `commit`, and seen by every reader.

    Attributes:
        withheld: why names and texts cannot be had; None in a vault that is open.
    """

    withheld: LedgerError | None = None

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._entries: dict[str, _Entry] = {}
        self._people: dict[str, _Identity] = {}

    @classmethod
    def create(cls, path: Path) -> Vault:
        """Makes a vault that only its owner can read, or opens the one that is there.

        Raises:
            StorageFailure: the file is something else, or cannot be written.
        """
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, MODE))  # SQLite would follow the umask
        except OSError as error:
            raise StorageFailure(
                "{path} or its folder cannot be opened for writing; nothing was recorded.",
                "check that the folder exists, and the rights on it",
                path=path,
            ) from error
        with failures(path), closing(connect(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
            connection.execute("COMMIT")
        return cls.open(path)

    @classmethod
    def read(cls, path: Path) -> Vault:
        """The vault for reading; when it cannot be had, one that knows nobody and says why."""
        try:
            return cls.open(path, read_only=True)
        except StorageFailure as why:
            return _Withheld(path, why)

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Vault:
        """Opens a vault; rights wider than the owner's are taken back.

        Raises:
            StorageFailure: there is none, or it is something else.
        """
        if not os.path.lexists(path):
            raise StorageFailure(
                "There is no vault at {path}: names and private texts cannot be shown.",
                "restore it from its own backup, or ask who keeps the ledger",
                path=path,
            )
        with suppress(OSError):  # not ours to change: who owns it decides
            if path.stat().st_mode & 0o077:
                path.chmod(MODE)
        with failures(path, reading=read_only):
            connection = connect(path, read_only=read_only)
            try:
                if not read_only:
                    connection.execute("PRAGMA secure_delete=ON")
                ((application_id,),) = connection.execute("PRAGMA application_id")
                if application_id != APPLICATION_ID:
                    raise not_a_ledger(path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Gives the file back; what is staged is forgotten."""
        self.discard()
        self._connection.close()

    def stage(self, text: str, *, subject: str | None = None, purpose: str = "narrative") -> Sealed:
        """Prepares a text for the vault; it is stored by the next `commit`.

        Args:
            text: what somebody wrote.
            subject: id of the person it is about; it goes when that person is erased.
            purpose: why it is kept (`narrative`, `ground`…).

        Returns:
            What the event carries: a random reference and SHA-256(salt ‖ text).
        """
        entry = _Entry(_new_ref(), os.urandom(SALT_BYTES), text, subject, purpose)
        self._entries[entry.ref] = entry
        return _sealed(entry.ref, entry.salt, text.encode())

    def stage_person(
        self,
        person_id: str,
        *,
        handle: str | None,
        name: str | None,
        email: str | None,
        phone: str | None = None,
    ) -> Sealed:
        """Prepares a person's identity card, which replaces the one there was.

        Raises:
            Refused: the short handle is somebody else's (DUPLICATE).
        """
        owner = self.by_handle(handle) if handle is not None else None
        if owner not in (None, person_id):
            raise Refused(
                "DUPLICATE",
                "The short handle {handle} is already somebody else's.",
                "choose another one, for instance with one more initial",
                handle=handle,
            )
        card = PersonCard(person_id, handle, name, email, phone)
        identity = _Identity(_new_ref(), os.urandom(SALT_BYTES), card)
        self._people[person_id] = identity
        return _sealed(identity.ref, identity.salt, _card_bytes(card))

    def commit(self) -> None:
        """Stores what is staged. Called just before the log commits: an orphan here harms nobody.

        Raises:
            Busy, StorageFailure: nothing was stored, and it is still staged.
        """
        if not self._entries and not self._people:
            return
        # Cards first leave, then come: two people may exchange their handles.
        self._change(
            ("DELETE FROM people WHERE person_id = ?", [(person_id,) for person_id in self._people]),
            (
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (i.card.person_id, i.ref, i.salt, i.card.handle and id_key(i.card.handle), *i.card[1:])
                    for i in self._people.values()
                ],
            ),
            (
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                [(e.ref, e.salt, e.subject, e.purpose, e.text) for e in self._entries.values()],
            ),
        )
        self.discard()

    def discard(self) -> None:
        """Forgets what is staged."""
        self._entries.clear()
        self._people.clear()

    def staged(self) -> dict[str, str]:
        """What is staged and not committed: texts by reference, names or handles by person."""
        names = {id: each.card.name or each.card.handle for id, each in self._people.items()}
        texts = {ref: entry.text for ref, entry in self._entries.items()}
        return texts | {id: name for id, name in names.items() if name}

    def text(self, ref: str) -> str | None:
        """The text behind a reference, or the card as JSON; None when it was withheld or erased."""
        kept = self._sealed_bytes(ref)
        return kept[1].decode() if kept else None

    def person(self, person_id: str) -> PersonCard | None:
        """A person's card; None when it was withheld or erased."""
        if person_id in self._people:
            return self._people[person_id].card
        found = self._cards("WHERE person_id = ?", person_id)
        return found[0] if found else None

    def people(self) -> list[PersonCard]:
        """Every card, by person id."""
        cards = {card.person_id: card for card in self._cards("")}
        cards |= {person_id: identity.card for person_id, identity in self._people.items()}
        return [cards[person_id] for person_id in sorted(cards)]

    def by_handle(self, handle: str) -> str | None:
        """The person whose short handle it is, however its letters are cased."""
        key = id_key(handle)
        for person_id, identity in self._people.items():
            if identity.card.handle is not None and id_key(identity.card.handle) == key:
                return person_id
        found = self._rows("SELECT person_id FROM people WHERE handle_key = ?", key)
        # A staged card takes the place of the stored one, its handle included.
        return found[0][0] if found and found[0][0] not in self._people else None

    def version(self) -> int:
        """A number that grows when something kept is replaced or erased.

        A view built at another number is stale. What is only added comes with the events that name
        it, and leaves the number alone.
        """
        ((number,),) = self._rows("SELECT number FROM version")
        return int(number)

    def secret(self) -> bytes:
        """32 random bytes of this vault: key of the digests of texts about people."""
        ((key,),) = self._rows("SELECT key FROM secret")
        return bytes(key)

    def erase(self, person_id: str) -> None:
        """Removes a person's card and every text about that person, for ever, from disk too."""
        self._people.pop(person_id, None)
        self._entries = {r: e for r, e in self._entries.items() if e.subject != person_id}
        self._change(
            ("DELETE FROM people WHERE person_id = ?", [(person_id,)]),
            ("DELETE FROM entries WHERE subject = ?", [(person_id,)]),
        )

    def refs(self) -> set[str]:
        """References of everything stored; what no event names is an orphan."""
        return {row[0] for row in self._rows("SELECT ref FROM entries UNION ALL SELECT ref FROM people")}

    def purge(self, orphans: Iterable[str]) -> int:
        """Removes entries and cards by reference; returns how many were there."""
        refs = [(ref,) for ref in orphans]
        return self._change(
            ("DELETE FROM entries WHERE ref = ?", refs), ("DELETE FROM people WHERE ref = ?", refs)
        )

    def matches(self, sealed: Sealed) -> bool | None:
        """Whether what is stored is what the event sealed; None when it is gone."""
        kept = self._sealed_bytes(sealed.ref)
        return None if kept is None else _sealed(sealed.ref, *kept) == sealed

    def _sealed_bytes(self, ref: str) -> tuple[bytes, bytes] | None:
        """The salt and the sealed bytes behind a reference, staged or stored."""
        if ref in self._entries:
            return self._entries[ref].salt, self._entries[ref].text.encode()
        for identity in self._people.values():
            if identity.ref == ref:
                return identity.salt, _card_bytes(identity.card)
        for salt, text in self._rows("SELECT salt, text FROM entries WHERE ref = ?", ref):
            return salt, text.encode()
        for salt, *card in self._rows(
            "SELECT salt, person_id, handle, name, email, phone FROM people WHERE ref = ?", ref
        ):
            return salt, _card_bytes(PersonCard(*card))
        return None

    def _cards(self, where: str, *params: Any) -> list[PersonCard]:
        sql = f"SELECT person_id, handle, name, email, phone FROM people {where}"
        return list(map(PersonCard._make, self._rows(sql, *params)))

    def _rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with failures(self.path, reading=True):
            return self._connection.execute(sql, params).fetchall()

    def _change(self, *changes: tuple[str, list[tuple[Any, ...]]]) -> int:
        """Runs statements in one transaction; returns the number of rows that they removed."""
        removed = 0
        with failures(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for sql, rows in changes:
                    count = self._connection.executemany(sql, rows).rowcount if rows else 0
                    removed += count if sql.startswith("DELETE") else 0
                if removed:
                    self._connection.execute("UPDATE version SET number = number + 1")
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return removed


class _Withheld(Vault):
    """The vault of a folder that came without one, or that only others may read: nobody is known."""

    def __init__(self, path: Path, why: LedgerError) -> None:
        super().__init__(path, sqlite3.connect(":memory:"))
        self.withheld = why

    def version(self) -> int:
        """What no vault has: tables made with names are made anew without them, and back again."""
        return -1

    def secret(self) -> bytes:
        """There is none.

        Raises:
            StorageFailure: always.
        """
        raise self._why()

    def _rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        return []

    def _change(self, *changes: tuple[str, list[tuple[Any, ...]]]) -> int:
        raise self._why()

    def _why(self) -> LedgerError:
        assert self.withheld is not None
        return self.withheld


def _new_ref() -> str:
    return f"v-{os.urandom(12).hex()}"


def _card_bytes(card: PersonCard) -> bytes:
    return canonical(card._asdict())


def _sealed(ref: str, salt: bytes, content: bytes) -> Sealed:
    from ledger.kernel.values import Sealed  # pydantic, which reading needs not

    return Sealed(ref=ref, sha256=sha256(salt + content).hexdigest())
