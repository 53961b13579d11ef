"""FUNDER_DEPENDENCE: if one funder stops, how much of the year is gone?

Told of years that are over, of the money that the ledger knows: what lieux earn by themselves is not in it.
Besides, for information, each year in which a carrier receives more than 153 000 € from all authorities together:
its accounts are then published and audited (code de commerce, L. 612-4).
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance import evidence
from ledger.balance.evidence import Level
from ledger.balance.flags.base import Flag, Interval, Names, Step, Thresholds, told
from ledger.balance.flags.funders import private
from ledger.language import formats
from ledger.language.catalogue import N_, _

WATCH, ALERT = 0.5, 0.75
AUDIT_CENTS = 15_300_000


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
    steps |= _audited(db)
    return [interval for subject in sorted(steps) for interval in told(FLAG.code, subject, steps[subject])]


def _audited(db: sqlite3.Connection) -> dict[str, list[Step]]:
    """From the day on which a carrier's public grants of a year pass the line, until the year after is over."""
    no_authority = private(db)
    total: dict[str, int] = defaultdict(int)
    steps: dict[str, list[Step]] = defaultdict(list)
    for carrier, on, cents, funders in db.execute(_BY_CARRIER):
        if set(funders.split()) <= no_authority:
            continue
        subject = f"{carrier}/{on[:4]}"
        total[subject] += cents
        if total[subject] > AUDIT_CENTS:
            day, first = date.fromisoformat(on), date(int(on[:4]), 1, 1)
            steps[subject].append(
                Step(day, "info", total[subject] / AUDIT_CENTS, 1.0, acts=1, window_from=first)
            )
    return {
        subject: [*told_so, Step(date(int(subject[-4:]) + 2, 1, 1))] for subject, told_so in steps.items()
    }


_BY_CARRIER = """
SELECT carrier_id, received_on, receipts.amount_cents,
       coalesce(receipts.funder_id, (SELECT group_concat(organisation_id, ' ') FROM convention_funders
                                     WHERE convention_funders.convention_id = conventions.id), '')
FROM instalment_receipts AS receipts JOIN conventions ON conventions.id = receipts.convention_id
ORDER BY received_on, receipts.seq
"""


def resources(db: sqlite3.Connection) -> dict[int, dict[str, float]]:
    """Money received in each calendar year, by funder; funders share in equal parts what nobody says who paid."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for year, funder, cents in db.execute(
        "SELECT CAST(substr(received_on, 1, 4) AS INTEGER), coalesce(receipts.funder_id, organisation_id) AS funder,"
        " sum(amount_cents) * 1.0 / CASE WHEN receipts.funder_id IS NULL THEN (SELECT count(*)"
        " FROM convention_funders AS all_of WHERE all_of.convention_id = receipts.convention_id) ELSE 1 END"
        " FROM instalment_receipts AS receipts LEFT JOIN convention_funders"
        " ON convention_funders.convention_id = receipts.convention_id AND receipts.funder_id IS NULL"
        " WHERE funder IS NOT NULL GROUP BY 1, 2, receipts.convention_id, receipts.funder_id IS NULL"
        " ORDER BY 1, 2, receipts.convention_id, receipts.funder_id IS NULL"
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
    carrier, slash, year = row["subject"].partition("/")
    if slash:
        return _(
            "{carrier} received {amount} of public grants in {year}: above {line}, its accounts are audited."
        ).format(
            carrier=names(carrier),
            year=year,
            amount=formats.money_whole(round(row["value"] * AUDIT_CENTS)),
            line=formats.money_whole(AUDIT_CENTS),
        )
    return _("{share} of the public money received in {year} came from {funder}.").format(
        share=formats.percent(row["value"]), year=row["window_from"][:4], funder=names(row["subject"])
    )


FLAG = Flag(
    code="FUNDER_DEPENDENCE",
    label=N_("One funder weighs most"),
    question=N_("If one funder stops, how much of the year is gone?"),
    formula=N_(
        "money received from the funder in a calendar year ÷ all money received in it; a convention's funders "
        "share it in equal parts when nobody says which paid; public grants of a carrier in a year ÷ €153,000"
    ),
    unit="share",
    adopts="share",
    default=N_(
        "50% (watch), 75% (alert); information above max(1/3, 2 ÷ number of funders), and for a carrier above "
        "€153,000 of public grants in a year"
    ),
    evidence=N_("a year that is over; for the €153,000, one receipt"),
    advice=N_("Look for a second funder early, keep a reserve, and ask counsel above one half."),
    clears=N_("When its share of a later year is smaller."),
    tables=frozenset({"instalment_receipts", "convention_funders", "conventions", "organisations"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, instalment_receipts.seq FROM flags"
        " JOIN convention_funders ON convention_funders.organisation_id = flags.subject"
        " JOIN instalment_receipts USING (convention_id) WHERE flags.code = 'FUNDER_DEPENDENCE'"
        " AND instalment_receipts.received_on >= flags.window_from"
        " AND instalment_receipts.received_on < flags.window_until"
        " UNION ALL SELECT flags.id, instalment_receipts.seq FROM flags JOIN conventions"
        " ON flags.subject LIKE conventions.carrier_id || '/____'"
        " JOIN instalment_receipts ON instalment_receipts.convention_id = conventions.id"
        " AND instalment_receipts.received_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'FUNDER_DEPENDENCE'"
    ),
)
