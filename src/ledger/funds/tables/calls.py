"""Calls of funders, applications to them, and the answers.

An application's plan has lines as a convention's has: `conventions` says how one becomes a row.
"""

from __future__ import annotations

from typing import Any

from ledger.funds.tables import EVERYBODY, FUNDER, integer, text
from ledger.funds.tables.conventions import plan_line
from ledger.kernel.tables import Handler, Rows, Table
from ledger.language.catalogue import N_

TABLES: dict[str, Table] = {
    "calls": Table(
        about=N_("Calls of funders to which the consortium may answer."),
        columns={
            "id": text(N_("Short id.")),
            "title": text(N_("Title.")),
            "funder_id": text(N_("The funder."), "organisations"),
            "kind": text(N_("call_for_interest or call_for_projects.")),
            "ceiling_cents": integer(N_("The most it grants, in cents.")),
            "opened_on": text(N_("The day it opened.")),
            "closes_on": text(N_("Last day to answer.")),
            "requires_call_id": text(N_("The call whose criteria must be met before."), "calls"),
            "url": text(N_("Its address on the web.")),
        },
        key=("id",),
        indexes=(("funder_id",),),
        audiences=EVERYBODY,
    ),
    "call_criteria": Table(
        about=N_("Criteria of a call."),
        columns={
            "call_id": text(N_("The call."), "calls"),
            "criterion": text(N_("Short name of the criterion.")),
            "position": integer(N_("Place in the call, from 1.")),
            "label": text(N_("What is asked.")),
        },
        key=("call_id", "criterion"),
        audiences=EVERYBODY,
    ),
    "applications": Table(
        about=N_("Applications to a funder, and its answer."),
        columns={
            "id": text(N_("Short id.")),
            "call_id": text(N_("The call."), "calls"),
            "title": text(N_("Title.")),
            "funder_id": text(N_("The funder."), "organisations"),
            "applicant_id": text(N_("The organisation that applies."), "organisations"),
            "requested_cents": integer(N_("Asked for, in cents.")),
            "awarded_cents": integer(N_("Awarded, in cents.")),
            "status": text(N_("submitted, awarded or refused.")),
            "filed_on": text(N_("The day it was filed.")),
            "answered_on": text(N_("The day it was answered.")),
            "award": text(N_("Reference of the funder's act.")),
            "lieu_id": text(N_("The lieu that it is for."), "lieux"),
            "assessor_id": text(N_("Who assessed the criteria."), "organisations"),
            "criteria_met": integer(N_("Criteria met.")),
            "criteria_assessed": integer(N_("Criteria assessed.")),
            "eligible": integer(N_("1 when all were met, or money was awarded without any.")),
            "reason": text(N_("Why it was answered so.")),
            "despite": text(N_("The rule that it went against; it was filed all the same.")),
            "decision_id": text(N_("The decision behind it."), "decisions"),
        },
        key=("id",),
        indexes=(("call_id",), ("funder_id",)),
        audiences=FUNDER,
    ),
    "application_criteria": Table(
        about=N_("Criteria that an application meets or not."),
        columns={
            "application_id": text(N_("The application."), "applications"),
            "criterion": text(N_("Short name of the criterion.")),
            "met": integer(N_("1 when it is met.")),
        },
        key=("application_id", "criterion"),
    ),
    "application_lines": Table(
        about=N_("The plan that an application proposes, line by line."),
        columns={
            "application_id": text(N_("The application."), "applications"),
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
        key=("application_id", "position"),
    ),
}


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
        rows.put(
            "application_lines", {"application_id": application_id, "position": position, **plan_line(line)}
        )


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
}
