"""Rows of tasks, hand-overs and time. Disposable: rebuilt from the log at will.

`time_entries` is the ledger's longest table: its handler does one `put` and nothing else.
"""

from __future__ import annotations

from typing import Any

from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


TABLES: dict[str, Table] = {
    "tasks": Table(
        about=N_("Tasks: what is to be done, who carries it, where it stands."),
        columns={
            "id": _text(N_("Short id.")),
            "title": _text(N_("What is to be done.")),
            "purpose": _text(N_("coordination, admin, hosting, reporting, commons or outreach.")),
            "critical": _integer(N_("1 when the consortium stops without it.")),
            "status": _text(N_("open (nobody has it), assigned (asked), accepted, completed or cancelled.")),
            "person_id": _text(N_("Who carries it, or was asked."), "people"),
            "lieu_id": _text(N_("The lieu that carries it, or whose person does."), "lieux"),
            "deputy_id": _text(N_("Who stands in."), "people"),
            "due_on": _text(N_("Due day.")),
            "estimate_minutes": _integer(N_("Estimated time, in minutes.")),
            "decision_id": _text(N_("The decision it serves."), "decisions"),
            "meeting_id": _text(N_("The meeting it was given at."), "meetings"),
            "opened_on": _text(N_("The day it was opened.")),
            "closed_on": _text(N_("The day it was completed or cancelled.")),
            "taken_on": _text(N_("The day it was first taken; empty while nobody took it.")),
            "hand_over_count": _integer(N_("Hand-overs offered so far.")),
        },
        key=("id",),
        indexes=(("status", "due_on"), ("person_id",), ("lieu_id",), ("decision_id",), ("meeting_id",)),
        personal=frozenset({"person_id", "deputy_id"}),
        audiences=frozenset({"members", "funder"}),
    ),
    "hand_overs": Table(
        about=N_("Hand-overs of tasks: offered, then accepted or declined by the other."),
        columns={
            "task_id": _text(N_("The task."), "tasks"),
            "number": _integer(N_("First, second… hand-over of that task.")),
            "from_person_id": _text(N_("Who hands it over."), "people"),
            "to_person_id": _text(N_("To whom."), "people"),
            "to_lieu_id": _text(N_("The lieu of the person who receives it."), "lieux"),
            "status": _text(N_("offered, accepted or declined.")),
            "offered_on": _text(N_("The day it was offered.")),
            "answered_on": _text(N_("The day it was accepted or declined.")),
            "notes_sha256": _text(N_("SHA-256 of the hand-over notes.")),
        },
        key=("task_id", "number"),
        indexes=(("to_person_id",), ("from_person_id",)),
        personal=frozenset({"from_person_id", "to_person_id"}),
    ),
    "time_entries": Table(
        about=N_("Time given, one row per declaration; a period counts whole at its last day."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "person_id": _text(N_("Who gave it; empty when a lieu declared it."), "people"),
            "lieu_id": _text(N_("The lieu it counts for; empty for a shared function."), "lieux"),
            "task_id": _text(N_("The task it went to."), "tasks"),
            "activity": _text(N_("coordination, admin, hosting, reporting, commons or outreach.")),
            "minutes": _integer(N_("Minutes given.")),
            "basis": _text(N_("paid, volunteer, civic_service or seconded.")),
            "occurred_from": _text(N_("First day of the period; empty for one day.")),
            "occurred_on": _text(N_("The day, or the last day of the period.")),
            "month": _text(N_("Month it counts in, YYYY-MM.")),
        },
        key=("id",),
        indexes=(("occurred_on",), ("lieu_id", "occurred_on"), ("person_id", "occurred_on"), ("task_id",)),
        personal=frozenset({"person_id"}),
        audiences=frozenset({"members", "funder"}),
    ),
    "capacities": Table(
        about=N_("How much time people say that they can give; each takes the place of the one before."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "person_id": _text(N_("Who says it, of themselves."), "people"),
            "minutes_per_month": _integer(N_("Minutes a month; empty when they no longer say.")),
            "held_from": _text(N_("First day.")),
            "held_until": _text(N_("Last day foreseen; empty when open.")),
        },
        key=("id",),
        indexes=(("person_id", "held_from"),),
        personal=frozenset({"person_id", "minutes_per_month"}),
    ),
}


