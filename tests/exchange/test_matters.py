"""What minutes say of a matter that was objected to, amended, left open, turned down, or opined upon."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.decisions.model import (
    AdoptDecision,
    IssueOpinion,
    MakeProposal,
    OpenDecision,
    RaiseObjection,
    RejectDecision,
    SettleObjection,
)
from ledger.exchange.context import DecisionCard, ObjectionCard
from ledger.language.catalogue import render, speaking

HEAD = {
    "fr": "réunion: point\nle: 5 mars 2024\ndécisions:\n  fete:\n    texte: Une fête en juillet\n",
    "en": "meeting: point\non: 5 March 2024\ndecisions:\n  fete:\n    text: Une fête en juillet\n",
}


def acts(file):
    return [(act.position, act.command) for act in file.acts if act.position != "meeting"]


def kinds(file):
    return [type(command) for _position, command in acts(file)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "    objections:\n      ver: Le jour de la kermesse\n"),
        ("en", "    objections: {ver: {ground: Le jour de la kermesse, paramount: yes}}\n"),
    ],
)
def test_an_objection_that_stands_leaves_the_matter_open(read, language, said):
    file = read(HEAD[language] + said)
    assert kinds(file) == [MakeProposal, OpenDecision, RaiseObjection]
    position, objection = acts(file)[-1]
    assert position == "decisions.fete.objections.P-00000002", "no handle goes to the log"
    assert (objection.decision, objection.person, objection.paramount, objection.ground) == (
        "D-2024-001",
        "P-00000002",
        True,
        "Le jour de la kermesse",
    )


def test_a_reserve_does_not_stop_it(read):
    file = read(HEAD["fr"] + "    objections:\n      POP: {motif: trop cher, majeure: non}\n")
    assert kinds(file) == [MakeProposal, RaiseObjection, AdoptDecision]
    assert acts(file)[1][1].lieu == "pop"


def test_an_objection_settled_at_once_and_the_text_amended(read):
    file = read(
        HEAD["fr"]
        + "    amendement: Une fête en septembre\n"
        + "    objections:\n      ver: {motif: La kermesse, levée: intégrée}\n"
    )
    assert kinds(file) == [MakeProposal, RaiseObjection, MakeProposal, SettleObjection, AdoptDecision]
    (_, first), (_, raised), (_, amended), (_, settled), (_, adopted) = acts(file)
    assert (first.text, amended.text) == ("Une fête en juillet", "Une fête en septembre")
    assert (settled.objection, settled.how) == (raised.id, "integrated")
    assert {first.id, amended.id, settled.decision, adopted.id} == {"D-2024-001"}


STOOD = DecisionCard(
    "cr-février.yaml",
    (
        ObjectionCard("O-1", ("P-00000002", "la-verrerie"), date(2024, 2, 6)),
        ObjectionCard("O-2", ("P-00000001", None), date(2024, 1, 9), date(2024, 2, 6)),
        ObjectionCard("O-3", ("P-00000001", None), date(2024, 4, 2)),
    ),
)


@pytest.fixture
def proposed(known):
    """`fete` was proposed in February, and Verrerie objected."""
    known.things = {**known.things, "fete": ("decision", "Fête")}
    known.__post_init__()
    known.decisions = {"fete": STOOD}
    return known


@pytest.mark.parametrize("who", ["ver", "Verrerie", "o-1"])
def test_an_objection_of_an_earlier_meeting_is_settled_by_who_raised_it(read, proposed, who):
    file = read(HEAD["fr"] + f"    objections: {{{who}: retirée}}\n", proposed)
    assert kinds(file) == [MakeProposal, SettleObjection, AdoptDecision]
    assert (acts(file)[1][1].objection, acts(file)[1][1].how) == ("O-1", "withdrawn")
    assert acts(file)[0][1].id == "fete", "the key is the decision's own id"


def test_who_raised_nothing_that_stands_settles_nothing(mistake, proposed):
    error = mistake(HEAD["fr"] + "    objections: {fab: retirée}\n")
    assert str(error.place) == "cr.yaml:6:18"
    assert "fab raised no objection that stands" in render(error)
    assert error.exit_code == 5


def test_a_vote_that_goes_on_stays_open(read):
    file = read(HEAD["fr"] + "    méthode: majorité\n    clôture: 12 mars\n")
    assert kinds(file) == [MakeProposal, OpenDecision]
    assert (acts(file)[1][1].method, acts(file)[1][1].closes) == ("majority", date(2024, 3, 12))


@pytest.mark.parametrize(("said", "outcome"), [("rejetée", "rejected"), ("retirée", "withdrawn")])
def test_what_was_turned_down_is_written_too(read, said, outcome):
    file = read(HEAD["fr"] + f"    pour: 1\n    contre: 2\n    issue: {said}\n")
    assert (kinds(file)[0], kinds(file)[-1]) == (MakeProposal, RejectDecision)
    assert (OpenDecision in kinds(file)) == (outcome == "rejected")
    rejected = acts(file)[-1][1]
    assert (rejected.outcome, rejected.count_for, rejected.count_against) == (outcome, 1, 2)


def test_counts_of_what_is_left_open_are_questioned(mistake):
    error = mistake(HEAD["fr"] + "    pour: 1\n    issue: ouverte\n")
    assert "“pour” says how it was decided" in render(error)
    assert error.exit_code == 2


OPINION = """\
réunion: séance
le: 5 mars 2024
avis:
  trains:
    texte: Des trains le soir
    avis: réservé
    par collège: |
      collège | favorables | réservés
      état    | 1          | 2
"""


def test_an_opinion_has_counts_by_college(read):
    file = read(OPINION)
    assert kinds(file) == [IssueOpinion]
    opinion = acts(file)[0][1]
    assert (opinion.position, opinion.meeting) == ("reserved", "M-2024-03-05")
    assert [(c.college, c.count_favourable, c.count_reserved) for c in opinion.by_college] == [("état", 1, 2)]


def test_an_opinion_with_a_title_is_proposed_first(read):
    assert kinds(read(OPINION.replace("    avis:", "    titre: Trains\n    avis:"))) == [
        MakeProposal,
        IssueOpinion,
    ]


def test_a_slip_under_a_matter_is_shown_where_it_stands(mistake):
    error = mistake(HEAD["fr"] + "    objections:\n      vre: trop tôt\n")
    assert str(error.place) == "cr.yaml:7:7"
    assert "vre" in render(error)


def test_a_list_of_objections_says_how_to_write_them(mistake):
    error = mistake(HEAD["fr"] + "    objections:\n      - {qui: ver, motif: trop cher}\n")
    assert str(error.place) == "cr.yaml:7:7"
    with speaking("fr"):
        assert "se met sous qui l'a soulevée" in render(error)
        assert "objections: {Parade: trop cher}" in render(error)
