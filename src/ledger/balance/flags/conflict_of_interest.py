"""CONFLICT_OF_INTEREST: does somebody judge what they may gain from?

In a consortium that gives opinions, a seat in the hands of somebody who also belongs to a lieu. Anywhere,
somebody who proposed, or voted on, money for themselves and did not withdraw.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, held, told
from ledger.language.catalogue import N_, _

# Whoever sits, and is tied to a lieu by whatever role, the seat itself apart.
_SEATED = """
SELECT seat.id, tie.lieu_id, seat.held_from, seat.held_until, seat.ended_on, tie.held_from, tie.held_until, tie.ended_on
FROM roles AS seat JOIN roles AS tie ON tie.person_id = seat.person_id AND tie.lieu_id IS NOT NULL
WHERE seat.role = 'seat' AND seat.person_id IS NOT NULL AND tie.role <> 'seat'
ORDER BY seat.id, tie.held_from, tie.seq
"""
_JUDGED = """
SELECT decisions.id, min(coalesce(decisions.decided_on, gift.on_day))
FROM (SELECT decision_id, person_id, allocated_on AS on_day FROM allocations WHERE person_id IS NOT NULL
      UNION ALL
      SELECT decision_id, person_id, decisions.decided_on FROM decision_beneficiaries
      JOIN decisions ON decisions.id = decision_id WHERE decided_on IS NOT NULL AND status <> 'withdrawn') AS gift
JOIN decisions ON decisions.id = gift.decision_id
WHERE NOT EXISTS (SELECT 1 FROM ballots WHERE ballots.decision_id = decisions.id
                  AND ballots.person_id = gift.person_id AND ballots.option = 'recused')
  AND (decisions.proposer_id = gift.person_id
       OR EXISTS (SELECT 1 FROM ballots WHERE ballots.decision_id = decisions.id
                  AND ballots.person_id = gift.person_id))
GROUP BY decisions.id
ORDER BY decisions.id
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    steps: dict[str, list[Step]] = defaultdict(list)
    if db.execute("SELECT 1 FROM consortium WHERE kind = 'advisory'").fetchone():
        for seat, lieu, *days in db.execute(_SEATED):
            both = _both(held(*days[:3]), held(*days[3:]))
            if both:
                steps[f"{seat}/{lieu}"] += [Step(both.start, "alert", 1.0, 0.0)]
                steps[f"{seat}/{lieu}"] += [Step(both.end)] if both.end else []
    for decision, on in db.execute(_JUDGED):
        steps[decision].append(Step(date.fromisoformat(on), "alert", 1.0, 0.0))
    return [interval for subject in sorted(steps) for interval in told(FLAG.code, subject, steps[subject])]


def _both(one: Span, other: Span) -> Span | None:
    """The days on which both hold."""
    start = max(one.start, other.start)
    end = min((day for day in (one.end, other.end) if day), default=None)
    return Span(start, end) if end is None or start < end else None


def _sentence(row: Any, names: Names) -> str:
    seat, _slash, lieu = row["subject"].partition("/")
    if lieu:
        return _(
            "The seat {seat} is held by somebody who also belongs to {lieu}, which opinions may concern."
        ).format(seat=seat, lieu=names(lieu))
    return _(
        "Decision {decision} gives money to somebody who proposed it or voted on it, and did not withdraw."
    ).format(decision=names(seat))


FLAG = Flag(
    code="CONFLICT_OF_INTEREST",
    label=N_("Judge and beneficiary"),
    question=N_("Does somebody judge what they may gain from?"),
    formula=N_(
        "seats of an advisory consortium held by somebody who belongs to a lieu; decisions that give money to "
        "a person who proposed them or voted on them, and did not withdraw"
    ),
    unit="count",
    default=N_("any (alert)"),
    evidence=N_("one seat or one vote: it is a fact"),
    advice=N_("Withdraw from the debate and from its preparation, and write it in the minutes."),
    clears=N_("When the seat or the tie ends, or the vote is taken again without them."),
    tables=frozenset(
        {"consortium", "roles", "allocations", "decisions", "decision_beneficiaries", "ballots"}
    ),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, roles.seq FROM flags JOIN roles"
        " ON roles.id = substr(flags.subject, 1, instr(flags.subject, '/') - 1)"
        " OR (roles.lieu_id = substr(flags.subject, instr(flags.subject, '/') + 1) AND roles.person_id IN"
        " (SELECT person_id FROM roles AS seat"
        " WHERE seat.id = substr(flags.subject, 1, instr(flags.subject, '/') - 1)))"
        " WHERE flags.code = 'CONFLICT_OF_INTEREST'"
        " UNION ALL SELECT flags.id, decisions.seq FROM flags JOIN decisions ON decisions.id = flags.subject"
        " WHERE flags.code = 'CONFLICT_OF_INTEREST'"
        " UNION ALL SELECT flags.id, allocations.seq FROM flags JOIN allocations"
        " ON allocations.decision_id = flags.subject WHERE flags.code = 'CONFLICT_OF_INTEREST'"
    ),
)
