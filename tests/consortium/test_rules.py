"""The agreement and its versions."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.consortium.events import College, MethodRule
from ledger.consortium.model import AdoptRules, FoundConsortium
from ledger.consortium.state import DEFAULT_RULES
from ledger.decisions.model import AdoptDecision, MakeProposal

EVE, DAY = date(2024, 1, 31), date(2024, 2, 1)


def test_a_ledger_is_usable_before_any_agreement(arles: Any) -> None:
    """Seed: the trials of the beginning."""
    assert {name: arles.roster.rule(name, EVE) for name in DEFAULT_RULES} == {
        "method": "consent",
        "quorum_seats": 0,
        "quorum_share_bp": None,
        "second_quorum_seats": None,
        "second_quorum_share_bp": None,
        "threshold_bp": None,
        "proxy_limit": 1,
        "colleges": (),
        "methods": (),
        "mandates": (),
        "day_minutes": 420,
        "reallocation_tolerance_bp": None,
    }
    assert arles.roster.rule("thresholds", EVE) == {}
    with pytest.raises(KeyError):
        arles.roster.rule("colour", EVE)


def test_rules_hold_from_their_day(arles: Any) -> None:
    arles(AdoptRules(title="Accord", effective=DAY, quorum=3, day_minutes=480, method="majority"))
    assert [arles.roster.rule("quorum_seats", on) for on in (EVE, DAY)] == [0, 3]
    assert arles.roster.rule("method", DAY) == "majority"


def test_an_amendment_changes_only_what_it_says(arles: Any) -> None:
    arles(AdoptRules(title="Accord", effective=DAY, quorum=3, reallocation_tolerance=1000))
    arles(AdoptRules(title="Avenant", effective=date(2024, 9, 1), quorum=2))
    later = date(2025, 1, 1)
    assert arles.roster.rule("quorum_seats", date(2024, 8, 31)) == 3
    assert arles.roster.rule("quorum_seats", later) == 2
    assert arles.roster.rule("reallocation_tolerance_bp", later) == 1000


def test_the_order_is_that_of_entry_into_force(arles: Any) -> None:
    arles(AdoptRules(title="Avenant", effective=date(2024, 9, 1), quorum=2))
    arles(AdoptRules(title="Accord, retrouvé", effective=DAY, quorum=3, until=date(2024, 12, 31)))
    assert arles.roster.rule("quorum_seats", date(2024, 10, 1)) == 2


def test_rules_that_ended_no_longer_hold(arles: Any) -> None:
    arles(AdoptRules(title="Essai", effective=DAY, until=date(2024, 6, 30), quorum=2))
    assert arles.roster.rule("quorum_seats", date(2024, 7, 1)) == 0


def test_thresholds_name_what_adopted_them(arles: Any) -> None:
    arles(AdoptDecision(id="seuils", text="On se donne des seuils"))
    (event,) = arles(
        AdoptRules(
            id="rules-1",
            title="Seuils",
            decision="seuils",
            flags=(
                "LIEU_RELIANCE 40 %",
                "lieu_reliance_x 12,5%",
                "FUNDER_DEPENDENCE off",
                "DORMANT_MEMBER non",
            ),
        )
    )
    assert [(t.flag, t.value_bp, t.off) for t in event.thresholds] == [
        ("LIEU_RELIANCE", 4000, False),
        ("LIEU_RELIANCE_X", 1250, False),
        ("FUNDER_DEPENDENCE", None, True),
        ("DORMANT_MEMBER", None, True),
    ]
    threshold = arles.roster.rule("thresholds", arles.today)["LIEU_RELIANCE"]
    assert (threshold.value_bp, threshold.rules_id, threshold.decision_id) == (4000, "rules-1", "seuils")


@pytest.mark.parametrize("written", ["40 %", "LIEU_RELIANCE", "LIEU_RELIANCE much", "LIEU_RELIANCE 4,123 %"])
def test_a_threshold_that_cannot_be_read(arles: Any, written: str) -> None:
    arles.refused("UsageError", AdoptRules(title="x", flags=(written,)))


def test_impossible_rules(arles: Any) -> None:
    arles.refused("UsageError", AdoptRules(title="x", flags=("A 40 %", "A off")))
    arles.refused("UsageError", AdoptRules(title="x", threshold=10_001))
    arles.refused("UsageError", AdoptRules(title="x", effective=DAY, until=EVE))


def test_rules_rest_on_an_adopted_decision(arles: Any) -> None:
    arles(MakeProposal(id="accord", text="L'accord"))
    arles.refused("R6", AdoptRules(title="Accord", decision="accord"))


def test_a_quorum_that_nobody_can_meet_is_refused(arles: Any) -> None:
    error = arles.refused("R6", AdoptRules(title="Accord", effective=DAY, quorum=99))
    assert (error.params["quorum"], error.params["seats"]) == (99, 3)
    arles.refused("R6", AdoptRules(title="Accord", effective=DAY, quorum=2, second_quorum=4))
    methods = (MethodRule(method="majority", quorum_seats=4),)
    arles.refused("R6", AdoptRules(title="Accord", effective=DAY, methods=methods))
    colleges = (College(college="lieux", seats=3, quorum_seats=4), College(college="usagers", seats=2))
    arles.refused("R6", AdoptRules(title="Accord", effective=DAY, colleges=colleges))
    colleges = (College(college="lieux", seats=3, quorum_seats=3), College(college="usagers", seats=2))
    arles(AdoptRules(title="Accord", effective=DAY, quorum=5, colleges=colleges))


def test_a_quorum_is_agreed_before_anybody_has_a_seat(play: Any) -> None:
    play(FoundConsortium(name="Les 6 lieux"))
    play(AdoptRules(title="Accord", effective=DAY, quorum=4))
