"""REFERENT_MISSING: does every lieu have somebody to speak to?"""

from __future__ import annotations

import sqlite3
from typing import Any

from ledger.balance.flags import roster
from ledger.balance.flags.base import Flag, Interval, Names, Step, gaps, told
from ledger.language.catalogue import N_, _


def _compute(db: sqlite3.Connection) -> list[Interval]:
    referents = roster.spans(db, "lieu_referent")
    found: list[Interval] = []
    for lieu, memberships in sorted(roster.spans(db, "member").items()):
        steps = []
        for membership in memberships:
            for gap in gaps(membership, referents.get(lieu, [])):
                steps.append(Step(gap.start, "watch", 0.0, 1.0))
                steps += [Step(gap.end)] if gap.end else []
        found += told(FLAG.code, lieu, steps)
    return found


def _sentence(row: Any, names: Names) -> str:
    return _("{lieu} has no referent: nobody there is known as the one to speak to.").format(
        lieu=names(row["subject"])
    )


FLAG = Flag(
    code="REFERENT_MISSING",
    label=N_("A lieu without a referent"),
    question=N_("Does every lieu have somebody to speak to?"),
    formula=N_("referents of the lieu on a day, while it is a member"),
    unit="count",
    default=N_("fewer than one (watch)"),
    evidence=N_("one membership: it is a fact"),
    advice=N_("Ask the lieu who it sends; two people may share it."),
    clears=N_("When somebody is the lieu's referent."),
    tables=frozenset({"roles"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, roles.seq FROM flags JOIN roles ON roles.lieu_id = flags.subject"
        " AND roles.role IN ('member', 'lieu_referent') AND roles.held_from <= flags.since"
        " WHERE flags.code = 'REFERENT_MISSING'"
    ),
)
