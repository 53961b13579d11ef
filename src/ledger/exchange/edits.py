"""How a file that was recorded before differs from what it said then."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.exchange.acts import Act


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


def _take(counts: Counter[str], key: str) -> bool:
    counts[key] -= 1
    return counts[key] >= 0
