"""The trail report: each euro of a convention, from its award to its receipt.

Reads the read model's own views (`readmodel/money_views.sql`), so that it can never disagree with
what an analyst finds there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ledger.kernel.errors import UnknownId
from ledger.kernel.rows import rows
from ledger.language.catalogue import N_

if TYPE_CHECKING:
    import sqlite3

BREAKS = {
    "no_decision": N_("without a decision"),
    "decision_not_adopted": N_("its decision is not adopted"),
    "no_allocation": N_("without an allocation"),
    "no_invoice": N_("without a receipt"),
    "no_payment_proof": N_("without proof of payment"),
    "decided_later": N_("decided after it was paid"),
    "out_of_period": N_("paid outside the eligible period"),
    "over_allocation": N_("beyond its allocation"),
    "over_claimed": N_("charged above the whole of what was paid"),
    "disallowed": N_("not accepted by the funder"),
    "regrant": N_("passed on although the convention does not allow it"),
    "over_grant": N_("allocated beyond what the convention grants"),
}
"""What each break of a trail is called (`trail_breaks` in the read model)."""


def trail(db: sqlite3.Connection, convention_id: str) -> dict[str, Any]:
    """What became of a convention's money.

    Instalments pay expenses in the order in which both came: first received, first spent. What no
    instalment covers is the carrier's advance.

    Args:
        db: the read model, or a cut of it.
        convention_id: the convention, as recorded.

    Returns:
        The keys promised by `ledger trail --json`: amounts in cents, days in ISO form, `coverage`
        from 0 to 1 (euros spent with a decision, an allocation, a receipt and a proof of payment,
        over euros spent; 1 when nothing is spent). `rows` are the expenses by day of payment, each
        with the instalments that paid it, as `{id, amount_cents}`, and in what capacity somebody recorded it,
        `recorded_by`, as `{role, lieu}`; `breaks` say where the trail
        breaks, by kind.

    Raises:
        UnknownId: there is no such convention.
    """
    return {
        **summary(db, convention_id),
        "breaks": breaks(db, convention_id),
        "rows": payments(db, convention_id),
    }


def summary(db: sqlite3.Connection, convention_id: str) -> dict[str, Any]:
    """What `trail` answers but its `breaks` and `rows`: all that costs the same for many expenses as for few.

    Raises:
        UnknownId: there is no such convention.
    """
    balance = _balance(db, convention_id)
    return {
        "convention": convention_id,
        "funders": _funders(db, convention_id),
        "carrier": balance["carrier_id"],
        **{f"{name}_cents": balance[f"{name}_cents"] for name in _SUMS},
        **{f"{name}_cents": balance[f"{name}_cents"] for name in _MORE},
        "coverage": balance["coverage"],
        "agreement": agreement(db),
        "members_without_line": members_without_line(db, convention_id),
        "co_funding": co_funding(db, convention_id),
        "since_last_report": since_last_report(db, convention_id),
    }


def breaks(db: sqlite3.Connection, convention_id: str) -> list[dict[str, Any]]:
    """Where the trail breaks, as `{kind, id, amount_cents}`: see `BREAKS`."""
    return rows(db, "SELECT kind, id, amount_cents FROM trail_breaks WHERE convention_id = ?", convention_id)


def breaks_by_kind(db: sqlite3.Connection, convention_id: str, most: int) -> list[dict[str, Any]]:
    """Where the trail breaks, added up: `{kind, times, amount_cents, ids}`, the `most` first recorded of each."""
    kinds = rows(
        db,
        "SELECT kind, count(*) AS times, sum(amount_cents) AS amount_cents FROM trail_breaks"
        " WHERE convention_id = ? GROUP BY kind ORDER BY kind",
        convention_id,
    )
    first = "SELECT id FROM trail_breaks WHERE convention_id = ? AND kind = ? ORDER BY seq, id LIMIT ?"
    return [
        {**each, "ids": [id for (id,) in db.execute(first, (convention_id, each["kind"], most))]}
        for each in kinds
    ]


def instalments(db: sqlite3.Connection, convention_id: str) -> list[dict[str, Any]]:
    """Payments of the funder, by year and due day: planned, called and received, in cents."""
    return rows(
        db,
        "SELECT id, kind, year, status, planned_cents, called_cents, received_cents, due_on, called_on,"
        " received_on FROM instalments WHERE convention_id = ? ORDER BY year, due_on, seq, id",
        convention_id,
    )


_SUMS = (
    "amount",
    "received",
    "allocated",
    "committed",
    "spent",
    "evidenced",
    "advanced_by_carrier",
    "returned",
    "dedicated",
)


_MORE = ("called", "unallocated", "disallowed", "eligible", "transferred", "in_kind")


def agreement(db: sqlite3.Connection) -> dict[str, Any] | None:
    """The agreement in force: `{id, effective_on, document_sha256}`; None when none was adopted."""
    return next(
        iter(
            rows(
                db,
                "SELECT id, effective_on, document_sha256 FROM rules WHERE effective_until IS NULL AND ? <> ''"
                " ORDER BY effective_on DESC, seq DESC LIMIT 1",
                "rules",
            )
        ),
        None,
    )


def members_without_line(db: sqlite3.Connection, convention_id: str) -> list[str]:
    """Lieux that are members while the convention runs, and have no line in its plan."""
    found = db.execute(
        "SELECT DISTINCT members.lieu_id FROM members JOIN conventions ON conventions.id = ?1"
        " WHERE members.lieu_id IS NOT NULL AND members.held_from <= conventions.ends_on"
        " AND coalesce(members.ended_on, members.held_until, '9999') >= conventions.starts_on"
        " AND EXISTS (SELECT 1 FROM budget_lines WHERE convention_id = ?1)"
        " AND members.lieu_id NOT IN (SELECT lieu_id FROM budget_lines"
        " WHERE convention_id = ?1 AND lieu_id IS NOT NULL) ORDER BY members.seq",
        (convention_id,),
    )
    return [lieu for (lieu,) in found]


def co_funding(db: sqlite3.Connection, convention_id: str) -> list[dict[str, Any]]:
    """What else pays: `{kind, funder, convention, amount_cents}`, planned or shared payment by payment."""
    return rows(
        db,
        "SELECT kind, funder_id AS funder, other_convention_id AS convention, amount_cents FROM co_funding"
        " WHERE convention_id = ? ORDER BY kind, amount_cents DESC",
        convention_id,
    )


def since_last_report(db: sqlite3.Connection, convention_id: str) -> dict[str, Any] | None:
    """What was recorded after the last report was given; None when none was.

    Returns:
        `{report, filed_on, covers_until, events, within}`: `events` were
        recorded since, and `within` are those of them that speak of the time that the report covers, each as
        `{seq, kind, occurred_on}`: what the funder was told has changed. A correction counts by the day of
        what it corrects.
    """
    found = rows(
        db,
        "SELECT id AS report, filed_on, covers_until, filed_seq FROM reports WHERE convention_id = ?"
        " ORDER BY filed_seq DESC LIMIT 1",
        convention_id,
    )
    if not found:
        return None
    last = found[0]
    after = db.execute(
        "SELECT events.seq, events.kind, coalesce(CASE events.kind WHEN 'event.corrected.v1'"
        " THEN (SELECT min(told.occurred_on) FROM events AS told WHERE told.corrected_by = events.seq) END,"
        " events.occurred_on) FROM events JOIN event_conventions USING (seq)"
        " WHERE convention_id = ? AND events.seq > ? ORDER BY events.seq",
        (convention_id, last["filed_seq"]),
    ).fetchall()
    within = [
        {"seq": seq, "kind": kind, "occurred_on": on}
        for seq, kind, on in after
        if on <= last["covers_until"] and not kind.startswith(("report.", "review.", "lesson."))
    ]
    return {
        "report": last["report"],
        "filed_on": last["filed_on"],
        "covers_until": last["covers_until"],
        "events": len(after),
        "within": within,
    }


def _balance(db: sqlite3.Connection, convention_id: str) -> dict[str, Any]:
    found = rows(db, "SELECT * FROM convention_balance WHERE convention_id = ?", convention_id)
    if not found:
        raise UnknownId(N_("No convention is called “{id}”."), id=convention_id)
    return found[0]


def _funders(db: sqlite3.Connection, convention_id: str) -> list[str]:
    found = db.execute(
        "SELECT organisation_id FROM convention_funders WHERE convention_id = ? ORDER BY position",
        (convention_id,),
    )
    return [funder for (funder,) in found]


def payments(db: sqlite3.Connection, convention_id: str, most: int = -1) -> list[dict[str, Any]]:
    """The `rows` of `trail`: all of them, or the first so many."""
    shown = (convention_id, most)
    evidence = _lists(
        db,
        f"WITH shown AS ({_SHOWN})"
        " SELECT shown.id, sha256, position FROM shown JOIN expense_evidence ON expense_id = payment_id"
        " UNION ALL SELECT shown.id, sha256, 1000 FROM shown JOIN evidence ON describes_id = payment_id"
        " ORDER BY 1, 3",
        *shown,
    )
    expenses = rows(
        db,
        "SELECT id AS expense, paid_on, amount_cents, allocation_id AS allocation,"
        f" decision_id AS decision, line, lieu_id AS lieu FROM ({_SHOWN})",
        *shown,
    )
    received = rows(
        db,
        "SELECT instalment_id AS id, amount_cents FROM instalment_receipts WHERE convention_id = ?"
        " ORDER BY received_on, id",
        convention_id,
    )
    paid_by = attribute([row["amount_cents"] for row in expenses], received)
    recorded_by = {
        expense: {"role": role, "lieu": lieu}
        for expense, role, lieu in db.execute(
            f"SELECT expense_id, role, lieu_id FROM expense_recorders WHERE expense_id IN (SELECT id FROM ({_SHOWN}))",
            shown,
        )
    }
    return [
        {
            **row,
            "evidence": evidence[row["expense"]],
            "instalments": paid,
            "recorded_by": recorded_by.get(row["expense"]),
        }
        for row, paid in zip(expenses, paid_by, strict=True)
    ]


def attribute(
    spent_cents: Sequence[int], received: Iterable[Mapping[str, Any]]
) -> list[list[dict[str, Any]]]:
    """Which receipts pay which expenses: first received, first spent.

    Args:
        spent_cents: expenses, in the order of their payment.
        received: receipts as `{id, amount_cents}`, in the order of their arrival.

    Returns:
        For each expense, what each instalment pays of it, as `{id, amount_cents}`. What is missing
        from the expense's amount, no receipt covers.
    """
    receipts = iter(received)
    receipt, left_cents = None, 0
    paid_by: list[list[dict[str, Any]]] = []
    for amount_cents in spent_cents:
        paid: dict[str, int] = {}
        unpaid_cents = amount_cents
        while unpaid_cents:
            if not left_cents:
                receipt = next(receipts, None)
                if receipt is None:
                    break
                left_cents = receipt["amount_cents"]
                continue
            assert receipt is not None
            part_cents = min(unpaid_cents, left_cents)
            paid[receipt["id"]] = paid.get(receipt["id"], 0) + part_cents
            unpaid_cents -= part_cents
            left_cents -= part_cents
        paid_by.append([{"id": name, "amount_cents": cents} for name, cents in paid.items()])
    return paid_by


_SHOWN = "SELECT * FROM expenses WHERE convention_id = ? ORDER BY paid_on, seq LIMIT ?"


def _lists(db: sqlite3.Connection, sql: str, *values: str | int) -> defaultdict[str, list[str]]:
    """Values of the second column by those of the first, each once."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for key, value, _position in db.execute(sql, values):
        if value not in found[key]:
            found[key].append(value)
    return found
