"""Rows of the consortium: parties, roles, rules, rotations. Disposable: rebuilt from the log at will.

All of them come from the one stream `consortium`. Membership, seats and mandates are views over `roles`.
"""

from __future__ import annotations

import json
from itertools import count
from typing import Any

from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_

_EVERYBODY = frozenset({"members", "funder", "public"})


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


TABLES: dict[str, Table] = {
    "consortium": Table(
        about=N_("The consortium itself: one row."),
        columns={
            "id": _text(N_("Always “consortium”.")),
            "name": _text(N_("Its name.")),
            "kind": _text(
                N_("“operational” when it holds grants and decides, “advisory” when it gives opinions.")
            ),
            "territory": _text(N_("Where it acts.")),
            "purpose": _text(N_("What it was founded for.")),
            "demo": _integer(N_("1 when the ledger is a demonstration.")),
            "illustrative": _integer(N_("1 when figures and deeds are invented.")),
            "founded_on": _text(N_("The day it was founded.")),
            "dissolving_on": _text(N_("The day its end was decided; empty while nothing says so.")),
            "dissolved_on": _text(N_("The day it was dissolved; empty while it lives.")),
            "dissolution_decision_id": _text(N_("The decision that dissolved it."), "decisions"),
            "funds_disposition": _text(N_("Where the remaining money goes.")),
        },
        key=("id",),
        audiences=_EVERYBODY,
    ),
    "organisations": Table(
        about=N_("Structures: members, carriers, funders, suppliers."),
        columns={
            "id": _text(N_("Short id.")),
            "name": _text(N_("Its name.")),
            "siret": _text(N_("SIRET, 14 digits.")),
            "rna": _text(N_("Number of the national register of associations.")),
            "legal_form": _text(N_("Legal form.")),
            "sector": _text(N_("Sector or college it belongs to.")),
            "resources": _text(N_("What it shares with the others, as a JSON list of words.")),
            "registered_on": _text(N_("The day from which the ledger knows it.")),
        },
        key=("id",),
        audiences=_EVERYBODY,
    ),
    "lieux": Table(
        about=N_("Tiers-lieux. Registered is not yet a member: see the view “members”."),
        columns={
            "id": _text(N_("Short id.")),
            "name": _text(N_("Its name.")),
            "organisation_id": _text(N_("The structure that runs it."), "organisations"),
            "commune": _text(N_("Commune, by name or INSEE code.")),
            "opened_on": _text(N_("The day it opened to the public.")),
            "registered_on": _text(N_("The day from which the ledger knows it.")),
            "closed_on": _text(N_("The day it closed; empty while it is open.")),
            "closing_reason": _text(N_("Why it closed.")),
            "resources": _text(N_("What it shares with the others, as a JSON list of words.")),
        },
        key=("id",),
        indexes=(("organisation_id",),),
        audiences=_EVERYBODY,
    ),
    "people": Table(
        about=N_("People who act in the consortium. Names come from the vault and only members see them."),
        columns={
            "id": _text(N_("Opaque id: the only thing that the log knows.")),
            "handle": _text(N_("Short name used in members' files.")),
            "name": _text(N_("Name, as the vault holds it; empty when withheld or erased.")),
            "engagement": _text(
                N_("On what footing: employee, volunteer, civic_service, elected, agent, expert.")
            ),
            "active_from": _text(N_("First day of activity.")),
            "active_until": _text(N_("Last day of activity; empty when open.")),
            "erased_on": _text(N_("The day the vault forgot the person.")),
        },
        key=("id",),
        personal=frozenset({"id", "handle", "name", "active_from", "active_until"}),
    ),
    "rules": Table(
        about=N_("Versions of the agreement: the rules in force from a day. Empty means unchanged."),
        columns={
            "id": _text(N_("Short id.")),
            "title": _text(N_("Title of the agreement or amendment.")),
            "effective_on": _text(N_("First day in force.")),
            "effective_until": _text(N_("Last day in force; empty until the next version.")),
            "decision_id": _text(N_("The decision that adopted it."), "decisions"),
            "signatories": _text(N_("Organisations that signed, as a JSON list of ids.")),
            "document_sha256": _text(N_("SHA-256 of the signed document.")),
            "method": _text(N_("How decisions are taken: consent, majority, qualified_majority.")),
            "quorum_seats": _integer(N_("Seats that must be represented for a decision.")),
            "quorum_share_bp": _integer(N_("The same as a share of the seats, in basis points.")),
            "second_quorum_seats": _integer(N_("Seats that are enough at a second call.")),
            "second_quorum_share_bp": _integer(
                N_("Share of the seats that is enough at a second call, in basis points.")
            ),
            "threshold_bp": _integer(N_("Share of the votes needed, in basis points.")),
            "proxy_limit": _integer(N_("Absent seats that one present seat may speak for.")),
            "day_minutes": _integer(N_("Minutes of a working day.")),
            "reallocation_tolerance_bp": _integer(
                N_("How far a line of the plan may move without the funder, in basis points.")
            ),
        },
        key=("id",),
        audiences=_EVERYBODY,
    ),
    "rule_thresholds": Table(
        about=N_("Thresholds of flags adopted with a version of the rules."),
        columns={
            "rules_id": _text(N_("The version of the rules."), "rules"),
            "flag": _text(N_("Code of the flag.")),
            "value_bp": _integer(N_("Adopted threshold, in basis points of the flag's measure.")),
            "off": _integer(N_("1 when the flag is switched off.")),
        },
        key=("rules_id", "flag"),
        audiences=_EVERYBODY,
    ),
    "colleges": Table(
        about=N_("Colleges of a version of the rules: groups of seats that count apart."),
        columns={
            "rules_id": _text(N_("The version of the rules."), "rules"),
            "college": _text(N_("Short name of the college.")),
            "name": _text(N_("Its name in full.")),
            "seats": _integer(N_("Seats in it; empty when the rules do not say.")),
            "weight_bp": _integer(
                N_("Its part of the whole, in basis points; empty when each seat has one voice.")
            ),
            "threshold_bp": _integer(
                N_("Share of its own votes without which nothing passes, in basis points.")
            ),
            "quorum_seats": _integer(N_("Seats of it that must be represented.")),
            "sectors": _text(N_("Sectors that may sit in it, as a JSON list.")),
        },
        key=("rules_id", "college"),
        audiences=_EVERYBODY,
    ),
    "method_rules": Table(
        about=N_("What a version of the rules says of one method in particular. Empty means: as for all."),
        columns={
            "rules_id": _text(N_("The version of the rules."), "rules"),
            "method": _text(N_("consent, majority, qualified_majority or advisory.")),
            "quorum_seats": _integer(N_("Seats that must be represented for a decision.")),
            "quorum_share_bp": _integer(N_("The same as a share of the seats, in basis points.")),
            "second_quorum_seats": _integer(N_("Seats that are enough at a second call.")),
            "second_quorum_share_bp": _integer(
                N_("Share of the seats that is enough at a second call, in basis points.")
            ),
            "threshold_bp": _integer(N_("Share of the votes needed, in basis points.")),
            "domains": _text(N_("Matters that it is for, as a JSON list.")),
        },
        key=("rules_id", "method"),
        audiences=_EVERYBODY,
    ),
    "mandate_rules": Table(
        about=N_("How long a role may be held, how many times in a row, by how many."),
        columns={
            "rules_id": _text(N_("The version of the rules."), "rules"),
            "role": _text(N_("The role.")),
            "max_months": _integer(N_("Months of a term at most.")),
            "max_consecutive": _integer(N_("Terms in a row at most.")),
            "single_seat": _integer(N_("1 when only one may hold it at a time.")),
        },
        key=("rules_id", "role"),
        audiences=_EVERYBODY,
    ),
    "roles": Table(
        about=N_("Who holds what: members, seats, the carrier, mandates, referents, affiliations, labels."),
        columns={
            "id": _text(N_("Short id.")),
            "role": _text(
                N_(
                    "invited, member, suspended, seat, carrier, affiliated, lieu_referent, coordinator… or its"
                    " own name."
                )
            ),
            "person_id": _text(N_("The person who holds it."), "people"),
            "lieu_id": _text(N_("The lieu that holds it, or where the person holds it."), "lieux"),
            "organisation_id": _text(
                N_("The organisation that holds it, or sends the person."), "organisations"
            ),
            "held_from": _text(N_("First day.")),
            "held_until": _text(N_("Last day foreseen; empty when open.")),
            "ended_on": _text(N_("First day on which it was no longer held; empty while it runs.")),
            "end_reason": _text(
                N_("term, resigned, revoked, withdrawn, excluded, replaced, admitted or resumed.")
            ),
            "end_decision_id": _text(N_("The decision that ended it."), "decisions"),
            "decision_id": _text(N_("The decision that gave it."), "decisions"),
            "minutes_per_month": _integer(N_("Time that the mandate is financed for, in minutes a month.")),
            "critical": _integer(N_("1 when the consortium stops without it.")),
            "single_seat": _integer(N_("1 when only one may hold it at a time.")),
            "carrier_kind": _text(N_("“member” when a member carries, “external” otherwise.")),
            "fee_bp": _integer(N_("The carrier's fee, in basis points.")),
            "college": _text(N_("The college that a member or a seat is in.")),
            "weight_bp": _integer(N_("What its vote weighs, 10 000 for one voice; empty for one voice.")),
            "deputy_id": _text(N_("Who stands in for the person who holds it."), "people"),
        },
        key=("id",),
        indexes=(("role", "held_from"), ("person_id",), ("lieu_id",), ("organisation_id",)),
        personal=frozenset({"person_id", "minutes_per_month", "end_reason", "deputy_id"}),
        audiences=_EVERYBODY,
    ),
    "rotations": Table(
        about=N_("Functions that go round the lieux."),
        columns={
            "id": _text(N_("Short id.")),
            "name": _text(N_("What goes round.")),
            "period": _text(N_("How often it changes hands: meeting, month, quarter, year.")),
            "starts_on": _text(N_("First day of the rotation.")),
            "revision": _integer(N_("Which order is the last agreed one, from 1.")),
        },
        key=("id",),
        audiences=_EVERYBODY,
    ),
    "rotation_lieux": Table(
        about=N_("The agreed orders of a rotation: a revision counts from its first day to the next one's."),
        columns={
            "rotation_id": _text(N_("The rotation."), "rotations"),
            "revision": _integer(N_("Revision of the order, from 1.")),
            "position": _integer(N_("Place in the order, from 1.")),
            "lieu_id": _text(N_("The lieu."), "lieux"),
            "in_order_from": _text(N_("First day of this order; empty for the first one.")),
            "in_order_until": _text(N_("First day of the next order; empty for the last one.")),
        },
        key=("rotation_id", "revision", "position"),
        indexes=(("lieu_id",),),
        audiences=_EVERYBODY,
    ),
    "rotation_turns": Table(
        about=N_("Turns of the rotations, as they happened."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "rotation_id": _text(N_("The rotation."), "rotations"),
            "occurred_on": _text(N_("The day of the turn.")),
            "lieu_id": _text(N_("The lieu whose turn it was."), "lieux"),
            "outcome": _text(N_("taken, swapped (taken in another's place) or skipped.")),
            "meeting_id": _text(N_("The meeting that the turn hosted."), "meetings"),
            "decision_id": _text(N_("The decision that gave the turn."), "decisions"),
            "term": _text(N_("What the turn is for when it is not its day, such as a year.")),
            "unavailable": _text(
                N_("Lieux that could not have taken it, as a JSON list of ids: no debt for them.")
            ),
        },
        key=("id",),
        indexes=(("rotation_id", "occurred_on"), ("lieu_id",), ("meeting_id",)),
        audiences=_EVERYBODY,
    ),
}


