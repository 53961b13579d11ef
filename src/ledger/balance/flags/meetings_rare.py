"""MEETINGS_RARE: does the consortium still meet?"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags import roster
from ledger.balance.flags.base import Flag, Interval, Names, Step, Thresholds, told
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

NEEDED = 3
YEAR = timedelta(days=365)


def _compute(db: sqlite3.Connection) -> list[Interval]:
    life = roster.life(db)
    if life is None:
        return []
    days = _meetings(db)
    start = life.start + YEAR
    thresholds = Thresholds(db)
    changes = {start, *days, *(day + YEAR for day in days), *thresholds.changes(FLAG.code)}
    steps = [_step(on, days, thresholds) for on in sorted(changes) if on >= start and life.holds(on)]
    return list(told(FLAG.code, "consortium", [*steps, Step(life.end)] if life.end else steps))


def _meetings(db: sqlite3.Connection) -> list[date]:
    rows = db.execute("SELECT held_on FROM meetings WHERE held_on IS NOT NULL ORDER BY held_on")
    return [date.fromisoformat(day) for (day,) in rows]


def _step(on: date, days: list[date], thresholds: Thresholds) -> Step:
    count = bisect_right(days, on) - bisect_right(days, on - YEAR)
    adopted = thresholds.at(FLAG.code, on)
    needed = adopted.or_default(NEEDED)
    if count >= needed:
        return Step(on)
    return Step(on, "watch", count, needed, adopted.source, count, window_from=on - YEAR + timedelta(days=1))


def _sentence(row: Any, _names: Names) -> str:
    return ngettext(
        "{count} meeting was held in twelve months.",
        "{count} meetings were held in twelve months.",
        round(row["value"]),
    ).format(count=formats.number(row["value"]))


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    life = roster.life(db)
    if life is None or not life.holds(on) or on >= life.start + YEAR:
        return []
    return [("", float((on - life.start).days * 12 // 365), 12)]


FLAG = Flag(
    code="MEETINGS_RARE",
    label=N_("Meetings are rare"),
    question=N_("Does the consortium still meet?"),
    formula=N_("meetings held over 365 days"),
    unit="count",
    adopts="count",
    default=N_("fewer than 3 (watch)"),
    evidence=N_("twelve months since the founding"),
    advice=N_("Fix the next three dates today, one in each of three lieux."),
    clears=N_("When as many meetings were held within twelve months."),
    tables=frozenset({"meetings", "consortium", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, meetings.seq FROM flags JOIN meetings"
        " ON meetings.held_on BETWEEN flags.window_from AND flags.window_until WHERE flags.code = 'MEETINGS_RARE'"
    ),
    not_measured=_not_measured,
)
