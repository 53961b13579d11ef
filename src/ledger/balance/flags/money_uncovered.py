"""MONEY_UNCOVERED: did public money come without a convention, or before it was signed?"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

LIMIT_CENTS = 2_300_000
"""Above 23 000 € a grant asks for a written convention (loi 2000-321, art. 10; décret 2001-495)."""


_RECEIVED = """
SELECT conventions.id, received_on, receipts.amount_cents, signed_on, receipts.seq
FROM instalment_receipts AS receipts
JOIN conventions ON conventions.id = receipts.convention_id AND received_on < signed_on
UNION ALL
SELECT coalesce(funder_id, '-') || '/' || substr(received_on, 1, 4), received_on, amount_cents, NULL, seq
FROM instalment_receipts WHERE convention_id IS NULL
ORDER BY 1, 2, 5
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    steps: dict[str, list[Step]] = defaultdict(list)
    total: Counter[str] = Counter()
    for subject, received_on, cents, signed_on, _seq in db.execute(_RECEIVED):
        total[subject] += cents
        if total[subject] > LIMIT_CENTS:
            steps[subject].append(Step(date.fromisoformat(received_on), "alert", total[subject], LIMIT_CENTS))
            steps[subject] += [Step(date.fromisoformat(signed_on))] if signed_on else []
    return [each for subject in steps for each in told(FLAG.code, subject, steps[subject])]


def _sentence(row: Any, names: Names) -> str:
    funder, slash, year = row["subject"].partition("/")
    amount = formats.money_whole(round(row["value"]))
    if not slash:
        return _("{convention}: {amount} came before the convention was signed.").format(
            convention=names(funder), amount=amount
        )
    if funder == "-":
        return _("{amount} came in {year} without a convention.").format(amount=amount, year=year)
    return _("{amount} came from {funder} in {year} without a convention.").format(
        amount=amount, funder=names(funder), year=year
    )


FLAG = Flag(
    code="MONEY_UNCOVERED",
    label=N_("Money without a convention"),
    question=N_("Did public money come without a convention, or before it was signed?"),
    formula=N_("what was received before the day of signature; without a convention, by funder and year"),
    unit="cents",
    default=N_("above €23,000 (alert): the law asks for a written convention"),
    evidence=N_("one receipt: it is a fact"),
    advice=N_("Sign before the money is spent, and keep the signed convention as evidence."),
    clears=N_("When the convention is signed, or the receipt is put to one by a correction."),
    tables=frozenset({"conventions", "instalment_receipts"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, instalment_receipts.seq FROM flags JOIN instalment_receipts"
        " ON instalment_receipts.convention_id = flags.subject"
        " AND instalment_receipts.received_on <= flags.window_until WHERE flags.code = 'MONEY_UNCOVERED'"
        " UNION ALL SELECT flags.id, instalment_receipts.seq FROM flags JOIN instalment_receipts"
        " ON instalment_receipts.convention_id IS NULL AND flags.subject ="
        " coalesce(instalment_receipts.funder_id, '-') || '/' || substr(instalment_receipts.received_on, 1, 4)"
        " AND instalment_receipts.received_on <= flags.window_until WHERE flags.code = 'MONEY_UNCOVERED'"
    ),
)
