"""Contracts of accompaniment: missions, deliverables, what is due, and the part of the people from outside.

Whoever accompanies holds no seat and casts no ballot. An accompaniment succeeds when it is needed less: the part
of the work done by people from outside is shown quarter by quarter.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from ledger.kernel.errors import UnknownId
from ledger.kernel.rows import one, rows
from ledger.language import formats
from ledger.language.catalogue import N_, _, ngettext
from ledger.reports.document import Bars, Document, Ref, Section, Words, facts, grid, items, section, sections
from ledger.reports.state import foot, state

Names = Callable[[str], str]

STATES = {
    "due": N_("awaited"),
    "submitted": N_("submitted"),
    "accepted": N_("accepted"),
    "refused": N_("refused"),
}


def contract(db: sqlite3.Connection, contract_id: str) -> dict[str, Any]:
    """One contract, as data.

    Returns:
        `{contract, title, client, provider, signed_on, starts_on, ends_on, amount_cents, accepted_cents,
        unpaid_cents, accepted, deliverables, amendments, reason, amended_on, missions, refusals, share, grants,
        state}`.
        `missions` are `{mission, title, amount_cents, after, due_on, started_on, despite, deliverables}` in the
        order of the contract; `share` is `{quarter, external_minutes, minutes, share}`; `grants` are conventions by
        which the client also funds the provider.

    Raises:
        UnknownId: there is no such contract.
    """
    found = one(
        db,
        "SELECT contracts.id AS contract, contracts.title, contracts.client_id AS client, contracts.provider_id AS"
        " provider, signed_on, starts_on, ends_on, contracts.amount_cents, accepted_cents, unpaid_cents, accepted,"
        " deliverables, amendments, reason, amended_on FROM contracts"
        " LEFT JOIN contract_balance ON contract_id = contracts.id WHERE contracts.id = ?",
        contract_id,
    )
    if found is None:
        raise UnknownId(N_("No contract of accompaniment is called “{id}”."), id=contract_id)
    missions = rows(
        db,
        "SELECT mission, title, amount_cents, after, due_on, started_on, despite FROM missions"
        " WHERE contract_id = ? ORDER BY position",
        contract_id,
    )
    for each in missions:
        each["after"] = each["after"].split() if each["after"] else []
        each["deliverables"] = rows(
            db,
            "SELECT id AS deliverable, status, submitted_on, answered_on, submissions, reason FROM deliverables"
            " WHERE contract_id = ? AND mission = ? ORDER BY seq, id",
            contract_id,
            each["mission"],
        )
    return {
        **found,
        "missions": missions,
        "refusals": _refused(db, contract_id),
        "share": rows(
            db, "SELECT quarter, external_minutes, minutes, share FROM external_share ORDER BY quarter"
        ),
        "grants": rows(
            db,
            "SELECT conventions.id AS convention, title, amount_cents FROM conventions"
            " JOIN convention_funders ON convention_id = conventions.id"
            " WHERE carrier_id = ? AND organisation_id = ? ORDER BY conventions.seq",
            found["provider"],
            found["client"],
        ),
        "state": state(db),
    }


def _refused(db: sqlite3.Connection, contract_id: str) -> list[dict[str, Any]]:
    """Deliverables that were refused, those accepted since included, as `{deliverable, refused_on, reason}`."""
    found = db.execute(
        "SELECT occurred_on, data FROM events WHERE stream = ? AND kind = 'deliverable.answered.v1'"
        " AND corrected_by IS NULL ORDER BY seq",
        (f"contract/{contract_id}",),
    )
    told = [{"refused_on": on, **json.loads(data)} for on, data in found]
    return [
        {
            "deliverable": each["deliverable_id"],
            "refused_on": each["refused_on"],
            "reason": each.get("reason"),
        }
        for each in told
        if each["answer"] == "refused"
    ]


def contracts(db: sqlite3.Connection) -> list[str]:
    """Ids of the contracts, in the order of their signature."""
    return [id for (id,) in db.execute("SELECT id FROM contracts ORDER BY signed_on, id")]


def document(db: sqlite3.Connection, names: Names, contract_id: str) -> Document:
    """A contract, ready to be laid out.

    Raises:
        UnknownId: there is no such contract.
    """
    found = contract(db, contract_id)
    return Document(
        _("Contract of accompaniment"),
        found["title"],
        _("{provider} accompanies for {client}: no seat, no vote.").format(
            provider=names(found["provider"]), client=names(found["client"])
        ),
        sections(
            _contract(found), _missions(found), _deliverables(found), _share(found), _grants(found, names)
        ),
        foot(found["state"]),
    )


def _contract(found: dict[str, Any]) -> Section | None:
    amended = None
    if found["amendments"]:
        amended = ngettext(
            "{count} time, last on {day}: {reason}",
            "{count} times, last on {day}: {reason}",
            found["amendments"],
        ).format(
            count=found["amendments"], day=formats.day(found["amended_on"]), reason=found["reason"] or "?"
        )
    whole = max(found["amount_cents"], 1)
    amounts = (
        (_("Contract"), found["amount_cents"]),
        (_("Due: deliverables accepted"), found["accepted_cents"] or 0),
        (_("Not due yet"), found["unpaid_cents"] or 0),
    )
    return section(
        _("The contract"),
        facts(
            (_("Signed on"), formats.day(found["signed_on"])),
            (_("From, to"), f"{formats.day(found['starts_on'])} – {formats.day(found['ends_on'])}"),
            (_("Deliverables accepted"), f"{found['accepted'] or 0} / {found['deliverables'] or 0}"),
            (_("Amended"), amended),
        ),
        Bars(tuple((name, cents / whole, formats.money_whole(cents)) for name, cents in amounts)),
    )


def _missions(found: dict[str, Any]) -> Section | None:
    return section(
        _("Missions"),
        grid(
            (_("no."), _("mission"), _("after"), _("due by"), _("started on"), _("amount")),
            (
                (
                    each["mission"],
                    each["title"],
                    ", ".join(each["after"]),
                    formats.short_day(each["due_on"]) if each["due_on"] else "",
                    formats.short_day(each["started_on"]) if each["started_on"] else _("not yet"),
                    formats.money_whole(each["amount_cents"]),
                )
                for each in found["missions"]
            ),
            right=(5,),
            named=1,
            last=(
                "",
                _("Total"),
                "",
                "",
                "",
                formats.money_whole(sum(each["amount_cents"] for each in found["missions"])),
            ),
        ),
        *(
            Words(
                _("{mission} started on {day} before what it waits for ({rule}): recorded as a fact.").format(
                    mission=each["mission"], day=formats.day(each["started_on"]), rule=each["despite"]
                ),
                "watch",
            )
            for each in found["missions"]
            if each["despite"]
        ),
    )


def _deliverables(found: dict[str, Any]) -> Section | None:
    return section(
        _("Deliverables"),
        grid(
            (
                _("deliverable"),
                _("mission"),
                _("where it stands"),
                _("submitted on"),
                _("answered on"),
                _("times"),
            ),
            (
                (
                    Ref(each["deliverable"], each["deliverable"]),
                    mission["mission"],
                    _(STATES[each["status"]]),
                    formats.short_day(each["submitted_on"]) if each["submitted_on"] else "",
                    formats.short_day(each["answered_on"]) if each["answered_on"] else "",
                    str(each["submissions"] or ""),
                )
                for mission in found["missions"]
                for each in mission["deliverables"]
            ),
            right=(5,),
        ),
        items(
            _("{deliverable} was refused on {day}: {reason}").format(
                deliverable=each["deliverable"],
                day=formats.day(each["refused_on"]),
                reason=each["reason"] or "?",
            )
            for each in found["refusals"]
        ),
    )


def _share(found: dict[str, Any]) -> Section | None:
    told = found["share"]
    if not any(each["external_minutes"] for each in told):
        return None
    first, last = told[0]["share"], told[-1]["share"]
    said = (
        _(
            "The part of the work done from outside fell from {first} to {last}: the lieux carry more themselves."
        )
        if last < first
        else _("The part of the work done from outside went from {first} to {last}: it has not fallen yet.")
    )
    return section(
        _("Needed less and less"),
        Bars(
            tuple(
                (
                    quarter(each["quarter"]),
                    each["share"],
                    _("{share} of {hours}").format(
                        share=formats.percent(each["share"], 0), hours=formats.duration(each["minutes"])
                    ),
                )
                for each in told
            )
        ),
        Words(said.format(first=formats.percent(first, 0), last=formats.percent(last, 0))),
        Words(
            _(
                "Hours are those that were declared; all people from outside are told together, and nobody is ranked."
            ),
            "reserve",
        ),
    )


def quarter(code: str) -> str:
    """`2024-Q3` as people say it."""
    year, _dash, number = code.partition("-Q")
    return _("quarter {number} of {year}").format(number=number, year=year)


def _grants(found: dict[str, Any], names: Names) -> Section | None:
    said = [
        _("{client} also grants {amount} to {provider}: {title}").format(
            client=names(found["client"]),
            provider=names(found["provider"]),
            amount=formats.money_whole(each["amount_cents"]),
            title=each["title"],
        )
        for each in found["grants"]
    ]
    return section(_("Money from the same hand"), items(said))
