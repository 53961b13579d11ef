"""MANDATE_OVERRUN: was something done under a mandate whose last day had passed?

What was done stands: it is a fact. Only what was done in the name of the mandate counts, or a ballot cast
for the seat; whatever else the same person records is theirs to record.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from itertools import groupby
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, overlaid, told
from ledger.language import formats, terms
from ledger.language.catalogue import N_, ngettext

INDEXES = (
    "CREATE INDEX IF NOT EXISTS _under_a_mandate ON events (acting_as, occurred_on) WHERE acting_as IS NOT NULL",
)

_FUNCTION = "roles.role || coalesce('/' || coalesce(roles.lieu_id, roles.organisation_id), '')"

_ACTS = f"""
SELECT roles.id AS role_id, {_FUNCTION} AS function, roles.held_until, events.occurred_on AS day, events.seq
FROM roles CROSS JOIN events ON events.acting_as = roles.id AND events.occurred_on > roles.held_until
WHERE roles.held_until IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM corrections WHERE corrected_seq = events.seq AND how = 'reverse')
UNION ALL
SELECT roles.id, {_FUNCTION}, roles.held_until, ballots.cast_on, ballots.seq
FROM roles CROSS JOIN ballots ON ballots.seat_id = roles.id AND ballots.cast_on > roles.held_until
WHERE roles.role = 'seat' AND roles.held_until IS NOT NULL
"""
"""What was done after the last day foreseen: by mandate and by its function, whose name nobody's is."""

_OVERRUN = f"""
SELECT acts.function, acts.role_id, acts.held_until, acts.day, roles.ended_on,
       (SELECT min(held_from) FROM roles AS later
        WHERE later.role = roles.role AND later.person_id = roles.person_id
          AND later.lieu_id IS roles.lieu_id AND later.held_from > roles.held_until)
FROM ({_ACTS}) AS acts JOIN roles ON roles.id = acts.role_id
ORDER BY acts.function, acts.role_id, acts.day, acts.seq
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for function, acts in groupby(db.execute(_OVERRUN).fetchall(), key=lambda row: row[0]):
        mandates = groupby(acts, key=lambda row: row[1])
        found += told(FLAG.code, function, overlaid(*(_steps(list(rows)) for _role, rows in mandates)))
    return found


def _steps(rows: list[tuple[Any, ...]]) -> list[Step]:
    """One more act each time, until the mandate is renewed or ended."""
    until = date.fromisoformat(rows[0][2])
    steps = [
        Step(date.fromisoformat(row[3]), "watch", count, 0, acts=count, window_from=until)
        for count, row in enumerate(rows, start=1)
    ]
    if settled := min((day for day in rows[0][4:] if day), default=None):
        steps.append(Step(max(date.fromisoformat(settled), steps[-1].on)))
    return steps


def _sentence(row: Any, names: Names) -> str:
    count = round(row["value"])
    role, _slash, where = row["subject"].partition("/")
    function = terms.label(role).capitalize() + (f" ({names(where)})" if where else "")
    return ngettext(
        "{role}: {count} event in its name after its last day, {day}.",
        "{role}: {count} events in its name after its last day, {day}.",
        count,
    ).format(role=function, count=formats.number(count), day=formats.day(row["window_from"]))


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
        f"SELECT flags.id, acts.seq FROM flags JOIN ({_ACTS}) AS acts ON acts.function = flags.subject"
        " WHERE flags.code = 'MANDATE_OVERRUN'"
    ),
)
