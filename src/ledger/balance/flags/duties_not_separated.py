"""DUTIES_NOT_SEPARATED: did somebody decide about, or record, money for themselves?

A fact to look at together, and no accusation: in a small team it happens by itself.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

# Who proposed, and took part in deciding, an allocation to themselves.
_DECIDED = """
SELECT allocations.id, allocations.allocated_on, allocations.amount_cents
FROM allocations JOIN decisions ON decisions.id = allocations.decision_id
WHERE allocations.person_id IS NOT NULL AND decisions.proposer_id = allocations.person_id
  AND EXISTS (SELECT 1 FROM ballots WHERE ballots.decision_id = decisions.id
              AND ballots.person_id = allocations.person_id AND ballots.option <> 'recused')
"""
# Who recorded a payment from an allocation to themselves. CROSS JOIN: from the few allocations to persons.
_RECORDED = """
SELECT allocations.id, expenses.paid_on, expenses.amount_cents
FROM allocations CROSS JOIN expenses ON expenses.allocation_id = allocations.id
CROSS JOIN events ON events.seq = expenses.seq
WHERE allocations.person_id IS NOT NULL AND events.recorded_by = allocations.person_id
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    money: dict[str, list[tuple[date, int]]] = defaultdict(list)
    for query in (_DECIDED, _RECORDED):
        for allocation, on, cents in db.execute(query):
            money[allocation].append((date.fromisoformat(on), cents))
    found: list[Interval] = []
    for allocation, each in sorted(money.items()):
        each.sort()
        steps = [
            Step(on, "watch", max(cents for _day, cents in each[:count]), 0.0, acts=count)
            for count, (on, _cents) in enumerate(each, 1)
        ]
        found += told(FLAG.code, allocation, steps)
    return found


def _sentence(row: Any, _names: Names) -> str:
    return _(
        "{allocation}: {amount} were decided about, or recorded, by the person who receives them."
    ).format(allocation=row["subject"], amount=formats.money_whole(round(row["value"])))


FLAG = Flag(
    code="DUTIES_NOT_SEPARATED",
    label=N_("The same hand decides and receives"),
    question=N_("Did somebody decide about, or record, money for themselves?"),
    formula=N_(
        "money set aside for a person who proposed it and took part in the vote, or who recorded the payment"
    ),
    unit="cents",
    default=N_("any (watch)"),
    evidence=N_("one payment: it is a fact"),
    advice=N_("Let a second person record or countersign it, and step back from the vote next time."),
    clears=N_("When the vote or the record is corrected."),
    tables=frozenset({"allocations", "expenses", "decisions", "ballots"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, allocations.seq FROM flags JOIN allocations ON allocations.id = flags.subject"
        " WHERE flags.code = 'DUTIES_NOT_SEPARATED'"
        " UNION ALL SELECT flags.id, expenses.seq FROM flags JOIN expenses ON expenses.allocation_id = flags.subject"
        " AND expenses.paid_on <= flags.window_until WHERE flags.code = 'DUTIES_NOT_SEPARATED'"
    ),
)
