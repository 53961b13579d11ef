"""Looks over a ledger's folder and says, in sentences, what needs care. Mends only what is disposable.

Nothing is mended while the log is not the one that this machine knows: an older log names fewer texts
than the vault holds, and they may be missed once the newer one is found again.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ledger.folder import Folder
from ledger.kernel.errors import Altered, LedgerError, UsageError
from ledger.language.catalogue import N_, _, fill, message, ngettext
from ledger.service.ledger import Ledger, wall_clock
from ledger.service.verifying import sealed_in
from ledger.store.log import Head
from ledger.store.pin import accept, check_pin, pin_path
from ledger.store.verify import verify


def examine(folder: Folder) -> list[str]:
    """What needs care, each with what was done or what to do; empty when all is well.

    Raises:
        StorageFailure: the log is missing, damaged or cannot be read.
    """
    with Ledger.open(folder, read_only=True, pinned=False) as ledger:
        wrong = [*_log(ledger), *_vault(ledger), *_place(folder)]
    return [*wrong, *_rights(folder), *([] if wrong else _mended(folder))]


def _log(ledger: Ledger) -> Iterator[str]:
    """A log that is older than what this machine saw, or another: which note says so, and the ways on."""
    try:
        check_pin(ledger.folder.heads, ledger.log)
    except Altered as error:
        note = pin_path(ledger.folder.heads, ledger.log).relative_to(ledger.folder.path)
        yield _said(error)
        yield _("The note {note} remembers what was seen. Until then nothing is shown nor recorded.").format(
            note=note
        )
        yield _('If the newer log is lost for good: ledger doctor --accept-log --reason "…"')
    except LedgerError as error:
        yield _said(error)


def _vault(ledger: Ledger) -> Iterator[str]:
    if ledger.vault.withheld:
        yield _said(ledger.vault.withheld)


def _place(folder: Folder) -> Iterator[str]:
    """What cannot be written: nothing can be recorded then."""
    parts = (folder.path, folder.log, folder.vault, folder.evidence, folder.heads, folder.views)
    shut = [part for part in parts if part.exists() and not _may_write(part)]
    if shut:
        yield _("{path} cannot be written: reports can be read, but nothing can be recorded.").format(
            path=shut[0]
        )


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _rights(folder: Folder) -> list[str]:
    loose = [
        path.name
        for path in (folder.vault, folder.members)
        if os.access(path, os.F_OK) and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    return [
        _("{name} could be read by others on this machine: chmod 600 {name}").format(name=n) for n in loose
    ]


def _mended(folder: Folder) -> list[str]:
    done: list[str] = []
    try:
        with Ledger.open(folder) as ledger:
            for mend in (_orphans, _erasures, _tables):
                done += mend(ledger)
    except LedgerError as error:
        done.append(_said(error))
    return done


def _said(error: LedgerError) -> str:
    """A mistake and what to try, in one paragraph."""
    hint = " " + _("Try: {hint}").format(hint=fill(_(error.hint), error.params)) if error.hint else ""
    return message(error) + hint


def _orphans(ledger: Ledger) -> list[str]:
    """Texts that were kept for an event that was then refused: removed."""
    named = {
        sealed.ref
        for page in ledger.log.pages()
        for stored in page
        if b'"ref":"v-' in stored.state
        for sealed in sealed_in(orjson.loads(stored.state)["data"])
    }
    orphans = ledger.vault.refs() - named
    if not orphans:
        return []
    ledger.vault.purge(orphans)
    return [
        ngettext(
            "{count} text that no event names was removed from the vault.",
            "{count} texts that no event names were removed from the vault.",
            len(orphans),
        ).format(count=len(orphans))
    ]


def _erasures(ledger: Ledger) -> list[str]:
    """People whom the log says are erased and whom an old vault brought back: erased again."""
    again = []
    for stored in ledger.log.of_topic("person.erased.v1"):
        person = orjson.loads(stored.state)["data"]["person_id"]
        if ledger.vault.person(person):
            ledger.vault.erase(person)
            again.append(_("An erased person had come back into the vault and was erased again."))
    return again


def _tables(ledger: Ledger) -> list[str]:
    status = ledger.projector().status()
    if status.seq == ledger.log.head().size and not status.stale:
        return []
    ledger.projector().catch_up()
    return [_("The tables were behind the events; they are up to date now.")]


class Accepted(NamedTuple):
    """An older or another log that was taken knowingly for the ledger's own.

    Attributes:
        seen: the head that this machine had seen.
        head: the head of the log as it is.
        note: the file that keeps both, and why.
        lost: events that only the tables still tell of, as plain envelopes with their `seq`.
    """

    seen: Head
    head: Head
    note: str
    lost: list[dict[str, Any]]


def accept_log(folder: Folder, reason: str) -> Accepted:
    """Takes the log as it is for the ledger's own, though this machine saw a newer or another one.

    Raises:
        UsageError: no reason is given, or there is nothing to accept.
        Altered: what is in the log is not what was recorded there.
    """
    if not reason.strip():
        raise UsageError(
            N_("Say why this log is accepted, in the place of the one that is lost."), '--reason "…"'
        )
    with Ledger.open(folder, read_only=True, pinned=False) as ledger:
        try:
            check_pin(folder.heads, ledger.log)
        except Altered:
            if not verify(ledger.log).intact:
                raise Altered(
                    N_("This log is altered: it cannot be accepted."), N_("run: ledger verify")
                ) from None
            lost = _lost(folder, ledger.log.head().size)
            note, seen = accept(folder.heads, ledger.log, reason, wall_clock().isoformat())
            return Accepted(seen, ledger.log.head(), str(note.relative_to(folder.path)), lost)
    raise UsageError(N_("This log goes on from the one that this machine saw: there is nothing to accept."))


def _lost(folder: Folder, size: int) -> list[dict[str, Any]]:
    """Events after the last one of the log, from the tables as they were last made; none without them."""
    try:
        with closing(sqlite3.connect(f"{folder.members.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            rows = [
                dict(row) for row in db.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq", (size,))
            ]
    except sqlite3.Error:
        return []
    return [row | {"data": orjson.loads(row["data"])} for row in rows]
