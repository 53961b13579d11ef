"""What a reader asked of a page: parts of the path, choices of a form, the day at which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ledger.kernel.errors import UsageError
from ledger.language.catalogue import N_

EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)
DAYS = ("as_of", "known_at")


class Misasked(UsageError):
    """An address asks for what cannot be: never answered as if nothing had been asked."""


@dataclass(frozen=True)
class Asked:
    """One request, without the web around it.

    Args:
        parts: groups of the path's pattern.
        arguments: the query string; anything may be in it, so it is read through the methods below.
        as_of: the last day that the tables tell (those of a demo end on one), ISO; None is today.
        dated: the page can speak of an earlier day.
    """

    parts: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    as_of: str | None = None
    dated: bool = False

    def last_day(self) -> date:
        """The day at which pages stand when none is asked for."""
        return date.fromisoformat(self.as_of) if self.as_of else datetime.now().astimezone().date()

    def day(self) -> date:
        """The day of which the page speaks: the one asked for with `?as_of=` where it can, else the last.

        Raises:
            Misasked: no day, a day outside any consortium's life, or one that the tables do not tell.
        """
        text = self.arguments.get("as_of")
        if not (text and self.dated):
            return self.last_day()
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Misasked(
                N_("“{text}” is not a date. Write the year, the month and the day: 2024-12-31."), text=text
            ) from None
        if not EARLIEST <= day <= LATEST:
            raise Misasked(N_("“{day}” is outside the years of this ledger."), day=text)
        if self.as_of and day > self.last_day():
            raise Misasked(
                N_("These pages tell nothing after {last}; {asked} was asked for."),
                last=self.last_day(),
                asked=day,
            )
        return day

    def unheard(self) -> bool:
        """Whether a day was asked for of which this page cannot speak."""
        return any(self.arguments.get(name) for name in DAYS if not (self.dated and name == "as_of"))

    def word(self, name: str, *known: str, default: str = "") -> str:
        """One of `known`, `default` when nothing was asked.

        Raises:
            Misasked: something else was asked.
        """
        text = self.arguments.get(name) or default
        if text not in (default, *known):
            raise Misasked(
                N_("“{text}” is not known here. For “{name}”, choose among: {known}."),
                text=text[:80],
                name=name,
                known=", ".join(filter(None, dict.fromkeys(known))) or "—",
            )
        return text

    def number(self, name: str, default: int, lowest: int = 0, highest: int = 10_000) -> int:
        """A whole number within bounds, `default` when nothing was asked.

        Raises:
            Misasked: it is none, or beyond the bounds.
        """
        text = self.arguments.get(name) or str(default)
        whole = text.isascii() and text.isdecimal() and len(text) < 10
        if not (whole and lowest <= int(text) <= highest):
            raise Misasked(
                N_("“{text}” does not fit. For “{name}”, give a whole number from {lowest} to {highest}."),
                text=text[:80],
                name=name,
                lowest=str(lowest),
                highest=str(highest),
            )
        return int(text)


def months(last: date, count: int) -> list[str]:
    """The `count` months up to the one of `last`, as `YYYY-MM`, oldest first."""
    found = []
    first = last.replace(day=1)
    for _ in range(count):
        found.append(first.isoformat()[:7])
        first = (first - timedelta(days=1)).replace(day=1)
    return found[::-1]
