"""The trail, as a funder follows it: the Arles figures, each kind of break, and who paid what."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.funds.events import EvidenceRef, PlanLine, YearShare
from ledger.funds.trail import attribute, instalments, trail
from ledger.kernel.errors import UnknownId

INVOICE = EvidenceRef(sha256="a" * 64, evidence_kind="invoice")
PAYMENT = EvidenceRef(sha256="b" * 64, evidence_kind="proof_of_payment")
TIMESHEET = EvidenceRef(sha256="c" * 64, evidence_kind="timesheet")
PAYSLIP = EvidenceRef(sha256="d" * 64, evidence_kind="payslip")

ARLES_KEYS = {
    "convention", "funders", "carrier", "amount_cents", "received_cents", "allocated_cents",
    "committed_cents", "spent_cents", "evidenced_cents", "advanced_by_carrier_cents", "returned_cents",
    "dedicated_cents", "coverage", "breaks", "rows",
}  # fmt: skip


@pytest.fixture(scope="module")
def arles(a_consortium: Any) -> Any:
    """The year 2024 of the six lieux (DOMAIN.md, S1), in money only."""
    money = a_consortium(JANVIER=45_500, MARS=4_500)
    lieux = ("fabrique", "verrerie", "archipel", "parade", "pop", "cuisine")
    others = {"coordination": 2_688, "tour-bus": 4_500, "outils": 3_812, "gestion": 3_000}
    money.sign(
        years=tuple(YearShare(year=year, amount_cents=5_000_000) for year in (2024, 2025, 2026)),
        plan=(
            *(PlanLine(line="lieux", label="Animation", amount_cents=600_000, lieu_id=x) for x in lieux),
            *(PlanLine(line=line, label=line, amount_cents=euros * 100) for line, euros in others.items()),
        ),
        on=date(2024, 1, 15),
    )
    money.call("ANCT-avance", on=date(2024, 1, 20))
    money.receive("ANCT-avance", 40_000, on=date(2024, 2, 10))
    for lieu in lieux:
        money.allocate(f"A-{lieu}", 6_000, lieu=lieu, decision="JANVIER")
    for line, euros in others.items():
        to = {"lieu": "verrerie"} if line == "tour-bus" else {}
        decision = "MARS" if line == "tour-bus" else "JANVIER"
        money.allocate(f"A-{line}", euros, line=line, decision=decision, **to)
    for lieu in lieux:
        money.spend(f"E-{lieu}", 5_600, line="lieux", lieu=lieu, paid=date(2024, 6, 30))
    money.spend(
        "E-coord", 2_688, line="coordination", paid=date(2024, 9, 30), evidence=(TIMESHEET, PAYSLIP, PAYMENT)
    )
    money.spend("E-bus", 4_500, line="tour-bus", paid=date(2024, 7, 15))
    money.spend("E-carte", 1_400, line="outils", paid=date(2024, 2, 28))
    money.spend("E-gestion", 3_000, line="gestion", paid=date(2024, 12, 20))
    money.dedicate(2024, 4_812)
    money.call("ANCT-solde", on=date(2024, 12, 31))
    return money


def test_the_arles_figures(arles: Any) -> None:
    report = trail(arles.tables(), "ANCT")
    assert report.keys() >= ARLES_KEYS
    assert (report["convention"], report["funders"], report["carrier"]) == ("ANCT", ["anct"], "asso-fabrique")
    assert report["amount_cents"] == 15_000_000
    assert report["received_cents"] == 4_000_000
    assert report["allocated_cents"] == 5_000_000
    assert report["spent_cents"] == report["evidenced_cents"] == 4_518_800
    assert report["advanced_by_carrier_cents"] == 518_800
    assert report["dedicated_cents"] == 481_200
    assert (report["committed_cents"], report["returned_cents"]) == (0, 0)
    assert report["breaks"] == []
    assert report["coverage"] == 1.0


def test_the_balance_called_and_the_advance_received(arles: Any) -> None:
    found = {row["kind"]: row for row in instalments(arles.tables(), "ANCT")}
    assert (found["advance"]["status"], found["advance"]["received_cents"]) == ("received", 4_000_000)
    assert (found["balance"]["status"], found["balance"]["called_cents"]) == ("called", 1_000_000)
    (awaited,) = arles.tables().execute("SELECT awaited_cents FROM convention_balance").fetchone()
    assert awaited == 1_000_000


def test_dedicated_funds_are_what_the_years_grant_leaves_unspent(arles: Any) -> None:
    """50 000 € granted for 2024, 45 188 € spent: 4 812 € are still due to the actions, though only
    40 000 € have arrived."""
    spent = trail(arles.tables(), "ANCT")["spent_cents"]
    assert arles.convention().years[2024] - spent == arles.convention().dedicated_cents == 481_200


def test_each_expense_leads_back_to_its_award(arles: Any) -> None:
    rows = trail(arles.tables(), "ANCT")["rows"]
    assert [row["expense"] for row in rows][:2] == ["E-carte", "E-fabrique"]
    assert rows[0] == {
        "expense": "E-carte",
        "paid_on": "2024-02-28",
        "amount_cents": 140_000,
        "allocation": "A-outils",
        "decision": "JANVIER",
        "line": "outils",
        "lieu": None,
        "evidence": [INVOICE.sha256, PAYMENT.sha256],
        "instalments": [{"id": "ANCT-avance", "amount_cents": 140_000}],
        "recorded_by": None,
    }
    assert rows[-1]["instalments"] == []
    advanced = sum(row["amount_cents"] - sum(i["amount_cents"] for i in row["instalments"]) for row in rows)
    assert advanced == 518_800


def test_the_lines_of_the_plan_in_its_order(arles: Any) -> None:
    found = arles.tables().execute(
        "SELECT line, label, planned_cents, allocated_cents, spent_cents FROM money_by_line"
        " WHERE convention_id = 'ANCT' ORDER BY position"
    )
    assert found.fetchall() == [
        ("lieux", "Animation", 3_600_000, 3_600_000, 3_360_000),
        ("coordination", "coordination", 268_800, 268_800, 268_800),
        ("tour-bus", "tour-bus", 450_000, 450_000, 450_000),
        ("outils", "outils", 381_200, 381_200, 140_000),
        ("gestion", "gestion", 300_000, 300_000, 300_000),
    ]


def test_the_views_say_what_the_report_says(arles: Any) -> None:
    tables = arles.tables()
    report = trail(tables, "ANCT")
    (covered, advanced, complete) = tables.execute(
        "SELECT sum(covered_cents), sum(advanced_cents), sum(complete) FROM financing_trail"
    ).fetchone()
    assert (covered, advanced) == (4_000_000, report["advanced_by_carrier_cents"])
    assert complete == len(report["rows"])
    for row, (expense, cents) in zip(
        report["rows"], tables.execute("SELECT expense_id, covered_cents FROM financing_trail"), strict=True
    ):
        assert (row["expense"], sum(i["amount_cents"] for i in row["instalments"])) == (expense, cents)
    by_lieu = dict(tables.execute("SELECT lieu_id, spent_cents FROM money_by_lieu"))
    assert by_lieu["pop"] == 560_000
    assert by_lieu["verrerie"] == 560_000 + 450_000


def test_an_unknown_convention(arles: Any) -> None:
    with pytest.raises(UnknownId, match="“ANCTT”"):
        trail(arles.tables(), "ANCTT")


# -- where it breaks ------------------------------------------------------------------------------


@pytest.fixture
def money(a_consortium: Any) -> Any:
    """A grant of which 1 000 € were received, and one allocation of 500 €."""
    money = a_consortium(D=1_000, LATE={"effective_on": date(2024, 6, 1)}, NO={"status": "rejected"})
    money.sign()
    money.receive("ANCT-avance", 1_000)
    money.allocate("A-1", 500)
    return money


def breaks(money: Any) -> dict[str, tuple[str, int]]:
    return {b["kind"]: (b["id"], b["amount_cents"]) for b in trail(money.tables(), "ANCT")["breaks"]}


def test_nothing_spent_is_wholly_covered(money: Any) -> None:
    report = trail(money.tables(), "ANCT")
    assert (report["coverage"], report["rows"], report["breaks"]) == (1.0, [], [])


def test_an_expense_of_which_nothing_is_known(money: Any) -> None:
    money.spend("E-1", 300, evidence=())
    assert breaks(money) == {
        "no_decision": ("E-1", 30_000),
        "no_allocation": ("E-1", 30_000),
        "no_invoice": ("E-1", 30_000),
        "no_payment_proof": ("E-1", 30_000),
    }
    money.spend("E-2", 100, allocation="A-1")
    report = trail(money.tables(), "ANCT")
    assert (report["coverage"], report["evidenced_cents"]) == (0.25, 10_000)


@pytest.mark.parametrize(
    ("evidence", "missing"),
    [
        ((INVOICE,), {"no_payment_proof"}),
        ((PAYMENT,), {"no_invoice"}),
        ((TIMESHEET, PAYMENT), {"no_invoice"}),
        ((PAYSLIP, PAYMENT), {"no_invoice"}),
        ((TIMESHEET, PAYSLIP, PAYMENT), set()),
        ((INVOICE, PAYMENT), set()),
    ],
)
def test_a_receipt_is_an_invoice_or_a_timesheet_with_its_payslip(
    money: Any, evidence: tuple[EvidenceRef, ...], missing: set[str]
) -> None:
    money.spend("E-1", 100, allocation="A-1", evidence=evidence)
    assert breaks(money).keys() == missing
    assert trail(money.tables(), "ANCT")["coverage"] == (0.0 if missing else 1.0)


def test_a_decision_without_an_allocation_is_half_a_trail(money: Any) -> None:
    money.spend("E-1", 100, decision="LATE")
    tables = money.tables()
    assert trail(tables, "ANCT")["coverage"] == 0.0
    assert tables.execute("SELECT complete FROM financing_trail").fetchone() == (0,)


def test_a_decision_that_was_never_adopted_proves_nothing(money: Any) -> None:
    money.spend("E-1", 100, allocation="A-1", decision="NO")
    assert breaks(money).keys() == {"decision_not_adopted"}
    assert trail(money.tables(), "ANCT")["coverage"] == 0.0


def test_a_decision_taken_after_the_payment_is_told_and_counts(money: Any) -> None:
    money.spend("E-1", 100, allocation="A-1", decision="LATE", paid=date(2024, 5, 31))
    assert breaks(money).keys() == {"decided_later"}
    assert trail(money.tables(), "ANCT")["coverage"] == 1.0


def test_more_was_spent_than_the_allocation_holds(money: Any) -> None:
    money.spend("E-1", 400, allocation="A-1")
    money.spend("E-2", 150, allocation="A-1")
    assert breaks(money) == {"over_allocation": ("A-1", 5_000)}


@pytest.mark.parametrize("paid", [date(2024, 1, 14), date(2027, 1, 1)])
def test_paid_outside_the_convention(money: Any, paid: date) -> None:
    money.spend("E-1", 100, allocation="A-1", paid=paid)
    assert "out_of_period" in breaks(money)


def test_the_carrier_advances_what_has_not_arrived(money: Any) -> None:
    money.spend("E-1", 1_500, allocation="A-1")
    assert trail(money.tables(), "ANCT")["advanced_by_carrier_cents"] == 50_000
    money.receive("ANCT-solde", 400)
    money.receive("ANCT-solde", 400)
    report = trail(money.tables(), "ANCT")
    assert report["advanced_by_carrier_cents"] == 0
    assert report["rows"][0]["instalments"] == [
        {"id": "ANCT-avance", "amount_cents": 100_000},
        {"id": "ANCT-solde", "amount_cents": 50_000},
    ]


# -- who paid what --------------------------------------------------------------------------------

CENTS = st.integers(1, 10_000)


@given(st.lists(CENTS, max_size=12), st.lists(CENTS, max_size=6))
def test_no_cent_is_paid_twice_and_none_is_lost(spent: list[int], received: list[int]) -> None:
    receipts = [{"id": f"I-{n}", "amount_cents": cents} for n, cents in enumerate(received)]
    paid_by = attribute(spent, receipts)
    paid = [sum(part["amount_cents"] for part in parts) for parts in paid_by]
    used: dict[str, int] = {}
    for part in (part for parts in paid_by for part in parts):
        used[part["id"]] = used.get(part["id"], 0) + part["amount_cents"]
    assert sum(paid) == min(sum(spent), sum(received))
    assert all(paid_cents <= amount for paid_cents, amount in zip(paid, spent, strict=True))
    assert all(used.get(r["id"], 0) <= r["amount_cents"] for r in receipts)
    assert list(used) == [f"I-{n}" for n in range(len(used))], "first received, first spent"


def test_the_trail_of_a_convention_costs_nothing_for_the_others(arles: Any) -> None:
    """Counts the steps of SQLite's machine: the expenses of another convention are never visited."""
    tables = arles.tables()
    alone = _steps(tables)
    tables.executemany(
        "INSERT INTO expenses (id, amount_cents, paid_on, convention_id, line, seq)"
        " VALUES (?, 1, ?, 'X', 'x', ?)",
        [(f"X-{n}", "2024-05-05", 1_000 + n) for n in range(20_000)],
    )
    assert _steps(tables) < 2 * alone


def _steps(tables: sqlite3.Connection) -> int:
    """Thousands of steps would be needed to read twenty thousand rows."""
    ticks = 0

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return 0

    tables.set_progress_handler(tick, 100)
    trail(tables, "ANCT")
    tables.execute("SELECT * FROM financing_trail WHERE convention_id = 'ANCT'").fetchall()
    tables.set_progress_handler(None, 100)
    return ticks
