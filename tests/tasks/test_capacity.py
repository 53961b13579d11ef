"""What somebody can give is theirs to say, and a flag about one person is theirs to answer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ledger.record.model import AnswerFlag
from ledger.tasks.events import CapacityDeclared
from ledger.tasks.model import DeclareCapacity

if TYPE_CHECKING:
    from tests.playing import Play


@pytest.fixture
def ver(arles: Play) -> Play:
    """The ledger as somebody of the Verrerie writes in it."""
    arles.actor = "P-ver"
    return arles


def test_whoever_writes_says_it_of_themselves(ver: Play) -> None:
    (event,) = ver(DeclareCapacity(time_per_month=600, from_=date(2024, 2, 1)))
    assert event == CapacityDeclared(person_id="P-ver", minutes_per_month=600, held_from=date(2024, 2, 1))


def test_a_pause_asks_for_no_figure_and_no_reason(ver: Play) -> None:
    (event,) = ver(DeclareCapacity(person="P-ver"))
    assert isinstance(event, CapacityDeclared)
    assert event.minutes_per_month is None


def test_nobody_says_it_for_another(ver: Play) -> None:
    assert "P-pop" in str(ver.refused("R11", DeclareCapacity(person="P-pop", time_per_month=600)))


def test_somebody_unknown_says_nothing(arles: Play) -> None:
    arles.refused("UsageError", DeclareCapacity(time_per_month=600))


def test_it_does_not_end_before_it_begins(ver: Play) -> None:
    backwards = {"from_": date(2024, 2, 1), "until": date(2024, 1, 1)}
    ver.refused("UsageError", DeclareCapacity(time_per_month=600, **backwards))


def test_nobody_else_answers_a_flag_about_one_person(ver: Play) -> None:
    ver.refused("ORDER", AnswerFlag(flag="unpaid_overload", subject="P-pop", answer="acknowledged"))
    assert ver(AnswerFlag(flag="unpaid_overload", subject="P-ver", answer="acknowledged"))
