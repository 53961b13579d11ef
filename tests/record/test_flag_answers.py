"""Answers to flags: what may be said, for how long, and on what ground."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.values import Sealed
from ledger.record.model import AnswerFlag, decide

TODAY = date(2024, 6, 1)
WORDS = Sealed(ref="v-1", sha256="a" * 64)


@dataclass
class Founded:
    founded: bool = True


@dataclass
class Decided:
    status: str


def answer(states: Mapping[str, Any] | None = None, **fields: Any) -> Any:
    command = AnswerFlag(flag="lieu_reliance", subject="pop", on=TODAY, **fields)
    facts = Facts(today=TODAY, actor=None, roster=Founded(), states=states or {})  # type: ignore[arg-type]
    (event,) = decide(command, facts)
    return event


def test_an_acknowledgement_holds_for_six_months_unless_told_otherwise() -> None:
    event = answer(answer="acknowledged", reason=WORDS)
    assert (event.flag, event.until, event.reason) == ("LIEU_RELIANCE", date(2024, 12, 1), WORDS)
    assert event.stream() == "flag/LIEU_RELIANCE/pop"
    assert answer(answer="acknowledged", until=date(2024, 7, 1)).until == date(2024, 7, 1)


@pytest.mark.parametrize("until", [date(2024, 12, 2), date(2024, 5, 31)])
def test_it_holds_no_longer_and_not_in_the_past(until: date) -> None:
    with pytest.raises(UsageError):
        answer(answer="acknowledged", until=until)


@pytest.mark.parametrize("kind", ["contested", "reply"])
def test_who_contests_or_replies_says_why_and_for_no_limited_time(kind: str) -> None:
    with pytest.raises(UsageError):
        answer(answer=kind)
    with pytest.raises(UsageError):
        answer(answer=kind, reason=WORDS, until=date(2024, 7, 1))
    assert answer(answer=kind, reason=WORDS).until is None


@pytest.mark.parametrize(
    "states", [{}, {"decision/D-1": Decided("open")}, {"decision/D-1": Decided("rejected")}]
)
def test_by_design_needs_an_adopted_decision(states: Mapping[str, Any]) -> None:
    with pytest.raises(Refused):
        answer(states, answer="by_design", decision="D-1")


def test_by_design_names_its_decision() -> None:
    event = answer({"decision/D-1": Decided("adopted")}, answer="by_design", decision="D-1")
    assert event.decision_id == "D-1"
