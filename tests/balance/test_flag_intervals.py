"""Several things may happen to a flag on one day: the last one is what the day shows."""

from __future__ import annotations

from datetime import date

from ledger.balance.evidence import Level
from ledger.balance.flags.base import Evaluation, intervals


def _look(day: int, value: float, level: Level | None) -> tuple[Evaluation, Level | None]:
    on = date(2024, 1, day)
    return Evaluation(on, level, value, 0.0, "default", 1, date(2024, 1, 1), on), level


def test_two_looks_on_one_day_make_one_interval() -> None:
    found = list(intervals("X", "s", [_look(1, 10, "watch"), _look(1, 30, "watch"), _look(2, 40, "alert")]))
    assert [(each.level, each.value, each.since.day, each.until) for each in found] == [
        ("watch", 30, 1, date(2024, 1, 1)),
        ("alert", 40, 2, None),
    ]


def test_what_was_raised_and_cleared_within_a_day_was_not_there() -> None:
    assert list(intervals("X", "s", [_look(1, 10, "watch"), _look(1, 0, None)])) == []
