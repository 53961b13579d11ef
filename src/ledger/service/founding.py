"""Founds a ledger: the folder, the founding event, and the first person."""

from __future__ import annotations

from pathlib import Path

from ledger.consortium.founding import FoundConsortium
from ledger.consortium.parties import RegisterPerson
from ledger.kernel.errors import LedgerError
from ledger.service.draft import alone
from ledger.service.ledger import Ledger, Outcome


def found(
    path: Path, language: str, founding: FoundConsortium, first: RegisterPerson
) -> tuple[Ledger, Outcome]:
    """A new ledger with its founding and its first person, who is remembered as this machine's.

    Raises:
        UsageError: a ledger is there already.
        StorageFailure: the folder cannot be written.
    """
    ledger = Ledger.create(path, language)
    try:
        outcome = ledger.record([alone(founding, first.id), alone(first, first.id)])
        ledger.folder.write_me(first.id or "")
    except LedgerError:
        ledger.close()
        raise
    return ledger, outcome
