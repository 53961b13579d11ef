"""Rows of decisions, objections and ballots. Disposable: rebuilt from the log at will.

Their texts are free text: a funder sees them, because they ground the money; the public does not
until publication is projected with its own screening.
"""

from __future__ import annotations

from typing import Any

from ledger.kernel.tables import Column, Handler, Rows, Table
from ledger.language.catalogue import N_

_FUNDERS = frozenset({"members", "funder"})


def _text(about: str, references: str | None = None) -> Column:
    return Column("text", about, references)


def _integer(about: str) -> Column:
    return Column("integer", about)


TABLES: dict[str, Table] = {
    "decisions": Table(
        about=N_("Proposals and decisions, and the opinions of an advisory consortium."),
        columns={
            "id": _text(N_("Short id.")),
            "status": _text(
                N_("draft, open, adopted, rejected, withdrawn, issued, superseded, repealed or expired.")
            ),
            "title": _text(N_("Title, or the first words of the text.")),
            "text": _text(N_("What is decided, as last revised.")),
            "domain": _text(N_("commons, money, membership, mandate, rules or other.")),
            "method": _text(
                N_("consent, majority, qualified_majority or advisory; fixed when it is opened.")
            ),
            "ceiling_cents": _integer(N_("The most money that it allows, in cents.")),
            "proposed_on": _text(N_("The day it was proposed.")),
            "opened_on": _text(N_("The day it was opened for decision.")),
            "closes_on": _text(N_("Last day for ballots.")),
            "decided_on": _text(N_("The day it was adopted, rejected, withdrawn or issued.")),
            "effective_on": _text(N_("First day of effect.")),
            "review_on": _text(N_("The day to look at it again.")),
            "expires_on": _text(N_("Last day of effect; empty when open.")),
            "meeting_id": _text(N_("The meeting that decided, or where it was proposed."), "meetings"),
            "revision": _integer(N_("Revision of the text, from 1.")),
            "proposer_id": _text(N_("Who proposed it."), "people"),
            "rules_id": _text(N_("The version of the rules that it follows."), "rules"),
            "quorum_seats": _integer(N_("Seats that had to be represented.")),
            "second_quorum_seats": _integer(N_("Seats that are enough at a second call.")),
            "second_call_on": _text(N_("The day it was called a second time.")),
            "threshold_bp": _integer(N_("Share of the votes needed, in basis points.")),
            "electorate_count": _integer(N_("Seats that could take part.")),
            "represented_count": _integer(N_("Seats that took part.")),
            "count_for": _integer(N_("Votes for; empty for a consent.")),
            "count_against": _integer(N_("Votes against; empty for a consent.")),
            "count_abstain": _integer(N_("Abstentions; empty for a consent.")),
            "share_for_bp": _integer(
                N_("Weighted share of the votes for, in basis points, where colleges or seats weigh.")
            ),
            "position": _text(N_("An opinion's position: favourable, reserved or unfavourable.")),
            "count_favourable": _integer(N_("Favourable voices of an opinion.")),
            "count_reserved": _integer(N_("Reserved voices of an opinion.")),
            "count_unfavourable": _integer(N_("Unfavourable voices of an opinion.")),
            "addressee_id": _text(N_("To whom an opinion is addressed."), "organisations"),
            "how_ended": _text(N_("superseded, repealed or expired; empty while in force.")),
            "ended_on": _text(N_("The day it ended.")),
            "superseded_by_id": _text(N_("The decision that ended it."), "decisions"),
            "published_on": _text(N_("The day it was first published.")),
            "published_channel": _text(N_("Where it was first published.")),
            "published_url": _text(N_("Address of that publication.")),
        },
        key=("id",),
        indexes=(("status",), ("decided_on",), ("meeting_id",), ("proposer_id",), ("superseded_by_id",)),
        personal=frozenset({"proposer_id"}),
        audiences=_FUNDERS,
    ),
    "decision_seats": Table(
        about=N_("Seats that could take part in a decision, and whether they did."),
        columns={
            "decision_id": _text(N_("The decision."), "decisions"),
            "seat_id": _text(N_("The seat: a lieu or a role, by id.")),
            "represented": _integer(N_("1 when the seat took part.")),
            "recused": _integer(N_("1 when it was there and stood back from the vote.")),
            "college": _text(N_("The college that it is in.")),
            "weight_bp": _integer(N_("What its vote weighs, 10 000 for one voice.")),
        },
        key=("decision_id", "seat_id"),
        indexes=(("seat_id",),),
    ),
    "decision_colleges": Table(
        about=N_("Colleges of a decision: their rules as it was opened, and what they said."),
        columns={
            "decision_id": _text(N_("The decision."), "decisions"),
            "college": _text(N_("Short name of the college.")),
            "weight_bp": _integer(
                N_("Its part of the whole, in basis points; empty when each seat has one voice.")
            ),
            "threshold_bp": _integer(
                N_("Share of its own votes without which nothing passes, in basis points.")
            ),
            "quorum_seats": _integer(N_("Seats of it that must be represented.")),
            "count_for": _integer(N_("Votes for; empty for a consent.")),
            "count_against": _integer(N_("Votes against; empty for a consent.")),
            "count_abstain": _integer(N_("Abstentions; empty for a consent.")),
            "count_favourable": _integer(N_("Favourable voices of an opinion.")),
            "count_reserved": _integer(N_("Reserved voices of an opinion.")),
            "count_unfavourable": _integer(N_("Unfavourable voices of an opinion.")),
        },
        key=("decision_id", "college"),
        audiences=_FUNDERS,
    ),
    "decision_beneficiaries": Table(
        about=N_("People to whom a decision gives something: they take no part in it."),
        columns={
            "decision_id": _text(N_("The decision."), "decisions"),
            "person_id": _text(N_("The person."), "people"),
        },
        key=("decision_id", "person_id"),
        indexes=(("person_id",),),
        personal=frozenset({"person_id"}),
    ),
    "decision_lieux": Table(
        about=N_("Lieux that a decision concerns."),
        columns={
            "decision_id": _text(N_("The decision."), "decisions"),
            "lieu_id": _text(N_("The lieu."), "lieux"),
        },
        key=("decision_id", "lieu_id"),
        indexes=(("lieu_id",),),
        audiences=_FUNDERS,
    ),
    "ballots": Table(
        about=N_("Ballots, recusals, and tallies of a show of hands."),
        columns={
            "id": _integer(N_("Number of the event.")),
            "decision_id": _text(N_("The decision."), "decisions"),
            "seat_id": _text(N_("The seat: a lieu or a role, by id; empty for a tally.")),
            "person_id": _text(N_("Who cast it."), "people"),
            "option": _text(N_("What it says: for, abstain, consent, favourable… or recused.")),
            "proxy_for_id": _text(N_("The absent seat it was cast for.")),
            "count_for": _integer(N_("Hands for.")),
            "count_against": _integer(N_("Hands against.")),
            "count_abstain": _integer(N_("Hands abstaining.")),
            "count_favourable": _integer(N_("Favourable voices of an opinion.")),
            "count_reserved": _integer(N_("Reserved voices of an opinion.")),
            "count_unfavourable": _integer(N_("Unfavourable voices of an opinion.")),
            "college": _text(N_("The college whose hands were counted; empty for all together.")),
            "secret": _integer(N_("1 for a secret ballot.")),
            "cast_on": _text(N_("The day.")),
        },
        key=("id",),
        indexes=(("decision_id", "seat_id"), ("person_id",), ("seat_id",)),
        personal=frozenset({"person_id", "seat_id", "proxy_for_id", "option"}),
    ),
    "objections": Table(
        about=N_("Objections and how they were settled."),
        columns={
            "id": _text(N_("Short id.")),
            "decision_id": _text(N_("The decision."), "decisions"),
            "revision": _integer(N_("The revision of the text it was raised against.")),
            "lieu_id": _text(N_("The lieu that raised it."), "lieux"),
            "person_id": _text(N_("Who raised it."), "people"),
            "paramount": _integer(N_("1 when it stops a consent until it is settled.")),
            "ground": _text(N_("Its ground, as the vault holds it.")),
            "raised_on": _text(N_("The day it was raised.")),
            "how": _text(N_("integrated, withdrawn or found_invalid; empty while it stands.")),
            "settled_on": _text(N_("The day it was settled.")),
        },
        key=("id",),
        indexes=(("decision_id",), ("lieu_id",)),
        personal=frozenset({"lieu_id", "person_id", "ground"}),
    ),
}

