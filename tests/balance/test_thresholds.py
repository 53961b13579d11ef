"""Thresholds that the consortium adopts by a decision: of shares, days and counts, each from its day on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.balance.flags.catalogue import CATALOGUE

from .given import Given

Facts = Callable[[Given], None]


def empty_seat(given: Given) -> None:
    given.role("s", "seat", organisation_id="caf", held_from="2023-01-01", ended_on="2024-01-01")


def ending_mandate(given: Given) -> None:
    given.role("m", "accounts", person_id="P", held_from="2023-01-01", held_until="2024-12-31")


def leaving(given: Given) -> None:
    given.person("P", engagement="employee", active_until="2024-12-31")
    given.put(
        "tasks", id="T", title="T", critical=1, status="accepted", person_id="P", opened_on="2024-01-01"
    )


def report(given: Given) -> None:
    given.convention(report_due_months=6, ends_on="2024-12-31")


def rare(given: Given) -> None:
    given.founded("2023-01-01")
    for day in ("2024-02-01", "2024-05-01", "2024-08-01"):
        given.meeting(day)


def stuck(given: Given) -> None:
    given.put("decisions", id="D", status="open", title="D", domain="commons", proposed_on="2024-01-01")
    for index in range(2):
        given.put("objections", id=f"O-{index}", decision_id="D", lieu_id="ici", raised_on="2024-01-10")


def scattered(given: Given) -> None:
    given.founded("2023-01-01")
    for index in range(8):
        given.meeting(f"2024-06-{index + 1:02d}", kind=f"group {index}")
    for index in range(4):
        given.put("tasks", id=f"T-{index}", title="x", status="open", critical=0, opened_on="2024-05-01")


CASES: list[tuple[str, Facts, int, str, str]] = [
    # flag, facts, adopted (basis points), a day when only the default says so, a day when only the rule does
    ("SEAT_VACANT", empty_seat, 1_200_000, "2024-04-01", ""),
    ("SEAT_VACANT", empty_seat, 300_000, "", "2024-02-01"),
    ("MANDATE_EXPIRING", ending_mandate, 900_000, "", "2024-10-05"),
    ("MANDATE_EXPIRING", ending_mandate, 400_000, "2024-11-10", ""),
    ("HANDOVER_DUE", leaving, 600_000, "", "2024-11-10"),
    ("HANDOVER_DUE", leaving, 150_000, "2024-12-10", ""),
    ("REPORT_DUE", report, 900_000, "", "2025-04-05"),
    ("MEETINGS_RARE", rare, 40_000, "", "2024-08-02"),
    ("BLOCKED_DECISIONS", stuck, 30_000, "2024-03-01", ""),
    ("FRAGMENTATION", scattered, 30_000, "2024-06-30", ""),
]


@pytest.mark.parametrize(("code", "facts", "adopted", "default_only", "rule_only"), CASES)
def test_an_adopted_threshold_takes_the_place_of_the_default(
    code: str, facts: Facts, adopted: int, default_only: str, rule_only: str
) -> None:
    by_default, ruled = Given(), Given()
    for given in (by_default, ruled):
        facts(given)
    ruled.rules("R", "2023-01-01", **{code: adopted})
    for day, speaks, silent in ((default_only, by_default, ruled), (rule_only, ruled, by_default)):
        if day:
            assert speaks.on(code, day)
            assert not silent.on(code, day)
    for day in filter(None, (rule_only,)):
        said = ruled.said(code, day)[0]
        assert said["threshold_source"] == "D-R", "the decision is quoted beside the flag"


def test_a_rule_changes_nothing_before_its_day() -> None:
    given = Given()
    rare(given)
    given.rules("R", "2024-09-01", MEETINGS_RARE=40_000)
    since: list[Any] = [row[3] for row in given.flags("MEETINGS_RARE")]
    assert since[0] == "2024-01-01"  # nobody had met for a year
    assert not given.on("MEETINGS_RARE", "2024-08-31")
    assert given.on("MEETINGS_RARE", "2024-09-01")


def test_what_may_be_adopted_is_one_of_the_measures_that_rules_can_write() -> None:
    written = {"share", "ratio", "days", "count", "turns"}
    assert {flag.adopts for flag in CATALOGUE.values() if flag.adopts} == written
