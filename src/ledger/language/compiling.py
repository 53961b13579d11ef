"""Catalogues for translators: `python -m ledger.language.compiling` writes every `.mo` from its `.po`.

It first sets the spaces of French in the `.po`: nobody types U+00A0. Run by engineers, never by members:
Babel is imported here only. `--check` says what is not current, and changes nothing.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from ledger.language.catalogue import LOCALE
from ledger.language.formats import NBSP

_NO_DATE = datetime(2024, 1, 1, tzinfo=UTC)
"""The `.po` files are the history; a date of compilation would only make two equal files differ."""


def compiled(po: Path) -> bytes:
    """The bytes of a domain's `.mo`; the same `.po` always gives the same bytes.

    Raises:
        babel.messages.pofile.PoFileError: the `.po` is not well formed.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        catalog = read_po(file, locale=po.parent.parent.name, domain=po.stem, abort_invalid=True)
    catalog.creation_date = catalog.revision_date = _NO_DATE
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


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
    """The `.po` files whose spaces are not set, or whose `.mo` is missing or says something else."""
    return [po for po in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]


def _is_stale(po: Path) -> bool:
    mo, text = po.with_suffix(".mo"), po.read_text(encoding="utf-8")
    return spaced(text) != text or not mo.exists() or _messages(mo.read_bytes()) != _messages(compiled(po))


def _messages(mo: bytes) -> dict[object, object]:
    """What a compiled catalogue says, whichever version compiled it."""
    from babel.messages.mofile import read_mo

    return {
        (message.context, str(message.id)): message.string for message in read_mo(BytesIO(mo)) if message.id
    }


def main(arguments: list[str]) -> int:
    """Write what is stale, or only say it with `--check` (exit 1 when something is)."""
    late = stale()
    for po in late:
        print(po.name if "--check" in arguments else f"{po.name} → {po.with_suffix('.mo').name}")
        if "--check" not in arguments:
            po.write_text(spaced(po.read_text(encoding="utf-8")), encoding="utf-8")
            po.with_suffix(".mo").write_bytes(compiled(po))
    return 1 if late and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
