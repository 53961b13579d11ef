"""What the ledger knows before a meeting: the values that prefill the template of its minutes."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.exchange.template import OpenMatter, OpenTask, Person, Prefill


def prefill(db: sqlite3.Connection, today: date, rotation: str | None = None) -> Prefill:
    """The next meeting, as far as the tables tell.

    Args:
        db: the read model.
        today: the day of the asking.
        rotation: the one that says who hosts; by default the one that follows meetings or months.
    """
    planned = db.execute(
        "SELECT kind, planned_on, host_lieu_id FROM meetings WHERE status = 'convened' AND planned_on >= ?"
        " ORDER BY planned_on LIMIT 1",
        (today.isoformat(),),
    ).fetchone()
    hosting = rotation or _hosting(db)
    names = dict(db.execute("SELECT id, name FROM lieux"))
    circle = [
        names[lieu]
        for (lieu,) in db.execute(
            "SELECT lieu_id FROM rotation_board WHERE rotation_id = ? ORDER BY next_rank", (hosting,)
        )
    ]
    host = names.get(planned[2]) if planned else next(iter(circle), None)
    last = db.execute(
        "SELECT kind FROM meetings WHERE status <> 'convened' ORDER BY held_on DESC LIMIT 1"
    ).fetchone()
    on = date.fromisoformat(planned[1]) if planned else today
    return Prefill(
        on=on,
        kind=planned[0] if planned else last[0] if last else "",
        host=host,
        next_host=next((lieu for lieu in circle if lieu != host), None),
        months=_undeclared(db, on),
        people=_people(db, today),
        lieux=_members(db, today),
        open_tasks=_open_tasks(db),
        rotations=[
            r for (r,) in db.execute("SELECT id FROM rotations WHERE id IS NOT ? ORDER BY id", (hosting,))
        ],
        shared=_shared(db, today),
        open_matters=_open_matters(db),
        **_rules(db, on),
        lines=[
            line for (line,) in db.execute("SELECT DISTINCT line FROM budget_lines WHERE side = 'expense'")
        ],
    )


def _hosting(db: sqlite3.Connection) -> str | None:
    found = db.execute(
        "SELECT id FROM rotations WHERE period IN ('meeting', 'month') ORDER BY seq LIMIT 1"
    ).fetchone()
    return found[0] if found else None


def _undeclared(db: sqlite3.Connection, on: date) -> list[date]:
    """The month before the meeting, when nobody has declared hours for it yet."""
    month = on.replace(day=1) - timedelta(days=1)
    found = db.execute(
        "SELECT 1 FROM time_entries WHERE month = ? LIMIT 1", (month.isoformat()[:7],)
    ).fetchone()
    return [] if found else [month]


def _people(db: sqlite3.Connection, on: date) -> list[Person]:
    rows = db.execute(
        "SELECT people.handle, coalesce(people.name, ''), lieux.name FROM people"
        " LEFT JOIN roles ON roles.person_id = people.id AND roles.role = 'affiliated' AND roles.ended_on IS NULL"
        " LEFT JOIN lieux ON lieux.id = roles.lieu_id"
        " WHERE people.handle IS NOT NULL AND coalesce(people.active_until, '9999') >= ?"
        " GROUP BY people.id ORDER BY people.seq",
        (on.isoformat(),),
    )
    return [Person(*row) for row in rows]


def _members(db: sqlite3.Connection, on: date) -> list[str]:
    rows = db.execute(
        "SELECT name FROM members WHERE lieu_id IS NOT NULL AND held_from <= ?1"
        " AND coalesce(ended_on, held_until, '9999') >= ?1 ORDER BY seq",
        (on.isoformat(),),
    )
    return [name for (name,) in rows]


def _open_tasks(db: sqlite3.Connection) -> list[OpenTask]:
    rows = db.execute(
        "SELECT tasks.id, tasks.title, coalesce(people.handle, lieux.name), tasks.due_on FROM tasks"
        " LEFT JOIN people ON people.id = tasks.person_id LEFT JOIN lieux ON lieux.id = tasks.lieu_id"
        " WHERE tasks.status NOT IN ('completed', 'cancelled') ORDER BY tasks.due_on IS NULL, tasks.due_on, tasks.seq"
    )
    return [
        OpenTask(id, title, who, date.fromisoformat(due) if due else None) for id, title, who, due in rows
    ]


def _shared(db: sqlite3.Connection, on: date) -> list[str]:
    """Those who belong to no lieu, and whose time is financed or was declared within a year."""
    rows = db.execute(
        "SELECT handle FROM people WHERE handle IS NOT NULL AND coalesce(active_until, '9999') >= ?1"
        " AND (id IN (SELECT person_id FROM mandates_now WHERE lieu_id IS NULL"
        "             AND (minutes_per_month IS NOT NULL OR role = 'coordinator'))"
        "      OR id IN (SELECT person_id FROM time_entries WHERE lieu_id IS NULL"
        "                AND month >= substr(date(?1, '-12 months'), 1, 7)))"
        " AND id NOT IN (SELECT person_id FROM roles WHERE role = 'affiliated' AND lieu_id IS NOT NULL"
        "                AND person_id IS NOT NULL AND ended_on IS NULL)"
        " ORDER BY seq",
        (on.isoformat(),),
    )
    return [handle for (handle,) in rows]


def _open_matters(db: sqlite3.Connection) -> list[OpenMatter]:
    rows = db.execute(
        "SELECT decisions.id, decisions.title, group_concat(coalesce(people.handle, lieux.name), char(10))"
        " FROM decisions LEFT JOIN objections ON objections.decision_id = decisions.id"
        "  AND objections.paramount AND objections.settled_on IS NULL"
        " LEFT JOIN people ON people.id = objections.person_id"
        " LEFT JOIN lieux ON lieux.id = objections.lieu_id"
        " WHERE decisions.status IN ('draft', 'open') GROUP BY decisions.id ORDER BY decisions.seq"
    )
    return [OpenMatter(id, title, who.split("\n") if who else ()) for id, title, who in rows]


def _rules(db: sqlite3.Connection, on: date) -> dict[str, Any]:
    """What the rules in force make possible; nothing that they do not speak of."""
    day = {"on": on.isoformat()}
    in_force = "effective_on <= :on AND coalesce(effective_until, '9999') >= :on"

    def last(column: str) -> Any:
        found = db.execute(
            f"SELECT {column} FROM rules WHERE {in_force} AND {column} IS NOT NULL"
            " ORDER BY effective_on DESC, seq DESC LIMIT 1",
            day,
        ).fetchone()
        return found[0] if found else None

    def listed(table: str, column: str) -> list[str]:
        """Of the last version that says something of it."""
        version = f"SELECT max(rules.seq) FROM rules JOIN {table} ON rules_id = rules.id WHERE {in_force}"
        rows = db.execute(f"SELECT {column} FROM {table} WHERE seq = ({version}) ORDER BY rowid", day)
        return [value for (value,) in rows]

    kind = db.execute("SELECT kind FROM consortium").fetchone()
    methods = [last("method"), *listed("method_rules", "method")]
    return {
        "advisory": bool(kind and kind[0] == "advisory"),
        "methods": list(dict.fromkeys(filter(None, methods))),
        "proxies": bool(last("proxy_limit")),
        "colleges": listed("colleges", "college"),
    }
