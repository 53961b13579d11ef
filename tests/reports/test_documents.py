"""Reports, dossiers, calls and contracts: gathered once, told in a terminal and on paper."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FOUNDING, Clock, write

from ledger.cli.paper import laid_out
from ledger.kernel.errors import UnknownId
from ledger.language.catalogue import speaking
from ledger.language.formats import plain
from ledger.readmodel.names import Names
from ledger.reports import annual, calls, contracts, dossier, follow_up, indicators, trails
from ledger.reports.document import Document
from ledger.service.ledger import Ledger

MONEY = """
by: coord
acts:
  - adopt-rules: {on: 2024-01-03, id: accord, title: Accord, signatories: asso-a, quorum: 2}
  - register-organisation: {id: region, name: La Région, on: 2024-01-02}
  - register-organisation: {id: ville, name: La Ville, on: 2024-01-02}
  - register-organisation: {id: cabinet, name: Le Cabinet, on: 2024-01-02}
  - give-role: {on: 2024-01-02, role: carrier, organisation: asso-a}
  - give-role: {on: 2024-01-02, role: coordinator, person: coord}
  - open-call: {on: 2024-01-03, id: appel, title: Des lieux ouverts, funder: region, kind: call_for_interest,
      criteria: [{criterion: ouvert, label: Ouvert à tous}, {criterion: numerique, label: Accès numérique}]}
  - file-application: {on: 2024-01-05, id: c-halle, title: La Halle, call: appel, applicant: ville, requested: 9000}
  - file-application: {on: 2024-01-06, id: c-atelier, title: L'Atelier, call: appel, applicant: asso-a, requested: 8000}
  - answer-application: {on: 2024-01-08, application: c-halle, answer: refused, reason: pas encore ouverte,
      criteria: [{criterion: ouvert, met: no}, {criterion: numerique, met: yes}]}
  - answer-application: {on: 2024-01-08, application: c-atelier, answer: awarded, awarded: 8000, award: CP-1,
      criteria: [{criterion: ouvert, met: yes}, {criterion: numerique, met: yes}]}
  - sign-convention:
      on: 2024-01-10
      id: REG
      title: Un atelier ouvert
      funders: region
      carrier: asso-a
      application: c-atelier
      signatory: ate
      amount: 8000
      starts: 2024-01-01
      ends: 2025-12-31
      years: [{year: 2024, amount: 6000}, {year: 2025, amount: 2000}]
      plan:
        - {line: outils, label: Outils, account: "60", amount: 4000, lieu: atelier}
        - {line: accueil, label: Accueil, account: "64", amount: 4000}
        - {line: gestion, label: Gestion, account: "61", nature: indirect, amount: 800}
        - {line: ville, label: La Ville, side: income, account: "74", amount: 800, funder: ville}
      instalments:
        - {id: avance, kind: advance, year: 2024, amount: 6000, due: 2024-03-01}
        - {id: solde, kind: balance, year: 2025, amount: 2000, due: 2025-12-31}
      conditions: {tolerance: 10 %}
  - set-indicator: {on: 2024-01-12, id: inscrits, title: Inscrits, convention: REG, kind: quantitative, unit: personnes,
      target: "60", public: habitants, due: 2025-12-31}
  - set-indicator: {on: 2024-01-12, id: vie, title: Vie du lieu, convention: REG, kind: qualitative, aim: on s'y plaît}
  - hold-review: {on: 2024-01-15, convention: REG, stage: kick_off, participants: "ate, region",
      adjustments: Ouvrir le samedi}
  - adopt-decision: {on: 2024-01-16, id: budget, text: Équiper l'atelier, domain: money, ceiling: 8000,
      represented: "atelier, halle, serre"}
  - allocate-funds: {on: 2024-01-16, id: A-outils, convention: REG, line: outils, lieu: atelier, amount: 4000,
      decision: budget}
  - open-task: {on: 2024-01-16, id: achat, title: Choisir les outils, person: ate, decision: budget}
  - close-task: {on: 2024-02-01, task: achat}
  - call-instalment: {on: 2024-02-01, instalment: avance}
  - receive-instalment: {on: 2024-02-20, instalment: avance, amount: 3000}
  - record-expense: {on: 2024-02-22, id: E-1, amount: 3600, label: Établis, line: outils, lieu: atelier,
      decision: budget, allocation: A-outils}
  - record-in-kind: {on: 2024-02-24, convention: REG, lieu: atelier, nature: volunteering, quantity: "10", unit: heures,
      rate: 14, method: SMIC}
  - measure-indicator: {on: 2024-03-01, indicator: inscrits, value: "52", method: registre}
  - set-indicator: {on: 2024-03-02, id: inscrits, target: "50", reason: la salle est petite}
  - learn-lesson: {on: 2024-03-02, text: Le samedi amène du monde, convention: REG, about: budget}
  - sign-accompaniment:
      on: 2024-01-10
      id: AC
      title: Aider à démarrer
      client: ville
      provider: cabinet
      starts: 2024-01-10
      ends: 2024-12-31
      amount: 3000
      missions:
        - {mission: M1, title: Sensibiliser, amount: 1000, deliverables: L1}
        - {mission: M2, title: Enquêter, amount: 2000, after: M1, deliverables: L2}
"""
WORK = """
by: coord
acts:
  - start-mission: {on: 2024-01-11, contract: AC, mission: M1}
  - submit-deliverable: {on: 2024-02-01, deliverable: L1}
  - answer-deliverable: {on: 2024-02-03, deliverable: L1, answer: refused, reason: il manque les habitants}
  - submit-deliverable: {on: 2024-02-10, deliverable: L1}
  - answer-deliverable: {on: 2024-02-11, deliverable: L1, answer: accepted}
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the consortium above, recorded once."""
    folder = tmp_path_factory.mktemp("documents")
    with Ledger.create(folder / "ledger", "en", Clock()) as ledger:
        ledger.record_file(write(folder, "founding.yaml", FOUNDING))
        ledger.folder.write_me("coord")
        ledger.record_file(write(folder, "money.yaml", MONEY))
        ledger.record_file(write(folder, "work.yaml", WORK))
        return ledger.folder.members


@pytest.fixture
def db(played: Path) -> Iterator[sqlite3.Connection]:
    """A copy of them, which a test may change."""
    with closing(sqlite3.connect(played)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        yield copy


@pytest.fixture
def names(db: sqlite3.Connection) -> Callable[[str], str]:
    return Names(db)


def text(document: Document) -> str:
    """A document as a terminal shows it, on one line."""
    blocks = [laid_out(block) for section in document.sections for block in section.blocks]
    titles = [section.title for section in document.sections]
    return re.sub(
        r"\s+", " ", plain(" ".join([document.kicker, document.title, document.lead, *titles, *blocks]))
    )


# -- the annual report -----------------------------------------------------------------------------


def test_the_forecast_of_a_year_is_its_part_of_the_grant_when_the_plan_tells_no_years(db: Any) -> None:
    found = annual.annual(db, "REG", 2024)
    assert found["forecast_basis"] == "share"
    charges = {row["account"]: (row["forecast_cents"], row["actual_cents"]) for row in found["charges"]}
    assert charges == {"60": (300_000, 360_000), "64": (300_000, 0)}
    assert found["products"][0]["forecast_cents"] == 600_000
    assert found["in_kind"][0]["actual_cents"] == 14_000
    assert {row["account"] for row in found["in_kind_accounts"]} == {"864", "875"}


def test_a_gap_comes_with_what_may_explain_it(db: Any) -> None:
    gaps = {gap["account"]: gap for gap in annual.annual(db, "REG", 2024)["gaps"]}
    assert gaps["60"]["gap_cents"] == 60_000
    awaited = [(each["kind"], each["id"], each["amount_cents"]) for each in gaps["74"]["known"]]
    assert awaited == [("awaited", "avance", 300_000)]


def test_what_was_done_is_what_was_recorded(db: Any) -> None:
    done = annual.annual(db, "REG", 2024)["activity"]
    assert [each["id"] for each in done["decisions"]] == ["budget"]
    assert [each["id"] for each in done["tasks"]] == ["achat"]
    assert done["lieux"] == [{"lieu": "atelier", "meetings": 0, "spent_cents": 360_000}]
    assert [each["text"] for each in done["lessons"]] == ["Le samedi amène du monde"]
    empty = annual.annual(db, "REG", 2025)["activity"]
    assert (empty["decisions"], empty["tasks"], empty["lieux"]) == ([], [], [])


def test_the_report_says_whom_the_action_reached(db: Any, names: Any) -> None:
    said = text(annual.document(db, names, "REG", 2024))
    assert "Public reached: habitants 52 personnes" in said
    assert "the target moved on 2 March 2024, from 60 personnes by 31 December 2025 to 50 personnes" in said
    assert "No indicator was set" not in said


def test_a_report_is_of_a_year_and_of_a_convention_that_exist(db: Any, names: Any) -> None:
    with pytest.raises(UnknownId):
        annual.document(db, names, "NOPE", 2024)
    with pytest.raises(UnknownId):
        follow_up.plan(db, names, "NOPE")
    with pytest.raises(UnknownId):
        dossier.dossier(db, "NOPE", "final", "2024-03-05")


# -- the three meetings ----------------------------------------------------------------------------


def asked(db: Any, stage: str, on: str = "2024-03-05") -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in dossier.dossier(db, "REG", stage, on)["asked"]}


def test_the_kick_off_looks_at_the_plan_and_at_who_is_missing_from_it(db: Any) -> None:
    found = asked(db, "kick_off")
    assert {"meet", "lines", "dates"} <= found.keys()
    assert found["lines"]["lieux"] == ["halle", "serre"]
    assert "kinds" not in found, "both kinds of indicators are there"
    assert "no_plan" not in found


def test_the_mid_term_asks_what_became_of_what_was_agreed_and_blocks_nothing(db: Any) -> None:
    found = asked(db, "mid_term")
    assert found["agreed"]["count"] == 1
    assert found["halfway"]["spent"] == 360_000
    assert found["moved"]["titles"] == ["Inscrits"]
    assert found["unmeasured"]["titles"] == ["Vie du lieu"]
    assert found["advance"]["amount"] == 60_000
    assert found["awaited"]["amount"] == 300_000
    assert "below" not in found, "52 for 50"


def test_a_dossier_stands_on_its_day(db: Any) -> None:
    before = dossier.dossier(db, "REG", "mid_term", "2024-03-01")
    assert [len(each["targets"]) for each in before["indicators"]] == [1, 1]
    assert before["indicators"][0]["met"] is False, "52 for 60, as the target then was"


def test_each_question_is_told_in_both_languages(db: Any, names: Any) -> None:
    for stage in dossier.STAGES:
        for language in ("en", "fr"):
            with speaking(language):
                said = text(dossier.document(db, names, "REG", stage, "2024-03-05"))
                assert "{" not in said
                assert ("Nothing is blocked by it" in said) == (language == "en" and stage != "kick_off")


def test_a_meeting_that_was_held_says_what_was_agreed_and_by_whom_as_roles(db: Any, names: Any) -> None:
    found = dossier.dossier(db, "REG", "kick_off", "2024-03-05")
    assert found["review"]["adjustments"] == ["Ouvrir le samedi"]
    assert found["review"]["participants"] == [
        {"role": "lieu_referent", "party": "atelier"},
        {"role": None, "party": "region"},
    ]
    said = text(dossier.document(db, names, "REG", "kick_off", "2024-03-05"))
    assert "lieu referent (L'Atelier) and La Région" in said
    assert "--for kick-off --as-of 2024-01-15" in said


# -- calls, contracts, indicators, calendar ----------------------------------------------------------


def test_a_call_shows_its_criteria_and_each_answer_in_the_order_of_filing(db: Any, names: Any) -> None:
    (call,) = calls.calls(db)
    assert [each["application"] for each in call["applications"]] == ["c-halle", "c-atelier"]
    assert [each["met"] for each in call["applications"]] == [
        {"ouvert": 0, "numerique": 1},
        {"ouvert": 1, "numerique": 1},
    ]
    assert call["applications"][1]["conventions"] == ["REG"]
    said = text(calls.document(db, names))
    assert "pas encore ouverte" in said
    assert "Ouvert à tous not met met" in said
    with pytest.raises(UnknownId):
        calls.document(db, names, "nope")


def test_a_contract_owes_what_was_accepted(db: Any, names: Any) -> None:
    found = contracts.contract(db, "AC")
    assert (found["accepted_cents"], found["unpaid_cents"]) == (100_000, 200_000)
    assert found["missions"][1]["after"] == ["M1"]
    assert found["missions"][0]["deliverables"][0]["submissions"] == 2
    assert "no seat, no vote" in text(contracts.document(db, names, "AC"))


@pytest.mark.parametrize(
    ("given", "said"),
    [(((6, 4), (2, 8)), "fell from 60% to 20%"), (((2, 8), (6, 4)), "has not fallen yet")],
)
def test_the_part_from_outside_is_shown_quarter_by_quarter(
    ledger: Ledger, tmp_path: Path, given: Any, said: str
) -> None:
    hours = "".join(
        f"\n  - log-time: {{on: {day}, who: {who}, duration: {spent}h, activity: commons}}"
        for day, quarter in zip(("2023-11-20", "2024-02-20"), given, strict=True)
        for who, spent in zip(("exp", "halle"), quarter, strict=True)
    )
    expert = "\n  - register-person: {id: exp, name: experte, engagement: expert, on: 2023-01-02}"
    ledger.record_file(write(tmp_path, "money.yaml", MONEY + expert + hours))
    with closing(sqlite3.connect(ledger.folder.members)) as db:
        told = text(contracts.document(db, Names(db), "AC"))
    assert "quarter 4 of 2023" in told
    assert said in told
    assert "nobody is ranked" in told


def test_indicators_keep_what_was_declared_and_every_target(db: Any, names: Any) -> None:
    found = indicators.indicators(db, "REG")
    assert [[target["target"] for target in each["targets"]] for each in found] == [[60.0, 50.0], [None]]
    assert found[0]["met"] is True
    said = text(indicators.document(db, names))
    assert "no result is owed" in said
    assert "la salle est petite" in said


def test_the_calendar_tells_late_from_to_come(db: Any, names: Any) -> None:
    told = {each.title: each for each in follow_up.duties(db, names, None, "2024-03-05").sections}
    assert "avance" in laid_out(told["Late"].blocks[0])
    assert "solde" in laid_out(told["To come"].blocks[0])


# -- the trail ---------------------------------------------------------------------------------------


def test_the_trail_says_first_what_an_officer_asks(db: Any, names: Any) -> None:
    said = text(trails.document(db, names, "REG", "2024-03-05"))
    assert "in force since 3 January 2024, 3 members" in said
    assert "no: La Halle and La Serre have no line of their own" in said
    assert "€800, La Ville" in said
    assert "no report was given yet" in said
    assert "nor that no other money paid for it" in said
    assert said.index("In ten minutes") < said.index("Payments")


def test_the_trail_names_a_role_outside_and_a_handle_inside(db: Any, names: Any) -> None:
    outside = text(trails.document(db, names, "REG", "2024-03-05"))
    inside = text(trails.document(db, names, "REG", "2024-03-05", handles=True))
    assert "coordinator" in outside
    assert re.search(r"budget coord 0", inside)


def test_nothing_spent_is_not_a_hundred_per_cent(db: Any, names: Any) -> None:
    db.execute("DELETE FROM expenses")
    said = text(trails.document(db, names, "REG", "2024-03-05"))
    assert "Nothing has been spent yet." in said
    assert "100%" not in said


# -- people ------------------------------------------------------------------------------------------


def test_no_document_names_a_person(db: Any) -> None:
    db.execute("UPDATE people SET name = 'Nom-Secret ' || rowid, handle = 'court-secret-' || rowid")
    known = Names(db)
    told = [
        annual.document(db, known, "REG", 2024),
        *(dossier.document(db, known, "REG", stage, "2024-03-05") for stage in dossier.STAGES),
        follow_up.plan(db, known, "REG"),
        follow_up.duties(db, known, None, "2024-03-05"),
        indicators.document(db, known),
        calls.document(db, known),
        contracts.document(db, known, "AC"),
        trails.document(db, known, "REG", "2024-03-05"),
    ]
    for document in told:
        said = text(document)
        assert "Secret" not in said, document.kicker
        assert "secret" not in said, document.kicker
        assert not re.search(r"P-[0-9a-f]{8}", said), document.kicker
