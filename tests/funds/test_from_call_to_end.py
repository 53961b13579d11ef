"""From the call to the last euro: applications, amendments, commitments, transfers, reports, the end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.funds.events import (
    Conditions,
    Criterion,
    CriterionResult,
    ExpenseShare,
    PlanLine,
    PlannedInstalment,
    YearShare,
)
from ledger.funds.financial_report import calendar, financial_report, plan_against_actual
from ledger.funds.model import (
    AmendConvention,
    AnswerApplication,
    AnswerReport,
    CallInstalment,
    CommitFunds,
    DisallowExpense,
    EndConvention,
    FileApplication,
    FileReport,
    OpenCall,
    ReallocateFunds,
    ReceiveInstalment,
    RecordExpense,
    RecordInKind,
    ReleaseFunds,
    TransferFunds,
)
from ledger.funds.sharing import parts, split_cents
from ledger.funds.trail import since_last_report, trail
from ledger.kernel.errors import Refused, UnknownId, UsageError

LETTER = "c" * 64


def refused(rule: str, act: Any, *arguments: Any, **said: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*arguments, **said)
    assert caught.value.rule == rule, caught.value
    assert "{" not in str(caught.value), "a field of the message was not filled"
    return caught.value


@pytest.fixture
def money(a_consortium: Any) -> Any:
    """ANCT signed, one allocation of 1 000 € under a decision."""
    found = a_consortium(D=4_000, E=4_000)
    found.sign()
    found.allocate("A-1", 1_000, lieu="pop")
    return found


# -- calls and applications -----------------------------------------------------------------------


@pytest.fixture
def calls(a_consortium: Any) -> Any:
    """A call with two criteria, and another for whoever met them."""
    found = a_consortium()
    criteria = (Criterion(criterion="collectif", label="x"), Criterion(criterion="accueil", label="y"))
    found.do(OpenCall(id="AMI", title="Tiers-lieux", funder="region", criteria=criteria))
    found.do(OpenCall(id="TRAVAUX", title="Travaux", funder="region", requires="AMI"))
    return found


def answer(application: str, *met: bool, said: str = "awarded", **more: Any) -> AnswerApplication:
    names = ("Collectif", "accueil")
    criteria = tuple(CriterionResult(criterion=n, met=m) for n, m in zip(names, met, strict=False))
    return AnswerApplication(application=application, answer=said, criteria=criteria, **more)


def test_help_that_depends_on_criteria_waits_for_them(calls: Any) -> None:
    works = FileApplication(id="CA-2", title="Travaux", call="TRAVAUX", lieu="pop")
    refused("R14", calls.do, works)
    calls.do(FileApplication(id="CA-1", title="Atelier", call="AMI", lieu="pop"))
    calls.do(answer("CA-1", True, False, said="refused"))
    refused("R14", calls.do, works)
    calls.do(answer("CA-1", True, True))
    (filed,) = calls.do(works)
    assert (filed.funder_id, filed.applicant_id, filed.despite) == ("region", "asso-fabrique", None)


def test_an_application_sent_already_is_a_fact_that_says_which_rule_it_broke(calls: Any) -> None:
    (filed,) = calls.do(FileApplication(id="CA-2", title="Travaux", call="TRAVAUX", document=LETTER))
    assert filed.despite == "R14"


def test_criteria_are_those_of_the_call(calls: Any) -> None:
    calls.do(FileApplication(id="CA-1", title="Atelier", call="AMI"))
    with pytest.raises(UnknownId, match="numérique"):
        calls.do(
            AnswerApplication(
                application="CA-1",
                answer="awarded",
                criteria=(CriterionResult(criterion="numérique", met=True),),
            )
        )
    (said,) = calls.do(answer("CA-1", True, True, awarded_cents=100, assessor="anct"))
    assert [result.criterion for result in said.criteria] == ["collectif", "accueil"]
    refused("DUPLICATE", calls.do, answer("CA-1", True, True))
    row = calls.tables().execute("SELECT status, awarded_cents, criteria_met, eligible FROM applications")
    assert row.fetchall() == [("awarded", 100, 2, 1)]


def test_an_advisory_consortium_follows_calls(a_consortium: Any) -> None:
    money = a_consortium({"consortium_kind": "advisory"})
    assert money.do(OpenCall(id="AMI", title="x", funder="region"))
    refused("R4", money.do, RecordInKind(id="K", nature="goods", value_cents=1, method="x"))


# -- amendments -----------------------------------------------------------------------------------


def amend(number: str = "1", **said: Any) -> AmendConvention:
    return AmendConvention(convention="ANCT", amendment=number, reason="la crise", **said)


def test_an_amendment_extends_and_keeps_what_was_before(money: Any) -> None:
    (event,) = money.do(amend(ends=date(2027, 12, 31), amount_cents=20_000_000))
    assert event.introduces() == ()
    state = money.convention()
    assert (state.ends_on, state.amount_cents, state.starts_on) == (
        date(2027, 12, 31),
        20_000_000,
        date(2024, 1, 15),
    )
    refused("DUPLICATE", money.do, amend(ends=date(2028, 12, 31)))
    tables = money.tables()
    kept = tables.execute("SELECT amount_before_cents, amount_cents, ends_before_on, ends_on FROM amendments")
    assert kept.fetchall() == [(15_000_000, 20_000_000, "2026-12-31", "2027-12-31")]
    now = tables.execute(
        "SELECT amount_cents, initial_amount_cents, initial_ends_on, amendments FROM conventions"
    )
    assert now.fetchall() == [(20_000_000, 15_000_000, "2026-12-31", 1)]


def test_a_new_plan_replaces_the_old_one_which_stays_readable(money: Any) -> None:
    money.do(amend(plan=(PlanLine(line="outils", label="Outils", amount_cents=5),)))
    tables = money.tables()
    assert tables.execute("SELECT line, amount_cents FROM budget_lines").fetchall() == [("outils", 5)]
    assert tables.execute("SELECT count(*) FROM past_budget_lines").fetchone() == (8,)


def test_an_amendment_adds_an_instalment_and_plans_another_anew(money: Any) -> None:
    def planned(name: str, cents: int) -> PlannedInstalment:
        return PlannedInstalment(instalment_id=name, instalment_kind="interim", year=2025, amount_cents=cents)

    money.receive("ANCT-avance", 100)
    (event,) = money.do(amend(instalments=(planned("ANCT-avance", 3), planned("ANCT-2025", 4))))
    assert event.introduces() == (("instalment", "ANCT-2025"),)
    rows = dict(money.tables().execute("SELECT id, planned_cents + received_cents FROM instalments"))
    assert (rows["ANCT-avance"], rows["ANCT-2025"]) == (3 + 10_000, 4)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "What does the amendment"),
        ({"conditions": Conditions()}, "What does the amendment"),
        ({"ends": date(2023, 1, 1)}, "before it starts"),
        ({"amount_cents": 100}, "The instalments add up"),
        ({"years": (YearShare(year=2024, amount_cents=1),)}, "The years add up"),
    ],
)
def test_an_amendment_is_checked_as_a_signature_is(money: Any, said: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        money.do(amend(**said))


def test_conditions_of_an_amendment_add_to_those_before(a_consortium: Any) -> None:
    money = a_consortium(D=100)
    money.sign(conditions=Conditions(tolerance_bp=500, report_due_months=6))
    money.do(amend(conditions=Conditions(regrant_to=("region",))))
    conditions = money.convention().conditions
    assert (conditions.tolerance_bp, conditions.report_due_months, conditions.regrant_to) == (
        500,
        6,
        ("region",),
    )


# -- commitments and transfers --------------------------------------------------------------------


def commit(name: str, euros: int) -> CommitFunds:
    return CommitFunds(id=name, allocation="A-1", amount_cents=euros * 100, label="Devis")


def test_no_more_is_engaged_than_the_allocation_holds(money: Any) -> None:
    money.do(commit("EN-1", 700))
    error = refused("R10", money.do, commit("EN-2", 400))
    assert error.params["left_cents"] == 30_000
    money.do(ReleaseFunds(commitment="EN-1", amount_cents=20_000))
    money.do(commit("EN-2", 400))
    refused("R10", money.do, ReleaseFunds(commitment="EN-1", amount_cents=60_000))
    money.do(ReleaseFunds(commitment="EN-1"))
    assert money.used_cents("A-1") == 40_000


def test_money_engaged_does_not_leave_its_allocation(money: Any) -> None:
    money.allocate("A-2", 100)
    money.do(commit("EN-1", 700))
    refused("R10", money.move, "A-1", "A-2", 400, decision="E", funder_approval="x")
    money.move("A-1", "A-2", 300, decision="E", funder_approval="x")


def test_money_spent_is_not_engaged_moved_or_passed_on_again(money: Any) -> None:
    money.allocate("A-2", 100)
    money.spend("E-1", 600, lieu="pop", allocation="A-1")
    refused("R10", money.move, "A-1", "A-2", 500, decision="E", funder_approval="x")
    refused("R10", money.do, commit("EN-1", 500))
    refused("R10", money.do, transfer(euros=1_100, kind="invoice", allocation="A-1"))
    money.do(commit("EN-1", 400))
    money.spend("E-2", 400, commitment="EN-1")  # pays what was engaged: counted once
    assert money.used_cents("A-1") == 100_000
    money.spend("E-3", 50, allocation="A-1")  # a payment is a fact
    assert money.used_cents("A-1") == 105_000


def test_what_was_passed_on_is_spent_by_who_received_it(money: Any) -> None:
    money.do(transfer(euros=800, kind="invoice", allocation="A-1"))
    money.spend("E-1", 700, allocation="A-1")
    assert money.used_cents("A-1") == 80_000
    money.do(commit("EN-1", 200))
    refused("R10", money.do, commit("EN-2", 1))


def test_what_a_command_names_tells_its_convention(a_consortium: Any) -> None:
    """With several conventions, an allocation, an instalment or a transfer is enough to know which is meant."""
    money = a_consortium(D=4_000, E=4_000)
    money.sign()
    money.sign("REGION")
    money.allocate("A-1", 1_000, lieu="pop", convention="REGION")
    money.allocate("A-2", 1_000, lieu="parade", convention="REGION")
    (moved,) = money.do(
        ReallocateFunds(
            from_allocation="A-1", to_allocation="A-2", amount_cents=100, decision="E", funder_approval="x"
        )
    )
    (called,) = money.do(CallInstalment(instalment="region-AVANCE"))
    (received,) = money.do(ReceiveInstalment(instalment="REGION-avance", amount_cents=100, funder="anct"))
    (planned,) = money.do(
        TransferFunds(id="VI-1", to="region", kind="invoice", amount_cents=100, allocation="A-1")
    )
    (seen,) = money.do(TransferFunds(id="VI-1", bank_reference="VIR-1"))
    events = (moved, called, received, planned, seen)
    assert {event.convention_id for event in events} == {"REGION"}
    assert received.funder_id == "anct"
    with pytest.raises(UsageError, match="Which convention"):
        money.do(CallInstalment(instalment="surprise", kind="interim", amount_cents=100))


def test_money_may_be_freed_to_be_allocated_again(money: Any) -> None:
    back = ReallocateFunds(convention="ANCT", from_allocation="A-1", amount_cents=40_000, decision="E")
    money.do(back)
    assert money.convention().allocated_cents == 60_000
    assert trail(money.tables(), "ANCT")["allocated_cents"] == 60_000


def test_an_expense_pays_its_commitment(money: Any) -> None:
    money.do(commit("EN-1", 700))
    event = money.spend("E-1", 650, commitment="EN-1")
    assert (event.allocation_id, event.decision_id, event.line) == ("A-1", "D", "lieux")
    assert trail(money.tables(), "ANCT")["committed_cents"] == 5_000


def test_an_order_is_paid_by_the_allocation_that_holds_it(money: Any) -> None:
    money.allocate("A-2", 100)
    money.do(commit("EN-1", 700))
    with pytest.raises(UsageError, match="EN-1 is engaged within A-1, not within A-2"):
        money.spend("E-1", 10, commitment="EN-1", allocation="A-2")


def transfer(name: str = "VI-1", euros: int = 500, **said: Any) -> TransferFunds:
    return TransferFunds(
        **{"convention": "ANCT", "id": name, "amount_cents": euros * 100, "to": "region", **said}
    )


def test_a_grant_is_passed_on_only_to_whom_the_convention_names(money: Any) -> None:
    refused("R9", money.do, transfer(kind="regrant", allocation="A-1"))
    (seen,) = money.do(transfer(kind="regrant", allocation="A-1", paid=date(2024, 3, 1)))
    assert (seen.paid, seen.despite) == (True, "R9")
    assert [b["kind"] for b in trail(money.tables(), "ANCT")["breaks"]] == ["regrant"]
    money.do(amend(conditions=Conditions(regrant_to=("region",))))
    (planned,) = money.do(transfer("VI-2", 300, kind="regrant", allocation="A-1"))
    assert (planned.paid, planned.despite, planned.decision_id) == (False, None, "D")


def test_a_transfer_is_planned_then_seen(money: Any) -> None:
    money.do(transfer(kind="invoice", allocation="A-1"))
    refused("DUPLICATE", money.do, transfer(kind="invoice", allocation="A-1"))
    (paid,) = money.do(TransferFunds(convention="ANCT", id="VI-1", bank_reference="VIR-1"))
    assert (paid.amount_cents, paid.to_id, paid.introduces()) == (50_000, "region", ())
    row = money.tables().execute("SELECT status, planned_cents, amount_cents FROM transfers").fetchall()
    assert row == [("paid", 50_000, 50_000)]
    refused("DUPLICATE", money.do, TransferFunds(convention="ANCT", id="VI-1", bank_reference="VIR-1"))


def test_transfers_and_commitments_share_the_allocation(money: Any) -> None:
    money.do(commit("EN-1", 700))
    refused("R10", money.do, transfer(kind="invoice", allocation="A-1"))
    refused("R7", money.do, transfer(kind="invoice"))


# -- shared expenses ------------------------------------------------------------------------------


def test_a_shared_expense_counts_once_in_all(a_consortium: Any) -> None:
    money = a_consortium(D=4_000)
    money.sign()
    money.sign("REGION")
    shares = (
        ExpenseShare(convention_id="ANCT", share_bp=3_333, line="outils"),
        ExpenseShare(convention_id="REGION", share_bp=3_333),
    )
    event = money.spend("E-1", 100, convention=None, shares=shares, lieu="pop")
    assert event.scope() == ("ANCT", "REGION")
    tables = money.tables()
    rows = tables.execute("SELECT id, convention_id, amount_cents FROM expenses ORDER BY id").fetchall()
    assert rows == [("E-1", "ANCT", 3_333), ("E-1#2", "REGION", 3_333), ("E-1#3", None, 3_334)]
    report = trail(tables, "REGION")
    assert (report["spent_cents"], len(report["rows"][0]["evidence"])) == (3_333, 2)
    assert {(c["convention"], c["amount_cents"]) for c in report["co_funding"]} == {
        ("ANCT", 3_333),
        (None, 3_334),
    }
    by_lieu = dict(tables.execute("SELECT lieu_id, spent_cents FROM money_by_lieu"))
    assert by_lieu["pop"] == 10_000


def test_more_than_the_whole_is_recorded_and_shown(a_consortium: Any) -> None:
    money = a_consortium()
    money.sign()
    money.sign("REGION")
    shares = tuple(ExpenseShare(convention_id=c, share_bp=6_000) for c in ("ANCT", "REGION"))
    money.spend("E-1", 100, convention=None, shares=shares)
    for convention in ("ANCT", "REGION"):
        assert "over_claimed" in {b["kind"] for b in trail(money.tables(), convention)["breaks"]}


@given(st.integers(0, 10**9), st.lists(st.integers(1, 5_000), min_size=1, max_size=6))
def test_parts_add_up_to_the_cent(amount_cents: int, shares_bp: list[int]) -> None:
    cents = split_cents(amount_cents, shares_bp)
    exact = [amount_cents * bp / 10_000 for bp in shares_bp]
    assert all(abs(c - e) < 1 + 1e-3 for c, e in zip(cents, exact, strict=True))
    shares = [ExpenseShare(convention_id=f"C-{n}", share_bp=bp) for n, bp in enumerate(shares_bp)]
    if sum(shares_bp) <= 10_000:
        assert sum(part.amount_cents for part in parts(amount_cents, None, shares)) == amount_cents


def test_paid_hours_are_proved_by_a_timesheet_and_a_payslip(money: Any) -> None:
    from ledger.funds.events import EvidenceRef

    sheet = EvidenceRef(sha256="d" * 64, evidence_kind="timesheet")
    slip = EvidenceRef(sha256="e" * 64, evidence_kind="payslip")
    money.spend("E-1", 10, evidence=(sheet, slip))
    money.spend("E-2", 10, evidence=(sheet,))
    assert money.tables().execute("SELECT has_invoice FROM expenses ORDER BY id").fetchall() == [(1,), (0,)]


def test_what_a_funder_does_not_accept(money: Any) -> None:
    money.spend("E-1", 100, lieu="pop")
    money.do(DisallowExpense(expense="E-1", amount_cents=2_000, reason="hors objet"))
    with pytest.raises(UsageError, match="no more can be disallowed"):
        money.do(DisallowExpense(expense="E-1", amount_cents=9_000, reason="x"))
    report = trail(money.tables(), "ANCT")
    assert (report["disallowed_cents"], report["eligible_cents"]) == (2_000, 8_000)
    money.do(DisallowExpense(expense="E-1", reason="le reste"))
    assert trail(money.tables(), "ANCT")["eligible_cents"] == 0


# -- in kind, money without a convention ----------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ({"quantity_milli": 40_500, "rate_cents": 1_400}, 56_700),
        ({"quantity_milli": 12_000, "rate_cents": 60_000, "rent_cents": 240_000}, 480_000),
        ({"value_cents": 5}, 5),
    ],
)
def test_what_is_given_is_valued(money: Any, said: dict[str, Any], value: int) -> None:
    (event,) = money.do(RecordInKind(id="K", convention="ANCT", nature="volunteering", method="SMIC", **said))
    assert (event.value_cents, event.account) == (value, "864/875")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"quantity_milli": 1_000, "rate_cents": 1_000, "value_cents": 999},
        {"quantity_milli": 1_000, "rate_cents": 100, "rent_cents": 100},
    ],
)
def test_a_value_that_does_not_hold_is_a_slip(money: Any, said: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        money.do(RecordInKind(id="K", nature="goods", method="devis", **said))


def test_money_without_a_convention_is_recorded(money: Any) -> None:
    loose = ReceiveInstalment(convention="ANCT", instalment="don", amount_cents=2_500_000, funder="region")
    (first,) = money.do(loose)
    (second,) = money.do(loose)
    assert (first.convention_id, first.stream(), first.introduces()) == (
        None,
        "instalment/don",
        (("instalment", "don"),),
    )
    assert second.introduces() == ()
    row = money.tables().execute(
        "SELECT convention_id, funder_id, received_cents FROM instalments WHERE id = 'don'"
    )
    assert row.fetchall() == [(None, "region", 5_000_000)]
    assert trail(money.tables(), "ANCT")["received_cents"] == 0


# -- reports and the end --------------------------------------------------------------------------


def close(how: str = "closed", **said: Any) -> EndConvention:
    return EndConvention(convention="ANCT", how=how, **said)


def file(name: str = "RP-1", **said: Any) -> FileReport:
    return FileReport(**{"convention": "ANCT", "id": name, "kind": "final", **said})


def test_a_convention_closes_when_every_euro_is_accounted_for(money: Any) -> None:
    money.receive("ANCT-avance", 100)
    refused("R12", money.do, close())
    money.spend("E-1", 60, lieu="pop")
    money.dedicate(2024, 40)
    money.do(transfer(kind="returned", to="anct", euros=40, paid=date(2024, 3, 4)))
    assert "dedicated" in str(refused("R12", money.do, close()))
    money.dedicate(2024, 40, "used")
    assert "report" in str(refused("R12", money.do, close()))
    money.do(file())
    money.do(AnswerReport(report="RP-1", answer="refused"))
    refused("R12", money.do, close())
    money.do(file("RP-2"))
    money.do(close())
    refused("DUPLICATE", money.do, close())
    refused("R12", money.allocate, "A-9", 1)
    refused("R12", money.call, "ANCT-solde")
    money.spend("E-2", 5)  # a payment found late is still a fact
    row = money.tables().execute("SELECT status, ended_on FROM conventions").fetchall()
    assert row == [("closed", "2024-03-05")]


def test_what_the_funder_refused_counts_no_more(money: Any) -> None:
    money.receive("ANCT-avance", 60)
    money.spend("E-1", 60, lieu="pop")
    money.do(file())
    money.do(DisallowExpense(expense="E-1", amount_cents=100, reason="x"))
    refused("R12", money.do, close())


def test_a_funder_s_letter_ends_a_convention_whatever_is_owed(money: Any) -> None:
    money.receive("ANCT-avance", 100)
    refused("R12", money.do, close("terminated"))
    money.do(close("terminated", document=LETTER))
    refused("DUPLICATE", money.do, close("terminated", document=LETTER))


def test_what_changed_since_the_last_report(money: Any) -> None:
    money.spend("E-1", 10, paid=date(2024, 2, 1))
    assert since_last_report(money.tables(), "ANCT") is None
    money.do(file(kind="financial", year=2024, until=date(2024, 2, 28)))
    assert money.events[-1][1].covers_until == date(2024, 2, 28)
    with pytest.raises(UsageError, match="does not speak"):
        money.do(file("RP-2", year=2024, until=date(2024, 12, 31)))


# -- reports for the funder -----------------------------------------------------------------------


def test_the_financial_report_of_a_year(a_consortium: Any) -> None:
    money = a_consortium(D=90_000)
    money.sign(
        plan=(
            PlanLine(
                line="lieux", label="Lieux", amount_cents=100_000, account="64", year=2024, lieu_id="pop"
            ),
            PlanLine(
                line="gestion",
                label="Gestion",
                amount_cents=10_000,
                account="61",
                nature="indirect",
                year=2024,
            ),
            PlanLine(line="lieux", label="Lieux", amount_cents=70_000, account="64", year=2025),
            PlanLine(
                line="region",
                label="Région",
                amount_cents=20_000,
                side="income",
                account="74",
                funder_id="region",
                year=2024,
            ),
        ),
        years=tuple(YearShare(year=y, amount_cents=5_000_000) for y in (2024, 2025, 2026)),
    )
    money.spend("E-1", 900, line="lieux", lieu="pop")
    money.spend("E-2", 90, line="gestion")
    money.spend("E-3", 7, account="6257")
    money.receive("ANCT-avance", 300)
    money.do(RecordInKind(id="K", convention="ANCT", nature="volunteering", method="SMIC", value_cents=900))
    found = financial_report(money.tables(), "ANCT", 2024)
    assert found["forecast_basis"] == "year"
    assert [(r["account"], r["forecast_cents"], r["actual_cents"]) for r in found["charges"]] == [
        ("62", 0, 700),
        ("64", 100_000, 90_000),
    ]
    assert [(r["account"], r["share"]) for r in found["indirect"]] == [("61", 0.9)]
    assert [(r["label"], r["forecast_cents"], r["actual_cents"]) for r in found["products"]] == [
        ("grants", 5_000_000, 30_000),
        ("Région", 20_000, 0),
    ]
    assert [r["actual_cents"] for r in found["in_kind"]] == [900, 900]
    assert found["indirect_key"] == 9_000 / 90_700
    spent = money.tables().execute("SELECT sum(amount_cents) FROM expenses").fetchone()[0]
    assert found["totals"]["charges"]["actual_cents"] + found["totals"]["indirect"]["actual_cents"] == spent
    assert {gap["account"] for gap in found["gaps"]} == {"62", "74"}
    with pytest.raises(UsageError, match="not one of its years"):
        financial_report(money.tables(), "ANCT", 2030)


def test_the_plan_against_what_happened_and_the_calendar(money: Any) -> None:
    money.spend("E-1", 30, lieu="pop")
    money.spend("E-2", 5)
    lines = plan_against_actual(money.tables(), "ANCT")
    assert sum(line["spent_cents"] for line in lines) == 3_500
    assert lines[-1] == {
        "line": None,
        "lieu": None,
        "label": None,
        "planned_cents": 0,
        "allocated_cents": 0,
        "spent_cents": 500,
    }
    own = next(line for line in lines if line["lieu"] == "pop")
    assert (own["planned_cents"], own["allocated_cents"], own["spent_cents"]) == (600_000, 100_000, 3_000)
    money.do(file(kind="financial", year=2024))
    due = {(each["kind"], each["about"]): each for each in calendar(money.tables(), "ANCT")}
    assert due["report", 2024]["due_on"] == "2025-06-30"
    assert due["report", 2024]["done_on"] == "2024-03-05"
    assert due["report", 2025]["done_on"] is None


# -- whatever is done -----------------------------------------------------------------------------

names = st.integers(0, 4).map("EN-{}".format)
euros = st.integers(1, 1_200)
acts = st.one_of(
    st.tuples(st.just("commit"), names, euros),
    st.tuples(st.just("release"), names, euros),
    st.tuples(st.just("plan"), names, euros),
    st.tuples(st.just("free"), euros),
)


@given(st.lists(acts, max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_sequence_promises_an_allocation_twice(a_consortium: Any, said: list[Any]) -> None:
    money = a_consortium(D=4_000, E=4_000)
    money.sign()
    money.allocate("A-1", 1_000, lieu="pop")
    taken: set[str] = set()
    for act, *rest in said:
        try:
            if act == "free":
                money.do(
                    ReallocateFunds(
                        convention="ANCT", from_allocation="A-1", amount_cents=rest[0] * 100, decision="E"
                    )
                )
            elif act == "commit" and rest[0] not in taken:
                money.do(commit(*rest))
                taken.add(rest[0])
            elif act == "release" and rest[0] in taken:
                money.do(ReleaseFunds(commitment=rest[0], amount_cents=rest[1] * 100))
            elif act == "plan":
                money.do(transfer(f"VI-{rest[0]}", rest[1], kind="invoice", allocation="A-1"))
        except Refused:
            continue
        assert 0 <= money.used_cents("A-1") <= money.convention().allocations["A-1"].amount_cents


def test_a_record_expense_may_leave_everything_out(money: Any) -> None:
    (event,) = money.do(RecordExpense(id="E-9", amount_cents=1, label="x"))
    assert event.scope() == ()
