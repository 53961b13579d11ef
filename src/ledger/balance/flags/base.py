"""What every flag is made of: a dated interval, a way to compute it, words to say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.balance.evidence import Level

if TYPE_CHECKING:
    from ledger.balance.flags.again import Again

DEFAULT = "default"
RANK: dict[Level | None, int] = {None: 0, "info": 1, "watch": 2, "alert": 3}

Names = Callable[[str], str]


class Interval(NamedTuple):
    """One situation over the days in which it measured the same.

    Attributes:
        subject: id of what it is about: a lieu, a person, a role, `rotation/lieu`, a convention.
        value, threshold: in the flag's own unit, see its `unit`.
        threshold_source: the decision or rules that set the threshold, or `default`.
        raised_on: first day of the situation, whatever its level and figures then.
        since: first day with these figures.
        until: last day with these figures; None while they last.
        acts: effective acts, turns, months or payments behind it.
        window_from, window_until: the days that were measured when it first said so: never later than a
            day on which it is asked for.
    """

    code: str
    subject: str
    level: Level
    value: float
    threshold: float
    threshold_source: str
    raised_on: date
    since: date
    until: date | None
    acts: float
    window_from: date
    window_until: date


class Threshold(NamedTuple):
    """The threshold in force on a day: None for the flag's default; `off` by decision."""

    value: float | None
    source: str
    off: bool

    def or_default(self, default: float) -> float:
        """The adopted value, else the flag's own."""
        return default if self.value is None else self.value


class Part(NamedTuple):
    """What a flag is called, measures and advises."""

    label: str
    unit: str
    advice: str


class Flag(NamedTuple):
    """One entry of the catalogue.

    Attributes:
        label: what it is called; question: what it answers; formula: how, in words that a volunteer
            can follow with the events at hand; clears: when it goes away (all message ids).
        unit: of value and threshold: `share`, `ratio`, `turns`, `cents`, `days` or `count`.
        default: what is raised without any rule of the consortium, in words (message id).
        evidence: the least that it needs (message id).
        tables: a change in one of these, or in the rules, makes it be computed again.
        compute: all its intervals, from the read model alone.
        sentence: says one interval (a row of `flags`) in the reader's language.
        advice: what to try (message id).
        detail: what a report adds to the sentence, read anew from the tables.
        events: SQL giving (flag_id, event_seq) for the rows of `flags` that carry its code.
        parts: what is said otherwise of a part of a subject, by that part (`coordinator/alone`).
        spreads: its advice spreads work over more people: not given while FRAGMENTATION stands.
        adopts: unit of the threshold that rules may adopt instead of the default, see `unit`; None when
            it rests on a fact: it can then only be switched off.
        again: what of it to look at again after an act; all of history when it does not say.
    """

    code: str
    label: str
    question: str
    formula: str
    unit: str
    default: str
    evidence: str
    advice: str
    clears: str
    tables: frozenset[str]
    compute: Callable[[sqlite3.Connection], Sequence[Interval]]
    sentence: Callable[[sqlite3.Row | dict[str, Any], Names], str]
    events: str
    not_measured: Callable[[sqlite3.Connection, date], list[tuple[str, float, int]]] = lambda _db, _on: []
    detail: Callable[[sqlite3.Connection, dict[str, Any]], str] = lambda _db, _row: ""
    adopts: str | None = None
    parts: Mapping[str, Part] = MappingProxyType({})
    spreads: bool = False
    again: Again | None = None

    def about(self, subject: str) -> Part:
        """Label, unit and advice for this subject."""
        return self.parts.get(subject.partition("/")[2]) or Part(self.label, self.unit, self.advice)


class Evaluation(NamedTuple):
    """What one look at the measure says."""

    on: date
    level: Level | None
    value: float
    threshold: float
    threshold_source: str
    acts: float
    window_from: date
    window_until: date


def intervals(
    code: str,
    subject: str,
    levels: Sequence[tuple[Evaluation, Level | None]],
    lasting: Interval | None = None,
) -> Iterator[Interval]:
    """One interval for each run of evaluations that say the same; the last one lasts.

    Args:
        levels: each evaluation with the level shown from that day on, in order of time; the last one
            of a day holds for that day.
        lasting: what lasted before the first of them; it is told again, with what became of it.
    """
    raised_on: date | None = None
    if lasting:
        raised_on = lasting.raised_on
        known = Evaluation(lasting.since, *lasting[2:6], *lasting[9:])
        levels = [(known, lasting.level), *levels]
    levels = list({evaluation.on: (evaluation, level) for evaluation, level in levels}.values())
    start: Evaluation | None = None
    for index, (evaluation, level) in enumerate(levels):
        raised_on = None if level is None else raised_on or evaluation.on
        following = levels[index + 1] if index + 1 < len(levels) else None
        start = start or evaluation
        if following and following[1] == level and _same(following[0], evaluation):
            continue
        if level and raised_on:
            until = following[0].on - timedelta(days=1) if following else None
            yield Interval(code, subject, level, *start[2:5], raised_on, start.on, until, *start[5:])
        start = None


def _same(one: Evaluation, other: Evaluation) -> bool:
    return one[2:6] == other[2:6]


