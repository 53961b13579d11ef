"""The home page: the consortium at a glance, one glance a subject, each leading to its page."""

from __future__ import annotations

import sqlite3
from typing import Any

from ledger.pages import flags, reading
from ledger.pages.asking import Asked

DECISIONS = 5
TASKS = 6
WINDOW_DAYS = 365


def read(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Values of the template `home.html`."""
    from ledger.balance import report
    from ledger.funds.trail import summary

    day = asked.day()
    on = day.isoformat()
    conventions = reading.rows(
        connection, "select id, title from conventions where signed_on <= ? order by seq", on
    )
    hours = report.balance(connection, by="lieu", of="hours", window_days=WINDOW_DAYS, as_of=day)
    lieux = reading.lieux(connection, on)
    rank = {lieu["id"]: position for position, lieu in enumerate(lieux)}
    hours["rows"].sort(key=lambda row: rank.get(row["id"], len(rank)))
    return {
        "day": day,
        "lieux": lieux,
        "carrier": _carrier(connection, on),
        "hours": hours,
        "flags": flags.standing(connection, day),
        "conventions": [{**each, **summary(connection, each["id"])} for each in conventions],
        "rotations": reading.rotations(connection, on),
        "next_meeting": reading.one(
            connection,
            "select * from meetings where status = 'convened' and planned_on >= ? order by planned_on",
            on,
        ),
        "decisions": _decisions(connection, on),
        "tasks": _tasks(connection, on),
        "names": reading.names(connection),
    }


def _carrier(connection: sqlite3.Connection, on: str) -> dict[str, Any] | None:
    return reading.one(
        connection,
        """select organisations.id, organisations.name, carrier_kind from roles
           join organisations on organisations.id = organisation_id
           where role = 'carrier' and held_from <= ?1 and coalesce(ended_on, '9999') > ?1""",
        on,
    )


def _decisions(connection: sqlite3.Connection, on: str) -> list[dict[str, Any]]:
    """The last decisions, newest first, proposals still open among them."""
    return reading.rows(
        connection,
        """select id, title, status, coalesce(decided_on, proposed_on) as day, ceiling_cents from decisions
           where coalesce(decided_on, proposed_on) <= ? order by day desc, seq desc limit ?""",
        on,
        DECISIONS,
    )


def _tasks(connection: sqlite3.Connection, on: str) -> dict[str, Any]:
    """Tasks under way: the next ones due, how many in all, and how many that nobody has."""
    under_way = "from tasks where status in ('open', 'assigned', 'accepted') and opened_on <= ?"
    counted = reading.one(
        connection, f"select count(*) as count, coalesce(sum(status = 'open'), 0) as free {under_way}", on
    )
    assert counted
    found = reading.rows(
        connection,
        f"""select id, title, due_on, lieu_id, status, critical {under_way}
            order by due_on is null, due_on limit ?""",
        on,
        TASKS,
    )
    return {**counted, "rows": found}
