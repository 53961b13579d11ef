"""INSTALMENT_LATE: does money that was promised for a day still not come?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

LATE_DAYS = 60


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for instalment, expected, due_on, ended_on in db.execute(
        "SELECT instalments.id, CASE WHEN called_cents > 0 THEN called_cents ELSE planned_cents END,"
        f" coalesce(due_on, date(called_on, '+{LATE_DAYS} days')), ended_on"
        " FROM instalments LEFT JOIN conventions ON conventions.id = convention_id"
        " WHERE due_on IS NOT NULL OR called_on IS NOT NULL ORDER BY instalments.id"
    ).fetchall():
        receipts = db.execute(
            "SELECT received_on, amount_cents FROM instalment_receipts WHERE instalment_id = ?"
            " ORDER BY received_on, seq",
            (instalment,),
        ).fetchall()
        steps = list(_steps(expected, date.fromisoformat(due_on), receipts))
        if ended_on:  # nothing more is owed under a convention that has ended
            end = date.fromisoformat(ended_on)
            steps = [*(step for step in steps if step.on < end), Step(end)]
        found += told(FLAG.code, instalment, steps)
    return found


def _steps(expected: int, due: date, receipts: list[tuple[str, int]]) -> Iterator[Step]:
    days = {due + timedelta(days=1), due + timedelta(days=LATE_DAYS)}
    for on in sorted(days | {date.fromisoformat(day) for day, _cents in receipts}):
        awaited = expected - sum(cents for day, cents in receipts if day <= on.isoformat())
        if on <= due or awaited <= 0:
            yield Step(on)
        else:
            level: Level = "alert" if on >= due + timedelta(days=LATE_DAYS) else "watch"
            yield Step(on, level, awaited, 0.0, window_from=due)


def _sentence(row: Any, names: Names) -> str:
    return _("Instalment {instalment}: {amount} were expected on {day} and have not come.").format(
        instalment=names(row["subject"]),
        amount=formats.money_whole(round(row["value"])),
        day=formats.day(row["window_from"]),
    )


FLAG = Flag(
    code="INSTALMENT_LATE",
    label=N_("An instalment is late"),
    question=N_("Does money that was promised for a day still not come?"),
    formula=N_(
        "what was called (or planned, before a call) and not received, after the day that the convention "
        "says; without one, sixty days after the call"
    ),
    unit="cents",
    default=N_("the day after (watch), sixty days after (alert)"),
    evidence=N_("an instalment with a day, or a call"),
    advice=N_("Call it if nobody did; else write to the funder, and tell the carrier how long it advances."),
    clears=N_("When it is received whole."),
    tables=frozenset({"instalments", "instalment_receipts"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, instalments.seq FROM flags JOIN instalments ON instalments.id = flags.subject"
        " WHERE flags.code = 'INSTALMENT_LATE'"
    ),
)
