"""R7 and R8: money is set aside and moved by decisions, inside what was granted and planned."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.funds.events import Conditions
from ledger.kernel.errors import Refused, UnknownId, UsageError


def refused(rule: str, text: str) -> Any:
    """Expect a refusal by a rule."""
    return pytest.raises(Refused, match=text, check=lambda error: error.rule == rule)


# -- R7 -------------------------------------------------------------------------------------------


def test_a_decision_sets_money_aside_for_a_lieu(a_consortium: Any) -> None:
    money = a_consortium(D=36_000)
    money.sign()
    (allocated,) = money.allocate("A-1", 6_000, lieu="verrerie", line="LIEUX")
    assert (allocated.line, allocated.lieu_id, allocated.decision_id) == ("lieux", "verrerie", "D")
    assert money.convention().allocated_cents == 600_000


def test_money_is_not_set_aside_without_a_decision(a_consortium: Any) -> None:
    money = a_consortium()
    money.sign()
    with refused("R7", "by a decision; none is named"):
        money.allocate("A-1", 100, decision=None)


@pytest.mark.parametrize("status", ["draft", "open", "rejected", "withdrawn", "repealed", "unknown"])
def test_the_decision_must_be_adopted(a_consortium: Any, status: str) -> None:
    money = a_consortium(D={"status": status})
    money.sign()
    with refused("R7", "not in force"):
        money.allocate("A-1", 100)


def test_the_decision_must_not_have_expired(a_consortium: Any) -> None:
    money = a_consortium(D={"expires_on": date(2024, 3, 1)})
    money.sign()
    money.allocate("A-1", 100, on=date(2024, 3, 1))
    with refused("R7", "expired on 2024-03-01"):
        money.allocate("A-2", 100, on=date(2024, 3, 2))


def test_the_decision_must_have_taken_effect(a_consortium: Any) -> None:
    money = a_consortium(D={"effective_on": date(2024, 3, 1)})
    money.sign()
    with refused("R7", "takes effect on 2024-03-01"):
        money.allocate("A-1", 100, on=date(2024, 2, 29))


def test_a_decision_that_names_no_amount_sets_none_aside(a_consortium: Any) -> None:
    money = a_consortium(D=None)
    money.sign()
    with refused("R7", "does not say how much"):
        money.allocate("A-1", 1)


def test_all_allocations_under_a_decision_stay_under_its_ceiling(a_consortium: Any) -> None:
    money = a_consortium(D=4_500)
    money.sign()
    money.allocate("A-1", 4_000, line="tour-bus")
    with refused("R7", "450000; 450100 would be allocated"):
        money.allocate("A-2", 501, line="tour-bus")
    money.allocate("A-3", 500, line="tour-bus")


def test_a_ceiling_counts_over_every_convention(a_consortium: Any) -> None:
    money = a_consortium(D=1_000)
    money.sign()
    money.sign("REGION", 60_000)
    money.allocate("A-1", 700)
    with refused("R7", "would be allocated under it"):
        money.allocate("A-2", 700, convention="REGION")


def test_no_more_is_allocated_than_the_convention_grants(a_consortium: Any) -> None:
    money = a_consortium(D=500_000)
    money.sign(euros=50_000)
    money.allocate("A-1", 45_500)
    with refused("R7", "5000100 would be allocated in all; the convention grants 5000000"):
        money.allocate("A-2", 4_501)
    money.allocate("A-2", 4_500)


def test_only_members_receive(a_consortium: Any) -> None:
    money = a_consortium({"lieux": ("pop",)}, D=500)
    money.sign()
    money.allocate("A-1", 100, lieu="pop")
    with refused("R7", "verrerie is not a member"):
        money.allocate("A-2", 100, lieu="verrerie")


def test_only_active_people_receive(a_consortium: Any) -> None:
    money = a_consortium(D=500)
    money.sign()
    money.allocate("A-1", 100, person="P-1")
    with refused("R7", "not active") as caught:
        money.allocate("A-2", 100, person="P-9")
    assert "P-9" not in str(caught.value)


def test_a_slip_in_the_name_of_a_line_is_answered_with_the_near_one(a_consortium: Any) -> None:
    money = a_consortium(D=500)
    money.sign()
    with pytest.raises(UnknownId) as caught:
        money.allocate("A-1", 100, line="outil")
    assert caught.value.params["near"] == "outils"
    with pytest.raises(UnknownId) as caught:
        money.allocate("A-1", 100, line="gouvernance")
    assert caught.value.params["names"] == ["lieux", "tour-bus", "outils"]


def test_a_convention_without_a_plan_takes_any_line(a_consortium: Any) -> None:
    money = a_consortium(D=500)
    money.sign(plan=())
    (allocated,) = money.allocate("A-1", 100, line="divers")
    assert allocated.line == "divers"


def test_an_amount_is_more_than_zero(a_consortium: Any) -> None:
    money = a_consortium(D=500)
    money.sign()
    with pytest.raises(UsageError, match="more than zero"):
        money.allocate("A-1", 0)


# -- R8 -------------------------------------------------------------------------------------------


@pytest.fixture
def money(a_consortium: Any) -> Any:
    """6 000 € for POP, 6 000 € for Archipel, 4 500 € for the tour bus; 10 % of a line may move."""
    money = a_consortium(D=50_000, MOVE=None, SMALL=100)
    money.sign(conditions=Conditions(tolerance_bp=1_000))
    money.allocate("A-pop", 6_000, lieu="pop")
    money.allocate("A-archipel", 6_000, lieu="archipel")
    money.allocate("A-bus", 4_500, line="tour-bus")
    return money


def test_moving_money_needs_a_decision(money: Any) -> None:
    with refused("R8", "by a decision; none is named"):
        money.move("A-pop", "A-archipel", 2_000)


def test_a_decision_moves_money_inside_the_tolerance(money: Any) -> None:
    money.move("A-pop", "A-archipel", 600, decision="MOVE")
    held = {a.allocation_id: a.amount_cents for a in money.convention().allocations.values()}
    assert held == {"A-pop": 540_000, "A-archipel": 660_000, "A-bus": 450_000}
    assert money.convention().allocated_cents == 1_650_000


def test_beyond_the_tolerance_the_funder_must_agree(money: Any) -> None:
    with refused("R8", "the funder must agree") as caught:
        money.move("A-pop", "A-archipel", 2_000, decision="MOVE")
    assert caught.value.params["where"] == "lieux (pop)"
    money.move("A-pop", "A-archipel", 2_000, decision="MOVE", funder_approval="courriel du 3 mars 2024")


def test_small_moves_add_up(money: Any) -> None:
    money.move("A-pop", "A-archipel", 400, decision="MOVE")
    with refused("R8", "60100 of 600000"):
        money.move("A-pop", "A-archipel", 201, decision="MOVE")
    money.move("A-archipel", "A-pop", 400, decision="MOVE")
    money.move("A-pop", "A-archipel", 600, decision="MOVE")


def test_what_the_funder_agreed_to_does_not_use_up_the_tolerance(money: Any) -> None:
    money.move("A-pop", "A-archipel", 3_000, decision="MOVE", funder_approval="avenant 1")
    money.move("A-pop", "A-archipel", 600, decision="MOVE")


def test_the_smaller_line_sets_the_limit(money: Any) -> None:
    """600 € are 10 % of POP's 6 000 €, but more than 10 % of the tour bus's 4 500 €."""
    with refused("R8", "60000 of 450000"):
        money.move("A-pop", "A-bus", 600, decision="MOVE")
    money.move("A-pop", "A-bus", 450, decision="MOVE")


def test_inside_a_line_shared_by_all_nothing_moves_for_the_funder(money: Any) -> None:
    money.allocate("A-outils-1", 2_000, line="outils", lieu="pop")
    money.allocate("A-outils-2", 1_000, line="outils", lieu="parade")
    money.move("A-outils-1", "A-outils-2", 2_000, decision="MOVE")


def test_the_agreement_sets_the_tolerance_when_the_convention_is_silent(a_consortium: Any) -> None:
    for rules, allowed in (({}, True), ({"reallocation_tolerance_bp": 0}, False)):
        money = a_consortium({"rules": rules}, D=50_000)
        money.sign()
        money.allocate("A-1", 6_000, lieu="pop")
        money.allocate("A-2", 6_000, lieu="parade")
        if allowed:
            money.move("A-1", "A-2", 6_000, decision="D")
        else:
            with refused("R8", "the funder must agree"):
                money.move("A-1", "A-2", 1, decision="D")


def test_no_more_leaves_an_allocation_than_it_holds(money: Any) -> None:
    money.move("A-pop", "A-archipel", 5_000, decision="MOVE", funder_approval="avenant 1")
    with refused("R8", "A-pop holds 100000; 100100 cannot leave it"):
        money.move("A-pop", "A-archipel", 1_001, decision="MOVE", funder_approval="avenant 1")


def test_a_decision_moves_no_more_than_its_ceiling(money: Any) -> None:
    money.move("A-pop", "A-archipel", 100, decision="SMALL")
    with refused("R8", "SMALL allows 10000"):
        money.move("A-pop", "A-archipel", 1, decision="SMALL")


def test_money_does_not_move_to_who_has_left(money: Any) -> None:
    money.consortium.lieux = ("pop",)
    with refused("R7", "archipel is not a member"):
        money.move("A-pop", "A-archipel", 100, decision="MOVE")


def test_money_moves_between_two_allocations_of_one_convention(money: Any) -> None:
    with pytest.raises(UsageError, match="to itself"):
        money.move("A-pop", "A-pop", 100, decision="MOVE")
    money.sign("REGION", 60_000)
    money.allocate("A-region", 100, convention="REGION")
    with pytest.raises(UnknownId, match="“A-region” is not an allocation of this convention"):
        money.move("A-pop", "A-region", 100, decision="MOVE")


def test_nobody_is_given_money_by_what_they_voted(a_consortium: Any) -> None:
    money = a_consortium(D={"voters": frozenset({"P-1"})})
    money.sign()
    with refused("R15", "P-1 voted on D"):
        money.allocate("A-1", 100, person="P-1")
    money.allocate("A-2", 100, lieu="pop")
