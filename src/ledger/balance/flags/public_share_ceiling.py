"""PUBLIC_SHARE_CEILING: is more of a plan public money than its convention allows?

Measured on the plan, each time that it is signed or amended. Contributions in kind make the whole larger: public
money may pass the ceiling without them and keep under it with them, as the guides of public funders reckon
(80 % of 3 000 is 2 400; with 600 in kind, 2 880).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from ledger.balance.flags.base import Flag, Interval, Names, Step, Thresholds, told
from ledger.balance.flags.funders import private
from ledger.language import formats
from ledger.language.catalogue import N_, _

_LINES = "SELECT side, nature, amount_cents, account, funder_id FROM {} ORDER BY position"


class Shares(NamedTuple):
    """Public money over a plan, without and with what is given in kind; 0 when nothing is planned."""

    money: float
    in_kind_counted: float


class _Line(NamedTuple):
    side: str
    nature: str
    amount_cents: int
    account: str | None
    funder_id: str | None


def _compute(db: sqlite3.Connection) -> list[Interval]:
    thresholds, no_authority = Thresholds(db), private(db)
    found: list[Interval] = []
    for convention, ceiling_bp, ended_on in db.execute(
        "SELECT id, max_public_bp, ended_on FROM conventions ORDER BY id"
    ).fetchall():
        steps = []
        for on, amount_cents, lines in _plans(db, convention):
            adopted = thresholds.at(FLAG.code, on)
            ceiling = adopted.value if ceiling_bp is None else ceiling_bp / 10_000
            if ceiling is None:
                continue
            source = adopted.source if ceiling_bp is None else convention
            shares = public_shares(amount_cents, lines, _funders(db, convention), no_authority)
            steps.append(_step(on, shares, ceiling, source))
        if steps and ended_on:
            steps.append(Step(date.fromisoformat(ended_on)))
        found += told(FLAG.code, convention, steps)
    return found


def _plans(db: sqlite3.Connection, convention: str) -> Iterator[tuple[date, int, list[_Line]]]:
    """The day, the grant and the plan, at the signature and after each amendment."""
    signed_on, amount_cents = db.execute(
        "SELECT signed_on, initial_amount_cents FROM conventions WHERE id = ?", (convention,)
    ).fetchone()
    amendments = db.execute(
        "SELECT id, amended_on, amount_cents, new_plan FROM amendments WHERE convention_id = ? ORDER BY id",
        (convention,),
    ).fetchall()
    replacing = [id for id, _on, _cents, new_plan in amendments if new_plan]
    on, seq = signed_on, 0
    for next_seq, next_on, next_cents, _new in [*amendments, (None, None, None, None)]:
        replaced_by = next((id for id in replacing if id > seq), None)
        yield date.fromisoformat(on), amount_cents or 0, _lines(db, convention, replaced_by)
        on, seq, amount_cents = next_on, next_seq, next_cents


def _lines(db: sqlite3.Connection, convention: str, replaced_by: int | None) -> list[_Line]:
    """The plan that an amendment replaced, or the one that holds."""
    if replaced_by is None:
        rows = db.execute(_LINES.format("budget_lines WHERE convention_id = ?"), (convention,))
    else:
        past = "past_budget_lines WHERE convention_id = ? AND replaced_by = ?"
        rows = db.execute(_LINES.format(past), (convention, replaced_by))
    return [_Line(*row) for row in rows]


def _funders(db: sqlite3.Connection, convention: str) -> frozenset[str]:
    rows = db.execute("SELECT organisation_id FROM convention_funders WHERE convention_id = ?", (convention,))
    return frozenset(funder for (funder,) in rows)


def public_shares(
    amount_cents: int, lines: Iterable[_Line], funders: frozenset[str], no_authority: frozenset[str]
) -> Shares:
    """The public part of a plan.

    Args:
        amount_cents: what the convention grants; it stands for its funders when the plan does not name them.
        lines: the plan. Its whole is the greater of its charges and its income.
        funders: who grants the convention.
        no_authority: organisations that are not public.
    """
    lines = list(lines)
    income = [line for line in lines if line.side == "income" and line.nature != "in_kind"]
    granted = [line for line in income if line.funder_id in funders]
    others = [line for line in income if line.funder_id not in funders]
    authorities = not funders <= no_authority
    own_cents = sum(line.amount_cents for line in granted) or amount_cents
    public_cents = sum(line.amount_cents for line in granted if line.funder_id not in no_authority)
    if not granted and authorities:
        public_cents = amount_cents
    public_cents += sum(line.amount_cents for line in others if _public(line, no_authority))
    charges_cents = sum(
        line.amount_cents for line in lines if line.side == "expense" and line.nature != "in_kind"
    )
    whole_cents = max(own_cents + sum(line.amount_cents for line in others), charges_cents)
    in_kind_cents = max(
        sum(line.amount_cents for line in lines if line.nature == "in_kind" and line.side == side)
        for side in ("expense", "income")
    )
    if not whole_cents:
        return Shares(0.0, 0.0)
    return Shares(public_cents / whole_cents, public_cents / (whole_cents + in_kind_cents))


def _public(line: _Line, no_authority: frozenset[str]) -> bool:
    """A line of income from an authority: it names one, or stands among the grants (74)."""
    if line.funder_id:
        return line.funder_id not in no_authority
    return (line.account or "").startswith("74")


def _step(on: date, shares: Shares, ceiling: float, source: str) -> Step:
    if shares.in_kind_counted > ceiling:
        return Step(on, "alert", round(shares.in_kind_counted, 4), ceiling, source)
    if shares.money > ceiling:
        return Step(on, "info", round(shares.money, 4), ceiling, source)
    return Step(on)


def _sentence(row: Any, names: Names) -> str:
    if row["level"] == "info":
        text = _(
            "{convention}: public money is {share} of the plan; what is given in kind brings it under {ceiling}."
        )
    else:
        text = _(
            "{convention}: public money is {share} of the plan, gifts in kind counted; the ceiling is {ceiling}."
        )
    return text.format(
        convention=names(row["subject"]),
        share=formats.percent(row["value"], 1),
        ceiling=formats.percent(row["threshold"], 0),
    )


FLAG = Flag(
    code="PUBLIC_SHARE_CEILING",
    label=N_("More public money than allowed"),
    question=N_("Is more of a plan public money than its convention allows?"),
    formula=N_(
        "public money planned ÷ the whole plan, without contributions in kind and with them; a funder counts as "
        "public unless its sector or legal form says otherwise"
    ),
    unit="share",
    adopts="share",
    default=N_(
        "the convention's ceiling, if it sets one (alert); kept with what is given in kind (information)"
    ),
    evidence=N_("one plan: it is a fact"),
    advice=N_(
        "Value what volunteers and places give, look for other income, or ask the funder for an amendment."
    ),
    clears=N_("When an amendment's plan is under the ceiling, or the convention ends."),
    tables=frozenset(
        {
            "conventions",
            "convention_funders",
            "budget_lines",
            "past_budget_lines",
            "amendments",
            "organisations",
        }
    ),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, conventions.seq FROM flags JOIN conventions ON conventions.id = flags.subject"
        " WHERE flags.code = 'PUBLIC_SHARE_CEILING'"
        " UNION ALL SELECT flags.id, amendments.id FROM flags"
        " JOIN amendments ON amendments.convention_id = flags.subject"
        " AND amendments.amended_on <= flags.window_until WHERE flags.code = 'PUBLIC_SHARE_CEILING'"
        " UNION ALL SELECT flags.id, budget_lines.seq FROM flags JOIN budget_lines"
        " ON budget_lines.convention_id = flags.subject WHERE flags.code = 'PUBLIC_SHARE_CEILING'"
    ),
)
