"""The page “Balance”: who carries what, lieu by lieu, and which dependence is growing. Nobody is ranked.

Lieux stand in the order they joined. People are only counted: no name and no figure of one person
appears here, but for the coordination that the consortium itself finances, told as a function.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.language.catalogue import N_
from ledger.pages import reading
from ledger.pages.asking import Asked, months

WINDOWS = {
    91: N_("three months"),
    182: N_("six months"),
    365: N_("twelve months"),
    730: N_("two years"),
    1095: N_("three years"),
}
MEASURES = ("hours", "acts", "money")


def read(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Values of the template `balance.html`."""
    from ledger.balance import report

    day = asked.day()
    window = asked.number("window", 365)
    window = window if window in WINDOWS else 365
    lieux = reading.lieux(connection, day.isoformat())
    measured = {
        of: report.balance(connection, by="lieu", of=of, window_days=window, as_of=day) for of in MEASURES
    }
    return {
        "day": day,
        "window": window,
        "windows": WINDOWS,
        "measures": {of: _charted(each, lieux) for of, each in measured.items()},
        "people": report.balance(connection, by="person", of="hours", window_days=window, as_of=day),
        "activities": _activities(connection, lieux, day, window),
        "rotations": reading.rotations(connection, day.isoformat()),
        "coordination": _coordination(connection, day),
        "flags": report.flags(connection, as_of=day),
        "names": reading.names(connection),
    }


def _charted(measured: dict[str, Any], lieux: list[dict[str, Any]]) -> dict[str, Any]:
    """A report with its rows in the order the lieux joined, and the longest bar's share."""
    rank = {lieu["id"]: position for position, lieu in enumerate(lieux)}
    rows = sorted(measured["rows"], key=lambda row: rank.get(row["id"], len(rank)))
    return {**measured, "rows": rows, "longest": max((row["share"] for row in rows), default=0)}


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
        "rows": [{**lieu, "minutes": [minutes.get((lieu["id"], name), 0) for name in activities]} for lieu in lieux],
    }


def _coordination(connection: sqlite3.Connection, day: date) -> list[dict[str, Any]]:
    """Each mandate that is financed for a time, over the last twelve months: time given and financed."""
    shown = months(day, 12)
    mandates = reading.rows(
        connection,
        """select id, role, person_id, held_from, ended_on, held_until, minutes_per_month from roles
           where minutes_per_month is not null and held_from <= ? order by role, held_from""",
        day.isoformat(),
    )
    lines = []
    for mandate in mandates:
        given = reading.rows(
            connection,
            """select month, sum(minutes) as minutes from time_entries
               where person_id = ? and lieu_id is null and occurred_on <= ? group by month""",
            mandate["person_id"],
            day.isoformat(),
        )
        minutes = {each["month"]: each["minutes"] for each in given}
        last = min(mandate["ended_on"] or "9999", mandate["held_until"] or "9999")[:7]
        financed = [month for month in shown if mandate["held_from"][:7] <= month <= last]
        lines.append(
            {
                "role": mandate["role"],
                "role_id": mandate["id"],
                "monthly_minutes": mandate["minutes_per_month"],
                "months": [{"month": month, "minutes": minutes.get(month, 0)} for month in shown],
                "given_minutes": sum(minutes.get(month, 0) for month in shown),
                "financed_minutes": len(financed) * mandate["minutes_per_month"],
            }
        )
    return lines
