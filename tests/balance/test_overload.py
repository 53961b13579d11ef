"""UNPAID_OVERLOAD: unpaid time against what people said they could give."""

from __future__ import annotations

from itertools import count

from .given import Given

_ids = count(1000)


def gave(given: Given, month: str, minutes: int, basis: str = "volunteer", person: str = "P") -> None:
    columns = {"activity": "commons", "minutes": minutes, "basis": basis, "person_id": person}
    given.put("time_entries", id=next(_ids), occurred_on=f"{month}-10", month=month, **columns)


def says(given: Given, minutes: int | None, since: str, person: str = "P") -> None:
    given.put("capacities", id=next(_ids), person_id=person, minutes_per_month=minutes, held_from=since)


def test_two_months_above_what_was_said_raise_it_and_one_below_clears_it(given: Given) -> None:
    says(given, 600, "2024-01-01")
    for month, minutes in (("2024-01", 900), ("2024-02", 720), ("2024-03", 600)):
        gave(given, month, minutes)
    assert given.flags("UNPAID_OVERLOAD") == [("P", "watch", 1.2, "2024-02-29", "2024-03-30")]
    said = given.said("UNPAID_OVERLOAD", "2024-03-01")[0]
    assert "1.2" in said["sentence"]
    assert "P" not in said["sentence"].split()
    assert len(said["events"]) == 3


def test_one_month_is_not_enough_and_says_so(given: Given) -> None:
    gave(given, "2024-01", 900)
    assert given.not_measured("UNPAID_OVERLOAD", "2024-01-31") == [("", 0.0, 2)]
    says(given, 600, "2024-01-15")  # the month was not whole
    assert given.flags("UNPAID_OVERLOAD") == []


def test_time_that_is_paid_does_not_count(given: Given) -> None:
    says(given, 600, "2024-01-01")
    for month in ("2024-01", "2024-02"):
        gave(given, month, 500)
        gave(given, month, 6000, basis="paid")
    assert given.flags("UNPAID_OVERLOAD") == []


def test_it_is_an_alert_while_those_who_are_paid_have_time_left(given: Given) -> None:
    says(given, 600, "2024-01-01")
    given.role("r", "coordinator", person_id="PAID", held_from="2024-01-01", minutes_per_month=420)
    for month in ("2024-01", "2024-02", "2024-03"):
        gave(given, month, 900)
    gave(given, "2024-01", 200, basis="paid", person="PAID")
    for month in ("2024-02", "2024-03"):
        gave(given, month, 420, basis="paid", person="PAID")
    assert [(level, since) for _who, level, _load, since, _until in given.flags("UNPAID_OVERLOAD")] == [
        ("alert", "2024-02-29"),
        ("watch", "2024-03-31"),
    ]


def test_a_new_word_of_the_person_clears_it(given: Given) -> None:
    says(given, 600, "2024-01-01")
    for month in ("2024-01", "2024-02", "2024-03", "2024-04"):
        gave(given, month, 900)
    says(given, 1000, "2024-03-01")
    assert given.flags("UNPAID_OVERLOAD")[-1][4] == "2024-03-30"


def test_a_pause_needs_no_figure(given: Given) -> None:
    says(given, 600, "2024-01-01")
    for month in ("2024-01", "2024-02", "2024-03"):
        gave(given, month, 900)
    says(given, None, "2024-03-01")
    assert [row[:2] for row in given.flags("UNPAID_OVERLOAD")] == [("P", "watch")]


def test_a_threshold_adopted_by_decision_takes_the_place_of_the_default(given: Given) -> None:
    says(given, 600, "2024-01-01")
    given.rules("R", "2024-01-01", UNPAID_OVERLOAD=15_000)
    for month in ("2024-01", "2024-02"):
        gave(given, month, 900)
    assert given.flags("UNPAID_OVERLOAD") == []
