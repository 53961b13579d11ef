"""How a file that was recorded before differs from what it said then."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ledger.exchange import keys
from ledger.exchange.acts import Act
from ledger.language import formats, terms
from ledger.language.catalogue import language


class Edits(NamedTuple):
    """How a file differs from what it said when it was recorded.

    Attributes:
        new: acts to record.
        changed: acts that say something else now at the same position.
        removed: positions that the file no longer has.
        unchanged: how many acts say what they said.
    """

    new: tuple[Act, ...]
    changed: tuple[Act, ...]
    removed: tuple[str, ...]
    unchanged: int


def compare(acts: Iterable[Act], recorded: Mapping[str, str]) -> Edits:
    """What changed in a file since it was recorded.

    An act that merely moved (one was inserted above it) is unchanged: those left over after matching
    positions are matched by what they say.

    Args:
        acts: the file's acts now.
        recorded: digest by position, as recorded.
    """
    acts = list(acts)
    same = {act.position for act in acts if recorded.get(act.position) == act.digest}
    moved = Counter(digest for position, digest in recorded.items() if position not in same)
    left: list[Act] = []
    for act in acts:
        if act.position in same:
            continue
        if moved[act.digest] > 0:
            moved[act.digest] -= 1
            continue
        left.append(act)
    gone = [
        position for position, digest in recorded.items() if position not in same and _take(moved, digest)
    ]
    changed = [act for act in left if act.position in gone]
    replaced = {act.position for act in changed}
    return Edits(
        tuple(act for act in left if act.position not in gone),
        tuple(changed),
        tuple(position for position in gone if position not in replaced),
        len(acts) - len(left),
    )


def written(position: str, called: Callable[[str], str]) -> str:
    """A position in the words of a file: `hours.2024-02.P-588f4e66.commons` is `heures février 2024, coord, communs`.

    Args:
        position: as `Act.position`.
        called: what a member calls the thing behind an id.
    """
    section, *rest = position.split(".")
    if section in keys.ACTS:
        head = keys.ACTS[section] if language() == "fr" else section
    else:
        head = keys.french(section) if language() == "fr" else section
    if section == "hours" and len(rest) > 2:
        month = formats.plain(formats.month(date.fromisoformat(f"{rest[0]}-01")))
        return ", ".join([f"{head} {month}", called(rest[1]), terms.label(rest[2])])
    words = ("objections" if part == "settled" else part for part in rest if part not in _STEPS)
    return " ".join([head, *map(called, words)])


_STEPS = frozenset({"opened", "amended", "decided"})
"""What a matter of the minutes took on its way, in positions only."""


def _take(counts: Counter[str], key: str) -> bool:
    counts[key] -= 1
    return counts[key] >= 0
