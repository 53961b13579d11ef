"""The dossier of each of the three meetings with a funder: kick-off, mid-term, final.

"La règle des trois rendez-vous": the first meets the collective and studies the financing plan, the second looks
at halfway for what to adjust, the third draws up the balance and the perspectives. A dossier gathers what the
ledger knows for it, and what the meeting is asked. Indicators never block, and nobody is named.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from typing import Any

from ledger.funds.financial_report import calendar, plan_against_actual
from ledger.funds.trail import BREAKS, breaks, instalments, summary
from ledger.kernel.rows import one, rows
from ledger.language import formats, terms
from ledger.language.catalogue import N_, _, ngettext
from ledger.reports.capacity import capacity, told
from ledger.reports.document import (
    Bars,
    Blank,
    Block,
    Document,
    Ref,
    Section,
    Words,
    facts,
    grid,
    items,
    section,
    sections,
)
from ledger.reports.follow_up import coverage, duties_grid, plan_grid
from ledger.reports.indicators import indicators, remarks
from ledger.reports.indicators import summary as observed
from ledger.reports.questions import asked, question
from ledger.reports.state import foot, state

Names = Callable[[str], str]

STAGES = ("kick_off", "mid_term", "final")
TITLES = {
    "kick_off": N_("Kick-off meeting"),
    "mid_term": N_("Mid-term steering committee"),
    "final": N_("Final review"),
}
PURPOSES = {
    "kick_off": N_(
        "Meet the collective and its partners, study the financing plan, agree on indicators and dates."
    ),
    "mid_term": N_("Draw up the balance at halfway and agree on what to adjust."),
    "final": N_("Look at the indicators of the convention, numbers and words, and draw up the perspectives."),
}


def dossier(db: sqlite3.Connection, convention_id: str, stage: str, on: str) -> dict[str, Any]:
    """Everything that a meeting is given, as data.

    Args:
        db: the members' read model, or a cut of it.
        convention_id: the convention, as recorded.
        stage: `kick_off`, `mid_term` or `final`.
        on: the day at which the dossier stands, ISO.

    Returns:
        `{convention, title, stage, as_of, starts_on, ends_on, carrier, funders, signed_by, foreseen_on, review,
        finance, plan, instalments, indicators, adjustments, perspectives, lessons, next, late, contracts, asked,
        state}`. `finance` has the sums of `trail`, its breaks by kind and, once each, what they break;
        `adjustments` are what was agreed or changed since the meeting before; `next` and `late` are what is
        expected; `contracts` of accompaniment are those of its funders or carrier; `asked` are `{kind, …}`, told
        by `question`.

    Raises:
        UnknownId: there is no such convention.
    """
    money = summary(db, convention_id)
    about = one(db, "SELECT * FROM conventions WHERE id = ?", convention_id)
    assert about is not None, "there is one: its money was summed"
    reviews = _reviews(db, convention_id)
    held = next((each for each in reviews if each["stage"] == stage), None)
    before = _before(reviews, stage, held)
    duties = calendar(db, convention_id)
    found: dict[str, Any] = {
        "convention": convention_id,
        "title": about["title"],
        "stage": stage,
        "as_of": on,
        "starts_on": about["starts_on"],
        "ends_on": about["ends_on"],
        "carrier": money["carrier"],
        "funders": money["funders"],
        "signed_by": capacity(db, about["signatory_id"], about["signed_on"])
        if about["signatory_id"]
        else None,
        "foreseen_on": next((each["due_on"] for each in duties if each["kind"] == stage), about["starts_on"]),
        "review": held,
        "finance": _finance(db, money),
        "plan": plan_against_actual(db, convention_id),
        "instalments": instalments(db, convention_id),
        "indicators": indicators(db, convention_id, on),
        "adjustments": _adjustments(db, convention_id, before, held),
        "perspectives": [
            {"stage": each["stage"], "held_on": each["held_on"], "text": each["perspectives"]}
            for each in reviews
            if each["perspectives"]
        ],
        "lessons": rows(
            db,
            "SELECT text, learned_on FROM lessons WHERE convention_id = ? ORDER BY learned_on, id",
            convention_id,
        ),
        "next": [each for each in duties if not each["done_on"] and each["due_on"] >= on]
        if about["status"] == "running"
        else [],
        "late": [each for each in duties if not each["done_on"] and each["due_on"] < on]
        if about["status"] == "running"
        else [],
        "contracts": rows(
            db,
            "SELECT contract_id AS contract, title, client_id AS client, provider_id AS provider, amount_cents,"
            " accepted_cents, accepted, deliverables FROM contract_balance AS each"
            " WHERE client_id IN (SELECT organisation_id FROM convention_funders WHERE convention_id = ?1)"
            " OR provider_id = ?2 OR client_id = ?2 ORDER BY seq",
            convention_id,
            money["carrier"],
        ),
        "state": state(db),
    }
    return {**found, "asked": list(asked(found, about))}


def _reviews(db: sqlite3.Connection, convention_id: str) -> list[dict[str, Any]]:
    """The meetings that were held, oldest first, with those who took part as what they are, not who."""
    found = rows(
        db,
        "SELECT id AS review, stage, held_on, meeting_id AS meeting, conclusions, perspectives FROM reviews"
        " WHERE convention_id = ? ORDER BY held_on, seq",
        convention_id,
    )
    for each in found:
        parties = db.execute(
            "SELECT party_id FROM review_participants WHERE review_id = ? ORDER BY rowid", (each["review"],)
        ).fetchall()
        each["participants"] = [capacity(db, party, each["held_on"]) for (party,) in parties]
        each["adjustments"] = [
            text
            for (text,) in db.execute(
                "SELECT text FROM review_adjustments WHERE review_id = ? ORDER BY position", (each["review"],)
            )
        ]
    return found


def _before(reviews: list[dict[str, Any]], stage: str, held: dict[str, Any] | None) -> dict[str, Any] | None:
    """The meeting before this one: the last held of an earlier stage."""
    earlier = [
        each
        for each in reviews
        if STAGES.index(each["stage"]) < STAGES.index(stage)
        and (held is None or each["held_on"] <= held["held_on"])
    ]
    return earlier[-1] if earlier else None


def _finance(db: sqlite3.Connection, money: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in money.items() if key.endswith("_cents") or key == "coverage"}
    counts: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    for each in breaks(db, money["convention"]):
        counts[each["kind"]] += 1
        cents[each["kind"]] += each["amount_cents"]
        broken[each["id"]] = max(broken[each["id"]], each["amount_cents"])
    return {
        **kept,
        "agreement": money["agreement"],
        "members_without_line": money["members_without_line"],
        "co_funding": money["co_funding"],
        "broken": {"count": len(broken), "amount_cents": broken.total()},
        "breaks": [
            {"kind": kind, "count": count, "amount_cents": cents[kind]} for kind, count in counts.items()
        ],
    }


def _adjustments(
    db: sqlite3.Connection, convention_id: str, before: dict[str, Any] | None, held: dict[str, Any] | None
) -> dict[str, Any]:
    """What was agreed at the meeting before, and what changed since: amendments, moves of money, targets."""
    first = before["held_on"] if before else ""
    last = held["held_on"] if held else "9999"
    within = (convention_id, first, last)
    return {
        "since": {"stage": before["stage"], "held_on": before["held_on"]} if before else None,
        "agreed": before["adjustments"] if before else [],
        "amendments": rows(
            db,
            "SELECT amendment, amended_on, reason, amount_cents, amount_before_cents, ends_on, ends_before_on, new_plan"
            " FROM amendments WHERE convention_id = ?1 AND amended_on > ?2 AND amended_on <= ?3"
            " ORDER BY amended_on, id",
            *within,
        ),
        "reallocations": rows(
            db,
            "SELECT moved_on, moves.amount_cents, moves.decision_id AS decision, funder_approval AS approval,"
            " source.line AS from_line, source.lieu_id AS from_lieu, target.line AS to_line,"
            " target.lieu_id AS to_lieu FROM reallocations AS moves"
            " LEFT JOIN allocations AS source ON source.id = from_allocation_id"
            " LEFT JOIN allocations AS target ON target.id = to_allocation_id"
            " WHERE moves.convention_id = ?1 AND moved_on > ?2 AND moved_on <= ?3 ORDER BY moved_on, moves.id",
            *within,
        ),
        "disallowed": rows(
            db,
            "SELECT disallowed_on, amount_cents, reason FROM disallowances WHERE convention_id = ?1"
            " AND disallowed_on > ?2 AND disallowed_on <= ?3 ORDER BY disallowed_on, id",
            *within,
        ),
    }


# -- in words --------------------------------------------------------------------------------------


def document(db: sqlite3.Connection, names: Names, convention_id: str, stage: str, on: str) -> Document:
    """The dossier, ready to be laid out.

    Raises:
        UnknownId: there is no such convention.
    """
    found = dossier(db, convention_id, stage, on)
    return Document(
        _(TITLES[stage]),
        found["title"],
        _(PURPOSES[stage]),
        sections(
            _meeting(found, names),
            _questions(found, names),
            _money(found, names),
            _plan(found, names),
            _observed(found),
            _changed(found, names),
            _accompanied(found, names),
            _ahead(found),
            _notes(found),
        ),
        foot(found["state"]),
    )


def _meeting(found: dict[str, Any], names: Names) -> Section | None:
    held = found["review"]
    parties = formats.joined([told(each, names) for each in held["participants"]]) if held else ""
    blocks: list[Block | None] = [
        facts(
            (_("Convention"), Ref(found["convention"], found["convention"])),
            (_("From, to"), f"{formats.day(found['starts_on'])} – {formats.day(found['ends_on'])}"),
            (_("Funded by"), formats.joined([names(each) for each in found["funders"]])),
            (_("Carried by"), names(found["carrier"])),
            (_("Signed for the carrier by"), told(found["signed_by"], names) if found["signed_by"] else None),
            (_("Foreseen around"), None if held else formats.day(found["foreseen_on"])),
            (_("Held on"), formats.day(held["held_on"]) if held else None),
            (_("With"), parties),
        )
    ]
    if held:
        for title, said in (
            (_("Conclusions"), Words(held["conclusions"]) if held["conclusions"] else None),
            (_("Adjustments agreed"), items(held["adjustments"])),
            (_("Perspectives"), Words(held["perspectives"]) if held["perspectives"] else None),
        ):
            blocks += [Words(title, "head"), said] if said else []
    if held and held["held_on"] < found["as_of"]:
        stood = _("The figures below stand on {day}. As they were known at the meeting: {command}")
        command = f"ledger report {found['convention']} --for {found['stage'].replace('_', '-')}"
        command += f" --as-of {held['held_on']}"
        blocks.append(Words(stood.format(day=formats.day(found["as_of"]), command=command), "soft"))
    return section(_("The meeting"), *blocks)


def _questions(found: dict[str, Any], names: Names) -> Section | None:
    return section(
        _("What was to be looked at") if found["review"] else _("What the meeting is asked"),
        items(question(each, names) for each in found["asked"]),
    )


def _money(found: dict[str, Any], names: Names) -> Section | None:
    money = found["finance"]
    whole = max(money["amount_cents"], 1)
    steps = (
        (_("Awarded"), "amount_cents"),
        (_("Received"), "received_cents"),
        (_("Allocated by decision"), "allocated_cents"),
        (_("Spent"), "spent_cents"),
        (_("Proven"), "evidenced_cents"),
    )
    more = (
        (_("Advanced by the carrier"), "advanced_by_carrier_cents"),
        (_("Dedicated funds carried over"), "dedicated_cents"),
        (_("Returned to the funder"), "returned_cents"),
        (_("Not accepted by the funder"), "disallowed_cents"),
        (_("Given without money"), "in_kind_cents"),
    )
    return section(
        _("Finance"),
        Bars(
            tuple((name, money[key] / whole, formats.money_whole(money[key])) for name, key in steps),
        ),
        facts(
            *((name, formats.money_whole(money[key]) if money[key] else None) for name, key in more),
            (_("Euros with a complete trail"), coverage(money)),
            *(_other(each, names) for each in money["co_funding"]),
        ),
        items(
            ngettext(
                "{kind}: {count} time, {amount}", "{kind}: {count} times, {amount}", each["count"]
            ).format(
                kind=_(BREAKS.get(each["kind"], each["kind"])),
                count=each["count"],
                amount=formats.money_whole(each["amount_cents"]),
            )
            for each in money["breaks"]
        ),
        grid(
            (_("instalment"), _("year"), _("due by"), _("planned"), _("called"), _("received")),
            (
                (
                    f"{terms.label(each['kind'])} ({each['id']})",
                    str(each["year"]),
                    formats.short_day(each["due_on"]) if each["due_on"] else "",
                    formats.money_whole(each["planned_cents"]),
                    formats.money_whole(each["called_cents"]),
                    formats.money_whole(each["received_cents"]),
                )
                for each in found["instalments"]
            ),
            right=(3, 4, 5),
        ),
    )


def _other(each: dict[str, Any], names: Names) -> tuple[str, str]:
    who = each["funder"] or each["convention"]
    name = _("Other money: {who}").format(who=names(who) if who else _("own resources"))
    return name, formats.money_whole(each["amount_cents"])


def _plan(found: dict[str, Any], names: Names) -> Section | None:
    return section(_("Plan and reality"), plan_grid(found["plan"], names))


def _observed(found: dict[str, Any]) -> Section | None:
    set_ = found["indicators"]
    return section(
        _("Indicators"),
        observed(set_),
        *(Words(text, "soft") for text in remarks(set_)),
        Words(_("Indicators are looked at together; none of them blocks anything."), "reserve")
        if set_
        else Words(_("No indicator was set."), "soft"),
    )


def _changed(found: dict[str, Any], names: Names) -> Section | None:
    changed, since = found["adjustments"], found["adjustments"]["since"]
    title = (
        _("Agreed on {day}, and changed since").format(day=formats.day(since["held_on"]))
        if since
        else _("Changed since the convention was signed")
    )
    said = [
        *changed["agreed"],
        *(_amended(each) for each in changed["amendments"]),
        *(_moved(each, names) for each in changed["reallocations"]),
        *(
            _("{day}: {amount} not accepted by the funder{reason}").format(
                day=formats.day(each["disallowed_on"]),
                amount=formats.money_whole(each["amount_cents"]),
                reason=f" ({each['reason']})" if each["reason"] else "",
            )
            for each in changed["disallowed"]
        ),
    ]
    return section(title, items(said) or Words(_("Nothing was recorded as changed."), "soft"))


def _amended(each: dict[str, Any]) -> str:
    changes = []
    if each["amount_cents"] != each["amount_before_cents"]:
        changes.append(
            _("{before} became {after}").format(
                before=formats.money_whole(each["amount_before_cents"]),
                after=formats.money_whole(each["amount_cents"]),
            )
        )
    if each["ends_on"] != each["ends_before_on"]:
        changes.append(_("it now ends on {day}").format(day=formats.day(each["ends_on"])))
    if each["new_plan"]:
        changes.append(_("the plan was replaced"))
    return _("{day}, amendment {number}: {what}").format(
        day=formats.day(each["amended_on"]),
        number=each["amendment"],
        what="; ".join([*changes, *filter(None, [each["reason"]])]),
    )


def _moved(each: dict[str, Any], names: Names) -> str:
    def place(line: str | None, lieu: str | None) -> str:
        return (
            f"{line} ({names(lieu)})" if line and lieu else line or (names(lieu) if lieu else _("free again"))
        )

    said = _("{day}: {amount} moved from {source} to {target}, by {decision}").format(
        day=formats.day(each["moved_on"]),
        amount=formats.money_whole(each["amount_cents"]),
        source=place(each["from_line"], each["from_lieu"]),
        target=place(each["to_line"], each["to_lieu"]),
        decision=each["decision"] or "?",
    )
    return said + (
        _(", with the funder's agreement {ref}").format(ref=each["approval"]) if each["approval"] else ""
    )


def _accompanied(found: dict[str, Any], names: Names) -> Section | None:
    return section(
        _("Accompaniment"),
        grid(
            (_("contract"), _("provider"), _("client"), _("deliverables accepted"), _("due"), _("amount")),
            (
                (
                    each["title"],
                    names(each["provider"]),
                    names(each["client"]),
                    f"{each['accepted']} / {each['deliverables']}",
                    formats.money_whole(each["accepted_cents"]),
                    formats.money_whole(each["amount_cents"]),
                )
                for each in found["contracts"]
            ),
            right=(4, 5),
        ),
    )


def _ahead(found: dict[str, Any]) -> Section | None:
    return section(
        _("Perspectives"),
        *(
            Words(
                _("{day} ({stage}): {text}").format(
                    day=formats.day(each["held_on"]), stage=terms.label(each["stage"]), text=each["text"]
                )
            )
            for each in found["perspectives"]
        ),
        *(
            Words(
                _("Learned on {day}: {text}").format(day=formats.day(each["learned_on"]), text=each["text"])
            )
            for each in found["lessons"]
        ),
        duties_grid(found["late"] + found["next"], found["as_of"]),
    )


def _notes(found: dict[str, Any]) -> Section | None:
    if found["review"]:
        return None
    command = f"ledger review hold --convention {found['convention']} --stage {found['stage']}"
    return Section(
        _("Notes of the meeting"),
        (
            Blank(_("Conclusions"), 3),
            Blank(_("Adjustments agreed"), 3),
            Blank(_("Perspectives"), 3),
            Words(_("To record it afterwards: {command}").format(command=command), "soft"),
        ),
    )
