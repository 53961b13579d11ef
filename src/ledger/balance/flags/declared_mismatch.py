"""DECLARED_MISMATCH: do the parts of a declared total make that total?

Neither number is overwritten: what is not itemised is said to be so.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

TOLERANCE = 1e-6
"""Sums of decimals: what differs by less is the same."""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    steps: dict[str, list[Step]] = defaultdict(list)
    for indicator, value, parts, on in db.execute(
        "SELECT indicator_id, value, parts_total, measured_on FROM indicator_values"
        " WHERE value IS NOT NULL AND parts_total IS NOT NULL ORDER BY measured_on, seq"
    ):
        apart = abs(value - parts) > TOLERANCE * max(1.0, abs(value))
        day = date.fromisoformat(on)
        steps[indicator].append(Step(day, "info", value, parts) if apart else Step(day))
    return [each for indicator in sorted(steps) for each in told(FLAG.code, indicator, steps[indicator])]


def _sentence(row: Any, names: Names) -> str:
    rest = row["value"] - row["threshold"]
    text = _(
        "{indicator}: {value} were declared, and the parts listed make {parts}; {rest} ({share}) are not itemised."
    )
    if rest < 0:
        text = _("{indicator}: {value} were declared, and the parts listed make {parts}, {rest} more.")
    return text.format(
        indicator=names(row["subject"]),
        value=formats.decimal(row["value"]),
        parts=formats.decimal(row["threshold"]),
        rest=formats.decimal(abs(rest)),
        share=formats.percent(abs(rest) / row["value"], 2) if row["value"] else "",
    )


FLAG = Flag(
    code="DECLARED_MISMATCH",
    label=N_("Parts that do not make the total"),
    question=N_("Do the parts of a declared total make that total?"),
    formula=N_("the declared value, against the sum of the parts that its source lists"),
    unit="count",
    default=N_("any difference (information)"),
    evidence=N_("one measure with its parts: it is a fact"),
    advice=N_("Ask the source what is not listed, and write the difference beside the total."),
    clears=N_("When a later measure and its parts agree."),
    tables=frozenset({"indicators", "indicator_values"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, indicator_values.seq FROM flags JOIN indicator_values"
        " ON indicator_values.indicator_id = flags.subject AND indicator_values.parts_total IS NOT NULL"
        " AND indicator_values.measured_on <= flags.window_until WHERE flags.code = 'DECLARED_MISMATCH'"
    ),
)
