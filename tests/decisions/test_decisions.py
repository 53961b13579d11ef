"""Proposals, consent, votes, opinions, and how decisions end (R3 to R6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.consortium.model import (
    AdoptRules,
    FoundConsortium,
    GiveRole,
    RegisterLieu,
    RegisterOrganisation,
    RegisterPerson,
)
from ledger.decisions import model
from ledger.decisions.model import (
    COMMANDS,
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
from ledger.meetings.model import ConveneMeeting, HoldMeeting

JANUARY, MARCH = date(2024, 1, 15), date(2024, 3, 5)
LIEUX = ("fabrique", "verrerie", "pop")


def names(events: list[Any]) -> list[str]:
    return [type(event).__name__ for event in events]


def vote(play: Any, method: str = "majority", **rules: Any) -> None:
    """A proposal `p`, open for a vote."""
    play(AdoptRules(title="Accord", method=method, **rules))
    play(MakeProposal(id="p", text="On achète un four"))
    play(OpenDecision(decision="p"))


def test_every_command_is_decided_on() -> None:
    assert set(model._DECIDE) == set(COMMANDS)


def test_nothing_before_the_founding(play: Any) -> None:
    play.refused("ORDER", AdoptDecision(id="bus", text="Un bus"))


# -- a meeting that decides -------------------------------------------------------------------------


def test_a_meeting_proposes_opens_and_adopts_at_once(arles: Any) -> None:
    arles(HoldMeeting(on=MARCH, id="m", present=("P-ver", "P-pop", "P-coord")))
    events = arles(
        AdoptDecision(on=MARCH, id="bus", text="La Verrerie porte le bus", ceiling_cents=450_000, meeting="m")
    )
    assert names(events) == ["ProposalMade", "DecisionOpened", "DecisionAdopted"]
    proposal, opened, adopted = events
    assert (proposal.domain, proposal.revision, proposal.ceiling_cents) == ("money", 1, 450_000)
    assert (opened.method, opened.quorum_seats, opened.electorate) == ("consent", 0, LIEUX)
    assert (adopted.represented, adopted.effective_on) == (("verrerie", "pop"), MARCH)
    assert adopted.count_for is None


def test_consent_of_those_named(arles: Any) -> None:
    *_, adopted = arles(AdoptDecision(id="bus", text="Un bus", represented=("pop", "pop", "fabrique")))
    assert adopted.represented == ("pop", "fabrique")


def test_before_any_agreement_there_is_no_quorum(arles: Any) -> None:
    *_, adopted = arles(AdoptDecision(id="bus", text="Un bus"))
    assert adopted.represented == ()


def test_even_before_any_member(play: Any) -> None:
    play(FoundConsortium(name="x"))
    assert names(play(AdoptDecision(id="accord", text="On se lance"))) == [
        "ProposalMade",
        "DecisionOpened",
        "DecisionAdopted",
    ]


def test_quorum_of_the_agreement(arles: Any) -> None:
    arles(AdoptRules(title="Accord", quorum=3))
    arles(HoldMeeting(on=MARCH, id="m", present=("P-ver", "P-pop")))
    error = arles.refused("R6", AdoptDecision(on=MARCH, id="bus", text="Un bus", meeting="m"))
    assert (error.params["count"], error.params["quorum"]) == (2, 3)
    assert arles(AdoptDecision(on=MARCH, id="bus", text="Un bus", represented=LIEUX))


def test_a_meeting_that_was_not_held_decides_nothing(arles: Any) -> None:
    arles(ConveneMeeting(id="m", kind="assemblée", planned=MARCH))
    arles.refused("ORDER", AdoptDecision(id="bus", text="Un bus", meeting="m"))


def test_a_seat_that_is_not_of_the_electorate(arles: Any) -> None:
    arles(RegisterLieu(id="voisin", name="Voisin"))
    error = arles.refused("R5", AdoptDecision(id="bus", text="Un bus", represented=("pop", "voisin")))
    assert error.params["electorate"] == LIEUX


def test_adopted_once(arles: Any) -> None:
    arles(AdoptDecision(id="bus", text="Un bus"))
    arles.refused("DUPLICATE", AdoptDecision(id="bus", text="Un bus"))
    arles.refused("DUPLICATE", MakeProposal(id="bus", text="Deux bus"))
    arles.refused("DUPLICATE", OpenDecision(decision="bus"))
    arles.refused("DUPLICATE", RejectDecision(decision="bus"))


def test_what_is_decided_has_a_text(arles: Any) -> None:
    arles.refused("UsageError", AdoptDecision(id="bus"))


def test_a_decision_does_not_expire_before_its_effect(arles: Any) -> None:
    arles.refused("UsageError", AdoptDecision(on=MARCH, id="bus", text="Un bus", expires=JANUARY))


# -- proposals --------------------------------------------------------------------------------------


def test_a_proposal_is_revised_while_it_runs(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four", ceiling_cents=100_000, domain="money"))
    (revision,) = arles(MakeProposal(id="p", text="Un four partagé"))
    assert (revision.revision, revision.introduces()) == (2, ())
    assert (revision.ceiling_cents, revision.domain) == (100_000, "money")
    arles.refused("DUPLICATE", MakeProposal(id="p", text="Un four partagé"))


def test_adopting_another_text_is_a_revision(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    events = arles(AdoptDecision(id="p", text="Un four partagé", title="Four"))
    assert names(events) == ["ProposalMade", "DecisionOpened", "DecisionAdopted"]
    assert events[-1].revision == 2


def test_adopting_the_proposal_as_it_stands(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    assert names(arles(AdoptDecision(id="p"))) == ["DecisionOpened", "DecisionAdopted"]


def test_a_rejected_proposal_is_closed(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    arles(RejectDecision(decision="p", outcome="withdrawn"))
    for command in (
        MakeProposal(id="p", text="Encore"),
        OpenDecision(decision="p"),
        AdoptDecision(id="p"),
        RaiseObjection(decision="p", lieu="pop"),
        SettleObjection(decision="p", objection="o"),
        RejectDecision(decision="p"),
        EndDecision(decision="p", how="expired"),
        IssueOpinion(id="p", position="reserved"),
    ):
        arles.refused("ORDER", command)
    arles.refused("R5", CastBallot(decision="p", seat="pop", option="consent"))


# -- consent ----------------------------------------------------------------------------------------


def test_a_paramount_objection_holds_a_consent(arles: Any) -> None:
    """S4: it stays open, is amended, the objection is integrated, and then it is adopted."""
    arles(MakeProposal(id="p", text="Ouvrir le dimanche"))
    arles(OpenDecision(decision="p"))
    arles(RaiseObjection(id="o", decision="p", person="P-ver"))
    assert arles.events[-1].lieu_id == "verrerie"
    error = arles.refused("R6", AdoptDecision(id="p", represented=LIEUX))
    assert error.params["objections"] == ("o",)
    arles(MakeProposal(id="p", text="Ouvrir un dimanche sur deux"))
    arles.refused("R6", AdoptDecision(id="p", represented=LIEUX))
    arles(SettleObjection(decision="p", objection="o"))
    arles.refused("DUPLICATE", SettleObjection(decision="p", objection="o", how="withdrawn"))
    *_, adopted = arles(AdoptDecision(id="p", represented=LIEUX))
    assert adopted.revision == 2


def test_a_reserve_holds_nothing(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    arles(RaiseObjection(id="o", decision="p", lieu="pop", paramount=False))
    assert arles(AdoptDecision(id="p"))


def test_an_objection_that_nobody_raised(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    arles.refused("UnknownId", SettleObjection(decision="p", objection="o"))
    arles(RaiseObjection(id="o1", decision="p", lieu="pop"))
    error = arles.refused("UnknownId", SettleObjection(decision="p", objection="o"))
    assert error.params["objections"] == ("o1",)


def test_a_consent_has_no_counts(arles: Any) -> None:
    arles.refused("R6", AdoptDecision(id="bus", text="Un bus", count_for=4))
    arles(MakeProposal(id="p", text="Un four"))
    arles(OpenDecision(decision="p"))
    arles.refused("R6", CastBallot(decision="p", count_for=2))
    arles.refused("R6", RejectDecision(decision="p", count_against=2))
    arles.refused("R5", CastBallot(decision="p", seat="pop", option="for"))


def test_consents_cast_are_who_took_part(arles: Any) -> None:
    arles(AdoptRules(title="Accord", quorum=2))
    arles(MakeProposal(id="p", text="Un four"))
    arles(OpenDecision(decision="p"))
    arles(CastBallot(decision="p", person="P-pop", option="consent"))
    arles.refused("R6", AdoptDecision(id="p"))
    arles(CastBallot(decision="p", seat="verrerie", option="stand_aside"))
    *_, adopted = arles(AdoptDecision(id="p"))
    assert adopted.represented == ("verrerie", "pop")


# -- votes ------------------------------------------------------------------------------------------


def test_a_majority_is_more_than_half(arles: Any) -> None:
    vote(arles)
    arles.refused("R6", AdoptDecision(id="p", count_for=1, count_against=1, count_abstain=1))
    *_, adopted = arles(AdoptDecision(id="p", count_for=2, count_against=1))
    assert (adopted.count_for, adopted.count_against, adopted.count_abstain) == (2, 1, 0)


def test_two_thirds_are_enough_for_a_qualified_majority(arles: Any) -> None:
    vote(arles, "qualified_majority")
    assert arles(AdoptDecision(id="p", count_for=2, count_against=1))


def test_the_agreements_threshold(arles: Any) -> None:
    vote(arles, "qualified_majority", threshold=7500)
    error = arles.refused("R6", AdoptDecision(id="p", count_for=2, count_against=1))
    assert error.params["threshold_bp"] == 7500
    assert arles(AdoptDecision(id="p", count_for=3))


def test_abstentions_are_not_votes(arles: Any) -> None:
    vote(arles)
    arles.refused("R6", AdoptDecision(id="p", count_abstain=3))
    assert arles(AdoptDecision(id="p", count_for=1, count_abstain=2))


def test_a_vote_has_its_votes(arles: Any) -> None:
    vote(arles)
    arles.refused("R6", AdoptDecision(id="p", represented=LIEUX))


def test_votes_count_for_the_quorum(arles: Any) -> None:
    vote(arles, quorum=3)
    arles.refused("R6", AdoptDecision(id="p", count_for=2))
    assert arles(AdoptDecision(id="p", count_for=2, count_abstain=1))


def test_no_more_votes_than_seats(arles: Any) -> None:
    vote(arles)
    arles.refused("R5", AdoptDecision(id="p", count_for=4))
    arles.refused("R5", AdoptDecision(id="p", count_for=3, represented=("pop", "verrerie")))
    arles.refused("R5", CastBallot(decision="p", count_for=2, count_against=2))
    arles.refused("R5", RejectDecision(decision="p", count_for=1, count_against=3))


def test_ballots_are_counted_by_the_ledger(arles: Any) -> None:
    vote(arles)
    arles(CastBallot(decision="p", seat="pop", option="for"))
    arles(CastBallot(decision="p", seat="verrerie", option="for"))
    arles(CastBallot(decision="p", seat="fabrique", option="against"))
    arles.refused("R6", AdoptDecision(id="p", count_for=3))
    arles.refused("R5", CastBallot(decision="p", count_for=3))
    *_, adopted = arles(AdoptDecision(id="p"))
    assert (adopted.count_for, adopted.count_against, adopted.represented) == (2, 1, LIEUX)


def test_a_show_of_hands(arles: Any) -> None:
    vote(arles)
    arles(CastBallot(decision="p", count_for=2, count_abstain=1))
    arles.refused("R5", CastBallot(decision="p", count_for=2))
    arles.refused("R5", CastBallot(decision="p", seat="pop", option="for"))
    (rejected,) = arles(RejectDecision(decision="p"))
    assert (rejected.count_for, rejected.count_abstain) == (2, 1)


def test_a_ballot_is_cast_once_by_a_seat_of_the_electorate(arles: Any) -> None:
    vote(arles)
    arles(CastBallot(decision="p", seat="pop", option="recused"))
    arles.refused("R5", CastBallot(decision="p", seat="pop", option="for"))
    arles(RegisterLieu(id="parade", name="Parade", member=True))
    arles.refused("R5", CastBallot(decision="p", seat="parade", option="for"))
    arles.refused("R5", CastBallot(decision="p", person="P-coord", option="for"))
    arles.refused("R5", CastBallot(decision="p", person="P-ver", seat="fabrique", option="for"))
    arles.refused("R5", CastBallot(decision="p", seat="fabrique", option="favourable"))
    arles.refused("UsageError", CastBallot(decision="p", option="for"))
    arles.refused("UsageError", CastBallot(decision="p", seat="fabrique"))


def test_a_seat_carries_one_proxy(arles: Any) -> None:
    vote(arles)
    arles(CastBallot(decision="p", seat="pop", option="for", proxy_for="verrerie"))
    arles(CastBallot(decision="p", seat="pop", option="for"))
    arles.refused("R5", CastBallot(decision="p", seat="pop", option="for", proxy_for="fabrique"))
    arles.refused("R5", CastBallot(decision="p", seat="verrerie", option="against"))
    arles.refused("R5", CastBallot(decision="p", seat="fabrique", option="for", proxy_for="nowhere"))


def test_ballots_are_taken_while_it_is_open(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    arles.refused("R5", CastBallot(decision="p", seat="pop", option="consent"))
    arles.refused("UsageError", OpenDecision(on=MARCH, decision="p", closes=JANUARY))
    arles(OpenDecision(decision="p", closes=MARCH))
    arles.refused("DUPLICATE", OpenDecision(decision="p"))
    arles(CastBallot(on=MARCH, decision="p", seat="pop", option="consent"))
    arles.refused("R5", CastBallot(on=date(2024, 3, 6), decision="p", seat="verrerie", option="consent"))


def test_a_revised_text_is_voted_on_anew(arles: Any) -> None:
    vote(arles)
    arles(CastBallot(decision="p", seat="pop", option="against"))
    arles(MakeProposal(id="p", text="On loue un four"))
    arles(CastBallot(decision="p", seat="pop", option="for"))
    assert arles.state("decision/p").counted == (1, 0, 0)


def test_rules_are_those_of_the_opening(arles: Any) -> None:
    vote(arles)
    arles(AdoptRules(title="Avenant", method="consent", quorum=3))
    arles.refused("R6", AdoptDecision(id="p", method="consent"))
    assert arles(AdoptDecision(id="p", count_for=1))


# -- the carrier outside, the advisory consortium ---------------------------------------------------


def test_the_external_carrier_has_no_say(arles: Any) -> None:
    """S2: La Main's ballot."""
    arles(RegisterOrganisation(id="la-main", name="La Main", siret="90000002700012"))
    arles(GiveRole(role="carrier", organisation="la-main"))
    vote(arles)
    arles.refused("R3", CastBallot(decision="p", seat="la-main", option="for"))
    arles.refused("R3", AdoptDecision(id="p", represented=("pop", "la-main"), count_for=2))
    arles(RegisterPerson(id="sal"))
    arles(GiveRole(role="affiliated", person="P-sal", organisation="la-main"))
    arles.refused("R3", RaiseObjection(decision="p", person="P-sal"))
    assert arles(RaiseObjection(decision="p", person="P-sal", paramount=False))


