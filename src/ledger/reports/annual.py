"""The annual report to a funder, in the three parts of the form CERFA 15059: what was done, the table, its annex.

Gathers what the form asks from the tables and puts it into words. It certifies nothing: the carrier's legal
representative signs it, and the carrier's accountant keeps the books.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from ledger.funds.financial_report import financial_report
from ledger.kernel.errors import UnknownId
from ledger.kernel.rows import one, rows
from ledger.language import formats, terms
from ledger.language.catalogue import N_, _, ngettext
from ledger.reports.document import (
    Blank,
    Block,
    Cell,
    Document,
    Grid,
    Ref,
    Section,
    Words,
    facts,
    grid,
    items,
    section,
    sections,
)
from ledger.reports.indicators import indicators, measure_of, remarks, summary
from ledger.reports.state import foot, state

Names = Callable[[str], str]
MOST = 40
"""Finished tasks listed one by one; the others are counted."""


def annual(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, Any]:
    """Everything that the report on a year says, as data.

    Returns:
        The keys of `financial_report`, and `activity` (see there), `indicators` (see `indicators`), `state`.

    Raises:
        UnknownId: there is no such convention.
        UsageError: the year is not one of its years.
    """
    found = financial_report(db, convention_id, year)
    return {
        **found,
        "activity": activity(db, convention_id, year),
        "indicators": indicators(db, convention_id, f"{year}-12-31"),
        "state": state(db),
    }


def last_year(db: sqlite3.Connection, convention_id: str, on: str) -> int:
    """The last year of a convention that has begun on a day; its first when none has.

    Raises:
        UnknownId: there is no such convention.
    """
    found = one(db, "SELECT starts_on, ends_on FROM conventions WHERE id = ?", convention_id)
    if found is None:
        raise UnknownId(N_("No convention is called “{id}”."), id=convention_id)
    first, last, year = (int(day[:4]) for day in (found["starts_on"], found["ends_on"], on))
    return min(max(year, first), last)


def activity(db: sqlite3.Connection, convention_id: str, year: int) -> dict[str, Any]:
    """What was done in a year with a convention's money, as far as it was recorded.

    Returns:
        `{purpose, territory, starts_on, ends_on, decisions, tasks, meetings, lieux, reviews, lessons, amendments}`:
        `decisions` allowed the spending, as `{id, title, decided_on}`; `tasks` follow from them and were finished, as
        `{id, title, closed_on, lieu}`; `lieux` hosted or were paid for, as `{lieu, meetings, spent_cents}`.
    """
    first, last = f"{year}-01-01", f"{year}-12-31"
    within = (convention_id, first, last)
    about = one(db, "SELECT purpose, territory FROM consortium") or {"purpose": None, "territory": None}
    period = one(db, "SELECT starts_on, ends_on FROM conventions WHERE id = ?", convention_id) or {}
    return {
        **about,
        **period,
        "decisions": rows(
            db,
            "SELECT id, title, decided_on FROM decisions WHERE EXISTS (SELECT 1 FROM expenses"
            " WHERE decision_id = decisions.id AND +convention_id = ?1 AND paid_on BETWEEN ?2 AND ?3)"
            " OR EXISTS (SELECT 1 FROM allocations"
            " WHERE decision_id = decisions.id AND +convention_id = ?1 AND allocated_on BETWEEN ?2 AND ?3)"
            " ORDER BY decided_on, seq",
            *within,
        ),
        "tasks": rows(
            db,
            "SELECT id, title, closed_on, lieu_id AS lieu FROM tasks WHERE status = 'completed'"
            " AND closed_on BETWEEN ?2 AND ?3 AND (EXISTS (SELECT 1 FROM expenses"
            " WHERE decision_id = tasks.decision_id AND +convention_id = ?1)"
            " OR EXISTS (SELECT 1 FROM allocations WHERE decision_id = tasks.decision_id AND +convention_id = ?1))"
            " ORDER BY closed_on, id",
            *within,
        ),
        "meetings": rows(
            db,
            "SELECT kind, count(*) AS count FROM meetings WHERE held_on BETWEEN ?1 AND ?2"
            " GROUP BY kind ORDER BY min(held_on)",
            first,
            last,
        ),
        "lieux": rows(
            db,
            "SELECT lieu_id AS lieu, sum(meetings) AS meetings, sum(cents) AS spent_cents FROM ("
            " SELECT host_lieu_id AS lieu_id, 1 AS meetings, 0 AS cents FROM meetings"
            " WHERE held_on BETWEEN ?2 AND ?3"
            " UNION ALL SELECT lieu_id, 0, sum(amount_cents) FROM expenses"
            " WHERE convention_id = ?1 AND paid_on BETWEEN ?2 AND ?3 GROUP BY lieu_id) AS done"
            " JOIN lieux ON lieux.id = done.lieu_id GROUP BY lieu_id ORDER BY lieux.seq",
            *within,
        ),
        "reviews": rows(
            db,
            "SELECT stage, held_on, conclusions FROM reviews WHERE convention_id = ?1 AND held_on BETWEEN ?2 AND ?3"
            " ORDER BY held_on",
            *within,
        ),
        "lessons": rows(
            db,
            "SELECT text, learned_on FROM lessons WHERE convention_id = ?1 AND learned_on BETWEEN ?2 AND ?3"
            " ORDER BY learned_on, id",
            *within,
        ),
        "amendments": rows(
            db,
            "SELECT amendment, amended_on, reason FROM amendments WHERE convention_id = ?1"
            " AND amended_on BETWEEN ?2 AND ?3 ORDER BY amended_on, id",
            *within,
        ),
    }


# -- in words --------------------------------------------------------------------------------------


def document(db: sqlite3.Connection, names: Names, convention_id: str, year: int) -> Document:
    """The report on a year, ready to be laid out.

    Raises:
        UnknownId: there is no such convention.
        UsageError: the year is not one of its years.
    """
    found = annual(db, convention_id, year)
    return Document(
        _("Annual financial report, in the shape of CERFA 15059"),
        f"{found['title']}, {year}",
        _("{funders} → {carrier}, which carries for the consortium.").format(
            funders=formats.joined([names(funder) for funder in found["funders"]]),
            carrier=names(found["carrier"]),
        ),
        sections(
            _identity(found),
            _done(found, names),
            _publics(found),
            _table(found),
            _in_kind(found, names),
            _annex(found),
            _signature(found),
        ),
        foot(found["state"]),
    )


def _identity(found: dict[str, Any]) -> Section | None:
    done = found["activity"]
    given = [
        _("{kind} given on {day}: {status}").format(
            kind=terms.label(each["kind"]),
            day=formats.day(each["filed_on"]),
            status=terms.label(each["status"]),
        )
        for each in found["reports"]
    ]
    return section(
        _("The grant"),
        facts(
            (_("Convention"), Ref(found["convention"], found["convention"])),
            (_("From, to"), f"{formats.day(done['starts_on'])} – {formats.day(done['ends_on'])}"),
            (_("Territory"), done["territory"]),
            (_("Objective"), done["purpose"]),
        ),
        items(given),
    )


def _done(found: dict[str, Any], names: Names) -> Section | None:
    done = found["activity"]
    tasks = done["tasks"][:MOST]
    meetings = formats.joined([f"{each['kind']} ({each['count']})" for each in done["meetings"]])
    left = len(done["tasks"]) - len(tasks)
    blocks: list[Block | None] = [
        grid(
            (_("decided on"), _("decision that allowed the spending"), ""),
            (
                (
                    formats.short_day(each["decided_on"]) if each["decided_on"] else "",
                    each["title"],
                    Ref(each["id"], each["id"]),
                )
                for each in done["decisions"]
            ),
            named=1,
        ),
        grid(
            (_("finished on"), _("task that followed from it"), _("lieu")),
            (
                (
                    formats.short_day(each["closed_on"]),
                    Ref(each["id"], each["title"]),
                    names(each["lieu"]) if each["lieu"] else "",
                )
                for each in tasks
            ),
            named=1,
        ),
        Words(ngettext("and {count} more task", "and {count} more tasks", left).format(count=left), "soft")
        if left
        else None,
        facts((_("Meetings held in the year"), meetings)),
        grid(
            (_("where"), _("meetings hosted"), _("spent for it")),
            (
                (names(each["lieu"]), str(each["meetings"] or ""), _money(each["spent_cents"]))
                for each in done["lieux"]
            ),
            right=(1, 2),
        ),
        *(Words(text) for text in _told(done)),
    ]
    if not done["decisions"]:
        blocks.append(Words(_("No spending was decided in this year."), "soft"))
    blocks.append(Blank(_("To add: how it went, what changed from what was foreseen")))
    return section(_("1. What was done"), *blocks)


def _told(done: dict[str, Any]) -> Iterator[str]:
    for each in done["reviews"]:
        said = f": {each['conclusions']}" if each["conclusions"] else ""
        yield _("Review of {day} ({stage}){said}").format(
            day=formats.day(each["held_on"]), stage=terms.label(each["stage"]), said=said
        )
    for each in done["amendments"]:
        yield _("Amendment {number} of {day}: {reason}").format(
            number=each["amendment"], day=formats.day(each["amended_on"]), reason=each["reason"]
        )
    for each in done["lessons"]:
        yield _("Learned on {day}: {text}").format(day=formats.day(each["learned_on"]), text=each["text"])


def _publics(found: dict[str, Any]) -> Section | None:
    set_, told = found["indicators"], summary(found["indicators"])
    return section(
        _("Objectives, publics and indicators"),
        told,
        facts(
            *(
                (_("Public reached: {who}").format(who=each["public"]), measure_of(each) or _("not yet"))
                for each in set_
                if each["public"]
            )
        ),
        *(Words(text, "soft") for text in remarks(set_)),
        None
        if set_
        else Words(_("No indicator was set: nothing here says whom the action reached."), "watch"),
        Blank(_("To add: whom the action reached, how many people about, and how that is known")),
    )


_BASIS = {
    "share": N_(
        "The plan does not tell years apart: the forecast is the year's part of the grant, applied to each line."
    ),
    "convention": N_("The plan does not tell years apart: the forecast is that of the whole convention."),
}


def _table(found: dict[str, Any]) -> Section | None:
    basis = _BASIS.get(found["forecast_basis"])
    titles = {"charges": _("Charges"), "indirect": _("Indirect charges"), "products": _("Income")}
    blocks: list[Block | None] = [Words(_(basis), "soft") if basis else None]
    for part, title in titles.items():
        if found[part]:
            blocks += [Words(title, "head"), _rows(found, part)]
        if part == "indirect" and found[part]:
            blocks.append(Words(_all_charges(found)))
    return section(_("2. The table"), *blocks)


def _all_charges(found: dict[str, Any]) -> str:
    sums = [found["totals"][part] for part in ("charges", "indirect")]
    return _("All charges, direct and indirect: {forecast} forecast, {actual} actual.").format(
        forecast=_money(sum(each["forecast_cents"] for each in sums)),
        actual=_money(sum(each["actual_cents"] for each in sums)),
    )


def _rows(found: dict[str, Any], part: str) -> Grid | None:
    total = found["totals"][part]
    return grid(
        (_("account"), _("what"), _("forecast"), _("actual"), "%"),
        (_row(each) for each in found[part]),
        right=(2, 3, 4),
        named=1,
        last=_row({"account": "", "label": N_("Total"), "share": _part(total), **total}),
    )


def _row(each: dict[str, Any]) -> tuple[Cell, ...]:
    share = "" if each["share"] is None else formats.percent(each["share"], 0)
    amounts = (_money(each["forecast_cents"]), _money(each["actual_cents"]))
    return (each["account"], _(each["label"]), *amounts, share)


def _part(total: dict[str, int]) -> float | None:
    return total["actual_cents"] / total["forecast_cents"] if total["forecast_cents"] else None


def _in_kind(found: dict[str, Any], names: Names) -> Section | None:
    return section(
        _("At the foot: contributions in kind"),
        grid(
            (_("account"), _("what"), _("forecast"), _("actual"), "%"),
            (_row(each) for each in (*found["in_kind"], *found["in_kind_accounts"])),
            right=(2, 3, 4),
            named=1,
        ),
        grid(
            (_("what was given"), _("given by"), _("how much"), _("rule"), _("value")),
            (
                (
                    each["label"] or terms.label(each["nature"]),
                    names(each["lieu"] or each["organisation"] or "")
                    if each["lieu"] or each["organisation"]
                    else "",
                    _how_much(each),
                    each["method"] or "",
                    _money(each["value_cents"]),
                )
                for each in found["in_kind_given"]
            ),
            right=(4,),
        ),
    )


def _how_much(each: dict[str, Any]) -> str:
    quantity = f"{formats.decimal(each['quantity'], 2)} {each['unit'] or ''}".strip()
    rate = f" × {_money(each['rate_cents'])}" if each["rate_cents"] else ""
    return quantity + rate + (f" − {_money(each['rent_cents'])}" if each["rent_cents"] else "")


_KNOWN = {
    "moved_in": N_("{amount} moved here by {decision}"),
    "moved_out": N_("{amount} moved away by {decision}"),
    "committed": N_("{amount} ordered and not paid yet ({id})"),
    "awaited": N_("{amount} called and not received yet ({id})"),
}


def known(each: dict[str, Any]) -> str:
    """A fact that may explain a gap."""
    text = _(_KNOWN[each["kind"]]).format(
        amount=_money(each["amount_cents"]), decision=each["decision"] or "?", id=each["id"]
    )
    return text + (
        _(", with the funder's agreement {ref}").format(ref=each["approval"]) if each["approval"] else ""
    )


def _annex(found: dict[str, Any]) -> Section | None:
    key = found["indirect_key"]
    said = (
        _("Indirect charges are {share} of direct ones.").format(share=formats.percent(key, 1))
        if key
        else _("No indirect charge was recorded.")
    )
    blocks: list[Block | None] = [Words(_("Key of the indirect charges: ") + said)]
    for gap in found["gaps"]:
        blocks.append(
            Words(
                _("To explain: {what}, {amount}").format(
                    what=" ".join(filter(None, (gap["account"], _(gap["label"])))),
                    amount=signed(gap["gap_cents"]),
                ),
                "watch",
            )
        )
        blocks.append(items(known(each) for each in gap["known"]))
        blocks.append(Blank(_("Explanation")))
    if not found["gaps"]:
        blocks.append(Words(_("No gap is beyond what the convention tolerates."), "good"))
    return section(_("3. Annex: indirect charges and gaps"), *blocks)


def _signature(found: dict[str, Any]) -> Section:
    reserve = _(
        "These figures are what this ledger knows. It keeps neither the carrier's accounts nor its other money: the"
        " legal representative checks and certifies them."
    )
    return Section(
        _("Certified by the legal representative"),
        (Words(reserve, "reserve"), Blank(_("Name, capacity, date and signature"), 3)),
    )


def signed(cents: int) -> str:
    """`+4 812 €`, `−2 412 €`: a gap with its sign."""
    return ("−" if cents < 0 else "+") + formats.money_whole(abs(cents))


def _money(cents: int) -> str:
    return formats.money_whole(cents)
