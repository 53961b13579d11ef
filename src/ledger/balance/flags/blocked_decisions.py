"""BLOCKED_DECISIONS: do objections stand for long without an answer?"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, Thresholds, told
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

DAYS = timedelta(days=30)
MANY = 2


def _compute(db: sqlite3.Connection) -> list[Interval]:
    waiting = []
    for raised_on, settled_on in db.execute(
        "SELECT raised_on, min(coalesce(settled_on, '9999'), coalesce(decided_on, '9999'))"
        " FROM objections JOIN decisions ON decisions.id = objections.decision_id"
    ):
        since = date.fromisoformat(raised_on) + DAYS
        until = None if settled_on == "9999" else date.fromisoformat(settled_on)
        if until is None or since < until:
            waiting.append(Span(since, until))
    thresholds = Thresholds(db)
    days = sorted({day for span in waiting for day in span if day} | {*thresholds.changes(FLAG.code)})
    return list(told(FLAG.code, "consortium", [_step(on, waiting, thresholds) for on in days]))


def _step(on: date, waiting: list[Span], thresholds: Thresholds) -> Step:
    standing = [span for span in waiting if span.holds(on)]
    adopted = thresholds.at(FLAG.code, on)
    many = max(adopted.or_default(MANY), 1)
    if len(standing) < many:
        return Step(on)
    first = min(span.start for span in standing) - DAYS
    return Step(on, "watch", len(standing), many, adopted.source, len(standing), first)


def _sentence(row: Any, _names: Names) -> str:
    count = round(row["value"])
    return ngettext(
        "{count} objection has waited for an answer for more than thirty days.",
        "{count} objections have waited for an answer for more than thirty days.",
        count,
    ).format(count=formats.number(count))


FLAG = Flag(
    code="BLOCKED_DECISIONS",
    label=N_("Decisions are stuck"),
    question=N_("Do objections stand for long without an answer?"),
    formula=N_(
        "objections neither settled nor overtaken by the decision, thirty days after they were raised"
    ),
    unit="count",
    adopts="count",
    default=N_("2 or more (watch)"),
    evidence=N_("two objections: it is a fact"),
    advice=N_("An objection is information: hear it in a session of its own, or try for a limited time."),
    clears=N_("When they are integrated, withdrawn, found invalid, or the proposal is dropped."),
    tables=frozenset({"objections", "decisions", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, objections.seq FROM flags JOIN objections"
        " ON objections.raised_on BETWEEN flags.window_from AND flags.window_until"
        " AND (objections.settled_on IS NULL OR objections.settled_on > flags.since)"
        " WHERE flags.code = 'BLOCKED_DECISIONS'"
    ),
)
