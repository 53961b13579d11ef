"""The report: who did what, how it moves month by month, and what stays with the lieu."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from ledger.balance import report
from ledger.balance.carrying import carried
from ledger.balance.flags.engine import refresh

from .given import WHOLE, Given

YEAR_END = date(2024, 12, 31)
_ids = count(1)


def belongs(given: Given, person: str, lieu: str) -> None:
    given.person(person)
    given.role(f"a-{person}", "affiliated", person_id=person, lieu_id=lieu, held_from="2023-01-01")


def places(given: Given) -> None:
    """Two lieux: three people here, one there."""
    given.member("ici", referent=False)
    given.member("la", referent=False)
    for person, lieu in (("P1", "ici"), ("P2", "ici"), ("P3", "ici"), ("P4", "la")):
        belongs(given, person, lieu)


def by_person(given: Given, **options: Any) -> dict[str, dict[str, Any]]:
    found = report.balance(given.db, by="person", as_of=YEAR_END, **options)
    return {row["id"]: row for row in found["rows"]}


def test_what_a_person_does_counts_for_their_lieu(given: Given) -> None:
    places(given)
    given.decision("D", "2024-03-01", proposer_id="P4")
    given.meeting("2024-03-01", "ici", "la", facilitator_id="P1", minute_taker_id="P4")
    given.put("objections", id="O", decision_id="D", person_id="P2", lieu_id="ici", raised_on="2024-03-01")
    for seat in ("ici", "la"):
        given.put("decision_seats", decision_id="D", seat_id=seat, represented=1, recused=int(seat == "la"))
    given.put(
        "hand_overs",
        task_id="T",
        number=1,
        from_person_id="P1",
        to_person_id="P4",
        to_lieu_id="la",
        status="accepted",
        answered_on="2024-04-01",
    )
    given.put("tasks", id="T", title="T", status="accepted", lieu_id="la", opened_on="2024-03-01")
    found = carried(given.db, "lieu", date(2024, 1, 1), YEAR_END)
    done = {lieu: {fact for fact, value in facts.items() if value} for lieu, facts in found.items()}
    assert done == {
        "ici": {"facilitations", "objections", "votes", "handed_over"},
        "la": {"proposals", "minute_takings", "taken_over", "tasks"},
    }


def test_a_critical_function_with_one_holder_is_held_alone(given: Given) -> None:
    places(given)
    for person in ("P1", "P2"):
        given.role(f"w-{person}", "welcome", person_id=person, held_from="2024-01-01", critical=1)
    given.role("acc", "accounts", person_id="P1", held_from="2024-01-01", critical=1)
    found = carried(given.db, "person", date(2024, 1, 1), YEAR_END)
    assert (found["P1"]["roles"], found["P1"]["alone"]) == (2, 1)
    assert (found["P2"]["roles"], found["P2"]["alone"]) == (1, 0)


def test_money_paid_over_is_received_once(given: Given) -> None:
    given.member("ici", organisation_id="ici-asso")
    given.convention()
    for mode, cents in (("transfer", 50_000), ("envelope", 30_000)):
        allocation = {"convention_id": "C", "lieu_id": "ici", "decision_id": "D", "mode": mode}
        given.put("allocations", id=mode, amount_cents=cents, allocated_on="2024-02-01", **allocation)
        given.expense(f"E-{mode}", "2024-05-01", 20_000, allocation_id=mode, lieu_id="ici")
    given.put("transfers", id="X", allocation_id="transfer", amount_cents=50_000, transferred_on="2024-03-01")
    found = carried(given.db, "lieu", date(2024, 1, 1), YEAR_END)["ici"]
    assert (found["decided_cents"], found["received_cents"]) == (80_000, 70_000)


def test_below_three_active_people_the_figures_stay_with_the_lieu(given: Given) -> None:
    places(given)
    for person, lieu in (("P1", "ici"), ("P4", "la")):
        given.hours("2024-06-10", lieu, 600, person)
    rows = by_person(given)
    assert (rows["P1"]["value"], rows["P1"]["share"]) == (600, 0.5)
    assert (rows["P4"]["value"], rows["P4"]["by_month"], rows["P4"]["did"]) == (None, None, None)
    assert by_person(given, reader="P4")["P4"]["value"] == 600


def test_a_person_of_no_lieu_is_shown(given: Given) -> None:
    given.person("P9")
    given.put("time_entries", id=1, person_id="P9", activity="admin", minutes=60, occurred_on="2024-06-10")
    assert by_person(given)["P9"]["value"] == 60


def test_rows_keep_the_order_of_the_register_whatever_they_weigh(given: Given) -> None:
    for lieu, minutes in (("ici", 10), ("la", 600), ("la-bas", 60)):
        given.member(lieu)
        given.hours("2024-06-10", lieu, minutes)
    rows = report.balance(given.db, as_of=YEAR_END)["rows"]
    assert [row["id"] for row in rows] == ["ici", "la", "la-bas"]


def test_the_last_ninety_days_stand_beside_the_year(given: Given) -> None:
    for lieu, day in (("ici", "2024-02-10"), ("la", "2024-12-10")):
        given.member(lieu)
        given.hours(day, lieu, 600)
    found = report.balance(given.db, as_of=YEAR_END)
    rows = {row["id"]: row for row in found["rows"]}
    assert (rows["ici"]["share"], rows["ici"]["recent_share"]) == (0.5, 0.0)
    assert (rows["la"]["share"], rows["la"]["recent_share"]) == (0.5, 1.0)
    assert found["months"][0] == "2024-01"
    assert rows["ici"]["by_month"] == [0, 600, *[0] * 10]


def test_a_short_window_still_shows_a_year_of_months(given: Given) -> None:
    given.member("ici")
    assert len(report.balance(given.db, as_of=YEAR_END, window_days=90)["months"]) == 12
    assert len(report.balance(given.db, as_of=YEAR_END, window_days=3650)["months"]) == 36


def test_no_flag_was_measured_after_the_day_that_is_asked_for(given: Given) -> None:
    given.member("ici")
    given.member("la")
    for month in range(1, 9):
        for day in range(1, 4):
            given.hours(f"2024-{month:02}-{day:02}", "ici", 300)
        given.hours(f"2024-{month:02}-20", "la", 60)
    refresh(given.db, WHOLE)
    for day in ("2024-04-15", "2024-05-31", "2024-08-31", "2024-12-01"):
        standing = report.flags(given.db, as_of=date.fromisoformat(day), names=str)["flags"]
        assert any(flag["code"] == "LIEU_RELIANCE" for flag in standing)
        assert all(flag["window"][1] <= day for flag in standing)


def test_spreading_is_not_advised_while_there_are_too_many_bodies(given: Given) -> None:
    given.founded("2023-01-01")
    given.role("acc", "accounts", person_id="P1", held_from="2023-01-01", critical=1)
    given.person("P1")
    said = given.said("SINGLE_HOLDER", "2024-06-30")[0]["advice"]
    for index in range(8):
        given.meeting(f"2024-06-{index + 1:02d}", kind=f"group {index}")
    for index in range(4):
        given.put("tasks", id=f"T-{index}", title="x", status="open", critical=0, opened_on="2024-05-01")
    assert given.said("SINGLE_HOLDER", "2024-06-30")[0]["advice"] != said
    assert "no new committee" in given.said("SINGLE_HOLDER", "2024-06-30")[0]["advice"]


def test_one_employee_who_coordinates_alone_is_told_until_somebody_shares(given: Given) -> None:
    for person in ("P1", "P2"):
        given.person(person, engagement="employee")
    given.role("a", "coordinator", person_id="P1", held_from="2024-01-01", minutes_per_month=420)
    given.role("b", "coordinator", person_id="P2", held_from="2024-06-01", minutes_per_month=420)
    assert given.flags("COORD_LOAD") == [("coordinator/alone", "info", 1.0, "2024-01-01", "2024-05-31")]
    said = given.said("COORD_LOAD", "2024-02-01")[0]
    assert (said["label"], said["unit"]) == ("One employee carries alone", "count")
    assert len(said["events"]) == 1
    given.person("P1", engagement="volunteer")
    assert given.flags("COORD_LOAD") == []  # and a volunteer is no employee
