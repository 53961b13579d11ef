"""Where the money goes and what proves it: from given facts to intervals."""

from __future__ import annotations

import pytest

from .given import Given, days


def test_a_member_without_a_line_is_flagged_while_both_last(given: Given) -> None:
    given.member("ici")
    given.member("la", since="2024-03-01")
    given.convention()
    given.put("budget_lines", convention_id="C", position=1, line="lieux", lieu_id="ici", amount_cents=1)
    assert given.flags("PLAN_LINE_MISSING") == [("C/la", "watch", 0.0, "2024-03-01", "2024-12-31")]
    assert len(given.said("PLAN_LINE_MISSING", "2024-06-01")[0]["events"]) == 2


def test_a_plan_of_shared_lines_leaves_nobody_out(given: Given) -> None:
    given.member("ici")
    given.convention()
    given.put("budget_lines", convention_id="C", position=1, line="tools", amount_cents=1)
    assert given.flags("PLAN_LINE_MISSING") == []


def receipt(given: Given, on: str, cents: int, instalment: str = "I-1", convention: str = "C") -> None:
    given.put(
        "instalment_receipts",
        id=cents * 100 + int(on[-2:]),
        instalment_id=instalment,
        convention_id=convention,
        amount_cents=cents,
        received_on=on,
    )


def test_money_above_the_legal_line_before_the_convention_is_uncovered(given: Given) -> None:
    given.convention(signed_on="2024-06-01")
    receipt(given, "2024-02-01", 2_000_000)
    assert given.flags("MONEY_UNCOVERED") == []
    receipt(given, "2024-03-01", 500_000)
    assert given.flags("MONEY_UNCOVERED") == [("C", "alert", 2_500_000.0, "2024-03-01", "2024-05-31")]


def test_money_that_no_convention_covers_is_counted_by_funder_and_year(given: Given) -> None:
    for on, cents in (("2024-02-01", 1_500_000), ("2024-05-01", 1_000_000), ("2025-02-01", 1_500_000)):
        given.put(
            "instalment_receipts",
            id=int(on.replace("-", "")),
            instalment_id="I",
            funder_id="caf",
            amount_cents=cents,
            received_on=on,
        )
    assert given.flags("MONEY_UNCOVERED") == [("caf/2024", "alert", 2_500_000.0, "2024-05-01", None)]
    (flag,) = given.said("MONEY_UNCOVERED", "2024-06-01")
    assert (len(flag["events"]), "caf in 2024" in flag["sentence"]) == (2, True)


def line(given: Given, tolerance: int | None = 1000) -> None:
    given.convention(tolerance_bp=tolerance)
    given.put(
        "budget_lines", convention_id="C", position=1, line="tools", amount_cents=100_000, side="expense"
    )
    given.expense("E-1", "2024-02-01", 90_000, line="tools")
    given.expense("E-2", "2024-03-01", 15_000, line="tools")
    given.expense("E-3", "2024-04-01", 6_000, line="tools")


def test_a_line_is_overspent_beyond_its_tolerance(given: Given) -> None:
    line(given)
    assert given.flags("LINE_OVERSPENT") == [("C/tools", "watch", 111_000.0, "2024-04-01", None)]
    assert len(given.said("LINE_OVERSPENT", "2024-05-01")[0]["events"]) == 3


def test_a_convention_that_says_nothing_takes_the_consortium_s_tolerance(given: Given) -> None:
    line(given, tolerance=None)
    assert [row[3] for row in given.flags("LINE_OVERSPENT")] == ["2024-03-01", "2024-04-01"]
    given.put("rules", id="R", effective_on="2024-01-01", reallocation_tolerance_bp=2000)
    assert given.flags("LINE_OVERSPENT") == []


