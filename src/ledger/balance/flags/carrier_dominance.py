"""CARRIER_DOMINANCE: does the structure that carries decide alone?

Not its part of the money, which is all of it by design: what it spent without the consortium's decision,
and whether the rules let its own voice decide.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ledger.balance.body import Body
from ledger.balance.evidence import HALF, Level
from ledger.balance.flags import roster
from ledger.balance.flags.base import (
    Flag,
    Interval,
    Names,
    Part,
    Span,
    Step,
    Thresholds,
    later,
    month_end,
    month_start,
    months_between,
    told,
)
from ledger.balance.flags.touched import Sums
from ledger.language import formats
from ledger.language.catalogue import N_, _

if TYPE_CHECKING:
    from ledger.balance.power import Power

WATCH, ALERT = 0.10, 0.25
NEEDED_EXPENSES = 6
WINDOW_MONTHS = 12
VOTES = "/votes"

SUMS = Sums(
    name="_paid_months",
    columns=(
        "month TEXT, convention_id TEXT, cents INTEGER, alone_cents INTEGER, payments INTEGER,"
        " PRIMARY KEY (month, convention_id)"
    ),
    of="expenses",
    keys=(("substr({row}.paid_on, 1, 7)", "{row}.convention_id"),),
    key=("month", "convention_id"),
    renew=(
        "SELECT substr(paid_on, 1, 7), coalesce(convention_id, ''), sum(amount_cents),"
        " coalesce(sum(amount_cents) FILTER (WHERE decision_id IS NULL), 0), count(*)"
        " FROM expenses {where} GROUP BY 1, 2"
    ),
    where="convention_id IS nullif(:two, '') AND paid_on BETWEEN :one || '-01' AND :one || '-31'",
)
"""What each convention paid in a month, and of it without a decision."""


class Paid(NamedTuple):
    """What a carrier paid in a month: cents, of them without a decision, and how many payments."""

    cents: int
    alone_cents: int
    payments: int


def _paid(db: sqlite3.Connection) -> dict[str, dict[str, Paid]]:
    """What each carrier paid month by month, over its conventions."""
    found: dict[str, dict[str, Paid]] = defaultdict(dict)
    for carrier, month, *figures in db.execute(
        "SELECT carrier_id, month, sum(cents), sum(alone_cents), sum(payments) FROM _paid_months"
        " JOIN conventions ON conventions.id = convention_id GROUP BY carrier_id, month"
    ):
        found[carrier][month] = Paid(*figures)
    return found


def _compute(db: sqlite3.Connection) -> list[Interval]:
    thresholds = Thresholds(db)
    found: list[Interval] = []
    for carrier, months in sorted(_paid(db).items()):
        found += told(FLAG.code, carrier, _spending(months, thresholds))
    carriers = roster.spans(db, "carrier", "organisation_id")
    for carrier, spans in sorted(carriers.items()):
        found += told(FLAG.code, carrier + VOTES, _votes(db, carrier, spans))
    return found


def _spending(months: dict[str, Paid], thresholds: Thresholds) -> Iterator[Step]:
    """Euros that nobody decided ÷ euros spent, over the twelve months that end with each month."""
    for month in months_between(min(months), later(max(months), WINDOW_MONTHS)):
        first = later(month, 1 - WINDOW_MONTHS)
        seen = [months[each] for each in months_between(first, month) if each in months]
        cents, alone, count = (sum(figures) for figures in zip(*seen, strict=True)) if seen else (0, 0, 0)
        on = month_end(month)
        adopted = thresholds.at(FLAG.code, on)
        watch = adopted.value if adopted.value is not None else WATCH
        alert = max(ALERT, watch)
        share = alone / cents if cents else 0.0
        level: Level | None = None
        if count >= NEEDED_EXPENSES and share > watch:
            level = "alert" if share > alert else "watch"
        threshold = alert if level == "alert" else watch
        yield Step(on, level, share, threshold, adopted.source, count, month_start(first))


def _votes(db: sqlite3.Connection, carrier: str, spans: list[Span]) -> Iterator[Step]:
    """Days on which the rules and the seats give the carrier's own voices half of the power, or a veto."""
    body = Body(db)
    lieux = {id for (id,) in db.execute("SELECT id FROM lieux WHERE organisation_id = ?", (carrier,))}
    known: dict[Any, Power | None] = {}
    ends = {day for span in spans for day in span if day}
    for on in sorted({*body.days, *ends}):
        step = Step(on)
        if any(span.holds(on) for span in spans) and _may_weigh(body, on):
            asked = (
                body.seats(on),
                *(body.rule(name, on) for name in ("method", "threshold_bp", "colleges")),
            )
            key = str((asked, body.method_rule(asked[1], on)))
            if key not in known:
                from ledger.balance.power import power  # the rules of votes, for few have voices that weigh

                known[key] = power(body, on)
            step = _power_step(
                on, known[key], {seat.seat_id for seat in asked[0] if seat.holder_id in {carrier, *lieux}}
            )
        yield step


