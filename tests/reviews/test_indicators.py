"""Indicators, lessons and accompaniment: targets move in the open, missions come in their order."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.playing import Play

from ledger.consortium.model import FoundConsortium
from ledger.kernel.errors import UnknownId, UsageError
from ledger.readmodel.rows import Fold
from ledger.readmodel.schema import HANDLERS, shapes
from ledger.reviews.events import MeasuredPart, Mission
from ledger.reviews.model import (
    AnswerDeliverable,
    LearnLesson,
    MeasureIndicator,
    SetIndicator,
    SignAccompaniment,
    StartMission,
    SubmitDeliverable,
)

NOTE = "c" * 64


@pytest.fixture
def founded() -> Play:
    """A consortium, and nothing else."""
    play = Play()
    play(FoundConsortium(name="Les 6 lieux"))
    return play


def told(play: Play) -> Fold:
    """The rows of what happened."""
    fold = Fold(shapes(), {}.get)
    for seq, event in enumerate(play.events, 1):
        envelope = {
            "seq": seq,
            "kind": event.TOPIC,
            "occurred_on": "2024-01-15",
            "recorded_at": "2024-01-15T09:00:00Z",
            "data": event.model_dump(mode="json", exclude_none=True),
        }
        if event.stream().partition("/")[0] in ("indicator", "lesson", "contract"):
            fold.apply(envelope, HANDLERS[event.TOPIC])
    return fold


def target(number: int, **said: Any) -> SetIndicator:
    return SetIndicator(id="IN", target_milli=number * 1000, **said)


def test_a_target_moves_with_a_reason_and_the_old_one_stays(founded: Play) -> None:
    (first,) = founded(target(300, title="Lieux", due=date(2020, 12, 31), unit="lieux"))
    assert first.introduces() == (("indicator", "IN"),)
    with pytest.raises(UsageError, match="says why"):
        founded(target(300, due=date(2021, 12, 31)))
    (moved,) = founded(SetIndicator(id="IN", due=date(2021, 12, 31), reason="la crise"))
    assert (moved.title, moved.target_milli, moved.introduces()) == ("Lieux", 300_000, ())
    fold = told(founded)
    assert [(fold.get("indicator_targets", "IN", n) or {})["target_on"] for n in (1, 2)] == [
        "2020-12-31",
        "2021-12-31",
    ]


def test_a_declared_total_is_kept_beside_its_parts(founded: Play) -> None:
    founded(SetIndicator(id="IN", title="Aide", unit="€"))
    parts = (
        MeasuredPart(label="appel", value_milli=8_400_000),
        MeasuredPart(label="réseau", value_milli=840_000),
    )
    founded(MeasureIndicator(indicator="IN", value_milli=9_600_000, parts=parts))
    row = told(founded).get("indicator_values", len(founded.events))
    assert row is not None
    assert (row["value"], row["parts_total"]) == (9_600.0, 9_240.0)


def test_a_claim_stands_beside_what_was_measured(founded: Play) -> None:
    founded(target(300, title="Lieux"))
    founded(MeasureIndicator(indicator="IN", value_milli=290_000, claim="reached"))
    row = told(founded).get("indicator_values", len(founded.events))
    assert row is not None
    assert (row["value"], row["target"], row["claim"]) == (290.0, 300.0, "reached")


def test_a_qualitative_indicator_is_rated_on_its_scale(founded: Play) -> None:
    (event,) = founded(SetIndicator(id="IN", title="Vie", aim="chez soi", scale=("fragile", "vivante")))
    assert event.indicator_kind == "qualitative"
    with pytest.raises(UsageError, match="not on the scale"):
        founded(MeasureIndicator(indicator="IN", rating="superbe"))
    (measured,) = founded(MeasureIndicator(indicator="IN", rating="Vivante"))
    assert measured.rating == "vivante"
    with pytest.raises(UsageError, match="no number"):
        founded(SetIndicator(id="IN-2", title="Vie", kind="qualitative", target_milli=1))
    with pytest.raises(UsageError, match="What was measured"):
        founded(MeasureIndicator(indicator="IN"))


def test_a_lesson_says_what_it_comes_from(founded: Play) -> None:
    (event,) = founded(LearnLesson(id="L", text="Un planning partagé", about=("D-1", "D-1", "RV-1")))
    assert event.about == ("D-1", "RV-1")
    assert (told(founded).get("lessons", "L") or {})["about"] == "D-1 RV-1"


# -- accompaniment --------------------------------------------------------------------------------


def mission(name: str, *after: str, euros: int = 1_000, **said: Any) -> Mission:
    return Mission(mission=name, title=name, amount_cents=euros * 100, after=after, **said)


def contract(*missions: Mission, **said: Any) -> SignAccompaniment:
    values = {
        "id": "AC",
        "title": "Accompagner",
        "client": "region",
        "provider": "cabinet",
        "starts": date(2024, 1, 15),
        "ends": date(2025, 1, 15),
        "amount_cents": sum(m.amount_cents for m in missions),
    }
    return SignAccompaniment(**{**values, **said}, missions=missions)


@pytest.fixture
def signed(founded: Play) -> Play:
    """M2 comes after M1."""
    founded(contract(mission("M1"), mission("M2", "m1", deliverables=("L2",))))
    return founded


def start(name: str, **said: Any) -> StartMission:
    return StartMission(contract="AC", mission=name, **said)


def test_a_mission_waits_for_those_before_it(signed: Play) -> None:
    signed(start("M1"))
    signed.refused("R14", start("M2"))
    signed(SubmitDeliverable(deliverable="AC-M1"))
    signed.refused("R14", start("M2"))
    signed(AnswerDeliverable(deliverable="AC-M1", answer="accepted"))
    (event,) = signed(start("m2"))
    assert (event.mission, event.despite) == ("M2", None)
    signed.refused("DUPLICATE", start("M2"))


def test_a_mission_that_started_already_is_a_fact(signed: Play) -> None:
    (event,) = signed(start("M2", document=NOTE))
    assert event.despite == "R14"
    (early,) = signed(SubmitDeliverable(deliverable="L2"))
    assert early.despite == "R14"


def test_a_deliverable_is_refused_with_a_reason_and_submitted_again(signed: Play) -> None:
    submit = SubmitDeliverable(deliverable="L2")
    answer = AnswerDeliverable(deliverable="L2", answer="refused", reason="incomplet")
    signed.refused("ORDER", answer)
    signed(submit)
    signed.refused("DUPLICATE", submit)
    with pytest.raises(UsageError, match="says why"):
        signed(AnswerDeliverable(deliverable="L2", answer="refused"))
    signed(answer)
    signed(submit)
    signed(AnswerDeliverable(deliverable="L2", answer="accepted"))
    signed.refused("DUPLICATE", submit)
    row = told(signed).get("deliverables", "L2")
    assert row is not None
    assert (row["status"], row["submissions"]) == ("accepted", 2)


def test_a_contract_is_amended_with_a_reason(signed: Play) -> None:
    signed(SubmitDeliverable(deliverable="L2"))
    with pytest.raises(UsageError, match="an amendment says why"):
        signed(contract(mission("M2")))
    (event,) = signed(
        contract(mission("M3"), mission("M2", deliverables=("L2",)), reason="à la demande des lieux")
    )
    assert (event.amendment, event.introduces()) == (1, (("deliverable", "AC-M3"),))
    fold = told(signed)
    assert fold.get("missions", "AC", "M1") is None
    assert (fold.get("deliverables", "L2") or {})["status"] == "submitted"
    with pytest.raises(UnknownId, match="no longer"):
        signed(SubmitDeliverable(deliverable="AC-M1"))


@pytest.mark.parametrize(
    ("missions", "said", "message"),
    [
        ((mission("M1", "M2"), mission("M2", "M1")), {}, "wait for one another"),
        ((mission("M1"), mission("m1")), {}, "there twice"),
        ((mission("M1", deliverables=("L",)), mission("M2", deliverables=("L",))), {}, "there twice"),
        ((mission("M1"),), {"amount_cents": 5}, "add up"),
        ((mission("M1"),), {"ends": date(2023, 1, 1)}, "before it starts"),
        ((), {"amount_cents": 5}, "at least one mission"),
    ],
)
def test_a_contract_that_contradicts_itself_is_a_slip(
    founded: Play, missions: tuple[Mission, ...], said: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        founded(contract(*missions, **said))


def test_missions_name_one_another(founded: Play) -> None:
    with pytest.raises(UnknownId):
        founded(contract(mission("M1", "M9")))