def test_payments_outside_the_eligible_dates_add_up(given: Given) -> None:
    given.convention(eligible_from="2024-02-01", eligible_until="2024-11-30")
    given.expense("E-1", "2024-01-20", 1_000)
    given.expense("E-2", "2024-05-20", 2_000)
    given.expense("E-3", "2024-12-02", 4_000)
    assert given.flags("OUT_OF_PERIOD") == [
        ("C", "watch", 1_000.0, "2024-01-20", "2024-12-01"),
        ("C", "watch", 5_000.0, "2024-12-02", None),
    ]
    assert len(given.said("OUT_OF_PERIOD", "2025-01-01")[0]["events"]) == 2


def evidence(given: Given, kind: str, on: str, describes: str) -> None:
    given.put("evidence", sha256=f"{kind}{on}", kind=kind, attached_on=on, describes_id=describes)


def test_a_receipt_is_missing_thirty_days_after_the_payment(given: Given) -> None:
    given.convention()
    given.expense("E-1", "2024-03-01", 5_000, has_invoice=0)
    given.expense("E-2", "2024-03-10", 2_000, has_payment=0, convention_id=None)
    given.expense("E-3", "2024-03-10", 9_000)
    assert given.flags("EVIDENCE_MISSING") == [
        ("-", "watch", 2_000.0, "2024-04-09", None),
        ("C", "watch", 5_000.0, "2024-03-31", None),
    ]
    assert len(given.said("EVIDENCE_MISSING", "2024-05-01")[0]["events"]) == 1


def test_evidence_attached_later_clears_it_from_its_day(given: Given) -> None:
    given.convention()
    given.expense("E-1", "2024-03-01", 5_000, has_invoice=0, has_payment=0)
    evidence(given, "invoice", "2024-04-20", "E-1")
    assert given.on("EVIDENCE_MISSING", "2024-06-01") == [("C", "watch")]
    evidence(given, "proof_of_payment", "2024-05-20", "E-1")
    assert given.flags("EVIDENCE_MISSING") == [("C", "watch", 5_000.0, "2024-03-31", "2024-05-19")]


def test_evidence_that_came_in_time_raises_nothing(given: Given) -> None:
    given.convention()
    given.expense("E-1", "2024-03-01", 5_000, has_invoice=0)
    evidence(given, "invoice", "2024-03-25", "E-1")
    assert given.flags("EVIDENCE_MISSING") == []


def proof(given: Given, expense: str, sha256: str, kind: str = "invoice") -> None:
    given.put("expense_evidence", expense_id=expense, sha256=sha256, kind=kind, position=1)


@pytest.mark.parametrize(("cents", "level"), [(5_000, "alert"), (2_000, "watch")])
def test_an_invoice_shown_twice_is_flagged_on_the_second_payment(
    given: Given, cents: int, level: str
) -> None:
    given.expense("E-1", "2024-03-01", 5_000)
    given.expense("E-2", "2024-06-01", cents, convention_id="OTHER")
    proof(given, "E-1", "a" * 64)
    proof(given, "E-2", "a" * 64)
    assert given.flags("EVIDENCE_REUSED") == [("E-2", level, 2.0, "2024-06-01", None)]
    assert len(given.said("EVIDENCE_REUSED", "2024-07-01")[0]["events"]) == 2


def test_one_bank_statement_may_prove_many_payments(given: Given) -> None:
    for id in ("E-1", "E-2"):
        given.expense(id, "2024-03-01", 5_000)
        proof(given, id, "b" * 64, "proof_of_payment")
    assert given.flags("EVIDENCE_REUSED") == []


def own_money(given: Given, **columns: object) -> None:
    given.decision("D-1", "2024-05-01", "money", **columns)
    given.put(
        "allocations",
        id="A-1",
        person_id="P-1",
        amount_cents=90_000,
        decision_id="D-1",
        allocated_on="2024-05-02",
    )


