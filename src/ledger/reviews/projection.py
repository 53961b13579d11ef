"""Rows of reviews, indicators, lessons and contracts of accompaniment. Disposable."""

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


TABLES: dict[str, Table] = {
    "reviews": Table(
        about=N_("Reviews of a convention with its funder."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "stage": _text(N_("kick_off, mid_term or final.")),
            "meeting_id": _text(N_("The meeting at which it was held."), "meetings"),
            "held_on": _text(N_("The day it was held.")),
            "conclusions": _text(N_("What was concluded.")),
            "narrative": _text(N_("What was said of people, as the vault holds it.")),
            "adjustment_count": _integer(N_("Adjustments agreed.")),
            "perspectives": _text(N_("What comes next.")),
        },
        key=("id",),
        indexes=(("convention_id", "held_on"), ("meeting_id",)),
        personal=frozenset({"narrative"}),
        audiences=_FUNDER,
    ),
    "review_participants": Table(
        about=N_("Who took part in a review: persons, lieux or organisations."),
        columns={
            "review_id": _text(N_("The review."), "reviews"),
            "party_id": _text(N_("Id of the person, the lieu or the organisation.")),
        },
        key=("review_id", "party_id"),
        indexes=(("party_id",),),
        personal=frozenset({"party_id"}),
    ),
    "review_adjustments": Table(
        about=N_("Adjustments agreed at a review."),
        columns={
            "review_id": _text(N_("The review."), "reviews"),
            "position": _integer(N_("Place in the list, from 1.")),
            "text": _text(N_("What was agreed.")),
        },
        key=("review_id", "position"),
        audiences=_FUNDER,
    ),
    "indicators": Table(
        about=N_("What a convention or the consortium wants to observe."),
        columns={
            "id": _text(N_("Short id.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "title": _text(N_("What is observed.")),
            "kind": _text(N_("quantitative or qualitative.")),
            "unit": _text(N_("In what unit.")),
            "target": Column("real", N_("The target.")),
            "aim": _text(N_("What is hoped for, in words.")),
            "scale": _text(N_("The ratings, from the least to the best, separated by commas.")),
            "public": _text(N_("Whom it counts or is about, as a group.")),
            "target_on": _text(N_("By when.")),
            "source": _text(N_("Where the value comes from.")),
            "set_on": _text(N_("The day it was set.")),
            "revision": _integer(N_("How often the target was set; 1 the first time.")),
        },
        key=("id",),
        indexes=(("convention_id",),),
        audiences=_EVERYBODY,
    ),
    "indicator_targets": Table(
        about=N_("Every target that an indicator was given, the first one included."),
        columns={
            "indicator_id": _text(N_("The indicator."), "indicators"),
            "revision": _integer(N_("1 for the first target.")),
            "target": Column("real", N_("The target.")),
            "aim": _text(N_("What is hoped for, in words.")),
            "target_on": _text(N_("By when.")),
            "set_on": _text(N_("The day it was set.")),
            "reason": _text(N_("Why it was revised.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
        },
        key=("indicator_id", "revision"),
        audiences=_EVERYBODY,
    ),
    "indicator_values": Table(
        about=N_("Measures of an indicator."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "indicator_id": _text(N_("The indicator."), "indicators"),
            "value": Column("real", N_("The value, when it is a number.")),
            "rating": _text(N_("The rating, when it is a word.")),
            "narrative": _text(N_("What explains it.")),
            "measured_on": _text(N_("As of what day.")),
            "method": _text(N_("How it was measured.")),
            "claim": _text(N_("reached or not_reached, when the source says so.")),
            "parts_total": Column("real", N_("Sum of the parts that the source lists; empty without parts.")),
            "target": Column("real", N_("The target on that day.")),
        },
        key=("id",),
        indexes=(("indicator_id", "measured_on"),),
        audiences=_EVERYBODY,
    ),
    "indicator_parts": Table(
        about=N_("Parts of a measured value, as its source lists them."),
        columns={
            "value_id": Column("integer", N_("The measure."), "indicator_values"),
            "position": _integer(N_("Place in the list, from 1.")),
            "indicator_id": _text(N_("The indicator."), "indicators"),
            "label": _text(N_("What the part is.")),
            "value": Column("real", N_("Its value.")),
        },
        key=("value_id", "position"),
        indexes=(("indicator_id",),),
        audiences=_EVERYBODY,
    ),
    "lessons": Table(
        about=N_("What was learned."),
        columns={
            "id": _text(N_("Short id.")),
            "text": _text(N_("The lesson.")),
            "learned_on": _text(N_("The day it was told.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "decision_id": _text(N_("The decision that follows from it."), "decisions"),
            "about": _text(N_("Ids of what it comes from, separated by spaces.")),
        },
        key=("id",),
        indexes=(("convention_id",),),
        personal=frozenset({"about"}),
        audiences=_FUNDER,
    ),
    "contracts": Table(
        about=N_("Contracts of accompaniment, as last amended."),
        columns={
            "id": _text(N_("Short id.")),
            "title": _text(N_("Title.")),
            "client_id": _text(N_("Who asks for it."), "organisations"),
            "provider_id": _text(N_("Who accompanies."), "organisations"),
            "amount_cents": _integer(N_("What it costs, in cents.")),
            "starts_on": _text(N_("First day.")),
            "ends_on": _text(N_("Last day.")),
            "signed_on": _text(N_("The day it was signed.")),
            "amendments": _integer(N_("Amendments signed since.")),
            "reason": _text(N_("Why it was last amended.")),
            "amended_on": _text(N_("The day it was last amended.")),
            "missions": _text(N_("Its missions, separated by spaces.")),
        },
        key=("id",),
    ),
    "missions": Table(
        about=N_("Missions of a contract of accompaniment."),
        columns={
            "contract_id": _text(N_("The accompaniment contract."), "contracts"),
            "mission": _text(N_("Short name of the mission.")),
            "position": _integer(N_("Place in the contract, from 1.")),
            "title": _text(N_("What it is about.")),
            "amount_cents": _integer(N_("What it costs, in cents.")),
            "after": _text(N_("Missions that come before it, separated by spaces.")),
            "due_on": _text(N_("Due day.")),
            "started_on": _text(N_("The day it started.")),
            "despite": _text(N_("The rule that it went against; it started all the same.")),
        },
        key=("contract_id", "mission"),
    ),
    "deliverables": Table(
        about=N_("Deliverables of an accompaniment contract."),
        columns={
            "id": _text(N_("Short id.")),
            "contract_id": _text(N_("The accompaniment contract."), "contracts"),
            "mission": _text(N_("The mission it belongs to.")),
            "title": _text(N_("What is delivered.")),
            "status": _text(N_("due, submitted, accepted or refused.")),
            "due_on": _text(N_("Due day.")),
            "submitted_on": _text(N_("The day it was submitted.")),
            "answered_on": _text(N_("The day it was accepted or refused.")),
            "sha256": _text(N_("SHA-256 of the file."), "evidence"),
            "submissions": _integer(N_("How often it was submitted.")),
            "reason": _text(N_("Why it was refused.")),
            "despite": _text(N_("The rule that it went against; it was submitted all the same.")),
        },
        key=("id",),
        indexes=(("contract_id",),),
        audiences=_FUNDER,
    ),
}


def _held(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    review_id = data["review_id"]
    adjustments = data.get("adjustments", ())
    rows.put(
        "reviews",
        {
            "id": review_id,
            "convention_id": data["convention_id"],
            "stage": data["stage"],
            "meeting_id": data.get("meeting_id"),
            "held_on": event["occurred_on"],
            "conclusions": data.get("conclusions"),
            "narrative": rows.text(data["narrative"]) if data.get("narrative") else None,
            "adjustment_count": len(adjustments),
            "perspectives": data.get("perspectives"),
        },
    )
    for party_id in data.get("participants", ()):
        rows.put("review_participants", {"review_id": review_id, "party_id": party_id})
    for position, text in enumerate(adjustments, 1):
        rows.put("review_adjustments", {"review_id": review_id, "position": position, "text": text})


def _number(milli: int | None) -> float | None:
    return None if milli is None else milli / 1000


def _set(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    before = rows.get("indicators", data["indicator_id"])
    revision = before["revision"] + 1 if before else 1
    target = {
        "target": _number(data.get("target_milli")),
        "aim": data.get("aim"),
        "target_on": data.get("target_on"),
        "set_on": event["occurred_on"],
        "revision": revision,
    }
    rows.put(
        "indicators",
        {
            "id": data["indicator_id"],
            "convention_id": data.get("convention_id"),
            "title": data["title"],
            "kind": data["indicator_kind"],
            "unit": data.get("unit"),
            "scale": ", ".join(data.get("scale", ())) or None,
            "public": data.get("public"),
            "source": data.get("source"),
            **target,
        },
    )
    rows.put(
        "indicator_targets",
        {
            "indicator_id": data["indicator_id"],
            "reason": data.get("reason"),
            "decision_id": data.get("decision_id"),
            **target,
        },
    )


def _measured(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    indicator = rows.get("indicators", data["indicator_id"])
    parts = data.get("parts", ())
    rows.put(
        "indicator_values",
        {
            "id": event["seq"],
            "indicator_id": data["indicator_id"],
            "value": _number(data.get("value_milli")),
            "rating": data.get("rating"),
            "narrative": data.get("narrative"),
            "measured_on": event["occurred_on"],
            "method": data.get("method"),
            "claim": data.get("claim"),
            "parts_total": _number(sum(each["value_milli"] for each in parts)) if parts else None,
            "target": indicator["target"] if indicator else None,
        },
    )
    for position, each in enumerate(parts, 1):
        rows.put(
            "indicator_parts",
            {
                "value_id": event["seq"],
                "position": position,
                "indicator_id": data["indicator_id"],
                "label": each["label"],
                "value": _number(each["value_milli"]),
            },
        )


def _learned(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "lessons",
        {
            "id": data["lesson_id"],
            "text": data["text"],
            "learned_on": event["occurred_on"],
            "convention_id": data.get("convention_id"),
            "decision_id": data.get("decision_id"),
            "about": " ".join(data.get("about", ())) or None,
        },
    )


def _signed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    contract_id = data["contract_id"]
    before = rows.get("contracts", contract_id)
    rows.put(
        "contracts",
        {
            "id": contract_id,
            "title": data["title"],
            "client_id": data["client_id"],
            "provider_id": data["provider_id"],
            "amount_cents": data["amount_cents"],
            "starts_on": data["starts_on"],
            "ends_on": data["ends_on"],
            "signed_on": before["signed_on"] if before else event["occurred_on"],
            "amendments": data.get("amendment", 0),
            "reason": data.get("reason"),
            "amended_on": event["occurred_on"] if before else None,
        },
    )
    for position, mission in enumerate(data["missions"], 1):
        _mission(contract_id, position, mission, rows)
    _leave_out(contract_id, {mission["mission"] for mission in data["missions"]}, before, rows)
    names = " ".join(mission["mission"] for mission in data["missions"])
    rows.change("contracts", contract_id, missions=names)


def _mission(contract_id: str, position: int, mission: dict[str, Any], rows: Rows) -> None:
    before = rows.get("missions", contract_id, mission["mission"]) or {}
    rows.put(
        "missions",
        {
            "contract_id": contract_id,
            "mission": mission["mission"],
            "position": position,
            "title": mission["title"],
            "amount_cents": mission["amount_cents"],
            "after": " ".join(mission.get("after", ())) or None,
            "due_on": mission.get("due_on"),
            "started_on": before.get("started_on"),
            "despite": before.get("despite"),
        },
    )
    for name in mission["deliverables"]:
        row = rows.get("deliverables", name) or {"id": name, "status": "due", "submissions": 0}
        rows.put(
            "deliverables",
            {
                **row,
                "contract_id": contract_id,
                "mission": mission["mission"],
                "title": mission["title"],
                "due_on": mission.get("due_on"),
            },
        )


def _leave_out(contract_id: str, kept: set[str], before: dict[str, Any] | None, rows: Rows) -> None:
    """Missions that an amendment no longer names are gone; what they delivered stays."""
    for name in (before["missions"] or "").split(" ") if before else ():
        if name not in kept:
            rows.remove("missions", contract_id, name)


def _started(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "missions",
        data["contract_id"],
        data["mission"],
        started_on=event["occurred_on"],
        despite=data.get("despite"),
    )


def _submitted(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    row = rows.get("deliverables", data["deliverable_id"])
    if row is None:
        return
    rows.change(
        "deliverables",
        data["deliverable_id"],
        status="submitted",
        submitted_on=event["occurred_on"],
        answered_on=None,
        sha256=data.get("document_sha256"),
        submissions=row["submissions"] + 1,
        despite=data.get("despite"),
    )


def _answered(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "deliverables",
        data["deliverable_id"],
        status=data["answer"],
        answered_on=event["occurred_on"],
        reason=data.get("reason"),
    )


HANDLERS: dict[str, Handler] = {
    "review.held.v1": _held,
    "indicator.set.v1": _set,
    "indicator.measured.v1": _measured,
    "lesson.learned.v1": _learned,
    "accompaniment.signed.v1": _signed,
    "mission.started.v1": _started,
    "deliverable.submitted.v1": _submitted,
    "deliverable.answered.v1": _answered,
}
