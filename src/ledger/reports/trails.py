"""The trail of a convention in words: what an officer needs in ten minutes first, then each payment.

What is told of an officer's questions here, the page says in the same words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ledger.funds.trail import BREAKS, breaks_by_kind, instalments, payments, summary
from ledger.language import formats
from ledger.language.catalogue import N_, _, ngettext
from ledger.reports.capacity import told as capacity_told
from ledger.reports.document import (
    Bars,
    Cell,
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
from ledger.reports.follow_up import coverage
from ledger.reports.state import foot, state

Names = Callable[[str], str]

PROVES = N_(
    "What this ledger proves: who decided what, what was paid and with which proof, and that none of it was altered."
    " What it does not prove: that the service was rendered, nor that no other money paid for it."
)
EACH = 10
"""Breaks of one kind told one by one; the others are counted."""


def document(
    db: sqlite3.Connection,
    names: Names,
    convention_id: str,
    on: str,
    *,
    handles: bool = False,
    most: int | None = None,
) -> Document:
    """The trail of a convention, ready to be laid out.

    Args:
        on: the day at which it stands, ISO.
        most: payments told one by one, the first ones; the others are counted. All of them by default.
        handles: say by their handle who recorded each payment, as members know them; else by their role.

    Raises:
        UnknownId: there is no such convention.
    """
    found = summary(db, convention_id)
    title = db.execute("SELECT title FROM conventions WHERE id = ?", (convention_id,)).fetchone()[0]
    return Document(
        _("Financing trail, on {day}").format(day=formats.day(on)),
        f"{title} ({convention_id})",
        _("{funders} → {carrier}, which carries for the consortium.").format(
            funders=formats.joined([names(funder) for funder in found["funders"]]),
            carrier=names(found["carrier"]),
        ),
        sections(
            _first(db, found, names),
            _breaks(db, found),
            _payments(db, found, names, handles=handles, most=-1 if most is None else most),
        ),
        foot(state(db)),
    )


def standing(db: sqlite3.Connection, found: dict[str, Any], names: Names) -> list[tuple[str, Cell, str]]:
    """What an officer asks before the payments, as `(question, answer, tone)`.

    The agreement signed, each member in the plan, what else pays, what changed since the last report.

    Args:
        found: what `summary` answered.
    """
    return [
        (_("Agreement of the consortium"), *_agreement(db, found)),
        (_("Each member in the plan"), *_lines(db, found, names)),
        (_("Other money"), *_others(found, names)),
        (_("Since the last report"), *_since(found)),
    ]


def _agreement(db: sqlite3.Connection, found: dict[str, Any]) -> tuple[str, str]:
    agreement = found["agreement"]
    if not agreement:
        return _("No agreement was adopted."), "watch"
    signed = db.execute(
        "SELECT count(*) FROM roles WHERE role = 'member' AND coalesce(ended_on, '9999') > ?",
        (agreement["effective_on"],),
    ).fetchone()[0]
    text = ngettext(
        "in force since {day}, {count} member", "in force since {day}, {count} members", signed
    ).format(day=formats.day(agreement["effective_on"]), count=signed)
    file = agreement["document_sha256"]
    return text + (_(", signed file {fingerprint}").format(fingerprint=file[:12]) if file else ""), "plain"


def _lines(db: sqlite3.Connection, found: dict[str, Any], names: Names) -> tuple[str, str]:
    missing = found["members_without_line"]
    if missing:
        lieux = formats.joined([names(lieu) for lieu in missing])
        return _("no: {lieux} have no line of their own").format(lieux=lieux), "watch"
    count = db.execute(
        "SELECT count(DISTINCT lieu_id) FROM budget_lines WHERE convention_id = ?", (found["convention"],)
    ).fetchone()[0]
    if not count:
        return _("the plan names no lieu"), "watch"
    return ngettext("yes: {count} lieu has a line", "yes: {count} lieux have a line", count).format(
        count=count
    ), "plain"


def _others(found: dict[str, Any], names: Names) -> tuple[str, str]:
    if not found["co_funding"]:
        return _("none is known to this ledger"), "plain"
    told = []
    for each in found["co_funding"]:
        who = each["funder"] or each["convention"]
        template = (
            _("{amount} of shared payments, by {who}") if each["kind"] == "shared" else _("{amount}, {who}")
        )
        told.append(
            template.format(
                amount=formats.money_whole(each["amount_cents"]),
                who=names(who) if who else _("own resources"),
            )
        )
    return "; ".join(told), "plain"


def _since(found: dict[str, Any]) -> tuple[str, str]:
    since = found["since_last_report"]
    if not since:
        return _("no report was given yet"), "plain"
    changed = len(since["within"])
    said = _(
        "report {report} of {day}; recorded since: {events}, of which about the time it covers: {within}"
    ).format(
        report=since["report"], day=formats.day(since["filed_on"]), events=since["events"], within=changed
    )
    return said, "watch" if changed else "plain"


def _first(db: sqlite3.Connection, found: dict[str, Any], names: Names) -> Section | None:
    awaited = sum(
        max(0, each["called_cents"] - each["received_cents"]) for each in instalments(db, found["convention"])
    )
    whole = max(found["amount_cents"], 1)
    steps = (
        (_("awarded"), found["amount_cents"]),
        (_("called from the funder, not received yet"), awaited),
        (_("received"), found["received_cents"]),
        (_("allocated by decision"), found["allocated_cents"]),
        (_("spent"), found["spent_cents"]),
        (_("with receipt and proof of payment"), found["evidenced_cents"]),
        (_("advanced by the carrier"), found["advanced_by_carrier_cents"]),
        (_("dedicated funds, to spend later"), found["dedicated_cents"]),
        (_("returned to the funder"), found["returned_cents"]),
    )
    return section(
        _("In ten minutes"),
        facts(*((question, answer) for question, answer, _tone in standing(db, found, names))),
        Bars(tuple((name, cents / whole, formats.money_whole(cents)) for name, cents in steps if cents)),
        Words(whole_trail(found)),
        Words(_(PROVES), "reserve"),
    )


def whole_trail(found: dict[str, Any]) -> str:
    """How much of the spending has its whole trail, in a sentence."""
    if not found["spent_cents"]:
        return _("Nothing has been spent yet.")
    return _(
        "{coverage} of what was spent has its whole trail: decision, allocation, receipt, proof of payment."
    ).format(coverage=coverage(found))


def _breaks(db: sqlite3.Connection, found: dict[str, Any]) -> Section | None:
    return section(
        _("Where the trail breaks"),
        grid(
            (_("what breaks it"), _("times"), _("amount"), _("where")),
            (
                (
                    _(BREAKS.get(each["kind"], each["kind"])),
                    str(each["times"]),
                    formats.money_whole(each["amount_cents"]),
                    ", ".join(each["ids"]) + (" …" if each["times"] > EACH else ""),
                )
                for each in breaks_by_kind(db, found["convention"], EACH)
            ),
            right=(1, 2),
        )
        or Words(_("Nowhere.") if found["spent_cents"] else _("Nothing has been spent yet."), "good"),
    )


def _payments(
    db: sqlite3.Connection, found: dict[str, Any], names: Names, *, handles: bool, most: int
) -> Section | None:
    convention = found["convention"]
    told = payments(db, convention, most)
    labels = {
        row["expense"]: db.execute("SELECT label FROM expenses WHERE id = ?", (row["expense"],)).fetchone()[0]
        for row in told
    }
    known = _handles(db, labels) if handles else {}
    heads = [_("paid"), _("amount"), _("what"), _("decision"), _("recorded by"), _("proofs"), _("line")]
    rows = (
        (
            formats.short_day(row["paid_on"]),
            formats.money_whole(row["amount_cents"]),
            Ref(row["expense"], labels[row["expense"]]),
            Ref(row["decision"], row["decision"]) if row["decision"] else "?",
            known.get(row["expense"]) or recorder(row["recorded_by"], names),
            str(len(row["evidence"])),
            row["line"] or "",
        )
        for row in told
    )
    columns = len(heads) - handles  # a terminal has no room for the line, which the decision tells
    return section(
        _("Payments"),
        grid(
            heads[:columns],
            (row[:columns] for row in rows),
            right=(1, 5),
            named=2,
            last=(_("Total"), formats.money_whole(found["spent_cents"]), *[""] * (columns - 2)),
        ),
        items((*_untold(db, convention, len(told)), *_shared(db, convention))),
    )


def _handles(db: sqlite3.Connection, expenses: Iterable[str]) -> dict[str, str | None]:
    """Who recorded each payment."""
    found = "SELECT handle FROM expense_recorders WHERE expense_id = ?"
    return {id: row[0] for id in expenses if (row := db.execute(found, (id,)).fetchone())}


def _untold(db: sqlite3.Connection, convention_id: str, told: int) -> Iterator[str]:
    """The payments that are only counted, and where all of them are."""
    count = db.execute("SELECT count(*) FROM expenses WHERE convention_id = ?", (convention_id,)).fetchone()[
        0
    ]
    if count > told:
        yield ngettext(
            "{count} more payment: `ledger trail {convention} --html trail.html` tells them all.",
            "{count} more payments: `ledger trail {convention} --html trail.html` tells them all.",
            count - told,
        ).format(count=formats.number(count - told), convention=convention_id)


def _shared(db: sqlite3.Connection, convention_id: str) -> Iterator[str]:
    parts = db.execute(
        "SELECT count(*) FROM expenses WHERE convention_id = ? AND id <> payment_id", (convention_id,)
    ).fetchone()[0]
    if parts:
        yield ngettext(
            "{count} payment is a part of one that other money shares.",
            "{count} payments are parts of ones that other money shares.",
            parts,
        ).format(count=parts)


def recorder(found: dict[str, Any] | None, names: Names) -> str:
    """Who recorded a payment, by role and lieu; a question mark when nobody is known."""
    if not found or not found["role"]:
        return "?"
    return capacity_told({"role": found["role"], "party": found["lieu"]}, names)
