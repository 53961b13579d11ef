"""Catalogues for translators: `python -m ledger.language.compiling` makes one `.mo` of a language's `.po`.

It first sets the spaces of French in the `.po`: nobody types U+00A0. Run by engineers, never by members:
Babel is imported here only. `--check` says what is not current, and changes nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.language.catalogue import LOCALE
from ledger.language.formats import NBSP

if TYPE_CHECKING:
    from babel.messages.catalog import Message

_NO_DATE = datetime(2024, 1, 1, tzinfo=UTC)
"""The `.po` files are the history; a date of compilation would only make two equal files differ."""


def catalogues(folder: Path) -> dict[Path, list[Path]]:
    """The `.mo` of a language's folder, and the `.po` that each is made of: one of all rooms, and click's own."""
    rooms = sorted(folder.glob("*.po"))
    alone = {po.with_suffix(".mo"): [po] for po in rooms if po.stem == "click"}
    return {folder / "ledger.mo": rooms, **alone}


def compiled(rooms: Sequence[Path]) -> bytes:
    """The bytes of a `.mo`; the same `.po` always give the same bytes, sorted by the bytes of the original.

    Raises:
        babel.messages.pofile.PoFileError: a `.po` is not well formed.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    whole = Catalog(locale=rooms[0].parent.parent.name, creation_date=_NO_DATE, revision_date=_NO_DATE)
    for po in rooms:
        with po.open("rb") as file:
            for message in read_po(file, locale=whole.locale, abort_invalid=True):
                if message.id and message.string:
                    whole.add(_in_context(message), message.string)
    out = BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def _in_context(message: Message) -> str | tuple[str, ...]:
    """The original as the file spells it: Babel would sort a message without regard to its context."""
    if not message.context:
        return message.id if isinstance(message.id, str) else tuple(message.id)
    return f"{message.context}\x04{message.id}"


def spaced(text: str) -> str:
    """A `.po` whose translations have the signs of French: U+00A0 before ; : ! ? » % and after «, and '."""
    lines = text.split("\n")
    french = False
    for number, line in enumerate(lines):
        french = line.startswith("msgstr") or (french and line.startswith('"'))
        if french:
            plain = line.replace("\u202f", NBSP).replace("\u2019", "'")
            lines[number] = re.sub(r" (?=[;:!?»%])|(?<=«) ", NBSP, plain)
    return "\n".join(lines)


def stale(locale: Path = LOCALE) -> list[Path]:
    """The `.po` whose spaces are not set, and the `.mo` that are missing or say something else."""
    spaces = [po for po in sorted(locale.glob("*/LC_MESSAGES/*.po")) if spaced(_text(po)) != _text(po)]
    made = [each for folder in sorted(locale.glob("*/LC_MESSAGES")) for each in catalogues(folder).items()]
    return spaces + [mo for mo, rooms in made if _is_stale(mo, rooms)]


def _is_stale(mo: Path, rooms: Sequence[Path]) -> bool:
    return not mo.exists() or _messages(mo.read_bytes()) != _messages(compiled(rooms))


def _messages(mo: bytes) -> dict[object, object]:
    """What a compiled catalogue says, whichever version compiled it."""
    from babel.messages.mofile import read_mo

    return {
        (message.context, str(message.id)): message.string for message in read_mo(BytesIO(mo)) if message.id
    }


def _text(po: Path) -> str:
    return po.read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write what is stale, or only say it with `--check` (exit 1 when something is)."""
    late = stale()
    for path in late:
        print(path.name)
    if "--check" in arguments:
        return 1 if late else 0
    for folder in {path.parent for path in late}:
        for po in folder.glob("*.po"):
            po.write_text(spaced(_text(po)), encoding="utf-8")
        for mo, rooms in catalogues(folder).items():
            mo.write_bytes(compiled(rooms))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
