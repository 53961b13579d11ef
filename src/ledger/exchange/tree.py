"""What a member wrote, as a tree of texts that know their place. Lives as long as the reading of its file.

Made from a file by `documents.py`, or from the options of one command. Tables stand in literal blocks
(`|`), one row a line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ledger.kernel.errors import Place, UsageError
from ledger.language.catalogue import N_


class Scalar(NamedTuple):
    """A text. `lines` are set for literal blocks: each line with its place in the file."""

    text: str
    place: Place
    lines: tuple[tuple[str, Place], ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is written after the key."""
        return not self.text.strip()


class Sequence(NamedTuple):
    """A list, written with dashes or in brackets."""

    items: tuple[Node, ...]
    place: Place


class Mapping(NamedTuple):
    """Keys and what they say, in the order of the file."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place


Node = Scalar | Sequence | Mapping


class Table(NamedTuple):
    """A header and rows of cells; each row has as many cells as the header."""

    header: tuple[Scalar, ...]
    rows: tuple[tuple[Scalar, ...], ...]


def table(scalar: Scalar) -> Table:
    """The table in a literal block: a header, then rows, cells separated by `|`.

    A line that begins with `#` is a comment; a line of dashes under the header is accepted. A short
    row is completed with empty cells. Where the header begins with `|`, so may the rows; elsewhere a row
    that begins with it has an empty first cell, unless it ends with one too and would be too long.

    Raises:
        UsageError: the text is no block, has no header, or a row has more cells than the header.
    """
    if not scalar.lines:
        raise UsageError(
            N_("A table is expected: “|” after the key, then one row a line."),
            N_("ledger template minutes, to see one"),
            place=scalar.place,
        )
    kept = [(text, place) for text, place in scalar.lines if not re.match(r"\s*#|[\s|:+-]+$", text)]
    if not kept:
        return Table((), ())
    framed = kept[0][0].lstrip().startswith("|")
    header = _cells(*kept[0], framed=framed)
    rows = [_row(text, place, len(header), framed=framed) for text, place in kept[1:]]
    for row in rows:
        extra = next((cell for cell in row[len(header) :] if not cell.empty), None)
        if extra:
            raise UsageError(
                N_("This row has {count} cells, its header {columns}."),
                N_("check the “|”, or add a column to the header"),
                place=extra.place,
                count=len(row),
                columns=len(header),
            )
    return Table(tuple(header), tuple(_completed(row, len(header)) for row in rows))


def _row(text: str, place: Place, width: int, *, framed: bool) -> list[Scalar]:
    cells = _cells(text, place, framed=framed)
    between = text.strip().startswith("|") and text.strip().endswith("|")
    return _cells(text, place, framed=True) if between and len(cells) > width else cells


def _cells(text: str, place: Place, *, framed: bool) -> list[Scalar]:
    """The cells of a row, each with the place of its first character."""
    offset = len(text) - len(text.lstrip())
    line = text.strip()
    if framed and line.startswith("|"):
        line, offset = line[1:], offset + 1
    line = line.removesuffix("|")
    cells = []
    for part in line.split("|"):
        lead = len(part) - len(part.lstrip()) if part.strip() else min(1, len(part))
        cells.append(Scalar(part.strip(), place._replace(column=place.column + offset + lead)))
        offset += len(part) + 1
    return cells


def _completed(row: list[Scalar], width: int) -> tuple[Scalar, ...]:
    last = row[-1].place
    return (*row[:width], *(Scalar("", last) for _ in range(width - len(row))))
