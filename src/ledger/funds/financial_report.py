"""The annual financial report of a convention, in the shape of the form CERFA 15059: forecast, actual, %.

Computed from the read model's rows. It is not the carrier's accounts: it tells what this ledger knows of the
year, account by account, what was given in kind, how indirect costs were shared, and the gaps to explain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ledger.kernel.errors import UnknownId, UsageError
from ledger.kernel.rows import rows
from ledger.language.catalogue import N_

DEDICATED = ("68", "78")
"""Dedicated funds balance a year whose gaps stand in its other rows: they explain, and need no explanation."""

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

IN_KIND = {
    "860": N_("emergency aid given"),
    "861": N_("goods and premises made available"),
    "862": N_("services"),
    "864": N_("volunteers"),
    "870": N_("gifts in kind"),
    "871": N_("services in kind"),
    "875": N_("volunteering"),
}
"""Accounts at the foot of the form, as the plan of accounts names them since 2020."""


@dataclass
class Row:
    """A line of the report, in cents. Without an account it is a line of the plan, by its own label."""

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


@dataclass(frozen=True)
class Basis:
    """What the forecast of a year is taken from.

    Attributes:
        kind: `year` when the plan says what each year is for; `share` when only the grant is split by years:
            the plan is taken in the same proportion; `convention` when nothing is: the whole plan.
        part: that proportion, as granted cents of the year over those of all years.
    """

    kind: str
    year: int
    part: tuple[int, int] = (1, 1)

    @property
    def by_year(self) -> bool:
        return self.kind == "year"

    def forecast(self, cents: int) -> int:
        """What of a planned amount is forecast for the year."""
        return round(Fraction(cents * self.part[0], self.part[1]))


def financial_report(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, Any]:
    """The report on one year of a convention.

    Args:
        db: the read model, or a cut of it.
        convention_id: the convention, as recorded.
        year: a calendar year of the convention.

    Returns:
        `{convention, title, carrier, funders, year, forecast_basis, charges, indirect, products, in_kind,
        in_kind_accounts, in_kind_given, totals, indirect_key, gaps, reports}`. Rows, `in_kind_accounts` among
        them, are `{account, label, forecast_cents, actual_cents, share}`; a gap is `{account, label, gap_cents,
        known}`, where `known` are the facts that may explain it. `forecast_basis` is told in `Basis`.

    Raises:
        UnknownId: there is no such convention.
        UsageError: the year is not one of its years.
    """
    convention = _convention(db, convention_id, year)
    basis = _basis(db, convention, year)
    spending = _charges(db, convention_id, basis)
    charges, indirect = spending["direct"], spending["indirect"]
    carried = _dedicated(db, convention_id, year)
    if carried["carried_cents"]:
        charges.append(Row("68", HEADINGS["68"], 0, carried["carried_cents"]))
    products = _products(db, convention, basis)
    if carried["used_cents"]:
        products.append(Row("78", HEADINGS["78"], 0, carried["used_cents"]))
    valued = _given(db, convention_id, year)
    given = _in_kind(db, convention_id, basis, valued)
    parts = {"charges": charges, "indirect": indirect, "products": products, "in_kind": given}
    return {
        "convention": convention_id,
        "title": convention["title"],
        "carrier": convention["carrier_id"],
        "funders": [f for (f,) in db.execute(_FUNDERS, (convention_id,))],
        "year": year,
        "forecast_basis": basis.kind,
        **{name: [row.told() for row in found] for name, found in parts.items()},
        "totals": {name: _total(found) for name, found in parts.items()},
        "in_kind_accounts": [row.told() for row in _accounts(valued)],
        "in_kind_given": valued,
        "indirect_key": _key(charges, indirect),
        "gaps": [
            {**gap, "known": _known(db, convention_id, year, gap["account"], row.lines)}
            for row, gap in _gaps((*charges, *indirect, *products), convention["tolerance_bp"])
            if gap["account"] not in DEDICATED
        ],
        "reports": rows(
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
    return rows(
        db,
        "SELECT line, lieu_id AS lieu, max(label) AS label, sum(planned) AS planned_cents,"
        " sum(allocated) AS allocated_cents, sum(spent) AS spent_cents FROM ("
        " SELECT line, lieu_id, label, amount_cents AS planned, 0 AS allocated, 0 AS spent, position"
        " FROM budget_lines WHERE convention_id = ?1 AND side = 'expense' AND nature <> 'in_kind'"
        " UNION ALL SELECT line, lieu_id, NULL, 0, amount_cents, 0, NULL FROM allocations WHERE convention_id = ?1"
        " UNION ALL SELECT line, lieu_id, NULL, 0, 0, sum(amount_cents), NULL FROM expenses"
        " WHERE convention_id = ?1 GROUP BY line, lieu_id)"
        " GROUP BY line, lieu_id ORDER BY line IS NULL, min(min(position)) OVER (PARTITION BY line) IS NULL,"
        " min(min(position)) OVER (PARTITION BY line), line, min(position) IS NULL, min(position), lieu_id",
        convention_id,
    )


def calendar(db: sqlite3.Connection, convention_id: str | None = None) -> list[dict[str, Any]]:
    """What is expected and by when, earliest first: `{convention, kind, about, due_on, done_on, amount_cents}`."""
    return rows(
        db,
        "SELECT convention_id AS convention, kind, about, due_on, done_on, amount_cents FROM obligations"
        " WHERE ?1 IS NULL OR convention_id = ?1 ORDER BY due_on, convention_id, kind",
        convention_id,
    )


_FUNDERS = "SELECT organisation_id FROM convention_funders WHERE convention_id = ? ORDER BY position"


def _convention(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, Any]:
    found = rows(db, "SELECT * FROM conventions WHERE id = ?", convention_id)
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


def _basis(db: sqlite3.Connection, convention: dict[str, Any], year: int) -> Basis:
    dated = "SELECT count(year) FROM budget_lines WHERE convention_id = ?"
    if db.execute(dated, (convention["id"],)).fetchone()[0]:
        return Basis("year", year)
    split = "SELECT sum(amount_cents) FILTER (WHERE year = ?2), sum(amount_cents) FROM convention_years"
    granted, total = db.execute(f"{split} WHERE convention_id = ?1", (convention["id"], year)).fetchone()
    return Basis("share", year, (granted, total)) if granted and total else Basis("convention", year)


def _charges(db: sqlite3.Connection, convention_id: str, basis: Basis) -> dict[str, list[Row]]:
    """Spending by account of two digits, taken from its line when it has none of its own; else by line.

    Returns:
        `direct` and `indirect` charges, as the line's nature in the plan says.
    """
    found: dict[str, dict[str, Row]] = {"direct": {}, "indirect": {}}
    natures: dict[str | None, tuple[str | None, str]] = {}
    labels = dict(db.execute(_LINES, (convention_id,)))
    planned = db.execute(
        "SELECT nature, account, line, sum(amount_cents) FILTER (WHERE ?2 = 0 OR year = ?3) FROM budget_lines"
        " WHERE convention_id = ?1 AND side = 'expense' AND nature <> 'in_kind'"
        " GROUP BY nature, account, line ORDER BY min(position)",
        (convention_id, int(basis.by_year), basis.year),
    )
    for nature, account, line, cents in planned:
        natures.setdefault(line, (account, nature))
        if cents:
            _add(found[nature], account, line, labels).forecast_cents += basis.forecast(cents)
    spent = db.execute(
        "SELECT account, line, sum(amount_cents) FROM expenses WHERE convention_id = ?1"
        " AND paid_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31' GROUP BY account, line",
        (convention_id, str(basis.year)),
    )
    for account, line, cents in spent:
        planned_account, nature = natures.get(line, (None, "direct"))
        _add(found[nature], account or planned_account, line, labels).actual_cents += cents
    return {
        nature: sorted(rows.values(), key=lambda row: row.account or "~") for nature, rows in found.items()
    }


_LINES = (
    "SELECT line, CASE WHEN count(DISTINCT label) = 1 THEN min(label) ELSE line END FROM budget_lines"
    " WHERE convention_id = ? AND side = 'expense' GROUP BY line"
)


def _add(found: dict[str, Row], account: str | None, line: str | None, labels: dict[str, str]) -> Row:
    """The row of an account, or of a line without one, to which something is added."""
    code = (account or "")[:2]
    label = HEADINGS.get(code, N_("account outside the form"))
    if not code:
        label = labels.get(line or "", line) or N_("no line and no account given")
    row = found.setdefault(code or f"line {line}", Row(code, label))
    row.lines.add(line or "")
    return row


def _products(db: sqlite3.Connection, convention: dict[str, Any], basis: Basis) -> list[Row]:
    """The grant first, due for the year and received in it; then what else the plan counts on."""
    granted = db.execute(
        "SELECT amount_cents FROM convention_years WHERE convention_id = ? AND year = ?",
        (convention["id"], basis.year),
    ).fetchone()
    received = db.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM instalment_receipts WHERE convention_id = ?1"
        " AND received_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31'",
        (convention["id"], str(basis.year)),
    ).fetchone()
    forecast_cents = granted[0] if granted else convention["amount_cents"]
    found = [Row("74", HEADINGS["74"], forecast_cents, received[0])]
    others = db.execute(
        "SELECT account, label, funder_id, sum(amount_cents) FROM budget_lines WHERE convention_id = ?1"
        " AND side = 'income' AND nature <> 'in_kind' AND (?2 = 0 OR year = ?3)"
        " AND coalesce(funder_id, '') NOT IN (SELECT organisation_id FROM convention_funders"
        " WHERE convention_id = ?1) GROUP BY account, label, funder_id ORDER BY min(position)",
        (convention["id"], int(basis.by_year), basis.year),
    )
    for account, label, funder, cents in others:
        received_cents = _received_from(db, funder, basis.year)
        found.append(Row((account or "")[:2], label, basis.forecast(cents), received_cents))
    return found


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


def _in_kind(
    db: sqlite3.Connection, convention_id: str, basis: Basis, given: list[dict[str, Any]]
) -> list[Row]:
    """Contributions valued in the year, charge and product: 86 and 87 are equal by construction."""
    planned = db.execute(
        "SELECT coalesce(sum(amount_cents), 0) FROM budget_lines WHERE convention_id = ? AND side = 'expense'"
        " AND nature = 'in_kind' AND (? = 0 OR year = ?)",
        (convention_id, int(basis.by_year), basis.year),
    ).fetchone()[0]
    if not planned and not given:
        return []
    forecast, value = basis.forecast(planned), sum(each["value_cents"] for each in given)
    return [Row(side, HEADINGS[side], forecast, value) for side in ("86", "87")]


def _accounts(given: list[dict[str, Any]]) -> list[Row]:
    """The same, account by account: each contribution is a charge and a product of the same value."""
    found: dict[str, Row] = {}
    for each in given:
        for account in each["account"].split("/"):
            row = found.setdefault(account, Row(account, IN_KIND.get(account, account)))
            row.actual_cents += each["value_cents"]
    return sorted(found.values(), key=lambda row: row.account)


def _given(db: sqlite3.Connection, convention_id: str, year: int) -> list[dict[str, Any]]:
    """What was given without money in the year, with the rule by which it was valued."""
    return rows(
        db,
        "SELECT nature, label, quantity, unit, rate_cents, rent_cents, method, value_cents, account, lieu_id AS lieu,"
        " organisation_id AS organisation FROM in_kind WHERE convention_id = ?1"
        " AND occurred_on BETWEEN ?2 || '-01-01' AND ?2 || '-12-31' ORDER BY occurred_on, id",
        convention_id,
        str(year),
    )


def _known(
    db: sqlite3.Connection, convention_id: str, year: int, account: str, lines: set[str]
) -> list[dict[str, Any]]:
    """Facts that may explain a gap: money moved by decision, orders not paid yet, a payment not come yet.

    Returns:
        `{kind, id, amount_cents, decision, approval}`: `kind` is `moved_in`, `moved_out`, `committed` or `awaited`.
    """
    if account == "74":
        return rows(
            db,
            "SELECT 'awaited' AS kind, id, called_cents - received_cents AS amount_cents, NULL AS decision,"
            " NULL AS approval FROM instalments WHERE convention_id = ? AND called_cents > received_cents"
            " AND year = ? ORDER BY due_on",
            convention_id,
            year,
        )
    marks = ", ".join("?" * len(lines))
    places = sorted(lines)
    moved = (
        "SELECT {kind} AS kind, to_allocation_id AS id, moves.amount_cents, moves.decision_id AS decision,"
        " funder_approval AS approval FROM reallocations AS moves JOIN allocations ON allocations.id = {end}"
        f" WHERE moves.convention_id = ? AND moved_on BETWEEN ? AND ? AND line IN ({marks})"
    )
    days = (f"{year}-01-01", f"{year}-12-31")
    came = rows(db, moved.format(kind="'moved_in'", end="to_allocation_id"), convention_id, *days, *places)
    left = rows(db, moved.format(kind="'moved_out'", end="from_allocation_id"), convention_id, *days, *places)
    ordered = rows(
        db,
        "SELECT 'committed' AS kind, commitment_id AS id, open_cents AS amount_cents, NULL AS decision,"
        " NULL AS approval FROM commitment_status JOIN allocations ON allocations.id = allocation_id"
        f" WHERE commitment_status.convention_id = ? AND open_cents > 0 AND line IN ({marks})",
        convention_id,
        *places,
    )
    return [*came, *left, *ordered]


def _total(found: list[Row]) -> dict[str, int]:
    return {
        "forecast_cents": sum(row.forecast_cents for row in found),
        "actual_cents": sum(row.actual_cents for row in found),
    }


def _key(charges: list[Row], indirect: list[Row]) -> float | None:
    """Indirect costs over direct ones, as spent; None while nothing direct is."""
    direct_cents = sum(row.actual_cents for row in charges)
    return sum(row.actual_cents for row in indirect) / direct_cents if direct_cents else None


def _gaps(found: Iterable[Row], tolerance_bp: int | None) -> list[tuple[Row, dict[str, Any]]]:
    """Rows whose actual is further from the forecast than the convention tolerates: to be explained."""
    limit_bp = GAP_BP if tolerance_bp is None else tolerance_bp
    return [
        (
            row,
            {
                "account": row.account,
                "label": row.label,
                "gap_cents": row.actual_cents - row.forecast_cents,
            },
        )
        for row in found
        if abs(row.actual_cents - row.forecast_cents) * 10_000 > limit_bp * row.forecast_cents
    ]
