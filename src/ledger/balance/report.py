"""The balance and the flags as reports: the numbers of one read model, in the shape that JSON promises.

Reads the tables of a view, already cut at a date; keeps nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from ledger.balance import carrying, measures
from ledger.balance.flags.base import later, months_between
from ledger.language.catalogue import N_, _

By = carrying.By
Of = Literal["hours", "acts", "money"]
Names = Callable[[str], str]

WINDOW_DAYS = 365
RECENT_DAYS = 90
"""A year holds the yearly turns and mandates; the last three months show what is growing."""
MOST_MONTHS = 36
PAIR = N_("Too many bodies stand already: two people on one named task, and no new committee.")
"""What is advised instead of spreading, while FRAGMENTATION stands."""

FEW = 3
"""Below so many active people, what a lieu does means what a person does."""


@dataclass(frozen=True)
class Member:
    """Who could carry: an active lieu, or an active person and the lieu they belong to."""

    id: str
    label: str
    lieu_id: str | None


def members(db: sqlite3.Connection, by: By, on: date) -> list[Member]:
    """The roster on a day, zeros included, in the order in which they joined; nobody is ranked."""
    day = on.isoformat()
    if by == "lieu":
        rows = db.execute(
            "SELECT members.lieu_id, lieux.name, members.lieu_id FROM members JOIN lieux ON lieux.id = members.lieu_id"
            " WHERE members.held_from <= ?1 AND (members.held_until IS NULL OR members.held_until >= ?1)"
            " AND (members.ended_on IS NULL OR members.ended_on > ?1) ORDER BY members.seq",
            (day,),
        )
    else:
        rows = db.execute(
            "SELECT people.id, coalesce(people.handle, people.id), affiliation.lieu_id FROM people"
            " LEFT JOIN roles AS affiliation ON affiliation.person_id = people.id AND affiliation.role = 'affiliated'"
            " AND affiliation.held_from <= ?1 AND (affiliation.ended_on IS NULL OR affiliation.ended_on > ?1)"
            " WHERE people.active_from <= ?1 AND (people.active_until IS NULL OR people.active_until >= ?1)"
            " GROUP BY people.id ORDER BY people.seq",
            (day,),
        )
    return [Member(*row) for row in rows]


_NAMED: dict[By, str] = {
    "lieu": "SELECT id, name, id FROM lieux ORDER BY seq",
    "person": "SELECT id, coalesce(handle, id), NULL FROM people ORDER BY seq",
}


def _gone(db: sqlite3.Connection, by: By, done: dict[str, int], roster: list[Member]) -> list[Member]:
    """Who carried over the window and is no longer of the roster: what they did does not leave with them."""
    missing = done.keys() - {member.id for member in roster}
    return [Member(*row) for row in db.execute(_NAMED[by]) if row[0] in missing] if missing else []


def balance(
    db: sqlite3.Connection,
    *,
    by: By = "lieu",
    of: Of = "hours",
    as_of: date,
    known_at: date | None = None,
    window_days: int = WINDOW_DAYS,
    reader: str | None = None,
) -> dict[str, Any]:
    """Who carries, over a window that ends on `as_of`; hours in minutes, money in cents, acts counted.

    Whoever left within the window has a row too, after the members, and is not one of their number.
    Work for no lieu (a shared function) counts per person and in `coordination`, not in the lieux' total.
    Shares of persons are of all hours; those that a lieu declared without a name are `unnamed`, and count
    in the measures as one doer for each lieu.

    Each row also holds its value and share over the last 90 days, its value month by month, and `did`:
    the counts of `carrying.FACTS`. Where a lieu has fewer than three active people what each of them gave
    and did is None, for the lieu would mean the person; the reader sees their own.

    Args:
        db: a read model whose facts end on `as_of`.
        window_days: days looked at, `as_of` included.
        reader: the person who asks.
    """
    since = as_of - timedelta(days=window_days - 1)
    recently = as_of - timedelta(days=RECENT_DAYS - 1)
    months = _months(as_of, window_days)
    given = _given(db, by, of, min(f"{months[0]}-01", since.isoformat()), as_of.isoformat())
    done = _sums(given, since)
    recent = _sums(given, recently)
    by_month = _by_month(given)
    did = carrying.carried(db, by, since, as_of)
    members_now = members(db, by, as_of)
    roster = [*members_now, *_gone(db, by, done, members_now)]
    values = [done.get(m.id, 0) for m in roster]
    unnamed = _unnamed(db, since, as_of) if (of, by) == ("hours", "person") else {}
    lately = sum(recent.values()) + sum(
        _unnamed(db, recently, as_of).values() if (of, by) == ("hours", "person") else ()
    )
    everybody = [*values, *unnamed.values()]
    total = sum(everybody)
    theil = measures.theil(_groups(roster, values, unnamed))
    guarded = _guarded(db, roster, as_of, reader) if by == "person" else set()
    hidden = {id for id in guarded if done.get(id) or recent.get(id)}
    return {
        "as_of": as_of.isoformat(),
        "known_at": known_at.isoformat() if known_at else None,
        "window_days": window_days,
        "of": of,
        "by": by,
        "members": len(members_now),
        "rows": [
            {
                "id": m.id,
                "label": m.label,
                "value": None if m.id in hidden else value,
                "share": None if m.id in hidden else _part(value, total),
                "recent_value": None if m.id in hidden else recent.get(m.id, 0),
                "recent_share": None if m.id in hidden else _part(recent.get(m.id, 0), lately),
                "by_month": None if m.id in hidden else [by_month.get((m.id, each), 0) for each in months],
                "did": None if m.id in guarded else did[m.id],
            }
            for m, value in zip(roster, values, strict=True)
        ],
        "total": total,
        "unnamed": sum(unnamed.values()),
        "withheld": len(guarded),
        "recent_days": RECENT_DAYS,
        "recent_total": lately,
        "months": months,
        "top_share": round(max(values, default=0) / total, 4) if total else 0.0,
        "effective_number": round(measures.effective_number(everybody), 2),
        "absence_factor": measures.absence_factor(everybody),
        "hhi": round(measures.hhi(everybody), 4),
        "hhi_normalised": round(measures.hhi_normalised(everybody), 4),
        "theil": {
            "total": round(theil.total, 4),
            "between": round(theil.between, 4),
            "within": round(theil.within, 4),
        },
        "coverage": {
            "declared": sum(done.get(m.id, 0) > 0 for m in members_now),
            "members": len(members_now),
        },
    }


def _part(value: int, total: int) -> float:
    return round(value / total, 4) if total else 0.0


def _months(as_of: date, window_days: int) -> list[str]:
    """The months told one by one: those of the window, twelve at least and three years at most."""
    count = min(max(12, round(window_days / 30.44)), MOST_MONTHS)
    last = f"{as_of:%Y-%m}"
    return months_between(later(last, 1 - count), last)


def _guarded(db: sqlite3.Connection, roster: list[Member], on: date, reader: str | None) -> set[str]:
    """The people of lieux with fewer than three active people, but for who asks."""
    active = Counter(member.lieu_id for member in members(db, "person", on))
    return {m.id for m in roster if m.lieu_id and active[m.lieu_id] < FEW and m.id != reader}


def _unnamed(db: sqlite3.Connection, since: date, until: date) -> dict[str, int]:
    """Minutes that each lieu declared without saying whose."""
    return dict(
        db.execute(
            "SELECT lieu_id, sum(minutes) FROM time_entries WHERE person_id IS NULL"
            " AND occurred_on BETWEEN ? AND ? GROUP BY lieu_id",
            (since.isoformat(), until.isoformat()),
        )
    )


def _groups(roster: list[Member], values: list[int], unnamed: dict[str, int]) -> dict[str, list[float]]:
    """Work of the people of each lieu, for Theil's split; by lieu, each lieu is one group of one."""
    groups: dict[str, list[float]] = {}
    for member, value in zip(roster, values, strict=True):
        groups.setdefault(member.lieu_id or member.id, []).append(float(value))
    for lieu, value in unnamed.items():
        groups.setdefault(lieu, []).append(float(value))
    return groups


