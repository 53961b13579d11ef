"""ACCOUNTING_DOMINANCE: do the accounts crowd out the commons?

A whole year of money is judged by the evidence rule; a season of it is only told, for information.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags import work
from ledger.balance.flags.again import START, Since, Standing
from ledger.balance.flags.base import (
    Flag,
    Interval,
    Names,
    Step,
    later,
    month_end,
    months_between,
    overlaid,
    told,
)
from ledger.balance.flags.reliance import not_measured, reliance, since
from ledger.balance.flags.touched import Notes
from ledger.language import formats
from ledger.language.catalogue import N_, _

MONEY = "money"
KINDS = 6
"""Domains that a decision may be of: the roster of the evidence rule."""

SEASON_MONTHS, SEASON_SHARE, SEASON_ACTS = 3, 0.6, 6
DECIDED = Notes("_decided", "decisions", (("substr({row}.decided_on, 1, 7)",),))


def _decided(db: sqlite3.Connection, month: str = "") -> list[tuple[str, str, int]]:
    """Day and domain of each decision from a month on, in order of time; each weighs 1."""
    return db.execute(
        "SELECT decided_on, domain, 1 FROM decisions WHERE decided_on >= ? AND status <> 'withdrawn'"
        " ORDER BY decided_on, seq",
        (month,),
    ).fetchall()


def _compute(db: sqlite3.Connection, standing: Standing = START) -> list[Interval]:
    decided = _decided(db, since(standing))
    if not decided:
        return []
    # What a season says is no level of the year: it is looked at anew each month.
    lasting = {subject: each for subject, each in standing.lasting.items() if each.level != "info"}
    year = [
        step
        for interval in reliance(
            db, FLAG.code, work.of_acts(decided), lambda _on: KINDS, standing._replace(lasting=lasting)
        )
        if interval.subject == MONEY and interval.level != "info"
        for step in _both_ends(interval)
    ]
    steps = overlaid(year, list(_seasons(decided, standing.month)))
    return list(told(FLAG.code, MONEY, steps, standing.lasting.get(MONEY)))


def _both_ends(interval: Interval) -> Iterator[Step]:
    figures = (
        interval.value,
        interval.threshold,
        interval.threshold_source,
        interval.acts,
        interval.window_from,
    )
    yield Step(interval.since, interval.level, *figures)
    if interval.until:
        yield Step(interval.until + timedelta(days=1))


def _seasons(decided: list[tuple[str, str, int]], since: str) -> Iterator[Step]:
    """Each month's end from a month on, over the three months that end there."""
    days = [day for day, _domain, _one in decided]
    for month in months_between(max(days[0][:7], since), later(days[-1][:7], SEASON_MONTHS)):
        on, first = month_end(month), f"{later(month, 1 - SEASON_MONTHS)}-01"
        recent = decided[bisect_left(days, first) : bisect_left(days, f"{month}-32")]
        share = sum(domain == MONEY for _day, domain, _one in recent) / len(recent) if recent else 0.0
        if len(recent) >= SEASON_ACTS and share > SEASON_SHARE:
            yield Step(
                on,
                "info",
                round(share, 4),
                SEASON_SHARE,
                acts=len(recent),
                window_from=date.fromisoformat(first),
            )
        else:
            yield Step(on)


def _sentence(row: Any, _names: Names) -> str:
    share = formats.percent(row["value"])
    if row["level"] == "info":
        return _("{share} of the decisions of three months were about money.").format(share=share)
    return _("{share} of the decisions of twelve months were about money only.").format(share=share)


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    found = not_measured(work.of_acts(_decided(db)), on)
    return found if found and found[0][1] else []


FLAG = Flag(
    code="ACCOUNTING_DOMINANCE",
    label=N_("Accounts crowd out the commons"),
    question=N_("Do the accounts crowd out the commons?"),
    formula=N_(
        "decisions about money ÷ all decisions: over three months, for information; over twelve months, raised "
        "when the probability that the true share passes the threshold is above 0.80 (watch) or 0.95 (alert), "
        "twice in a row at a month's end"
    ),
    unit="share",
    adopts="share",
    default=N_("60% of three months (information); 50% of twelve months (watch, alert)"),
    evidence=N_("6 decisions; 10 for an alert"),
    advice=N_("Put one item that is not about money first on each agenda."),
    clears=N_("When the part of money falls again."),
    tables=frozenset({"decisions"}),
    compute=_compute,
    again=Since((DECIDED,), _compute),
    sentence=_sentence,
    events=(
        "SELECT flags.id, decisions.seq FROM flags JOIN decisions ON decisions.domain = 'money'"
        " AND decisions.decided_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'ACCOUNTING_DOMINANCE'"
    ),
    not_measured=_not_measured,
)
