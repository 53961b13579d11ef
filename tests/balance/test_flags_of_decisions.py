"""Who decides, and whether anybody comes: from given facts to intervals."""

from __future__ import annotations

from .given import Given, days

LIEUX = ("ici", "la", "la-bas")


def test_few_meetings_are_rare_after_a_year_and_no_sooner(given: Given) -> None:
    given.founded("2023-01-01")
    for day in ("2023-02-01", "2023-06-01", "2023-10-01"):
        given.meeting(day)
    assert given.flags("MEETINGS_RARE") == [
        ("consortium", "watch", 2.0, "2024-02-01", "2024-05-30"),
        ("consortium", "watch", 1.0, "2024-05-31", "2024-09-29"),
        ("consortium", "watch", 0.0, "2024-09-30", None),
    ]
    assert given.not_measured("MEETINGS_RARE", "2023-07-02") == [("", 5.0, 12)]
    given.meeting("2024-02-20")
    assert given.on("MEETINGS_RARE", "2024-03-01") == []


def test_a_dissolved_consortium_need_not_meet(given: Given) -> None:
    given.founded("2023-01-01", dissolved_on="2024-06-01")
    assert given.flags("MEETINGS_RARE") == [("consortium", "watch", 0.0, "2024-01-01", "2024-05-31")]


def test_one_person_leading_every_meeting_is_told_without_a_name(given: Given) -> None:
    for person in ("P-1", "P-2", "P-3", "P-4"):
        given.person(person)
    for day in days("2023-01-10", 12, 14):
        given.meeting(day, facilitator_id="P-1")
    assert given.on("AGENDA_CAPTURE", "2023-12-31") == [("facilitation", "alert")]
    (flag,) = given.said("AGENDA_CAPTURE", "2023-12-31")
    assert "P-1" not in str({**flag, "events": []})
    assert len(flag["events"]) == 12


def test_facilitation_that_goes_round_is_no_flag(given: Given) -> None:
    for person in ("P-1", "P-2", "P-3"):
        given.person(person)
    for index, day in enumerate(days("2023-01-10", 12, 14)):
        given.meeting(day, facilitator_id=f"P-{index % 3 + 1}")
    assert given.flags("AGENDA_CAPTURE") == []


def test_four_proposals_are_not_enough_to_say_anything(given: Given) -> None:
    given.person("P-1")
    for index, day in enumerate(days("2023-01-10", 4)):
        given.decision(f"D-{index}", day, proposer_id="P-1")
    assert given.flags("AGENDA_CAPTURE") == []
    assert given.not_measured("AGENDA_CAPTURE", "2023-06-30") == [("proposals", 4.0, 6)]


def objection(given: Given, id: str, decision: str, on: str, settled_on: str | None = None) -> None:
    given.put("objections", id=id, decision_id=decision, raised_on=on, settled_on=settled_on)


def test_two_objections_waiting_for_thirty_days_are_stuck(given: Given) -> None:
    for id in ("D-1", "D-2"):
        given.put("decisions", id=id, status="draft", domain="commons", proposed_on="2024-01-01")
    objection(given, "O-1", "D-1", "2024-01-10")
    objection(given, "O-2", "D-2", "2024-01-20", settled_on="2024-04-01")
    assert given.flags("BLOCKED_DECISIONS") == [("consortium", "watch", 2.0, "2024-02-19", "2024-03-31")]
    assert len(given.said("BLOCKED_DECISIONS", "2024-03-01")[0]["events"]) == 2


def test_an_objection_overtaken_by_the_decision_no_longer_waits(given: Given) -> None:
    given.decision("D-1", "2024-02-01")
    given.put("decisions", id="D-2", status="draft", domain="commons", proposed_on="2024-01-01")
    objection(given, "O-1", "D-1", "2024-01-10")
    objection(given, "O-2", "D-2", "2024-01-20")
    assert given.flags("BLOCKED_DECISIONS") == []


def test_thin_attendance_puts_the_quorum_at_risk(given: Given) -> None:
    for lieu in LIEUX:
        given.member(lieu)
    given.put("rules", id="R", title="R", effective_on="2023-01-01", decision_id="D-1", quorum_seats=3)
    for day in days("2023-02-01", 5, 30):
        given.meeting(day, *LIEUX)
    assert given.flags("QUORUM_RISK") == []  # nobody ever missed one
    given.meeting("2023-07-15", "ici", "la")
    # (6.5/7)² × (5.5/7) that all three come, as they must
    assert given.flags("QUORUM_RISK") == [("consortium", "watch", 0.3225, "2023-07-15", None)]
    given.put("rules", id="S", title="S", effective_on="2023-07-20", decision_id="D-2", quorum_seats=2)
    given.meeting("2023-08-01", *LIEUX)
    assert given.on("QUORUM_RISK", "2023-08-01") == []


