"""Rows of meetings and who was there. Disposable: rebuilt from the log at will."""

from __future__ import annotations

import json
from typing import Any

from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_

_EVERYBODY = frozenset({"members", "funder", "public"})


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


TABLES: dict[str, Table] = {
    "meetings": Table(
        about=N_("Meetings convened or held."),
        columns={
            "id": _text(N_("Short id.")),
            "kind": _text(N_("What kind of meeting, in the consortium's own words.")),
            "status": _text(N_("convened, held, approved (its minutes) or cancelled.")),
            "planned_on": _text(N_("The day it was convened for.")),
            "held_on": _text(N_("The day it was held.")),
            "host_lieu_id": _text(N_("The lieu that hosts it."), "lieux"),
            "facilitator_id": _text(N_("Who facilitated it."), "people"),
            "minute_taker_id": _text(N_("Who took the minutes."), "people"),
            "minutes": _integer(N_("How long it lasted, in minutes.")),
            "represented_count": _integer(N_("Lieux whose people were present.")),
            "present_count": _integer(N_("People present.")),
            "guests": _text(N_("Bodies invited, as a JSON list of names.")),
            "agenda": _text(N_("Agenda, as a JSON list of items.")),
            "notice_sent_on": _text(N_("The day the notice was sent.")),
            "closed_on": _text(N_("The day its minutes were approved, or it was cancelled.")),
            "minutes_sha256": _text(N_("SHA-256 of the minutes.")),
            "closing_reason": _text(N_("Why it was cancelled.")),
        },
        key=("id",),
        indexes=(("held_on",), ("host_lieu_id",)),
        personal=frozenset({"facilitator_id", "minute_taker_id"}),
        audiences=_EVERYBODY,
    ),
    "meeting_lieux": Table(
        about=N_("Lieux represented at a meeting; each counts once."),
        columns={
            "meeting_id": _text(N_("The meeting."), "meetings"),
            "lieu_id": _text(N_("The lieu."), "lieux"),
        },
        key=("meeting_id", "lieu_id"),
        indexes=(("lieu_id",),),
        audiences=_EVERYBODY,
    ),
    "proxies": Table(
        about=N_("Absent seats at a meeting, and who spoke for them."),
        columns={
            "meeting_id": _text(N_("The meeting."), "meetings"),
            "seat_id": _text(N_("Who was absent: a lieu, an organisation, a person or a role, by id.")),
            "carried_by_id": _text(N_("Who spoke for it."), "people"),
        },
        key=("meeting_id", "seat_id"),
        indexes=(("carried_by_id",),),
        personal=frozenset({"seat_id", "carried_by_id"}),
    ),
    "attendance": Table(
        about=N_("People present at a meeting, or excused."),
        columns={
            "meeting_id": _text(N_("The meeting."), "meetings"),
            "person_id": _text(N_("The person."), "people"),
            "status": _text(N_("present or excused.")),
        },
        key=("meeting_id", "person_id"),
        indexes=(("person_id",),),
        personal=frozenset({"person_id"}),
    ),
}

_BLANK: dict[str, Any] = dict.fromkeys(TABLES["meetings"].columns)


def _list(values: list[str] | None) -> str:
    return json.dumps(values or [], ensure_ascii=False)


def _convened(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "meetings",
        _BLANK
        | {
            "id": data["meeting_id"],
            "kind": data["meeting_kind"],
            "status": "convened",
            "planned_on": data["planned_on"],
            "host_lieu_id": data.get("host_lieu_id"),
            "guests": _list(None),
            "agenda": _list(data.get("agenda")),
            "notice_sent_on": data.get("notice_sent_on"),
        },
    )


def _held(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    meeting_id = data["meeting_id"]
    present, represented = data.get("present", ()), data.get("represented", ())
    known = rows.get("meetings", meeting_id) or _BLANK | {"id": meeting_id, "agenda": _list(None)}
    rows.put(
        "meetings",
        known
        | {
            "kind": data["meeting_kind"],
            "status": "held",
            "held_on": event["occurred_on"],
            "host_lieu_id": data.get("host_lieu_id"),
            "facilitator_id": data.get("facilitator_id"),
            "minute_taker_id": data.get("minute_taker_id"),
            "minutes": data.get("minutes"),
            "represented_count": len(represented),
            "present_count": len(present),
            "guests": _list(data.get("guests")),
            "minutes_sha256": data.get("minutes_sha256"),
        },
    )
    for proxy in data.get("proxies", ()):
        carried = {"seat_id": proxy["seat"], "carried_by_id": proxy["carried_by"]}
        rows.put("proxies", {"meeting_id": meeting_id, **carried})
    for lieu_id in represented:
        rows.put("meeting_lieux", {"meeting_id": meeting_id, "lieu_id": lieu_id})
    for person_id in data.get("excused", ()):
        rows.put("attendance", {"meeting_id": meeting_id, "person_id": person_id, "status": "excused"})
    for person_id in present:
        rows.put("attendance", {"meeting_id": meeting_id, "person_id": person_id, "status": "present"})


def _closed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "meetings",
        data["meeting_id"],
        status=data["outcome"],
        closed_on=event["occurred_on"],
        closing_reason=data.get("reason"),
        **({"minutes_sha256": data["minutes_sha256"]} if data.get("minutes_sha256") else {}),
    )


HANDLERS: dict[str, Handler] = {
    "meeting.convened.v1": _convened,
    "meeting.held.v1": _held,
    "meeting.closed.v1": _closed,
}