def _may_weigh(body: Body, on: date) -> bool:
    """Whether voices may differ: a consent, or equal voices of three or more, give nobody half."""
    if body.rule("method", on) == "consent":
        return False
    seats = body.seats(on)
    colleges = any(c.weight_bp or c.threshold_bp for c in body.rule("colleges", on))
    return colleges or len({seat.weight_bp for seat in seats}) > 1 or len(seats) < 3


def _power_step(on: date, found: Power | None, own: set[str]) -> Step:
    voices = [voice for voice in found.voices if voice.holder in own] if found else []
    share = float(sum(voice.banzhaf for voice in voices))
    decides = share >= HALF or any(voice.veto for voice in voices)
    return Step(on, "alert", share, HALF) if voices and decides else Step(on)


def _sentence(row: Any, names: Names) -> str:
    carrier, votes, _rest = row["subject"].partition(VOTES)
    if votes and row["value"] < HALF:
        return _("{carrier} carries, and by the rules nothing passes without its voice.").format(
            carrier=names(carrier)
        )
    if votes:
        return _(
            "{carrier} carries, and the rules give its own voice {share} of the power to decide."
        ).format(carrier=names(carrier), share=formats.percent(row["value"], 1))
    return _(
        "{share} of what {carrier} paid over twelve months was spent without a decision of the consortium."
    ).format(carrier=names(carrier), share=formats.percent(row["value"], 1))


def _not_measured(db: sqlite3.Connection, on: date) -> list[tuple[str, float, int]]:
    first, last = later(f"{on:%Y-%m}", 1 - WINDOW_MONTHS), f"{on:%Y-%m}"
    found = []
    for carrier, months in sorted(_paid(db).items()):
        count = sum(paid.payments for month, paid in months.items() if first <= month <= last)
        if 0 < count < NEEDED_EXPENSES:
            found.append((carrier, float(count), NEEDED_EXPENSES))
    return found


FLAG = Flag(
    code="CARRIER_DOMINANCE",
    label=N_("The carrier decides alone"),
    question=N_("Does the structure that carries decide alone?"),
    formula=N_(
        "euros that the carrier paid without a decision of the consortium ÷ euros that it paid, over twelve months; "
        "and, when rules or seats change, whether its own voice has half of the power to decide (Banzhaf) or a veto "
        "that the others do not have"
    ),
    unit="share",
    parts={
        "votes": Part(
            N_("The carrier's voice decides"),
            "share",
            N_("Amend the rules: cap its weight, or ask for one more voice beside its own."),
        )
    },
    adopts="share",
    default=N_("above 10% (watch), above 25% (alert); half of the power, or a veto (alert)"),
    evidence=N_("6 payments over twelve months; for votes, the rules themselves"),
    advice=N_(
        "Agree on a ceiling below which it may spend alone, a delay to report, and a day to look at it."
    ),
    clears=N_("When decisions are linked to the payments by corrections, or the rules are amended."),
    tables=frozenset(
        {
            "expenses",
            "conventions",
            "roles",
            "lieux",
            "colleges",
            "method_rules",
            "consortium",
            "rules",
            "rule_thresholds",
        }
    ),
    compute=_compute,
    sentence=_sentence,
    events=(
        "SELECT flags.id, expenses.seq FROM flags JOIN conventions ON conventions.carrier_id = flags.subject"
        " JOIN expenses ON expenses.convention_id = conventions.id AND expenses.decision_id IS NULL"
        " AND expenses.paid_on BETWEEN flags.window_from AND flags.window_until"
        " WHERE flags.code = 'CARRIER_DOMINANCE'"
        " UNION ALL SELECT flags.id, rules.seq FROM flags JOIN rules ON rules.effective_on <= flags.since"
        " WHERE flags.code = 'CARRIER_DOMINANCE' AND flags.subject LIKE '%/votes'"
    ),
    not_measured=_not_measured,
)
