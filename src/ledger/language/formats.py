"""Amounts, days, durations and shares as people write them, in French and English.

Every result is kept, because a page shows the same days and amounts again and again. Spaces inside a
value do not break (U+00A0, U+202F); `plain` gives ordinary ones, for a terminal or a search.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from ledger.language.catalogue import language
from ledger.language.cldr import SIGNS

NBSP = "\u00a0"
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'"})


def money(cents: int, *, whole: bool = False) -> str:
    """`1 200,00 €` or `€1,200.00`.

    Args:
        cents: euro cents, negative allowed.
        whole: leave the decimals out when there are none to tell (`4 500 €`).
    """
    return _money(cents, whole and cents % 100 == 0, language())


def money_whole(cents: int) -> str:
    """`4 500 €`: without decimals when there are none to tell, as sentences say it."""
    return money(cents, whole=True)


def day(value: date | str, *, year: bool = True) -> str:
    """`5 mars 2024`, `1er mai 2024`, `5 March 2024`; ISO text is accepted. Without its year on demand."""
    return _day(date.fromisoformat(value) if isinstance(value, str) else value, year, language())


def short_day(value: date | str) -> str:
    """`05/03/2024`, the same width for every day: for columns."""
    value = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def month(value: date | str) -> str:
    """`février 2024`, from any day of the month or from `2024-02`."""
    value = (
        date.fromisoformat(value if len(value) > 7 else value + "-01") if isinstance(value, str) else value
    )
    return _month(value.replace(day=1), language())


def period(first: date | str | None, last: date | str) -> str:
    """`février 2024`, `2024`, `du 1er au 15 mars 2024`, or one day when it covers no more."""
    first = date.fromisoformat(first) if isinstance(first, str) else first
    last = date.fromisoformat(last) if isinstance(last, str) else last
    return _period(first or last, last, language())


def duration(minutes: int) -> str:
    """`3 h 30`, `45 min`, `0 h`; `3 h 30 min` in English. Hours are grouped by thousands."""
    return _duration(minutes, language())


def days_worked(minutes: int, day_minutes: int = 420) -> str:
    """`18 j` or `18 d`, one decimal when it is not whole."""
    unit = "j" if language() == "fr" else "d"
    return f"{number(minutes / day_minutes, 0 if minutes % day_minutes == 0 else 1)}{NBSP}{unit}"


def share(basis_points: int, digits: int = 2) -> str:
    """`46,88 %` or `46.88%`, from basis points; trailing zeros are left out."""
    return percent(basis_points / 10_000, digits)


def percent(ratio: float, digits: int = 2, *, aligned: bool = False) -> str:
    """`46,88 %` or `46.88%`, from a ratio (1 is the whole).

    Args:
        aligned: keep the trailing zeros, so that a column lines up.
    """
    return _percent(round(ratio, digits + 2), digits, aligned, language())


def number(value: float, digits: int = 0) -> str:
    """`38 400`, `0,2806`: grouped, with exactly so many decimals."""
    return _number(round(value, digits), digits, language())


def decimal(value: float, most: int = 2) -> str:
    """`2`, `1,5`, `0,33`: grouped, with at most so many decimals."""
    text = number(value, most)
    return text.rstrip("0").removesuffix(SIGNS[language()].decimal) if most else text


def thousandths(milli: int) -> str:
    """`290`, `0,47`: a number that events hold in thousandths."""
    return decimal(milli / 1000, 3)


def joined(parts: Sequence[str]) -> str:
    """`a, b et c`, `a, b and c`."""
    *first, last = parts or ("",)
    return f"{', '.join(first)}{SIGNS[language()].conjunction}{last}" if first else last


def plain(text: str) -> str:
    """The text with ordinary spaces and apostrophes: what a terminal shows and a search finds."""
    return text.translate(_PLAIN)


def typographic(text: str) -> str:
    """A French text with the spaces and apostrophes of a printed page; other languages unchanged."""
    if language() != "fr":
        return text
    text = re.sub(r" (?=[;!?%€»:])|(?<=«) ", NBSP, text)
    return re.sub(r"(?<=\w)'(?=\w)", "\u2019", text)


@lru_cache(65_536)
def _money(cents: int, whole: bool, code: str) -> str:
    group, decimal, before, after, *_ = SIGNS[code]
    euros, rest = divmod(abs(cents), 100)
    digits = f"{euros:,}".replace(",", group) + ("" if whole else f"{decimal}{rest:02d}")
    return ("-" if cents < 0 else "") + before + digits + after


@lru_cache(16_384)
def _day(value: date, year: bool, code: str) -> str:
    number_of_day = "1er" if code == "fr" and value.day == 1 else str(value.day)
    return f"{number_of_day} {SIGNS[code].months[value.month - 1]}" + (f" {value.year}" if year else "")


@lru_cache(2_048)
def _month(value: date, code: str) -> str:
    return f"{SIGNS[code].months[value.month - 1]} {value.year}"


@lru_cache(4_096)
def _period(first: date, last: date, code: str) -> str:
    if first == last:
        return _day(last, True, code)
    ends_month = (last + timedelta(days=1)).day == 1
    if first.day == 1 and ends_month and (first.year, first.month) == (last.year, last.month):
        return _month(first, code)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    start = _day(first, first.year != last.year, code)
    if (first.year, first.month) == (last.year, last.month):
        start = start.split()[0]
    words = ("du", "au") if code == "fr" else ("from", "to")
    return f"{words[0]} {start} {words[1]} {_day(last, True, code)}"


@lru_cache(16_384)
def _duration(minutes: int, code: str) -> str:
    sign, (hours, rest) = ("-" if minutes < 0 else ""), divmod(abs(minutes), 60)
    if not hours and rest:
        return f"{sign}{rest}{NBSP}min"
    text = f"{sign}{_number(hours, 0, code)}{NBSP}h"
    if rest:
        text += f"{NBSP}{rest:02d}" if code == "fr" else f"{NBSP}{rest}{NBSP}min"
    return text


@lru_cache(16_384)
def _percent(ratio: float, digits: int, aligned: bool, code: str) -> str:
    text = f"{ratio:,.{digits}%}".removesuffix("%")
    if digits and not aligned:
        text = text.rstrip("0").removesuffix(".")
    return text.translate(_separators(code)) + SIGNS[code].before_percent + "%"


@lru_cache(16_384)
def _number(value: float, digits: int, code: str) -> str:
    return f"{value:,.{digits}f}".translate(_separators(code))


def _separators(code: str) -> dict[int, str]:
    return {ord(","): SIGNS[code].group, ord("."): SIGNS[code].decimal}
