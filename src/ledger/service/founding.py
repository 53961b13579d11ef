"""Founds a ledger: the folder, the founding event, and the first person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ledger.consortium.model import FoundConsortium, RegisterPerson
from ledger.exchange import words
from ledger.kernel.errors import LedgerError, Place
from ledger.service.ledger import Ledger, Outcome
from ledger.service.unit import Request


def found(
    path: Path,
    *,
    language: str,
    name: str,
    kind: str,
    territory: str | None,
    handle: str,
    person_name: str | None,
    on: date | None = None,
) -> tuple[Ledger, Outcome]:
    """A new ledger with its founding and its first person, who is remembered as this machine's.

    Raises:
        UsageError: a ledger is there, or a word cannot be taken.
        StorageFailure: the folder cannot be written.
    """
    command = FoundConsortium(
        on=on,
        name=words.text(name, Place("--name", 0, 0)),
        kind=kind,  # type: ignore[arg-type]
        territory=words.text(territory, Place("--territory", 0, 0)) if territory else None,
    )
    first = RegisterPerson(on=on, id=words.identifier(handle, Place("--me", 0, 0)), name=person_name)
    ledger = Ledger.create(path, language)
    try:
        outcome = ledger.record([Request(command, author=handle), Request(first, author=handle)])
        ledger.folder.write_me(handle)
    except LedgerError:
        ledger.close()
        raise
    return ledger, outcome
