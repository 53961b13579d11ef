"""Who carries, who is there, who hands over: from given facts to intervals."""

from __future__ import annotations

import pytest

from .given import Given


def test_a_lieu_without_referent_is_flagged_until_it_has_one(given: Given) -> None:
    given.member("pop", "2024-01-01", referent=False)
    given.role(
        "r", "lieu_referent", lieu_id="pop", person_id="P-1", held_from="2024-02-01", ended_on="2024-06-01"
    )
    given.role("s", "lieu_referent", lieu_id="pop", person_id="P-2", held_from="2024-07-01")
    assert given.flags("REFERENT_MISSING") == [
        ("pop", "watch", 0.0, "2024-01-01", "2024-01-31"),
        ("pop", "watch", 0.0, "2024-06-01", "2024-06-30"),
    ]
    assert len(given.said("REFERENT_MISSING", "2024-06-15")[0]["events"]) >= 2


def test_a_lieu_that_left_needs_no_referent(given: Given) -> None:
    given.member("pop", "2024-01-01", referent=False, ended_on="2024-03-01")
    assert given.flags("REFERENT_MISSING") == [("pop", "watch", 0.0, "2024-01-01", "2024-02-29")]


def test_a_flag_is_off_while_a_decision_switches_it_off(given: Given) -> None:
    given.member("pop", "2024-01-01", referent=False)
    given.rules("A", "2024-03-01", REFERENT_MISSING=None)
    given.rules("B", "2024-05-01", REFERENT_MISSING=5000)
    assert [(since, until) for *_rest, since, until in given.flags("REFERENT_MISSING")] == [
        ("2024-01-01", "2024-02-29"),
        ("2024-05-01", None),
    ]


def critical(given: Given, id: str, person: str, **columns: object) -> None:
    defaults = {
        "title": id,
        "critical": 1,
        "status": "accepted",
        "person_id": person,
        "opened_on": "2024-02-01",
    }
    given.put("tasks", id=id, **(defaults | columns))


def handed(
    given: Given, id: str, number: int, giver: str, taker: str, on: str, status: str = "accepted"
) -> None:
    given.put(
        "hand_overs",
        task_id=id,
        number=number,
        from_person_id=giver,
        to_person_id=taker,
        status=status,
        offered_on=on,
        answered_on=on if status == "accepted" else None,
    )


def test_what_a_leaving_person_still_holds_is_due_and_clears_task_by_task(given: Given) -> None:
    given.person("P-civ", "civic_service", active_until="2024-08-31")
    for name in ("a", "b", "c"):
        given.person(f"P-{name}", "employee")
    critical(given, "T-a", "P-a")
    critical(given, "T-b", "P-b", deputy_id="P-a")
    critical(given, "T-c", "P-civ")
    handed(given, "T-a", 1, "P-civ", "P-a", "2024-08-10")
    handed(given, "T-b", 1, "P-civ", "P-b", "2024-08-20")
    assert given.flags("HANDOVER_DUE") == [
        ("P-civ", "info", 2.0, "2024-02-01", "2024-07-31"),  # two of them have no deputy
        ("P-civ", "watch", 3.0, "2024-08-01", "2024-08-09"),
        ("P-civ", "watch", 2.0, "2024-08-10", "2024-08-19"),
        ("P-civ", "watch", 1.0, "2024-08-20", "2024-08-31"),
        ("P-civ", "alert", 1.0, "2024-09-01", None),
    ]


def test_a_hand_over_that_was_only_offered_changes_nothing(given: Given) -> None:
    given.person("P-civ", "employee", active_until="2024-08-31")
    critical(given, "T", "P-civ", closed_on="2024-09-15", status="completed")
    handed(given, "T", 1, "P-civ", "P-a", "2024-08-10", status="offered")
    assert given.flags("HANDOVER_DUE") == [
        ("P-civ", "watch", 1.0, "2024-08-01", "2024-08-31"),
        ("P-civ", "alert", 1.0, "2024-09-01", "2024-09-14"),
    ]


@pytest.mark.parametrize(
    ("engagement", "task"),
    [("employee", {}), ("volunteer", {"deputy_id": "P-2"}), ("volunteer", {"critical": 0})],
)
def test_nothing_is_due_of_those_who_stay_and_are_not_alone(
    given: Given, engagement: str, task: dict
) -> None:
    given.person("P-1", engagement)
    critical(given, "T", "P-1", **task)
    assert given.flags("HANDOVER_DUE") == []


def test_the_sentence_of_a_hand_over_names_nobody(given: Given) -> None:
    given.person("P-1", "volunteer")
    critical(given, "T", "P-1")
    (flag,) = given.said("HANDOVER_DUE", "2024-03-01")
    assert "P-1" not in flag["sentence"]
    assert "Thank you" in flag["sentence"]
    assert len(flag["events"]) == 1


