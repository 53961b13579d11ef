"""Payments, their evidence and what a funder does not accept of them; contributions without money.

A shared payment has a row for each part, `E-1`, `E-1#2`…, so that every sum over `expenses` counts what
each convention bears and nothing twice. `expenses` may be long: its handler does one `put` for each
convention that bears the payment, and one for each receipt.
"""

from __future__ import annotations

from typing import Any

from ledger.funds.sharing import plain_parts
from ledger.funds.tables import FUNDER, integer, text
from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_

TABLES: dict[str, Table] = {
    "expenses": Table(
        about=N_(
            "Payments made, with what is known of their ground; a shared payment has a row for each part."
        ),
        columns={
            "id": text(N_("Short id; with # and a number for a further part of a shared payment.")),
            "amount_cents": integer(N_("Paid, in cents; of a shared payment, this part.")),
            "label": text(N_("What was paid for.")),
            "paid_on": text(N_("The day of payment.")),
            "convention_id": text(N_("The convention that pays."), "conventions"),
            "allocation_id": text(N_("The allocation it is charged to."), "allocations"),
            "line": text(N_("Line of the plan.")),
            "lieu_id": text(N_("The lieu it was for."), "lieux"),
            "decision_id": text(N_("The decision behind it."), "decisions"),
            "account": text(N_("Account of the chart of accounts, two or three digits.")),
            "supplier_id": text(N_("The organisation that was paid."), "organisations"),
            "payee": text(N_("The person who was paid, as the vault holds it.")),
            "has_invoice": integer(
                N_("1 with an invoice, or with a timesheet and a payslip for paid hours.")
            ),
            "has_payment": integer(N_("1 with a proof of payment.")),
            "payment_id": text(N_("The payment that it is, or is a part of."), "expenses"),
            "paid_cents": integer(N_("The whole payment, in cents.")),
            "claimed_cents": integer(N_("What conventions bear of it together, in cents.")),
            "share_bp": integer(N_("The part of the payment, in basis points.")),
            "commitment_id": text(N_("The commitment that it pays."), "commitments"),
            "disallowed_cents": integer(N_("Not accepted by the funder, in cents.")),
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
        audiences=FUNDER,
    ),
    "expense_evidence": Table(
        about=N_("Which evidence proves which expense."),
        columns={
            "expense_id": text(N_("The expense."), "expenses"),
            "sha256": text(N_("SHA-256 of the file."), "evidence"),
            "kind": text(N_("invoice, proof_of_payment, timesheet, payslip, minutes, convention or other.")),
            "position": integer(N_("Place among the expense's evidence, from 1.")),
        },
        key=("expense_id", "sha256", "kind"),
        indexes=(("sha256",),),
        audiences=FUNDER,
    ),
    "disallowances": Table(
        about=N_("What a funder did not accept of an expense."),
        columns={
            "id": integer(N_("Number of the event.")),
            "expense_id": text(N_("The expense, or the part of it."), "expenses"),
            "convention_id": text(N_("The convention."), "conventions"),
            "amount_cents": integer(N_("Not accepted, in cents.")),
            "funder_id": text(N_("Who did not accept it."), "organisations"),
            "reason": text(N_("Why.")),
            "disallowed_on": text(N_("The day it was said.")),
            "document_sha256": text(N_("SHA-256 of the funder's letter.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("expense_id",)),
        audiences=FUNDER,
    ),
    "in_kind": Table(
        about=N_("Contributions without money: volunteering, goods, premises, secondment."),
        columns={
            "id": text(N_("Short id.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "lieu_id": text(N_("The lieu that gives."), "lieux"),
            "organisation_id": text(N_("The organisation that gives."), "organisations"),
            "nature": text(N_("volunteering, goods, premises or secondment.")),
            "label": text(N_("What is given.")),
            "quantity": Column("real", N_("How much.")),
            "unit": text(N_("In what unit.")),
            "rate_cents": integer(N_("Rate of a unit, in cents.")),
            "rent_cents": integer(N_("What was paid all the same, in cents.")),
            "method": text(N_("How the rate was found.")),
            "value_cents": integer(N_("Value, in cents.")),
            "account": text(N_("Pair of accounts, such as 864/875.")),
            "occurred_from": text(N_("First day of the period; empty for one day.")),
            "occurred_on": text(N_("The day, or the last day of the period.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("lieu_id",)),
        audiences=FUNDER,
    ),
}


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


HANDLERS: dict[str, Handler] = {
    "expense.recorded.v1": _spent,
    "expense.disallowed.v1": _disallowed,
    "in_kind.recorded.v1": _given,
}
