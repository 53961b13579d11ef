"""What a command must have before it is decided: its day, its ids, and references that exist."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from pydantic import BaseModel

from ledger.kernel.errors import Refused, UnknownId
from ledger.kernel.marks import Reference, fields, references
from ledger.kernel.messages import Command
from ledger.kernel.spelling import id_key, near
from ledger.kernel.values import As
from ledger.language.catalogue import N_
from ledger.service.ids import Ids
from ledger.store.vault import Vault

CONTINUED = frozenset({"decision", "meeting", "rotation", "indicator", "contract", "transfer"})
"""Nouns whose acts may name what an earlier act created: a proposal is adopted under its own id."""


def completed(command: Command, ids: Ids, today: date) -> Command:
    """Fills what the ledger can know by itself: the day, a free id, the only convention."""
    covered = command.covers()
    fact = covered[1] if covered else command.on or today  # a payment is numbered in the year it was made
    changes: dict[str, Any] = {} if command.on else {"on": today}
    for item in fields(type(command)):
        mark = item.mark
        if mark is None or getattr(command, item.name) is not None:
            continue
        if mark.new and mark.what == "ref":
            changes[item.name] = ids.propose(mark.noun, fact, name=getattr(command, "name", None))
        elif mark.sole and len(candidates := ids.all(mark.noun)) == 1:
            changes[item.name] = candidates[0]
    return command.model_copy(update=changes) if changes else command


class Checker:
    """Checks references against the ids of a unit of work.

    Args:
        ids: those that exist.
        vault: to suggest handles.
    """

    def __init__(self, ids: Ids, vault: Vault) -> None:
        self._ids = ids
        self._vault = vault

    def checked(self, command: Command, freed: Collection[str] = ()) -> Command:
        """Every id that the command mentions exists, has the right noun, and is spelled as recorded.

        Args:
            freed: keys of ids that may be given again: the act that gave them is being decided anew.

        Raises:
            UnknownId: with the nearest id that exists.
            Refused: DUPLICATE, when a new id is taken.
        """
        found: dict[tuple[str | int, ...], str] = {}
        for reference in references(command):
            known = self._resolve(reference)
            if known != reference.value:
                found[reference.path] = known
        for item in fields(type(command)):
            wanted = getattr(command, item.name)
            if item.mark and item.mark.new and wanted and id_key(wanted) not in freed:
                self._check_new(wanted, item.mark)
        return _respelled(command, found) if found else command

    def _resolve(self, reference: Reference) -> str:
        wanted, mark = reference.value, reference.mark
        if (mark.what == "person" or mark.noun == "any") and (person := self._ids.person(wanted)):
            return person
        entry = self._ids.noun_of(wanted)
        if entry and mark.what != "person" and mark.noun in ("any", "", entry[0]):
            return entry[1]
        raise self._unknown(wanted, mark, entry)

    def unknown_person(self, wanted: str) -> UnknownId:
        """What is said of somebody who is not registered, with the nearest handle."""
        return self._unknown(wanted, As("person"), None)

    def _unknown(self, wanted: str, mark: As, entry: tuple[str, str] | None) -> UnknownId:
        noun = "person" if mark.what == "person" else mark.noun
        if entry:
            return UnknownId(
                N_("“{id}” is a {found_noun}; a {noun} is needed here."),
                id=wanted,
                found_noun=entry[0],
                noun=noun,
            )
        meant = near(wanted, self._candidates(noun), cutoff=0.5)
        return UnknownId(
            N_("Nothing is called “{id}”.") if noun in ("", "any") else N_("No {noun} is called “{id}”."),
            N_("“{near}”?") if meant else N_("see what exists with: ledger status, or register it first"),
            id=wanted,
            noun=noun,
            near=meant,
        )

    def _candidates(self, noun: str) -> list[str]:
        if noun == "person":
            return [card.handle for card in self._vault.people() if card.handle]
        return list(self._ids.all(noun))

    def _check_new(self, wanted: str, mark: As) -> None:
        entry = self._ids.noun_of(wanted)
        if entry and entry[0] == mark.noun and mark.noun in CONTINUED:
            return
        if entry or self._ids.person(wanted):
            raise Refused(
                "DUPLICATE",
                N_("“{id}” is taken already."),
                N_("choose another id, or leave it out: the ledger proposes one"),
                id=wanted,
            )


def _respelled(message: BaseModel, found: dict[tuple[str | int, ...], str]) -> Any:
    """The message with the values at these paths replaced."""
    changes: dict[str, Any] = {}
    for path, value in found.items():
        name, rest = str(path[0]), path[1:]
        current = changes.get(name, getattr(message, name))
        changes[name] = _at(current, rest, value)
    return message.model_copy(update=changes)


def _at(current: Any, path: tuple[str | int, ...], value: str) -> Any:
    if not path:
        return value
    if isinstance(current, BaseModel):
        return _respelled(current, {path: value})
    index = int(path[0])
    return (*current[:index], _at(current[index], path[1:], value), *current[index + 1 :])
