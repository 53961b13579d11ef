"""Where the consortium stands on a day: one page of facts, for `ledger status` and scripts."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

from ledger.balance import report
from ledger.folder import Folder
from ledger.readmodel.names import Names


def standing(folder: Folder, db: sqlite3.Connection, on: date) -> dict[str, Any]:
    """The consortium's name and kind, what is recorded, who is a member, what is open.

    Returns:
        `{ledger, kind, events, head, read_model: {seq, stale}, open_flags, open_tasks, …}`; `head` is
        the Merkle root of the log, in hexadecimal.
    """
    from ledger.store.log import Log

    log = Log.open(folder.log, read_only=True)
    try:
        head = log.head()
    finally:
        log.close()
    name, kind, illustrative = db.execute("SELECT name, kind, illustrative FROM consortium").fetchone() or (
        folder.path.name,
        None,
        0,
    )
    seq, as_of = db.execute("SELECT seq, as_of FROM _cursor").fetchone()
    names = Names(db)
    raised = report.raised(db, as_of=on, names=names)
    tasks = _tasks(db)
    return {
        "ledger": name,
        "kind": kind,
        "stage": next((stage for (stage,) in db.execute("SELECT stage FROM consortium_stage")), None),
        "illustrative": bool(illustrative),
        "as_of": on.isoformat(),
        "events": head.size,
        "head": head.root.hex(),
        "last_recorded_on": _last_recorded(db),
        "read_model": {"seq": seq, "stale": as_of is None and seq != head.size},
        "members": [m.label for m in report.members(db, "lieu", on)],
        "open_flags": len(raised),
        "flags": [
            {k: flag[k] for k in ("code", "subject", "level", "label", "sentence", "since")}
            for flag in raised
        ],
        "open_tasks": len(tasks),
        "tasks": tasks,
        "conventions": _conventions(db),
        "next_turns": _next_turns(db),
        "resources": _resources(db),
    }


def _last_recorded(db: sqlite3.Connection) -> str | None:
    found = db.execute("SELECT substr(recorded_at, 1, 10) FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return found[0] if found else None


def _tasks(db: sqlite3.Connection) -> list[dict[str, Any]]:
    rows = db.execute(
        "SELECT tasks.id, tasks.title, tasks.status, coalesce(people.handle, lieux.name), tasks.due_on FROM tasks"
        " LEFT JOIN people ON people.id = tasks.person_id LEFT JOIN lieux ON lieux.id = tasks.lieu_id"
        " WHERE tasks.status NOT IN ('completed', 'cancelled')"
        " ORDER BY tasks.due_on IS NULL, tasks.due_on, tasks.seq"
    )
    return [dict(zip(("id", "title", "status", "who", "due_on"), row, strict=True)) for row in rows]


def _conventions(db: sqlite3.Connection) -> list[dict[str, Any]]:
    rows = db.execute(
        "SELECT convention_id, title, amount_cents, received_cents, spent_cents FROM convention_balance"
        " ORDER BY convention_id"
    )
    keys = ("id", "title", "amount_cents", "received_cents", "spent_cents")
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _next_turns(db: sqlite3.Connection) -> list[dict[str, Any]]:
    rows = db.execute("SELECT rotation, lieu FROM rotation_board WHERE next_rank = 1 ORDER BY rotation_id")
    return [{"rotation": rotation, "lieu": lieu} for rotation, lieu in rows]


def _resources(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """What is shared, and what was until its holder left."""
    rows = db.execute(
        "SELECT resource, holder_id, holder, lost_on FROM shared_resources ORDER BY resource, holder"
    )
    return [dict(zip(("resource", "holder_id", "holder", "lost_on"), row, strict=True)) for row in rows]
