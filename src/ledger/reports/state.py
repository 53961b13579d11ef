"""Which events a document comes from, so that whoever holds it can have it checked."""

from __future__ import annotations

import sqlite3
from typing import Any

from ledger.language import formats
from ledger.language.catalogue import _


def state(db: sqlite3.Connection) -> dict[str, Any]:
    """Which events the figures come from: `{events, root}`, to be checked with `ledger verify`."""
    found = db.execute("SELECT seq, root FROM _cursor").fetchone()
    return {"events": found[0], "root": found[1]}


def foot(found: dict[str, Any]) -> str:
    """What a document was computed from, in words."""
    return _(
        "Computed from events 1 to {events} of the ledger, whose root is {root}. ledger verify checks that none of them"
        " was altered."
    ).format(events=formats.number(found["events"]), root=found["root"])
