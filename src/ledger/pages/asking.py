"""What a reader asked of a page: parts of the path, choices of a form, the day at which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Asked:
    """One request, without the web around it.

    Args:
        parts: groups of the path's pattern.
        arguments: the query string; anything may be in it, so it is read through the methods below.
        as_of: the ledger's default day (demo ledgers have one), ISO; None is today.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    as_of: str | None = None

    def day(self) -> date:
        """The day asked for with `?as_of=`, else the ledger's default, else today.

        Days before or after any consortium's life are no answer: measures go back month by month.
        """
        for text in (self.arguments.get("as_of"), self.as_of):
            try:
                day = date.fromisoformat(text or "")
            except ValueError:
                continue
            if EARLIEST <= day <= LATEST:
                return day
        return datetime.now().astimezone().date()

    def word(self, name: str, *known: str) -> str:
        """One of `known`, the first when nothing or something else was asked."""
        asked = self.arguments.get(name)
        return asked if asked in known else known[0]

    def number(self, name: str, default: int, lowest: int = 0, highest: int = 10_000) -> int:
        """A whole number within bounds, `default` when it is none."""
        text = self.arguments.get(name) or ""
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            return default
        return min(max(int(text), lowest), highest)


def months(last: date, count: int) -> list[str]:
    """The `count` months up to the one of `last`, as `YYYY-MM`, oldest first."""
    found = []
    first = last.replace(day=1)
    for _ in range(count):
        found.append(first.isoformat()[:7])
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]