class Step(NamedTuple):
    """From this day on a situation measures so, until the next step; without a level there is none.

    Attributes:
        acts: what stands behind it: payments, meetings, seats… by their number.
        window_from: first day of what was looked at; the situation's own first day when left out.
    """

    on: date
    level: Level | None = None
    value: float = 0.0
    threshold: float = 0.0
    source: str = DEFAULT
    acts: float = 1.0
    window_from: date | None = None


def told(
    code: str, subject: str, steps: Iterable[Step], lasting: Interval | None = None
) -> Iterator[Interval]:
    """The intervals of a situation told step by step, in any order; the last step of a day holds.

    Args:
        lasting: what lasted before the first step, see `intervals`.
    """
    raised_on = lasting.raised_on if lasting else None
    levels: list[tuple[Evaluation, Level | None]] = []
    for step in sorted(steps, key=lambda step: step.on):
        raised_on = (raised_on or step.on) if step.level else None
        window_from = min(step.window_from or raised_on or step.on, step.on)
        figures = (step.value, step.threshold, step.source, step.acts) if step.level else _NOTHING
        levels.append((Evaluation(step.on, step.level, *figures, window_from, step.on), step.level))
    return intervals(code, subject, levels, lasting)


_NOTHING = (0.0, 0.0, DEFAULT, 0.0)


def overlaid(*timelines: Sequence[Step]) -> list[Step]:
    """Several situations of one subject as one: each day tells the gravest, the first among equals."""
    ordered = [sorted(timeline, key=lambda step: step.on) for timeline in timelines if timeline]
    found = []
    for on in sorted({step.on for timeline in ordered for step in timeline}):
        now = [next((s for s in reversed(timeline) if s.on <= on), Step(on)) for timeline in ordered]
        found.append(max(now, key=lambda step: RANK[step.level])._replace(on=on))
    return found


class Thresholds:
    """The thresholds that the consortium adopted, by flag and day."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._rows = db.execute(
            "SELECT rule_thresholds.flag, rule_thresholds.value_bp, rule_thresholds.off,"
            " rules.effective_on, rules.effective_until, coalesce(rules.decision_id, rules.id)"
            " FROM rule_thresholds JOIN rules ON rules.id = rule_thresholds.rules_id"
            " ORDER BY rules.effective_on, rules.seq"
        ).fetchall()

    def changes(self, code: str) -> list[date]:
        """The days on which what was adopted of a flag changes, in order."""
        days = {
            day
            for flag, _value, _off, effective_on, effective_until, _source in self._rows
            if flag == code
            for day in (effective_on, effective_until and after(effective_until))
            if day
        }
        return [date.fromisoformat(day) for day in sorted(days)]

    def switched_off(self, code: str) -> list[Span]:
        """The days for which a flag is switched off by decision."""
        found = []
        for day, following in pairwise([*self.changes(code), None]):
            if day and self.at(code, day).off:
                found.append(Span(day, following))
        return found

    def at(self, code: str, on: date) -> Threshold:
        """The latest adopted threshold of a flag that is in force on that day."""
        found = Threshold(None, DEFAULT, False)
        for flag, value_bp, off, effective_on, effective_until, source in self._rows:
            in_force = effective_on <= on.isoformat() and (
                not effective_until or on.isoformat() <= effective_until
            )
            if flag == code and in_force:
                found = Threshold(None if value_bp is None else value_bp / 10_000, source, bool(off))
        return found


class Span(NamedTuple):
    """Days from the first on, up to and without `end`; None when it has not ended."""

    start: date
    end: date | None

    def holds(self, on: date) -> bool:
        """Whether the day is among them."""
        return self.start <= on and (self.end is None or on < self.end)


def held(held_from: str, held_until: str | None, ended_on: str | None) -> Span:
    """The days of a role, from the columns of `roles`: `held_until` is a last day, `ended_on` is not."""
    ends = [day for day in (held_until and after(held_until), ended_on) if day]
    return Span(date.fromisoformat(held_from), date.fromisoformat(str(min(map(str, ends)))) if ends else None)


def gaps(span: Span, covered: Iterable[Span]) -> list[Span]:
    """The days of a span that none of the others covers."""
    found, start = [], span.start
    for other in sorted(covered, key=lambda each: each.start):
        if other.start > start and (span.end is None or start < span.end):
            found.append(Span(start, min(other.start, span.end or other.start)))
        if other.end is None:
            return [gap for gap in found if gap.end is None or gap.start < gap.end]
        start = max(start, other.end)
    if span.end is None or start < span.end:
        found.append(Span(start, span.end))
    return [gap for gap in found if gap.end is None or gap.start < gap.end]


def after(day: str, days: int = 1) -> str:
    """The ISO day so many days later, or earlier when negative."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def month_end(month: str) -> date:
    """Last day of a month given as `YYYY-MM`."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def month_start(month: str) -> date:
    """First day of a month given as `YYYY-MM`."""
    return date(int(month[:4]), int(month[5:7]), 1)


def later(month: str, months: int) -> str:
    """The month so many months later, or earlier when negative."""
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from the first to the last, both included."""
    found = []
    while first <= last:
        found.append(first)
        first = later(first, 1)
    return found
