"""What a file may ask of the ledger that it will be recorded in. The service answers; nothing is kept.

A file that creates ids should be read inside the write lock: the ids proposed here are free only as
long as nobody else writes.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from ledger.exchange.keys import folded


class RotationCard(NamedTuple):
    """A rotation, as far as a file needs it."""

    id: str
    name: str
    period: str


class ObjectionCard(NamedTuple):
    """An objection raised before: who raised it (a person, a lieu), and the days on which it stood."""

    id: str
    parties: tuple[str | None, ...]
    raised_on: date
    settled_on: date | None = None


class DecisionCard(NamedTuple):
    """A decision that the ledger knows: the file that first spoke of it, and its objections."""

    file: str | None
    objections: tuple[ObjectionCard, ...] = ()


class Context(Protocol):
    """The ledger as a file sees it."""

    @property
    def today(self) -> date:
        """The day of recording; for a file recorded before, the day it was first recorded."""

    @property
    def latest(self) -> date:
        """The last day on which something can have happened; later than today where a demo plays."""

    @property
    def language(self) -> str:
        """The language of a file whose own keys do not tell."""

    @property
    def day_minutes(self) -> int:
        """Minutes of a working day, as the rules in force say."""

    @property
    def secret(self) -> bytes:
        """A random secret of the vault: keeps digests of texts about people from being guessed."""

    def person(self, handle: str) -> str | None:
        """The opaque id behind a handle (or an opaque id itself); None when nobody has it."""

    def handles(self) -> Iterable[str]:
        """Every handle, to suggest the near one."""

    def erased(self) -> Sequence[str]:
        """Opaque ids of the people whom the vault forgot: all that is left to call them by."""

    def noun_of(self, id: str) -> tuple[str, str] | None:
        """Noun and recorded spelling of an id, compared without case; None when nothing has it."""

    def names(self, noun: str) -> Mapping[str, str]:
        """Ids of a noun with the names people use for them (the id itself when there is none)."""

    def lines(self) -> Collection[str]:
        """Short names of the lines in the plans of running conventions."""

    def rotations(self) -> Sequence[RotationCard]:
        """The rotations set so far."""

    def convened(self, on: date) -> Sequence[tuple[str, str]]:
        """Id and kind of the meetings convened for that day and not yet held."""

    def decision(self, id: str) -> DecisionCard | None:
        """What the ledger knows of a decision; None when nobody proposed it yet."""

    def next_id(self, noun: str, on: date, taken: Collection[str]) -> str:
        """A free id (`D-2024-007`), none of those already given in this file."""

    def introduced(self, file: str, position: str) -> str | None:
        """The id that this act of this file introduced when it was recorded before."""


_ARTICLES = ("le ", "la ", "les ", "the ")
_ARTICLE = re.compile(rf"^(?:{'|'.join(_ARTICLES)}|l')")


def matches(word: str, names: Mapping[str, str]) -> list[str]:
    """The ids that a word means: the id or the name, else the name without its article, else a part of it.

    `Fabrique` means `la Fabrique`; several ids are returned when a part fits several names.
    """
    wanted = folded(word)
    if f"{wanted} " in _ARTICLES:
        return []
    short = _ARTICLE.sub("", wanted)
    whole = {each: {folded(each), folded(name)} for each, name in names.items()}
    degrees: tuple[Callable[[set[str]], bool], ...] = (
        lambda spellings: wanted in spellings,
        lambda spellings: short in {_ARTICLE.sub("", each) for each in spellings},
        lambda spellings: any(f" {short} " in f" {each} " for each in spellings),
        lambda spellings: len(short) >= 3 and any(f" {short}" in f" {each}" for each in spellings),
    )
    for fits in degrees:
        found = [each for each, spellings in whole.items() if fits(spellings)]
        if found:
            return found
    return []
