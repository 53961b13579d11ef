"""REVIEW_MISSING: was more than half of a grant paid before anybody looked at it together?"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for convention, granted in db.execute("SELECT id, amount_cents FROM conventions ORDER BY id").fetchall():
        received = 0
        steps: list[Step] = []
        for count, (on, cents, kind) in enumerate(_receipts(db, convention), 1):
            received += cents
            if received * 2 > granted and (kind != "advance" or steps):
                steps.append(Step(date.fromisoformat(on), "watch", received, granted / 2, convention, count))
        review = _reviewed(db, convention)
        if review and steps:
            steps = [step for step in steps if step.on < review]
            steps += [Step(review)] if steps else []
        found += told(FLAG.code, convention, steps)
    return found


def _receipts(db: sqlite3.Connection, convention: str) -> list[tuple[str, int, str]]:
    return db.execute(
        "SELECT instalment_receipts.received_on, instalment_receipts.amount_cents, instalments.kind"
        " FROM instalment_receipts JOIN instalments ON instalments.id = instalment_id"
        " WHERE instalment_receipts.convention_id = ? ORDER BY 1, instalment_receipts.seq",
        (convention,),
    ).fetchall()


def _reviewed(db: sqlite3.Connection, convention: str) -> date | None:
    (day,) = db.execute(
        "SELECT min(held_on) FROM reviews WHERE convention_id = ? AND stage <> 'kick_off'", (convention,)
    ).fetchone()
    return date.fromisoformat(day) if day else None


def _sentence(row: Any, names: Names) -> str:
    return _(
        "{convention}: {amount} came, more than half of the grant, and no mid-term review was held."
    ).format(convention=names(row["subject"]), amount=formats.money_whole(round(row["value"])))


FLAG = Flag(
    code="REVIEW_MISSING",
    label=N_("No mid-term review"),
    question=N_("Was more than half of a grant paid before anybody looked at it together?"),
    formula=N_("what was received, once an instalment that is no advance has passed half of the grant"),
    unit="cents",
    default=N_("above half of the grant (watch)"),
    evidence=N_("one receipt: it is a fact"),
    advice=N_("Invite the funder for two hours: what was done, what changes, what comes next."),
    clears=N_("When a mid-term or final review is held."),
    tables=frozenset({"conventions", "instalments", "instalment_receipts", "reviews"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, instalment_receipts.seq FROM flags JOIN instalment_receipts"
        " ON instalment_receipts.convention_id = flags.subject"
        " AND instalment_receipts.received_on <= flags.window_until WHERE flags.code = 'REVIEW_MISSING'"
    ),
)
