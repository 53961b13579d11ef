"""What the consortium answered to a flag, and for which days it holds."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from ledger.balance.flags.base import RANK, Interval, Span

OPEN = "open"
DAY = timedelta(days=1)


class Answer(NamedTuple):
    """One answer that changes where a flag stands; a reply does not.

    Attributes:
        until: the last day of an acknowledgement; of `by_design`, the day before its decision ended.
    """

    subject: str
    answer: str
    level: str | None
    on: date
    until: date | None


Answers = dict[str, list[Answer]]
"""Answers by subject, in order of time."""


def read(db: sqlite3.Connection) -> dict[str, Answers]:
    """The answers to every flag, by code."""
    found: dict[str, Answers] = defaultdict(lambda: defaultdict(list))
    for code, subject, answer, level, on, until in db.execute(
        "SELECT flag, subject, answer, level, answered_on,"
        " coalesce(until, CASE WHEN answer = 'by_design' THEN date(decisions.ended_on, '-1 day') END)"
        " FROM flag_answers LEFT JOIN decisions ON decisions.id = flag_answers.decision_id"
        " WHERE answer <> 'reply' ORDER BY answered_on, flag_answers.id"
    ):
        last = date.fromisoformat(until) if until else None
        found[code][subject].append(Answer(subject, answer, level, date.fromisoformat(on), last))
    return found


def standing(intervals: Sequence[Interval], answers: Answers) -> Iterator[tuple[Interval, str]]:
    """Each interval with where it stands, cut at the days on which that changes."""
    about: dict[str, list[Interval]] = {subject: [] for subject in answers}
    for interval in intervals:
        about.get(interval.subject, []).append(interval)
    given = {
        subject: [(answer.answer, _days(answer, about[subject])) for answer in each]
        for subject, each in answers.items()
    }
    for interval in intervals:
        held = given.get(interval.subject)
        if not held:
            yield interval, OPEN
            continue
        changes = sorted(
            {day for _answer, span in held if span for day in span if day and _within(day, interval)}
        )
        at = [(start, _status(held, start)) for start in (interval.since, *changes)]
        kept = [at[0], *(here for before, here in pairwise(at) if before[1] != here[1])]
        ends = [*(start - DAY for start, _status_then in kept[1:]), interval.until]
        for (start, status), until in zip(kept, ends, strict=True):
            yield interval._replace(since=start, until=until), status


def _status(held: Sequence[tuple[str, Span | None]], on: date) -> str:
    """What the last answer that holds on a day says."""
    return next((answer for answer, span in reversed(held) if span and span.holds(on)), OPEN)


def _within(day: date, interval: Interval) -> bool:
    return interval.since < day and (interval.until is None or day <= interval.until)


def _days(answer: Answer, about: Sequence[Interval]) -> Span | None:
    """The days of an answer: of the situation that stood then, and no longer than its level held.

    What is by design is so for every later situation too, as long as its decision is in force.
    """
    end = answer.until + DAY if answer.until else None
    if answer.answer == "by_design":
        return Span(answer.on, end)
    now = next(
        (
            each
            for each in about
            if each.since <= answer.on and (each.until is None or answer.on <= each.until)
        ),
        None,
    )
    if now is None:
        return None
    later = [each for each in about if each.since > answer.on]
    ends = [each.since for each in later if each.raised_on != now.raised_on]
    if answer.answer == "acknowledged":
        seen = RANK[answer.level or now.level]  # type: ignore[index]
        ends += [each.since for each in later if RANK[each.level] > seen]
    return Span(answer.on, min([*ends, *([end] if end else [])], default=None))
