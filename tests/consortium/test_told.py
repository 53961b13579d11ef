"""What the log says of governance, in both languages, and what its tables hold."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

import ledger.consortium.projection
import ledger.consortium.sentences
import ledger.decisions.projection
import ledger.decisions.sentences
import ledger.meetings.projection
import ledger.meetings.sentences
import ledger.tasks.projection
import ledger.tasks.sentences
from ledger.consortium.model import (
    AdoptRules,
    BeginDissolution,
    CloseLieu,
    DissolveConsortium,
    EndRole,
    ErasePerson,
    GiveRole,
    SetRotation,
    TakeTurn,
    UpdateParty,
)
from ledger.decisions.model import (
    AdoptDecision,
    CastBallot,
    EndDecision,
    IssueOpinion,
    MakeProposal,
    OpenDecision,
    PublishDecision,
    RaiseObjection,
    RejectDecision,
    SettleObjection,
)
from ledger.kernel.messages import Command
from ledger.kernel.tables import Table
from ledger.kernel.values import Sealed
from ledger.language.catalogue import _, speaking
from ledger.language.sentences import Teller, fields
from ledger.meetings.model import CloseMeeting, ConveneMeeting, HoldMeeting
from ledger.readmodel.rows import Fold, Shape
from ledger.tasks.model import AssignTask, CloseTask, DeclareCapacity, HandOverTask, LogTime, OpenTask

SENTENCES = {
    topic: template
    for module in (
        ledger.consortium.sentences,
        ledger.meetings.sentences,
        ledger.decisions.sentences,
        ledger.tasks.sentences,
    )
    for topic, template in module.SENTENCES.items()
}
PROJECTIONS = (
    ledger.consortium.projection,
    ledger.meetings.projection,
    ledger.decisions.projection,
    ledger.tasks.projection,
)
TABLES: dict[str, Table] = {name: table for p in PROJECTIONS for name, table in p.TABLES.items()}
HANDLERS = {topic: handler for p in PROJECTIONS for topic, handler in p.HANDLERS.items()}
MARCH = date(2024, 3, 5)
GROUND = Sealed(ref="v-ground", sha256="0" * 64)

YEAR: tuple[Command, ...] = (
    AdoptRules(id="accord", title="Accord", quorum=2, flags=("LIEU_RELIANCE 40 %",), day_minutes=420),
    SetRotation(id="dej", name="Petits-déjeuners", order=("pop", "verrerie"), period="meeting"),
    ConveneMeeting(id="m", kind="petit-déjeuner", planned=MARCH, host="pop", agenda=("Bus", "Agenda")),
    HoldMeeting(
        on=MARCH, id="m", present=("P-pop", "P-ver"), excused=("P-fab",), guests=("CAF",), duration=90
    ),
    TakeTurn(on=MARCH, rotation="dej", lieu="pop", meeting="m"),
    TakeTurn(on=MARCH, rotation="dej", lieu="verrerie", outcome="skipped", unavailable=("fabrique",)),
    CloseMeeting(on=MARCH, meeting="m"),
    AdoptDecision(
        on=MARCH, id="bus", text="Un bus\npour tous", ceiling_cents=450_000, meeting="m", lieux=("pop",)
    ),
    GiveRole(id="R-1", role="accounts", person="P-fab", decision="bus", time_per_month=420, critical=True),
    EndRole(on=MARCH, role="R-1", reason="resigned"),
    MakeProposal(on=MARCH, id="four", text="Un four"),
    OpenDecision(on=MARCH, decision="four"),
    RaiseObjection(on=MARCH, id="o", decision="four", lieu="pop", ground=GROUND),
    MakeProposal(on=MARCH, id="four", text="Un petit four"),
    SettleObjection(on=MARCH, decision="four", objection="o"),
    CastBallot(on=MARCH, decision="four", seat="pop", option="consent", proxy_for="verrerie"),
    RejectDecision(on=MARCH, decision="four"),
    IssueOpinion(on=MARCH, id="avis", text="Sur le contrat", position="reserved", count_reserved=2),
    PublishDecision(on=MARCH, decision="avis", channel="site"),
    AdoptDecision(on=MARCH, id="train", text="Un train", represented=("pop", "verrerie")),
    EndDecision(on=MARCH, decision="bus", how="superseded", by_decision="train"),
    OpenTask(on=MARCH, id="t", title="Réserver", person="P-ver", due=date(2024, 5, 1), decision="train"),
    HandOverTask(on=MARCH, task="t", to="P-pop"),
    AssignTask(on=MARCH, task="t", person="P-pop", answer="declined"),
    HandOverTask(on=MARCH, task="t", to="P-fab"),
    HandOverTask(on=date(2024, 3, 6), task="t", to="P-fab", accepted=True),
    CloseTask(on=date(2024, 4, 1), task="t"),
    LogTime(person="P-ver", from_=date(2024, 2, 1), until=date(2024, 2, 29), minutes=210, task="t"),
    DeclareCapacity(person="P-ver", time_per_month=480),
    UpdateParty(party="pop", resources=("qualiopi",)),
    CloseLieu(on=date(2024, 12, 1), lieu="pop", reason="fin du bail"),
    ErasePerson(person="P-gone"),
    BeginDissolution(on=date(2024, 12, 15), decision="train"),
    DissolveConsortium(on=date(2024, 12, 31), decision="train"),
)


@pytest.fixture
def told(arles: Any) -> list[dict[str, Any]]:
    """A year of every kind of event, as stored envelopes."""
    envelopes: list[dict[str, Any]] = []
    arles.actor = "P-ver"
    for event in arles.events:
        envelopes.append(stored(event, date(2024, 1, 15), len(envelopes)))
    for command in YEAR:
        first, last = command.covers() or (None, command.on or arles.today)
        for event in arles(command):
            envelopes.append(stored(event, last, len(envelopes), first))
    return envelopes


def stored(event: Any, on: date, before: int, first: date | None = None) -> dict[str, Any]:
    envelope = {
        "seq": before + 1,
        "stream": event.stream(),
        "kind": event.TOPIC,
        "occurred_on": on.isoformat(),
        "data": event.model_dump(mode="json", exclude_none=True),
    }
    return envelope | ({"occurred_from": first.isoformat()} if first else {})


@pytest.fixture
def rows(told: list[dict[str, Any]]) -> Fold:
    """The tables after that year."""
    shapes = {name: Shape(name, table) for name, table in TABLES.items()}
    fold = Fold(shapes, {"v-ground": "trop cher"}.get)
    for event in told:
        fold.apply(event, HANDLERS[event["kind"]])
    return fold


def test_the_year_has_every_kind(told: list[dict[str, Any]]) -> None:
    assert {event["kind"] for event in told} == set(SENTENCES) == set(HANDLERS)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_event_is_told(told: list[dict[str, Any]], language: str) -> None:
    teller = Teller(SENTENCES, lambda name: f"<{name}>")
    with speaking(language):
        for event in told:
            sentence = teller.tell(event)
            assert not re.search(r"[{}\[\]?]|None|True|False|—\s*—", sentence), sentence


def test_every_sentence_is_translated() -> None:
    with speaking("fr"):
        for template in SENTENCES.values():
            assert fields(_(template)) == fields(template)
            assert _(template) != template or "word" in template


def test_sentences_read_well(told: list[dict[str, Any]]) -> None:
    teller = Teller(SENTENCES, lambda name: name)
    with speaking("fr"):
        said = [re.sub(r"[\u00a0\u202f]", " ", teller.tell(event)) for event in told]
    assert "Dej : verrerie a sauté son tour ; pas disponibles : fabrique" in said
    assert "Adoption de la décision bus, 2 sièges représentés, effet au 5 mars 2024" in said
    assert "Tâche t : transmise par P-ver à P-fab" in said
    assert "3 h 30, communs — P-ver — verrerie, sur t (bénévole)" in said
    assert "Révision 2 de la proposition four : « Un petit four »" in said


def test_descriptions_are_translated() -> None:
    with speaking("fr"):
        for table in TABLES.values():
            for about in (table.about, *(column.about for column in table.columns.values())):
                assert _(about) != about or about.startswith(("term,", "commons,", "coordination,")), about


def test_keys_indexes_and_personal_columns_exist() -> None:
    for name, table in TABLES.items():
        columns = set(table.columns)
        assert set(table.key) <= columns, name
        assert table.personal <= columns, name
        assert {column for index in table.indexes for column in index} <= columns, name


def test_no_person_reaches_another_audience() -> None:
    """Whoever is not a member gets no column that holds a person, nor a table keyed by one."""
    for name, table in TABLES.items():
        people = {c for c, column in table.columns.items() if column.references == "people"}
        assert people <= table.personal | ({"id"} if name == "people" else set()), name
        if table.audiences != {"members"}:
            assert not table.personal & set(table.key), name


def test_decisions_rows(rows: Fold) -> None:
    bus = rows.get("decisions", "bus")
    assert bus is not None
    assert (bus["title"], bus["text"]) == ("Un bus", "Un bus\npour tous")
    assert (bus["status"], bus["superseded_by_id"], bus["ended_on"]) == ("superseded", "train", "2024-03-05")
    assert (bus["represented_count"], bus["electorate_count"], bus["quorum_seats"]) == (2, 3, 2)
    assert bus["count_for"] is None
    seats = [rows.get("decision_seats", "bus", s) for s in ("fabrique", "verrerie", "pop")]
    assert [seat and seat["represented"] for seat in seats] == [0, 1, 1]
    four = rows.get("decisions", "four")
    assert four is not None
    assert (four["revision"], four["status"]) == (2, "rejected")
    objection = rows.get("objections", "o")
    assert objection is not None
    assert (objection["revision"], objection["how"], objection["ground"]) == (1, "integrated", "trop cher")
    opinion = rows.get("decisions", "avis")
    assert opinion is not None
    assert (opinion["status"], opinion["published_on"], opinion["count_reserved"]) == (
        "issued",
        "2024-03-05",
        2,
    )


def test_hand_overs_are_offered_then_answered(rows: Fold) -> None:
    declined, accepted = (rows.get("hand_overs", "t", number) for number in (1, 2))
    assert declined is not None
    assert accepted is not None
    assert (declined["status"], declined["answered_on"]) == ("declined", "2024-03-05")
    assert (accepted["status"], accepted["offered_on"], accepted["answered_on"]) == (
        "accepted",
        "2024-03-05",
        "2024-03-06",
    )
    task = rows.get("tasks", "t")
    assert task is not None
    assert (task["person_id"], task["status"], task["closed_on"]) == ("P-fab", "completed", "2024-04-01")


def test_meeting_rows(rows: Fold) -> None:
    meeting = rows.get("meetings", "m")
    assert meeting is not None
    assert (meeting["status"], meeting["planned_on"], meeting["held_on"]) == (
        "approved",
        "2024-03-05",
        "2024-03-05",
    )
    assert (meeting["host_lieu_id"], meeting["represented_count"], meeting["agenda"]) == (
        "pop",
        2,
        '["Bus", "Agenda"]',
    )
    excused = rows.get("attendance", "m", "P-fab")
    assert excused is not None
    assert excused["status"] == "excused"


def test_consortium_rows(rows: Fold) -> None:
    pop = rows.get("lieux", "pop")
    assert pop is not None
    assert (pop["closed_on"], pop["resources"]) == ("2024-12-01", '["qualiopi"]')
    role = rows.get("roles", "R-1")
    assert role is not None
    assert (role["ended_on"], role["end_reason"], role["minutes_per_month"]) == (
        "2024-03-05",
        "resigned",
        420,
    )
    threshold = rows.get("rule_thresholds", "accord", "LIEU_RELIANCE")
    assert threshold is not None
    assert (threshold["value_bp"], threshold["off"]) == (4000, 0)
    consortium = rows.get("consortium", "consortium")
    assert consortium is not None
    assert (consortium["dissolving_on"], consortium["dissolved_on"]) == ("2024-12-15", "2024-12-31")


def test_a_period_of_time_keeps_its_first_day(rows: Fold) -> None:
    (entry,) = rows._rows["time_entries"].values()
    assert (entry["occurred_from"], entry["occurred_on"], entry["month"]) == (
        "2024-02-01",
        "2024-02-29",
        "2024-02",
    )
