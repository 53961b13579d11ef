"""FRAGMENTATION: are there too many bodies, mandates and meetings for what they decide?

Five hints, each of which may be harmless; two at once are worth talking about.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import accumulate
from typing import Any, NamedTuple

from ledger.balance.evidence import Level
from ledger.balance.flags import roster
from ledger.balance.flags import tasks as task_months
from ledger.balance.flags.again import START, Since, Standing
from ledger.balance.flags.base import (
    Flag,
    Interval,
    Names,
    Span,
    Step,
    Thresholds,
    held,
    later,
    month_end,
    month_start,
    months_between,
    told,
)
from ledger.balance.flags.roster import NOT_MANDATES
from ledger.balance.flags.touched import Notes
from ledger.language import formats
from ledger.language.catalogue import N_, _, ngettext

SUBJECT = "consortium"
HALF_YEAR, YEAR = 6, 12
BODIES, IDLE_SHARE = 3, 1 / 3
MANDATES_EACH = 3
LEFT_SHARE, TASKS = 0.25, 4
SEATS = 25
COSTLY, MEDIAN_MONTHS = 2, 6
WATCH, ALERT = 2, 3

MET = Notes("_met", "meetings", (("substr({row}.held_on, 1, 7)",),))
DECIDED_AT = Notes(
    "_decided_at",
    "decisions",
    (
        ("substr({row}.decided_on, 1, 7)",),
        ("(SELECT substr(held_on, 1, 7) FROM meetings WHERE meetings.id = {row}.meeting_id)",),
    ),
)
"""Of a decision, its own month, and that of the meeting that thereby decided something."""


class Meeting(NamedTuple):
    """A meeting that was held: its day, its body (`kind`), and the time that all present gave it."""

    on: str
    body: str
    minutes: int
    deciding: bool


class Facts(NamedTuple):
    """What the hints look at, read once."""

    meetings: list[Meeting]
    decided: list[str]
    mandates: list[Span]
    people: list[Span]
    seats: list[Span]
    tasks: dict[str, tuple[int, int]]


def _facts(db: sqlite3.Connection) -> Facts:
    meetings = [
        Meeting(*row)
        for row in db.execute(
            "SELECT held_on, kind, coalesce(minutes, 0) * max(coalesce(present_count, 1), 1),"
            " EXISTS (SELECT 1 FROM decisions WHERE decisions.meeting_id = meetings.id)"
            " FROM meetings WHERE held_on IS NOT NULL ORDER BY held_on, seq"
        )
    ]
    decided = [
        day
        for (day,) in db.execute("SELECT decided_on FROM decisions WHERE decided_on IS NOT NULL ORDER BY 1")
    ]
    mandates = [
        held(*days)
        for days in db.execute(
            "SELECT held_from, held_until, ended_on FROM roles"
            f" WHERE person_id IS NOT NULL AND role NOT IN {NOT_MANDATES}"
        )
    ]
    seats = [
        held(*days)
        for days in db.execute(
            "SELECT held_from, held_until, ended_on FROM roles WHERE role IN ('member', 'seat')"
        )
    ]
    return Facts(meetings, decided, mandates, roster.active_people(db), seats, _tasks(db))


def _tasks(db: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Open tasks at the end of each month in which some opened or closed, and of them those nobody took."""
    rows = db.execute(
        "SELECT month, opened - closed, left_open - left_closed FROM _task_months ORDER BY month"
    ).fetchall()
    running = accumulate((row[1:] for row in rows), lambda one, other: (one[0] + other[0], one[1] + other[1]))
    return {month: (count, left) for (month, *_moves), (count, left) in zip(rows, running, strict=True)}


def _compute(db: sqlite3.Connection) -> list[Interval]:
    return _since(db, START) or []


def _since(db: sqlite3.Connection, standing: Standing) -> list[Interval] | None:
    life = roster.life(db)
    if life is None:
        return []
    facts = _facts(db)
    days = [facts.meetings[-1].on if facts.meetings else "", *facts.decided[-1:], *list(facts.tasks)[-1:]]
    first, last = later(f"{life.start:%Y-%m}", HALF_YEAR), max(days)[:7]
    if standing != START and (last < first or _ended(facts, standing)):
        return None
    if last < first:
        return []
    # Half a year on, so that what has stopped is seen to have stopped.
    months = months_between(first, later(last, HALF_YEAR))
    steps = _steps(facts, months, life, standing.month, Thresholds(db))
    return list(told(FLAG.code, SUBJECT, steps, standing.lasting.get(SUBJECT)))


def _ended(facts: Facts, standing: Standing) -> bool:
    """Whether nobody looked any more on that day: what is touched later asks for looks before it."""
    month = standing.month
    known = [
        days[until - 1][:7]
        for days in ([meeting.on for meeting in facts.meetings], facts.decided, list(facts.tasks))
        if (until := bisect_left(days, f"{month}-32"))
    ]
    return not known or later(max(known), HALF_YEAR) < month


def _steps(facts: Facts, months: list[str], life: Span, since: str, thresholds: Thresholds) -> Iterator[Step]:
    """A look at the end of each month from that one on; what meetings cost before counts too."""
    costs: list[float] = []
    for month in months:
        cost = _cost(facts, month)
        if month < since:
            costs += [cost] if cost is not None else []
            continue
        on = month_end(month)
        hints = sum(_signs(facts, month, costs).values())
        costs += [cost] if cost is not None else []
        adopted = thresholds.at(FLAG.code, on)
        watch = adopted.or_default(WATCH)
        alert = max(ALERT, watch + 1)
        level: Level | None = "alert" if hints >= alert else "watch" if hints >= watch else None
        if not life.holds(on):
            level = None
        threshold = alert if level == "alert" else watch
        yield Step(
            on, level, hints, threshold, adopted.source, window_from=month_start(later(month, 1 - HALF_YEAR))
        )


