"""What things are called: from an id to the words members know it by. Rebuilt at each asking."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ledger.language import terms
from ledger.language.catalogue import N_, _

ERASED = N_("(erased)")
WITHHELD = N_("(withheld)")

_QUERIES = (
    "SELECT id, name FROM organisations",
    "SELECT id, name FROM lieux",
    "SELECT id, name FROM rotations",
    "SELECT id, title FROM indicators",
    "SELECT id, COALESCE(name, handle, CASE WHEN erased_on IS NULL THEN id END) FROM people",
)
_ROLES = (
    "SELECT roles.id, roles.role, COALESCE(people.name, people.handle, lieux.name, organisations.name) FROM roles"
    " LEFT JOIN people ON people.id = roles.person_id LEFT JOIN lieux ON lieux.id = roles.lieu_id"
    " LEFT JOIN organisations ON organisations.id = roles.organisation_id"
)


class Names:
    """A directory over one open read model.

    Args:
        db: any audience's file; tables that it lacks give no names.
        text: from a vault reference to its text; None when withheld or erased.
    """

    def __init__(self, db: sqlite3.Connection, text: Callable[[str], str | None] | None = None) -> None:
        self._text = text
        self._names: dict[str, str | None] = {}
        for query in _QUERIES:
            try:
                self._names.update({row[0]: row[1] for row in db.execute(query)})
            except sqlite3.OperationalError:
                continue
        self._names.update(_roles(db))

    def __call__(self, id: str) -> str:
        """The name of a thing, or its id when it has no other; an erased person is said to be so."""
        if id in self._names:
            return self._names[id] or _(ERASED)
        if id.startswith("v-"):
            text = self._text(id) if self._text else None
            return text or _(WITHHELD)
        return id


def _roles(db: sqlite3.Connection) -> dict[str, str | None]:
    """A role is called by what it is and who holds it; by what it is alone where people are not shown."""
    try:
        rows = db.execute(_ROLES).fetchall()
    except sqlite3.OperationalError:
        try:
            rows = [(*row, None) for row in db.execute("SELECT id, role FROM roles")]
        except sqlite3.OperationalError:
            return {}
    return {
        id: f"{terms.label(role)} ({holder})" if holder else terms.label(role) for id, role, holder in rows
    }
