"""MANDATE_OVERRUN: was something done under a mandate whose last day had passed?

What was done stands: it is a fact. Only what was done in the name of the mandate counts, or a ballot cast
for the seat; whatever else the same person records is theirs to record.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from itertools import groupby
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

INDEXES = (
    "CREATE INDEX IF NOT EXISTS _under_a_mandate ON events (acting_as, occurred_on) WHERE acting_as IS NOT NULL",
)

_ACTS = """
SELECT roles.id AS role_id, events.occurred_on AS day, events.seq
FROM roles CROSS JOIN events ON events.acting_as = roles.id AND events.occurred_on > roles.held_until
WHERE roles.held_until IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM corrections WHERE corrected_seq = events.seq AND how = 'reverse')
UNION ALL
SELECT roles.id, ballots.cast_on, ballots.seq
FROM roles CROSS JOIN ballots ON ballots.seat_id = roles.id AND ballots.cast_on > roles.held_until
WHERE roles.role = 'seat' AND roles.held_until IS NOT NULL
"""
"""What was done after the last day foreseen: mandate, day and event."""

_OVERRUN = f"""
SELECT acts.role_id, roles.held_until, acts.day, roles.ended_on,
       (SELECT min(held_from) FROM roles AS later
        WHERE later.role = roles.role AND later.person_id = roles.person_id
          AND later.lieu_id IS roles.lieu_id AND later.held_from > roles.held_until)
FROM ({_ACTS}) AS acts JOIN roles ON roles.id = acts.role_id
ORDER BY acts.role_id, acts.day, acts.seq
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for role, acts in groupby(db.execute(_OVERRUN).fetchall(), key=lambda row: row[0]):
        rows = list(acts)
        until = date.fromisoformat(rows[0][1])
        steps = [
            Step(date.fromisoformat(row[2]), "watch", count, 0, acts=count, window_from=until)
            for count, row in enumerate(rows, start=1)
        ]
        if settled := min((day for day in rows[0][3:] if day), default=None):
            steps.append(Step(max(date.fromisoformat(settled), steps[-1].on)))
        found += told(FLAG.code, role, steps)
    return found


def _sentence(row: Any, names: Names) -> str:
    count = round(row["value"])
    return ngettext(
        "{role}: {count} event in its name after its last day, {day}.",
        "{role}: {count} events in its name after its last day, {day}.",
        count,
    ).format(role=names(row["subject"]), count=formats.number(count), day=formats.day(row["window_from"]))


FLAG = Flag(
    code="MANDATE_OVERRUN",
    label=N_("Acts under a mandate that had ended"),
    question=N_("Was something done under a mandate whose last day had passed?"),
    formula=N_(
        "events recorded in the name of the mandate, and ballots of the seat, after the last day foreseen"
    ),
    unit="count",
    default=N_("one event (watch)"),
    evidence=N_("one event: it is a fact"),
    advice=N_("Renew the mandate or give it to somebody else, and say by a decision that those acts stand."),
    clears=N_("When the mandate is renewed or ended."),
    tables=frozenset({"roles", "ballots", "events", "corrections"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        f"SELECT flags.id, acts.seq FROM flags JOIN ({_ACTS}) AS acts ON acts.role_id = flags.subject"
        " WHERE flags.code = 'MANDATE_OVERRUN'"
    ),
)
