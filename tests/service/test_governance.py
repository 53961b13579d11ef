"""Governance as members write it: rules as tables, colleges, proxies, second calls, orders, mandates."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import write

from ledger.kernel.errors import LedgerError
from ledger.language.catalogue import speaking
from ledger.language.sentences import Teller
from ledger.service.ledger import Ledger
from ledger.service.telling import templates

RULES = """
par: coord
le: 2024-02-01
actes:
  - adopter-règles:
      titre: Charte
      méthode: majorité
      part de quorum: 50 %
      second quorum: 1
      pouvoirs au plus: 2
      collèges: |
        collège  | nom                   | sièges | poids | seuil | secteurs
        lieux    | Collège des lieux     | 3      | 60 %  |       |
        usagers  | Collège des usagers   | 2      | 40 %  | 50 %  | habitants, associations
      méthodes: |
        méthode             | part de quorum | seuil | domaines
        majorité qualifiée  | 75 %           | 75 %  | règles, adhésion
      mandats: |
        rôle         | mois au plus | mandats de suite | siège unique
        coordination | 24           | 2                | oui
  - inscrire-personne: {id: hab, nom: une habitante}
  - donner-rôle: {id: s-atelier, rôle: siège, lieu: atelier, collège: lieux}
  - donner-rôle: {id: s-halle, rôle: siège, lieu: halle, collège: lieux}
  - donner-rôle: {id: s-serre, rôle: siège, lieu: serre, collège: Lieux}
  - donner-rôle: {id: s-hab, rôle: siège, personne: hab, collège: usagers}
  - donner-rôle: {rôle: coordination, personne: coord}
"""

MEETING = """
par: coord
réunion: assemblée
le: 5 février 2024
présents: ate, hab
pouvoirs: |
  siège | à
  halle | ate
  serre | ate
décisions:
  four:
    texte: On achète un four
    par collège: |
      collège | pour | contre | abstentions
      lieux   | 2    | 1      |
      usagers | 1    |        |
"""


def rows(ledger: Ledger, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(ledger.folder.members)) as db:
        return db.execute(sql).fetchall()


@pytest.fixture
def chartered(ledger: Ledger, tmp_path: Path) -> Ledger:
    """The three lieux with colleges, each lieu in one, and an inhabitant in the other."""
    ledger.record_file(write(tmp_path, "charte.yaml", RULES))
    return ledger


def test_rules_are_written_as_tables(chartered: Ledger) -> None:
    assert rows(chartered, "SELECT college, seats, weight_bp, threshold_bp, sectors FROM colleges") == [
        ("lieux", 3, 6000, None, "[]"),
        ("usagers", 2, 4000, 5000, '["habitants", "associations"]'),
    ]
    assert rows(chartered, "SELECT method, quorum_share_bp, threshold_bp, domains FROM method_rules") == [
        ("qualified_majority", 7500, 7500, '["rules", "membership"]')
    ]
    assert rows(chartered, "SELECT role, max_months, max_consecutive, single_seat FROM mandate_rules") == [
        ("coordinator", 24, 2, 1)
    ]
    assert rows(chartered, "SELECT held_until, single_seat FROM roles WHERE role = 'coordinator'") == [
        ("2026-01-31", 1)
    ]


def test_a_meeting_decides_by_colleges_with_proxies(chartered: Ledger, tmp_path: Path) -> None:
    chartered.record_file(write(tmp_path, "m.yaml", MEETING))
    decided = "SELECT status, quorum_seats, represented_count, count_for, share_for_bp FROM decisions"
    assert rows(chartered, decided) == [("adopted", 2, 4, 3, 8000)]
    assert rows(chartered, "SELECT college, count_for, count_against FROM decision_colleges ORDER BY 1") == [
        ("lieux", 2, 1),
        ("usagers", 1, 0),
    ]
    assert rows(chartered, "SELECT count(*), sum(represented) FROM decision_seats") == [(4, 4)]
    assert rows(chartered, "SELECT seat_id FROM proxies ORDER BY 1") == [("halle",), ("serre",)]


def test_a_college_that_says_no_stops_the_motion(chartered: Ledger, tmp_path: Path) -> None:
    against = MEETING.replace("usagers | 1    |        |", "usagers |      | 1      |")
    with pytest.raises(LedgerError, match="usagers"):
        chartered.record_file(write(tmp_path, "m.yaml", against))


SECOND_CALL = """
by: coord
acts:
  - make-proposal: {on: 2024-02-10, id: q, text: A shared van}
  - open-decision: {on: 2024-02-10, decision: q, method: consent}
  - hold-meeting: {on: 2024-02-11, id: m1, kind: assembly, present: hab}
  - open-decision: {on: 2024-02-20, decision: q, second call: yes, meeting: m1}
  - hold-meeting: {on: 2024-02-20, id: m2, kind: assembly, present: hab}
  - adopt-decision: {on: 2024-02-20, id: q, meeting: m2}
