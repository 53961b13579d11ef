"""Where the consortium stands on a day: one page of facts, for `ledger status` and scripts."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.balance import report
from ledger.folder import Folder
from ledger.readmodel.names import Names

if TYPE_CHECKING:
    from ledger.store.log import Log


def standing(folder: Folder, db: sqlite3.Connection, on: date) -> dict[str, Any]:
    """The consortium's name and kind, what is recorded, who is a member, what is open.

    Returns:
        `{ledger, kind, events, head, read_model: {seq, stale}, open_flags, open_tasks, …}`: how many events
        were known, the Merkle root over them in hexadecimal and the day of the last; `events_told`, how many
        of them had happened; `events_in_all`, however many are known by now.
    """
    extent = _extent(folder, db)
    name, kind, illustrative = db.execute("SELECT name, kind, illustrative FROM consortium").fetchone() or (
        folder.path.name,
        None,
        0,
    )
    names = Names(db)
    raised = report.raised(db, as_of=on, names=names)
    tasks = _tasks(db)
    return {
        "ledger": name,
        "kind": kind,
        "stage": next((stage for (stage,) in db.execute("SELECT stage FROM consortium_stage")), None),
        "illustrative": bool(illustrative),
        "as_of": on.isoformat(),
        **extent._asdict(),
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


class Extent(NamedTuple):
    """How far the record reaches in these tables: see `standing`."""

    events: int
    head: str
    last_recorded_on: str | None
    events_told: int
    events_in_all: int
    read_model: dict[str, Any]


def _extent(folder: Folder, db: sqlite3.Connection) -> Extent:
    """What was known, by the cursor of a cut, or by the log."""
    from ledger.store.log import Log

    seq, root, cut = db.execute("SELECT seq, root, as_of FROM _cursor").fetchone()
    log = Log.open(folder.log, read_only=True)
    try:
        head = log.head()
        known = seq if cut else head.size
        (told,) = db.execute("SELECT count(*) FROM events").fetchone() if cut else (known,)
        return Extent(
            events=known,
            head=root if cut else head.root.hex(),
            last_recorded_on=_recorded_on(log, known),
            events_told=told,
            events_in_all=head.size,
            read_model={"seq": seq, "stale": not cut and seq != head.size},
        )
    finally:
        log.close()


def _recorded_on(log: Log, seq: int) -> str | None:
    from orjson import loads

    stored = log.event(seq)
    return str(loads(stored.state)["recorded_at"])[:10] if stored else None


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
