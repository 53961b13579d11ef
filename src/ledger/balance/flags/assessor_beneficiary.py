"""ASSESSOR_BENEFICIARY: does who assesses, or accompanies, also receive from the same hand?

Of organisations only. The gravest case is an assessor that gains from the very award; the other, an assessor or
a provider that also lives on the money of the funder or client that it works for.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date
from typing import Any

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Flag, Interval, Names, Step, told
from ledger.language.catalogue import N_, _

# The assessor applies itself, runs the lieu concerned, or receives money of the grant that was awarded.
_OWN_AWARD = """
SELECT application.id, assessor_id, answered_on, NULL
FROM applications AS application LEFT JOIN lieux ON lieux.id = application.lieu_id
WHERE assessor_id IS NOT NULL AND application.status = 'awarded'
  AND (assessor_id = applicant_id OR assessor_id = lieux.organisation_id)
UNION
SELECT application.id, assessor_id, max(answered_on, coalesce(transfers.transferred_on, conventions.signed_on)), NULL
FROM applications AS application JOIN conventions ON conventions.application_id = application.id
LEFT JOIN transfers ON transfers.convention_id = conventions.id AND transfers.organisation_id = assessor_id
  AND transfers.amount_cents > 0 AND transfers.basis <> 'returned'
WHERE assessor_id IS NOT NULL AND (conventions.carrier_id = assessor_id OR transfers.id IS NOT NULL)
UNION
SELECT application.id, assessor_id, max(answered_on, min(paid.paid_on)), NULL
FROM applications AS application JOIN conventions ON conventions.application_id = application.id
JOIN expenses AS paid ON paid.supplier_id = assessor_id AND paid.convention_id = conventions.id
WHERE assessor_id IS NOT NULL
GROUP BY application.id, assessor_id
"""
# It carries another grant of the same funder, that ran on the day of its assessment; or a provider, of its client.
_SAME_HAND = """
SELECT application.id, assessor_id, answered_on,
       min(conventions.ends_on, coalesce(conventions.ended_on, conventions.ends_on))
FROM applications AS application
JOIN conventions ON conventions.carrier_id = assessor_id
JOIN convention_funders ON convention_funders.convention_id = conventions.id
 AND convention_funders.organisation_id = application.funder_id
WHERE assessor_id <> application.funder_id
  AND answered_on BETWEEN conventions.signed_on
                      AND min(conventions.ends_on, coalesce(conventions.ended_on, conventions.ends_on))
UNION
SELECT contracts.id, provider_id, max(contracts.starts_on, conventions.signed_on),
       min(contracts.ends_on, conventions.ends_on, coalesce(conventions.ended_on, conventions.ends_on))
FROM contracts
JOIN conventions ON conventions.carrier_id = provider_id
JOIN convention_funders ON convention_funders.convention_id = conventions.id
 AND convention_funders.organisation_id = client_id
WHERE max(contracts.starts_on, conventions.signed_on)
      <= min(contracts.ends_on, conventions.ends_on, coalesce(conventions.ended_on, conventions.ends_on))
"""


def _compute(db: sqlite3.Connection) -> list[Interval]:
    days: dict[str, list[tuple[str, str | None, Level]]] = defaultdict(list)
    levels: tuple[tuple[Level, str], ...] = (("alert", _OWN_AWARD), ("watch", _SAME_HAND))
    for level, sql in levels:
        for what, who, since, until in db.execute(sql):
            days[f"{what}/{who}"].append((since, until, level))
    return [each for subject in sorted(days) for each in told(FLAG.code, subject, _steps(days[subject]))]


def _steps(days: list[tuple[str, str | None, Level]]) -> list[Step]:
    """Several grants may tie the same two: it lasts as long as one of them, and tells the gravest."""
    gravest: Level = "alert" if any(level == "alert" for _since, _until, level in days) else "watch"
    since = min(since for since, _until, level in days if level == gravest)
    untils = [until for _since, until, level in days if level == gravest]
    steps = [Step(date.fromisoformat(since), gravest, float(len(days)), 0.0, acts=len(days))]
    if all(untils):
        last = date.fromisoformat(max(str(until) for until in untils))
        steps.append(Step(date.fromordinal(last.toordinal() + 1)))
    return steps


def _sentence(row: Any, names: Names) -> str:
    what, _slash, who = row["subject"].partition("/")
    if row["level"] == "alert":
        text = _("{who} assessed {what}, and gains from its award.")
    else:
        text = _("{who} assesses or accompanies ({what}), and also receives money from the same hand.")
    return text.format(who=names(who), what=names(what))


FLAG = Flag(
    code="ASSESSOR_BENEFICIARY",
    label=N_("Assessor and beneficiary"),
    question=N_("Does who assesses, or accompanies, also receive from the same hand?"),
    formula=N_(
        "assessors that apply themselves, run the lieu concerned or receive money of the award; assessors and "
        "providers of an accompaniment that carry a grant of the same funder at that time"
    ),
    unit="count",
    default=N_("gaining from the award itself (alert); a grant of the same hand (watch)"),
    evidence=N_("one assessment or one contract: it is a fact"),
    advice=N_("Have somebody else assess, or say the tie openly where the decision is taken."),
    clears=N_("When the other grant ends, or the application is answered again with another assessor."),
    tables=frozenset(
        {"applications", "lieux", "conventions", "convention_funders", "transfers", "contracts", "expenses"}
    ),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, applications.seq FROM flags JOIN applications"
        " ON flags.subject = applications.id || '/' || applications.assessor_id"
        " WHERE flags.code = 'ASSESSOR_BENEFICIARY'"
        " UNION ALL SELECT flags.id, contracts.seq FROM flags JOIN contracts"
        " ON flags.subject = contracts.id || '/' || contracts.provider_id"
        " WHERE flags.code = 'ASSESSOR_BENEFICIARY'"
        " UNION ALL SELECT flags.id, conventions.seq FROM flags JOIN conventions"
        " ON conventions.carrier_id = substr(flags.subject, instr(flags.subject, '/') + 1)"
        " JOIN convention_funders ON convention_funders.convention_id = conventions.id"
        " WHERE flags.code = 'ASSESSOR_BENEFICIARY' AND convention_funders.organisation_id IN ("
        " SELECT funder_id FROM applications WHERE flags.subject = applications.id || '/' || assessor_id"
        " UNION ALL SELECT client_id FROM contracts WHERE flags.subject = contracts.id || '/' || provider_id)"
    ),
)
