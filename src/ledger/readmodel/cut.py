"""The read model as it would have been seen: what had occurred by one day, as known on another.

A cut is an ordinary view of chosen events, in a file of its own under `views/`, kept until the events,
the code or the vault say otherwise.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from datetime import UTC, date, datetime
from pathlib import Path

from ledger.readmodel.freshness import View
from ledger.readmodel.sources import Cut, Log, Vault

KEPT = 12
"""Cuts kept on disk; older ones are removed, for each is as large as the ledger."""

ABANDONED = 3600
"""Seconds after which an unfinished cut is nobody's: its process was ended."""

NO_LIMIT = "9999-12-31"


def cut(log: Log, vault: Vault | None, views: Path, as_of: date | None, known_at: date | None) -> Path:
    """The file to read for a report at a cut.

    Corrections recorded by `known_at` are applied; what they change counts at its own day.

    Args:
        log: where the events are.
        vault: where names are; names are today's.
        views: the folder of views.
        as_of: keep facts that occurred by that day; None keeps all.
        known_at: keep what was recorded by the end of that day, in universal time; None keeps all.

    Returns:
        A view that nobody needs to bring up to date: `members.db` itself when nothing is left out.

    Raises:
        StorageFailure, LedgerError: as `Projector.rebuild`.
    """
    head = log.head().size
    chosen = Cut(recorded_by(log, known_at) if known_at else head, as_of.isoformat() if as_of else NO_LIMIT)
    members = views / "members.db"
    if chosen.size == head and _is_now(as_of) and View(log, members, vault).holds(chosen.as_of):
        return members
    path = views / f"cut-{as_of or 'all'}-{known_at or 'all'}.db"
    if not View(log, path, vault).is_current(chosen):
        _make(log, vault, path, chosen)
        _forget_old(views)
    return path


def recorded_by(log: Log, day: date) -> int:
    """How many events had been recorded by the end of a day: recording times never go back."""
    from orjson import loads

    low, high = 0, log.head().size
    while low < high:
        middle = (low + high + 1) // 2
        stored = log.event(middle)
        if stored is not None and loads(stored.state)["recorded_at"][:10] <= day.isoformat():
            low = middle
        else:
            high = middle - 1
    return low


def _is_now(as_of: date | None) -> bool:
    """Whether "now" means the same day in the ordinary view, whose `_today` is the reader's."""
    return as_of is None or as_of >= datetime.now(UTC).date()


def _make(log: Log, vault: Vault | None, path: Path, chosen: Cut) -> None:
    """Makes the file beside, then puts it in place: a reader of the old one is not disturbed."""
    from ledger.readmodel.projector import Projector

    made = path.with_name(f".{path.name}.{os.getpid()}.new")  # another process may be making the same one
    for name in (made, *_companions(made)):
        name.unlink(missing_ok=True)
    try:
        Projector(log, made, vault).rebuild(chosen)
        with closing(sqlite3.connect(made)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")  # one file, complete in itself
        made.replace(path)
    finally:
        for name in (made, *_companions(made)):
            name.unlink(missing_ok=True)


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def _forget_old(views: Path) -> None:
    files = sorted(views.glob("cut-*.db"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in files[KEPT:]:
        with suppress(OSError):
            file.unlink()
    for file in views.glob(".cut-*.new*"):
        with suppress(OSError):  # whoever makes it may be done by now
            if time.time() - file.stat().st_mtime > ABANDONED:
                file.unlink()