def test_a_critical_function_needs_twelve_months_before_it_is_said_to_have_one_holder(given: Given) -> None:
    given.role("r", "accounts", person_id="P-1", held_from="2024-01-10", critical=1)
    assert given.flags("SINGLE_HOLDER") == [("accounts", "watch", 1.0, "2025-01-09", None)]
    assert given.not_measured("SINGLE_HOLDER", "2024-12-31") == [("accounts", 11.0, 12)]
    assert given.not_measured("SINGLE_HOLDER", "2025-01-31") == []


def test_a_second_person_who_held_it_clears_it_for_twelve_months(given: Given) -> None:
    given.role("r", "accounts", person_id="P-1", held_from="2022-01-01", critical=1)
    given.role("s", "accounts", person_id="P-2", held_from="2024-03-01", ended_on="2024-04-01", critical=1)
    assert given.flags("SINGLE_HOLDER") == [
        ("accounts", "watch", 1.0, "2023-01-01", "2024-02-29"),
        ("accounts", "watch", 1.0, "2025-04-01", None),
    ]


def test_one_person_behind_most_functions_is_an_alert(given: Given) -> None:
    for function in ("accounts", "bus", "welcome"):
        given.role(function, function, person_id="P-1", held_from="2022-01-01", critical=1)
    assert {level for _subject, level in given.on("SINGLE_HOLDER", "2024-01-01")} == {"alert"}
    given.role("deputy", "bus", person_id="P-2", held_from="2024-02-01", critical=1)
    given.role("deputy-2", "welcome", person_id="P-3", held_from="2024-02-01", critical=1)
    assert given.on("SINGLE_HOLDER", "2024-03-01") == [("accounts", "watch")]


def test_a_function_that_is_not_critical_is_nobody_s_business(given: Given) -> None:
    given.role("r", "newsletter", person_id="P-1", held_from="2020-01-01")
    assert given.flags("SINGLE_HOLDER") == []


def test_a_seat_is_vacant_after_ninety_days_until_it_is_filled(given: Given) -> None:
    given.role(
        "s", "seat", organisation_id="caf", person_id="P-1", held_from="2023-01-01", ended_on="2024-01-01"
    )
    given.role("t", "seat", organisation_id="caf", person_id="P-2", held_from="2024-06-01")
    assert given.flags("SEAT_VACANT") == [("caf", "watch", 90.0, "2024-03-31", "2024-05-31")]


def test_a_seat_that_was_withdrawn_is_not_vacant(given: Given) -> None:
    given.role(
        "s",
        "seat",
        organisation_id="caf",
        held_from="2023-01-01",
        ended_on="2024-01-01",
        end_reason="withdrawn",
    )
    assert given.flags("SEAT_VACANT") == []


def test_a_mandate_warns_at_sixty_and_thirty_days_and_when_it_ended(given: Given) -> None:
    given.role("c", "coordinator", person_id="P-1", held_from="2024-01-01", held_until="2024-12-31")
    assert given.flags("MANDATE_EXPIRING") == [
        ("coordinator", "info", 60.0, "2024-11-01", "2024-11-30"),
        ("coordinator", "watch", 30.0, "2024-12-01", "2024-12-31"),
        ("coordinator", "alert", 0.0, "2025-01-01", None),
    ]


def test_a_renewal_clears_it_on_the_day_it_was_decided(given: Given) -> None:
    given.role("c", "coordinator", person_id="P-1", held_from="2024-01-01", held_until="2024-12-31")
    given.decision("D-2", "2024-11-20")
    given.role(
        "d",
        "coordinator",
        person_id="P-2",
        held_from="2025-01-01",
        held_until="2025-12-31",
        decision_id="D-2",
    )
    assert [f[1:] for f in given.flags("MANDATE_EXPIRING") if f[3] < "2025-06-01"] == [
        ("info", 60.0, "2024-11-01", "2024-11-19")
    ]


def test_a_mandate_that_ended_early_or_is_open_warns_of_nothing(given: Given) -> None:
    given.role(
        "c",
        "coordinator",
        person_id="P-1",
        held_from="2024-01-01",
        held_until="2024-12-31",
        ended_on="2024-06-01",
    )
    given.role("d", "lieu_referent", person_id="P-1", lieu_id="pop", held_from="2024-01-01")
    assert given.flags("MANDATE_EXPIRING") == []


def test_a_third_term_in_a_row_is_told(given: Given) -> None:
    for year in (2021, 2022, 2023):
        given.role(
            f"c-{year}", "chair", person_id="P-1", held_from=f"{year}-01-01", held_until=f"{year}-12-31"
        )
    assert ("chair", "watch") in given.on("MANDATE_EXPIRING", "2023-05-01")
    assert given.on("MANDATE_EXPIRING", "2022-05-01") == []
    (flag,) = given.said("MANDATE_EXPIRING", "2023-05-01")
    assert "3 terms" in flag["sentence"]
