"""A review that was held is recorded, with who was there and what was agreed."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.values import Sealed
from ledger.readmodel.rows import Fold
from ledger.readmodel.schema import HANDLERS, shapes
from ledger.reviews import model
from ledger.reviews.model import HoldReview

NARRATIVE = Sealed(ref="V-1", sha256="0" * 64)


def decide(command: HoldReview, *, founded: bool = True) -> Any:
    roster: Any = SimpleNamespace(founded=founded, consortium_kind="operational")
    (event,) = model.decide(command, Facts(today=date(2024, 2, 1), actor=None, roster=roster))
    return event


def kick_off(**said: Any) -> HoldReview:
    return HoldReview(**{"id": "RV-1", "convention": "ANCT", "stage": "kick_off", **said})


def test_a_review_is_recorded_with_its_convention() -> None:
    event = decide(kick_off(meeting="M-1", participants=("anct", "P-1", "anct"), narrative=NARRATIVE))
    assert (event.stream(), event.scope()) == ("review/RV-1", ("ANCT",))
    assert event.participants == ("anct", "P-1")
    assert event.narrative == NARRATIVE
    assert not model.INITIAL["review"]().held
    assert model.evolve(model.INITIAL["review"](), event, date(2024, 2, 1)).held


def test_which_convention_is_asked_when_nothing_tells() -> None:
    with pytest.raises(UsageError, match="Which convention"):
        decide(kick_off(convention=None))


def test_nothing_happens_before_the_founding() -> None:
    with pytest.raises(Refused) as refused:
        decide(kick_off(), founded=False)
    assert refused.value.rule == "ORDER"


def test_the_tables_hold_who_was_there_and_what_was_agreed() -> None:
    event = decide(
        kick_off(participants=("anct", "P-1"), adjustments=("moins de réunions",), narrative=NARRATIVE)
    )
    fold = Fold(shapes(), {"V-1": "Les présents ont remercié."}.get)
    envelope = {
        "seq": 7,
        "kind": event.TOPIC,
        "occurred_on": "2024-02-01",
        "data": event.model_dump(mode="json", exclude_none=True),
    }
    fold.apply(envelope, HANDLERS[event.TOPIC])
    row = fold.get("reviews", "RV-1")
    assert row is not None
    assert (row["held_on"], row["narrative"], row["adjustment_count"]) == (
        "2024-02-01",
        "Les présents ont remercié.",
        1,
    )
    assert fold.get("review_participants", "RV-1", "P-1") is not None
    adjustment = fold.get("review_adjustments", "RV-1", 1)
    assert adjustment is not None
    assert adjustment["text"] == "moins de réunions"
