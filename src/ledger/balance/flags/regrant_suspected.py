"""REGRANT_SUSPECTED: was money passed on to a body that the convention does not name, or that nobody announced?

The ledger cannot tell a regrant from a service that was paid for: somebody should say which it was.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from datetime import date
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

_PASSED_ON = (
    "SELECT convention_id, transferred_on, amount_cents FROM transfers"
    " WHERE convention_id IS NOT NULL AND transferred_on IS NOT NULL AND amount_cents > 0"
    " AND (despite IN ('R7', 'R9') OR basis = 'regrant' AND NOT EXISTS (SELECT 1 FROM convention_regrants"
    " WHERE convention_regrants.convention_id = transfers.convention_id"
    " AND convention_regrants.organisation_id = transfers.organisation_id))"
    " ORDER BY convention_id, transferred_on, seq"
)


def _compute(db: sqlite3.Connection) -> list[Interval]:
    total: Counter[str] = Counter()
    steps: dict[str, list[Step]] = defaultdict(list)
    for convention, on, cents in db.execute(_PASSED_ON):
        total[convention] += cents
        count = len(steps[convention]) + 1
        steps[convention].append(
            Step(date.fromisoformat(on), "alert", total[convention], 0.0, convention, count)
        )
    return [each for convention in steps for each in told(FLAG.code, convention, steps[convention])]


def _sentence(row: Any, names: Names) -> str:
    return _("{convention}: {amount} went to bodies that the convention does not name.").format(
        convention=names(row["subject"]), amount=formats.money_whole(round(row["value"]))
    )


FLAG = Flag(
    code="REGRANT_SUSPECTED",
    label=N_("Money passed on"),
    question=N_("Was money passed on to a body that the convention does not name?"),
    formula=N_(
        "transfers that pass the grant on to organisations that the convention does not let have it, or that no "
        "decision and no allocation announced"
    ),
    unit="cents",
    default=N_("any (alert)"),
    evidence=N_("one transfer: it is a fact"),
    advice=N_("Ask the funder to name them by an amendment, or show the invoice if it was a service."),
    clears=N_("When the transfer is corrected; what went against the convention stays told."),
    tables=frozenset({"transfers", "convention_regrants"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, transfers.seq FROM flags JOIN transfers ON transfers.convention_id = flags.subject"
        " AND (transfers.despite IN ('R7', 'R9') OR transfers.basis = 'regrant')"
        " AND transfers.transferred_on <= flags.window_until WHERE flags.code = 'REGRANT_SUSPECTED'"
    ),
)