"""


def test_a_second_call_from_a_file(chartered: Ledger, tmp_path: Path) -> None:
    chartered.record_file(write(tmp_path, "q.yaml", SECOND_CALL))
    found = rows(chartered, "SELECT status, quorum_seats, opened_on, second_call_on FROM decisions")
    assert found == [("adopted", 1, "2024-02-10", "2024-02-20")]


ORDERS = """
by: coord
acts:
  - set-rotation: {on: 2024-01-10, id: dej, name: Breakfasts, order: "atelier, halle", every: month}
  - take-turn: {on: 2024-01-12, rotation: dej, lieu: atelier}
  - set-rotation: {on: 2024-02-01, id: dej, order: "serre, halle"}
  - take-turn: {on: 2024-02-12, rotation: dej, lieu: serre}
"""


def test_each_turn_is_due_by_the_order_of_its_day(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "orders.yaml", ORDERS))
    board = rows(
        ledger, "SELECT lieu_id, position, turns_taken, turns_due FROM rotation_board ORDER BY position"
    )
    assert board == [("serre", 1, 1, 0.5), ("halle", 2, 0, 1.0)]
    before = ledger.cut(as_of=date(2024, 1, 31), known_at=None)
    with closing(sqlite3.connect(before)) as db:
        found = db.execute("SELECT lieu_id FROM rotation_board ORDER BY position").fetchall()
    assert found == [("atelier",), ("halle",)]


STANDING = """
by: coord
acts:
  - register-lieu: {on: 2024-01-05, id: forge, name: La Forge}
  - give-role: {on: 2024-01-05, id: i-forge, role: invited, lieu: forge}
  - give-role: {on: 2024-02-01, id: m-forge, role: member, lieu: forge}
  - give-role: {on: 2024-02-10, id: s-forge, role: suspended, lieu: forge}
  - end-role: {on: 2024-02-20, role: s-forge, reason: resumed}
  - give-role: {on: 2024-01-05, id: mandate, role: accounts, person: coord, from: 2024-01-05, until: 2024-01-31}
"""


def test_where_members_stand_and_what_was_done_after_a_term(ledger: Ledger, tmp_path: Path) -> None:
    ledger.record_file(write(tmp_path, "standing.yaml", STANDING))
    found = rows(ledger, "SELECT role_id, standing FROM member_standing WHERE lieu_id = 'forge' ORDER BY seq")
    assert sorted(found) == [("i-forge", "admitted"), ("m-forge", "member"), ("s-forge", "resumed")]
    after = rows(ledger, "SELECT role_id, how, occurred_on FROM acts_after_term ORDER BY seq")
    assert {(role, how) for role, how, _on in after} == {("mandate", "recorded")}
    assert min(on for _role, _how, on in after) > "2024-01-31"


def test_the_end_of_a_role_names_the_role(ledger: Ledger, tmp_path: Path) -> None:
    done = ledger.record_file(write(tmp_path, "standing.yaml", STANDING))
    teller = Teller(templates(), ledger.names())
    told = [teller.tell(event) for event in done.outcome.events if event["kind"] == "role.ended.v1"]
    assert told == [
        "Invited (La Forge): the role ends (admitted)",
        "Suspended (La Forge): the role ends (resumed)",
    ]


HANDS = """
by: coord
acts:
  - make-proposal: {on: 2024-02-21, id: z, text: A roof}
  - open-decision: {on: 2024-02-21, decision: z}
  - cast-ballot: {on: 2024-02-21, decision: z, college: lieux, for: 2, against: 1}
  - cast-ballot: {on: 2024-02-21, decision: z, college: usagers, for: 1, secret: yes}
  - adopt-decision: {on: 2024-02-21, id: z}
"""

TOLD = {
    "en": [
        "Proposal z: “A roof”",
        "The decision z is open: majority, 4 seats, quorum of 2 seats, threshold of 50%",
        "Show of hands, college lieux, 2 for, 1 against on z",
        "Secret ballot, college usagers, 1 for on z",
        "The decision z is adopted, 3 for, 1 against, 0 abstaining, 80% of the weight for, in effect from 21 February 2024",  # noqa: E501
    ],
    "fr": [
        "Proposition z : « A roof »",
        "Ouverture de la décision z : majorité, 4 sièges, quorum de 2 sièges, seuil de 50 %",
        "Vote à main levée, collège lieux, 2 pour, 1 contre, sur z",
        "Vote à bulletin secret, collège usagers, 1 pour, sur z",
        "Adoption de la décision z, 3 pour, 1 contre, 0 abstention, 80 % du poids pour, effet au 21 février 2024",
    ],
}


@pytest.mark.parametrize("language", TOLD)
def test_a_vote_by_colleges_is_told(chartered: Ledger, tmp_path: Path, language: str) -> None:
    events = chartered.record_file(write(tmp_path, "hands.yaml", HANDS)).outcome.events
    with speaking(language):
        teller = Teller(templates(), chartered.names())
        told = [re.sub(r"[\u00a0\u202f]", " ", teller.tell(event)) for event in events]
    assert told == TOLD[language]
