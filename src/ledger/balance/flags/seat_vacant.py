"""SEAT_VACANT: is somebody's chair empty for long?

A seat belongs to the organisation or lieu that fills it. One that was withdrawn is no longer a seat.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, Thresholds, gaps, held, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

DAYS = 90
GONE = frozenset({"withdrawn", "excluded"})


def _compute(db: sqlite3.Connection) -> list[Interval]:
    seats: dict[str, list[Span]] = defaultdict(list)
    for holder, held_from, held_until, ended_on, reason in db.execute(
        "SELECT coalesce(organisation_id, lieu_id), held_from, held_until, ended_on, end_reason FROM roles"
        " WHERE role = 'seat' AND coalesce(organisation_id, lieu_id) IS NOT NULL ORDER BY held_from, seq"
    ):
        span = held(held_from, held_until, ended_on)
        seats[holder].append(span)
        if reason in GONE and span.end:
            seats[holder].append(Span(span.end, None))  # no seat any more: nothing is vacant
    thresholds = Thresholds(db)
    found: list[Interval] = []
    for holder, spans in sorted(seats.items()):
        steps = [step for gap in gaps(Span(spans[0].start, None), spans) for step in _vacant(gap, thresholds)]
        found += told(FLAG.code, holder, steps)
    return found


def _vacant(gap: Span, thresholds: Thresholds) -> Iterator[Step]:
    """From the day on which the seat has been empty for as long as the threshold of that day."""
    changes = thresholds.changes(FLAG.code)
    lengths = {thresholds.at(FLAG.code, on).or_default(DAYS) for on in (gap.start, *changes)}
    days = {*changes, *(gap.start + timedelta(days=length) for length in lengths)}
    for on in sorted(day for day in days if gap.start < day and (gap.end is None or day < gap.end)):
        adopted = thresholds.at(FLAG.code, on)
        length = adopted.or_default(DAYS)
        if (on - gap.start).days >= length:
            yield Step(on, "watch", length, length, adopted.source, window_from=gap.start)
        else:
            yield Step(on)
    if gap.end:
        yield Step(gap.end)


def _sentence(row: Any, names: Names) -> str:
    return _("{name}: its seat has been empty since {day}.").format(
        name=names(row["subject"]), day=formats.day(row["window_from"])
    )


FLAG = Flag(
    code="SEAT_VACANT",
    label=N_("A seat is empty"),
    question=N_("Is somebody's chair empty for long?"),
    formula=N_("days since the last holder of the seat left"),
    unit="days",
    adopts="days",
    default=N_("90 days (watch)"),
    evidence=N_("one seat: it is a fact"),
    advice=N_("Ask who could come, or agree to do without the seat."),
    clears=N_("When the seat is filled, or withdrawn."),
    tables=frozenset({"roles", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, roles.seq FROM flags JOIN roles ON roles.role = 'seat'"
        " AND coalesce(roles.organisation_id, roles.lieu_id) = flags.subject"
        " AND roles.held_from <= flags.window_until WHERE flags.code = 'SEAT_VACANT'"
    ),
)
