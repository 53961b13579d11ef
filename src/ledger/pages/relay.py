"""The page “Relay”: what would stop if those who carry a function stopped. Functions are named, people are not."""

from __future__ import annotations

import sqlite3
from typing import Any

from ledger.pages import flags, reading
from ledger.pages.asking import Asked


def read(connection: sqlite3.Connection, asked: Asked) -> dict[str, Any] | None:
    """Values of the template `relay.html`; None when no function has that name."""
    from ledger.balance.relay import functions, relay, sentences

    day = asked.day()
    known = functions(connection, day)
    wanted = asked.arguments.get("function")
    found = relay(connection, wanted, day) if wanted else None
    if wanted and found is None:
        return None
    people = {row[0] for row in connection.execute("select id from people")}
    names = flags.discreet(reading.names(connection), people)
    return {
        "day": day,
        "functions": known,
        "found": found,
        "told": list(sentences(found, names)) if found else [],
    }