def _opened(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "tasks",
        {
            "id": data["task_id"],
            "title": data["title"],
            "purpose": data.get("purpose"),
            "critical": int(data.get("critical", False)),
            "status": "open",
            "person_id": None,
            "lieu_id": None,
            "deputy_id": None,
            "due_on": data.get("due_on"),
            "estimate_minutes": data.get("estimate_minutes"),
            "decision_id": data.get("decision_id"),
            "meeting_id": data.get("meeting_id"),
            "opened_on": event["occurred_on"],
            "closed_on": None,
            "taken_on": None,
            "hand_over_count": 0,
        },
    )


def _offer(task_id: str, to_person_id: str | None, rows: Rows) -> dict[str, Any] | None:
    """The hand-over that this person was offered and has not answered yet."""
    task = rows.get("tasks", task_id)
    last = rows.get("hand_overs", task_id, task["hand_over_count"]) if task else None
    return last if last and last["status"] == "offered" and last["to_person_id"] == to_person_id else None


def _assigned(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    task_id, answer = data["task_id"], data.get("answer", "accepted")
    if answer != "declined":
        taken_on = (rows.get("tasks", task_id) or {}).get("taken_on")
        rows.change(
            "tasks",
            task_id,
            taken_on=taken_on or (event["occurred_on"] if answer == "accepted" else None),
            status="assigned" if answer == "proposed" else "accepted",
            person_id=data.get("person_id"),
            lieu_id=data.get("lieu_id"),
            deputy_id=data.get("deputy_id"),
        )
    elif offer := _offer(task_id, data.get("person_id"), rows):
        rows.change(
            "hand_overs", task_id, offer["number"], status="declined", answered_on=event["occurred_on"]
        )
    else:
        rows.change(
            "tasks", task_id, status="open", taken_on=None, person_id=None, lieu_id=None, deputy_id=None
        )


def _handed_over(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    task_id, day = data["task_id"], event["occurred_on"]
    offer = _offer(task_id, data["to_person_id"], rows)
    number = offer["number"] if offer else (rows.get("tasks", task_id) or {}).get("hand_over_count", 0) + 1
    rows.put(
        "hand_overs",
        {
            "task_id": task_id,
            "number": number,
            "from_person_id": data.get("from_person_id"),
            "to_person_id": data["to_person_id"],
            "to_lieu_id": data.get("to_lieu_id"),
            "status": "accepted" if data["accepted"] else "offered",
            "offered_on": offer["offered_on"] if offer else day,
            "answered_on": day if data["accepted"] else None,
            "notes_sha256": data.get("notes_sha256") or (offer["notes_sha256"] if offer else None),
        },
    )
    changes: dict[str, Any] = {"hand_over_count": number}
    if data["accepted"]:
        changes |= {
            "status": "accepted",
            "person_id": data["to_person_id"],
            "lieu_id": data.get("to_lieu_id"),
        }
    rows.change("tasks", task_id, **changes)


def _closed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change("tasks", data["task_id"], status=data["outcome"], closed_on=event["occurred_on"])


def _time(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    known = data.get
    rows.put(
        "time_entries",
        {
            "id": event["seq"],
            "person_id": known("person_id"),
            "lieu_id": known("lieu_id"),
            "task_id": known("task_id"),
            "activity": data["activity"],
            "minutes": data["minutes"],
            "basis": data["basis"],
            "occurred_from": event.get("occurred_from"),
            "occurred_on": event["occurred_on"],
            "month": data["month"],
        },
    )


def _capacity(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "capacities",
        {
            "id": event["seq"],
            "person_id": data["person_id"],
            "minutes_per_month": data.get("minutes_per_month"),
            "held_from": data["held_from"],
            "held_until": data.get("held_until"),
        },
    )


HANDLERS: dict[str, Handler] = {
    "task.opened.v1": _opened,
    "task.assigned.v1": _assigned,
    "task.handed_over.v1": _handed_over,
    "task.closed.v1": _closed,
    "time.logged.v1": _time,
    "capacity.declared.v1": _capacity,
}