def _signs(facts: Facts, month: str, costs: list[float]) -> dict[str, bool]:
    """What holds at the end of a month, in words (message ids); `costs` are those of the months before."""
    from statistics import median  # loads a generator of random numbers: only where it is asked

    on, cost = month_end(month), _cost(facts, month)
    known = sorted(facts.tasks)
    changed = bisect_right(known, month)
    count, left = facts.tasks[known[changed - 1]] if changed else (0, 0)
    mandates, people = roster.count(facts.mandates, on), roster.count(facts.people, on)
    return {
        N_("bodies that decided nothing for six months"): idle_bodies(facts.meetings, month),
        N_("more than three mandates for each person"): mandates > MANDATES_EACH * max(1, people),
        N_("tasks that nobody took"): count >= TASKS and left > LEFT_SHARE * count,
        N_("more than twenty-five seats"): roster.count(facts.seats, on) > SEATS,
        N_("twice the usual meeting time for a decision"): (
            cost is not None and len(costs) >= MEDIAN_MONTHS and cost > COSTLY * median(costs)
        ),
    }


def _detail(db: sqlite3.Connection, row: Any) -> str:
    """Which signs hold, as they did on the first day of these figures."""
    life, facts = roster.life(db), _facts(db)
    if life is None:
        return ""
    month = row["since"][:7]
    before = months_between(later(f"{life.start:%Y-%m}", HALF_YEAR), later(month, -1))
    costs = [cost for each in before if (cost := _cost(facts, each)) is not None]
    holding = [_(sign) for sign, holds in _signs(facts, month, costs).items() if holds]
    return _("They are: {signs}.").format(signs=formats.joined(holding))


def idle_bodies(meetings: list[Meeting], month: str) -> bool:
    """Of three bodies or more that met within a year, more than a third decided nothing for half a year."""
    deciding: dict[str, bool] = defaultdict(bool)
    since = month_start(later(month, 1 - HALF_YEAR)).isoformat()
    for meeting in _within(meetings, month, YEAR):
        deciding[meeting.body] |= meeting.deciding and meeting.on >= since
    return len(deciding) >= BODIES and sum(not each for each in deciding.values()) > IDLE_SHARE * len(
        deciding
    )


def _cost(facts: Facts, month: str) -> float | None:
    """Minutes that people gave to meetings for each decision of half a year; None without either."""
    first = month_start(later(month, 1 - HALF_YEAR)).isoformat()
    decisions = bisect_left(facts.decided, f"{month}-32") - bisect_left(facts.decided, first)
    minutes = sum(meeting.minutes for meeting in _within(facts.meetings, month, HALF_YEAR))
    return minutes / max(decisions, 1) if minutes else None


def _within(meetings: list[Meeting], month: str, months: int) -> list[Meeting]:
    first = month_start(later(month, 1 - months)).isoformat()
    start = bisect_left(meetings, first, key=lambda meeting: meeting.on)
    return meetings[start : bisect_left(meetings, f"{month}-32", key=lambda meeting: meeting.on)]


def _sentence(row: Any, _names: Names) -> str:
    count = round(row["value"])
    return ngettext(
        "{count} sign of too many bodies for what they decide.",
        "{count} signs of too many bodies, mandates or meetings for what they decide.",
        count,
    ).format(count=formats.number(count))


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    life = roster.life(db)
    if life is None or not life.holds(on):
        return []
    months = len(months_between(f"{life.start:%Y-%m}", f"{on:%Y-%m}")) - 1
    return [("", float(months), HALF_YEAR)] if months < HALF_YEAR else []


FLAG = Flag(
    code="FRAGMENTATION",
    label=N_("Too many bodies"),
    question=N_("Are there too many bodies, mandates and meetings for what they decide?"),
    formula=N_(
        "how many of these five hold: of three bodies (kinds of meeting) or more, over a third decided nothing "
        "for six months; more than 3 mandates for each active person; of four open tasks or more, over a quarter "
        "with nobody; more than 25 seats; twice the usual meeting time for each decision (against the median of "
        "the months before)"
    ),
    unit="count",
    adopts="count",
    default=N_("2 of 5 (watch), 3 (alert)"),
    evidence=N_("6 months since the founding"),
    advice=N_("Merge or close a body, and put one name to each task. Do not spread what is spread too thin."),
    clears=N_("When fewer than two of them hold."),
    tables=frozenset(
        {"meetings", "decisions", "roles", "people", "tasks", "consortium", "rules", "rule_thresholds"}
    ),
    compute=_compute,
    again=Since((task_months.SUMS, MET, DECIDED_AT), _since),
    sentence=_sentence,
    detail=_detail,
    events=(
        "SELECT flags.id, meetings.seq FROM flags JOIN meetings"
        " ON meetings.held_on BETWEEN flags.window_from AND flags.window_until WHERE flags.code = 'FRAGMENTATION'"
        " UNION ALL SELECT flags.id, tasks.seq FROM flags JOIN tasks ON tasks.status = 'open'"
        " AND tasks.person_id IS NULL AND tasks.lieu_id IS NULL AND tasks.opened_on <= flags.window_until"
        " WHERE flags.code = 'FRAGMENTATION'"
    ),
    not_measured=_not_measured,
)