_BLANK: dict[str, Any] = dict.fromkeys(TABLES["decisions"].columns)
_COUNTS = ("count_for", "count_against", "count_abstain")
_OPINIONS = ("count_favourable", "count_reserved", "count_unfavourable")
_TITLE_LENGTH = 80


def title_of(data: dict[str, Any]) -> str:
    """The proposal's title, or its text's first words."""
    title: str = data.get("title") or data["text"].strip().splitlines()[0]
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"


def _proposed(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    decision_id = data["decision_id"]
    known = rows.get("decisions", decision_id)
    first = {"id": decision_id, "status": "draft", "proposed_on": event["occurred_on"]}
    rows.put(
        "decisions",
        (known or _BLANK | first)
        | {
            "title": title_of(data),
            "text": data["text"],
            "domain": data["domain"],
            "ceiling_cents": data.get("ceiling_cents"),
            "review_on": data.get("review_on"),
            "expires_on": data.get("expires_on"),
            "meeting_id": data.get("meeting_id"),
            "revision": data["revision"],
            "proposer_id": data.get("proposer_id"),
        },
    )
    for lieu_id in data.get("lieux", ()):
        rows.put("decision_lieux", {"decision_id": decision_id, "lieu_id": lieu_id})
    for person_id in data.get("beneficiaries", ()):
        rows.put("decision_beneficiaries", {"decision_id": decision_id, "person_id": person_id})


def _objected(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    decision = rows.get("decisions", data["decision_id"]) or {}
    rows.put(
        "objections",
        {
            "id": data["objection_id"],
            "decision_id": data["decision_id"],
            "revision": decision.get("revision"),
            "lieu_id": data.get("lieu_id"),
            "person_id": data.get("person_id"),
            "paramount": int(data["paramount"]),
            "ground": rows.text(data.get("ground")),
            "raised_on": event["occurred_on"],
            "how": None,
            "settled_on": None,
        },
    )


def _settled(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change("objections", data["objection_id"], how=data["how"], settled_on=event["occurred_on"])


def _opened(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    decision_id, electorate = data["decision_id"], data["electorate"]
    rows.change(
        "decisions",
        decision_id,
        status="open",
        method=data["method"],
        quorum_seats=data["quorum_seats"],
        threshold_bp=data.get("threshold_bp"),
        electorate_count=len(electorate),
        closes_on=data.get("closes_on"),
        rules_id=data.get("rules_id"),
        second_quorum_seats=data.get("second_quorum_seats"),
        **{"second_call_on" if data.get("second_call") else "opened_on": event["occurred_on"]},
    )
    placed = {seat["seat_id"]: seat for seat in data.get("seats", ())}
    for seat_id in electorate:
        seat = placed.get(seat_id, {})
        row = {"decision_id": decision_id, "seat_id": seat_id, "represented": 0, "recused": 0}
        row |= {"college": seat.get("college"), "weight_bp": seat.get("weight_bp", 10_000)}
        rows.put("decision_seats", row)
    for college in data.get("colleges", ()):
        rows.put("decision_colleges", {**college, "decision_id": decision_id})


def _took_part(data: dict[str, Any], rows: Rows) -> None:
    """Seats that were there, those that stood back, and what each college said."""
    decision_id, recused = data["decision_id"], data.get("recused", ())
    for seat_id in data.get("represented", ()):
        stood_back = int(seat_id in recused)
        rows.change("decision_seats", decision_id, seat_id, represented=1, recused=stood_back)
    for votes in data.get("by_college", ()):
        counts = {name: value for name, value in votes.items() if name != "college"}
        rows.change("decision_colleges", decision_id, votes["college"], **counts)


def _ballot(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.put(
        "ballots",
        {
            "id": event["seq"],
            "decision_id": data["decision_id"],
            "seat_id": data.get("seat_id"),
            "person_id": data.get("person_id"),
            "option": data.get("option"),
            "proxy_for_id": data.get("proxy_for"),
            **{count: data.get(count) for count in (*_COUNTS, *_OPINIONS)},
            "college": data.get("college"),
            "secret": int(data.get("secret", False)),
            "cast_on": event["occurred_on"],
        },
    )


def _adopted(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    represented = data.get("represented", ())
    changes: dict[str, Any] = {"meeting_id": data["meeting_id"]} if data.get("meeting_id") else {}
    rows.change(
        "decisions",
        data["decision_id"],
        status="adopted",
        decided_on=event["occurred_on"],
        effective_on=data["effective_on"],
        represented_count=len(represented),
        share_for_bp=data.get("share_for_bp"),
        **{count: data.get(count) for count in _COUNTS},
        **changes,
    )
    _took_part(data, rows)


def _rejected(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    changes: dict[str, Any] = {"meeting_id": data["meeting_id"]} if data.get("meeting_id") else {}
    rows.change(
        "decisions",
        data["decision_id"],
        status=data["outcome"],
        decided_on=event["occurred_on"],
        **{count: data.get(count) for count in _COUNTS},
        **changes,
    )
    _took_part(data, rows)


def _opined(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    changes: dict[str, Any] = {"meeting_id": data["meeting_id"]} if data.get("meeting_id") else {}
    rows.change(
        "decisions",
        data["decision_id"],
        status="issued",
        method="advisory",
        decided_on=event["occurred_on"],
        position=data["position"],
        represented_count=len(data.get("represented", ())) or None,
        count_abstain=data.get("count_abstain"),
        **{count: data.get(count) for count in _OPINIONS},
        addressee_id=data.get("addressee"),
        **changes,
    )
    _took_part(data, rows)


def _ended(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    rows.change(
        "decisions",
        data["decision_id"],
        status=data["how"],
        how_ended=data["how"],
        ended_on=event["occurred_on"],
        superseded_by_id=data.get("by_decision_id"),
    )


def _published(event: dict[str, Any], rows: Rows) -> None:
    data = event["data"]
    decision = rows.get("decisions", data["decision_id"])
    if decision and decision["published_on"] is None:
        rows.change(
            "decisions",
            data["decision_id"],
            published_on=event["occurred_on"],
            published_channel=data["channel"],
            published_url=data.get("url"),
        )


HANDLERS: dict[str, Handler] = {
    "proposal.made.v1": _proposed,
    "objection.raised.v1": _objected,
    "objection.settled.v1": _settled,
    "decision.opened.v1": _opened,
    "ballot.cast.v1": _ballot,
    "decision.adopted.v1": _adopted,
    "decision.rejected.v1": _rejected,
    "opinion.issued.v1": _opined,
    "decision.ended.v1": _ended,
    "decision.published.v1": _published,
}
