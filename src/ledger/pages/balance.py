"""The page “Balance”: who carries what, lieu by lieu, and which dependence is growing. Nobody is ranked.

Lieux stand in the order they joined. No name and no figure of one person appears here, but for the
time of the functions that the consortium itself finances, told as functions.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import date, timedelta
from typing import Any, Literal

from ledger.language.catalogue import N_
from ledger.pages import flags, reading
from ledger.pages.asking import Asked, months

WINDOWS = {
    91: N_("three months"),
    182: N_("six months"),
    365: N_("twelve months"),
    730: N_("two years"),
    1095: N_("three years"),
}
MEASURES: tuple[Literal["hours", "acts", "money"], ...] = ("hours", "acts", "money")


def read(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Values of the template `balance.html`."""
    from ledger.balance import report

    day = asked.day()
    window = int(asked.word("window", *map(str, WINDOWS), default="365"))
    lieux = reading.lieux(connection, day.isoformat())
    measured = {
        of: report.balance(connection, by="lieu", of=of, window_days=window, as_of=day) for of in MEASURES
    }
    return {
        "day": day,
        "latest": asked.as_of,
        "window": window,
        "windows": WINDOWS,
        "measures": {of: _charted(each, lieux) for of, each in measured.items()},
        "activities": _activities(connection, lieux, day, window),
        "rotations": reading.rotations(connection, day.isoformat()),
        "functions": _functions(connection, day),
        "flags": flags.standing(connection, day),
        "names": reading.names(connection),
    }


def _charted(measured: dict[str, Any], lieux: list[dict[str, Any]]) -> dict[str, Any]:
    """A report with its rows in the order the lieux joined, its largest share and its highest month."""
    rank = {lieu["id"]: position for position, lieu in enumerate(lieux)}
    rows = sorted(measured["rows"], key=lambda row: rank.get(row["id"], len(rank)))
    return {
        **measured,
        "rows": rows,
        "longest": max((row["share"] for row in rows), default=0),
        "highest": max((value for row in rows for value in row["by_month"]), default=0),
    }


def _activities(
    connection: sqlite3.Connection, lieux: list[dict[str, Any]], day: date, window: int
) -> dict[str, Any]:
    """Minutes by lieu and activity: `names` of the activities, `rows` of the lieux."""
    found = reading.rows(
        connection,
        """select lieu_id, activity, sum(minutes) as minutes from time_entries
           where lieu_id is not null and occurred_on > ? and occurred_on <= ? group by lieu_id, activity""",
        (day - timedelta(days=window)).isoformat(),
        day.isoformat(),
    )
    minutes = {(each["lieu_id"], each["activity"]): each["minutes"] for each in found}
    activities = sorted({activity for _lieu, activity in minutes})
    return {
        "names": activities,
        "rows": [
            {**lieu, "minutes": [minutes.get((lieu["id"], name), 0) for name in activities]} for lieu in lieux
        ],
    }


def _functions(connection: sqlite3.Connection, day: date) -> list[dict[str, Any]]:
    """Each function that is financed for a time, over the last twelve months: time given and financed.

    A function may have had several holders: their time is one sum.
    """
    from ledger.balance.flags.coord_load import logged, mandates_by_role

    shown = months(day, 12)
    lines = []
    for role, mandates in mandates_by_role(connection).items():
        given: Counter[str] = Counter()
        financed: Counter[str] = Counter()
        for mandate in mandates:
            if mandate.start > day.isoformat():
                continue
            given.update(logged(connection, mandate._replace(end=min(mandate.end, day.isoformat()))))
            running = [month for month in shown if mandate.start[:7] <= month <= mandate.end[:7]]
            financed.update(dict.fromkeys(running, mandate.financed))
        if financed:
            lines.append(
                {
                    "role": role,
                    "months": [{"month": month, "minutes": given[month]} for month in shown],
                    "monthly_minutes": max(financed.values()),
                    "given_minutes": sum(given[month] for month in shown),
                    "financed_minutes": sum(financed.values()),
                }
            )
    return lines
