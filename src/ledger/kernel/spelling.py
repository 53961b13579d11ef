"""How text and ids are spelled: what is stored, and what two ids are compared by.

Plain functions, apart from `values.py`, so that reading a ledger never waits for pydantic.
"""

from __future__ import annotations

import unicodedata

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
