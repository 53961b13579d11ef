"""What would stop without those who carry a function, and who could learn it."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.balance.relay import functions, relay, sentences

from .given import Given

ON = date(2024, 6, 30)


@pytest.fixture
def place(given: Given) -> Given:
    """Three lieux that meet at la's, whose one person keeps the accounts and the bus."""
    for lieu in ("ici", "la", "la-bas"):
        given.member(lieu)
        given.person(f"P-{lieu}", "volunteer")
        given.role(f"A-{lieu}", "affiliated", lieu_id=lieu, person_id=f"P-{lieu}", held_from="2023-01-01")
    given.put("rules", id="R", title="R", effective_on="2023-01-01", quorum_seats=3)
    given.role("accounts-1", "accounts", person_id="P-la-bas", held_from="2022-01-01", ended_on="2023-06-01")
    given.role("accounts-2", "accounts", person_id="P-la", held_from="2023-06-01", critical=1)
    task = {"title": "Bus", "critical": 1, "status": "accepted", "person_id": "P-la", "purpose": "outreach"}
    given.put("tasks", id="T-bus", opened_on="2024-05-01", deputy_id="P-ici", **task)
    given.put(
        "tasks",
        id="T-old",
        opened_on="2023-05-01",
        closed_on="2023-08-01",
        **(task | {"status": "completed"}),
    )
    given.put(
        "allocations", id="A-1", lieu_id="la", amount_cents=50_000, allocated_on="2024-01-10", decision_id="D"
    )
    given.expense("E-1", "2024-02-01", 20_000, allocation_id="A-1")
    for month in range(1, 6):
        given.meeting(f"2024-{month:02d}-05", "ici", "la", "la-bas", host_lieu_id="la", facilitator_id="P-la")
    return given


def test_a_role_tells_its_carrier_s_tasks_and_who_held_it_before(place: Given) -> None:
    found = relay(place.db, "accounts", ON)
    assert found
    assert (found["kind"], found["carriers"]) == ("role", ["P-la"])
    assert [(task["id"], task["deputy"]) for task in found["tasks"]] == [("T-bus", "P-ici")]
    assert found["learners"] == [
        {"id": "P-la-bas", "why": "held_before"},
        {"id": "P-ici", "why": "deputy"},
    ]
    assert found["quorum"] is None


def test_a_lieu_tells_its_people_its_links_its_quorum_and_its_money(place: Given) -> None:
    found = relay(place.db, "la", ON)
    assert found
    assert set(found["carriers"]) == {"la", "la-asso", "P-la"}
    assert {role["role"] for role in found["roles"]} == {"accounts", "lieu_referent"}
    assert (found["quorum"]["needed"], found["quorum"]["remaining"]) == (3, 2)
    assert found["quorum"]["chance_of_missing"] == 1.0
    assert found["money"] == [{"id": "A-1", "kind": "allocation", "amount_cents": 30_000}]


def test_who_alone_brings_others_together_is_seen(given: Given) -> None:
    given.meeting("2024-03-01", "ici", "la", host_lieu_id="la")
    given.meeting("2024-04-01", "la", "la-bas", host_lieu_id="la")
    for lieu in ("ici", "la", "la-bas"):
        given.put("lieux", id=lieu, name=lieu.title())
    found = relay(given.db, "la", ON)
    assert found
    assert sorted(found["links"]) == [["ici"], ["la-bas"]]


def test_the_tasks_of_a_purpose_are_a_function(place: Given) -> None:
    found = relay(place.db, "outreach", ON)
    assert found
    assert (found["kind"], [task["id"] for task in found["tasks"]]) == ("tasks", ["T-bus"])


def test_a_function_is_found_by_the_name_members_give_it(place: Given) -> None:
    assert relay(place.db, "La-Bas", ON) == relay(place.db, "la-bas", ON)
    assert relay(place.db, "no such thing", ON) is None


def test_what_does_not_exist_yet_is_not_listed(place: Given) -> None:
    listed = {each["function"] for each in functions(place.db, ON)}
    assert {"accounts", "outreach", "ici", "lieu_referent"} <= listed
    assert "outreach" not in {each["function"] for each in functions(place.db, date(2022, 12, 31))}


def test_it_reads_as_a_few_plain_lines(place: Given) -> None:
    found = relay(place.db, "la", ON)
    assert found
    told = dict(sentences(found, str))
    stopping = " ".join(told["What would stop"])
    assert "Bus · critical · with a deputy" in stopping
    assert "2 lieux would remain, 3 are needed" in stopping
    assert "€300 in progress" in stopping
    assert told["Who could learn it"] == ["P-la-bas, who held it before", "P-ici, who stands in already"]
