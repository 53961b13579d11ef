"""LIEU_RELIANCE: if this lieu stops, is half of the common work lost?"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance.flags import work
from ledger.balance.flags.again import START, Since, Standing
from ledger.balance.flags.base import Flag, Interval, Names
from ledger.balance.flags.reliance import not_measured, reliance, since
from ledger.language import formats
from ledger.language.catalogue import N_, _


def _compute(db: sqlite3.Connection, standing: Standing = START) -> list[Interval]:
    spans = db.execute(
        "SELECT held_from, coalesce(min(ended_on, held_until), ended_on, held_until, '9999') FROM roles"
        " WHERE role = 'member' AND lieu_id IS NOT NULL"
    ).fetchall()

    def roster(on: date) -> int:
        return sum(start <= on.isoformat() <= end for start, end in spans)

    given = work.by_lieu(db, since(standing))
    return list(reliance(db, FLAG.code, given, roster, standing))


def _sentence(row: Any, names: Names) -> str:
    return _(
        "{lieu} carries {share} of the hours that the lieux gave over twelve months. Thank you to those who "
        "carry. If it stopped, much would stop with it."
    ).format(lieu=names(row["subject"]), share=formats.share(round(row["value"] * 10_000)))


FLAG = Flag(
    code="LIEU_RELIANCE",
    label=N_("Too much rests on one lieu"),
    question=N_("If this lieu stops, is half of the common work lost?"),
    formula=N_(
        "its hours over twelve months ÷ the hours of all lieux; raised when the probability that its true "
        "share passes the threshold is above 0.80 (watch) or 0.95 (alert), twice in a row at a month's end"
    ),
    unit="share",
    spreads=True,
    adopts="share",
    default=N_("50% (watch, alert); information above max(1/3, 2 ÷ number of lieux)"),
    evidence=N_("6 effective acts on 3 dates; 10 for an alert"),
    advice=N_("Move one function elsewhere: the accounts, the booking or the welcome."),
    clears=N_("When the probability falls below one half."),
    tables=frozenset({"time_entries", "roles", "rules", "rule_thresholds"}),
    compute=_compute,
    again=Since((work.SUMS,), _compute),
    sentence=_sentence,
    events=(
        "SELECT flags.id, time_entries.seq FROM flags JOIN time_entries ON time_entries.lieu_id = flags.subject"
        " AND time_entries.occurred_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'LIEU_RELIANCE'"
    ),
    not_measured=lambda db, on: not_measured(work.by_lieu(db), on),
)
