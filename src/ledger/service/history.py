"""One thing's whole history: the events that speak of it, and what follows from it."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import orjson

from ledger.kernel.errors import UnknownId
from ledger.kernel.spelling import near
from ledger.language import formats, terms
from ledger.language.catalogue import N_, render
from ledger.readmodel.names import Names
from ledger.record.model import CORRECTED, resolve_plain
from ledger.service.ledger import Ledger, as_dict
from ledger.service.numbers import number

_OWN_STREAM = {"meeting", "decision", "task", "convention", "expense", "review"}


def history(
    ledger: Ledger, db: sqlite3.Connection, wanted: str, known_at: date | None = None
) -> dict[str, Any]:
    """What the ledger knows of one id, or of one event by its number.

    Args:
        known_at: corrections recorded later are left out.

    Returns:
        `{id, noun, noun_label, name, events: [envelope…], follows: [{noun, noun_label, id, label, amount}],
        corrected: {seq: envelope}}`, events as written and, where they were corrected, as they count now (null:
        not at all); of a decision also `{colleges: [{college, seats, represented, count_…}], sums: {ceiling_cents,
        allocated_cents, spent_cents, minutes}, doubt}`: what each college said, what followed in all, and
        why it could not be adopted as it stands corrected.

    Raises:
        UnknownId: nothing is called so; with the nearest id.
    """
    if (seq := number(wanted)) is not None:
        found = _of_event(ledger, seq)
        return {**found, "corrected": _corrected(ledger, found["events"], known_at)}
    noun, id = _identified(ledger, wanted)
    events = _own(ledger, noun, id) if noun in _OWN_STREAM else _mentions(ledger, db, id)
    name = Names(db)(id)
    return {
        "id": id,
        "noun": noun,
        "noun_label": terms.label(noun),
        "name": name if name != id else "",
        "events": events,
        "corrected": _corrected(ledger, events, known_at),
        "follows": [_follow(row) for row in _following(db, noun, id)],
        **(_decided(ledger, db, id) if noun == "decision" else {}),
    }


def _corrected(
    ledger: Ledger, events: list[dict[str, Any]], known_at: date | None
) -> dict[str, dict[str, Any] | None]:
    """Those of these events that were corrected, as they count now; None for what was reversed."""
    asked, latest = {event["seq"] for event in events}, (known_at or date.max).isoformat()
    known = (e for e in map(as_dict, ledger.log.of_topic(CORRECTED)) if e["recorded_at"][:10] <= latest)
    made = [e for e in known if e["data"]["corrected_seq"] in asked]
    counting = {event["seq"]: event for event in resolve_plain([*events, *made])}
    return {str(seq): counting.get(seq) for seq in dict.fromkeys(e["data"]["corrected_seq"] for e in made)}


def _decided(ledger: Ledger, db: sqlite3.Connection, id: str) -> dict[str, Any]:
    """What only a decision has."""
    from ledger.decisions.recounting import doubt
    from ledger.service.streams import decode
    from ledger.service.telling import decision

    why = doubt(*decision([decode(stored) for stored in ledger.log.stream(f"decision/{id}")]))
    return {
        "colleges": _keyed(db, _COLLEGES, id),
        "sums": next(iter(_keyed(db, _SUMS, id)), {}),
        "doubt": render(why).partition("\n")[0] if why else None,
    }


_COLLEGES = (
    "SELECT colleges.college, count(seats.seat_id) AS seats, sum(seats.represented) AS represented, count_for,"
    " count_against, count_abstain, count_favourable, count_reserved, count_unfavourable"
    " FROM decision_colleges AS colleges"
    " LEFT JOIN decision_seats AS seats USING (decision_id, college)"
    " WHERE decision_id = ? AND coalesce(count_for, count_favourable) IS NOT NULL"
    " GROUP BY colleges.college ORDER BY colleges.rowid"
)
_SUMS = (
    "SELECT ceiling_cents,"
    " (SELECT sum(amount_cents) FROM allocations WHERE decision_id = decisions.id) AS allocated_cents,"
    " (SELECT sum(amount_cents) FROM expenses WHERE decision_id = decisions.id) AS spent_cents,"
    " (SELECT sum(minutes) FROM time_entries JOIN tasks ON tasks.id = task_id"
    "  WHERE tasks.decision_id = decisions.id) AS minutes"
    " FROM decisions WHERE id = ?"
)


def _keyed(db: sqlite3.Connection, sql: str, id: str) -> list[dict[str, Any]]:
    """Rows by column, without what is empty."""
    found = db.execute(sql, (id,))
    names = [column[0] for column in found.description]
    return [{n: v for n, v in zip(names, row, strict=True) if v is not None} for row in found]


def _identified(ledger: Ledger, wanted: str) -> tuple[str, str]:
    person = ledger.vault.by_handle(wanted)
    if person:
        return "person", person
    found = ledger.log.noun_of(wanted)
    if found:
        return found
    known = [id for _noun, id in ledger.log.all_ids()]
    meant = near(wanted, known, cutoff=0.5)
    raise UnknownId(
        N_("Nothing is called “{id}”."),
        N_("“{near}”?") if meant else N_("see what exists with: ledger status"),
        id=wanted,
        near=meant,
    )


def _of_event(ledger: Ledger, seq: int) -> dict[str, Any]:
    stored = ledger.log.event(seq)
    if stored is None:
        raise UnknownId(N_("There is no event {seq}."), N_("see the numbers with: ledger log"), seq=seq)
    corrections = [
        event
        for event in map(as_dict, ledger.log.of_topic("event.corrected.v1"))
        if event["data"]["corrected_seq"] == seq
    ]
    return {
        "id": str(seq),
        "noun": "event",
        "noun_label": terms.label("event"),
        "name": stored.topic,
        "events": [as_dict(stored), *corrections],
        "follows": [],
    }


def _own(ledger: Ledger, noun: str, id: str) -> list[dict[str, Any]]:
    return [as_dict(stored) for stored in ledger.log.stream(f"{noun}/{id}")]


def _mentions(ledger: Ledger, db: sqlite3.Connection, id: str) -> list[dict[str, Any]]:
    """Events whose data holds the id, hours left out: they are sums, not a story."""
    quoted = orjson.dumps(id).decode()
    rows = db.execute(
        "SELECT seq FROM events WHERE instr(data, ?) AND kind <> 'time.logged.v1' ORDER BY seq", (quoted,)
    )
    found = (ledger.log.event(seq) for (seq,) in rows)
    return [as_dict(stored) for stored in found if stored]


_FOLLOWS = {
    "decision": (
        "SELECT follows, follows_id, label, amount_cents, minutes FROM decision_trail"
        " WHERE decision_id = ? AND follows_id IS NOT NULL ORDER BY occurred_on, seq"
    ),
    "meeting": (
        "SELECT 'decision', id, coalesce(title, text), ceiling_cents, NULL FROM decisions WHERE meeting_id = ?1"
        " UNION ALL SELECT 'task', id, title, NULL, NULL FROM tasks WHERE meeting_id = ?1"
    ),
    "allocation": (
        "SELECT 'expense', id, label, amount_cents, NULL FROM expenses WHERE allocation_id = ? ORDER BY paid_on, seq"
    ),
    "convention": (
        "SELECT 'allocation', id, line, amount_cents, NULL FROM allocations WHERE convention_id = ? ORDER BY seq"
    ),
    "rotation": (
        "SELECT 'lieu', lieu_id, outcome, NULL, NULL FROM rotation_turns WHERE rotation_id = ? ORDER BY occurred_on"
    ),
}


_LESSONS = (
    "SELECT 'lesson', id, text, NULL, NULL FROM lessons"
    " WHERE ?1 IN (convention_id, decision_id) OR instr(' ' || about || ' ', ' ' || ?1 || ' ')"
    " ORDER BY learned_on, seq"
)


def _following(db: sqlite3.Connection, noun: str, id: str) -> list[tuple[Any, ...]]:
    queries = filter(None, (_FOLLOWS.get(noun), _LESSONS))
    return [row for query in queries for row in db.execute(query, (id,))]


def _follow(row: tuple[Any, ...]) -> dict[str, Any]:
    noun, id, label, cents, minutes = row
    amount = (
        formats.money(cents, whole=True)
        if cents is not None
        else formats.duration(minutes)
        if minutes
        else ""
    )
    return {
        "noun": noun,
        "noun_label": terms.label(noun),
        "id": id,
        "label": terms.label(label) if label else "",
        "amount": amount,
        "amount_cents": cents,
        "minutes": minutes,
    }
