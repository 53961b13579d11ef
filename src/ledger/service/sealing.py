"""Keeps what identifies a person out of the log: cards and private texts are staged in the vault."""

from __future__ import annotations

import os
from typing import Any

from ledger.kernel.facts import MintedPerson
from ledger.kernel.marks import fields
from ledger.kernel.messages import Command
from ledger.service.ids import Ids
from ledger.store.vault import Vault

CARDED = frozenset({"register-person", "update-party"})
"""Acts that write a person's card."""


def mint(command: Command, ids: Ids, vault: Vault) -> MintedPerson | None:
    """Prepares the vault's card for a person who is registered, or whose card changes."""
    if command.ACT not in CARDED:
        return None
    from ledger.consortium.parties import RegisterPerson, UpdateParty

    if isinstance(command, RegisterPerson):
        person_id = f"P-{os.urandom(4).hex()}"
        identity = vault.stage_person(
            person_id,
            handle=command.id,
            name=_plain(command.name),
            email=_plain(command.email),
            phone=_plain(command.phone),
        )
        return MintedPerson(person_id, identity)
    if isinstance(command, UpdateParty) and (command.name or command.email):
        entry = ids.noun_of(command.party)
        if entry and entry[0] == "person":
            card = vault.person(entry[1])
            identity = vault.stage_person(
                entry[1],
                handle=card.handle if card else None,
                name=command.name or (card.name if card else None),
                email=_plain(command.email) or (card.email if card else None),
                phone=card.phone if card else None,
            )
            return MintedPerson(entry[1], identity)
    return None


def sealed(command: Command, vault: Vault) -> Command:
    """Moves private texts to the vault; what goes on carries only a reference."""
    changes: dict[str, Any] = {}
    for item in fields(type(command)):
        value = getattr(command, item.name)
        if item.mark and item.mark.private and isinstance(value, str):
            carded = command.ACT in CARDED  # its texts are on the card already
            changes[item.name] = (
                None if carded else vault.stage(value, subject=getattr(command, "person", None))
            )
    return command.model_copy(update=changes) if changes else command


def opaque(command: Command, ids: Ids) -> Command:
    """A flag about a person is answered under the opaque id: a handle does not go to the log."""
    if command.ACT != "answer-flag":
        return command
    subject: str = command.subject  # type: ignore[attr-defined]
    person = ids.person(subject)
    return command.model_copy(update={"subject": person}) if person else command


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) else None
