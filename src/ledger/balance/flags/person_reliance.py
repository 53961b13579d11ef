"""PERSON_RELIANCE: if this person stops, is half of the common work lost? Shown without a name by default."""

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
    spans = db.execute("SELECT active_from, coalesce(active_until, '9999') FROM people").fetchall()

    def roster(on: date) -> int:
        return sum(start <= on.isoformat() <= end for start, end in spans)

    given = work.by_person(db, since(standing))
    return list(reliance(db, FLAG.code, given, roster, standing))


def _sentence(row: Any, _names: Names) -> str:
    return _(
        "{share} of all hours of the last twelve months rest on one person. Thank you to that person. "
        "If they stopped, what they carry would stop."
    ).format(share=formats.share(round(row["value"] * 10_000)))


FLAG = Flag(
    code="PERSON_RELIANCE",
    label=N_("Too much rests on one person"),
    question=N_("If this person stops, is half of the common work lost?"),
    formula=N_(
        "the person's hours over twelve months ÷ all hours, named or not; raised when the probability that "
        "the true share passes the threshold is above 0.80 (watch) or 0.95 (alert), twice in a row at a "
        "month's end"
    ),
    unit="share",
    spreads=True,
    adopts="share",
    default=N_("50% (watch, alert); information above max(1/3, 2 ÷ number of people)"),
    evidence=N_("6 effective acts on 3 dates; 10 for an alert"),
    advice=N_("Pair up on one named task; do not hire it away."),
    clears=N_("When the probability falls below one half."),
    tables=frozenset({"time_entries", "people", "rules", "rule_thresholds"}),
    compute=_compute,
    again=Since((work.SUMS,), _compute),
    sentence=_sentence,
    events=(
        "SELECT flags.id, time_entries.seq FROM flags JOIN time_entries ON time_entries.person_id = flags.subject"
        " AND time_entries.occurred_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'PERSON_RELIANCE'"
    ),
    not_measured=lambda db, on: not_measured(work.by_person(db), on),
)
