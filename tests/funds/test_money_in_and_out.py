"""Instalments, expenses and dedicated funds: facts are recorded as they come, intentions are checked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.funds.events import EvidenceRef, YearShare
from ledger.funds.model import RecordExpense
from ledger.kernel.errors import Refused, UnknownId, UsageError


@pytest.fixture
def money(a_consortium: Any) -> Any:
    """A signed convention, with two allocations of one decision and one of another."""
    money = a_consortium(D=50_000, BUS=4_500)
    money.sign()
    money.allocate("A-pop", 6_000, lieu="pop")
    money.allocate("A-verrerie", 6_000, lieu="verrerie")
    money.allocate("A-bus", 4_500, line="tour-bus", lieu="verrerie", decision="BUS")
    return money


def refused(rule: str, text: str) -> Any:
    """Expect a refusal by a rule."""
    return pytest.raises(Refused, match=text, check=lambda error: error.rule == rule)


# -- instalments ----------------------------------------------------------------------------------


def test_an_instalment_is_called_whole_unless_said_otherwise(money: Any) -> None:
    (part,) = money.call("ANCT-avance", amount_cents=1_000_000)
    (rest,) = money.call("anct-avance")
    assert (part.amount_cents, rest.amount_cents) == (1_000_000, 3_000_000)
    assert (rest.instalment_id, rest.instalment_kind, rest.planned) == ("ANCT-avance", "advance", True)
    with refused("DUPLICATE", "4000000 have been"):
        money.call("ANCT-avance")


def test_no_more_is_called_than_the_convention_grants(money: Any) -> None:
    money.call("ANCT-avance", amount_cents=14_000_000)
    with refused("R7", "15000001 would be called in all; the convention grants 15000000"):
        money.call("ANCT-solde", amount_cents=1_000_001)
    money.call("ANCT-solde")


def test_money_arrives_in_parts_and_beyond_what_was_planned(money: Any) -> None:
    money.receive("ANCT-avance", 15_000)
    money.receive("ANCT-avance", 40_000, bank_reference="VIR 42")
    assert money.convention().instalments["ANCT-avance"].received_cents == 5_500_000


def test_money_that_nobody_foresaw_is_recorded_under_its_own_name(money: Any) -> None:
    (received,) = money.receive("ANCT-2024-extra", 200_000, kind="interim")
    assert (received.planned, received.introduces()) == (False, (("instalment", "ANCT-2024-extra"),))
    (again,) = money.receive("ANCT-2024-extra", 1)
    assert (again.planned, again.introduces(), again.instalment_kind) == (True, (), "interim")


def test_a_slip_in_the_name_of_an_instalment_is_not_a_new_instalment(money: Any) -> None:
    with pytest.raises(UnknownId) as caught:
        money.receive("ANCT-avence", 100)
    assert caught.value.params["near"] == "ANCT-avance"
    with pytest.raises(UnknownId, match="foresees no instalment"):
        money.call("zzz")


def test_an_unforeseen_instalment_is_called_with_its_kind_and_amount(money: Any) -> None:
    (called,) = money.call("ANCT-2", kind="interim", amount_cents=100)
    assert not called.planned
    with refused("DUPLICATE", "Nothing planned"):
        money.call("ANCT-3", kind="interim")


# -- expenses -------------------------------------------------------------------------------------


def test_an_expense_finds_the_only_allocation_that_fits(money: Any) -> None:
    spent = money.spend("E-1", 1_200, decision="BUS")
    assert (spent.allocation_id, spent.line, spent.lieu_id) == ("A-bus", "tour-bus", "verrerie")
    spent = money.spend("E-2", 100, line="lieux", lieu="pop")
    assert (spent.allocation_id, spent.decision_id) == ("A-pop", "D")
    spent = money.spend("E-3", 100, line="Tour-Bus")
    assert (spent.allocation_id, spent.line) == ("A-bus", "tour-bus")


def test_an_expense_that_several_allocations_fit_stays_without_one(money: Any) -> None:
    spent = money.spend("E-1", 100, line="lieux")
    assert (spent.allocation_id, spent.line, spent.lieu_id) == (None, "lieux", None)
    spent = money.spend("E-2", 100, lieu="verrerie")
    assert (spent.allocation_id, spent.lieu_id) == (None, "verrerie")


def test_an_expense_of_which_nothing_is_said_is_charged_to_nothing(a_consortium: Any) -> None:
    money = a_consortium(D=100)
    money.sign()
    money.allocate("A-1", 100)
    assert money.spend("E-1", 10).allocation_id is None


def test_a_shared_envelope_pays_for_a_lieu_that_has_none_of_its_own(money: Any) -> None:
    money.allocate("A-outils", 1_000, line="outils")
    spent = money.spend("E-1", 100, line="outils", lieu="parade")
    assert (spent.allocation_id, spent.lieu_id) == ("A-outils", "parade")
    assert money.spend("E-2", 100, line="lieux", lieu="parade").allocation_id is None
    money.allocate("A-outils-parade", 500, line="outils", lieu="parade")
    assert money.spend("E-3", 100, line="outils", lieu="parade").allocation_id == "A-outils-parade"


def test_a_named_allocation_completes_what_was_not_said(money: Any) -> None:
    spent = money.spend("E-1", 100, allocation="A-bus", lieu="parade")
    assert (spent.line, spent.lieu_id, spent.decision_id) == ("tour-bus", "parade", "BUS")


def test_a_named_allocation_tells_the_convention(money: Any) -> None:
    money.sign("REGION", 60_000)
    spent = money.spend("E-1", 100, convention=None, allocation="A-bus")
    assert spent.scope() == ("ANCT",)
    with pytest.raises(UsageError, match="A-bus is not an allocation of REGION"):
        money.spend("E-2", 100, convention="REGION", allocation="A-bus")


def test_a_payment_is_recorded_whatever_the_rules(money: Any) -> None:
    """Beyond the allocation, by a rejected decision, for who left, out of the dates: a fact is a fact."""
    money.consortium.lieux = ()
    spent = money.spend("E-1", 200_000, line="luxe", lieu="pop", decision="NO", paid=date(2031, 1, 1))
    assert (spent.line, spent.decision_id, spent.allocation_id) == ("luxe", "NO", None)
    assert money.events[-1][0] == date(2031, 1, 1)


def test_a_payment_is_recordable_before_its_context(a_consortium: Any) -> None:
    (spent,) = a_consortium().do(RecordExpense(id="E-1", amount_cents=100, label="Timbres"))
    assert (spent.convention_id, spent.scope()) == (None, ())


def test_the_same_receipt_twice_on_one_expense_is_one_receipt(money: Any) -> None:
    invoice = EvidenceRef(sha256="c" * 64, evidence_kind="invoice")
    assert money.spend("E-1", 100, evidence=(invoice, invoice)).evidence == (invoice,)


# -- dedicated funds ------------------------------------------------------------------------------


def test_no_more_dedicated_funds_are_used_than_carried(money: Any) -> None:
    money.dedicate(2024, 4_812)
    money.dedicate(2025, 3_000, "used")
    with refused("R12", "181300 of dedicated funds cannot be used: 181200 are carried"):
        money.dedicate(2025, 1_813, "used")
    money.dedicate(2025, 1_812, "used")
    assert money.convention().dedicated_cents == 0


def test_no_more_is_carried_than_the_year_was_granted(a_consortium: Any) -> None:
    money = a_consortium()
    money.sign(years=tuple(YearShare(year=y, amount_cents=5_000_000) for y in (2024, 2025, 2026)))
    money.dedicate(2024, 50_000)
    with refused("R12", "5000100 would be carried for 2024, for which 5000000 are granted"):
        money.dedicate(2024, 1)
    money.dedicate(2025, 1)
