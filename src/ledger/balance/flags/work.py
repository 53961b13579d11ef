"""Work by month: what the share-based flags sum, kept so that a late act costs one month, not ten years.

Acts are merged by (doer, day or period, activity), as the evidence rule asks; a merged act lies in
one month, so that sums of weights and of squares add up over any run of months.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ledger.balance.flags.base import later, months_between
from ledger.balance.flags.touched import Sums

SUMS = Sums(
    name="_work_months",
    columns=(
        "month TEXT, lieu_id TEXT, person_id TEXT, minutes INTEGER, squares INTEGER, dates INTEGER,"
        " PRIMARY KEY (month, lieu_id, person_id)"
    ),
    of="time_entries",
    keys=(("{row}.month", "{row}.person_id"),),
    key=("month", "person_id"),
    renew=(
        "SELECT month, lieu, person, sum(weight), sum(weight * weight), count(DISTINCT occurred_on)"
        " FROM (SELECT month, coalesce(lieu_id, '') AS lieu, coalesce(person_id, '') AS person, occurred_on,"
        " sum(minutes) AS weight FROM time_entries {where}"
        " GROUP BY month, lieu, person, occurred_on, occurred_from, activity)"
        " GROUP BY month, lieu, person"
    ),
    where=(
        "person_id IS nullif(:two, '') AND occurred_on BETWEEN :one || '-01' AND :one || '-31' AND month = :one"
    ),
)


class Month(NamedTuple):
    """A holder's month: minutes, sum of squared acts, distinct dates."""

    minutes: int
    squares: int
    dates: int


class Work:
    """Months of work by holder.

    Attributes:
        by: for each month, each holder's figures; holder "" is nobody named.
    """

    def __init__(self) -> None:
        self.by: dict[str, dict[str, Month]] = defaultdict(dict)

    @property
    def months(self) -> list[str]:
        """Months in which something was declared, in order."""
        return sorted(self.by)

    def over(self, months: Iterable[str]) -> dict[str, Month]:
        """Figures of each holder over several months."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for month in months:
            for holder, figures in self.by.get(month, {}).items():
                for index, figure in enumerate(figures):
                    sums[holder][index] += figure
        return {holder: Month(*figures) for holder, figures in sums.items()}

    def rolling(self, months: Sequence[str], length: int) -> Iterator[tuple[str, dict[str, Month]]]:
        """As `over` for the `length` months that end with each of these consecutive ones, in one pass."""
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for month in months_between(later(months[0], -length), later(months[0], -1)) if months else ():
            self._add(sums, month, 1)
        for month in months:
            self._add(sums, month, 1)
            self._add(sums, later(month, -length), -1)
            yield month, {holder: Month(*figures) for holder, figures in sums.items() if figures[2]}

    def _add(self, sums: dict[str, list[int]], month: str, sign: int) -> None:
        for holder, figures in self.by.get(month, {}).items():
            total = sums[holder]
            for index, figure in enumerate(figures):
                total[index] += sign * figure


def by_lieu(db: sqlite3.Connection, since: str = "") -> Work:
    """Work that counts for a lieu, from a month on; shared functions count for none."""
    return _work(db, "lieu_id", "AND lieu_id <> ''", since)


def first_of_lieux(db: sqlite3.Connection) -> str | None:
    """The first month in which a lieu gave hours."""
    rows = db.execute("SELECT month FROM _work_months WHERE lieu_id <> '' ORDER BY month LIMIT 1")
    return next((month for (month,) in rows), None)


def by_person(db: sqlite3.Connection, since: str = "") -> Work:
    """All work from a month on; what no person is named for is held by ""."""
    return _work(db, "person_id", "", since)


def _work(db: sqlite3.Connection, holder: str, where: str, since: str) -> Work:
    work = Work()
    for month, name, *figures in db.execute(
        f"SELECT month, {holder}, sum(minutes), sum(squares), max(dates) FROM _work_months"
        f" WHERE month >= ? {where} GROUP BY month, {holder}",
        (since,),
    ):
        work.by[month][name] = Month(*figures)
    return work


def of_acts(acts: Iterable[tuple[str, str, int]]) -> Work:
    """Work from single acts: (ISO day, holder, weight). An act weighs 1 when only their number counts."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    dates: dict[tuple[str, str], set[str]] = defaultdict(set)
    for day, holder, weight in acts:
        key = (day[:7], holder)
        sums[key][0] += weight
        sums[key][1] += weight * weight
        dates[key].add(day)
    work = Work()
    for (month, holder), (total, squares) in sums.items():
        work.by[month][holder] = Month(total, squares, len(dates[month, holder]))
    return work
