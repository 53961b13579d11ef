"""MONEY_CONCENTRATION: does the money go to one lieu?"""

from __future__ import annotations

import sqlite3
from datetime import date
from functools import partial
from typing import Any

from ledger.balance.flags import roster, work
from ledger.balance.flags.base import Flag, Interval, Names
from ledger.balance.flags.reliance import not_measured, reliance
from ledger.language import formats
from ledger.language.catalogue import N_, _


def allocated(db: sqlite3.Connection) -> work.Work:
    """Money set aside for lieux, in cents, by month; shared lines count for none."""
    return work.of_acts(
        db.execute(
            "SELECT allocated_on, lieu_id, amount_cents FROM allocations"
            " WHERE lieu_id IS NOT NULL AND amount_cents > 0 ORDER BY seq"
        )
    )


def _compute(db: sqlite3.Connection) -> list[Interval]:
    lieux = partial(roster.count, roster.number_of_lieux(db))
    return [i for i in reliance(db, FLAG.code, allocated(db), lieux) if i.level != "info"]


def _sentence(row: Any, names: Names) -> str:
    return _("{share} of the money set aside for lieux over twelve months is for {lieu}.").format(
        lieu=names(row["subject"]), share=formats.share(round(row["value"] * 10_000))
    )


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    found = not_measured(allocated(db), on)
    return found if found and found[0][1] else []


FLAG = Flag(
    code="MONEY_CONCENTRATION",
    label=N_("Money goes to one lieu"),
    question=N_("Does the money go to one lieu?"),
    formula=N_(
        "money set aside for the lieu over twelve months ÷ money set aside for all lieux; raised when the "
        "probability that its true share passes the threshold is above 0.80 (watch) or 0.95 (alert), twice in "
        "a row at a month's end; shared lines count for no lieu"
    ),
    unit="share",
    adopts="share",
    default=N_("50% (watch, alert)"),
    evidence=N_("6 effective allocations on 3 dates; 10 for an alert"),
    advice=N_("Look at the criteria together, not at the lieu."),
    clears=N_("When the probability falls below one half."),
    tables=frozenset({"allocations", "reallocations", "roles"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, allocations.seq FROM flags JOIN allocations ON allocations.lieu_id = flags.subject"
        " AND allocations.allocated_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'MONEY_CONCENTRATION'"
    ),
    not_measured=_not_measured,
)
