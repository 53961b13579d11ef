"""What a consortium has in its agenda, and what it published: for calendars and feeds.

Both leave people out: a subscribed address gets around. Texts are those of the read model.
"""

from __future__ import annotations

import calendar
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from ledger.exchange.atom import Item
from ledger.exchange.ics import Entry
from ledger.exchange.words import slug
from ledger.language import terms
from ledger.language.catalogue import _

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def name_of(db: sqlite3.Connection) -> str:
    """What the consortium is called."""
    found = db.execute("SELECT name FROM consortium").fetchone()
    return str(found[0]) if found else "ledger"


def agenda(db: sqlite3.Connection, on: date) -> list[Entry]:
    """Meetings, past and to come; then what is due: tasks, turns, reviews, votes, mandates, payments.

    Args:
        db: the read model.
        on: the day of the asking: from which the next turn is counted.
    """
    entries = [*_meetings(db), *_turns(db, on), *_deadlines(db)]
    return sorted(entries, key=lambda entry: (entry.first, entry.uid))


def published(db: sqlite3.Connection) -> list[Item]:
    """Decisions and opinions that were published, the last first."""
    rows = db.execute(
        "SELECT id, title, text, status, position, published_on, published_url FROM decisions"
        " WHERE published_on IS NOT NULL ORDER BY published_on DESC, id"
    )
    root = f"urn:ledger:{slug(name_of(db))}"
    return [
        Item(
            id=f"{root}:decision:{slug(row[0])}",
            title=f"{row[1]} ({terms.label(row[4] or row[3])})",
            text=row[2],
            published_on=date.fromisoformat(row[5]),
            url=row[6],
        )
        for row in rows
    ]


def _meetings(db: sqlite3.Connection) -> Iterator[Entry]:
    rows = db.execute(
        "SELECT meetings.id, meetings.kind, coalesce(meetings.held_on, meetings.planned_on), lieux.name,"
        " (SELECT group_concat(value, char(10)) FROM json_each(meetings.agenda)), meetings.status, meetings.seq"
        " FROM meetings LEFT JOIN lieux ON lieux.id = meetings.host_lieu_id"
        " WHERE coalesce(meetings.held_on, meetings.planned_on) IS NOT NULL"
    ).fetchall()
    for id, kind, day, host, items, status, seq in rows:
        entry = _entry(db, f"meeting-{id}", f"{kind[:1].upper()}{kind[1:]}", day, seq)
        yield replace(entry, place=host or "", details=items or "", cancelled=status == "cancelled")


def _turns(db: sqlite3.Connection, on: date) -> Iterator[Entry]:
    """The next turn of what goes round by month, quarter or year; meetings tell the others."""
    rows = db.execute(
        "SELECT board.rotation_id, board.rotation, board.lieu, rotations.period, rotations.starts_on,"
        " (SELECT max(occurred_on) FROM rotation_turns WHERE rotation_id = board.rotation_id), board.seq"
        " FROM rotation_board AS board JOIN rotations ON rotations.id = board.rotation_id"
        " WHERE board.next_rank = 1 AND rotations.period <> 'meeting'"
    ).fetchall()
    for id, rotation, lieu, period, starts_on, last_on, seq in rows:
        day = date.fromisoformat(last_on or starts_on)
        step = _MONTHS[period] if last_on else 0
        day = _after(day, step)
        while day < on:
            day = _after(day, _MONTHS[period])
        title = _("{rotation}: the turn of {lieu}").format(rotation=rotation, lieu=lieu)
        yield replace(_entry(db, f"turn-{id}-{day}", title, day.isoformat(), seq), place=lieu or "")


_DUE = {
    "task": (
        "SELECT id, title, due_on, seq FROM tasks WHERE due_on IS NOT NULL"
        " AND status NOT IN ('completed', 'cancelled')"
    ),
    "vote": "SELECT id, title, closes_on, seq FROM decisions WHERE closes_on IS NOT NULL AND status = 'open'",
    "review": "SELECT id, title, review_on, seq FROM decisions WHERE review_on IS NOT NULL AND status = 'adopted'",
    "expiry": "SELECT id, title, expires_on, seq FROM decisions WHERE expires_on IS NOT NULL AND status = 'adopted'",
    "mandate": (
        "SELECT role_id, role, held_until, seq FROM mandates"
        " WHERE held_until IS NOT NULL AND ended_on IS NULL"
    ),
    "instalment": (
        "SELECT id, id, due_on, seq FROM instalments WHERE due_on IS NOT NULL AND received_on IS NULL"
    ),
    "convention": "SELECT id, title, ends_on, seq FROM conventions WHERE ends_on IS NOT NULL",
}


def _deadlines(db: sqlite3.Connection) -> Iterator[Entry]:
    words = {
        "task": _("Task due: {what}"),
        "vote": _("Last day to take part: {what}"),
        "review": _("To look at again: {what}"),
        "expiry": _("Last day of effect: {what}"),
        "mandate": _("End of the mandate: {what}"),
        "instalment": _("Payment due: {what}"),
        "convention": _("End of the convention: {what}"),
    }
    for kind, sql in _DUE.items():
        for id, what, day, seq in db.execute(sql).fetchall():
            title = words[kind].format(what=terms.label(what))
            yield _entry(db, f"{kind}-{id}", title, day, seq)


def _entry(db: sqlite3.Connection, what: str, title: str, day: str, seq: int) -> Entry:
    recorded = db.execute("SELECT recorded_at FROM events WHERE seq = ?", (seq,)).fetchone()
    changed_at = datetime.fromisoformat(recorded[0].replace("Z", "+00:00")) if recorded else None
    uid = f"{what}@{slug(name_of(db)) or 'ledger'}"
    return Entry(uid, title, date.fromisoformat(day), changed_at=changed_at, revision=seq)


def _after(day: date, months: int) -> date:
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
