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
    """The known word that looks most like this one, as it is written; None when none does.

    Args:
        cutoff: how much alike they must be, from 0 to 1 (`difflib.SequenceMatcher.ratio`).
        fold: the form in which they are compared.
    """
    from difflib import get_close_matches  # here: only a mistake needs it

    spellings: dict[str, str] = {}
    for each in known:
        spellings.setdefault(fold(each), each)
    close = get_close_matches(fold(word), spellings, n=1, cutoff=cutoff)
    return spellings[close[0]] if close else None
