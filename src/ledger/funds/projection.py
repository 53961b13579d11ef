"""Rows of public money, from conventions to receipts. Disposable: rebuilt from the log at will.

A convention, its plan, instalments, allocations, commitments, transfers and reports come from its own
stream; each expense from its own. What adds them up is in `readmodel/money_views.sql`. `expenses` may be
long: its handler does one `put` for each convention that bears the payment, and one for each receipt.

A shared payment has a row for each part, `E-1`, `E-1#2`…, so that every sum over `expenses` counts what
each convention bears and nothing twice.
"""

from __future__ import annotations

from typing import Any

from ledger.funds.sharing import plain_parts
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
            "application_id": _text(N_("The application that it answers."), "applications"),
            "signatory_id": _text(N_("The person who signed for the carrier."), "people"),
            "initial_amount_cents": _integer(N_("What it granted when it was signed, in cents.")),
            "initial_ends_on": _text(N_("Its last day when it was signed.")),
            "amendments": _integer(N_("Amendments signed since.")),
            "status": _text(N_("running, closed or terminated.")),
            "ended_on": _text(N_("The day it was closed or terminated.")),
            "end_reason": _text(N_("Why it ended.")),
            "published_on": _text(N_("The day its essential data were made public.")),
            "published_channel": _text(N_("Where they were made public.")),
            "published_url": _text(N_("Address of the publication.")),
        },
        key=("id",),
        indexes=(("carrier_id",),),
        personal=frozenset({"signatory_id"}),
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
    "amendments": Table(
        about=N_("Amendments of a convention: what changed, and why."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "amendment": _text(N_("Its number or name.")),
            "reason": _text(N_("Why.")),
            "amended_on": _text(N_("The day it was signed.")),
            "amount_cents": _integer(N_("What the convention grants from then on, in cents.")),
            "amount_before_cents": _integer(N_("What it granted before, in cents.")),
            "ends_on": _text(N_("Its last day from then on.")),
            "ends_before_on": _text(N_("Its last day before.")),
            "new_plan": _integer(N_("1 when the plan was replaced.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
            "document_sha256": _text(N_("SHA-256 of the signed amendment.")),
        },
        key=("id",),
        indexes=(("convention_id",),),
        audiences=_EVERYBODY,
    ),
    "past_budget_lines": Table(
        about=N_("Lines of plans that an amendment replaced."),
        columns={
            "convention_id": _text(N_("The convention."), "conventions"),
            "replaced_by": Column("integer", N_("The amendment that replaced it."), "amendments"),
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
        key=("convention_id", "replaced_by", "position"),
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
            "funder_id": _text(N_("Who paid, when no convention says it."), "organisations"),
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
            "funder_id": _text(
                N_("Who paid, when no convention says it or when several fund it."), "organisations"
            ),
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
            "to_allocation_id": _text(
                N_("The allocation that receives; empty when the money is free again."), "allocations"
            ),
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
        about=N_(
            "Payments made, with what is known of their ground; a shared payment has a row for each part."
        ),
        columns={
            "id": _text(N_("Short id; with # and a number for a further part of a shared payment.")),
            "amount_cents": _integer(N_("Paid, in cents; of a shared payment, this part.")),
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
            "payment_id": _text(N_("The payment that it is, or is a part of."), "expenses"),
            "paid_cents": _integer(N_("The whole payment, in cents.")),
            "claimed_cents": _integer(N_("What conventions bear of it together, in cents.")),
            "share_bp": _integer(N_("The part of the payment, in basis points.")),
            "commitment_id": _text(N_("The commitment that it pays."), "commitments"),
            "disallowed_cents": _integer(N_("Not accepted by the funder, in cents.")),
            "recorded_seq": Column("integer", N_("Number of the event by which it was recorded."), "events"),
        },
        key=("id",),
        indexes=(
            ("convention_id", "paid_on", "seq"),
            ("convention_id", "line", "amount_cents", "seq"),
            ("convention_id", "decision_id", "paid_on"),
            ("lieu_id", "paid_on", "amount_cents", "seq"),
            ("allocation_id", "convention_id", "amount_cents"),
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

_CALLS: dict[str, Table] = {
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
            "requires_call_id": _text(N_("The call whose criteria must be met before."), "calls"),
            "url": _text(N_("Its address on the web.")),
        },
        key=("id",),
        indexes=(("funder_id",),),
        audiences=_EVERYBODY,
    ),
    "call_criteria": Table(
        about=N_("Criteria of a call."),
        columns={
            "call_id": _text(N_("The call."), "calls"),
            "criterion": _text(N_("Short name of the criterion.")),
            "position": _integer(N_("Place in the call, from 1.")),
            "label": _text(N_("What is asked.")),
        },
        key=("call_id", "criterion"),
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
            "lieu_id": _text(N_("The lieu that it is for."), "lieux"),
            "assessor_id": _text(N_("Who assessed the criteria."), "organisations"),
            "criteria_met": _integer(N_("Criteria met.")),
            "criteria_assessed": _integer(N_("Criteria assessed.")),
            "eligible": _integer(N_("1 when all were met, or money was awarded without any.")),
            "reason": _text(N_("Why it was answered so.")),
            "despite": _text(N_("The rule that it went against; it was filed all the same.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
        },
        key=("id",),
        indexes=(("call_id",), ("funder_id",)),
        audiences=_FUNDER,
    ),
    "application_criteria": Table(
        about=N_("Criteria that an application meets or not."),
        columns={
            "application_id": _text(N_("The application."), "applications"),
            "criterion": _text(N_("Short name of the criterion.")),
            "met": _integer(N_("1 when it is met.")),
        },
        key=("application_id", "criterion"),
    ),
    "application_lines": Table(
        about=N_("The plan that an application proposes, line by line."),
        columns={
            "application_id": _text(N_("The application."), "applications"),
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
        key=("application_id", "position"),
    ),
}

_PROMISED: dict[str, Table] = {
    "commitments": Table(
        about=N_("Money engaged with a supplier, paid since or not."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "allocation_id": _text(N_("The allocation it is charged to."), "allocations"),
            "supplier_id": _text(N_("The supplier."), "organisations"),
            "label": _text(N_("What is ordered.")),
            "amount_cents": _integer(N_("Engaged, less what was released, in cents.")),
            "released_cents": _integer(N_("Released since, in cents.")),
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
            "amount_cents": _integer(N_("Transferred, in cents; 0 while it is planned.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
            "transferred_on": _text(N_("The day of the transfer.")),
            "planned_cents": _integer(N_("Planned, in cents; 0 when nothing announced it.")),
            "planned_on": _text(N_("The day it was planned.")),
            "status": _text(N_("planned or paid.")),
            "bank_reference": _text(N_("Reference on the bank statement.")),
            "evidence": _text(N_("SHA-256 of its evidence, separated by spaces.")),
            "has_payment": _integer(N_("1 with a proof of payment.")),
            "despite": _text(N_("The rule that it went against; it happened all the same.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("organisation_id",), ("allocation_id",)),
        audiences=_FUNDER,
    ),
    "disallowances": Table(
        about=N_("What a funder did not accept of an expense."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "expense_id": _text(N_("The expense, or the part of it."), "expenses"),
            "convention_id": _text(N_("The convention."), "conventions"),
            "amount_cents": _integer(N_("Not accepted, in cents.")),
            "funder_id": _text(N_("Who did not accept it."), "organisations"),
            "reason": _text(N_("Why.")),
            "disallowed_on": _text(N_("The day it was said.")),
            "document_sha256": _text(N_("SHA-256 of the funder's letter.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("expense_id",)),
        audiences=_FUNDER,
    ),
    "reports": Table(
        about=N_("Reports given to the funder, and its answers."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "kind": _text(N_("financial, activity or final.")),
            "fiscal_year": _integer(N_("The year that it reports on.")),
            "covers_until": _text(N_("The last day that it speaks of.")),
            "filed_on": _text(N_("The day it was given.")),
            "filed_seq": _integer(N_("Number of the event by which it was given.")),
            "status": _text(N_("filed, accepted, refused or incomplete.")),
            "answered_on": _text(N_("The day of the answer.")),
            "reason": _text(N_("Why it was answered so.")),
            "document_sha256": _text(N_("SHA-256 of the report.")),
        },
        key=("id",),
        indexes=(("convention_id", "fiscal_year"),),
        audiences=_EVERYBODY,
    ),
    "in_kind": Table(
        about=N_("Contributions without money: volunteering, goods, premises, secondment."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "lieu_id": _text(N_("The lieu that gives."), "lieux"),
            "organisation_id": _text(N_("The organisation that gives."), "organisations"),
            "nature": _text(N_("volunteering, goods, premises or secondment.")),
            "label": _text(N_("What is given.")),
            "quantity": Column("real", N_("How much.")),
            "unit": _text(N_("In what unit.")),
            "rate_cents": _integer(N_("Rate of a unit, in cents.")),
            "rent_cents": _integer(N_("What was paid all the same, in cents.")),
            "method": _text(N_("How the rate was found.")),
            "value_cents": _integer(N_("Value, in cents.")),
            "account": _text(N_("Pair of accounts, such as 864/875.")),
            "occurred_from": _text(N_("First day of the period; empty for one day.")),
            "occurred_on": _text(N_("The day, or the last day of the period.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("lieu_id",)),
        audiences=_FUNDER,
    ),
}

TABLES: dict[str, Table] = {**_CONVENTIONS, **_ALLOCATIONS, **_CALLS, **_PROMISED}


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
        _planned(convention_id, instalment, rows)


def _budget_line(convention_id: str, position: int, line: dict[str, Any], rows: Rows) -> None:
    rows.put("budget_lines", {"convention_id": convention_id, "position": position, **_line(line)})


def _line(line: dict[str, Any]) -> dict[str, Any]:
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
        _planned(convention_id, instalment, rows)


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


def _planned(convention_id: str, instalment: dict[str, Any], rows: Rows) -> None:
    """What a convention or an amendment foresees; what was called and received of it stays."""
    row = rows.get("instalments", instalment["instalment_id"]) or _new_instalment(
        instalment["instalment_id"], convention_id
    )
    row = {
        **row,
        "kind": instalment["instalment_kind"],
        "year": instalment["year"],
        "planned_cents": instalment["amount_cents"],
        "due_on": instalment.get("due_on"),
        "clause": instalment.get("clause"),
    }
    rows.put("instalments", {**row, "status": _status(row)})


def _new_instalment(instalment_id: str, convention_id: str | None) -> dict[str, Any]:
    return {
        "id": instalment_id,
        "convention_id": convention_id,
        "kind": None,
        "year": None,
        "planned_cents": 0,
        "called_cents": 0,
        "received_cents": 0,
        "due_on": None,
        "called_on": None,
        "received_on": None,
        "status": "due",
        "clause": None,
        "funder_id": None,
    }


def _instalment(event: dict[str, Any], rows: Rows) -> dict[str, Any]:
    """The instalment that a call or a receipt is about; a new one when the convention foresaw none."""
    data = event["data"]
    row = rows.get("instalments", data["instalment_id"])
    if row:
        return dict(row)
    return {
        **_new_instalment(data["instalment_id"], data.get("convention_id")),
        "kind": data["instalment_kind"],
        "year": int(event["occurred_on"][:4]),
        "funder_id": data.get("funder_id"),
    }


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
            "convention_id": data.get("convention_id"),
            "amount_cents": data["amount_cents"],
            "received_on": event["occurred_on"],
            "bank_reference": data.get("bank_reference"),
            "evidence_sha256": data.get("evidence_sha256"),
            "funder_id": data.get("funder_id"),
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
        (data.get("to_allocation_id"), amount_cents),
    ):
        row = rows.get("allocations", allocation_id) if allocation_id else None
        if row:
            rows.change("allocations", allocation_id, amount_cents=row["amount_cents"] + moved_cents)
    rows.put(
        "reallocations",
        {
            "id": event["seq"],
            "convention_id": data["convention_id"],
            "from_allocation_id": data["from_allocation_id"],
            "to_allocation_id": data.get("to_allocation_id"),
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
    expense_id, amount_cents = data["expense_id"], data["amount_cents"]
    evidence = data.get("evidence", ())
    kinds = {each["evidence_kind"] for each in evidence}
    row = {
        "id": expense_id,
        "amount_cents": amount_cents,
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
        "payment_id": expense_id,
        "paid_cents": amount_cents,
        "claimed_cents": amount_cents,
        "share_bp": 10_000,
        "commitment_id": data.get("commitment_id"),
        "disallowed_cents": 0,
        "recorded_seq": event["seq"],
    }
    if data.get("shares"):
        _shared(data, row, rows)
    else:
        rows.put("expenses", row)
    for position, each in enumerate(evidence, 1):
        rows.put(
            "expense_evidence",
            {
                "expense_id": expense_id,
                "sha256": each["sha256"],
                "kind": each["evidence_kind"],
                "position": position,
            },
        )


def _shared(data: dict[str, Any], row: dict[str, Any], rows: Rows) -> None:
    """A row for each convention that bears a part, and one for what nobody known bears."""
    found = list(plain_parts(data))
    claimed_cents = sum(part.amount_cents for part in found if part.convention_id)
    for number, part in enumerate(found, 1):
        share = {} if part.position is None else data["shares"][part.position]
        rows.put(
            "expenses",
            {
                **row,
                "id": _part_id(row["id"], number),
                "amount_cents": part.amount_cents,
                "convention_id": part.convention_id,
                "allocation_id": share.get("allocation_id"),
                "line": share.get("line"),
                "claimed_cents": claimed_cents,
                "share_bp": part.share_bp,
                "commitment_id": row["commitment_id"] if number == 1 else None,
            },
        )


def _part_id(expense_id: str, number: int) -> str:
    return expense_id if number == 1 else f"{expense_id}#{number}"  # no id that people write holds a #


def _disallowed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    number = 1
    while row := rows.get("expenses", _part_id(data["expense_id"], number)):
        if row["convention_id"] == data["convention_id"]:
            disallowed_cents = row["disallowed_cents"] + data["amount_cents"]
            rows.change("expenses", row["id"], disallowed_cents=disallowed_cents)
            break
        number += 1
    rows.put(
        "disallowances",
        {
            "id": event["seq"],
            "expense_id": _part_id(data["expense_id"], number) if row else data["expense_id"],
            "convention_id": data["convention_id"],
            "amount_cents": data["amount_cents"],
            "funder_id": data.get("funder_id"),
            "reason": data["reason"],
            "disallowed_on": event["occurred_on"],
            "document_sha256": data.get("document_sha256"),
        },
    )


def _committed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    row = rows.get("commitments", data["commitment_id"])
    if row is None:
        row = {
            "id": data["commitment_id"],
            "convention_id": data["convention_id"],
            "allocation_id": data["allocation_id"],
            "supplier_id": data.get("supplier_id"),
            "label": data.get("label"),
            "amount_cents": 0,
            "released_cents": 0,
            "committed_on": event["occurred_on"],
        }
    row["amount_cents"] = max(0, row["amount_cents"] + data["amount_cents"])
    row["released_cents"] += max(0, -data["amount_cents"])
    rows.put("commitments", dict(row))


def _transferred(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    before = rows.get("transfers", data["transfer_id"]) or {"planned_cents": 0, "planned_on": None}
    paid = data.get("paid", False)
    evidence = data.get("evidence", ())
    rows.put(
        "transfers",
        {
            "id": data["transfer_id"],
            "convention_id": data["convention_id"],
            "allocation_id": data.get("allocation_id"),
            "organisation_id": data["to_id"],
            "basis": data["basis"],
            "amount_cents": data["amount_cents"] if paid else 0,
            "decision_id": data.get("decision_id"),
            "transferred_on": event["occurred_on"] if paid else None,
            "planned_cents": before["planned_cents"] if paid else data["amount_cents"],
            "planned_on": before["planned_on"] if paid else event["occurred_on"],
            "status": "paid" if paid else "planned",
            "bank_reference": data.get("bank_reference"),
            "evidence": " ".join(each["sha256"] for each in evidence) or None,
            "has_payment": int(any(each["evidence_kind"] == "proof_of_payment" for each in evidence)),
            "despite": data.get("despite"),
        },
    )


def _given(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    quantity_milli = data.get("quantity_milli")
    rows.put(
        "in_kind",
        {
            "id": data["in_kind_id"],
            "convention_id": data.get("convention_id"),
            "lieu_id": data.get("lieu_id"),
            "organisation_id": data.get("organisation_id"),
            "nature": data["nature"],
            "label": data.get("label"),
            "quantity": None if quantity_milli is None else quantity_milli / 1000,
            "unit": data.get("unit"),
            "rate_cents": data.get("rate_cents"),
            "rent_cents": data.get("rent_cents"),
            "method": data["method"],
            "value_cents": data["value_cents"],
            "account": data["account"],
            "occurred_from": event.get("occurred_from"),
            "occurred_on": event["occurred_on"],
        },
    )


def _reported(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "reports",
        {
            "id": data["report_id"],
            "convention_id": data["convention_id"],
            "kind": data["report_kind"],
            "fiscal_year": data.get("fiscal_year"),
            "covers_until": data["covers_until"],
            "filed_on": event["occurred_on"],
            "filed_seq": event["seq"],
            "status": "filed",
            "answered_on": None,
            "reason": None,
            "document_sha256": data.get("document_sha256"),
        },
    )


def _report_answered(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "reports",
        data["report_id"],
        status=data["answer"],
        answered_on=event["occurred_on"],
        reason=data.get("reason"),
    )


def _call_opened(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "calls",
        {
            "id": data["call_id"],
            "title": data["title"],
            "funder_id": data["funder_id"],
            "kind": data["call_kind"],
            "ceiling_cents": data.get("ceiling_cents"),
            "opened_on": event["occurred_on"],
            "closes_on": data.get("closes_on"),
            "requires_call_id": data.get("requires_call_id"),
            "url": data.get("url"),
        },
    )
    for position, each in enumerate(data.get("criteria", ()), 1):
        rows.put("call_criteria", {"call_id": data["call_id"], "position": position, **each})


def _filed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    application_id = data["application_id"]
    rows.put(
        "applications",
        {
            "id": application_id,
            "call_id": data.get("call_id"),
            "title": data["title"],
            "funder_id": data["funder_id"],
            "applicant_id": data["applicant_id"],
            "requested_cents": data.get("requested_cents"),
            "status": "submitted",
            "filed_on": event["occurred_on"],
            "lieu_id": data.get("lieu_id"),
            "eligible": 0,
            "despite": data.get("despite"),
            "decision_id": data.get("decision_id"),
        },
    )
    for position, line in enumerate(data.get("plan", ()), 1):
        rows.put("application_lines", {"application_id": application_id, "position": position, **_line(line)})


def _answered(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    criteria = data.get("criteria", ())
    met = [each["met"] for each in criteria]
    rows.change(
        "applications",
        data["application_id"],
        status=data["answer"],
        awarded_cents=data.get("awarded_cents"),
        answered_on=event["occurred_on"],
        award=data.get("award"),
        assessor_id=data.get("assessor_id"),
        criteria_met=sum(met),
        criteria_assessed=len(met),
        eligible=int(all(met) if met else data["answer"] == "awarded"),
        reason=data.get("reason"),
    )
    for each in criteria:
        rows.put(
            "application_criteria",
            {
                "application_id": data["application_id"],
                "criterion": each["criterion"],
                "met": int(each["met"]),
            },
        )


HANDLERS: dict[str, Handler] = {
    "call.opened.v1": _call_opened,
    "application.filed.v1": _filed,
    "application.answered.v1": _answered,
    "convention.signed.v1": _signed,
    "convention.amended.v1": _amended,
    "convention.ended.v1": _ended,
    "convention.published.v1": _published,
    "instalment.called.v1": _called,
    "instalment.received.v1": _received,
    "funds.allocated.v1": _allocated,
    "funds.reallocated.v1": _reallocated,
    "funds.committed.v1": _committed,
    "funds.transferred.v1": _transferred,
    "dedicated_funds.recorded.v1": _dedicated,
    "expense.recorded.v1": _spent,
    "expense.disallowed.v1": _disallowed,
    "in_kind.recorded.v1": _given,
    "report.filed.v1": _reported,
    "report.answered.v1": _report_answered,
}
