"""Tasks from hand to hand, and time (R11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.tasks import model
from ledger.tasks.model import COMMANDS, AssignTask, CloseTask, HandOverTask, LogTime, OpenTask

MARCH = date(2024, 3, 5)


@pytest.fixture
def task(arles: Any) -> Any:
    """Arles, with a task `bus` that nobody carries."""
    arles(OpenTask(id="bus", title="Réserver le bus"))
    return arles


def test_every_command_is_decided_on() -> None:
    assert set(model._DECIDE) == set(COMMANDS)


def test_nothing_before_the_founding(play: Any) -> None:
    play.refused("ORDER", LogTime(lieu="pop", minutes=60))


# -- tasks ------------------------------------------------------------------------------------------


def test_a_task_that_somebody_takes_at_once(arles: Any) -> None:
    opened, given = arles(OpenTask(id="bus", title="Réserver le bus", person="P-ver", estimate=360))
    assert (opened.estimate_minutes, given.answer, given.lieu_id) == (360, "accepted", "verrerie")


def test_a_task_that_nobody_takes(task: Any) -> None:
    assert task.state("task/bus").status == "open"
    task.refused("DUPLICATE", OpenTask(id="bus", title="Encore"))


def test_a_task_that_a_lieu_takes(arles: Any) -> None:
    _, given = arles(OpenTask(id="bus", title="Réserver le bus", lieu="pop"))
    assert (given.person_id, given.lieu_id) == (None, "pop")


def test_nobody_inactive_is_given_a_task(task: Any) -> None:
    task.refused("R11", OpenTask(title="Affiches", person="P-gone"))
    task.refused("R11", AssignTask(task="bus", person="P-gone"))
    task.refused("R11", AssignTask(task="bus", person="P-ver", deputy="P-gone"))
    task.refused("R11", AssignTask(on=date(2023, 12, 1), task="bus", person="P-ver"))
    task.refused("UsageError", AssignTask(task="bus"))


def test_asked_then_accepted(task: Any) -> None:
    task(AssignTask(task="bus", person="P-ver", answer="proposed"))
    assert task.state("task/bus").status == "assigned"
    (event,) = task(AssignTask(task="bus"))
    assert (event.person_id, event.answer) == ("P-ver", "accepted")


def test_declined_is_open_again(task: Any) -> None:
    task(AssignTask(task="bus", person="P-ver", answer="proposed"))
    task.refused("ORDER", AssignTask(task="bus", person="P-pop", answer="declined"))
    task(AssignTask(task="bus", answer="declined"))
    assert task.state("task/bus") == model.State("open")
    task.refused("ORDER", AssignTask(task="bus", person="P-ver", answer="declined"))
    task(AssignTask(task="bus", person="P-pop"))


def test_a_task_changes_hands_when_the_other_accepts(task: Any) -> None:
    task(AssignTask(task="bus", person="P-ver"))
    task.refused("R11", AssignTask(task="bus", person="P-pop"))
    task(HandOverTask(task="bus", to="P-pop"))
    assert task.state("task/bus").person_id == "P-ver"
    task.refused("DUPLICATE", HandOverTask(task="bus", to="P-pop"))
    (event,) = task(HandOverTask(task="bus", to="P-pop", accepted=True))
    assert (event.from_person_id, event.to_lieu_id) == ("P-ver", "pop")
    assert task.state("task/bus") == model.State("accepted", "P-pop", "pop")


def test_a_hand_over_that_is_declined(task: Any) -> None:
    task(AssignTask(task="bus", person="P-ver"))
    task(HandOverTask(task="bus", to="P-pop"))
    task(AssignTask(task="bus", person="P-pop", answer="declined"))
    assert task.state("task/bus") == model.State("accepted", "P-ver", "verrerie")
    assert task(HandOverTask(task="bus", to="P-pop"))


def test_who_cannot_receive_a_task(task: Any) -> None:
    task.refused("ORDER", HandOverTask(task="bus", to="P-pop", accepted=True))
    task(AssignTask(task="bus", person="P-ver"))
    task.refused("R11", HandOverTask(task="bus", to="P-gone", accepted=True))
    task.refused("DUPLICATE", HandOverTask(task="bus", to="P-ver"))


def test_closed_once_and_for_all(task: Any) -> None:
    task(CloseTask(task="bus"))
    task.refused("DUPLICATE", CloseTask(task="bus"))
    for command in (
        CloseTask(task="bus", outcome="cancelled"),
        AssignTask(task="bus", person="P-ver"),
        HandOverTask(task="bus", to="P-ver"),
    ):
        task.refused("ORDER", command)


# -- time -------------------------------------------------------------------------------------------


def test_a_persons_time_counts_for_their_lieu(arles: Any) -> None:
    (event,) = arles(LogTime(on=MARCH, person="P-ver", minutes=210, activity="hosting"))
    assert (event.subject_id, event.lieu_id, event.month, event.days) == ("P-ver", "verrerie", "2024-03", 1)
    assert event.stream() == "time/P-ver/2024-03"


def test_a_shared_functions_time_counts_for_no_lieu(arles: Any) -> None:
    assert arles(LogTime(person="P-coord", minutes=60, basis="paid"))[0].lieu_id is None


def test_time_for_a_lieu_of_ones_choice(arles: Any) -> None:
    assert arles(LogTime(person="P-ver", lieu="pop", minutes=60))[0].lieu_id == "pop"


def test_a_period_counts_whole_at_its_last_day(arles: Any) -> None:
    command = LogTime(on=MARCH, lieu="pop", from_=date(2024, 2, 1), until=date(2024, 2, 29), minutes=240)
    assert command.covers() == (date(2024, 2, 1), date(2024, 2, 29))
    assert command.reads() == ("time/pop/2024-02",)
    (event,) = arles(command)
    assert (event.month, event.days) == ("2024-02", 29)


def test_one_day_is_no_period() -> None:
    assert LogTime(on=MARCH, person="P-ver", minutes=60).covers() is None
    assert LogTime(on=MARCH, from_=date(2024, 3, 1), lieu="pop", minutes=60).covers() == (
        date(2024, 3, 1),
        MARCH,
    )
    assert LogTime(until=MARCH, lieu="pop", minutes=60).covers() == (MARCH, MARCH)


def test_a_day_has_24_hours(arles: Any) -> None:
    arles.refused("R11", LogTime(on=MARCH, person="P-ver", minutes=24 * 60 + 1))
    arles(LogTime(on=MARCH, person="P-ver", minutes=20 * 60))
    arles(LogTime(on=MARCH, person="P-ver", minutes=4 * 60))
    error = arles.refused("R11", LogTime(on=MARCH, person="P-ver", minutes=1))
    assert error.params["total_minutes"] == 24 * 60 + 1
    arles(LogTime(on=date(2024, 3, 6), person="P-ver", minutes=60))
    arles(LogTime(on=MARCH, person="P-pop", minutes=60))


def test_a_period_has_24_hours_a_day(arles: Any) -> None:
    first, last = date(2024, 2, 1), date(2024, 2, 2)
    arles.refused("R11", LogTime(person="P-ver", from_=first, until=last, minutes=48 * 60 + 1))
    arles(LogTime(person="P-ver", from_=first, until=last, minutes=40 * 60))
    arles(LogTime(on=last, person="P-ver", minutes=8 * 60))
    arles.refused("R11", LogTime(on=first, person="P-ver", minutes=1))
    arles.refused("R11", LogTime(person="P-ver", from_=first, until=last, minutes=1, activity="admin"))
    arles(LogTime(on=date(2024, 2, 3), person="P-ver", minutes=24 * 60))


def test_days_and_periods_that_overlap_count_together(arles: Any) -> None:
    arles(LogTime(person="P-ver", from_=date(2024, 2, 1), until=date(2024, 2, 29), minutes=29 * 24 * 60 - 60))
    arles(LogTime(on=date(2024, 2, 10), person="P-ver", minutes=60))
    arles.refused("R11", LogTime(on=date(2024, 2, 12), person="P-ver", minutes=1))


def test_no_lieu_gives_ten_thousand_hours_a_month(arles: Any) -> None:
    february = {"from_": date(2024, 2, 1), "until": date(2024, 2, 29), "lieu": "pop"}
    arles(LogTime(**february, minutes=9_000 * 60))
    arles.refused("UsageError", LogTime(**february, minutes=1_001 * 60))
    arles.refused("UsageError", LogTime(on=MARCH, lieu="pop", minutes=50_000 * 60))


def test_several_people_work_in_a_lieu(arles: Any) -> None:
    assert arles(LogTime(on=MARCH, lieu="pop", minutes=30 * 60))


def test_time_of_somebody_who_left_is_a_fact(arles: Any) -> None:
    assert arles(LogTime(person="P-gone", minutes=60, basis="civic_service"))


def test_time_that_says_too_little(arles: Any) -> None:
    arles.refused("UsageError", LogTime(minutes=60))
    arles.refused("UsageError", LogTime(lieu="pop", minutes=60, from_=MARCH, until=date(2024, 3, 1)))


def test_time_counts_as_the_person_is_engaged(arles: Any) -> None:
    assert arles(LogTime(on=MARCH, person="P-coord", minutes=60))[0].basis == "paid"
    assert arles(LogTime(on=date(2023, 3, 5), person="P-gone", minutes=60))[0].basis == "civic_service"
    assert arles(LogTime(on=MARCH, person="P-ver", minutes=60))[0].basis == "volunteer"
    assert arles(LogTime(on=MARCH, lieu="pop", minutes=60))[0].basis == "volunteer"
    assert arles(LogTime(on=MARCH, person="P-coord", minutes=60, basis="volunteer"))[0].basis == "volunteer"
