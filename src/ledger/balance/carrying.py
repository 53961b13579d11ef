"""What each lieu, or each person, did over a window and holds on its last day: work, decisions, money.

Counts only, read from the tables of a view; keeps nothing. What a person does counts for the lieu that
they belonged to that day. Nobody is ranked: whoever shows these keeps the order of the register.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Literal

from ledger.balance.flags.roster import NOT_MANDATES

By = Literal["lieu", "person"]
Counts = dict[str, int]


def _held(role: str) -> str:
    """The condition on a row of `roles`, by its name, to be held on the last day."""
    return (
        f"{role}.held_from <= :until AND coalesce({role}.held_until, '9999') >= :until"
        f" AND coalesce({role}.ended_on, '9999') > :until"
    )


# Rows (person_id, lieu_id, day): each is one thing done. Without a lieu it is the person's of that day.
_DONE: dict[str, str] = {
    "proposals": "SELECT proposer_id, NULL, proposed_on FROM decisions",
    "facilitations": "SELECT facilitator_id, NULL, held_on FROM meetings",
    "minute_takings": "SELECT minute_taker_id, NULL, held_on FROM meetings",
    "objections": "SELECT person_id, lieu_id, raised_on FROM objections",
    "handed_over": "SELECT from_person_id, NULL, answered_on FROM hand_overs WHERE status = 'accepted'",
    "taken_over": "SELECT to_person_id, to_lieu_id, answered_on FROM hand_overs WHERE status = 'accepted'",
}

# Decisions in which a seat took part, whoever spoke for it, and ballots that a person cast: each once.
_VOTES = """
SELECT {person} AS person_id, {lieu} AS lieu_id, decisions.id AS decision_id
FROM decision_seats JOIN decisions ON decisions.id = decision_seats.decision_id LEFT JOIN roles ON roles.id = seat_id
LEFT JOIN lieux ON lieux.organisation_id = roles.organisation_id
WHERE represented = 1 AND recused = 0 AND decided_on BETWEEN :since AND :until
"""
_BALLOTS = """
UNION SELECT person_id, NULL, decisions.id FROM ballots JOIN decisions ON decisions.id = ballots.decision_id
WHERE option <> 'recused' AND decided_on BETWEEN :since AND :until
"""

_HOLDER = {
    "person": "roles.person_id",
    "lieu": "coalesce(roles.lieu_id, lieux.id, affiliated.lieu_id)",
}
_ROLES = f"""
FROM roles LEFT JOIN lieux ON lieux.organisation_id = roles.organisation_id
LEFT JOIN roles AS affiliated ON affiliated.role = 'affiliated' AND affiliated.person_id = roles.person_id
  AND {_held("affiliated")}
WHERE roles.role NOT IN {NOT_MANDATES} AND {_held("roles")}
"""

# Money paid over to a lieu's structure, or spent for it by the carrier; never both for one allocation.
_RECEIVED = """
SELECT expenses.lieu_id, expenses.amount_cents FROM expenses
LEFT JOIN allocations ON allocations.id = allocation_id
WHERE paid_on BETWEEN :since AND :until AND coalesce(allocations.mode, '') <> 'transfer'
UNION ALL
SELECT coalesce(allocations.lieu_id,
                (SELECT min(id) FROM lieux WHERE lieux.organisation_id = transfers.organisation_id)),
       transfers.amount_cents
FROM transfers LEFT JOIN allocations ON allocations.id = allocation_id
WHERE transferred_on BETWEEN :since AND :until
"""
_DECIDED = (
    "SELECT {holder}_id, sum(amount_cents) FROM allocations WHERE allocated_on BETWEEN :since AND :until"
)


FACTS: tuple[str, ...] = (
    "proposals",
    "facilitations",
    "minute_takings",
    "votes",
    "objections",
    "roles",
    "alone",
    "tasks",
    "handed_over",
    "taken_over",
    "decided_cents",
    "received_cents",
)
"""What is counted for each: done over the window (proposals, meetings facilitated and written down,
decisions taken part in, objections, tasks handed over and taken over), held on its last day (functions, of
them critical ones that nobody else holds, open tasks), and money decided for them and received."""


def carried(db: sqlite3.Connection, by: By, since: date, until: date) -> dict[str, Counts]:
    """The counts of `FACTS`, by id of a lieu or a person; what is missing is 0. Money is in cents."""
    days = {"since": since.isoformat(), "until": until.isoformat()}
    found: dict[str, Counts] = defaultdict(lambda: dict.fromkeys(FACTS, 0))
    for fact, sql in _statements(by).items():
        for holder, count in db.execute(sql, days):
            if holder is not None:
                found[holder][fact] = count
    return found


def _statements(by: By) -> dict[str, str]:
    """SQL giving (id, count) for each fact; money for a person is only what was decided for them."""
    counted = {fact: _counted(by, rows) for fact, rows in _DONE.items()}
    counted["votes"] = _votes(by)
    counted["roles"] = f"SELECT {_HOLDER[by]}, count(DISTINCT roles.id) {_ROLES} GROUP BY 1"
    counted["alone"] = f"SELECT holder, count(*) FROM ({_alone(by)}) GROUP BY holder"
    counted["tasks"] = (
        f"SELECT {by}_id, count(*) FROM tasks WHERE opened_on <= :until AND coalesce(closed_on, '9999') > :until"
        " GROUP BY 1"
    )
    counted["decided_cents"] = _DECIDED.format(holder=by) + " GROUP BY 1"
    if by == "lieu":
        counted["received_cents"] = f"SELECT lieu_id, sum(amount_cents) FROM ({_RECEIVED}) GROUP BY 1"
    return counted


def _counted(by: By, rows: str) -> str:
    done = f"(SELECT NULL AS person_id, NULL AS lieu_id, NULL AS day WHERE false UNION ALL {rows}) AS done"
    if by == "person":
        return f"SELECT person_id, count(*) FROM {done} WHERE day BETWEEN :since AND :until GROUP BY 1"
    return (
        f"SELECT coalesce(done.lieu_id, roles.lieu_id), count(*) FROM {done} LEFT JOIN roles"
        " ON done.lieu_id IS NULL AND roles.role = 'affiliated' AND roles.person_id = done.person_id"
        " AND roles.held_from <= day AND coalesce(roles.ended_on, '9999') > day"
        " WHERE day BETWEEN :since AND :until GROUP BY 1"
    )


def _votes(by: By) -> str:
    """Decisions taken part in: of a lieu by its seat, of a person by their seat or their ballot."""
    seats = _VOTES.format(
        person="roles.person_id" if by == "person" else "NULL",
        lieu="coalesce(roles.lieu_id, lieux.id, seat_id)" if by == "lieu" else "NULL",
    )
    rows = seats + (_BALLOTS if by == "person" else "")
    return f"SELECT {by}_id, count(DISTINCT decision_id) FROM ({rows}) GROUP BY 1"


def _alone(by: By) -> str:
    """One row (holder) for each critical function that one person holds, and nobody else."""
    return (
        f"SELECT min({_HOLDER[by]}) AS holder {_ROLES} AND roles.critical = 1 AND roles.person_id IS NOT NULL"
        " GROUP BY roles.role HAVING count(DISTINCT roles.person_id) = 1"
    )
