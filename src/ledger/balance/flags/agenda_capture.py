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
from ledger.balance.flags.again import START, Since, Standing
from ledger.balance.flags.base import Flag, Interval, Names
from ledger.balance.flags.reliance import function_reliance, since, totals, window
from ledger.balance.flags.touched import Sums
from ledger.language import formats
from ledger.language.catalogue import N_, _


def _sums(name: str, of: str, day: str, person: str) -> Sums:
    """How many acts of each person a month, and on how many days."""
    return Sums(
        name=name,
        of=of,
        keys=((f"substr({{row}}.{day}, 1, 7)", f"{{row}}.{person}"),),
        columns="month TEXT, person_id TEXT, acts INTEGER, dates INTEGER, PRIMARY KEY (month, person_id)",
        key=("month", "person_id"),
        renew=(
            f"SELECT substr({day}, 1, 7), {person}, count(*), count(DISTINCT {day})"
            f" FROM (SELECT {day}, {person} FROM {of} WHERE {day} IS NOT NULL AND {person} IS NOT NULL)"
            " {where} GROUP BY 1, 2"
        ),
        where=f"{person} = :two AND {day} BETWEEN :one || '-01' AND :one || '-31'",
    )


ACTS = {
    "facilitation": _sums("_led_months", "meetings", "held_on", "facilitator_id"),
    "proposals": _sums("_proposed_months", "decisions", "proposed_on", "proposer_id"),
}


def _compute(db: sqlite3.Connection, standing: Standing = START) -> list[Interval]:
    people = partial(roster.count, roster.active_people(db))
    return [
        interval
        for function in ACTS
        for interval in function_reliance(
            db, FLAG.code, function, _acts(db, function, since(standing)), people, standing
        )
    ]


def _acts(db: sqlite3.Connection, function: str, month: str) -> work.Work:
    """Who did it how often, from a month on; each act weighs 1."""
    found = work.Work()
    for at, person, acts, dates in db.execute(
        f"SELECT month, person_id, acts, dates FROM {ACTS[function].name} WHERE month >= ?", (month,)
    ):
        found.by[at][person] = work.Month(acts, acts, dates)
    return found


def _sentence(row: Any, _names: Names) -> str:
    share = formats.share(round(row["value"] * 10_000))
    if row["subject"] == "proposals":
        return _("{share} of the proposals of twelve months came from one person.").format(share=share)
    return _(
        "{share} of the meetings of twelve months were led by one person. Thank you to them; who leads the next?"
    ).format(share=share)


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    found = []
    for function in ACTS:
        months = window(on.isoformat()[:7])
        held = _acts(db, function, months[0]).over(months)
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
    spreads=True,
    adopts="share",
    default=N_("50% (watch, alert)"),
    evidence=N_("6 acts on 3 dates; 10 for an alert"),
    advice=N_("Let facilitation go round, and call for items before each meeting."),
    clears=N_("When the probability falls below one half."),
    tables=frozenset({"decisions", "meetings", "people"}),
    compute=_compute,
    again=Since(tuple(ACTS.values()), _compute),
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
