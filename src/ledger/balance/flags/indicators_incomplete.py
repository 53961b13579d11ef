"""INDICATORS_INCOMPLETE: does the final review rest on figures and on words?"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

KINDS = ("quantitative", "qualitative")
_MEASURED = (
    "SELECT min(measured_on) FROM indicator_values JOIN indicators ON indicators.id = indicator_id"
    " WHERE indicators.convention_id = ? AND indicators.kind = ?"
)


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for convention, held_on in db.execute(
        "SELECT convention_id, min(held_on) FROM reviews WHERE stage = 'final' AND convention_id IS NOT NULL"
        " GROUP BY convention_id ORDER BY convention_id"
    ).fetchall():
        first = [db.execute(_MEASURED, (convention, kind)).fetchone()[0] for kind in KINDS]
        review = date.fromisoformat(held_on)
        days = {review, *(date.fromisoformat(day) for day in first if day and day > held_on)}
        found += told(FLAG.code, convention, [_step(on, first) for on in sorted(days)])
    return found


def _step(on: date, first: list[str | None]) -> Step:
    """How many of the two kinds were measured by a day."""
    measured = sum(day is not None and day <= on.isoformat() for day in first)
    return Step(on, "watch" if measured < len(KINDS) else None, measured, len(KINDS))


def _sentence(row: Any, names: Names) -> str:
    return _(
        "{convention}: the final review was held with {count} of the two kinds of indicators, figures and words."
    ).format(convention=names(row["subject"]), count=formats.number(row["value"]))


FLAG = Flag(
    code="INDICATORS_INCOMPLETE",
    label=N_("Indicators are incomplete"),
    question=N_("Does the final review rest on figures and on words?"),
    formula=N_(
        "kinds of indicators (quantitative, qualitative) with a measure, once the final review was held"
    ),
    unit="count",
    default=N_("fewer than both (watch)"),
    evidence=N_("one final review: it is a fact"),
    advice=N_("Two figures and three testimonies are enough; ask each lieu for one."),
    clears=N_("When an indicator of each kind was measured."),
    tables=frozenset({"reviews", "indicators", "indicator_values"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, reviews.seq FROM flags JOIN reviews ON reviews.convention_id = flags.subject"
        " AND reviews.stage = 'final' WHERE flags.code = 'INDICATORS_INCOMPLETE'"
    ),
)
