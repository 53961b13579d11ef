"""PUBLICATION_LATE: was an opinion made public within thirty days, and a grant within three months?

Of decisions, only opinions: what a consortium decides for itself it need not publish. The data of a grant above
23 000 € are published by the authority that grants it, within three months of its signature (décret 2017-779;
communes under 3 500 inhabitants are exempt): the consortium may ask for it, or publish them itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.balance.flags.funders import private
from ledger.language import formats
from ledger.language.catalogue import N_, _

DAYS = 30
GRANT_DAYS = 90.0
LIMIT_CENTS = 2_300_000

_OPINIONS = (
    "SELECT id, decided_on, published_on FROM decisions WHERE status = 'issued' AND decided_on IS NOT NULL"
    f" AND (published_on IS NULL OR published_on > date(decided_on, '+{DAYS} days')) ORDER BY id"
)
_GRANTS = (
    "SELECT id, signed_on, date(signed_on, '+3 months'), published_on FROM conventions"
    f" WHERE amount_cents > {LIMIT_CENTS}"
    " AND (published_on IS NULL OR published_on > date(signed_on, '+3 months')) ORDER BY id"
)


def _compute(db: sqlite3.Connection) -> list[Interval]:
    no_authority = private(db)
    found: list[Interval] = []
    for decision, decided_on, published_on in db.execute(_OPINIONS):
        issued = date.fromisoformat(decided_on)
        due = issued + timedelta(days=DAYS)
        found += _late(decision, issued, due, float(DAYS), published_on)
    for convention, signed_on, due_on, published_on in db.execute(_GRANTS).fetchall():
        funders = db.execute(
            "SELECT organisation_id FROM convention_funders WHERE convention_id = ?", (convention,)
        )
        if {funder for (funder,) in funders} <= no_authority:
            continue
        signed, due = date.fromisoformat(signed_on), date.fromisoformat(due_on) + timedelta(days=1)
        found += _late(convention, signed, due, GRANT_DAYS, published_on)
    return found


def _late(subject: str, since: date, late: date, days: float, published_on: str | None) -> Iterator[Interval]:
    """Late from a day on, until it is published."""
    steps = [Step(late, "watch", days, days, window_from=since)]
    if published_on:
        steps.append(Step(date.fromisoformat(published_on)))
    return told(FLAG.code, subject, steps)


def _sentence(row: Any, names: Names) -> str:
    if row["value"] == GRANT_DAYS:
        text = _("The grant {subject} was signed on {day} and its data have not been made public.")
    else:
        text = _("Opinion {subject} was issued on {day} and has not been published.")
    return text.format(subject=names(row["subject"]), day=formats.day(row["window_from"]))


FLAG = Flag(
    code="PUBLICATION_LATE",
    label=N_("Publication is late"),
    question=N_("Was an opinion made public within thirty days, and a grant within three months?"),
    formula=N_(
        "days from an opinion to its publication; from the signature of a grant above €23,000 to that of its data"
    ),
    unit="days",
    default=N_("30 days for an opinion, three months for a grant (watch): the law asks for it"),
    evidence=N_("one opinion or one grant: it is a fact"),
    advice=N_(
        "Publish an opinion as it was issued. For a grant, ask the funder, or publish the table scdl_subventions."
    ),
    clears=N_("When it is published."),
    tables=frozenset({"decisions", "conventions", "convention_funders", "organisations"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, decisions.seq FROM flags JOIN decisions ON decisions.id = flags.subject"
        " WHERE flags.code = 'PUBLICATION_LATE'"
        " UNION ALL SELECT flags.id, conventions.seq FROM flags JOIN conventions ON conventions.id = flags.subject"
        " WHERE flags.code = 'PUBLICATION_LATE'"
    ),
)
