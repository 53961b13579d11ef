"""MANDATE_EXPIRING: does a mandate end soon, and is it always the same who holds it?"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from ledger.balance.evidence import Level
from ledger.balance.flags.base import DEFAULT, Flag, Interval, Names, Step, Thresholds, overlaid, told
from ledger.balance.flags.roster import NOT_MANDATES
from ledger.language import formats, terms
from ledger.language.catalogue import N_, _

NOTICE = 60
LAST_DAYS: tuple[tuple[int, Level], ...] = ((30, "watch"), (-1, "alert"))
TERMS = 3
TANDEM = timedelta(days=31)


class Mandate(NamedTuple):
    """One term of a function.

    Attributes:
        known_on: the day it was decided, or began when that came first.
        until: the last day foreseen; None when it is open.
    """

    holder: str
    start: date
    until: date | None
    ended_on: date | None
    known_on: date


def _compute(db: sqlite3.Connection) -> list[Interval]:
    thresholds = Thresholds(db)
    found: list[Interval] = []
    for function, mandates in sorted(_mandates(db).items()):
        ending = [list(_ending(mandate, mandates, thresholds)) for mandate in mandates if mandate.until]
        found += told(FLAG.code, function, overlaid(*ending, *map(list, _again(mandates))))
    return found


def _mandates(db: sqlite3.Connection) -> dict[str, list[Mandate]]:
    """The terms of each function, by `role` or `role/where it is held`."""
    found: dict[str, list[Mandate]] = defaultdict(list)
    rows = db.execute(
        "SELECT roles.role, coalesce(roles.lieu_id, CASE WHEN person_id IS NOT NULL THEN organisation_id END),"
        " coalesce(person_id, organisation_id, lieu_id), held_from, held_until, roles.ended_on,"
        " min(held_from, coalesce(decisions.decided_on, held_from)) FROM roles"
        " LEFT JOIN decisions ON decisions.id = roles.decision_id"
        f" WHERE roles.role NOT IN {NOT_MANDATES} ORDER BY held_from, roles.seq"
    )
    for role, where, holder, *days in rows:
        start, until, ended_on, known_on = (date.fromisoformat(day) if day else None for day in days)
        assert start
        assert known_on
        found[f"{role}/{where}" if where else role].append(Mandate(holder, start, until, ended_on, known_on))
    return found


def _ending(mandate: Mandate, mandates: list[Mandate], thresholds: Thresholds) -> Iterator[Step]:
    """Its last sixty days and what follows, until it is renewed or ended.

    The notice is the one that the rules asked for sixty days before the end.
    """
    assert mandate.until
    adopted = thresholds.at(FLAG.code, mandate.until - timedelta(days=NOTICE))
    notice = round(adopted.or_default(NOTICE))
    settled = min(
        (other.known_on for other in mandates if other.start > mandate.start and _renews(other, mandate)),
        default=None,
    )
    if mandate.ended_on:
        settled = min(filter(None, (settled, mandate.ended_on)))
    warnings: list[tuple[int, Level]] = [
        (notice, "info"),
        *((min(days, notice), how) for days, how in LAST_DAYS),
    ]
    for days, level in warnings:
        on = mandate.until - timedelta(days=days)
        if settled is None or on < settled:
            source = adopted.source if level == "info" else DEFAULT
            yield Step(on, level, max(days, 0), max(days, 0), source, window_from=mandate.start)
    if settled:
        yield Step(settled)


def _renews(other: Mandate, mandate: Mandate) -> bool:
    """Whether it goes on when the mandate ends, a month of working together before or later at most."""
    assert mandate.until
    return other.start >= mandate.until - TANDEM


def _again(mandates: list[Mandate]) -> Iterator[Iterator[Step]]:
    """Each third consecutive term of one holder, while it lasts."""
    terms_of: dict[str, list[Mandate]] = defaultdict(list)
    for mandate in mandates:
        terms_of[mandate.holder].append(mandate)
    for held in terms_of.values():
        consecutive = 1
        for before, mandate in pairwise(held):
            last = before.ended_on or (before.until and before.until + timedelta(days=1))
            consecutive = consecutive + 1 if last and mandate.start <= last + TANDEM else 1
            if consecutive >= TERMS:
                yield _term(mandate, consecutive, held[0].start)


def _term(mandate: Mandate, consecutive: int, first: date) -> Iterator[Step]:
    yield Step(mandate.start, "watch", consecutive, TERMS, "terms", consecutive, first)
    end = mandate.ended_on or (mandate.until and mandate.until + timedelta(days=1))
    if end:
        yield Step(end)


def _sentence(row: Any, names: Names) -> str:
    role, _slash, where = row["subject"].partition("/")
    function = terms.label(role).capitalize() + (f" ({names(where)})" if where else "")
    if row["threshold_source"] == "terms":
        text = _("{function}: {count} terms in a row by the same holder. Thank you to them; who comes next?")
    elif row["level"] == "alert":
        text = _("{function}: the mandate has ended and nobody renewed it.")
    else:
        text = _("{function}: the mandate ends in less than {count} days.")
    return text.format(function=function, count=formats.number(row["value"]))


FLAG = Flag(
    code="MANDATE_EXPIRING",
    label=N_("A mandate ends"),
    question=N_("Does a mandate end soon, and is it always the same who holds it?"),
    formula=N_("days until the last day foreseen; terms that one holder held in a row"),
    unit="days",
    adopts="days",
    default=N_("60 days (information), 30 days (watch), ended (alert); a third term in a row (watch)"),
    evidence=N_("a mandate with a last day: it is a fact"),
    advice=N_("Call for candidates, and let the next one work a month beside the present one."),
    clears=N_("When the mandate is renewed, ended, or goes to somebody else."),
    tables=frozenset({"roles", "decisions", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, roles.seq FROM flags JOIN roles"
        " ON roles.role = substr(flags.subject || '/', 1, instr(flags.subject || '/', '/') - 1)"
        " AND coalesce(roles.lieu_id, roles.organisation_id, '') IN"
        " ('', substr(flags.subject, instr(flags.subject, '/') + 1))"
        " AND roles.held_from BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'MANDATE_EXPIRING'"
    ),
)