@pytest.fixture
def department(play: Any) -> Any:
    """An advisory consortium of three seats."""
    play(FoundConsortium(name="Département", kind="advisory"))
    for handle in ("etat", "epci", "exp"):
        play(RegisterPerson(id=handle, engagement="agent"))
        play(GiveRole(id=f"seat-{handle}", role="seat", person=f"P-{handle}"))
    return play


def test_an_advisory_consortium_binds_nobody(department: Any) -> None:
    department.refused("R4", AdoptDecision(id="d", text="On alloue 30 000 €", ceiling_cents=3_000_000))
    department(MakeProposal(id="p", text="Un contrat pluriannuel"))
    department.refused("R4", OpenDecision(decision="p", method="majority"))
    department(OpenDecision(decision="p"))
    department.refused("R4", AdoptDecision(id="p"))


def test_an_opinion_with_its_counts(department: Any) -> None:
    events = department(
        IssueOpinion(
            id="avis", text="Sur le contrat", position="favourable", count_favourable=2, count_reserved=1
        )
    )
    assert names(events) == ["ProposalMade", "DecisionOpened", "OpinionIssued"]
    assert events[1].electorate == ("seat-etat", "seat-epci", "seat-exp")
    department.refused("ORDER", IssueOpinion(id="avis", position="reserved"))
    department.refused("R5", IssueOpinion(id="b", text="Trop", position="reserved", count_reserved=4))


