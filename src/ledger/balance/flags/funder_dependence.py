"""FUNDER_DEPENDENCE: if one funder stops, how much of the year is gone?

Told of years that are over, of the money that the ledger knows: what lieux earn by themselves is not in it.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance import evidence
from ledger.balance.evidence import Level
from ledger.balance.flags.base import Flag, Interval, Names, Step, Thresholds, told
from ledger.language import formats
from ledger.language.catalogue import N_, _

WATCH, ALERT = 0.5, 0.75


def _compute(db: sqlite3.Connection) -> list[Interval]:
    years = resources(db)
    thresholds = Thresholds(db)
    steps: dict[str, list[Step]] = defaultdict(list)
    for year, received in sorted(years.items()):
        told_on = date(year + 1, 1, 1)
        for funder in {*received, *steps}:
            steps[funder].append(_step(told_on, received, funder, thresholds))
            if year + 1 not in years:
                steps[funder].append(Step(date(year + 2, 1, 1)))
    return [interval for funder in sorted(steps) for interval in told(FLAG.code, funder, steps[funder])]


def resources(db: sqlite3.Connection) -> dict[int, dict[str, float]]:
    """Money received in each calendar year, by funder; a convention's funders share it in equal parts."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for year, funder, cents in db.execute(
        "SELECT CAST(substr(received_on, 1, 4) AS INTEGER), organisation_id, sum(amount_cents) * 1.0"
        " / (SELECT count(*) FROM convention_funders AS all_of WHERE all_of.convention_id = receipts.convention_id)"
        " FROM instalment_receipts AS receipts JOIN convention_funders USING (convention_id)"
        " GROUP BY 1, 2, receipts.convention_id ORDER BY 1, 2, receipts.convention_id"
    ):
        found[year][funder] += cents
    return found


def _step(on: date, received: dict[str, float], funder: str, thresholds: Thresholds) -> Step:
    total = sum(received.values())
    value = round(received.get(funder, 0.0) / total, 4) if total else 0.0
    adopted = thresholds.at(FLAG.code, on)
    watch = adopted.value if adopted.value is not None else WATCH
    alert = max(ALERT, watch)
    line = evidence.info_line(len(received))
    level: Level | None = None
    threshold, source = watch, adopted.source
    if value > watch:
        level = "alert" if value > alert else "watch"
        threshold = alert if level == "alert" else watch
    elif line is not None and value > line:
        level, threshold, source = "info", line, "default"
    return Step(on, level, value, threshold, source, len(received), on.replace(year=on.year - 1))


def _sentence(row: Any, names: Names) -> str:
    return _("{share} of the public money received in {year} came from {funder}.").format(
        share=formats.percent(row["value"]), year=row["window_from"][:4], funder=names(row["subject"])
    )


FLAG = Flag(
    code="FUNDER_DEPENDENCE",
    label=N_("One funder weighs most"),
    question=N_("If one funder stops, how much of the year is gone?"),
    formula=N_(
        "money received from the funder in a calendar year ÷ all money received in it; a convention's funders "
        "share it in equal parts"
    ),
    unit="share",
    default=N_("50% (watch), 75% (alert); information above max(1/3, 2 ÷ number of funders)"),
    evidence=N_("a year that is over"),
    advice=N_("Look for a second funder early, keep a reserve, and ask counsel above one half."),
    clears=N_("When its share of a later year is smaller."),
    tables=frozenset({"instalment_receipts", "convention_funders"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, instalment_receipts.seq FROM flags"
        " JOIN convention_funders ON convention_funders.organisation_id = flags.subject"
        " JOIN instalment_receipts USING (convention_id) WHERE flags.code = 'FUNDER_DEPENDENCE'"
        " AND instalment_receipts.received_on >= flags.window_from"
        " AND instalment_receipts.received_on < flags.window_until"
    ),
)
