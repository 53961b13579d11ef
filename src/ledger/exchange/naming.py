"""Which act somebody means who does not call it by one of its names."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.exchange import keys
from ledger.vocabulary import ACTS, Act

FEW = 4
"""Names that are proposed at once."""

_SURE = 0.85
"""As much alike, it is a slip of the hand."""


def spellings(act: Act) -> tuple[str, ...]:
    """What an act is called: its verb on the command line, its names in files, its verb in French."""
    french = keys.ACTS[act.act]
    return act.verb, act.act, french, french.partition("-")[0]


def meant(word: str, among: Iterable[Act] | None = None, cutoff: float = 0.6) -> list[Act]:
    """The acts that are called so, else those that are called almost so, nearest first.

    Args:
        word: what was typed, in French or English.
        among: all of them by default.
        cutoff: how much alike, see `kernel.spelling.near`.
    """
    from difflib import get_close_matches

    called: dict[str, list[Act]] = {}
    for act in ACTS.values() if among is None else among:
        for spelling in spellings(act):
            called.setdefault(keys.folded(spelling), []).append(act)
    wanted = keys.folded(word)
    sure = [wanted] if wanted in called else get_close_matches(wanted, called, 1, _SURE)
    close = sure or get_close_matches(wanted, called, FEW, cutoff)
    return list({act.act: act for spelling in close for act in called[spelling]}.values())[:FEW]