def test_seats_cast_favourable_ballots(department: Any) -> None:
    department(MakeProposal(id="p", text="Un contrat"))
    department(OpenDecision(decision="p"))
    (ballot,) = department(CastBallot(decision="p", person="P-etat", option="favourable"))
    assert ballot.seat_id == "seat-etat"


def test_an_opinion_asked_for_is_not_adopted(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un contrat"))
    arles(OpenDecision(decision="p", method="advisory"))
    arles.refused("R4", AdoptDecision(id="p"))
    assert names(arles(IssueOpinion(id="p", position="favourable"))) == ["OpinionIssued"]


# -- after ------------------------------------------------------------------------------------------


def test_a_decision_gives_way_to_another(arles: Any) -> None:
    arles(AdoptDecision(id="bus", text="Un bus"))
    arles(MakeProposal(id="train", text="Un train"))
    arles.refused("UsageError", EndDecision(decision="bus", how="superseded"))
    arles.refused("UsageError", EndDecision(decision="bus", how="repealed", by_decision="bus"))
    arles.refused("R6", EndDecision(decision="bus", how="superseded", by_decision="train"))
    arles(AdoptDecision(id="train"))
    arles(EndDecision(decision="bus", how="superseded", by_decision="train"))
    assert arles.state("decision/bus").status == "superseded"
    arles.refused("DUPLICATE", EndDecision(decision="bus", how="repealed", by_decision="train"))


def test_only_what_has_a_term_expires(arles: Any) -> None:
    arles(AdoptDecision(id="bus", text="Un bus", expires=MARCH))
    arles(AdoptDecision(id="four", text="Un four"))
    arles.refused("ORDER", EndDecision(on=MARCH, decision="bus", how="expired"))
    arles.refused("ORDER", EndDecision(on=MARCH, decision="four", how="expired"))
    arles(EndDecision(on=date(2024, 3, 6), decision="bus", how="expired"))


def test_publication_is_a_fact(arles: Any) -> None:
    arles(MakeProposal(id="p", text="Un four"))
    (event,) = arles(PublishDecision(decision="p", channel="site", url="https://exemple.fr/four"))
    assert (event.channel, event.url) == ("site", "https://exemple.fr/four")
