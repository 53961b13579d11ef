"""In what capacity somebody acts: a role and a lieu, never a name.

What leaves the consortium says that the coordinator recorded a payment, not who coordinates.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from ledger.language import terms

RANK = "CASE role WHEN 'affiliated' THEN 3 WHEN 'seat' THEN 2 WHEN 'lieu_referent' THEN 1 ELSE 0 END"
"""Of several roles, the one that speaks: a function of the consortium, then a lieu's, then a tie."""

_HELD = (
    "SELECT role, lieu_id, organisation_id FROM roles WHERE person_id = ?1 AND held_from <= ?2"
    " AND coalesce(ended_on, '9999') > ?2 AND coalesce(held_until, '9999') >= ?2"
    f" ORDER BY {RANK}, held_from, seq"
)


def capacity(db: sqlite3.Connection, party_id: str, on: str) -> dict[str, Any]:
    """What a person is on a day; a lieu or an organisation is itself.

    Args:
        db: the members' read model, or a cut of it.
        party_id: a person, a lieu or an organisation.
        on: the day, ISO.

    Returns:
        `{role, party}`: `role` is a code (`coordinator`, `lieu_referent`, an engagement such as `agent`; None
        when nothing is known), `party` the id of the lieu or organisation that the person belongs to.
    """
    person = db.execute("SELECT engagement FROM people WHERE id = ?", (party_id,)).fetchone()
    if person is None:
        return {"role": None, "party": party_id}
    held = db.execute(_HELD, (party_id, on)).fetchall()
    party = next((lieu or organisation for _role, lieu, organisation in held if lieu or organisation), None)
    role = held[0][0] if held else None
    return {"role": person[0] if role in (None, "affiliated") else role, "party": party}


def told(found: dict[str, Any], names: Callable[[str], str]) -> str:
    """`référent·e de lieu (Le Lavoir)`: a capacity in words."""
    role = terms.label(found["role"]) if found["role"] else ""
    party = names(found["party"]) if found["party"] else ""
    return f"{role} ({party})" if role and party else role or party or "?"