def _founded(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "consortium",
        {
            "id": "consortium",
            "name": data["name"],
            "kind": data["consortium_kind"],
            "territory": data.get("territory"),
            "purpose": data.get("purpose"),
            "demo": int(data.get("demo", False)),
            "illustrative": int(data.get("illustrative", False)),
            "founded_on": event["occurred_on"],
            "dissolving_on": None,
            "dissolved_on": None,
            "dissolution_decision_id": None,
            "funds_disposition": None,
        },
    )


def _organisation(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "organisations",
        {
            "id": data["organisation_id"],
            "name": data["name"],
            "siret": data.get("siret"),
            "rna": data.get("rna"),
            "legal_form": data.get("legal_form"),
            "sector": data.get("sector"),
            "resources": None,
            "registered_on": event["occurred_on"],
        },
    )


def _lieu(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "lieux",
        {
            "id": data["lieu_id"],
            "name": data["name"],
            "organisation_id": data.get("organisation_id"),
            "commune": data.get("commune"),
            "opened_on": data.get("opened_on"),
            "registered_on": event["occurred_on"],
            "closed_on": None,
            "closing_reason": None,
            "resources": None,
        },
    )


def _card(identity: dict[str, Any] | None, rows: Rows) -> dict[str, Any]:
    """Handle and name of a vault card, a JSON object; both None when it is withheld or erased."""
    text = rows.text(identity)
    card = json.loads(text) if text else {}
    return {"handle": card.get("handle"), "name": card.get("name")}


