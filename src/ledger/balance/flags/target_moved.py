"""TARGET_MOVED: was a target changed, or said to be reached while the measure is below it?

To move a target may be wise. Saying so is what keeps the figures honest.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, overlaid, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

CLAIMED = "claim"


def _compute(db: sqlite3.Connection) -> list[Interval]:
    moved: dict[str, list[Step]] = defaultdict(list)
    for indicator, revision, on in db.execute(
        "SELECT indicator_id, revision, set_on FROM indicator_targets WHERE revision > 1 ORDER BY set_on, seq"
    ):
        moved[indicator].append(Step(date.fromisoformat(on), "info", revision - 1, 0.0, acts=revision - 1))
    claimed: dict[str, list[Step]] = defaultdict(list)
    for indicator, value, target, claim, on in db.execute(
        "SELECT indicator_id, value, target, claim, measured_on FROM indicator_values ORDER BY measured_on, seq"
    ):
        below = claim == "reached" and value is not None and target is not None and value < target
        day = date.fromisoformat(on)
        claimed[indicator].append(Step(day, "watch", value, target, CLAIMED) if below else Step(day))
    subjects = sorted(
        {*moved, *(each for each, steps in claimed.items() if any(step.level for step in steps))}
    )
    return [
        interval
        for subject in subjects
        for interval in told(FLAG.code, subject, overlaid(claimed.get(subject, []), moved.get(subject, [])))
    ]


def _sentence(row: Any, names: Names) -> str:
    name = names(row["subject"])
    if row["threshold_source"] == CLAIMED:
        return _("{indicator}: said to be reached at {value}, for a target of {target}.").format(
            indicator=name,
            value=formats.decimal(row["value"]),
            target=formats.decimal(row["threshold"]),
        )
    return _("{indicator}: the target was moved; moves so far: {count}.").format(
        indicator=name, count=formats.number(row["value"])
    )


FLAG = Flag(
    code="TARGET_MOVED",
    label=N_("A target was moved"),
    question=N_("Was a target changed, or said to be reached while the measure is below it?"),
    formula=N_(
        "revisions of the target after the first; measures below the target that are said to reach it"
    ),
    unit="count",
    default=N_("any revision (information); a claim above the measure (watch)"),
    evidence=N_("one revision or one measure: it is a fact"),
    advice=N_("Show the first target beside the new one, and say why it changed."),
    clears=N_("When a later measure reaches the target; a revision stays told."),
    tables=frozenset({"indicators", "indicator_targets", "indicator_values"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, indicator_targets.seq FROM flags JOIN indicator_targets"
        " ON indicator_targets.indicator_id = flags.subject AND indicator_targets.set_on <= flags.window_until"
        " WHERE flags.code = 'TARGET_MOVED'"
        " UNION ALL SELECT flags.id, indicator_values.seq FROM flags JOIN indicator_values"
        " ON indicator_values.indicator_id = flags.subject AND indicator_values.claim = 'reached'"
        " AND indicator_values.measured_on <= flags.window_until WHERE flags.code = 'TARGET_MOVED'"
    ),
)
