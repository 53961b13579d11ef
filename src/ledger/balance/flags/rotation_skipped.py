"""ROTATION_SKIPPED: does what should go round the lieux go round them?

Two looks, never both on one rotation at once. Before everyone could have had a turn, a lieu that has
had two while another has had none. After that, a lieu whose debt has reached a whole turn.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from operator import attrgetter
from typing import Any, NamedTuple

from ledger.balance.evidence import Level
from ledger.balance.flags.again import START, Since, Standing
from ledger.balance.flags.base import Evaluation, Flag, Interval, Names, Threshold, Thresholds, intervals
from ledger.balance.flags.touched import Notes
from ledger.balance.measures import rotation_debt
from ledger.language import formats
from ledger.language.catalogue import N_, _, ngettext

TURNS = Notes("_turns", "rotation_turns", (("{row}.occurred_on",),))


class Turn(NamedTuple):
    """A turn that happened: who took it, who could have."""

    on: date
    host: str
    eligible: frozenset[str]


def turns(db: sqlite3.Connection, rotation_id: str) -> list[Turn]:
    """The turns of a rotation in order of time; a skipped turn was taken by nobody."""
    orders = db.execute(
        "SELECT coalesce(in_order_from, ''), coalesce(in_order_until, '9999'), lieu_id FROM rotation_lieux"
        " WHERE rotation_id = ?",
        (rotation_id,),
    ).fetchall()
    rows = db.execute(
        "SELECT occurred_on, lieu_id, unavailable FROM rotation_turns"
        " WHERE rotation_id = ? AND outcome <> 'skipped' ORDER BY occurred_on, seq",
        (rotation_id,),
    )
    return [
        Turn(
            date.fromisoformat(on),
            host,
            frozenset(lieu for first, until, lieu in orders if first <= on < until)
            - set(json.loads(away or "[]"))
            | {host},
        )
        for on, host, away in rows
    ]


def _compute(db: sqlite3.Connection, standing: Standing = START) -> list[Interval]:
    thresholds = Thresholds(db)
    found: list[Interval] = []
    for (rotation_id,) in db.execute("SELECT id FROM rotations ORDER BY id").fetchall():
        taken = turns(db, rotation_id)
        first = max(0, bisect_right(taken, standing.on, key=attrgetter("on")) - 1)
        debts = _debts(taken, first)
        for lieu in sorted({lieu for turn in taken for lieu in turn.eligible}):
            subject = f"{rotation_id}/{lieu}"
            looks = list(_looks(taken, debts, lieu, thresholds, first))
            found += intervals(FLAG.code, subject, looks, standing.lasting.get(subject))
    return found


def _debts(taken: list[Turn], first: int) -> list[dict[str, Fraction]]:
    """The debt of every lieu after each turn from the one of that index on."""
    sums = [rotation_debt([(turn.host, turn.eligible) for turn in taken[: first + 1]])]
    for turn in taken[first + 1 :]:
        changes = rotation_debt([(turn.host, turn.eligible)])
        sums.append(sums[-1] | {lieu: sums[-1].get(lieu, 0) + change for lieu, change in changes.items()})
    return sums


def _looks(
    taken: list[Turn], debts: list[dict[str, Fraction]], lieu: str, thresholds: Thresholds, first: int
) -> Iterator[tuple[Evaluation, Level | None]]:
    """A look after each turn, from the one of that index on."""
    for index, turn in enumerate(taken[first:], first):
        on, members, count = turn.on, len(turn.eligible), index + 1
        if count < members:
            past = taken[:count]
            level, value, threshold, source = _repeated(past, lieu), _ahead(past, lieu), 2.0, "default"
        elif lieu not in debts[index - first]:
            continue  # it could not have taken a turn yet
        else:
            debt = debts[index - first][lieu]
            level, threshold, source = _owed(debt, members, thresholds.at(FLAG.code, on))
            value = float(debt)
        yield Evaluation(on, level, value, threshold, source, count, taken[0].on, on), level


def _repeated(past: list[Turn], lieu: str) -> Level | None:
    """Two turns while somebody who could have had one has had none."""
    had = Counter(turn.host for turn in past)
    waiting = past[-1].eligible - had.keys()
    return "watch" if had[lieu] >= 2 and waiting else None


def _ahead(past: list[Turn], lieu: str) -> float:
    return float(sum(turn.host == lieu for turn in past))


def _owed(debt: Fraction, members: int, adopted: Threshold) -> tuple[Level | None, float, str]:
    watch = -abs(adopted.value) if adopted.value is not None else -1.0
    alert = min(watch, -max(2.0, (members - 1) / 2))
    if adopted.off or debt > watch:
        return None, watch, adopted.source
    return ("alert", alert, "default") if debt <= alert else ("watch", watch, adopted.source)


def _sentence(row: Any, names: Names) -> str:
    rotation, _slash, lieu = row["subject"].partition("/")
    if row["value"] > 0:
        return _("{rotation}: {lieu} has had {count} turns before the others had their first.").format(
            rotation=names(rotation), lieu=names(lieu), count=formats.number(int(row["value"]))
        )
    return ngettext(
        "{rotation}: {lieu} is {count} turn short of its part.",
        "{rotation}: {lieu} is {count} turns short of its part.",
        -row["value"],
    ).format(rotation=names(rotation), lieu=names(lieu), count=formats.decimal(-row["value"]))


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    """Rotations in which not everybody could have had a turn yet."""
    found = []
    for rotation_id, members in db.execute(
        "SELECT rotation_id, count(*) FROM rotation_lieux"
        " WHERE coalesce(in_order_from, '') <= ? AND coalesce(in_order_until, '9999') > ?"
        " GROUP BY rotation_id ORDER BY rotation_id",
        (on.isoformat(), on.isoformat()),
    ).fetchall():
        count = sum(turn.on <= on for turn in turns(db, rotation_id))
        if count < members:
            found.append((rotation_id, float(count), members))
    return found


FLAG = Flag(
    code="ROTATION_SKIPPED",
    label=N_("Turn skipped or repeated"),
    question=N_("Does what should go round the lieux go round them?"),
    formula=N_(
        "turns taken − part due (each turn is due in equal parts by the lieux that could take it); before "
        "everyone could have had a turn: two turns while another lieu has had none"
    ),
    unit="turns",
    adopts="turns",
    default=N_("one turn short (watch); two turns or half the circle short (alert)"),
    evidence=N_("as many turns as there are lieux"),
    advice=N_("Swap a turn, host together, or say that a lieu cannot (works, no room)."),
    clears=N_("When the lieu is less than one turn short, or the others have had theirs."),
    tables=frozenset({"rotations", "rotation_lieux", "rotation_turns", "rules", "rule_thresholds"}),
    compute=_compute,
    again=Since((TURNS,), _compute),
    sentence=_sentence,
    events=(
        "SELECT flags.id, rotation_turns.seq FROM flags JOIN rotation_turns"
        " ON rotation_turns.rotation_id = substr(flags.subject, 1, instr(flags.subject, '/') - 1)"
        " AND rotation_turns.occurred_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'ROTATION_SKIPPED'"
    ),
    not_measured=_not_measured,
)
