"""Calls of funders: criteria, who applied, how the criteria were assessed, what was awarded or refused.

Applications stand in the order in which they were filed: assessed against criteria, never against one another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from ledger.kernel.errors import UnknownId
from ledger.kernel.rows import rows
from ledger.language import formats, terms
from ledger.language.catalogue import N_, _, ngettext
from ledger.reports.document import (
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
from ledger.reports.state import foot, state

Names = Callable[[str], str]

ANSWERS = {"submitted": N_("under assessment"), "awarded": N_("awarded"), "refused": N_("refused")}


def calls(db: sqlite3.Connection, call_id: str | None = None) -> list[dict[str, Any]]:
    """Every call, or one, in the order in which they opened; applications outside any call come last.

    Returns:
        `{call, title, funder, kind, ceiling_cents, opened_on, closes_on, requires, url, criteria, applications}`:
        `criteria` are `{criterion, label}`; `applications` are `{application, title, applicant, lieu, requested_cents,
        awarded_cents, status, filed_on, answered_on, award, assessor, eligible, reason, despite, conventions, met}`,
        `met` being `{criterion: 1 or 0}` for each criterion that was assessed.

    Raises:
        UnknownId: there is no such call.
    """
    found = rows(
        db,
        "SELECT id AS call, title, funder_id AS funder, kind, ceiling_cents, opened_on, closes_on,"
        " (SELECT title FROM calls AS before WHERE before.id = calls.requires_call_id) AS requires, url"
        " FROM calls WHERE ?1 IS NULL OR id = ?1 ORDER BY opened_on, seq",
        call_id,
    )
    if call_id and not found:
        raise UnknownId(N_("No call is called “{id}”."), id=call_id)
    for each in found:
        each["criteria"] = rows(
            db, "SELECT criterion, label FROM call_criteria WHERE call_id = ? ORDER BY position", each["call"]
        )
        each["applications"] = _applications(db, "call_id = ?", each["call"])
    if call_id is None and (others := _applications(db, "call_id IS NULL")):
        found.append({"call": None, "criteria": [], "applications": others})
    return found


def _applications(db: sqlite3.Connection, condition: str, *values: Any) -> list[dict[str, Any]]:
    found = rows(
        db,
        "SELECT id AS application, title, funder_id AS funder, applicant_id AS applicant, lieu_id AS lieu,"
        " requested_cents, awarded_cents, status, filed_on, answered_on, award, assessor_id AS assessor, eligible,"
        f" reason, despite FROM applications WHERE {condition} ORDER BY filed_on, seq, id",
        *values,
    )
    for each in found:
        assessed = "SELECT criterion, met FROM application_criteria WHERE application_id = ?"
        each["met"] = dict(db.execute(assessed, (each["application"],)).fetchall())
        signed = "SELECT id FROM conventions WHERE application_id = ? ORDER BY seq"
        each["conventions"] = [id for (id,) in db.execute(signed, (each["application"],))]
    return found


def document(db: sqlite3.Connection, names: Names, call_id: str | None = None) -> Document:
    """Calls and their applications, ready to be laid out.

    Raises:
        UnknownId: there is no such call.
    """
    found = calls(db, call_id)
    told = [part for each in found for part in _told(each, names)]
    nothing = Section(_("Calls"), (Words(_("No call was recorded, and no application."), "soft"),))
    return Document(
        _("Calls for interest and for projects"),
        found[0]["title"] if call_id else _("Calls and applications"),
        _("Applications are assessed against the criteria of the call, never ranked against one another."),
        sections(*(told or [nothing])),
        foot(state(db)),
    )


def _told(each: dict[str, Any], names: Names) -> list[Section | None]:
    if each["call"] is None:
        return [section(_("Applications outside a call"), *_applied(each, names))]
    return [section(each["title"], *_about(each, names)), section(_answered(each), *_applied(each, names))]


def _about(each: dict[str, Any], names: Names) -> list[Block | None]:
    ceiling = formats.money_whole(each["ceiling_cents"]) if each["ceiling_cents"] else None
    return [
        facts(
            (_("Kind"), terms.label(each["kind"])),
            (_("Funder"), names(each["funder"])),
            (_("Opened on"), formats.day(each["opened_on"])),
            (_("Until"), formats.day(each["closes_on"]) if each["closes_on"] else None),
            (_("At most"), ceiling),
            (_("Only for who is eligible for"), each["requires"]),
            (_("Address"), each["url"]),
        ),
        Words(_("Criteria"), "head") if each["criteria"] else None,
        items(criterion["label"] for criterion in each["criteria"]),
    ]


def _answered(each: dict[str, Any]) -> str:
    count = len(each["applications"])
    return ngettext("{count} application: {title}", "{count} applications: {title}", count).format(
        count=count, title=each["title"]
    )


def _applied(each: dict[str, Any], names: Names) -> list[Block | None]:
    applications, criteria = each["applications"], each["criteria"]
    if not applications:
        return [Words(_("Nobody has applied yet."), "soft")]
    blocks: list[Block | None] = [
        grid(
            (
                _("filed on"),
                _("application"),
                _("applicant"),
                _("asked"),
                _("answer"),
                _("awarded"),
                _("act"),
            ),
            (
                (
                    formats.short_day(one["filed_on"]),
                    Ref(one["application"], one["title"]),
                    names(one["applicant"] or one["lieu"] or ""),
                    formats.money_whole(one["requested_cents"]) if one["requested_cents"] else "",
                    _(ANSWERS[one["status"]]),
                    formats.money_whole(one["awarded_cents"]) if one["awarded_cents"] else "",
                    one["award"] or "",
                )
                for one in applications
            ),
            right=(3, 5),
            named=1,
        )
    ]
    assessed = [one for one in applications if one["met"]]
    if criteria and assessed:
        blocks += [
            Words(_("How the criteria were assessed"), "head"),
            grid(
                (_("criterion"), *(one["title"] for one in assessed)),
                (
                    (criterion["label"], *(_met(one, criterion["criterion"]) for one in assessed))
                    for criterion in criteria
                ),
            ),
        ]
    return [*blocks, items(filter(None, (_remarks(one, names) for one in applications)))]


def _met(one: dict[str, Any], criterion: str) -> str:
    return {1: _("met"), 0: _("not met")}.get(one["met"].get(criterion), "–")


def _remarks(one: dict[str, Any], names: Names) -> str | None:
    """What the tables do not say of an application; None when they say everything."""
    said = [one["reason"]]
    if one["assessor"]:
        said.append(_("assessed by {who}").format(who=names(one["assessor"])))
    if one["despite"]:
        said.append(_("filed against rule {rule}").format(rule=one["despite"]))
    if one["conventions"]:
        said.append(_("convention {ids}").format(ids=formats.joined(one["conventions"])))
    known = list(filter(None, said))
    return _("{title}: {reason}").format(title=one["title"], reason="; ".join(known)) if known else None
