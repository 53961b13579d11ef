"""Pages kept as they were rendered: the same events, the same day and the same question give the same page.

The read model says which events it tells, by the root of their tree; nothing else decides what a page
holds. Lives in memory, as long as the program that serves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from datetime import UTC, datetime

MOST = 64
"""Pages kept at once; a long one is some 200 kB."""


class Kept:
    """Rendered pages of one view of the events."""

    def __init__(self) -> None:
        self._told: Hashable = None
        self._pages: dict[Hashable, str] = {}

    def page(
        self, connection: sqlite3.Connection, question: Hashable, render: Callable[[], str | None]
    ) -> str | None:
        """The page that answers a question: as it was rendered before, or rendered now.

        Args:
            question: all that the page depends on besides the tables and the day.
            render: None when there is no such page; that is not kept.
        """
        told = _told(connection)
        pages = self._pages if told == self._told else {}
        found = pages.get(question)
        if found is None:
            found = render()
            if found is not None and told == _told(connection):  # not changed while it was rendered
                pages = {} if len(pages) >= MOST else pages
                pages[question] = found
                self._told, self._pages = told, pages
        return found


def _told(connection: sqlite3.Connection) -> Hashable:
    """Which events the tables tell, by which code, with which names, on which day."""
    cursor = connection.execute("SELECT seq, root, fingerprint, vault_version FROM _cursor").fetchone()
    now = datetime.now(UTC)
    return (*cursor, now.date(), now.astimezone().date())
