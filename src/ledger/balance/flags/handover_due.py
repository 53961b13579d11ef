"""HANDOVER_DUE: who takes over what a person still carries when they leave?

Also what a volunteer or a civic-service person carries with nobody beside them, long before.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from ledger.balance.evidence import Level
from ledger.balance.flags.base import DEFAULT, Flag, Interval, Names, Span, Step, Thresholds, told
from ledger.language import formats
from ledger.language.catalogue import N_, ngettext

DAYS = 30
ALONE = frozenset({"volunteer", "civic_service"})


class Carried(NamedTuple):
    """A critical task in a person's hands, and whether somebody is beside them."""

    task_id: str
    days: Span
    deputy: bool


class Leaving(NamedTuple):
    """From what day a person's leaving is soon, their last day, and the rule that says how soon."""

    notice: date
    last_day: date
    source: str


def _compute(db: sqlite3.Connection) -> list[Interval]:
    people = {
        person: (engagement, date.fromisoformat(until) if until else None)
        for person, engagement, until in db.execute("SELECT id, engagement, active_until FROM people")
    }
    thresholds = Thresholds(db)
    found: list[Interval] = []
    for person, tasks in sorted(carried(db).items()):
        engagement, until = people.get(person, (None, None))
        found += told(FLAG.code, person, _steps(tasks, engagement in ALONE, until, thresholds))
    return found


def carried(db: sqlite3.Connection) -> dict[str, list[Carried]]:
    """The critical tasks of each person, from the day they opened or were accepted from another."""
    found: dict[str, list[Carried]] = defaultdict(list)
    for task, person, deputy, opened_on, closed_on in db.execute(
        "SELECT id, person_id, deputy_id, opened_on, closed_on FROM tasks WHERE critical = 1 ORDER BY id"
    ).fetchall():
        end = date.fromisoformat(closed_on) if closed_on else None
        hands = [(date.fromisoformat(opened_on), person)]
        for giver, taker, on in db.execute(
            "SELECT from_person_id, to_person_id, answered_on FROM hand_overs"
            " WHERE task_id = ? AND status = 'accepted' ORDER BY number",
            (task,),
        ):
            hands[-1] = (hands[-1][0], giver or hands[-1][1])
            hands.append((date.fromisoformat(on), taker))
        for (start, holder), (following, _next) in pairwise([*hands, (end, None)]):
            if holder and start and (following is None or start < following):
                found[holder].append(Carried(task, Span(start, following), bool(deputy)))
    return found


def _steps(tasks: list[Carried], alone: bool, until: date | None, thresholds: Thresholds) -> list[Step]:
    """The notice is the one that the rules asked for thirty days before the person leaves."""
    days = {day for task in tasks for day in task.days if day}
    leaving = None
    if until:
        adopted = thresholds.at(FLAG.code, until - timedelta(days=DAYS))
        leaving = Leaving(until - timedelta(days=adopted.or_default(DAYS)), until, adopted.source)
        days |= {leaving.notice, until + timedelta(days=1)}
    return [_step(on, tasks, alone, leaving) for on in sorted(days)]


def _step(on: date, tasks: list[Carried], alone: bool, leaving: Leaving | None) -> Step:
    held = [task for task in tasks if task.days.holds(on)]
    lone = [task for task in held if not task.deputy] if alone else []
    soon = leaving if leaving and leaving.notice <= on else None
    counted = held if soon else lone
    if not counted:
        return Step(on)
    level: Level = "info" if not soon else "alert" if on > soon.last_day else "watch"
    first = min(task.days.start for task in counted)
    source = soon.source if soon else DEFAULT
    return Step(on, level, len(counted), 0.0, source, len(counted), first)


def _sentence(row: Any, _names: Names) -> str:
    count = round(row["value"])
    if row["level"] == "info":
        text = ngettext(
            "{count} critical task is with one person, who gives their time, and nobody is beside them. "
            "Thank you to them.",
            "{count} critical tasks are with one person, who gives their time, and nobody is beside them. "
            "Thank you to them.",
            count,
        )
    elif row["level"] == "watch":
        text = ngettext(
            "{count} critical task is still with a person who leaves soon. Thank you to them.",
            "{count} critical tasks are still with a person who leaves soon. Thank you to them.",
            count,
        )
    else:
        text = ngettext(
            "{count} critical task is with a person who has left.",
            "{count} critical tasks are with a person who has left.",
            count,
        )
    return text.format(count=formats.number(count))


FLAG = Flag(
    code="HANDOVER_DUE",
    label=N_("Something to hand over"),
    question=N_("Who takes over what a person still carries when they leave?"),
    formula=N_(
        "critical tasks in the hands of a person thirty days before their last day or later; before that, of "
        "a volunteer or a person in civic service, those without a deputy"
    ),
    unit="count",
    adopts="days",
    default=N_("any: without a deputy (information), thirty days before the end (watch), after it (alert)"),
    evidence=N_("one critical task: it is a fact"),
    advice=N_(
        "Hand each task over to somebody who says yes, with a page of notes and one time done together."
    ),
    clears=N_("When the tasks were handed over and accepted, are done, or have a deputy."),
    tables=frozenset({"tasks", "hand_overs", "people", "rules", "rule_thresholds"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, tasks.seq FROM flags JOIN tasks ON tasks.critical = 1 AND (tasks.person_id = flags.subject"
        " OR tasks.id IN (SELECT task_id FROM hand_overs WHERE from_person_id = flags.subject))"
        " AND tasks.opened_on <= flags.window_until WHERE flags.code = 'HANDOVER_DUE'"
    ),
)