# Rows (lieu_id, person_id, day, amount). An act: time of one doer, day and activity (lines of one day are
# one act); a task done; a meeting hosted, facilitated or written down.
_DONE: dict[Of, str] = {
    "hours": (
        "SELECT lieu_id, person_id, occurred_on AS day, minutes AS amount FROM time_entries"
        " WHERE occurred_on BETWEEN :since AND :until"
    ),
    "acts": """
SELECT lieu_id, person_id, occurred_on AS day, 1 AS amount FROM time_entries
WHERE occurred_on BETWEEN :since AND :until GROUP BY lieu_id, person_id, occurred_on, occurred_from, activity
UNION ALL
SELECT lieu_id, person_id, closed_on, 1 FROM tasks
WHERE closed_on BETWEEN :since AND :until AND status = 'completed'
UNION ALL
SELECT host_lieu_id, NULL, held_on, 1 FROM meetings WHERE held_on BETWEEN :since AND :until
UNION ALL
SELECT NULL, facilitator_id, held_on, 1 FROM meetings WHERE held_on BETWEEN :since AND :until
UNION ALL
SELECT NULL, minute_taker_id, held_on, 1 FROM meetings WHERE held_on BETWEEN :since AND :until
""",
    "money": (
        "SELECT lieu_id, person_id, allocated_on AS day, amount_cents AS amount FROM allocations"
        " WHERE allocated_on BETWEEN :since AND :until"
    ),
}


