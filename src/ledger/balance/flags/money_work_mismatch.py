"""MONEY_WORK_MISMATCH: does the money follow the work?

A difference may be deliberate: to give is a choice, once it is said.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance import measures
from ledger.balance.evidence import NEEDED_ACTS, Level
from ledger.balance.flags import work
from ledger.balance.flags.base import (
    Flag,
    Interval,
    Names,
    Step,
    Thresholds,
    later,
    month_end,
    month_start,
    months_between,
    told,
)
from ledger.balance.flags.money_concentration import allocated
from ledger.balance.flags.reliance import WINDOW_MONTHS, totals, window
from ledger.language import formats
from ledger.language.catalogue import N_, _

WATCH, ALERT = 0.25, 0.40
NEEDED_MONTHS = 6


def _compute(db: sqlite3.Connection) -> list[Interval]:
    hours, money = work.by_lieu(db), allocated(db)
    if not hours.months or not money.months:
        return []
    thresholds = Thresholds(db)
    first = min(hours.months[0], money.months[0])
    months = months_between(first, later(max(hours.months[-1], money.months[-1]), WINDOW_MONTHS))
    steps = []
    for (month, given), (_same, received) in zip(
        hours.rolling(months, WINDOW_MONTHS), money.rolling(months, WINDOW_MONTHS), strict=True
    ):
        declared = sum(
            hours.months[0] <= each <= month for each in months_between(first, month)[-WINDOW_MONTHS:]
        )
        steps.append(_step(month, declared, given, received, thresholds))
    return list(told(FLAG.code, "consortium", steps))


def _step(
    month: str,
    declared: int,
    given: dict[str, work.Month],
    received: dict[str, work.Month],
    thresholds: Thresholds,
) -> Step:
    on = month_end(month)
    _total, acts, _dates = totals(given)
    if declared < NEEDED_MONTHS or acts < NEEDED_ACTS or not received:
        return Step(on)
    adopted = thresholds.at(FLAG.code, on)
    watch = adopted.value if adopted.value is not None else WATCH
    value = mismatch(given, received)
    level: Level | None = "alert" if value > max(watch, ALERT) else "watch" if value > watch else None
    threshold = max(watch, ALERT) if level == "alert" else watch
    return Step(on, level, value, threshold, adopted.source, acts, month_start(window(month)[0]))


def mismatch(given: dict[str, work.Month], received: dict[str, work.Month]) -> float:
    """Share of the money that would have to move for it to follow the hours (Hoover)."""
    lieux = sorted(given.keys() | received.keys())
    nothing = work.Month(0, 0, 0)
    return round(
        measures.hoover(
            [received.get(lieu, nothing).minutes for lieu in lieux],
            [given.get(lieu, nothing).minutes for lieu in lieux],
        ),
        4,
    )


def _sentence(row: Any, _names: Names) -> str:
    return _(
        "Money and work differ: {share} of what was set aside for the lieux would have to move to follow the "
        "hours they gave."
    ).format(share=formats.percent(row["value"]))


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    hours = work.by_lieu(db)
    acts = totals(hours.over(window(on.isoformat()[:7])))[1]
    return [("", round(acts, 1), NEEDED_ACTS)] if 0 < acts < NEEDED_ACTS else []


FLAG = Flag(
    code="MONEY_WORK_MISMATCH",
    label=N_("Money does not follow work"),
    question=N_("Does the money follow the work?"),
    formula=N_(
        "half the sum of the differences between each lieu's share of the money and its share of the hours, over "
        "twelve months; shared lines (coordination, management) count for no lieu"
    ),
    unit="share",
    default=N_("25 % (watch), 40 % (alert)"),
    evidence=N_("6 months of hours, with 6 effective acts, and money set aside for lieux"),
    advice=N_("Talk about it: to give work or money may be a choice; then say so by a decision."),
    clears=N_("When less would have to move, or when it is said to be by design."),
    tables=frozenset({"time_entries", "allocations", "reallocations"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, allocations.seq FROM flags JOIN allocations ON allocations.lieu_id IS NOT NULL"
        " AND allocations.allocated_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'MONEY_WORK_MISMATCH'"
        " UNION ALL SELECT flags.id, time_entries.seq FROM flags JOIN time_entries"
        " ON time_entries.lieu_id IS NOT NULL"
        " AND time_entries.occurred_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'MONEY_WORK_MISMATCH'"
    ),
    not_measured=_not_measured,
)
