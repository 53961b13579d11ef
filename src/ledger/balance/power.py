"""What the rules give to each voice: how often it is the one that decides, and how easily the body decides.

Computed from the consortium's state when rules change, or when asked; kept nowhere. It compares rules
and forecasts nothing: nobody is supposed to vote in one way or another, and everybody to vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple, Protocol, cast

from ledger.balance import measures
from ledger.decisions.voting import Electors, threshold

MOST_COALITIONS = 100_000
"""Beyond so many different coalitions nothing is computed: it would take minutes."""


class Body(Protocol):
    """The consortium's seats and rules: its state, or what the tables tell of them (`body.py`)."""

    @property
    def consortium_kind(self) -> str: ...

    def seats(self, on: date) -> Sequence[Any]: ...

    def rule(self, name: str, on: date) -> Any: ...

    def method_rule(self, method: str, on: date) -> Any: ...


class Class(NamedTuple):
    """Seats that count alike: of one college, of one weight."""

    college: str | None
    weight_bp: int
    holders: tuple[str, ...]


class Voice(NamedTuple):
    """What the rules give to one seat.

    Attributes:
        part: its part of all the votes.
        banzhaf: its part of the cases in which one voice decides.
        shapley_shubik: how often, if all come in any order, it is the one that makes the vote pass.
        veto: nothing passes without it.
    """

    holder: str
    college: str | None
    part: Fraction
    banzhaf: Fraction
    shapley_shubik: Fraction
    veto: bool


class Power(NamedTuple):
    """The power that rules give on a day.

    Attributes:
        threshold_bp: the part of the votes that is needed; None for a consent.
        voices: in the order of the register.
        to_act: of all ways to answer yes or no, the part that adopts (Coleman).
    """

    method: str
    threshold_bp: int | None
    voices: tuple[Voice, ...]
    to_act: Fraction


def power(body: Body, on: date) -> Power | None:
    """The power of each voice by the usual method on a day.

    Returns:
        None when the body gives opinions only, when nobody has a seat, or when the seats differ too much
        to compute it.
    """
    seats = body.seats(on)
    classes = _classes(seats)
    if body.consortium_kind == "advisory" or not seats:
        return None
    if prod(len(each.holders) + 1 for each in classes) > MOST_COALITIONS:
        return None
    method = body.rule("method", on)
    threshold_bp = threshold(method, cast("Electors", body), on)
    parts = _parts(classes, {college.college: college for college in body.rule("colleges", on)})
    found = measures.class_power(
        [len(each.holders) for each in classes],
        _wins(classes, parts, method, threshold_bp, body.rule("colleges", on)),
    )
    voices = {
        holder: Voice(
            holder, each.college, part, found.banzhaf[index], found.shapley_shubik[index], found.veto[index]
        )
        for index, (each, part) in enumerate(zip(classes, parts, strict=True))
        for holder in each.holders
    }
    return Power(method, threshold_bp, tuple(voices[seat.seat_id] for seat in seats), found.power_to_act)


def _classes(seats: Sequence[Any]) -> list[Class]:
    kinds: dict[tuple[str | None, int], list[str]] = {}
    for seat in seats:
        kinds.setdefault((seat.college, seat.weight_bp), []).append(seat.seat_id)
    return [Class(college, weight, tuple(holders)) for (college, weight), holders in kinds.items()]


def _parts(classes: Sequence[Class], colleges: dict[str, Any]) -> list[Fraction]:
    """The part of all the votes that one seat of each class has: of its college's part, if that weighs."""
    inside: Counter[str | None] = Counter()
    for each in classes:
        inside[each.college] += each.weight_bp * len(each.holders)
    weighs = {name: college.weight_bp for name, college in colleges.items() if college.weight_bp}
    if weighs:
        present = sum(weighs.get(name or "", 0) for name in inside)
        return [
            Fraction(
                weighs.get(each.college or "", 0) * each.weight_bp, (present * inside[each.college]) or 1
            )
            for each in classes
        ]
    return [Fraction(each.weight_bp, inside.total() or 1) for each in classes]


def _wins(
    classes: Sequence[Class],
    parts: Sequence[Fraction],
    method: str,
    threshold_bp: int | None,
    colleges: Sequence[Any],
) -> Callable[[tuple[int, ...]], bool]:
    """Whether a coalition, told by how many of each class it holds, adopts."""
    sizes = tuple(len(each.holders) for each in classes)
    if threshold_bp is None:
        return lambda counts: counts == sizes
    demanding = [college for college in colleges if college.threshold_bp is not None]

    def reaches(share: Fraction, needed_bp: int) -> bool:
        needed = Fraction(needed_bp, 10_000)
        return share >= needed if method == "qualified_majority" else share > needed

    def wins(counts: tuple[int, ...]) -> bool:
        share = sum((part * count for part, count in zip(parts, counts, strict=True)), Fraction(0))
        return reaches(share, threshold_bp) and all(
            reaches(_within(college.college, classes, counts), college.threshold_bp) for college in demanding
        )

    return wins


def _within(college: str, classes: Sequence[Class], counts: tuple[int, ...]) -> Fraction:
    """The part of a college's own votes."""
    inside = [(each, count) for each, count in zip(classes, counts, strict=True) if each.college == college]
    whole = sum(each.weight_bp * len(each.holders) for each, _count in inside)
    return Fraction(sum(each.weight_bp * count for each, count in inside), whole or 1)
