"""The annual financial report of a convention, in the shape of the form CERFA 15059: forecast, actual, %.

Computed from the read model's rows. It is not the carrier's accounts: it tells what this ledger knows of the
year, account by account, what was given in kind, how indirect costs were shared, and the gaps to explain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.kernel.errors import UnknownId, UsageError
from ledger.language.catalogue import N_

GAP_BP = 1_000
"""A gap of a tenth is told, when the convention has no tolerance of its own."""

HEADINGS: dict[str, str] = {
    "60": N_("purchases"),
    "61": N_("external services"),
    "62": N_("other external services"),
    "63": N_("taxes"),
    "64": N_("staff"),
    "65": N_("other running costs"),
    "66": N_("financial costs"),
    "67": N_("exceptional costs"),
    "68": N_("dedicated funds carried"),
    "70": N_("sales"),
    "73": N_("funding by prices"),
    "74": N_("grants"),
    "75": N_("other income, membership fees, gifts"),
    "76": N_("financial income"),
    "77": N_("exceptional income"),
    "78": N_("dedicated funds used"),
    "86": N_("use of contributions in kind"),
    "87": N_("contributions in kind"),
}
"""What the form calls each class of accounts."""

UNKNOWN = "?"


@dataclass
class Row:
    """A line of the report, in cents."""

    account: str
    label: str
    forecast_cents: int = 0
    actual_cents: int = 0
    lines: set[str] = field(default_factory=set)

    def told(self) -> dict[str, Any]:
        """As data; `share` is actual over forecast, None without a forecast."""
        share = self.actual_cents / self.forecast_cents if self.forecast_cents else None
        return {
            "account": self.account,
            "label": self.label,
            "forecast_cents": self.forecast_cents,
            "actual_cents": self.actual_cents,
            "share": share,
        }


def financial_report(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, Any]:
    """The report on one year of a convention.

    Args:
        db: the read model, or a cut of it.
        convention_id: the convention, as recorded.
        year: a calendar year of the convention.

    Returns:
        `{convention, title, carrier, funders, year, forecast_basis, charges, indirect, products, in_kind,
        totals, indirect_key, gaps, reports}`. Rows are `{account, label, forecast_cents, actual_cents, share}`.
        `forecast_basis` is `year` when the plan says what each year is for, else `convention`: the forecast is
        then that of the whole convention.

    Raises:
        UnknownId: there is no such convention.
        UsageError: the year is not one of its years.
    """
    convention = _convention(db, convention_id, year)
    basis = _basis(db, convention_id)
    charges = _charges(db, convention_id, year, basis, ("direct",))
    indirect = _charges(db, convention_id, year, basis, ("indirect",))
    carried = _dedicated(db, convention_id, year)
    if carried["carried_cents"]:
        charges.append(Row("68", HEADINGS["68"], 0, carried["carried_cents"]))
    products = _products(db, convention, year, basis)
    if carried["used_cents"]:
        products.append(Row("78", HEADINGS["78"], 0, carried["used_cents"]))
    given = _in_kind(db, convention_id, year, basis)
    rows = {"charges": charges, "indirect": indirect, "products": products, "in_kind": given}
    return {
        "convention": convention_id,
        "title": convention["title"],
        "carrier": convention["carrier_id"],
        "funders": [f for (f,) in db.execute(_FUNDERS, (convention_id,))],
        "year": year,
        "forecast_basis": "year" if basis else "convention",
        **{name: [row.told() for row in found] for name, found in rows.items()},
        "totals": {name: _total(found) for name, found in rows.items()},
        "indirect_key": _key(charges, indirect),
        "gaps": _gaps((*charges, *indirect, *products), convention["tolerance_bp"]),
        "reports": _told(
            db,
            "SELECT id, kind, fiscal_year, covers_until, filed_on, status FROM reports WHERE convention_id = ?"
            " AND (fiscal_year = ? OR fiscal_year IS NULL) ORDER BY filed_seq",
            convention_id,
            year,
        ),
    }


def plan_against_actual(db: sqlite3.Connection, convention_id: str) -> list[dict[str, Any]]:
    """Each line of the plan, lieu by lieu: planned, allocated, spent; what no line explains comes last.

    Returns:
        `{line, lieu, label, planned_cents, allocated_cents, spent_cents}`, in the plan's order.
    """
    return _told(
        db,
        "SELECT line, lieu_id AS lieu, max(label) AS label, sum(planned) AS planned_cents,"
        " sum(allocated) AS allocated_cents, sum(spent) AS spent_cents FROM ("
        " SELECT line, lieu_id, label, amount_cents AS planned, 0 AS allocated, 0 AS spent, position"
        " FROM budget_lines WHERE convention_id = ?1 AND side = 'expense' AND nature <> 'in_kind'"
        " UNION ALL SELECT line, lieu_id, NULL, 0, amount_cents, 0, NULL FROM allocations WHERE convention_id = ?1"
        " UNION ALL SELECT line, lieu_id, NULL, 0, 0, sum(amount_cents), NULL FROM expenses"
        " WHERE convention_id = ?1 GROUP BY line, lieu_id)"
        " GROUP BY line, lieu_id ORDER BY line IS NULL, min(position) IS NULL, min(position), line, lieu_id",
        convention_id,
    )


def calendar(db: sqlite3.Connection, convention_id: str | None = None) -> list[dict[str, Any]]:
    """What is expected and by when, earliest first: `{convention, kind, about, due_on, done_on, amount_cents}`."""
    return _told(
        db,
        "SELECT convention_id AS convention, kind, about, due_on, done_on, amount_cents FROM obligations"
        " WHERE ?1 IS NULL OR convention_id = ?1 ORDER BY due_on, convention_id, kind",
        convention_id,
    )


_FUNDERS = "SELECT organisation_id FROM convention_funders WHERE convention_id = ? ORDER BY position"


def _convention(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, Any]:
    found = _told(db, "SELECT * FROM conventions WHERE id = ?", convention_id)
    if not found:
        raise UnknownId(N_("No convention is called “{id}”."), id=convention_id)
    first, last = int(found[0]["starts_on"][:4]), int(found[0]["ends_on"][:4])
    if not first <= year <= last:
        raise UsageError(
            N_("{convention} runs from {first} to {last}: {year} is not one of its years."),
            convention=convention_id,
            first=str(first),
            last=str(last),
            year=str(year),
        )
    return found[0]


def _basis(db: sqlite3.Connection, convention_id: str) -> bool:
    """Whether the plan says for which year each line is."""
    sql = "SELECT count(year) FROM budget_lines WHERE convention_id = ?"
    return bool(db.execute(sql, (convention_id,)).fetchone()[0])


def _charges(
    db: sqlite3.Connection, convention_id: str, year: int, by_year: bool, natures: tuple[str, ...]
) -> list[Row]:
    """Spending by account of two digits; an expense without one takes that of its line."""
    rows: dict[str, Row] = {}
    planned = db.execute(
        "SELECT account, line, sum(amount_cents) FROM budget_lines WHERE convention_id = ? AND side = 'expense'"
        f" AND nature IN ({', '.join('?' * len(natures))}) AND (? = 0 OR year = ?) GROUP BY account, line",
        (convention_id, *natures, int(by_year), year),
    )
    for account, line, cents in planned:
        row = _row(rows, account)
        row.forecast_cents += cents
        row.lines.add(line)
    direct = "direct" in natures
    spent = db.execute(
        "SELECT coalesce(expenses.account, plan.account), coalesce(plan.nature, 'direct'), sum(amount_cents)"
        " FROM expenses LEFT JOIN (SELECT line, min(account) AS account, min(nature) AS nature FROM budget_lines"
        " WHERE convention_id = ?1 AND side = 'expense' AND nature <> 'in_kind' GROUP BY line) AS plan"
        " ON plan.line = expenses.line"
        " WHERE convention_id = ?1 AND paid_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31' GROUP BY 1, 2",
        (convention_id, str(year)),
    )
    for account, nature, cents in spent:
        if (nature != "indirect") is direct:
            _row(rows, account).actual_cents += cents
    return sorted(rows.values(), key=lambda row: row.account)


def _row(rows: dict[str, Row], account: str | None) -> Row:
    key = (account or "")[:2] or UNKNOWN
    return rows.setdefault(key, Row(key, HEADINGS.get(key, N_("no account given"))))


def _products(db: sqlite3.Connection, convention: dict[str, Any], year: int, by_year: bool) -> list[Row]:
    """The grant first, due for the year and received in it; then what else the plan counts on."""
    granted = db.execute(
        "SELECT amount_cents FROM convention_years WHERE convention_id = ? AND year = ?",
        (convention["id"], year),
    ).fetchone()
    received = db.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM instalment_receipts WHERE convention_id = ?"
        " AND received_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31'".replace("= ?", "= ?1", 1),
        (convention["id"], str(year)),
    ).fetchone()
    forecast_cents = granted[0] if granted else convention["amount_cents"]
    rows = [Row("74", HEADINGS["74"], forecast_cents, received[0])]
    others = db.execute(
        "SELECT account, label, funder_id, sum(amount_cents) FROM budget_lines WHERE convention_id = ?1"
        " AND side = 'income' AND nature <> 'in_kind' AND (?2 = 0 OR year = ?3)"
        " AND coalesce(funder_id, '') NOT IN (SELECT organisation_id FROM convention_funders"
        " WHERE convention_id = ?1) GROUP BY account, label, funder_id ORDER BY min(position)",
        (convention["id"], int(by_year), year),
    )
    for account, label, funder, cents in others:
        rows.append(Row((account or "")[:2] or UNKNOWN, label, cents, _received_from(db, funder, year)))
    return rows


def _received_from(db: sqlite3.Connection, funder_id: str | None, year: int) -> int:
    """What another funder paid in the year, under its own conventions."""
    found = db.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM instalment_receipts WHERE convention_id IN ("
        " SELECT convention_id FROM convention_funders WHERE organisation_id = ?1)"
        " AND received_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31'",
        (funder_id, str(year)),
    ).fetchone()
    return int(found[0])


def _dedicated(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, int]:
    found = db.execute(
        "SELECT carried_cents, used_cents FROM dedicated_funds WHERE convention_id = ? AND fiscal_year = ?",
        (convention_id, year),
    ).fetchone()
    return (
        {"carried_cents": found[0], "used_cents": found[1]}
        if found
        else {"carried_cents": 0, "used_cents": 0}
    )


def _in_kind(db: sqlite3.Connection, convention_id: str, year: int, by_year: bool) -> list[Row]:
    """Contributions valued in the year, charge and product: 86 and 87 are equal by construction."""
    forecast = db.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM budget_lines WHERE convention_id = ? AND side = 'expense'"
        " AND nature = 'in_kind' AND (? = 0 OR year = ?)",
        (convention_id, int(by_year), year),
    ).fetchone()[0]
    actual = dict(
        db.execute(
            "SELECT account, sum(value_cents) FROM in_kind WHERE convention_id = ?1"
            " AND occurred_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31' GROUP BY account ORDER BY account",
            (convention_id, str(year)),
        )
    )
    if not forecast and not actual:
        return []
    total_cents = sum(actual.values())
    return [
        Row("86", HEADINGS["86"], forecast, total_cents),
        Row("87", HEADINGS["87"], forecast, total_cents),
    ]


def _total(rows: Iterable[Row]) -> dict[str, int]:
    found = list(rows)
    return {
        "forecast_cents": sum(row.forecast_cents for row in found),
        "actual_cents": sum(row.actual_cents for row in found),
    }


def _key(charges: list[Row], indirect: list[Row]) -> float | None:
    """Indirect costs over direct ones, as spent; None while nothing direct is."""
    direct_cents = sum(row.actual_cents for row in charges)
    return sum(row.actual_cents for row in indirect) / direct_cents if direct_cents else None


def _gaps(rows: Iterable[Row], tolerance_bp: int | None) -> list[dict[str, Any]]:
    """Rows whose actual is further from the forecast than the convention tolerates: to be explained."""
    limit_bp = GAP_BP if tolerance_bp is None else tolerance_bp
    return [
        {"account": row.account, "label": row.label, "gap_cents": row.actual_cents - row.forecast_cents}
        for row in rows
        if abs(row.actual_cents - row.forecast_cents) * 10_000 > limit_bp * row.forecast_cents
    ]


def _told(db: sqlite3.Connection, sql: str, *values: Any) -> list[dict[str, Any]]:
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, tuple(row), strict=True)) for row in cursor]
