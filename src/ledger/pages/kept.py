"""Pages kept as they were rendered: the same events, the same day and the same question give the same page.

The read model says which events it tells, by the root of their tree; nothing else decides what a page
holds. Lives in memory, as long as the program that serves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from threading import Lock

MOST = 64
"""Pages kept at once; a long one is some 200 kB."""


class Kept:
    """Rendered pages of one view of the events.

    One is rendered at a time: Python runs one thread at a time, and several would only hand it to each other at
    every row that they read.
    """

    def __init__(self) -> None:
        self._pages: tuple[Hashable, dict[Hashable, str]] = (
            None,
            {},
        )  # what was told, and pages that tell it
        self._turn = Lock()

    def page(
        self, connection: sqlite3.Connection, question: Hashable, render: Callable[[], str | None]
    ) -> str | None:
        """The page that answers a question: as it was rendered before, or rendered now.

        Args:
            question: all that the page depends on besides the tables and the day.
            render: None when there is no such page; that is not kept.
        """
        told = _told(connection)
        found = self._kept(told, question)
        if found is None:
            with self._turn:
                found = self._kept(told, question)  # whoever had the turn before may have asked the same
                if found is None:
                    found = render()
                    if found is not None and told == _told(connection):  # not changed while it was rendered
                        self._keep(told, question, found)
        return found

    def _kept(self, told: Hashable, question: Hashable) -> str | None:
        then, pages = self._pages
        return pages.get(question) if told == then else None

    def _keep(self, told: Hashable, question: Hashable, page: str) -> None:
        then, pages = self._pages
        self._pages = told, {**(pages if told == then and len(pages) < MOST else {}), question: page}


def _told(connection: sqlite3.Connection) -> Hashable:
    """Which events the tables tell, by which code, with which names, on which day."""
    cursor = connection.execute("SELECT seq, root, fingerprint, vault_version FROM _cursor").fetchone()
    now = datetime.now(UTC)
    return (*cursor, now.date(), now.astimezone().date())
