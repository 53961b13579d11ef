"""Rows of public money, from conventions to receipts. Disposable: rebuilt from the log at will.

A convention, its plan, instalments, allocations and dedicated funds come from its own stream; each
expense from its own. What adds them up is in `readmodel/money_views.sql`. `expenses` may be long:
its handler does one `put`, and one more for each receipt.
"""

from __future__ import annotations

from typing import Any

from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_

_EVERYBODY = frozenset({"members", "funder", "public"})
_FUNDER = frozenset({"members", "funder"})


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


_CONVENTIONS: dict[str, Table] = {
    "conventions": Table(
        about=N_("Grant conventions: what a funder promised, to whom, until when, on what conditions."),
        columns={
            "id": _text(N_("Short id.")),
            "title": _text(N_("Title.")),
            "carrier_id": _text(
                N_("The organisation that signs and answers for the money."), "organisations"
            ),
            "amount_cents": _integer(N_("What the convention grants, in cents.")),
            "starts_on": _text(N_("First day.")),
            "ends_on": _text(N_("Last day.")),
            "signed_on": _text(N_("The day it was signed.")),
            "award": _text(N_("Reference of the funder's act behind the grant.")),
            "decision_id": _text(N_("The decision to sign it."), "decisions"),
            "eligible_from": _text(N_("First day on which a payment is eligible.")),
            "eligible_until": _text(N_("Last day on which a payment is eligible.")),
            "tolerance_bp": _integer(N_("How far a line may move without the funder, in basis points.")),
            "max_public_bp": _integer(N_("Ceiling of public money in the plan, in basis points.")),
            "report_due_months": _integer(
                N_("Months after the end of each year by which its report is due.")
            ),
            "document_sha256": _text(N_("SHA-256 of the signed convention.")),
        },
        key=("id",),
        indexes=(("carrier_id",),),
        audiences=_EVERYBODY,
    ),
    "convention_funders": Table(
        about=N_("Who funds a convention."),
        columns={
            "convention_id": _text(N_("The convention."), "conventions"),
            "organisation_id": _text(N_("The funder."), "organisations"),
            "position": _integer(N_("Place in the convention, from 1.")),
        },
        key=("convention_id", "organisation_id"),
        indexes=(("organisation_id",),),
        audiences=_EVERYBODY,
    ),
    "convention_years": Table(
        about=N_("What a convention grants for each calendar year."),
        columns={
            "convention_id": _text(N_("The convention."), "conventions"),
            "year": _integer(N_("The year.")),
            "amount_cents": _integer(N_("What is granted for it, in cents.")),
        },
        key=("convention_id", "year"),
        audiences=_EVERYBODY,
    ),
    "convention_regrants": Table(
        about=N_("Organisations to which a convention expressly lets the carrier pass money on."),
        columns={
            "convention_id": _text(N_("The convention."), "conventions"),
            "organisation_id": _text(N_("The organisation that may receive."), "organisations"),
        },
        key=("convention_id", "organisation_id"),
        audiences=_EVERYBODY,
    ),
    "budget_lines": Table(
        about=N_(
            "The financing plan, line by line. Several rows may share a line: one for each lieu or year."
        ),
        columns={
            "convention_id": _text(N_("The convention."), "conventions"),
            "position": _integer(N_("Place in the plan, from 1.")),
            "line": _text(N_("Short name of the line.")),
            "label": _text(N_("What the line pays for.")),
            "amount_cents": _integer(N_("Planned, in cents.")),
            "account": _text(N_("Account of the chart of accounts, two or three digits.")),
            "side": _text(N_("“expense” or “income”.")),
            "nature": _text(N_("direct, indirect or in_kind.")),
            "lieu_id": _text(N_("The lieu it is for; empty when shared."), "lieux"),
            "funder_id": _text(N_("The funder that it comes from, on the income side."), "organisations"),
            "year": _integer(N_("The year it is planned for; empty when for the whole convention.")),
        },
        key=("convention_id", "position"),
        indexes=(("convention_id", "line"), ("lieu_id",)),
        audiences=_EVERYBODY,
    ),
    "instalments": Table(
        about=N_("Payments of the funder: planned, called, received."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "kind": _text(N_("advance, interim or balance.")),
            "year": _integer(N_("The year that it pays for.")),
            "planned_cents": _integer(N_("Foreseen by the convention, in cents; 0 when it was not.")),
            "called_cents": _integer(N_("Called so far, in cents.")),
            "received_cents": _integer(N_("Received so far, in cents.")),
            "due_on": _text(N_("The day it is due.")),
            "called_on": _text(N_("The day of the last call.")),
            "received_on": _text(N_("The day of the last receipt.")),
            "status": _text(N_("due, called, partly_received or received.")),
            "clause": _text(N_("What the convention says of it.")),
        },
        key=("id",),
        indexes=(("convention_id", "year"),),
        audiences=_EVERYBODY,
    ),
    "instalment_receipts": Table(
        about=N_("Money of a funder on the carrier's account, one row for each credit."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "instalment_id": _text(N_("The instalment."), "instalments"),
            "convention_id": _text(N_("The convention."), "conventions"),
            "amount_cents": _integer(N_("Received, in cents.")),
            "received_on": _text(N_("The day of the credit.")),
            "bank_reference": _text(N_("Reference on the bank statement.")),
            "evidence_sha256": _text(N_("SHA-256 of its evidence."), "evidence"),
        },
        key=("id",),
        indexes=(("convention_id", "received_on"), ("instalment_id",)),
        audiences=_FUNDER,
    ),
    "dedicated_funds": Table(
        about=N_("The part of a year's grant not spent at its end, kept for what it was granted for."),
        columns={
            "convention_id": _text(N_("The convention."), "conventions"),
            "fiscal_year": _integer(N_("The fiscal year.")),
            "carried_cents": _integer(N_("Carried to the next years, in cents.")),
            "used_cents": _integer(N_("Earlier carried part used in that year, in cents.")),
        },
        key=("convention_id", "fiscal_year"),
        audiences=_FUNDER,
    ),
}

