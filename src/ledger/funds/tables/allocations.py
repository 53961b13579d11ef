"""Money set aside by a decision, and what is promised from it: engaged with a supplier or passed on."""

from __future__ import annotations

from typing import Any

from ledger.funds.tables import EVERYBODY, FUNDER, integer, text
from ledger.kernel.tables import Handler, Rows, Table
from ledger.language.catalogue import N_

TABLES: dict[str, Table] = {
    "allocations": Table(
        about=N_("Money set aside by a decision: for a lieu, a person or a line of the plan."),
        columns={
            "id": text(N_("Short id.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "line": text(N_("Line of the plan.")),
            "lieu_id": text(N_("The lieu it is for."), "lieux"),
            "person_id": text(N_("The person it is for."), "people"),
            "amount_cents": integer(N_("Allocated, after moves, in cents.")),
            "initial_cents": integer(N_("Allocated at first, in cents.")),
            "decision_id": text(N_("The decision that set it aside."), "decisions"),
            "mode": text(N_("“envelope” when the carrier pays from it, “transfer” when it is paid over.")),
            "allocated_on": text(N_("The day it was allocated.")),
        },
        key=("id",),
        indexes=(("convention_id", "line"), ("lieu_id",), ("decision_id",)),
        personal=frozenset({"person_id"}),
        audiences=EVERYBODY,
    ),
    "reallocations": Table(
        about=N_("Moves of money from one allocation to another."),
        columns={
            "id": integer(N_("Number of the event.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "from_allocation_id": text(N_("The allocation that gives."), "allocations"),
            "to_allocation_id": text(
                N_("The allocation that receives; empty when the money is free again."), "allocations"
            ),
            "amount_cents": integer(N_("Moved, in cents.")),
            "decision_id": text(N_("The decision to move it."), "decisions"),
            "funder_approval": text(N_("Reference of the funder's agreement, when one was needed.")),
            "moved_on": text(N_("The day it moved.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("from_allocation_id",), ("to_allocation_id",), ("decision_id",)),
        audiences=FUNDER,
    ),
    "commitments": Table(
        about=N_("Money engaged with a supplier, paid since or not."),
        columns={
            "id": text(N_("Short id.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "allocation_id": text(N_("The allocation it is charged to."), "allocations"),
            "supplier_id": text(N_("The supplier."), "organisations"),
            "label": text(N_("What is ordered.")),
            "amount_cents": integer(N_("Engaged, less what was released, in cents.")),
            "released_cents": integer(N_("Released since, in cents.")),
            "committed_on": text(N_("The day it was engaged.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("allocation_id",)),
        audiences=FUNDER,
    ),
    "transfers": Table(
        about=N_("Money that the carrier passed on to another organisation, or gave back to the funder."),
        columns={
            "id": text(N_("Short id.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "allocation_id": text(N_("The allocation it is charged to."), "allocations"),
            "organisation_id": text(N_("Who received it."), "organisations"),
            "basis": text(N_("invoice, regrant, reimbursement or returned.")),
            "amount_cents": integer(N_("Transferred, in cents; 0 while it is planned.")),
            "decision_id": text(N_("The decision behind it."), "decisions"),
            "transferred_on": text(N_("The day of the transfer.")),
            "planned_cents": integer(N_("Planned, in cents; 0 when nothing announced it.")),
            "planned_on": text(N_("The day it was planned.")),
            "status": text(N_("planned or paid.")),
            "bank_reference": text(N_("Reference on the bank statement.")),
            "evidence": text(N_("SHA-256 of its evidence, separated by spaces.")),
            "has_payment": integer(N_("1 with a proof of payment.")),
            "despite": text(N_("The rule that it went against; it happened all the same.")),
        },
        key=("id",),
        indexes=(("convention_id",), ("organisation_id",), ("allocation_id",)),
        audiences=FUNDER,
    ),
}


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


HANDLERS: dict[str, Handler] = {
    "funds.allocated.v1": _allocated,
    "funds.reallocated.v1": _reallocated,
    "funds.committed.v1": _committed,
    "funds.transferred.v1": _transferred,
}