def _person(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "people",
        {
            "id": data["person_id"],
            **_card(data.get("identity"), rows),
            "engagement": data["engagement"],
            "active_from": data["active_from"],
            "active_until": data.get("active_until"),
            "erased_on": None,
        },
    )


_UPDATED = {
    "organisations": ("name", "siret", "rna", "legal_form", "sector"),
    "lieux": ("name", "organisation_id", "commune"),
    "people": ("engagement", "active_until"),
}


def _party(event: dict[str, Any], rows: Rows) -> None:
    """The party's table is the one that holds its id: ids live in one space across all kinds."""
    data = event["data"]
    for table, columns in _UPDATED.items():
        if rows.get(table, data["party_id"]) is None:
            continue
        changes = {column: data[column] for column in columns if data.get(column) is not None}
        if table == "people" and data.get("identity"):
            changes |= _card(data["identity"], rows)
        if table != "people" and data.get("resources") is not None:
            changes["resources"] = json.dumps(data["resources"], ensure_ascii=False)
        rows.change(table, data["party_id"], **changes)


def _closed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change("lieux", data["lieu_id"], closed_on=event["occurred_on"], closing_reason=data.get("reason"))


def _erased(event: dict[str, Any], rows: Rows) -> None:
    rows.change("people", event["data"]["person_id"], handle=None, name=None, erased_on=event["occurred_on"])


