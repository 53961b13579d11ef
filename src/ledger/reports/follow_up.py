"""Follow-up of a convention: its plan against what happened, and the calendar of what is expected.

Owns the tables that reports and dossiers share.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from ledger.funds.financial_report import calendar, plan_against_actual
from ledger.kernel.errors import UnknownId
from ledger.kernel.rows import one
from ledger.language import formats
from ledger.language.catalogue import N_, _
from ledger.reports.document import Block, Cell, Document, Section, Words, grid, section, sections
from ledger.reports.state import foot, state

Names = Callable[[str], str]

OBLIGATIONS = {
    "instalment": N_("instalment"),
    "report": N_("financial report"),
    "publication": N_("grant data made public"),
    "mid_term": N_("mid-term review"),
    "final": N_("final review"),
    "end": N_("end of the convention"),
}
"""What each kind of obligation is called."""


def plan(db: sqlite3.Connection, names: Names, convention_id: str) -> Document:
    """The plan of a convention against what happened, line by line and lieu by lieu.

    Raises:
        UnknownId: there is no such convention.
    """
    return Document(
        _("Plan against actual"),
        title_of(db, convention_id),
        _(
            "What was planned, allocated by decision and spent, by line and by lieu, over the whole convention."
        ),
        sections(
            section(
                _("Plan and reality"),
                plan_grid(plan_against_actual(db, convention_id), names)
                or Words(_("The convention has no plan, and nothing was spent."), "soft"),
            )
        ),
        foot(state(db)),
    )


def duties(db: sqlite3.Connection, names: Names, convention_id: str | None, on: str) -> Document:
    """What is expected and by when, of one convention or of all.

    Args:
        on: the day on which what is not done yet is late.

    Raises:
        UnknownId: there is no such convention.
    """
    found = calendar(db, convention_id)
    title = title_of(db, convention_id) if convention_id else _("Every convention")
    late = [each for each in found if not each["done_on"] and each["due_on"] < on]
    ahead = [each for each in found if not each["done_on"] and each["due_on"] >= on]
    done = [each for each in found if each["done_on"]]
    parts = ((_("Late"), late), (_("To come"), ahead), (_("Done"), done))
    told = [section(name, duties_grid(each, on, titled=not convention_id)) for name, each in parts]
    nothing = None if found else Section(_("To come"), (Words(_("Nothing is expected."), "soft"),))
    return Document(
        _("Calendar of obligations"),
        title,
        _("Instalments, reports, reviews and ends, as the law and the conventions date them."),
        sections(*told, nothing),
        foot(state(db)),
    )


def title_of(db: sqlite3.Connection, convention_id: str) -> str:
    """The title of a convention.

    Raises:
        UnknownId: there is no such convention.
    """
    found = one(db, "SELECT title FROM conventions WHERE id = ?", convention_id)
    if found is None:
        raise UnknownId(N_("No convention is called “{id}”."), id=convention_id)
    return str(found["title"])


def coverage(money: dict[str, Any]) -> str:
    """The share of spent euros whose trail is whole; that nothing was spent, when nothing was."""
    return formats.percent(money["coverage"]) if money["spent_cents"] else _("nothing was spent yet")


def plan_grid(plan: list[dict[str, Any]], names: Names) -> Block | None:
    """Each line of a plan, lieu by lieu, with its sums."""
    shared = {each["line"]: each["label"] for each in plan if each["label"] and not each["lieu"]}
    sums = [sum(each[key] for each in plan) for key in ("planned_cents", "allocated_cents", "spent_cents")]
    return grid(
        (_("line"), _("lieu"), _("planned"), _("allocated"), _("spent"), "%"),
        (
            (
                each["label"] or shared.get(each["line"]) or each["line"] or _("no line of the plan"),
                names(each["lieu"]) if each["lieu"] else "",
                *_amounts([each[key] for key in ("planned_cents", "allocated_cents", "spent_cents")]),
            )
            for each in plan
        ),
        right=(2, 3, 4, 5),
        last=(_("Total"), "", *_amounts(sums)),
    )


def _amounts(cents: list[int]) -> tuple[Cell, ...]:
    planned, _allocated, spent = cents
    share = formats.percent(spent / planned, 0) if planned else ""
    return (*(formats.money_whole(each) for each in cents), share)


def duties_grid(duties: list[dict[str, Any]], on: str, titled: bool = False) -> Block | None:
    """What is expected and by when.

    Args:
        on: the day on which what is not done yet is late.
        titled: say of which convention each is.
    """
    heads = [_("due by"), _("what"), _("which"), _("amount"), _("where it stands")]
    return grid(
        [*heads[:1], _("convention"), *heads[1:]] if titled else heads,
        (
            (
                formats.short_day(each["due_on"]),
                *((each["convention"],) if titled else ()),
                _(OBLIGATIONS[each["kind"]]),
                str(each["about"] or ""),
                formats.money_whole(each["amount_cents"]) if each["amount_cents"] else "",
                _stands(each, on),
            )
            for each in duties
        ),
        right=(4,) if titled else (3,),
        named=2 if titled else 1,
    )


def _stands(each: dict[str, Any], on: str) -> str:
    if each["done_on"]:
        return _("done on {day}").format(day=formats.short_day(each["done_on"]))
    return _("late") if each["due_on"] < on else _("to come")