Given = list[tuple[str, str, int]]
"""What each did on a day: (id, ISO day, amount)."""


def _given(db: sqlite3.Connection, by: By, of: Of, since: str, until: str) -> Given:
    return db.execute(
        f"SELECT {by}_id, day, sum(amount) FROM ({_DONE[of]}) WHERE {by}_id IS NOT NULL GROUP BY 1, 2",
        {"since": since, "until": until},
    ).fetchall()


def _sums(given: Given, since: date) -> dict[str, int]:
    """What each did from a day on."""
    first, found = since.isoformat(), Counter[str]()
    for holder, day, amount in given:
        if day >= first:
            found[holder] += amount
    return found


def _by_month(given: Given) -> dict[tuple[str, str], int]:
    """What each did in each month."""
    found = Counter[tuple[str, str]]()
    for holder, day, amount in given:
        found[holder, day[:7]] += amount
    return found


def coordination(db: sqlite3.Connection, as_of: date, window_days: int = WINDOW_DAYS) -> list[dict[str, Any]]:
    """Each financed function: minutes given over the window against minutes financed for it.

    Returns:
        `{role, minutes, financed_minutes, months}` for each; whole months of the window are financed.
    """
    from ledger.balance.flags.coord_load import logged, mandates_by_role

    since = as_of - timedelta(days=window_days - 1)
    months = months_between(since.isoformat()[:7], as_of.isoformat()[:7])
    if since.day > 1 and len(months) > 12:
        months = months[1:]
    found = []
    for role, mandates in mandates_by_role(db).items():
        given = sum(
            minutes for m in mandates for month, minutes in logged(db, m).items() if month in set(months)
        )
        financed = [m.financed for m in mandates for month in months if m.start[:7] <= month <= m.end[:7]]
        if financed:
            found.append(
                {"role": role, "minutes": given, "financed_minutes": sum(financed), "months": len(financed)}
            )
    return found


