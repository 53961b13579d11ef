"""Ids inside a unit of work: which exist, what they name, and which are free."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from ledger.kernel.spelling import id_key
from ledger.store.log import Writer
from ledger.store.vault import Vault

PREFIXES = {
    "organisation": "O",
    "rules": "RG",
    "role": "R",
    "rotation": "ROT",
    "meeting": "M",
    "decision": "D",
    "objection": "OB",
    "task": "T",
    "convention": "C",
    "instalment": "I",
    "allocation": "A",
    "expense": "E",
    "review": "RV",
    "call": "AP",
    "application": "CA",
    "commitment": "EN",
    "transfer": "VI",
    "in_kind": "IK",
    "report": "RP",
    "indicator": "IN",
    "lesson": "L",
    "contract": "AC",
    "group": "K",
}

LONGEST = 40
"""Characters of an id that comes from a name: more is tiring to type."""

NAMED = frozenset({"organisation", "lieu", "rotation"})
"""Nouns whose ids come from their names."""


class Ids:
    """Ids recorded before, and those introduced by the unit so far.

    Args:
        writer: the open write transaction.
        vault: knows people by their handles.
    """

    def __init__(self, writer: Writer, vault: Vault) -> None:
        self._writer = writer
        self._vault = vault
        self._introduced: dict[str, tuple[str, str]] = {}
        self._counters: dict[tuple[str, str], int] = {}

    def introduce(self, introduced: Iterable[tuple[str, str]]) -> None:
        """Take note of the (noun, id) pairs that an accepted event brings into being."""
        for noun, name in introduced:
            self._introduced[id_key(name)] = (noun, name)

    def mark(self) -> dict[str, tuple[str, str]]:
        """What was introduced so far; `back_to` forgets what came later."""
        return dict(self._introduced)

    def back_to(self, mark: dict[str, tuple[str, str]]) -> None:
        """Forget what was introduced since the mark."""
        self._introduced = mark

    def noun_of(self, wanted: str) -> tuple[str, str] | None:
        """Noun and spelling of an id, whether recorded or introduced by the unit."""
        return self._introduced.get(id_key(wanted)) or self._writer.noun_of(wanted)

    def person(self, wanted: str) -> str | None:
        """The opaque id behind a handle or an opaque id; None when nobody has it."""
        entry = self.noun_of(wanted)
        return entry[1] if entry and entry[0] == "person" else self._vault.by_handle(wanted)

    def all(self, noun: str) -> list[str]:
        """Every id of a noun, oldest first."""
        return [*self._writer.ids(noun), *(i for n, i in self._introduced.values() if n == noun)]

    def propose(self, noun: str, on: date, taken: Collection[str] = (), name: str | None = None) -> str:
        """A free id, none of those already promised.

        Things with a name get it, meetings their day; everything else is numbered within its year.
        """
        if noun in NAMED and name:
            return self._free(first_words(slug(name)), taken)
        if noun == "meeting":
            return self._free(f"M-{on.isoformat()}", taken)
        while (candidate := self._next(noun, on.year)) in taken:
            continue
        return candidate

    def _free(self, base: str, taken: Collection[str]) -> str:
        candidate, number = base, 2
        while candidate in taken or self.noun_of(candidate):
            candidate, number = f"{base}-{number}", number + 1
        return candidate

    def _next(self, noun: str, year: int) -> str:
        prefix = f"{PREFIXES.get(noun, noun[:1].upper())}-{year}-"
        key = (noun, prefix)
        if key not in self._counters:
            last = self._writer.last_id(noun, prefix)
            tail = last[len(prefix) :] if last else ""
            self._counters[key] = int(tail) if tail.isdigit() else 0
        while True:
            self._counters[key] += 1
            candidate = f"{prefix}{self._counters[key]:03d}"
            if not self.noun_of(candidate):
                return candidate


def slug(name: str) -> str:
    """A name as an id would be: `La Verrerie` gives `la-verrerie`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "x"


def first_words(slug: str) -> str:
    """As many whole words of it as an id should have; a word that is too long by itself is cut."""
    if len(slug) <= LONGEST:
        return slug
    return slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
