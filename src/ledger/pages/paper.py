"""A document as a file of its own: no script, no request to anybody, laid out for A4.

Its style stands in it, its links are gone; kept beside the receipts, it reads the same in ten years.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ledger.data import locate
from ledger.reports.document import Document

if TYPE_CHECKING:
    from jinja2 import Environment


def alone(document: Document, consortium: dict[str, Any] | None = None) -> str:
    """The whole file as text.

    Args:
        consortium: `name` and `illustrative` of the consortium, printed at the head.
    """
    style = (locate("datasette") / "static" / "ledger.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("paper.html")
        .render(document=document, consortium=consortium, style=style)
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader

    from ledger.pages.rendering import furnish

    env = Environment(loader=FileSystemLoader(locate("datasette") / "templates"), autoescape=True)
    furnish(env)
    return env