_QUORUMS = ("quorum_seats", "quorum_share_bp", "second_quorum_seats", "second_quorum_share_bp")


def _rules(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "rules",
        {
            "id": data["rules_id"],
            "title": data["title"],
            "effective_on": data["effective_on"],
            "effective_until": data.get("effective_until"),
            "decision_id": data.get("decision_id"),
            "signatories": json.dumps(data.get("signatories", [])),
            "document_sha256": data.get("document_sha256"),
            "method": data.get("method"),
            **{name: data.get(name) for name in _QUORUMS},
            "threshold_bp": data.get("threshold_bp"),
            "proxy_limit": data.get("proxy_limit"),
            "day_minutes": data.get("day_minutes"),
            "reallocation_tolerance_bp": data.get("reallocation_tolerance_bp"),
        },
    )
    _particulars(data, rows)
    for threshold in data.get("thresholds", ()):
        rows.put(
            "rule_thresholds",
            {
                "rules_id": data["rules_id"],
                "flag": threshold["flag"],
                "value_bp": threshold.get("value_bp"),
                "off": int(threshold.get("off", False)),
            },
        )


def _particulars(data: dict[str, Any], rows: Rows) -> None:
    """Colleges, and what differs by method and by role: each a row of its own."""
    for college in data.get("colleges", ()):
        sectors = json.dumps(college.get("sectors", []), ensure_ascii=False)
        rows.put("colleges", {**college, "rules_id": data["rules_id"], "sectors": sectors})
    for method in data.get("methods", ()):
        domains = json.dumps(method.get("domains", []))
        rows.put("method_rules", {**method, "rules_id": data["rules_id"], "domains": domains})
    for mandate in data.get("mandates", ()):
        single_seat = int(mandate.get("single_seat", False))
        rows.put("mandate_rules", {**mandate, "rules_id": data["rules_id"], "single_seat": single_seat})


