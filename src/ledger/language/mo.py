"""Reads a compiled catalogue of GNU gettext where it lies, message by message.

The standard library parses all of a file before the first message is asked for: a tenth of a report's time
for some sixty messages of three thousand. The file stays the standard one, and says the same either way.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from gettext import NullTranslations, c2py
from pathlib import Path
from struct import unpack_from

_LITTLE_ENDIAN = 0x950412DE
_PLURAL = "plural="


class Catalogue(NullTranslations):
    """The messages of one `.mo`: a table of originals in the order of their bytes, and one of what they become.

    Args:
        path: the file, as `compiling` writes it.

    Raises:
        OSError: it cannot be read, or is no such file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._bytes = path.read_bytes()
        magic, _revision, self._count, self._originals, self._translations = unpack_from("<5I", self._bytes)
        if magic != _LITTLE_ENDIAN:
            raise OSError(f"{path} is not a compiled catalogue")

    def gettext(self, message: str) -> str:
        return (self._forms(message) or [message])[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms = self._forms(msgid1) or ()
        return forms[self._form_of(n)] if len(forms) > 1 else msgid1 if n == 1 else msgid2

    def pgettext(self, context: str, message: str) -> str:
        return (self._forms(f"{context}\x04{message}") or [message])[0]

    def _forms(self, original: str) -> list[str] | None:
        """What a message becomes, in the singular and in the plural if it has one; None when it is not there."""
        wanted = original.encode(errors="replace")
        place = bisect_left(range(self._count), wanted, key=self._original)
        if not wanted or place == self._count or self._original(place) != wanted:
            return None
        return self._text(self._translations, place).decode().split("\0")

    def _original(self, place: int) -> bytes:
        return self._text(self._originals, place).partition(b"\0")[0]

    def _text(self, table: int, place: int) -> bytes:
        length, start = unpack_from("<2I", self._bytes, table + 8 * place)
        return self._bytes[start : start + length]

    @cached_property
    def _form_of(self) -> Callable[[int], int]:
        """Which form a number takes: the rule stands in the header, the message of the empty text."""
        header = self._text(self._translations, 0).decode()
        return c2py(header.partition(_PLURAL)[2].partition("\n")[0].rstrip(";"))
