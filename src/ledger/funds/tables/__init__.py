"""Tables of public money and how their rows are written, a module for each theme; `projection` gathers them.

Here, what all of them say: the types of columns, and who receives a table.
"""

from __future__ import annotations

from ledger.kernel.tables import Column

EVERYBODY = frozenset({"members", "funder", "public"})
FUNDER = frozenset({"members", "funder"})


def text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def integer(about: str) -> Column:
    return Column("integer", about)
