"""Rows of the record itself: evidence kept, events corrected. Disposable.

A correction stands in the stream of the event it corrects. The projector replays that stream
resolved (`record.model.resolve`), then shows each correction to the handler below.
"""

from __future__ import annotations

import json
from typing import Any

from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


TABLES: dict[str, Table] = {
    "evidence": Table(
        about=N_("Files that prove something, kept under their SHA-256."),
        columns={
            "sha256": _text(N_("SHA-256 of the file: its name in the folder “evidence”.")),
            "kind": _text(N_("invoice, proof_of_payment, timesheet, payslip, minutes, convention or other.")),
            "media_type": _text(N_("Media type, such as application/pdf.")),
            "size_bytes": _integer(N_("Size, in bytes.")),
            "describes_id": _text(N_("Id of what it is about, of any kind.")),
            "convention_id": _text(N_("The convention."), "conventions"),
            "attached_on": _text(N_("The day it was attached.")),
        },
        key=("sha256",),
        indexes=(("describes_id",), ("convention_id",)),
        audiences=frozenset({"members", "funder"}),
    ),
    "corrections": Table(
        about=N_("Corrections: events reversed or replaced. What was corrected stays readable in “events”."),
        columns={
            "id": _integer(N_("Number of the correction.")),
            "corrected_seq": _integer(N_("Number of the event that it corrects.")),
            "stream": _text(N_("The stream of both.")),
            "how": _text(N_("“reverse” when it did not happen, “replace” when it happened otherwise.")),
            "reason_code": _text(N_("mistake, duplicate, late_information, dispute or other.")),
            "reason": _text(N_("Why, as the vault holds it.")),
            "group_id": _text(N_("Corrections made together share it.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
            "counts_on": _text(N_("The new day of the corrected fact, when it changed.")),
            "corrected_on": _text(N_("The day of the correction.")),
            "sealed_until": _text(N_("Last day of the sealed period into which it points back.")),
            "recorded_by": _text(N_("Who recorded it."), "people"),
        },
        key=("id",),
        indexes=(("corrected_seq",), ("group_id",)),
        personal=frozenset({"stream", "reason", "recorded_by"}),  # a month of hours is named after a person
        audiences=frozenset({"members", "funder", "public"}),
    ),
    "sealed_periods": Table(
        about=N_("Periods that are settled. What is corrected in them afterwards says so."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "until": _text(N_("Last day of the period.")),
            "event_count": _integer(N_("Number of events recorded by then.")),
            "head_hash": _text(N_("Merkle root of these events, in hexadecimal.")),
            "sealed_on": _text(N_("The day it was sealed.")),
        },
        key=("id",),
        audiences=frozenset({"members", "funder", "public"}),
    ),
    "flag_answers": Table(
        about=N_("What was answered to flags. A flag itself is computed: see “flags”."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "flag": _text(N_("Code of the flag.")),
            "subject": _text(N_("Id of what the flag is about.")),
            "answer": _text(N_("acknowledged, contested, by_design or reply.")),
            "level": _text(N_("How grave it was then: info, watch or alert.")),
            "body": _text(N_("The body that answered.")),
            "until": _text(N_("Last day of an acknowledgement.")),
            "reason": _text(N_("The words of the answer, as the vault holds them.")),
            "decision_id": _text(N_("The decision behind it."), "decisions"),
            "answered_on": _text(N_("The day of the answer.")),
            "events": _text(N_("Numbers of the events that are contested, as a JSON list.")),
        },
        key=("id",),
        indexes=(("flag", "subject"),),
        personal=frozenset({"subject", "reason"}),
    ),
}


def _sealed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "sealed_periods",
        {
            "id": event["seq"],
            "until": data["until"],
            "event_count": data["event_count"],
            "head_hash": data["head_hash"],
            "sealed_on": event["recorded_at"][:10],
        },
    )


def _attached(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "evidence",
        {
            "sha256": data["sha256"],
            "kind": data["evidence_kind"],
            "media_type": data["media_type"],
            "size_bytes": data["size_bytes"],
            "describes_id": data.get("describes"),
            "convention_id": data.get("convention_id"),
            "attached_on": event["occurred_on"],
        },
    )


def _corrected(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "corrections",
        {
            "id": event["seq"],
            "corrected_seq": data["corrected_seq"],
            "stream": data["corrected_stream"],
            "how": data["how"],
            "reason_code": data["reason_code"],
            "reason": rows.text(data["reason"]) if data.get("reason") else None,
            "group_id": data["group_id"],
            "decision_id": data.get("decision_id"),
            "counts_on": data.get("replaced_occurred_on"),
            "corrected_on": event["recorded_at"][:10],
            "sealed_until": data.get("sealed_until"),
            "recorded_by": event.get("recorded_by"),
        },
    )


def _answered(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "flag_answers",
        {
            "id": event["seq"],
            "flag": data["flag"],
            "subject": data["subject"],
            "answer": data["answer"],
            "level": data.get("level"),
            "body": data.get("body"),
            "until": data.get("until"),
            "reason": rows.text(data["reason"]) if data.get("reason") else None,
            "decision_id": data.get("decision_id"),
            "answered_on": event["occurred_on"],
            "events": json.dumps(data.get("events", [])),
        },
    )


HANDLERS: dict[str, Handler] = {
    "evidence.attached.v1": _attached,
    "event.corrected.v1": _corrected,
    "flag.answered.v1": _answered,
    "period.sealed.v1": _sealed,
}
