"""Whether a view is what its log, its vault and this code would make of it today.

Apart from `projector.py`, so that a report on a view that is current loads nothing that makes one.
"""

import os
import sqlite3
from contextlib import closing
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ledger.language.catalogue import N_
from ledger.readmodel.sources import Cut, Log, Vault

RESTORED = N_("The log is not the one that the read model was made from: it was restored or replaced.")
OTHER_CODE = N_("The read model was made by another version of the program.")
OTHER_VAULT = N_("Names or private texts were replaced or erased.")
DAMAGED = N_("The read model was damaged.")


class Cursor(NamedTuple):
    """How far a view has come, and what it was made with. See `creation.CURSOR`."""

    seq: int
    root: str
    fingerprint: str
    vault_version: int
    latest_on: str
    as_of: str | None


class Status(NamedTuple):
    """Where the view stands: its last event, and whether `catch_up` has something to do."""

    seq: int
    stale: bool


class View:
    """One view of one log, as it stands; touches nothing.

    Args:
        log: where the events are.
        path: the view's file; may not exist yet.
        vault: where names and private texts are; None shows them as withheld.
    """

    def __init__(self, log: Log, path: Path, vault: Vault | None) -> None:
        self._log = log
        self._path = path
        self._vault = vault

    def status(self) -> Status:
        """Where the view stands, without touching it."""
        cursor = self._peek()
        if cursor is None:
            return Status(0, True)
        return Status(cursor.seq, not self._is_whole(cursor))

    def is_current(self, cut: Cut) -> bool:
        """Whether the file is that very cut, made by this code from this log and vault."""
        cursor = self._peek()
        return cursor is not None and (cursor.seq, cursor.as_of) == cut and self._staleness(cursor) is None

    def holds(self, as_of: str) -> bool:
        """Whether the view is up to date and speaks of no day after that one (ISO)."""
        cursor = self._peek()
        return cursor is not None and cursor.latest_on <= as_of and self._is_whole(cursor)

    def _is_whole(self, cursor: Cursor) -> bool:
        return cursor.seq == self._log.head().size and self._staleness(cursor) is None

    def _peek(self) -> Cursor | None:
        try:
            with closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True)
            ) as connection:
                return read_cursor(connection)
        except sqlite3.Error:
            return None

    def _staleness(self, cursor: Cursor | None) -> str | None:
        """Why the view must be rebuilt: a message, "" when there is none yet; None when it is good."""
        if cursor is None:
            return ""
        head = self._log.head()
        if cursor.seq > head.size or cursor.root != self._log.root_at(cursor.seq).hex():
            return RESTORED
        if cursor.fingerprint != fingerprint():
            return OTHER_CODE
        return OTHER_VAULT if cursor.vault_version != self._vault_version() else None

    def _cursor(self, seq: int, latest_on: str) -> Cursor:
        root = self._log.root_at(seq).hex()
        return Cursor(seq, root, fingerprint(), self._vault_version(), latest_on, None)

    def _vault_version(self) -> int:
        return self._vault.version() if self._vault else -1


def read_cursor(connection: sqlite3.Connection) -> Cursor | None:
    """How far the view has come; None when there is no view in the file, or one of another age."""
    try:
        found = connection.execute("SELECT * FROM _cursor").fetchone()
        return Cursor._make(found) if found else None
    except (sqlite3.OperationalError, TypeError) as error:
        if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
            raise
        return None


_CODE = ("upcast.py", "kernel/tables.py", "record/model.py", "funds/sharing.py")
_CODE_FOLDERS = ("readmodel", "balance", "funds/tables")


_PACKAGE = Path(__file__).parent.parent


def code_paths() -> list[str]:
    """The files that decide what a row holds, within the package, in a fixed order.

    Every command asks: sorting plain strings takes a fourth of the time of sorting paths.
    """
    rooms = [each.name for each in os.scandir(_PACKAGE) if each.is_dir()]
    projections = [f"{room}/projection.py" for room in rooms]
    found = {*_CODE, *(name for name in projections if (_PACKAGE / name).exists())}
    for room in _CODE_FOLDERS:
        for folder, _folders, files in os.walk(_PACKAGE / room):
            within = folder[len(str(_PACKAGE)) + 1 :].replace(os.sep, "/")
            found |= {f"{within}/{name}" for name in files if name.endswith((".py", ".sql"))}
    return sorted(found)


@cache
def fingerprint() -> str:
    """SHA-256 of that code: a view made by other code is stale."""
    digest = sha256()
    for name in code_paths():
        digest.update(f"{name}\0".encode())
        digest.update(sha256((_PACKAGE / name).read_bytes()).digest())
    return digest.hexdigest()
