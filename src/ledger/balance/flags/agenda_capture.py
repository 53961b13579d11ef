"""AGENDA_CAPTURE: is it always the same who propose, or who lead the meetings?

Speaks of proposals and of facilitation, never of who does them.
"""

from __future__ import annotations

import sqlite3
from datetime import date
from functools import partial
from typing import Any

from ledger.balance.evidence import NEEDED_ACTS
from ledger.balance.flags import roster, work
from ledger.balance.flags.base import Flag, Interval, Names
from ledger.balance.flags.reliance import function_reliance, totals, window
from ledger.language import formats
from ledger.language.catalogue import N_, _

_ACTS = {
    "facilitation": "SELECT held_on, facilitator_id, 1 FROM meetings"
    " WHERE held_on IS NOT NULL AND facilitator_id IS NOT NULL",
    "proposals": "SELECT proposed_on, proposer_id, 1 FROM decisions WHERE proposer_id IS NOT NULL",
}


def _compute(db: sqlite3.Connection) -> list[Interval]:
    people = partial(roster.count, roster.active_people(db))
    return [
        interval
        for function, query in _ACTS.items()
        for interval in function_reliance(db, FLAG.code, function, work.of_acts(db.execute(query)), people)
    ]


def _sentence(row: Any, _names: Names) -> str:
    share = formats.share(round(row["value"] * 10_000))
    if row["subject"] == "proposals":
        return _("{share} of the proposals of twelve months came from one person.").format(share=share)
    return _(
        "{share} of the meetings of twelve months were led by one person. Thank you to them; who leads the next?"
    ).format(share=share)


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    found = []
    for function, query in _ACTS.items():
        held = work.of_acts(db.execute(query)).over(window(on.isoformat()[:7]))
        acts = totals(held)[1]
        if 0 < acts < NEEDED_ACTS:
            found.append((function, round(acts, 1), NEEDED_ACTS))
    return found


FLAG = Flag(
    code="AGENDA_CAPTURE",
    label=N_("The same people set the agenda"),
    question=N_("Is it always the same who propose, or who lead the meetings?"),
    formula=N_(
        "the largest part of one person in the proposals, and in the meetings led, over twelve months; raised "
        "when the probability that the true share passes one half is above 0.80 (watch) or 0.95 (alert), "
        "twice in a row at a month's end"
    ),
    unit="share",
    default=N_("50% (watch, alert)"),
    evidence=N_("6 acts on 3 dates; 10 for an alert"),
    advice=N_("Let facilitation go round, and call for items before each meeting."),
    clears=N_("When the probability falls below one half."),
    tables=frozenset({"decisions", "meetings", "people"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, meetings.seq FROM flags JOIN meetings ON meetings.facilitator_id IS NOT NULL"
        " AND meetings.held_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'AGENDA_CAPTURE' AND flags.subject = 'facilitation'"
        " UNION ALL SELECT flags.id, decisions.seq FROM flags JOIN decisions ON decisions.proposer_id IS NOT NULL"
        " AND decisions.proposed_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'AGENDA_CAPTURE' AND flags.subject = 'proposals'"
    ),
    not_measured=_not_measured,
)
