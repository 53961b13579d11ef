"""Signing a convention: what is completed, and the slips that are caught."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from ledger.funds.events import Conditions, PlanLine, PlannedInstalment, YearShare
from ledger.funds.model import AllocateFunds, RecordExpense, SignConvention
from ledger.kernel.errors import LedgerError, Refused, UnknownId, UsageError


def instalment(name: str, cents: int) -> PlannedInstalment:
    return PlannedInstalment(instalment_id=name, instalment_kind="interim", year=2024, amount_cents=cents)


def test_the_carrier_of_the_consortium_signs_when_nobody_is_named(a_consortium: Any) -> None:
    money = a_consortium()
    (signed,) = money.sign()
    assert signed.carrier_id == "asso-fabrique"
    assert signed.introduces() == (
        ("convention", "ANCT"),
        ("instalment", "ANCT-avance"),
        ("instalment", "ANCT-solde"),
    )
    assert signed.scope() == ("ANCT",)


def test_without_a_carrier_somebody_must_be_named(a_consortium: Any) -> None:
    money = a_consortium({"carriers": ()})
    with pytest.raises(UsageError, match="Which organisation"):
        money.sign()
    (signed,) = money.sign(carrier="asso-fabrique")
    assert signed.carrier_id == "asso-fabrique"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"years": (YearShare(year=2024, amount_cents=1),)}, "The years add up to 1"),
        (
            {"years": tuple(YearShare(year=2024, amount_cents=7_500_000) for _ in range(2))},
            "The year 2024 is there twice",
        ),
        ({"years": (YearShare(year=2031, amount_cents=15_000_000),)}, "2031 is outside"),
        ({"instalments": (instalment("a", 10_000_000), instalment("b", 6_000_000))}, "more than"),
        ({"instalments": (instalment("a", 100), instalment("A", 100))}, "“a” is there twice"),
        ({"ends": date(2023, 12, 31)}, "before it starts"),
        (
            {"conditions": Conditions(eligible_from=date(2025, 1, 1), eligible_until=date(2024, 1, 1))},
            "before it starts",
        ),
        ({"funders": ()}, "at least one funder"),
        ({"amount_cents": 0}, "more than zero"),
    ],
)
def test_a_convention_that_contradicts_itself_is_a_slip(
    a_consortium: Any, said: dict[str, Any], message: str
) -> None:
    money = a_consortium()
    with pytest.raises(UsageError, match=message):
        money.sign(**said)
    assert not money.events


@pytest.mark.parametrize(
    "said",
    [
        {"plan": (PlanLine(line="lieux", label="x", amount_cents=1, lieu_id="verrrerie"),)},
        {"plan": (PlanLine(line="anct", label="x", amount_cents=1, side="income", funder_id="anctt"),)},
        {"conditions": Conditions(regrant_to=("la-min",))},
    ],
)
def test_a_plan_names_parties_that_exist(a_consortium: Any, said: dict[str, Any]) -> None:
    with pytest.raises(UnknownId):
        a_consortium().sign(**said)


def test_the_plan_of_one_year_may_stand_for_less_than_the_convention(a_consortium: Any) -> None:
    money = a_consortium()
    money.sign(
        years=tuple(YearShare(year=year, amount_cents=5_000_000) for year in (2024, 2025, 2026)),
        plan=(PlanLine(line="lieux", label="x", amount_cents=3_600_000, year=2024),),
    )
    assert money.convention().years == {2024: 5_000_000, 2025: 5_000_000, 2026: 5_000_000}


COMMANDS: list[Callable[[Any], Any]] = [
    lambda money: money.sign(),
    lambda money: money.receive("ANCT-avance", 100),
    lambda money: money.spend("E-1", 100),
    lambda money: money.allocate("A-1", 30_000),
    lambda money: money.dedicate(2024, 100),
]


@pytest.mark.parametrize("act", COMMANDS)
def test_an_advisory_consortium_holds_no_money(a_consortium: Any, act: Callable[[Any], Any]) -> None:
    money = a_consortium({"consortium_kind": "advisory"}, D=50_000)
    with pytest.raises(Refused) as refused:
        act(money)
    assert refused.value.rule == "R4"


@pytest.mark.parametrize("act", COMMANDS)
def test_nothing_happens_before_the_founding(a_consortium: Any, act: Callable[[Any], Any]) -> None:
    with pytest.raises(Refused) as refused:
        act(a_consortium({"founded": False}, D=50_000))
    assert refused.value.rule == "ORDER"


def test_which_convention_is_asked_when_nothing_tells(a_consortium: Any) -> None:
    money = a_consortium(D=100)
    with pytest.raises(UsageError, match="Which convention"):
        money.do(AllocateFunds(id="A-1", line="lieux", amount_cents=100, decision="D"))


def test_every_message_can_be_filled(a_consortium: Any) -> None:
    """A refusal whose field nobody fills would show `{left_cents}` to a tired person."""
    money = a_consortium(D=100)
    money.sign()
    with pytest.raises(LedgerError) as refused:
        money.allocate("A-1", 200)
    assert refused.value.hint is not None
    assert "{" not in refused.value.hint.format_map(refused.value.params)
    assert "{" not in str(refused.value)


def test_commands_name_the_streams_that_their_rules_sum() -> None:
    allocate = AllocateFunds(id="A", convention="ANCT", line="x", amount_cents=1, decision="D-1")
    assert allocate.reads() == ("convention/ANCT", "convention/*", "decision/D-1")
    assert RecordExpense(id="E", label="x", amount_cents=1).reads() == ()
    assert RecordExpense(id="E", label="x", amount_cents=1, allocation="A").reads() == ("convention/*",)
    paid = RecordExpense(id="E", label="x", amount_cents=1, paid=date(2024, 2, 28))
    assert paid.covers() == (date(2024, 2, 28), date(2024, 2, 28))
    assert SignConvention.model_fields["id"].default is None
