"""Rows of reviews and, empty for now, of indicators and deliverables. Disposable."""

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
            "target_on": _text(N_("By when.")),
            "source": _text(N_("Where the value comes from.")),
            "set_on": _text(N_("The day it was set.")),
        },
        key=("id",),
        indexes=(("convention_id",),),
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
        },
        key=("id",),
        indexes=(("indicator_id", "measured_on"),),
        audiences=_EVERYBODY,
    ),
    "deliverables": Table(
        about=N_("Deliverables of an accompaniment contract."),
        columns={
            "id": _text(N_("Short id.")),
            "contract_id": _text(N_("The accompaniment contract.")),
            "mission": _text(N_("The mission it belongs to.")),
            "title": _text(N_("What is delivered.")),
            "status": _text(N_("due, submitted, accepted or refused.")),
            "due_on": _text(N_("Due day.")),
            "submitted_on": _text(N_("The day it was submitted.")),
            "answered_on": _text(N_("The day it was accepted or refused.")),
            "sha256": _text(N_("SHA-256 of the file."), "evidence"),
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
        },
    )
    for party_id in data.get("participants", ()):
        rows.put("review_participants", {"review_id": review_id, "party_id": party_id})
    for position, text in enumerate(adjustments, 1):
        rows.put("review_adjustments", {"review_id": review_id, "position": position, "text": text})


HANDLERS: dict[str, Handler] = {"review.held.v1": _held}
