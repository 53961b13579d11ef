"""A document as plain values: a title and sections of sentences, figures, tables and bars.

Owns the shape that every report shares. Figures are gathered and put into words once; a terminal
(`cli/paper.py`), a page and a file to print (`pages/paper.py`) only lay them out. Nothing here names
a person: a document is made to be given away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["plain", "head", "soft", "good", "watch", "reserve"]


@dataclass(frozen=True)
class Ref:
    """A thing of the ledger by its id; where pages are served, it leads to its page."""

    id: str
    text: str


Cell = str | Ref


@dataclass(frozen=True)
class Words:
    """A paragraph. `head` titles what follows; `watch` asks for a look; `reserve` says what is not proven."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Facts:
    """Short facts, each with its name."""

    rows: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True)
class Grid:
    """A table.

    Args:
        heads: names of the columns.
        rows: cells, as many as heads.
        right: positions of the columns that hold figures.
        last: a row of sums; None without one.
        named: the column that names each row.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: frozenset[int] = frozenset()
    last: tuple[Cell, ...] | None = None
    named: int = 0


@dataclass(frozen=True)
class Bars:
    """Parts of a whole side by side: name, part (0 to 1) and what it says in words."""

    rows: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True)
class Items:
    """A list."""

    rows: tuple[Cell, ...]


@dataclass(frozen=True)
class Blank:
    """Room for a hand to write, on paper."""

    label: str
    lines: int = 2


Block = Words | Facts | Grid | Bars | Items | Blank


@dataclass(frozen=True)
class Section:
    """A title and what stands under it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """What a reader is handed.

    Args:
        kicker: what kind of document it is.
        title: what it is about.
        lead: one sentence under the title.
        foot: what it was computed from, so that it can be checked.
    """

    kicker: str
    title: str
    lead: str
    sections: tuple[Section, ...]
    foot: str = ""


def section(title: str, *blocks: Block | None) -> Section | None:
    """A section of the blocks that there are; None when there are none."""
    found = tuple(block for block in blocks if block is not None)
    return Section(title, found) if found else None


def sections(*found: Section | None) -> tuple[Section, ...]:
    """Those that there are."""
    return tuple(each for each in found if each is not None)


def grid(
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    right: Iterable[int] = (),
    last: Sequence[Cell] | None = None,
    named: int = 0,
) -> Grid | None:
    """A table; None without rows."""
    found = tuple(tuple(row) for row in rows)
    if not found:
        return None
    return Grid(tuple(heads), found, frozenset(right), tuple(last) if last else None, named)


def facts(*rows: tuple[str, Cell | None]) -> Facts | None:
    """Facts, those left out that have no value."""
    found = tuple((name, value) for name, value in rows if value)
    return Facts(found) if found else None


def items(rows: Iterable[Cell]) -> Items | None:
    """A list; None when it is empty."""
    found = tuple(rows)
    return Items(found) if found else None
