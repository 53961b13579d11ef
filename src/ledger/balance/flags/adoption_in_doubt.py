"""ADOPTION_IN_DOUBT: does a decision still have what carried it, now that its record was corrected?

The rule is the one of the adoption itself: the stream is told again as corrected, and asked again.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, told
from ledger.language.catalogue import N_, _


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for decision, decided_on, ended_on in db.execute(
        "SELECT DISTINCT decisions.id, decided_on, ended_on FROM decisions"
        " JOIN corrections ON decisions.id = substr(corrections.stream, 10)"
        " WHERE corrections.stream LIKE 'decision/%' AND effective_on IS NOT NULL ORDER BY decisions.id"
    ).fetchall():
        from ledger.balance.doubt import steps  # the rules of decisions, which hardly any report needs

        found += told(FLAG.code, decision, steps(db, decision, decided_on, ended_on))
    return found


def _sentence(row: Any, names: Names) -> str:
    return _(
        "{decision} was adopted; as corrected, it would not have been. “ledger show {id}” says why."
    ).format(decision=names(row["subject"]), id=row["subject"])


FLAG = Flag(
    code="ADOPTION_IN_DOUBT",
    label=N_("An adoption is in doubt"),
    question=N_("Does a decision still have what carried it, now that its record was corrected?"),
    formula=N_(
        "votes, quorum and objections of its record as corrected, by the rules of the day it was opened"
    ),
    unit="count",
    default=N_("it would not be adopted (alert)"),
    evidence=N_("one correction: it is a fact"),
    advice=N_("Put it to the vote again, then end the first decision by the new one."),
    clears=N_("When another decision replaces or repeals it, or its record is corrected again."),
    tables=frozenset({"corrections", "decisions"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, corrections.seq FROM flags JOIN corrections"
        " ON corrections.stream = 'decision/' || flags.subject WHERE flags.code = 'ADOPTION_IN_DOUBT'"
    ),
)