def test_who_proposed_voted_and_receives_did_three_things_that_are_kept_apart(given: Given) -> None:
    own_money(given, proposer_id="P-1")
    assert given.flags("DUTIES_NOT_SEPARATED") == []
    given.put("ballots", id=1, decision_id="D-1", person_id="P-1", option="for", cast_on="2024-05-01")
    assert given.flags("DUTIES_NOT_SEPARATED") == [("A-1", "watch", 90_000.0, "2024-05-02", None)]


def test_who_records_a_payment_to_themselves_is_told(given: Given) -> None:
    own_money(given, proposer_id="P-2")
    given.expense("E-1", "2024-06-01", 4_000, allocation_id="A-1")
    assert given.flags("DUTIES_NOT_SEPARATED") == []
    given.db.execute("UPDATE events SET recorded_by = 'P-1'")
    assert given.flags("DUTIES_NOT_SEPARATED") == [("A-1", "watch", 4_000.0, "2024-06-01", None)]


def test_a_report_is_due_at_sixty_thirty_and_zero_days(given: Given) -> None:
    given.convention(report_due_months=6)
    assert given.flags("REPORT_DUE") == [
        ("C/2024", "info", 60.0, "2025-05-01", "2025-05-30"),
        ("C/2024", "watch", 30.0, "2025-05-31", "2025-06-29"),
        ("C/2024", "alert", 0.0, "2025-06-30", None),
    ]


def report(given: Given, status: str, on: str) -> None:
    given.put("reports", id=status, convention_id="C", fiscal_year=2024, filed_on=on, status=status)


def test_a_report_that_was_filed_and_not_refused_is_no_longer_due(given: Given) -> None:
    given.convention(report_due_months=6)
    report(given, "refused", "2025-05-20")
    report(given, "filed", "2025-06-10")
    assert given.flags("REPORT_DUE")[-1] == ("C/2024", "watch", 30.0, "2025-05-31", "2025-06-09")


def test_a_convention_that_asks_for_no_report_warns_of_none(given: Given) -> None:
    given.convention()
    assert given.flags("REPORT_DUE") == []


def instalment(given: Given, **columns: object) -> None:
    defaults = {
        "convention_id": "C",
        "kind": "advance",
        "year": 2024,
        "planned_cents": 40_000,
        "called_cents": 0,
    }
    given.put("instalments", id="I-1", **(defaults | columns))


def test_an_instalment_is_late_from_the_day_after_until_it_came_whole(given: Given) -> None:
    instalment(given, due_on="2024-02-15", called_cents=40_000, called_on="2024-01-20")
    receipt(given, "2024-03-01", 10_000)
    receipt(given, "2024-05-01", 30_000)
    assert given.flags("INSTALMENT_LATE") == [
        ("I-1", "watch", 40_000.0, "2024-02-16", "2024-02-29"),
        ("I-1", "watch", 30_000.0, "2024-03-01", "2024-04-14"),
        ("I-1", "alert", 30_000.0, "2024-04-15", "2024-04-30"),
    ]


def test_a_call_without_a_day_is_late_after_sixty(given: Given) -> None:
    instalment(given, planned_cents=0, called_cents=40_000, called_on="2024-01-01")
    assert given.flags("INSTALMENT_LATE")[0] == ("I-1", "watch", 40_000.0, "2024-03-02", "2024-04-29")


def test_money_that_came_in_time_is_not_late(given: Given) -> None:
    instalment(given, due_on="2024-02-15")
    receipt(given, "2024-02-12", 40_000)
    assert given.flags("INSTALMENT_LATE") == []


def test_the_second_half_of_a_grant_asks_for_a_review(given: Given) -> None:
    given.convention(amount_cents=100_000)
    instalment(given)
    given.put("instalments", id="I-2", convention_id="C", kind="interim", year=2024)
    receipt(given, "2024-02-01", 60_000)
    assert given.flags("REVIEW_MISSING") == []  # an advance, however large
    receipt(given, "2024-06-01", 20_000, "I-2")
    given.put("reviews", id="RV", convention_id="C", stage="mid_term", held_on="2024-09-01")
    assert given.flags("REVIEW_MISSING") == [("C", "watch", 80_000.0, "2024-06-01", "2024-08-31")]


