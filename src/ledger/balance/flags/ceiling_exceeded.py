"""CEILING_EXCEEDED: was more set aside under a decision than it allows?

No allocation may pass the ceiling; a correction of the decision, or of an amount, may show that one did.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

_SET_ASIDE = """
SELECT decisions.id, ceiling_cents, day, cents
FROM (
    SELECT decision_id, allocated_on AS day, initial_cents AS cents, seq FROM allocations
    UNION ALL
    SELECT decision_id, moved_on, amount_cents, seq FROM reallocations WHERE to_allocation_id IS NOT NULL
) AS given JOIN decisions ON decisions.id = given.decision_id
WHERE ceiling_cents IS NOT NULL
ORDER BY decisions.id, day, given.seq
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    steps: dict[str, list[Step]] = defaultdict(list)
    total: Counter[str] = Counter()
    for decision, ceiling, day, cents in db.execute(_SET_ASIDE):
        total[decision] += cents
        if total[decision] > ceiling:
            on = date.fromisoformat(day)
            steps[decision].append(Step(on, "watch", total[decision], ceiling, decision))
    return [each for subject in steps for each in told(FLAG.code, subject, steps[subject])]


def _sentence(row: Any, names: Names) -> str:
    return _("{decision}: {amount} set aside or moved under it, where it allows {ceiling}.").format(
        decision=names(row["subject"]),
        amount=formats.money_whole(round(row["value"])),
        ceiling=formats.money_whole(round(row["threshold"])),
    )


FLAG = Flag(
    code="CEILING_EXCEEDED",
    label=N_("More set aside than decided"),
    question=N_("Was more money set aside under a decision than it allows?"),
    formula=N_("what was allocated and moved under the decision, against its ceiling as it counts now"),
    unit="cents",
    default=N_("any amount above the ceiling (watch)"),
    evidence=N_("one correction: it is a fact"),
    advice=N_("Adopt a decision for the difference, or set less aside."),
    clears=N_("When the ceiling or the amounts are corrected again."),
    tables=frozenset({"allocations", "reallocations", "decisions"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, allocations.seq FROM flags JOIN allocations ON allocations.decision_id = flags.subject"
        " WHERE flags.code = 'CEILING_EXCEEDED'"
        " UNION ALL SELECT flags.id, reallocations.seq FROM flags"
        " JOIN reallocations ON reallocations.decision_id = flags.subject WHERE flags.code = 'CEILING_EXCEEDED'"
    ),
)
