"""PLAN_LINE_MISSING: is every member seen in the financing plan?

Only of plans that give lines to lieux: a plan of shared lines leaves nobody out.
"""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

from ledger.balance.flags import roster
from ledger.balance.flags.base import Flag, Interval, Names, Span, Step, told
from ledger.language.catalogue import N_, _


def _compute(db: sqlite3.Connection) -> list[Interval]:
    members = roster.spans(db, "member")
    found: list[Interval] = []
    for convention, signed_on, starts_on, ends_on in db.execute(
        "SELECT id, signed_on, starts_on, ends_on FROM conventions ORDER BY id"
    ).fetchall():
        lines = {
            lieu
            for (lieu,) in db.execute(
                "SELECT lieu_id FROM budget_lines WHERE convention_id = ? AND lieu_id IS NOT NULL",
                (convention,),
            )
        }
        days = Span(
            date.fromisoformat(max(signed_on, starts_on)), date.fromisoformat(ends_on) + timedelta(days=1)
        )
        for lieu in sorted(members.keys() - lines) if lines else ():
            steps = [step for membership in members[lieu] for step in _both(days, membership)]
            found += told(FLAG.code, f"{convention}/{lieu}", steps)
    return found


def _both(days: Span, membership: Span) -> list[Step]:
    """While the convention runs and the lieu is a member."""
    start = max(days.start, membership.start)
    end = min(filter(None, (days.end, membership.end)))
    return [Step(start, "watch", 0.0, 1.0), Step(end)] if start < end else []


def _sentence(row: Any, names: Names) -> str:
    convention, _slash, lieu = row["subject"].partition("/")
    return _("{convention}: {lieu} is a member and has no line in the financing plan.").format(
        convention=names(convention), lieu=names(lieu)
    )


FLAG = Flag(
    code="PLAN_LINE_MISSING",
    label=N_("A member without a line in the plan"),
    question=N_("Is every member seen in the financing plan?"),
    formula=N_("lines of the plan for a member lieu, in a plan that gives lines to lieux"),
    unit="count",
    default=N_("fewer than one (watch)"),
    evidence=N_("a plan with lines for lieux"),
    advice=N_("Give the lieu a line at the next amendment, even a small one, or say why it has none."),
    clears=N_("When the plan has a line for the lieu, or the convention ends."),
    tables=frozenset({"roles", "conventions", "budget_lines"}),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, conventions.seq FROM flags JOIN conventions"
        " ON conventions.id = substr(flags.subject, 1, instr(flags.subject, '/') - 1)"
        " WHERE flags.code = 'PLAN_LINE_MISSING'"
        " UNION ALL SELECT flags.id, roles.seq FROM flags JOIN roles ON roles.role = 'member'"
        " AND roles.lieu_id = substr(flags.subject, instr(flags.subject, '/') + 1)"
        " WHERE flags.code = 'PLAN_LINE_MISSING'"
    ),
)