def test_two_meetings_in_a_row_below_the_quorum_are_an_alert(given: Given) -> None:
    for lieu in LIEUX:
        given.member(lieu)
    given.put("rules", id="R", title="R", effective_on="2023-01-01", quorum_seats=2)
    for day in days("2023-02-01", 6, 30):
        given.meeting(day, *LIEUX)
    given.meeting("2023-09-01", "ici")
    assert given.on("QUORUM_RISK", "2023-09-01") == []
    given.meeting("2023-10-01", "la")
    assert given.on("QUORUM_RISK", "2023-10-02") == [("consortium", "alert")]
    assert given.said("QUORUM_RISK", "2023-10-02")[0]["threshold_source"] == "default"  # R sets the quorum


def test_four_meetings_say_nothing_of_the_quorum(given: Given) -> None:
    given.member("ici")
    given.put("rules", id="R", title="R", effective_on="2023-01-01", quorum_seats=3)
    for day in days("2023-02-01", 4, 30):
        given.meeting(day, "ici")
    assert given.flags("QUORUM_RISK") == []
    assert given.not_measured("QUORUM_RISK", "2023-12-31") == [("", 4.0, 5)]


def test_a_lieu_that_joined_later_is_judged_on_what_it_could_attend(given: Given) -> None:
    given.member("ici")
    given.member("la", since="2023-05-01")
    given.put("rules", id="R", title="R", effective_on="2023-01-01", quorum_seats=1)
    for day in days("2023-02-01", 6, 30):
        given.meeting(day, "ici", *(["la"] if day >= "2023-05-01" else []))
    assert given.flags("QUORUM_RISK") == []


def test_eight_bodies_for_six_places_and_tasks_that_nobody_took_are_too_many(given: Given) -> None:
    given.founded("2023-01-01")
    for index in range(8):
        given.meeting(f"2023-10-{index + 1:02d}", kind=f"group {index}", minutes=60, present_count=4)
    for index in range(4):
        given.put("tasks", id=f"T-{index}", title="x", status="open", critical=0, opened_on="2023-09-01")
    assert given.on("FRAGMENTATION", "2023-10-31") == [("consortium", "watch")]
    assert given.on("FRAGMENTATION", "2023-09-30") == []
    for index in range(3):
        given.put(
            "tasks",
            id=f"T-{index}",
            title="x",
            status="accepted",
            critical=0,
            opened_on="2023-09-01",
            person_id="P-1",
        )
    assert given.flags("FRAGMENTATION") == []  # one of four left is a quarter, and not more


def test_a_third_hint_is_an_alert(given: Given) -> None:
    given.founded("2023-01-01")
    for index in range(8):
        given.meeting(f"2023-10-{index + 1:02d}", kind=f"group {index}")
    for index in range(4):
        given.put("tasks", id=f"T-{index}", title="x", status="open", critical=0, opened_on="2023-09-01")
    given.person("P-1")
    for index in range(4):
        given.role(f"R-{index}", f"function-{index}", person_id="P-1", held_from="2023-03-01")
    assert given.on("FRAGMENTATION", "2023-11-30") == [("consortium", "alert")]


def test_half_a_year_is_needed_to_speak_of_fragmentation(given: Given) -> None:
    given.founded("2024-01-01")
    assert given.not_measured("FRAGMENTATION", "2024-04-30") == [("", 3.0, 6)]
    assert given.not_measured("FRAGMENTATION", "2024-08-31") == []


def test_one_organisation_behind_several_lieux_holds_too_many_seats(given: Given) -> None:
    given.member("ici", organisation_id="coop")
    given.member("la", organisation_id="asso")
    given.member("la-bas", since="2024-01-01", organisation_id="coop")
    assert given.flags("ENTITY_OVERREP") == [("coop", "watch", 0.6667, "2024-01-01", None)]
    assert "2 of the 3 seats" in given.said("ENTITY_OVERREP", "2024-02-01")[0]["sentence"]


def test_one_seat_each_is_never_too_many(given: Given) -> None:
    for lieu in LIEUX:
        given.member(lieu)
    assert given.flags("ENTITY_OVERREP") == []


def test_seats_by_role_count_where_no_lieu_decides(given: Given) -> None:
    for index, body in enumerate(("etat", "etat", "etat", "caf", "epci", "epci-2", "uni", "x", "y", "z")):
        given.role(f"S-{index}", "seat", organisation_id=body, person_id=f"P-{index}", held_from="2024-01-01")
    assert given.flags("ENTITY_OVERREP") == [("etat", "watch", 0.3, "2024-01-01", None)]


def test_a_season_of_money_is_information_and_a_year_of_it_is_watched(given: Given) -> None:
    for index, day in enumerate(days("2023-01-05", 7, 4)):
        given.decision(f"D-{index}", day, "money")
    for index, day in enumerate(days("2023-02-05", 3, 4)):
        given.decision(f"C-{index}", day)
    assert given.on("ACCOUNTING_DOMINANCE", "2023-01-31") == [("money", "info")]
    assert given.on("ACCOUNTING_DOMINANCE", "2023-03-31") == [("money", "watch")]  # 7 of 10, and again