def turns(db: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """Turns taken and due of each rotation, by its name: `{lieu_id, lieu, taken, due, debt, last_on}`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for rotation, *row in db.execute(
        "SELECT rotation, lieu_id, lieu, turns_taken, turns_due, debt, last_on FROM rotation_board"
        " ORDER BY rotation_id, position"
    ):
        keys = ("lieu_id", "lieu", "taken", "due", "debt", "last_on")
        found.setdefault(rotation, []).append(dict(zip(keys, row, strict=True)))
    return found


def open_flags(db: sqlite3.Connection, as_of: date) -> list[dict[str, Any]]:
    """The rows of `flags` that stand on a day, in the order of the catalogue."""
    from ledger.balance.flags.catalogue import CATALOGUE  # every flag, which a balance never needs

    cursor = db.execute(
        "SELECT * FROM flags WHERE since <= ?1 AND (until IS NULL OR until >= ?1)", (as_of.isoformat(),)
    )
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    order = list(CATALOGUE)
    return sorted(rows, key=lambda row: (order.index(row["code"]), row["subject"]))


def flag_events(db: sqlite3.Connection, flag_id: str) -> list[int]:
    """Numbers of the events that a flag rests on."""
    return [
        seq
        for (seq,) in db.execute(
            "SELECT DISTINCT event_seq FROM flag_events WHERE flag_id = ? ORDER BY event_seq", (flag_id,)
        )
    ]


def flags(db: sqlite3.Connection, *, as_of: date, names: Names) -> dict[str, Any]:
    """The open flags with words and proof, and what could not be measured for lack of evidence.

    A value and its threshold are in the flag's own unit: a share, a ratio, turns or cents.
    """
    from ledger.balance.flags.catalogue import CATALOGUE

    return {
        "as_of": as_of.isoformat(),
        "flags": raised(db, as_of=as_of, names=names),
        "not_measured": [
            {"code": code, "subject": subject, "acts": acts, "needed": needed}
            for code, flag in CATALOGUE.items()
            for subject, acts, needed in flag.not_measured(db, as_of)
        ],
    }


def raised(db: sqlite3.Connection, *, as_of: date, names: Names) -> list[dict[str, Any]]:
    """The open flags alone, as `flags` tells them: only their own modules are loaded."""
    standing = open_flags(db, as_of)
    scattered = any(row["code"] == "FRAGMENTATION" for row in standing)
    return [_said(db, row, names, as_of, scattered) for row in standing]


def answers(db: sqlite3.Connection, code: str, subject: str, as_of: date) -> list[dict[str, Any]]:
    """What was answered to a flag by a day, oldest first: `{answer, on, until, body, decision, words, events}`."""
    rows = db.execute(
        "SELECT answer, answered_on, until, body, decision_id, reason, events FROM flag_answers"
        " WHERE flag = ? AND subject = ? AND answered_on <= ? ORDER BY answered_on, id",
        (code, subject, as_of.isoformat()),
    )
    keys = ("answer", "on", "until", "body", "decision", "words")
    return [
        {**dict(zip(keys, row, strict=True)), "events": json.loads(events or "[]")} for *row, events in rows
    ]


def _said(
    db: sqlite3.Connection, row: dict[str, Any], names: Names, as_of: date, scattered: bool
) -> dict[str, Any]:
    from ledger.balance.flags.catalogue import CATALOGUE

    flag = CATALOGUE[row["code"]]
    part = flag.about(row["subject"])
    return {
        "code": row["code"],
        "subject": row["subject"],
        "level": row["level"],
        "value": round(row["value"], 4),
        "threshold": round(row["threshold"], 4),
        "threshold_source": row["threshold_source"],
        "acts": row["acts"],
        "events": flag_events(db, row["id"]),
        "since": row["raised_on"],
        "until": None,
        "status": row["status"],
        "answers": answers(db, row["code"], row["subject"], as_of),
        "label": _(part.label),
        "sentence": " ".join(filter(None, (flag.sentence(row, names), flag.detail(db, row)))),
        "advice": _(PAIR if scattered and flag.spreads else part.advice),
        "window": [row["window_from"], row["window_until"]],
        "unit": part.unit,
    }
