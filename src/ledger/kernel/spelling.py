"""How text and ids are spelled: what is stored, and what two ids are compared by.

Plain functions, apart from `values.py`, so that reading a ledger never waits for pydantic.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

MAX_TEXT_BYTES = 64 * 1024


def nfc(text: str) -> str:
    """Normal form C, without control or direction-changing characters.

    Raises:
        ValueError: lone surrogates, NUL, controls other than tab and newline, bidirectional
            overrides, or more than 64 KiB.
    """
    if text.isascii() and text.isprintable() and len(text) <= MAX_TEXT_BYTES:
        return text
    text = unicodedata.normalize("NFC", text)
    for char in text:
        category = unicodedata.category(char)
        if category == "Cs" or (category == "Cc" and char not in "\t\n"):
            raise ValueError("control characters are not text")
        if char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            raise ValueError("characters that change the reading direction are not accepted")
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise ValueError("longer than 64 KiB")
    return text


def id_key(text: str) -> str:
    """The form in which two ids are compared: NFC, lower case."""
    return unicodedata.normalize("NFC", text).casefold()


def near(
    word: str, known: Iterable[str], cutoff: float = 0.6, fold: Callable[[str], str] = id_key
) -> str | None:
    """The known word that this one is a slip of, as it is written; None when there is none.

    Args:
        cutoff: how much alike they must be, from 0 to 1 (`difflib.SequenceMatcher.ratio`).
        fold: the form in which they are compared.

    A slip is one letter in three at most, in the whole or in one of its words: what merely shares letters
    with something known is another word, and naming that would mislead.
    """
    from difflib import get_close_matches  # here: only a mistake needs it

    spellings: dict[str, str] = {}
    for each in known:
        spellings.setdefault(fold(each), each)
    wanted = fold(word)
    slips = max(1, len(wanted) // 3)
    for close in get_close_matches(wanted, spellings, n=5, cutoff=cutoff):
        if any(distance(wanted, part) <= slips for part in (close, *_long_words(close))):
            return spellings[close]
    return None


def _long_words(text: str) -> list[str]:
    return [part for part in text.replace("-", " ").replace("'", " ").split() if len(part) > 3]


def distance(one: str, other: str) -> int:
    """How many letters were missed, added, changed or swapped with the next (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, opposite in enumerate(other, start=1):
            cost = min(row[-1] + 1, last[j] + 1, last[j - 1] + (letter != opposite))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