_ALLOCATIONS: dict[str, Table] = {
    "allocations": Table(
        about=N_("Money set aside by a decision: for a lieu, a person or a line of the plan."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "line": _text(N_("Line of the plan.")),
            "lieu_id": _text(N_("The lieu it is for."), "lieux"),
            "person_id": _text(N_("The person it is for."), "people"),
            "amount_cents": _integer(N_("Allocated, after moves, in cents.")),
            "initial_cents": _integer(N_("Allocated at first, in cents.")),
            "decision_id": _text(N_("The decision that set it aside."), "decisions"),
            "mode": _text(N_("“envelope” when the carrier pays from it, “transfer” when it is paid over.")),
            "allocated_on": _text(N_("The day it was allocated.")),
        },
        key=("id",),
        indexes=(("convention_id", "line"), ("lieu_id",), ("decision_id",)),
        personal=frozenset({"person_id"}),
        audiences=_EVERYBODY,
    ),
    "reallocations": Table(
        about=N_("Moves of money from one allocation to another."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "from_allocation_id": _text(N_("The allocation that gives."), "allocations"),
            "to_allocation_id": _text(N_("The allocation that receives."), "allocations"),
            "amount_cents": _integer(N_("Moved, in cents.")),
            "decision_id": _text(N_("The decision to move it."), "decisions"),
            "funder_approval": _text(N_("Reference of the funder's agreement, when one was needed.")),
            "moved_on": _text(N_("The day it moved.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("from_allocation_id",), ("to_allocation_id",), ("decision_id",)),
        audiences=_FUNDER,
    ),
    "expenses": Table(
        about=N_("Payments made, with what is known of their ground."),
        columns={
            "id": _text(N_("Short id.")),
            "amount_cents": _integer(N_("Paid, in cents.")),
            "label": _text(N_("What was paid for.")),
            "paid_on": _text(N_("The day of payment.")),
            "convention_id": _text(N_("The convention that pays."), "conventions"),
            "allocation_id": _text(N_("The allocation it is charged to."), "allocations"),
            "line": _text(N_("Line of the plan.")),
            "lieu_id": _text(N_("The lieu it was for."), "lieux"),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
            "account": _text(N_("Account of the chart of accounts, two or three digits.")),
            "supplier_id": _text(N_("The organisation that was paid."), "organisations"),
            "payee": _text(N_("The person who was paid, as the vault holds it.")),
            "has_invoice": _integer(
                N_("1 with an invoice, or with a timesheet and a payslip for paid hours.")
            ),
            "has_payment": _integer(N_("1 with a proof of payment.")),
        },
        key=("id",),
        indexes=(
            ("convention_id", "paid_on", "seq"),
            ("convention_id", "line", "amount_cents", "seq"),
            ("lieu_id", "paid_on", "amount_cents", "seq"),
            ("allocation_id", "amount_cents"),
            ("decision_id",),
        ),
        personal=frozenset({"payee"}),
        audiences=_FUNDER,
    ),
    "expense_evidence": Table(
        about=N_("Which evidence proves which expense."),
        columns={
            "expense_id": _text(N_("The expense."), "expenses"),
            "sha256": _text(N_("SHA-256 of the file."), "evidence"),
            "kind": _text(N_("invoice, proof_of_payment, timesheet, payslip, minutes, convention or other.")),
            "position": _integer(N_("Place among the expense's evidence, from 1.")),
        },
        key=("expense_id", "sha256", "kind"),
        indexes=(("sha256",),),
        audiences=_FUNDER,
    ),
}

_LATER: dict[str, Table] = {
    "calls": Table(
        about=N_("Calls of funders to which the consortium may answer."),
        columns={
            "id": _text(N_("Short id.")),
            "title": _text(N_("Title.")),
            "funder_id": _text(N_("The funder."), "organisations"),
            "kind": _text(N_("call_for_interest or call_for_projects.")),
            "ceiling_cents": _integer(N_("The most it grants, in cents.")),
            "opened_on": _text(N_("The day it opened.")),
            "closes_on": _text(N_("Last day to answer.")),
        },
        key=("id",),
        indexes=(("funder_id",),),
        audiences=_EVERYBODY,
    ),
    "applications": Table(
        about=N_("Applications to a funder, and its answer."),
        columns={
            "id": _text(N_("Short id.")),
            "call_id": _text(N_("The call."), "calls"),
            "title": _text(N_("Title.")),
            "funder_id": _text(N_("The funder."), "organisations"),
            "applicant_id": _text(N_("The organisation that applies."), "organisations"),
            "requested_cents": _integer(N_("Asked for, in cents.")),
            "awarded_cents": _integer(N_("Awarded, in cents.")),
            "status": _text(N_("submitted, awarded or refused.")),
            "filed_on": _text(N_("The day it was filed.")),
            "answered_on": _text(N_("The day it was answered.")),
            "award": _text(N_("Reference of the funder's act.")),
        },
        key=("id",),
        indexes=(("call_id",), ("funder_id",)),
        audiences=_FUNDER,
    ),
    "commitments": Table(
        about=N_("Money engaged with a supplier and not yet paid."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "allocation_id": _text(N_("The allocation it is charged to."), "allocations"),
            "supplier_id": _text(N_("The supplier."), "organisations"),
            "label": _text(N_("What is ordered.")),
            "amount_cents": _integer(N_("Engaged, less what was released, in cents.")),
            "committed_on": _text(N_("The day it was engaged.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("allocation_id",)),
        audiences=_FUNDER,
    ),
    "transfers": Table(
        about=N_("Money that the carrier passed on to another organisation, or gave back to the funder."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "allocation_id": _text(N_("The allocation it is charged to."), "allocations"),
            "organisation_id": _text(N_("Who received it."), "organisations"),
            "basis": _text(N_("invoice, regrant, reimbursement or returned.")),
            "amount_cents": _integer(N_("Transferred, in cents.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
            "transferred_on": _text(N_("The day of the transfer.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("organisation_id",)),
        audiences=_FUNDER,
    ),
    "in_kind": Table(
        about=N_("Contributions without money: volunteering, goods, premises, secondment."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "lieu_id": _text(N_("The lieu that gives."), "lieux"),
            "organisation_id": _text(N_("The organisation that gives."), "organisations"),
            "nature": _text(N_("volunteering, goods, premises or secondment.")),
            "quantity": Column("real", N_("How much.")),
            "unit": _text(N_("In what unit.")),
            "rate_cents": _integer(N_("Rate of a unit, in cents.")),
            "method": _text(N_("How the rate was found.")),
            "value_cents": _integer(N_("Value, in cents.")),
            "account": _text(N_("Pair of accounts, such as 864/875.")),
            "occurred_on": _text(N_("The day, or the last day of the period.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("lieu_id",)),
        audiences=_FUNDER,
    ),
}
"""Tables of acts that a later version records; empty until then, so that queries need no change."""

TABLES: dict[str, Table] = {**_CONVENTIONS, **_ALLOCATIONS, **_LATER}


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
        _planned(convention_id, instalment, rows)


def _budget_line(convention_id: str, position: int, line: dict[str, Any], rows: Rows) -> None:
    rows.put(
        "budget_lines",
        {
            "convention_id": convention_id,
            "position": position,
            "line": line["line"],
            "label": line["label"],
            "amount_cents": line["amount_cents"],
            "account": line.get("account"),
            "side": line.get("side", "expense"),
            "nature": line.get("nature", "direct"),
            "lieu_id": line.get("lieu_id"),
            "funder_id": line.get("funder_id"),
            "year": line.get("year"),
        },
    )


def _planned(convention_id: str, instalment: dict[str, Any], rows: Rows) -> None:
    rows.put(
        "instalments",
        {
            "id": instalment["instalment_id"],
            "convention_id": convention_id,
            "kind": instalment["instalment_kind"],
            "year": instalment["year"],
            "planned_cents": instalment["amount_cents"],
            "called_cents": 0,
            "received_cents": 0,
            "due_on": instalment.get("due_on"),
            "called_on": None,
            "received_on": None,
            "status": "due",
            "clause": instalment.get("clause"),
        },
    )


def _instalment(event: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """The instalment that a call or a receipt is about; a new one when the convention foresaw none."""
    data = event["data"]
    row = rows.get("instalments", data["instalment_id"])
    return (
        dict(row)
        if row
        else {
            "id": data["instalment_id"],
            "convention_id": data["convention_id"],
            "kind": data["instalment_kind"],
            "year": int(event["occurred_on"][:4]),
            "planned_cents": 0,
            "called_cents": 0,
            "received_cents": 0,
            "due_on": None,
            "called_on": None,
            "received_on": None,
            "status": "due",
            "clause": None,
        }
    )


def _status(row: dict[str, Any]) -> str:
    """Received means that nothing more is expected of what was called, or else planned."""
    expected = row["called_cents"] or row["planned_cents"]
    if row["received_cents"]:
        return "received" if row["received_cents"] >= expected else "partly_received"
    return "called" if row["called_cents"] else "due"


def _called(event: dict[str, Any], rows: Rows) -> None:
    row = _instalment(event, rows)
    row["called_cents"] += event["data"]["amount_cents"]
    row["called_on"] = event["occurred_on"]
    rows.put("instalments", {**row, "status": _status(row)})


def _received(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    row = _instalment(event, rows)
    row["received_cents"] += data["amount_cents"]
    row["received_on"] = event["occurred_on"]
    rows.put("instalments", {**row, "status": _status(row)})
    rows.put(
        "instalment_receipts",
        {
            "id": event["seq"],
            "instalment_id": data["instalment_id"],
            "convention_id": data["convention_id"],
            "amount_cents": data["amount_cents"],
            "received_on": event["occurred_on"],
            "bank_reference": data.get("bank_reference"),
            "evidence_sha256": data.get("evidence_sha256"),
        },
    )


def _allocated(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "allocations",
        {
            "id": data["allocation_id"],
            "convention_id": data["convention_id"],
            "line": data["line"],
            "lieu_id": data.get("lieu_id"),
            "person_id": data.get("person_id"),
            "amount_cents": data["amount_cents"],
            "initial_cents": data["amount_cents"],
            "decision_id": data["decision_id"],
            "mode": data.get("mode", "envelope"),
            "allocated_on": event["occurred_on"],
        },
    )


def _reallocated(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    amount_cents = data["amount_cents"]
    for allocation_id, moved_cents in (
        (data["from_allocation_id"], -amount_cents),
        (data["to_allocation_id"], amount_cents),
    ):
        row = rows.get("allocations", allocation_id)
        if row:
            rows.change("allocations", allocation_id, amount_cents=row["amount_cents"] + moved_cents)
    rows.put(
        "reallocations",
        {
            "id": event["seq"],
            "convention_id": data["convention_id"],
            "from_allocation_id": data["from_allocation_id"],
            "to_allocation_id": data["to_allocation_id"],
            "amount_cents": amount_cents,
            "decision_id": data["decision_id"],
            "funder_approval": data.get("funder_approval"),
            "moved_on": event["occurred_on"],
        },
    )


def _dedicated(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    key = {"convention_id": data["convention_id"], "fiscal_year": data["fiscal_year"]}
    row = rows.get("dedicated_funds", *key.values()) or {**key, "carried_cents": 0, "used_cents": 0}
    column = f"{data['movement']}_cents"
    rows.put("dedicated_funds", {**row, column: row[column] + data["amount_cents"]})


def _spent(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    evidence = data.get("evidence", ())
    kinds = {each["evidence_kind"] for each in evidence}
    rows.put(
        "expenses",
        {
            "id": data["expense_id"],
            "amount_cents": data["amount_cents"],
            "label": data["label"],
            "paid_on": event["occurred_on"],
            "convention_id": data.get("convention_id"),
            "allocation_id": data.get("allocation_id"),
            "line": data.get("line"),
            "lieu_id": data.get("lieu_id"),
            "decision_id": data.get("decision_id"),
            "account": data.get("account"),
            "supplier_id": data.get("supplier_id"),
            "payee": rows.text(data["payee"]) if data.get("payee") else None,
            "has_invoice": int("invoice" in kinds or {"timesheet", "payslip"} <= kinds),
            "has_payment": int("proof_of_payment" in kinds),
        },
    )
    for position, each in enumerate(evidence, 1):
        rows.put(
            "expense_evidence",
            {
                "expense_id": data["expense_id"],
                "sha256": each["sha256"],
                "kind": each["evidence_kind"],
                "position": position,
            },
        )


HANDLERS: dict[str, Handler] = {
    "convention.signed.v1": _signed,
    "instalment.called.v1": _called,
    "instalment.received.v1": _received,
    "funds.allocated.v1": _allocated,
    "funds.reallocated.v1": _reallocated,
    "dedicated_funds.recorded.v1": _dedicated,
    "expense.recorded.v1": _spent,
}
