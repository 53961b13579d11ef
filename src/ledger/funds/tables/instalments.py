"""What passes between funder and carrier: instalments and their receipts, what is carried to the next
years, reports and their answers.

An instalment has one row, whether a convention foresaw it, a call asked for it or a receipt is its first sign.
"""

from __future__ import annotations

from typing import Any

from ledger.funds.tables import EVERYBODY, FUNDER, integer, text
from ledger.kernel.tables import Handler, Rows, Table
from ledger.language.catalogue import N_

TABLES: dict[str, Table] = {
    "instalments": Table(
        about=N_("Payments of the funder: planned, called, received."),
        columns={
            "id": text(N_("Short id.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "kind": text(N_("advance, interim or balance.")),
            "year": integer(N_("The year that it pays for.")),
            "planned_cents": integer(N_("Foreseen by the convention, in cents; 0 when it was not.")),
            "called_cents": integer(N_("Called so far, in cents.")),
            "received_cents": integer(N_("Received so far, in cents.")),
            "due_on": text(N_("The day it is due.")),
            "called_on": text(N_("The day of the last call.")),
            "received_on": text(N_("The day of the last receipt.")),
            "status": text(N_("due, called, partly_received or received.")),
            "clause": text(N_("What the convention says of it.")),
            "funder_id": text(N_("Who paid, when no convention says it."), "organisations"),
        },
        key=("id",),
        indexes=(("convention_id", "year"),),
        audiences=EVERYBODY,
    ),
    "instalment_receipts": Table(
        about=N_("Money of a funder on the carrier's account, one row for each credit."),
        columns={
            "id": integer(N_("Number of the event.")),
            "instalment_id": text(N_("The instalment."), "instalments"),
            "convention_id": text(N_("The convention."), "conventions"),
            "amount_cents": integer(N_("Received, in cents.")),
            "received_on": text(N_("The day of the credit.")),
            "bank_reference": text(N_("Reference on the bank statement.")),
            "evidence_sha256": text(N_("SHA-256 of its evidence."), "evidence"),
            "funder_id": text(
                N_("Who paid, when no convention says it or when several fund it."), "organisations"
            ),
        },
        key=("id",),
        indexes=(("convention_id", "received_on"), ("instalment_id",)),
        audiences=FUNDER,
    ),
    "dedicated_funds": Table(
        about=N_("The part of a year's grant not spent at its end, kept for what it was granted for."),
        columns={
            "convention_id": text(N_("The convention."), "conventions"),
            "fiscal_year": integer(N_("The fiscal year.")),
            "carried_cents": integer(N_("Carried to the next years, in cents.")),
            "used_cents": integer(N_("Earlier carried part used in that year, in cents.")),
        },
        key=("convention_id", "fiscal_year"),
        audiences=FUNDER,
    ),
    "reports": Table(
        about=N_("Reports given to the funder, and its answers."),
        columns={
            "id": text(N_("Short id.")),
            "convention_id": text(N_("The convention."), "conventions"),
            "kind": text(N_("financial, activity or final.")),
            "fiscal_year": integer(N_("The year that it reports on.")),
            "covers_until": text(N_("The last day that it speaks of.")),
            "filed_on": text(N_("The day it was given.")),
            "filed_seq": integer(N_("Number of the event by which it was given.")),
            "status": text(N_("filed, accepted, refused or incomplete.")),
            "answered_on": text(N_("The day of the answer.")),
            "reason": text(N_("Why it was answered so.")),
            "document_sha256": text(N_("SHA-256 of the report.")),
        },
        key=("id",),
        indexes=(("convention_id", "fiscal_year"),),
        audiences=EVERYBODY,
    ),
}


def planned(convention_id: str, instalment: dict[str, Any], rows: Rows) -> None:
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


def _dedicated(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    key = {"convention_id": data["convention_id"], "fiscal_year": data["fiscal_year"]}
    row = rows.get("dedicated_funds", *key.values()) or {**key, "carried_cents": 0, "used_cents": 0}
    column = f"{data['movement']}_cents"
    rows.put("dedicated_funds", {**row, column: row[column] + data["amount_cents"]})


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


HANDLERS: dict[str, Handler] = {
    "instalment.called.v1": _called,
    "instalment.received.v1": _received,
    "dedicated_funds.recorded.v1": _dedicated,
    "report.filed.v1": _reported,
    "report.answered.v1": _report_answered,
}
