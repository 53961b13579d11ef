"""How a concept describes its tables and writes its rows: plain data, so that no room opens a database.

Two rules keep the read model simple. A row is a function of one stream: sums over several streams
are SQL views. And every row carries `seq`, the event that last wrote it (the projector adds it).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol


class Column(NamedTuple):
    """A column: its SQLite type, what it holds in one English sentence, and the table it points to.

    Args:
        type: `text`, `integer` or `real`.
        about: description shown to analysts (message id of its translation).
        references: `table` whose primary key it holds; None otherwise.
    """

    type: str
    about: str
    references: str | None = None


class Table(NamedTuple):
    """A table of the read model.

    Args:
        about: what one row is (message id).
        columns: by name, in order; `seq` is added by the projector.
        key: primary key columns.
        indexes: each a tuple of columns.
        personal: columns that only members may see; absent from every other audience's file.
        audiences: who gets the table in their file: `members` always; `public`, `funder` when named.
    """

    about: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    personal: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset({"members"})


class Rows(Protocol):
    """Where a handler writes. Keys are the values of the table's primary key, in order."""

    def put(self, table: str, row: dict[str, Any]) -> None:
        """Insert the row, or replace the one with the same key."""

    def change(self, table: str, *key: Any, **changes: Any) -> None:
        """Set some columns of a row that exists; does nothing when it does not."""

    def get(self, table: str, *key: Any) -> dict[str, Any] | None:
        """The row as it stands, unflushed changes included."""

    def remove(self, table: str, *key: Any) -> None:
        """Take a row away: what it said no longer holds."""

    def text(self, sealed: Mapping[str, Any] | None) -> str | None:
        """The vault's text behind a `Sealed` dict; None when there is none, withheld or erased."""


Handler = Callable[[dict[str, Any], Rows], None]
"""Takes a stored envelope as a plain dict (keys of `kernel.messages.Envelope`, plus `seq`)."""


def ignored(_event: dict[str, Any], _rows: Rows) -> None:
    """The explicit handler of a kind that writes no row of its own."""