def allocation(given: Given, index: int, on: str, lieu: str, cents: int = 10_000) -> None:
    given.put(
        "allocations", id=f"A-{index}", lieu_id=lieu, amount_cents=cents, allocated_on=on, decision_id="D"
    )


def test_money_set_aside_for_one_lieu_again_and_again_is_told(given: Given) -> None:
    for lieu in ("ici", "la", "la-bas"):
        given.member(lieu)
    for index, day in enumerate(days("2023-01-05", 12, 10)):
        allocation(given, index, day, "ici" if index < 11 else "la")
    assert given.on("MONEY_CONCENTRATION", "2023-12-31") == [("ici", "alert")]
    given.rules("R", "2023-06-15", MONEY_CONCENTRATION=9_500)
    assert given.on("MONEY_CONCENTRATION", "2023-12-31") == []


def test_four_allocations_prove_nothing(given: Given) -> None:
    given.member("ici")
    for index, day in enumerate(days("2023-01-05", 4, 10)):
        allocation(given, index, day, "ici")
    assert given.flags("MONEY_CONCENTRATION") == []
    assert given.not_measured("MONEY_CONCENTRATION", "2023-06-30") == [("", 4.0, 6)]


def worked(given: Given, months: int) -> None:
    """Ici does three quarters of the work and la receives three quarters of the money."""
    for lieu in ("ici", "la"):
        given.member(lieu)
    for month in range(1, months + 1):
        given.hours(f"2023-{month:02d}-10", "ici", 300)
        given.hours(f"2023-{month:02d}-11", "la", 100)
    allocation(given, 1, "2023-01-05", "ici", 25_000)
    allocation(given, 2, "2023-01-05", "la", 75_000)


def test_money_that_does_not_follow_work_is_measured_after_six_months(given: Given) -> None:
    worked(given, 8)
    (*_before, last) = given.flags("MONEY_WORK_MISMATCH")
    assert given.on("MONEY_WORK_MISMATCH", "2023-06-29") == []
    assert given.on("MONEY_WORK_MISMATCH", "2023-06-30") == [("consortium", "alert")]
    assert last == (
        "consortium",
        "alert",
        0.5,
        "2023-08-31",
        "2024-06-29",
    )  # until a new year can be measured


def test_an_adopted_threshold_lets_the_gift_be(given: Given) -> None:
    worked(given, 8)
    given.rules("R", "2023-01-01", MONEY_WORK_MISMATCH=6_000)
    assert given.flags("MONEY_WORK_MISMATCH") == []


def test_two_months_of_hours_are_not_enough(given: Given) -> None:
    worked(given, 2)
    assert given.on("MONEY_WORK_MISMATCH", "2023-04-30") == []
    assert given.not_measured("MONEY_WORK_MISMATCH", "2023-04-30") == [("", 3.2, 6)]


def test_a_funder_is_weighed_when_the_year_is_over(given: Given) -> None:
    given.convention()
    given.convention("D")
    given.put("convention_funders", convention_id="C", organisation_id="etat", position=1)
    for position, funder in enumerate(("caf", "epci"), 1):
        given.put("convention_funders", convention_id="D", organisation_id=funder, position=position)
    receipt(given, "2024-03-01", 60_000)
    receipt(given, "2024-04-01", 40_000, "I-2", "D")
    assert given.flags("FUNDER_DEPENDENCE") == [("etat", "watch", 0.6, "2025-01-01", "2025-12-31")]
    assert len(given.said("FUNDER_DEPENDENCE", "2025-02-01")[0]["events"]) == 1


def test_three_funders_of_about_a_third_each_are_well(given: Given) -> None:
    for index, (funder, cents) in enumerate((("etat", 40_000), ("caf", 35_000), ("epci", 25_000))):
        given.convention(f"C-{index}")
        given.put("convention_funders", convention_id=f"C-{index}", organisation_id=funder, position=1)
        receipt(given, "2024-03-01", cents, f"I-{index}", f"C-{index}")
    assert given.flags("FUNDER_DEPENDENCE") == []


