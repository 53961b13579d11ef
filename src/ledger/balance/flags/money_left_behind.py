"""MONEY_LEFT_BEHIND: is money still set aside for a lieu that is no longer a member?

A departure decided with its decision gives the free part back; one that only happened leaves it for a decision.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

_LEFT = """
WITH gone AS (
    SELECT lieu_id, max(coalesce(ended_on, date(held_until, '+1 day'), '9999-12-31')) AS left_on
    FROM roles WHERE role = 'member' AND lieu_id IS NOT NULL GROUP BY lieu_id
)
SELECT gone.lieu_id, left_on,
       sum(allocations.amount_cents - coalesce(
           (SELECT sum(expenses.amount_cents) FROM expenses WHERE expenses.allocation_id = allocations.id), 0))
FROM gone
JOIN allocations ON allocations.lieu_id = gone.lieu_id
JOIN conventions ON conventions.id = allocations.convention_id
WHERE left_on < '9999-12-31' AND conventions.ended_on IS NULL
GROUP BY gone.lieu_id HAVING sum(allocations.amount_cents) > 0 ORDER BY gone.lieu_id
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for lieu, left_on, cents in db.execute(_LEFT).fetchall():
        if cents > 0:
            day = date.fromisoformat(left_on)
            found += told(
                FLAG.code, lieu, [Step(day, "watch", cents, 0, window_from=day - timedelta(days=1))]
            )
    return found


def _sentence(row: Any, names: Names) -> str:
    return _("{amount} are still set aside for {lieu}, which left on {day}.").format(
        amount=formats.money_whole(round(row["value"])),
        lieu=names(row["subject"]),
        day=formats.day(row["raised_on"]),
    )


FLAG = Flag(
    code="MONEY_LEFT_BEHIND",
    label=N_("Money waits for a lieu that left"),
    question=N_("Is money still set aside for a lieu that is no longer a member?"),
    formula=N_("what its allocations hold, less what was spent from them"),
    unit="cents",
    default=N_("any amount (watch)"),
    evidence=N_("one allocation: it is a fact"),
    advice=N_("Decide what becomes of it, and move it back to its line by that decision."),
    clears=N_("When it is moved or spent, or the convention ends."),
    tables=frozenset({"roles", "allocations", "expenses", "conventions"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, allocations.seq FROM flags JOIN allocations ON allocations.lieu_id = flags.subject"
        " WHERE flags.code = 'MONEY_LEFT_BEHIND'"
    ),
)
