"""MONEY_UNCOVERED: did public money come before a convention was signed for it?"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

LIMIT_CENTS = 2_300_000
"""Above 23 000 € a grant asks for a written convention (loi 2000-321, art. 10; décret 2001-495)."""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    steps: dict[str, list[Step]] = {}
    total: dict[str, int] = {}
    for convention, signed_on, received_on, cents in db.execute(
        "SELECT conventions.id, signed_on, received_on, instalment_receipts.amount_cents FROM instalment_receipts"
        " JOIN conventions ON conventions.id = convention_id AND received_on < signed_on"
        " ORDER BY conventions.id, received_on, instalment_receipts.seq"
    ):
        total[convention] = total.get(convention, 0) + cents
        if total[convention] > LIMIT_CENTS:
            told_of = steps.setdefault(convention, [Step(date.fromisoformat(signed_on))])
            told_of.append(Step(date.fromisoformat(received_on), "alert", total[convention], LIMIT_CENTS))
    return [each for convention in steps for each in told(FLAG.code, convention, steps[convention])]


def _sentence(row: Any, names: Names) -> str:
    return _("{convention}: {amount} came before the convention was signed.").format(
        convention=names(row["subject"]), amount=formats.money_whole(round(row["value"]))
    )


FLAG = Flag(
    code="MONEY_UNCOVERED",
    label=N_("Money without a convention"),
    question=N_("Did public money come before a convention was signed for it?"),
    formula=N_("what was received before the day of signature"),
    unit="cents",
    default=N_("above €23,000 (alert): the law asks for a written convention"),
    evidence=N_("one receipt: it is a fact"),
    advice=N_("Sign before the money is spent, and keep the signed convention as evidence."),
    clears=N_("When the convention is signed."),
    tables=frozenset({"conventions", "instalment_receipts"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, instalment_receipts.seq FROM flags JOIN instalment_receipts"
        " ON instalment_receipts.convention_id = flags.subject"
        " AND instalment_receipts.received_on <= flags.window_until WHERE flags.code = 'MONEY_UNCOVERED'"
    ),
)
