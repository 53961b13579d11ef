"""CARRIER_DOMINANCE: what the carrier spends alone, and what its voice weighs."""

from __future__ import annotations

from .given import Given, days


def paid(given: Given, alone: int, decided: int, cents: int = 10_000) -> None:
    """So many payments without a decision, then so many with one, in early 2024."""
    given.convention(carrier_id="ici-asso")
    for index, day in enumerate(days("2024-01-05", alone + decided, 3)):
        given.expense(f"E-{index}", day, cents, decision_id=None if index < alone else "D")


def test_a_sixth_spent_alone_is_watched_and_a_third_is_an_alert(given: Given) -> None:
    paid(given, alone=1, decided=5)
    assert given.flags("CARRIER_DOMINANCE")[0][:3] == ("ici-asso", "watch", 0.1667)
    assert len(given.said("CARRIER_DOMINANCE", "2024-02-01")[0]["events"]) == 1
    given.expense("E-late", "2024-01-30", 20_000, decision_id=None)
    assert given.on("CARRIER_DOMINANCE", "2024-01-31") == [("ici-asso", "alert")]


def test_fewer_than_six_payments_say_nothing(given: Given) -> None:
    paid(given, alone=2, decided=3)
    assert given.flags("CARRIER_DOMINANCE") == []
    assert given.not_measured("CARRIER_DOMINANCE", "2024-02-01") == [("ici-asso", 5.0, 6)]


def test_paying_everything_by_decision_is_what_a_carrier_is_for(given: Given) -> None:
    paid(given, alone=0, decided=12)
    assert given.flags("CARRIER_DOMINANCE") == []


def test_a_ratified_payment_clears_it(given: Given) -> None:
    paid(given, alone=1, decided=5)
    assert given.flags("CARRIER_DOMINANCE")
    given.expense("E-0", "2024-01-05", 10_000, decision_id="D-ratified")
    assert given.flags("CARRIER_DOMINANCE") == []


def test_a_threshold_by_decision_takes_the_place_of_the_default(given: Given) -> None:
    given.rules("R", "2023-01-01", CARRIER_DOMINANCE=2_000)
    paid(given, alone=1, decided=5)
    assert given.flags("CARRIER_DOMINANCE") == []


def weighted(given: Given, *weights: int, method: str = "majority") -> None:
    """A member carrier and other members, by the weight of their voices in whole voices."""
    for index, weight in enumerate(weights):
        given.member(f"lieu-{index}", organisation_id=f"org-{index}", weight_bp=weight * 10_000)
    given.role("carrier", "carrier", organisation_id="org-0", held_from="2023-06-01", carrier_kind="member")
    given.put("rules", id="R", title="R", effective_on="2024-01-01", method=method, decision_id="D-1")


def test_a_carrier_whose_voice_is_half_of_the_power_is_an_alert(given: Given) -> None:
    weighted(given, 3, 1, 1, 1)  # three of six is not more than half: but nothing passes without it
    assert given.flags("CARRIER_DOMINANCE") == [("org-0/votes", "alert", 0.7, "2024-01-01", None)]
    said = given.said("CARRIER_DOMINANCE", "2024-02-01")[0]
    assert said["label"] == "The carrier's voice decides"
    assert said["events"]


def test_equal_voices_and_a_consent_give_it_nothing(given: Given) -> None:
    weighted(given, 1, 1, 1, 1)
    assert given.flags("CARRIER_DOMINANCE") == []


def test_a_consent_is_everybodys_veto(given: Given) -> None:
    weighted(given, 3, 1, 1, method="consent")
    assert given.flags("CARRIER_DOMINANCE") == []


def test_an_amendment_of_the_rules_clears_it(given: Given) -> None:
    weighted(given, 3, 1, 1, 1)
    given.put("rules", id="S", title="S", effective_on="2024-06-01", method="consent")
    assert given.flags("CARRIER_DOMINANCE") == [("org-0/votes", "alert", 0.7, "2024-01-01", "2024-05-31")]
