"""ENTITY_OVERREP: does one organisation hold too many of the seats?

Member lieux are seats, as where they decide together; else the seats given by role.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from datetime import date
from typing import Any, NamedTuple

from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, Thresholds, held, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

QUARTER = 0.25
FEW = 5


class Seat(NamedTuple):
    """A seat, and the organisation behind it."""

    organisation: str | None
    days: Span


def seats(db: sqlite3.Connection, role: str) -> list[Seat]:
    """Seats of a kind (`member` lieux, or `seat`), with the organisation that each speaks for."""
    rows = db.execute(
        "SELECT coalesce(roles.organisation_id, lieux.organisation_id), held_from, held_until, ended_on FROM roles"
        " LEFT JOIN lieux ON lieux.id = roles.lieu_id WHERE roles.role = ?"
        " AND (roles.role = 'seat' OR roles.lieu_id IS NOT NULL) ORDER BY held_from, roles.seq",
        (role,),
    )
    return [Seat(organisation, held(*days)) for organisation, *days in rows]


def _compute(db: sqlite3.Connection) -> list[Interval]:
    by_lieu, by_role = seats(db, "member"), seats(db, "seat")
    thresholds = Thresholds(db)
    days = sorted({day for seat in (*by_lieu, *by_role) for day in seat.days if day})
    steps: dict[str, list[Step]] = defaultdict(list)
    for on in days:
        filled = [seat for seat in by_lieu if seat.days.holds(on)] or [
            seat for seat in by_role if seat.days.holds(on)
        ]
        counts = Counter(seat.organisation for seat in filled if seat.organisation)
        for organisation in {*counts, *steps}:
            step = _step(on, counts[organisation], len(filled), thresholds)
            if step.level or organisation in steps:
                steps[organisation].append(step)
    return [each for entity in sorted(steps) for each in told(FLAG.code, entity, steps[entity])]


def _step(on: date, count: int, total: int, thresholds: Thresholds) -> Step:
    """One seat is never too many, however few there are."""
    adopted = thresholds.at(FLAG.code, on)
    line = adopted.value if adopted.value is not None else QUARTER
    most = 1 if total <= FEW else 2
    if count < 2 or not (count / total > line or (adopted.value is None and count > most)):
        return Step(on)
    return Step(on, "watch", count / total, line, adopted.source, acts=total)


def _sentence(row: Any, names: Names) -> str:
    total = round(row["acts"])
    return _("{name} speaks for {count} of the {total} seats.").format(
        name=names(row["subject"]),
        count=formats.number(round(row["value"] * total)),
        total=formats.number(total),
    )


FLAG = Flag(
    code="ENTITY_OVERREP",
    label=N_("One body holds too many seats"),
    question=N_("Does one organisation hold too many of the seats?"),
    formula=N_("seats of the organisation and of the lieux that it runs ÷ all seats"),
    unit="share",
    adopts="share",
    default=N_("above a quarter, or more than 1 of 5 seats or 2 of 6 and more; one seat never is (watch)"),
    evidence=N_("two seats: it is a fact"),
    advice=N_("Let another body speak for one of them."),
    clears=N_("When the seats are shared out otherwise."),
    tables=frozenset({"roles", "lieux"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, roles.seq FROM flags JOIN roles ON roles.role IN ('member', 'seat')"
        " LEFT JOIN lieux ON lieux.id = roles.lieu_id"
        " WHERE coalesce(roles.organisation_id, lieux.organisation_id) = flags.subject"
        " AND roles.held_from <= flags.window_until AND flags.code = 'ENTITY_OVERREP'"
    ),
)