def _role(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "roles",
        {
            "id": data["role_id"],
            "role": data["role"],
            "person_id": data.get("person_id"),
            "lieu_id": data.get("lieu_id"),
            "organisation_id": data.get("organisation_id"),
            "held_from": data["held_from"],
            "held_until": data.get("held_until"),
            "ended_on": None,
            "end_reason": None,
            "decision_id": data.get("decision_id"),
            "minutes_per_month": data.get("minutes_per_month"),
            "critical": int(data.get("critical", False)),
            "single_seat": int(data.get("single_seat", False)),
            "carrier_kind": data.get("carrier_kind"),
            "fee_bp": data.get("fee_bp"),
            "college": data.get("college"),
            "weight_bp": data.get("weight_bp"),
            "deputy_id": data.get("deputy_id"),
            "end_decision_id": None,
        },
    )


def _role_ended(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "roles",
        data["role_id"],
        ended_on=data["ended_on"],
        end_reason=data["reason"],
        end_decision_id=data.get("decision_id"),
    )


def _rotation(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rotation_id, revision = data["rotation_id"], data.get("revision", 1)
    known = rows.get("rotations", rotation_id)
    rows.put(
        "rotations",
        {
            "id": rotation_id,
            "name": data["name"],
            "period": data["period"],
            "starts_on": known["starts_on"] if known else data["starts_on"],
            "revision": revision,
        },
    )
    if known:
        _out_of_order(rotation_id, known["revision"], data["starts_on"], rows)
    for position, lieu_id in enumerate(data["order"], 1):
        rows.put(
            "rotation_lieux",
            {
                "rotation_id": rotation_id,
                "revision": revision,
                "position": position,
                "lieu_id": lieu_id,
                "in_order_from": data["starts_on"] if known else None,
                "in_order_until": None,
            },
        )


def _out_of_order(rotation_id: str, revision: int, until: str, rows: Rows) -> None:
    """The order before ends where the new one begins."""
    for position in count(1):
        if rows.get("rotation_lieux", rotation_id, revision, position) is None:
            return
        rows.change("rotation_lieux", rotation_id, revision, position, in_order_until=until)


def _turn(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "rotation_turns",
        {
            "id": event["seq"],
            "rotation_id": data["rotation_id"],
            "occurred_on": event["occurred_on"],
            "lieu_id": data["lieu_id"],
            "outcome": data.get("outcome", "taken"),
            "meeting_id": data.get("meeting_id"),
            "decision_id": data.get("decision_id"),
            "term": data.get("term"),
            "unavailable": json.dumps(data.get("unavailable", [])),
        },
    )


def _dissolving(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "consortium",
        "consortium",
        dissolving_on=event["occurred_on"],
        dissolution_decision_id=data["decision_id"],
    )


def _dissolved(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "consortium",
        "consortium",
        dissolved_on=event["occurred_on"],
        dissolution_decision_id=data["decision_id"],
        funds_disposition=data.get("funds_disposition"),
    )


HANDLERS: dict[str, Handler] = {
    "consortium.founded.v1": _founded,
    "organisation.registered.v1": _organisation,
    "lieu.registered.v1": _lieu,
    "person.registered.v1": _person,
    "party.updated.v1": _party,
    "lieu.closed.v1": _closed,
    "person.erased.v1": _erased,
    "rules.adopted.v1": _rules,
    "role.given.v1": _role,
    "role.ended.v1": _role_ended,
    "rotation.set.v1": _rotation,
    "turn.taken.v1": _turn,
    "consortium.dissolution_begun.v1": _dissolving,
    "consortium.dissolved.v1": _dissolved,
}
