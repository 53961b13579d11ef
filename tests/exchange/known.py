"""What the ledger knows, as tests of reading write it down."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.exchange.context import DecisionCard, RotationCard
from ledger.kernel.spelling import id_key


@dataclass
class Known:
    """A context held in memory, written by hand.

    Args:
        people: handles and the opaque ids behind them.
        things: id to (noun, name).
        earlier: (file, position) to the id introduced then.
    """

    today: date
    latest: date = date(2024, 12, 31)
    language: str = "fr"
    day_minutes: int = 420
    secret: bytes = b""
    people: Mapping[str, str] = field(default_factory=dict)
    things: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    plan_lines: Collection[str] = ()
    rotation_cards: Sequence[RotationCard] = ()
    meetings_convened: Mapping[date, Sequence[tuple[str, str]]] = field(default_factory=dict)
    decisions: Mapping[str, DecisionCard] = field(default_factory=dict)
    forgotten: Sequence[str] = ()
    earlier: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._handles = {id_key(handle): person for handle, person in self.people.items()}
        self._ids = {id_key(known): (noun, known) for known, (noun, _) in self.things.items()}

    def person(self, handle: str) -> str | None:
        return handle if handle in self.people.values() else self._handles.get(id_key(handle))

    def handles(self) -> Iterable[str]:
        return self.people

    def erased(self) -> Sequence[str]:
        return self.forgotten

    def noun_of(self, id: str) -> tuple[str, str] | None:
        return self._ids.get(id_key(id))

    def names(self, noun: str) -> Mapping[str, str]:
        return {known: name for known, (kind, name) in self.things.items() if kind == noun}

    def lines(self) -> Collection[str]:
        return self.plan_lines

    def rotations(self) -> Sequence[RotationCard]:
        return self.rotation_cards

    def convened(self, on: date) -> Sequence[tuple[str, str]]:
        return self.meetings_convened.get(on, ())

    def decision(self, id: str) -> DecisionCard | None:
        return self.decisions.get(id)

    def next_id(self, noun: str, on: date, taken: Collection[str]) -> str:
        if noun == "meeting":
            return self._free((f"M-{on}", *(f"M-{on}-{n}" for n in range(2, 1000))), taken)
        prefix = f"{noun[:1].upper()}-{on.year}-"
        return self._free((f"{prefix}{n:03d}" for n in range(1, 10_000)), taken)

    def _free(self, candidates: Iterable[str], taken: Collection[str]) -> str:
        return next(each for each in candidates if each not in taken and not self.noun_of(each))

    def introduced(self, file: str, position: str) -> str | None:
        return self.earlier.get((file, position))
