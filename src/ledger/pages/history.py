"""The pages of one event and of one thing: where every link of a flag or an expense leads.

People are told by the short name that they use in the minutes; their full names stay in their table.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from ledger.pages import reading
from ledger.pages.asking import Asked

THINGS: dict[str, tuple[str, ...]] = {
    "decisions": ("decision/{id}",),
    "tasks": ("task/{id}",),
    "meetings": ("meeting/{id}",),
    "conventions": ("convention/{id}",),
    "expenses": ("expense/{id}",),
    "calls": ("call/{id}",),
    "applications": ("application/{id}",),
    "contracts": ("contract/{id}",),
    "deliverables": (),
    "reviews": ("review/{id}",),
    "indicators": ("indicator/{id}",),
    "lessons": ("lesson/{id}",),
    "reports": (),
    "commitments": (),
    "transfers": (),
    "lieux": (),
    "organisations": (),
    "people": (),
    "roles": (),
    "rules": (),
    "rotations": (),
    "allocations": (),
    "instalments": (),
    "objections": (),
}
"""Tables of things that have an id, and their own streams; the others share the stream of another."""

HIDDEN = frozenset(("id", "seq", "name", "title", "label", "text"))
MOST = 300


def read_event(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any] | None:
    """Values of the template `event.html`: one event, its envelope and its neighbours."""
    found = _events(connection, "where seq = ?", int(asked.parts["seq"]))
    if not found:
        return None
    event = found[0]
    last = connection.execute("select max(seq) from events").fetchone()[0]
    return {
        "event": event,
        "about": _things_of(connection, event),
        "previous": event["seq"] - 1 or None,
        "following": event["seq"] + 1 if event["seq"] < last else None,
        "stream": _neighbours(connection, event["stream"]),
    }


def read_thing(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any] | None:
    """Values of the template `show.html`: what a thing is, its history, and what follows from it."""
    table, row = _find(connection, asked.parts["id"])
    if row is None:
        return None
    streams = [stream.format(id=row["id"]) for stream in THINGS[table]]
    if streams:
        history = _events(connection, "where stream = ? order by seq limit ?", streams[0], MOST)
    else:
        home = connection.execute("select stream from events where seq = ?", (row["seq"],)).fetchone()
        mention = f"%{json.dumps(row['id'], ensure_ascii=False)}%"
        history = _events(
            connection,
            "where stream = ? and data like ? order by seq limit ?",
            home[0] if home else "",
            mention,
            MOST,
        )
    return {
        "table": table,
        "row": row,
        "title": row.get("title") or row.get("label") or row.get("name") or row["id"],
        "text": row.get("text"),
        "facts": {
            name: value for name, value in row.items() if name not in HIDDEN and value not in (None, "", "[]")
        },
        "history": history,
        "follows": _follows(connection, row["id"]) if table == "decisions" else [],
        "names": _names(connection),
    }


def _neighbours(connection: sqlite3.Connection, stream: str) -> list[reading.Row]:
    """The history that an event is part of; none for the consortium's own stream, which is everybody's."""
    if stream == "consortium":
        return []
    return _events(connection, "where stream = ? order by seq limit ?", stream, MOST)


def _find(connection: sqlite3.Connection, id: str) -> tuple[str, reading.Row | None]:
    """The table and the row of an id, as written or in another case; of a person by handle too."""
    for condition in ("id = ?", "id = ? collate nocase"):
        for table in THINGS:
            found = _row(connection, table, condition, id)
            if found:
                return table, found
    return "people", _row(connection, "people", "handle = ? collate nocase", id)


def _row(connection: sqlite3.Connection, table: str, condition: str, id: str) -> reading.Row | None:
    row = reading.one(connection, f"select * from {table} where {condition}", id)
    return _discreet(row) if row and table == "people" else row


def _discreet(person: reading.Row) -> reading.Row:
    return {**person, "name": person["handle"]}


def _events(connection: sqlite3.Connection, condition: str, *values: Any) -> list[reading.Row]:
    """Events as rows with their `sentence`, author and fields; the SQL condition is the caller's own."""
    from ledger.service.telling import sentences

    found = reading.rows(connection, f"select * from events {condition}", *values)
    say = _names(connection)
    for event in found:
        event["fields"] = json.loads(event["data"])
    told = dict(sentences([{**event, "data": event["fields"]} for event in found], say))
    for event in found:
        event["sentence"] = told[event["seq"]]
        event["author"] = say(event["recorded_by"]) if event["recorded_by"] else None
        acting_as = event.get("acting_as")  # called by what it is: who holds it stands beside
        event["mandate"] = say(acting_as).partition(" (")[0] if acting_as else None
    return found


def _names(connection: sqlite3.Connection) -> Callable[[str], str]:
    """What to call a thing: people by their short name."""
    from ledger.readmodel.names import Names

    names = Names(connection)
    people = connection.execute("select id, coalesce(handle, id) from people where erased_on is null")
    handles = dict(people.fetchall())
    return lambda each: handles[each] if each in handles else names(each)


def _things_of(connection: sqlite3.Connection, event: reading.Row) -> list[dict[str, str]]:
    """The things that an event names and that have a page: id and title, each once."""
    found = []
    for word in dict.fromkeys(each for each in _strings(event["fields"]) if len(each) <= 80):
        for table in THINGS:
            row = _row(connection, table, "id = ?", word)
            if row:
                title = row.get("title") or row.get("label") or row.get("name") or word
                found.append({"id": word, "table": table, "title": title})
                break
    return found[:20]


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for each in value.values() for text in _strings(each)]
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return []


def _follows(connection: sqlite3.Connection, decision_id: str) -> list[reading.Row]:
    """What follows from a decision: tasks, roles, conventions, allocations, expenses."""
    return reading.rows(
        connection,
        """select follows, follows_id, label, lieu_id, occurred_on, state, amount_cents from decision_trail
           where decision_id = ? and follows is not null order by occurred_on, seq limit ?""",
        decision_id,
        MOST,
    )
