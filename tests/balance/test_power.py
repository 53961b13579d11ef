"""The power that rules give to voices: weights, colleges, consent; from the state and from the tables alike."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from ledger.balance.body import Body
from ledger.balance.measures import class_power
from ledger.balance.power import power

from .given import Given

DAY = date(2024, 6, 1)


def found(given: Given) -> dict[str, tuple[Fraction, Fraction, bool]]:
    voices = power(Body(given.db), DAY)
    assert voices
    return {v.holder: (v.banzhaf, v.shapley_shubik, v.veto) for v in voices.voices}


def members(given: Given, *weights: int) -> None:
    for index, weight in enumerate(weights):
        given.member(f"m{index}", weight_bp=weight * 10_000)


def rules(given: Given, **columns: Any) -> None:
    given.put("rules", id="R", title="R", effective_on="2024-01-01", **columns)


def test_three_two_one_by_a_majority(given: Given) -> None:
    members(given, 3, 2, 1)
    rules(given, method="majority")
    assert found(given) == {
        "m0": (Fraction(3, 5), Fraction(2, 3), True),  # [4; 3, 2, 1]: more than half of six is four
        "m1": (Fraction(1, 5), Fraction(1, 6), False),
        "m2": (Fraction(1, 5), Fraction(1, 6), False),
    }


def test_a_consent_gives_each_the_same_and_a_veto(given: Given) -> None:
    members(given, 5, 1, 1, 1, 1)
    voices = power(Body(given.db), DAY)
    assert voices
    assert voices.to_act == Fraction(1, 32)
    assert {voice.banzhaf for voice in voices.voices} == {Fraction(1, 5)}
    assert all(voice.veto for voice in voices.voices)


def test_a_threshold_of_a_method_is_its_own(given: Given) -> None:
    members(given, 1, 1, 1)
    rules(given, method="qualified_majority")
    given.put("method_rules", rules_id="R", method="qualified_majority", threshold_bp=10_000)
    voices = power(Body(given.db), DAY)
    assert voices
    assert voices.to_act == Fraction(1, 8)


def colleges(given: Given, *rows: tuple[str, int | None, int | None]) -> None:
    for index, (name, weight, threshold) in enumerate(rows):
        given.put("colleges", rules_id="R", college=name, weight_bp=weight, threshold_bp=threshold)
        given.role(f"s{index}", "seat", organisation_id=f"o{index}", college=name, held_from="2023-01-01")


def test_half_of_the_weight_is_a_veto_among_colleges(given: Given) -> None:
    rules(given, method="majority")
    colleges(given, ("salaried", 5_000, None), ("users", 2_500, None), ("towns", 2_500, None))
    shares = {holder: voice[0] for holder, voice in found(given).items()}
    assert shares == {"s0": Fraction(3, 5), "s1": Fraction(1, 5), "s2": Fraction(1, 5)}
    assert found(given)["s0"][2], "a cap of 50 % still gives a veto"


def test_a_college_that_must_agree_can_stop_everything(given: Given) -> None:
    rules(given, method="majority")
    colleges(given, ("towns", 2_000, 5_000), ("users", 4_000, None), ("places", 4_000, None))
    by_seat = found(given)
    assert by_seat["s0"] == (Fraction(3, 5), Fraction(2, 3), True)
    assert by_seat["s1"][:2] == by_seat["s2"][:2] == (Fraction(1, 5), Fraction(1, 6))


def test_seats_of_a_college_share_its_part(given: Given) -> None:
    rules(given, method="majority")
    colleges(given, ("towns", 5_000, None), ("users", 5_000, None))
    given.role("s2", "seat", organisation_id="o2", college="users", held_from="2023-01-01")
    voices = power(Body(given.db), DAY)
    assert voices
    assert [voice.part for voice in voices.voices] == [Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)]


def test_an_advisory_body_decides_nothing(given: Given) -> None:
    given.founded(kind="advisory")
    given.role("s0", "seat", organisation_id="o0", held_from="2023-01-01")
    assert power(Body(given.db), DAY) is None


def test_a_suspended_member_has_no_voice(given: Given) -> None:
    members(given, 1, 1, 1)
    given.role("x", "suspended", lieu_id="m1", held_from="2024-05-01", ended_on="2024-07-01")
    assert set(found(given)) == {"m0", "m2"}


@pytest.mark.parametrize("size", [1, 4, 9])
def test_classes_of_one_kind_share_alike(size: int) -> None:
    same = class_power([size], lambda counts: counts[0] * 2 > size)
    assert same.banzhaf[0] * size == 1
    assert same.shapley_shubik[0] * size == 1
