"""What every template may call: words, amounts, days, labels and charts in the reader's language.

The same for the pages that Datasette serves and for the files that `ledger report --html` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ledger.language import formats, terms
from ledger.language.catalogue import _, language, ngettext
from ledger.pages import charts, labels

if TYPE_CHECKING:
    from jinja2 import Environment


def furnish(env: Environment) -> None:
    """Give an environment what needs neither a server nor a request."""
    env.globals.update(
        _=_,
        ngettext=ngettext,
        language=language,
        formats=formats,
        word=terms.label,
        labels=labels,
        charts=charts,
        kind=lambda block: type(block).__name__,
    )
