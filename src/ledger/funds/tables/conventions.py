"""Conventions: what was granted, year by year and line by line, and every amendment since.

An amendment's plan takes the place of the one before, which goes to `past_budget_lines`. Instalments that
a convention or an amendment foresees are in `instalments`.
"""

from __future__ import annotations

from typing import Any

from ledger.funds.tables import EVERYBODY, integer, text
from ledger.funds.tables.instalments import planned
from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_

TABLES: dict[str, Table] = {
    "conventions": Table(
        about=N_("Grant conventions: what a funder promised, to whom, until when, on what conditions."),
        columns={
            "id": text(N_("Short id.")),
            "title": text(N_("Title.")),
            "carrier_id": text(N_("The organisation that signs and answers for the money."), "organisations"),
            "amount_cents": integer(N_("What the convention grants, in cents.")),
            "starts_on": text(N_("First day.")),
            "ends_on": text(N_("Last day.")),
            "signed_on": text(N_("The day it was signed.")),
            "award": text(N_("Reference of the funder's act behind the grant.")),
            "decision_id": text(N_("The decision to sign it."), "decisions"),
            "eligible_from": text(N_("First day on which a payment is eligible.")),
            "eligible_until": text(N_("Last day on which a payment is eligible.")),
            "tolerance_bp": integer(N_("How far a line may move without the funder, in basis points.")),
            "max_public_bp": integer(N_("Ceiling of public money in the plan, in basis points.")),
            "report_due_months": integer(N_("Months after the end of each year by which its report is due.")),
            "document_sha256": text(N_("SHA-256 of the signed convention.")),
            "application_id": text(N_("The application that it answers."), "applications"),
            "signatory_id": text(N_("The person who signed for the carrier."), "people"),
            "initial_amount_cents": integer(N_("What it granted when it was signed, in cents.")),
            "initial_ends_on": text(N_("Its last day when it was signed.")),
            "amendments": integer(N_("Amendments signed since.")),
            "status": text(N_("running, closed or terminated.")),
            "ended_on": text(N_("The day it was closed or terminated.")),
            "end_reason": text(N_("Why it ended.")),
            "published_on": text(N_("The day its essential data were made public.")),
            "published_channel": text(N_("Where they were made public.")),
            "published_url": text(N_("Address of the publication.")),
        },
        key=("id",),
        indexes=(("carrier_id",),),
        personal=frozenset({"signatory_id"}),
        audiences=EVERYBODY,
    ),
    "convention_funders": Table(
        about=N_("Who funds a convention."),
        columns={
            "convention_id": text(N_("The convention."), "conventions"),
            "organisation_id": text(N_("The funder."), "organisations"),
            "position": integer(N_("Place in the convention, from 1.")),
        },
        key=("convention_id", "organisation_id"),
        indexes=(("organisation_id",),),
        audiences=EVERYBODY,
    ),
    "convention_years": Table(
        about=N_("What a convention grants for each calendar year."),
        columns={
            "convention_id": text(N_("The convention."), "conventions"),
            "year": integer(N_("The year.")),
            "amount_cents": integer(N_("What is granted for it, in cents.")),
        },
        key=("convention_id", "year"),
        audiences=EVERYBODY,
    ),
    "convention_regrants": Table(
        about=N_("Organisations to which a convention expressly lets the carrier pass money on."),
        columns={
            "convention_id": text(N_("The convention."), "conventions"),
            "organisation_id": text(N_("The organisation that may receive."), "organisations"),
        },
        key=("convention_id", "organisation_id"),
        audiences=EVERYBODY,
    ),
    "amendments": Table(
        about=N_("Amendments of a convention: what changed, and why."),
        columns={
            "id": integer(N_("Number of the event.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "amendment": text(N_("Its number or name.")),
            "reason": text(N_("Why.")),
            "amended_on": text(N_("The day it was signed.")),
            "amount_cents": integer(N_("What the convention grants from then on, in cents.")),
            "amount_before_cents": integer(N_("What it granted before, in cents.")),
            "ends_on": text(N_("Its last day from then on.")),
            "ends_before_on": text(N_("Its last day before.")),
            "new_plan": integer(N_("1 when the plan was replaced.")),
            "decision_id": text(N_("The decision behind it."), "decisions"),
            "document_sha256": text(N_("SHA-256 of the signed amendment.")),
        },
        key=("id",),
        indexes=(("convention_id",),),
        audiences=EVERYBODY,
    ),
    "past_budget_lines": Table(
        about=N_("Lines of plans that an amendment replaced."),
        columns={
            "convention_id": text(N_("The convention."), "conventions"),
            "replaced_by": Column("integer", N_("The amendment that replaced it."), "amendments"),
            "position": integer(N_("Place in the plan, from 1.")),
            "line": text(N_("Short name of the line.")),
            "label": text(N_("What the line pays for.")),
            "amount_cents": integer(N_("Planned, in cents.")),
            "account": text(N_("Account of the chart of accounts, two or three digits.")),
            "side": text(N_("“expense” or “income”.")),
            "nature": text(N_("direct, indirect or in_kind.")),
            "lieu_id": text(N_("The lieu it is for; empty when shared."), "lieux"),
            "funder_id": text(N_("The funder that it comes from, on the income side."), "organisations"),
            "year": integer(N_("The year it is planned for; empty when for the whole convention.")),
        },
        key=("convention_id", "replaced_by", "position"),
        audiences=EVERYBODY,
    ),
    "budget_lines": Table(
        about=N_(
            "The financing plan, line by line. Several rows may share a line: one for each lieu or year."
        ),
        columns={
            "convention_id": text(N_("The convention."), "conventions"),
            "position": integer(N_("Place in the plan, from 1.")),
            "line": text(N_("Short name of the line.")),
            "label": text(N_("What the line pays for.")),
            "amount_cents": integer(N_("Planned, in cents.")),
            "account": text(N_("Account of the chart of accounts, two or three digits.")),
            "side": text(N_("“expense” or “income”.")),
            "nature": text(N_("direct, indirect or in_kind.")),
            "lieu_id": text(N_("The lieu it is for; empty when shared."), "lieux"),
            "funder_id": text(N_("The funder that it comes from, on the income side."), "organisations"),
            "year": integer(N_("The year it is planned for; empty when for the whole convention.")),
        },
        key=("convention_id", "position"),
        indexes=(("convention_id", "line"), ("lieu_id",)),
        audiences=EVERYBODY,
    ),
}


def _signed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    convention_id = data["convention_id"]
    conditions = data.get("conditions") or {}
    rows.put(
        "conventions",
        {
            "id": convention_id,
            "title": data["title"],
            "carrier_id": data["carrier_id"],
            "amount_cents": data["amount_cents"],
            "starts_on": data["starts_on"],
            "ends_on": data["ends_on"],
            "signed_on": event["occurred_on"],
            "award": data.get("award"),
            "decision_id": data.get("decision_id"),
            "eligible_from": conditions.get("eligible_from"),
            "eligible_until": conditions.get("eligible_until"),
            "tolerance_bp": conditions.get("tolerance_bp"),
            "max_public_bp": conditions.get("max_public_bp"),
            "report_due_months": conditions.get("report_due_months"),
            "document_sha256": data.get("document_sha256"),
            "application_id": data.get("application_id"),
            "signatory_id": data.get("signatory_id"),
            "initial_amount_cents": data["amount_cents"],
            "initial_ends_on": data["ends_on"],
            "amendments": 0,
            "status": "running",
            "ended_on": None,
            "end_reason": None,
            "published_on": None,
            "published_channel": None,
            "published_url": None,
        },
    )
    for position, funder_id in enumerate(data["funders"], 1):
        rows.put(
            "convention_funders",
            {"convention_id": convention_id, "organisation_id": funder_id, "position": position},
        )
    for share in data.get("years", ()):
        rows.put(
            "convention_years",
            {"convention_id": convention_id, "year": share["year"], "amount_cents": share["amount_cents"]},
        )
    for organisation_id in conditions.get("regrant_to", ()):
        rows.put("convention_regrants", {"convention_id": convention_id, "organisation_id": organisation_id})
    for position, line in enumerate(data.get("plan", ()), 1):
        _budget_line(convention_id, position, line, rows)
    for instalment in data.get("instalments", ()):
        planned(convention_id, instalment, rows)


def _budget_line(convention_id: str, position: int, line: dict[str, Any], rows: Rows) -> None:
    rows.put("budget_lines", {"convention_id": convention_id, "position": position, **plan_line(line)})


def plan_line(line: dict[str, Any]) -> dict[str, Any]:
    """A line of a plan as a row, without what it is a plan of."""
    return {
        "line": line["line"],
        "label": line["label"],
        "amount_cents": line["amount_cents"],
        "account": line.get("account"),
        "side": line.get("side", "expense"),
        "nature": line.get("nature", "direct"),
        "lieu_id": line.get("lieu_id"),
        "funder_id": line.get("funder_id"),
        "year": line.get("year"),
    }


def _amended(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    convention_id = data["convention_id"]
    row = rows.get("conventions", convention_id)
    if row is None:  # the signature was reversed
        return
    after = _conventions_changes(data, row)
    rows.put(
        "amendments",
        {
            "id": event["seq"],
            "convention_id": convention_id,
            "amendment": data["amendment"],
            "reason": data["reason"],
            "amended_on": event["occurred_on"],
            "amount_cents": after["amount_cents"],
            "amount_before_cents": row["amount_cents"],
            "ends_on": after["ends_on"],
            "ends_before_on": row["ends_on"],
            "new_plan": int(bool(data.get("plan"))),
            "decision_id": data.get("decision_id"),
            "document_sha256": data.get("document_sha256"),
        },
    )
    rows.put("conventions", after)
    if data.get("years"):
        for year in range(int(row["starts_on"][:4]), int(row["ends_on"][:4]) + 1):
            rows.remove("convention_years", convention_id, year)
    for share in data.get("years", ()):
        rows.put("convention_years", {"convention_id": convention_id, **share})
    for organisation_id in (data.get("conditions") or {}).get("regrant_to", ()):
        rows.put("convention_regrants", {"convention_id": convention_id, "organisation_id": organisation_id})
    if data.get("plan"):
        _replace_plan(event["seq"], convention_id, data["plan"], rows)
    for instalment in data.get("instalments", ()):
        planned(convention_id, instalment, rows)


def _conventions_changes(data: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The convention's row after an amendment."""
    said = {name: data.get(name) for name in ("title", "amount_cents", "starts_on", "ends_on")}
    said |= {name: (data.get("conditions") or {}).get(name) for name in _CONDITIONS}
    changes = {name: value for name, value in said.items() if value is not None}
    return {**row, **changes, "amendments": row["amendments"] + 1}


_CONDITIONS = ("eligible_from", "eligible_until", "tolerance_bp", "max_public_bp", "report_due_months")


def _replace_plan(seq: int, convention_id: str, plan: list[dict[str, Any]], rows: Rows) -> None:
    """The new plan takes the place of the one before, which is kept beside."""
    position = 1
    while before := rows.get("budget_lines", convention_id, position):
        rows.put("past_budget_lines", {**before, "replaced_by": seq})
        rows.remove("budget_lines", convention_id, position)
        position += 1
    for position, line in enumerate(plan, 1):
        _budget_line(convention_id, position, line, rows)


def _ended(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "conventions",
        data["convention_id"],
        status=data["how"],
        ended_on=event["occurred_on"],
        end_reason=data.get("reason"),
    )


def _published(event: dict[str, Any], rows: Rows) -> None:
    """The first publication counts; what comes later renews it."""
    data = event["data"]
    row = rows.get("conventions", data["convention_id"])
    if row and not row["published_on"]:
        rows.change(
            "conventions",
            data["convention_id"],
            published_on=event["occurred_on"],
            published_channel=data["channel"],
            published_url=data.get("url"),
        )


HANDLERS: dict[str, Handler] = {
    "convention.signed.v1": _signed,
    "convention.amended.v1": _amended,
    "convention.ended.v1": _ended,
    "convention.published.v1": _published,
}
