"""Share-based reliance: does half of the work hang on one holder, and are we sure enough to say so?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from ledger.balance import evidence
from ledger.balance.evidence import HALF, LIKELY, NEEDED_ACTS, Judgement, Level
from ledger.balance.flags.again import START, Standing
from ledger.balance.flags.base import (
    DEFAULT,
    RANK,
    Evaluation,
    Interval,
    Threshold,
    Thresholds,
    intervals,
    later,
    month_end,
    month_start,
    months_between,
)
from ledger.balance.flags.work import Month, Work

WINDOW_MONTHS = 12
FAR_BELOW = 0.8


class Look(NamedTuple):
    """One look at one holder: what was measured, what may be said of it, the line of an `info`."""

    evaluation: Evaluation
    judgement: Judgement
    line: float | None


Roster = Callable[[date], int]
"""Size of the roster on a day, members without any work included."""


def reliance(
    db: sqlite3.Connection, code: str, work: Work, roster: Roster, standing: Standing = START
) -> Iterator[Interval]:
    """The intervals of every holder who was ever judged.

    The measure is looked at on the last day of each month, over the twelve months that end there,
    and on for a year after the last act, so that a flag goes when nothing supports it any more.

    Args:
        work: all of it, or from `since(standing)` on.
    """
    thresholds = Thresholds(db)
    judged: dict[str, list[Look]] = {}
    for month, held in work.rolling(_months(work, standing), WINDOW_MONTHS):
        known = judged.keys() | standing.lasting.keys()
        look = _look(held, month, roster, thresholds.at(code, month_end(month)), known)
        for holder, seen in look.items():
            judged.setdefault(holder, []).append(seen)
        for holder in judged.keys() - look.keys():
            judged[holder].append(_nothing(month))
    for holder, looks in sorted(judged.items()):
        lasting = standing.lasting.get(holder)
        if lasting or any(look.judgement.level for look in looks):  # else near a line, never above
            levels = zip(looks, shown(looks, standing.level(holder)), strict=True)
            yield from intervals(code, holder, [_worded(*each) for each in levels], lasting)


def since(standing: Standing) -> str:
    """The first month that counts for the look of a day."""
    return "" if standing == START else later(standing.month, 1 - WINDOW_MONTHS)


def _months(work: Work, standing: Standing) -> list[str]:
    """The months to look at: from that of the day on, and a year after the last act."""
    if not work.months:
        return []
    return months_between(max(work.months[0], standing.month), later(work.months[-1], WINDOW_MONTHS))


def function_reliance(
    db: sqlite3.Connection,
    code: str,
    function: str,
    work: Work,
    roster: Roster,
    standing: Standing = START,
) -> Iterator[Interval]:
    """As `reliance`, of the largest holder whoever it is: it speaks of the function and names nobody.

    Only `watch` and `alert` are shown: below half, a function is nobody's.
    """
    thresholds = Thresholds(db)
    looks = []
    for month, held in work.rolling(_months(work, standing), WINDOW_MONTHS):
        found = _look(held, month, roster, thresholds.at(code, month_end(month)), ()).values()
        looks.append(max(found, key=lambda look: look.evaluation.value, default=_nothing(month)))
    levels = [level if level != "info" else None for level in shown(looks, standing.level(function))]
    yield from intervals(
        code,
        function,
        [(look.evaluation, level) for look, level in zip(looks, levels, strict=True)],
        standing.lasting.get(function),
    )


def _worded(look: Look, level: Level | None) -> tuple[Evaluation, Level | None]:
    """The evaluation with the threshold of the level that is shown, not of the level just measured."""
    evaluation, _judgement, line = look
    if level == "info" and line is not None:
        evaluation = evaluation._replace(threshold=line, threshold_source=DEFAULT)
    return evaluation, level


def window(month: str) -> list[str]:
    """The twelve months that end with this one."""
    return months_between(later(month, 1 - WINDOW_MONTHS), month)


def _look(
    held: dict[str, Month], month: str, roster: Roster, adopted: Threshold, known: Collection[str]
) -> dict[str, Look]:
    """The share of holders who are, or once were, near a line, over the window that ends with this month."""
    total, acts, dates = totals(held)
    on, first = month_end(month), month_start(later(month, 1 - WINDOW_MONTHS))
    n = roster(on)
    theta = adopted.value if adopted.value is not None else HALF
    line = evidence.info_line(n)
    far = FAR_BELOW * min(theta, line or theta)
    found = {}
    for holder, figures in held.items():
        if not holder or not total or adopted.off:
            continue
        share = figures.minutes / total
        if share < far and holder not in known:
            continue  # most holders, always: nothing to show
        # Far below every line a judgement is certain without computing it.
        sure = Judgement(None, 0.0, 0.0, acts)
        judgement = sure if share < far else evidence.judge(share, acts, max(n, 1), dates, theta)
        evaluation = Evaluation(on, judgement.level, share, theta, adopted.source, acts, first, on)
        found[holder] = Look(evaluation, judgement, line)
    return found


def totals(held: dict[str, Month]) -> tuple[int, float, int]:
    """Minutes, effective acts (Kish) and distinct dates of all holders together.

    Dates of different holders may be the same day: the largest holder's count is a safe minimum.
    """
    minutes = sum(f.minutes for f in held.values())
    squares = sum(f.squares for f in held.values())
    return minutes, minutes**2 / squares if squares else 0.0, max((f.dates for f in held.values()), default=0)


def _nothing(month: str) -> Look:
    on = month_end(month)
    empty = Evaluation(on, None, 0.0, HALF, DEFAULT, 0.0, month_start(window(month)[0]), on)
    return Look(empty, Judgement(None, None, 0.0, 0.0), None)


def shown(looks: list[Look], current: Level | None = None) -> list[Level | None]:
    """The level shown after each look: two in a row raise a level, and it stays until it is unlikely.

    `info` and `watch` go when their probability falls below one half; `alert` becomes `watch` when
    it is no longer likely (0.80). Everything goes when the evidence itself has gone.

    Args:
        current: what the first of them shows; nothing when nothing was looked at before.
    """
    result = [current for _first in looks[:1]]
    for (before, *_said), (evaluation, judgement, _line) in pairwise(looks):
        twice = min(before.level, evaluation.level, key=RANK.__getitem__)
        kept = _kept(current, judgement)
        current = max(twice, kept, key=RANK.__getitem__)
        result.append(current)
    return result


def _kept(current: Level | None, judgement: Judgement) -> Level | None:
    if not judgement.enough:
        return None
    if current == "alert" and judgement.p >= LIKELY:
        return "alert"
    if current in ("alert", "watch") and judgement.p >= HALF:
        return "watch"
    if current and (judgement.p_info if judgement.p_info is not None else judgement.p) >= HALF:
        return "info"
    return None


def not_measured(work: Work, on: date) -> list[tuple[str, float, int]]:
    """Nothing can be said of anybody yet: ("", effective acts, acts needed), once for all holders."""
    acts = totals(work.over(window(on.isoformat()[:7])))[1]
    return [("", round(acts, 1), NEEDED_ACTS)] if acts < NEEDED_ACTS else []