def test_a_few_decisions_on_money_are_no_pattern(given: Given) -> None:
    for index, day in enumerate(days("2023-01-05", 5, 4)):
        given.decision(f"D-{index}", day, "money")
    assert given.flags("ACCOUNTING_DOMINANCE") == []
    assert given.not_measured("ACCOUNTING_DOMINANCE", "2023-03-31") == [("", 5.0, 6)]


def test_a_seat_of_an_advisory_body_in_the_hands_of_a_lieu_s_person_is_a_conflict(given: Given) -> None:
    given.founded(kind="advisory")
    given.role("S", "seat", organisation_id="uni", person_id="P-1", held_from="2024-01-01")
    given.role(
        "A", "affiliated", lieu_id="comptoir", person_id="P-1", held_from="2024-09-01", ended_on="2025-01-01"
    )
    assert given.flags("CONFLICT_OF_INTEREST") == [("S/comptoir", "alert", 1.0, "2024-09-01", "2024-12-31")]
    (flag,) = given.said("CONFLICT_OF_INTEREST", "2024-10-01")
    assert len(flag["events"]) == 2
    assert "P-1" not in flag["sentence"]


def test_lieux_that_decide_together_are_not_in_conflict(given: Given) -> None:
    given.founded()
    given.role("S", "seat", organisation_id="uni", person_id="P-1", held_from="2024-01-01")
    given.role("A", "affiliated", lieu_id="comptoir", person_id="P-1", held_from="2024-09-01")
    assert given.flags("CONFLICT_OF_INTEREST") == []


def vote(given: Given, option: str) -> None:
    given.founded()
    given.decision("D-1", "2024-05-01", "money", proposer_id="P-2")
    given.put("ballots", id=1, decision_id="D-1", person_id="P-1", option=option, cast_on="2024-05-01")
    given.put(
        "allocations",
        id="A-1",
        person_id="P-1",
        amount_cents=90_000,
        decision_id="D-1",
        allocated_on="2024-05-02",
    )


def test_a_vote_on_one_s_own_money_is_a_conflict(given: Given) -> None:
    vote(given, "for")
    assert given.flags("CONFLICT_OF_INTEREST") == [("D-1", "alert", 1.0, "2024-05-01", None)]


def test_who_withdrew_from_the_vote_is_not_in_conflict(given: Given) -> None:
    vote(given, "recused")
    assert given.flags("CONFLICT_OF_INTEREST") == []


def test_who_proposed_what_benefits_them_is_in_conflict_unless_they_withdrew(given: Given) -> None:
    given.founded()
    given.decision("D-1", "2024-05-01", proposer_id="P-1")
    given.put("decision_beneficiaries", decision_id="D-1", person_id="P-1")
    assert given.flags("CONFLICT_OF_INTEREST") == [("D-1", "alert", 1.0, "2024-05-01", None)]
    given.put("ballots", id=1, decision_id="D-1", person_id="P-1", option="recused", cast_on="2024-05-01")
    assert given.flags("CONFLICT_OF_INTEREST") == []


def test_an_opinion_is_to_be_published_within_thirty_days(given: Given) -> None:
    given.decision("O-1", "2024-10-15", status="issued", published_on="2024-12-29")
    given.decision("O-2", "2024-10-15", status="issued", published_on="2024-10-27")
    given.decision("O-3", "2024-11-15", status="issued")
    given.decision("D-1", "2024-01-15")
    assert given.flags("PUBLICATION_LATE") == [
        ("O-1", "watch", 30.0, "2024-11-14", "2024-12-28"),
        ("O-3", "watch", 30.0, "2024-12-15", None),
    ]


def test_what_is_written_down_late_is_told_for_a_month(given: Given) -> None:
    event = {"kind": "time.logged.v1", "stream": "time/x"}
    given.put("events", **event, occurred_on="2024-01-01", recorded_at="2024-01-02T08:00:00Z")
    given.put("events", **event, occurred_on="2024-03-01", recorded_at="2024-05-01T08:00:00Z")
    given.put("events", **event, occurred_on="2024-05-01", recorded_at="2024-05-02T08:00:00Z")
    assert given.flags("LATE_RECORDING") == [("consortium", "info", 61.0, "2024-05-01", "2024-05-30")]
    assert given.said("LATE_RECORDING", "2024-05-02")[0]["events"] == [2]


def test_history_typed_in_when_the_ledger_starts_is_not_late(given: Given) -> None:
    event = {"kind": "role.given.v1", "stream": "consortium"}
    given.put("events", **event, occurred_on="2020-01-01", recorded_at="2024-01-02T08:00:00Z")
    given.put("events", **event, occurred_on="2021-01-01", recorded_at="2024-01-20T08:00:00Z")
    assert given.flags("LATE_RECORDING") == []
