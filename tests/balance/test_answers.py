"""What is answered to a flag: for which days it holds, and when it lapses."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.balance import report
from ledger.balance.flags.engine import refresh
from ledger.readmodel.projector import Changed

from .given import WHOLE, Given


def late(given: Given) -> None:
    """An instalment that is watched from 16 February and an alert from 15 April, never received."""
    given.put(
        "instalments",
        id="I-1",
        convention_id="C",
        kind="advance",
        planned_cents=40_000,
        called_cents=0,
        due_on="2024-02-15",
    )


def answered(given: Given, answer: str, on: str, **columns: object) -> None:
    given.put(
        "flag_answers", id=1, flag="INSTALMENT_LATE", subject="I-1", answer=answer, answered_on=on, **columns
    )


def statuses(given: Given) -> list[tuple[str, str, str, str | None]]:
    refresh(given.db, WHOLE)
    return given.db.execute(
        "SELECT level, status, since, until FROM flags WHERE code = 'INSTALMENT_LATE' ORDER BY since"
    ).fetchall()


def test_an_acknowledgement_lapses_on_its_day(given: Given) -> None:
    late(given)
    answered(given, "acknowledged", "2024-03-01", until="2024-03-31", level="watch")
    assert statuses(given) == [
        ("watch", "open", "2024-02-16", "2024-02-29"),
        ("watch", "acknowledged", "2024-03-01", "2024-03-31"),
        ("watch", "open", "2024-04-01", "2024-04-14"),
        ("alert", "open", "2024-04-15", None),
    ]


@pytest.mark.parametrize("level", ["watch", None])
def test_an_acknowledgement_lapses_when_the_level_rises(given: Given, level: str | None) -> None:
    late(given)
    answered(given, "acknowledged", "2024-03-01", until="2024-08-31", level=level)
    assert statuses(given)[1:] == [
        ("watch", "acknowledged", "2024-03-01", "2024-04-14"),
        ("alert", "open", "2024-04-15", None),
    ]


def test_an_acknowledged_alert_stays_so_until_its_day(given: Given) -> None:
    late(given)
    answered(given, "acknowledged", "2024-05-01", until="2024-08-31", level="alert")
    assert statuses(given)[2:] == [
        ("alert", "acknowledged", "2024-05-01", "2024-08-31"),
        ("alert", "open", "2024-09-01", None),
    ]


def test_what_is_contested_stays_so_while_the_situation_lasts(given: Given) -> None:
    late(given)
    answered(given, "contested", "2024-03-01")
    assert {status for _level, status, since, _until in statuses(given) if since >= "2024-03-01"} == {
        "contested"
    }


def test_what_is_by_design_is_so_as_long_as_its_decision(given: Given) -> None:
    late(given)
    given.decision("D-1", "2024-02-20", ended_on="2024-05-10")
    answered(given, "by_design", "2024-02-20", decision_id="D-1")
    assert [(status, since) for _level, status, since, _until in statuses(given)] == [
        ("open", "2024-02-16"),
        ("by_design", "2024-02-20"),
        ("by_design", "2024-04-15"),
        ("open", "2024-05-10"),
    ]


def test_a_new_situation_is_open_again(given: Given) -> None:
    given.member("pop", "2024-01-01", referent=False)
    for start, end in (("2024-02-01", "2024-06-01"), ("2024-07-01", None)):
        given.role(f"r-{start}", "lieu_referent", lieu_id="pop", person_id="P", held_from=start, ended_on=end)
    given.put(
        "flag_answers",
        id=1,
        flag="REFERENT_MISSING",
        subject="pop",
        answer="acknowledged",
        answered_on="2024-01-10",
        until="2024-07-10",
    )
    refresh(given.db, WHOLE)
    rows = given.db.execute("SELECT status, since, until FROM flags ORDER BY since").fetchall()
    assert rows == [
        ("open", "2024-01-01", "2024-01-09"),
        ("acknowledged", "2024-01-10", "2024-01-31"),
        ("open", "2024-06-01", "2024-06-30"),
    ]


def test_a_later_answer_takes_the_place_of_an_earlier_one(given: Given) -> None:
    late(given)
    answered(given, "acknowledged", "2024-03-01", until="2024-08-31", level="alert")
    given.put(
        "flag_answers",
        id=2,
        flag="INSTALMENT_LATE",
        subject="I-1",
        answer="contested",
        answered_on="2024-03-10",
    )
    assert [(status, since) for _level, status, since, _until in statuses(given)] == [
        ("open", "2024-02-16"),
        ("acknowledged", "2024-03-01"),
        ("contested", "2024-03-10"),
        ("contested", "2024-04-15"),
    ]


def test_a_reply_changes_nothing_and_is_told_with_the_flag(given: Given) -> None:
    late(given)
    answered(given, "reply", "2024-03-01", reason="We wrote to them")
    assert {status for _level, status, _since, _until in statuses(given)} == {"open"}
    (flag,) = given.said("INSTALMENT_LATE", "2024-03-01")
    assert [(a["answer"], a["words"]) for a in flag["answers"]] == [("reply", "We wrote to them")]
    assert report.answers(given.db, "INSTALMENT_LATE", "I-1", date(2024, 2, 28)) == []


def test_an_answer_alone_makes_the_flag_be_computed_again(given: Given) -> None:
    late(given)
    statuses(given)
    answered(given, "contested", "2024-03-01")
    refresh(given.db, Changed(frozenset({"flag_answers"}), "2024-03-01"))
    assert "contested" in {row[0] for row in given.db.execute("SELECT status FROM flags")}
