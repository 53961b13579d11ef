"""Flags as pages show them: the sentence, what it rests on, and no name of anybody."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.language.catalogue import N_, _
from ledger.pages import reading

EVENTS_SHOWN = 40


def standing(connection: sqlite3.Connection, day: date) -> dict[str, Any]:
    """The flags that stand on a day, in the order of the catalogue, and what could not be measured.

    Returns:
        `flags`, each with the keys of `ledger flags --json` and `question`, `formula`, `clears`,
        `measured` and `limit` in words, `decided_by` (id of the decision that set the threshold, None
        for the default), `event_count` and `events` (none when they would show one person's work);
        `not_measured`, each with `label`, `acts`, `needed`.
    """
    from ledger.balance import report
    from ledger.balance.flags.catalogue import CATALOGUE
    from ledger.balance.flags.words import measured

    people = {row[0] for row in connection.execute("select id from people")}
    found = report.flags(connection, as_of=day, names=discreet(reading.names(connection), people))
    for each in found["flags"]:
        flag = CATALOGUE[each["code"]]
        each |= {
            "question": _(flag.question),
            "formula": _(flag.formula),
            "clears": _(flag.clears),
            "measured": measured(each["unit"], each["value"]),
            "limit": measured(each["unit"], each["threshold"]),
            "decided_by": None if each["threshold_source"] == "default" else each["threshold_source"],
            "event_count": len(each["events"]),
            "events": [] if each["subject"] in people else each["events"][:EVENTS_SHOWN],
        }
    for each in found["not_measured"]:
        each["label"] = _(CATALOGUE[each["code"]].label)
    return found


def discreet(names: dict[str, str], people: set[str]) -> Callable[[str], str]:
    """What a flag may call its subject: a person stays “one person”."""
    return lambda each: _(N_("one person")) if each in people else names.get(each, each)
