"""Who holds what and when, as the flags need it: spans of days read from `roles`."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date

from ledger.balance.flags.base import Span, held

NOT_MANDATES = ("invited", "member", "suspended", "seat", "affiliated", "label")
"""Roles that are a place in the consortium rather than something to do."""


def spans(db: sqlite3.Connection, role: str, holder: str = "lieu_id") -> dict[str, list[Span]]:
    """The days on which each lieu, organisation or person held a role, in order."""
    found: dict[str, list[Span]] = defaultdict(list)
    for subject, *days in db.execute(
        f"SELECT {holder}, held_from, held_until, ended_on FROM roles WHERE role = ? AND {holder} IS NOT NULL"
        " ORDER BY held_from, seq",
        (role,),
    ):
        found[subject].append(held(*days))
    return found


def number_of_lieux(db: sqlite3.Connection) -> list[Span]:
    """The memberships of all lieux: as many hold on a day as there are member lieux."""
    return [span for held_by in spans(db, "member").values() for span in held_by]


def active_people(db: sqlite3.Connection) -> list[Span]:
    """The days on which each person is active."""
    return [
        held(start, until, None)
        for start, until in db.execute("SELECT active_from, active_until FROM people ORDER BY seq")
    ]


def count(held_spans: list[Span], on: date) -> int:
    """How many of them hold on a day."""
    return sum(span.holds(on) for span in held_spans)


def life(db: sqlite3.Connection) -> Span | None:
    """The consortium's own days; None when it was not founded."""
    row = db.execute("SELECT founded_on, dissolved_on FROM consortium").fetchone()
    if row is None:
        return None
    return Span(date.fromisoformat(row[0]), date.fromisoformat(row[1]) if row[1] else None)