def transfer(given: Given, id: str, on: str | None, organisation: str, **columns: object) -> None:
    defaults = {
        "convention_id": "C",
        "basis": "regrant",
        "amount_cents": 3_000 if on else 0,
        "planned_cents": 3_000,
    }
    given.put("transfers", id=id, transferred_on=on, organisation_id=organisation, **(defaults | columns))


def test_money_passed_on_to_whom_the_convention_does_not_name_is_suspected(given: Given) -> None:
    given.convention()
    given.put("convention_regrants", convention_id="C", organisation_id="asso")
    transfer(given, "T-1", "2024-03-01", "asso")
    transfer(given, "T-2", None, "shop")
    transfer(given, "T-3", "2024-03-05", "shop", basis="invoice")
    assert given.flags("REGRANT_SUSPECTED") == []
    transfer(given, "T-4", "2024-04-01", "shop")
    transfer(given, "T-5", "2024-05-01", "shop", basis="invoice", despite="R9")
    assert given.flags("REGRANT_SUSPECTED") == [
        ("C", "alert", 3_000.0, "2024-04-01", "2024-04-30"),
        ("C", "alert", 6_000.0, "2024-05-01", None),
    ]


def indicator(given: Given, id: str, kind: str = "quantitative") -> None:
    given.put("indicators", id=id, convention_id="C", title=id, kind=kind, revision=1)


def measure(given: Given, id: str, on: str, **columns: object) -> None:
    given.put("indicator_values", id=int(on.replace("-", "")), indicator_id=id, measured_on=on, **columns)


def test_a_final_review_asks_for_figures_and_words(given: Given) -> None:
    given.convention()
    indicator(given, "visits")
    indicator(given, "stories", "qualitative")
    measure(given, "visits", "2024-11-01", value=120.0)
    assert given.flags("INDICATORS_INCOMPLETE") == []
    given.put("reviews", id="RV", convention_id="C", stage="final", held_on="2024-12-01")
    measure(given, "stories", "2025-01-10", rating="good")
    assert given.flags("INDICATORS_INCOMPLETE") == [("C", "watch", 1.0, "2024-12-01", "2025-01-09")]


def test_a_target_that_moves_and_a_claim_above_the_measure_are_told(given: Given) -> None:
    indicator(given, "places")
    for revision, on in ((1, "2018-01-01"), (2, "2020-06-01")):
        given.put("indicator_targets", indicator_id="places", revision=revision, target=300.0, set_on=on)
    assert given.flags("TARGET_MOVED") == [("places", "info", 1.0, "2020-06-01", None)]
    measure(given, "places", "2021-01-01", value=290.0, target=300.0, claim="reached")
    measure(given, "places", "2022-01-01", value=310.0, target=300.0, claim="reached")
    assert given.flags("TARGET_MOVED") == [
        ("places", "info", 1.0, "2020-06-01", "2020-12-31"),
        ("places", "watch", 290.0, "2021-01-01", "2021-12-31"),
        ("places", "info", 1.0, "2022-01-01", None),
    ]
    assert "290" in given.said("TARGET_MOVED", "2021-06-01")[0]["sentence"]


def test_parts_that_do_not_make_the_total_are_told_until_they_do(given: Given) -> None:
    indicator(given, "money")
    measure(given, "money", "2021-01-01", value=9.6, parts_total=9.24)
    assert given.flags("DECLARED_MISMATCH") == [("money", "info", 9.6, "2021-01-01", None)]
    measure(given, "money", "2022-01-01", value=9.6, parts_total=9.6)
    assert given.flags("DECLARED_MISMATCH") == [("money", "info", 9.6, "2021-01-01", "2021-12-31")]
