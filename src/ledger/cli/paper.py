"""Lays out a document in a terminal of 80 columns, and writes it as a file to print."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import click

from ledger.cli.shared import WIDTH, say, table, wrapped
from ledger.kernel.errors import StorageFailure
from ledger.language.catalogue import N_, _
from ledger.reports.document import Bars, Blank, Block, Cell, Document, Facts, Grid, Items, Ref, Words

BAR = 24
"""Columns that a whole bar takes."""


def hand_over(document: Document, path: Path | None, db: sqlite3.Connection) -> None:
    """Print a document, or write it as a file that any browser prints.

    Raises:
        StorageFailure: the file cannot be written.
    """
    if path is None:
        tell(document)
        return
    from ledger.pages.paper import alone
    from ledger.pages.shell import consortium

    try:
        path.write_text(alone(document, consortium(db)), encoding="utf-8")
    except OSError as error:
        raise StorageFailure(
            N_("The file {path} cannot be written ({detail}); the log is not concerned."),
            N_("Check the disk and the rights on the folder, then try again."),
            path=str(path),
            detail=error,
        ) from error
    click.echo(_("Written: {path}. Open it in a browser to print it or to save it as PDF.").format(path=path))


def tell(document: Document) -> None:
    """Print a document."""
    say(wrapped(f"{document.kicker} · {document.title}"))
    if document.lead:
        say(wrapped(document.lead))
    for section in document.sections:
        say(f"\n{section.title}\n{'─' * min(WIDTH, len(section.title))}")
        for block, before in zip(section.blocks, (None, *section.blocks), strict=False):
            if text := laid_out(block):
                say("\n" * _apart(before, block) + text)
    if document.foot:
        say("\n" + wrapped(document.foot))


def _apart(before: Block | None, block: Block) -> bool:
    """Whether a blank line stands between two blocks."""
    if before is None or _heads(before):
        return False
    return _heads(block) or bool({Grid, Bars} & {type(before), type(block)})


def _heads(block: Block) -> bool:
    return isinstance(block, Words) and block.tone == "head"


def laid_out(block: Block) -> str:
    """A block as lines."""
    match block:
        case Words():
            return wrapped(block.text)
        case Facts():
            return _facts(block)
        case Grid():
            rows = [
                [_text(cell) for cell in row] for row in (*block.rows, *([block.last] if block.last else []))
            ]
            return table(block.heads, rows, block.right)
        case Bars():
            return "\n".join(_bars(block))
        case Items():
            return "\n".join(wrapped(_text(row), "    ", "  · ") for row in block.rows)
        case Blank():
            return ""


def _facts(block: Facts) -> str:
    width = min(38, max(len(name) for name, _value in block.rows))
    return "\n".join(
        wrapped(f"{name:<{width}}  {_text(value)}", " " * (width + 4), "  ") for name, value in block.rows
    )


def _bars(block: Bars) -> list[str]:
    width = max(len(name) for name, _part, _said in block.rows)
    said = max(len(text) for _name, _part, text in block.rows)
    return [
        f"  {name:<{width}}  {text:>{said}}  {'█' * round(min(max(part, 0), 1) * BAR)}".rstrip()
        for name, part, text in block.rows
    ]


def _text(cell: Cell) -> str:
    return cell.text if isinstance(cell, Ref) else cell
