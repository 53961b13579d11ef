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
from ledger.balance.flags.again import START, Since, Standing
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
from ledger.balance.flags.reliance import totals
from ledger.balance.flags.touched import Notes
from ledger.language import formats
from ledger.language.catalogue import N_, _

WATCH, ALERT = 0.25, 0.40
NEEDED_MONTHS, YEAR = 6, 12
SUBJECT = "consortium"
ALLOCATED = Notes("_allocated", "allocations", (("substr({row}.allocated_on, 1, 7)",),))


def _compute(db: sqlite3.Connection) -> list[Interval]:
    return _since(db, START) or []


def _since(db: sqlite3.Connection, standing: Standing) -> list[Interval] | None:
    first = work.first_of_lieux(db)
    money = allocated(db)
    if first is None or not money.months:
        return []
    start = max(min(first, money.months[0]), _last_look(standing))
    hours = work.by_lieu(db, later(f"{start[:4]}-01", -YEAR))
    known = [month for month in (*hours.months, *money.months) if month <= standing.month]
    if standing != START and (not known or later(max(known), YEAR) < standing.month):
        return None  # nobody looked any more on that day: there are looks to add before it
    last = max(*hours.months, first, money.months[-1])
    thresholds = Thresholds(db)
    # The first half of a year says nothing yet: what was measured before stands until then.
    months = [m for m in months_between(start, later(last, YEAR)) if int(m[5:]) >= NEEDED_MONTHS]
    steps = [_step(month, hours, money, thresholds, since=first) for month in months]
    return list(told(FLAG.code, SUBJECT, steps, standing.lasting.get(SUBJECT)))


def _last_look(standing: Standing) -> str:
    """The last month at or before that day at whose end there is a look."""
    month = standing.month
    return month if standing == START or int(month[5:]) >= NEEDED_MONTHS else f"{int(month[:4]) - 1:04}-12"


def _step(month: str, hours: work.Work, money: work.Work, thresholds: Thresholds, *, since: str) -> Step:
    """The calendar year up to a month's end: what is set aside in January is for the year."""
    on, year = month_end(month), months_between(f"{month[:4]}-01", month)
    given, received = hours.over(year), money.over(year)
    _total, acts, _dates = totals(given)
    if since > later(month, 1 - NEEDED_MONTHS) or acts < NEEDED_ACTS or not received:
        return Step(on)
    adopted = thresholds.at(FLAG.code, on)
    watch = adopted.value if adopted.value is not None else WATCH
    value = mismatch(given, received)
    level: Level | None = "alert" if value > max(watch, ALERT) else "watch" if value > watch else None
    threshold = max(watch, ALERT) if level == "alert" else watch
    return Step(on, level, value, threshold, adopted.source, acts, month_start(year[0]))


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
    acts = totals(work.by_lieu(db).over(months_between(f"{on.year}-01", f"{on:%Y-%m}")))[1]
    return [("", round(acts, 1), NEEDED_ACTS)] if 0 < acts < NEEDED_ACTS else []


FLAG = Flag(
    code="MONEY_WORK_MISMATCH",
    label=N_("Money does not follow work"),
    question=N_("Does the money follow the work?"),
    formula=N_(
        "half the sum of the differences between each lieu's share of the money and its share of the hours, over "
        "the calendar year, at each month's end from June on; shared lines (coordination, management) count for "
        "no lieu"
    ),
    unit="share",
    adopts="share",
    default=N_("25% (watch), 40% (alert)"),
    evidence=N_("6 months of hours, with 6 effective acts, and money set aside for lieux"),
    advice=N_("Talk about it: to give work or money may be a choice; then say so by a decision."),
    clears=N_("When less would have to move, or when it is said to be by design."),
    tables=frozenset({"time_entries", "allocations", "reallocations"}),
    compute=_compute,
    again=Since((work.SUMS, ALLOCATED), _since),
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
