"""The few signs and names that `formats.py` needs of the Unicode locale data, for British English and French.

Copied so that a report does not load Babel's whole data of a locale, a quarter of its time to start.
Checked against the Babel that is installed by `tests/language/test_cldr.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Signs(NamedTuple):
    """How a language writes numbers, amounts, months and lists.

    Attributes:
        group, decimal: of thousands, of decimals.
        before_euros, after_euros: the euro sign, with its space, where it stands.
        before_percent: what stands between a number and `%`.
        conjunction: what joins the last two of a list; the others are joined by ", ".
        months: from January on.
    """

    group: str
    decimal: str
    before_euros: str
    after_euros: str
    before_percent: str
    conjunction: str
    months: tuple[str, ...]


SIGNS: dict[str, Signs] = {
    "en": Signs(
        group=",",
        decimal=".",
        before_euros="€",
        after_euros="",
        before_percent="",
        conjunction=" and ",
        months=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
    ),
    "fr": Signs(
        group="\u202f",
        decimal=",",
        before_euros="",
        after_euros="\u00a0€",
        before_percent="\u202f",
        conjunction=" et ",
        months=(
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ),
    ),
}
"""By language. English is British: dates are read day first on this side of the Atlantic."""
