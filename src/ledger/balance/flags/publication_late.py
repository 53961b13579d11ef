"""PUBLICATION_LATE: was an opinion made public within thirty days?

Only opinions: what a consortium decides for itself it need not publish.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

DAYS = 30


def _compute(db: sqlite3.Connection) -> list[Interval]:
    found: list[Interval] = []
    for decision, decided_on, published_on in db.execute(
        "SELECT id, decided_on, published_on FROM decisions WHERE status = 'issued' AND decided_on IS NOT NULL"
        f" AND (published_on IS NULL OR published_on > date(decided_on, '+{DAYS} days')) ORDER BY id"
    ):
        issued = date.fromisoformat(decided_on)
        steps = [Step(issued + timedelta(days=DAYS), "watch", DAYS, DAYS, window_from=issued)]
        if published_on:
            steps.append(Step(date.fromisoformat(published_on)))
        found += told(FLAG.code, decision, steps)
    return found


def _sentence(row: Any, names: Names) -> str:
    return _("Opinion {decision} was issued on {day} and has not been published.").format(
        decision=names(row["subject"]), day=formats.day(row["window_from"])
    )


FLAG = Flag(
    code="PUBLICATION_LATE",
    label=N_("Publication is late"),
    question=N_("Was an opinion made public within thirty days?"),
    formula=N_("days from an opinion to its publication"),
    unit="days",
    default=N_("30 days (watch)"),
    evidence=N_("one opinion: it is a fact"),
    advice=N_("Publish it as it was issued; one page is enough."),
    clears=N_("When it is published."),
    tables=frozenset({"decisions"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, decisions.seq FROM flags JOIN decisions ON decisions.id = flags.subject"
        " WHERE flags.code = 'PUBLICATION_LATE'"
    ),
)
