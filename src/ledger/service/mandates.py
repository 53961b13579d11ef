"""In whose name somebody acts: the mandate that they name, held then, before, or from a later day on.

A mandate that had expired is no reason to lose the act: it is recorded, and a flag says so.
"""

from __future__ import annotations

from datetime import date

from ledger.consortium.state import Holding, State
from ledger.exchange import keys
from ledger.kernel.errors import UsageError
from ledger.kernel.spelling import id_key
from ledger.language.catalogue import N_

_PLACES = ("invited", "member", "suspended", "affiliated", "label")
"""Roles that nobody acts under."""


def held(consortium: State, person_id: str, named: str, on: date) -> str:
    """The id of the mandate that somebody means by its role, in either language, or by its id.

    Raises:
        UsageError: they never held such a role.
    """
    mine = [h for h in consortium.roles.values() if h.person_id == person_id and h.role not in _PLACES]
    wanted = keys.index(keys.ROLES).get(keys.folded(named), named)
    meant = [
        h for h in mine if id_key(h.role_id) == id_key(named) or keys.folded(h.role) == keys.folded(wanted)
    ]
    if not meant:
        raise UsageError(
            N_("{person} never held the role “{role}”.") if mine else N_("{person} never held a mandate."),
            N_("one of: {roles_word}") if mine else N_("give-role first"),
            person=person_id,
            role=named,
            roles_word=list(dict.fromkeys(h.role for h in mine)),
        )
    return max(meant, key=lambda holding: _fits(holding, on)).role_id


def _fits(holding: Holding, on: date) -> tuple[int, date]:
    """Best one that was held that day; else the last one before it; else one that had not begun."""
    if holding.held(on):
        return 2, holding.held_from
    return (1 if holding.held_from <= on else 0), holding.held_from
