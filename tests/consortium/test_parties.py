"""Founding a consortium, and who belongs to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.consortium import model
from ledger.consortium.events import LieuClosed, PartyUpdated, PersonRegistered, RoleEnded, RoleGiven
from ledger.consortium.model import (
    COMMANDS,
    AdoptRules,
    BeginDissolution,
    CloseLieu,
    DissolveConsortium,
    EndRole,
    ErasePerson,
    FoundConsortium,
    GiveRole,
    RegisterLieu,
    RegisterOrganisation,
    RegisterPerson,
    SetRotation,
    TakeTurn,
    UpdateParty,
    decide,
)
from ledger.decisions.model import AdoptDecision, MakeProposal


def test_nothing_before_the_founding(play: Any) -> None:
    error = play.refused("ORDER", RegisterLieu(name="POP"))
    assert error.hint == "ledger init"


def test_founded_once(play: Any) -> None:
    play(FoundConsortium(name="Les 6 lieux", territory="Arles"))
    play.refused("DUPLICATE", FoundConsortium(name="Encore"))
    assert play.roster.founded
    assert play.roster.consortium_kind == "operational"


def test_every_command_is_decided_on(play: Any) -> None:
    assert set(model._DECIDE) == set(COMMANDS)
    assert decide(FoundConsortium(name="x"), play.facts(FoundConsortium(name="x")))


@pytest.mark.parametrize("siret", ["900 000 001 00017", "90000000100017", "35600000000048", "35600000049837"])
def test_siret_is_accepted_as_written(play: Any, siret: str) -> None:
    """With spaces, and La Poste's, which do not pass Luhn."""
    play(FoundConsortium(name="x"))
    (event,) = play(RegisterOrganisation(name="La Poste", siret=siret))
    assert event.siret == siret.replace(" ", "")


@pytest.mark.parametrize(
    ("siret", "says"),
    [
        ("90000000100018", "check digit"),
        ("35600000049838", "check digit"),
        ("900000001", "SIREN"),
        ("12345", "5 characters"),
        ("9000000010001A", "check digit"),
    ],
)
def test_siret_that_fails_its_check(play: Any, siret: str, says: str) -> None:
    play(FoundConsortium(name="x"))
    error = play.refused("R1", RegisterOrganisation(name="Verrerie", siret=siret))
    assert says in str(error)


def test_rna_of_metropole_and_overseas(play: Any) -> None:
    play(FoundConsortium(name="x"))
    assert play(RegisterOrganisation(name="a", rna="w133012345"))[0].rna == "W133012345"
    assert play(RegisterOrganisation(name="b", rna="W9R1012345"))[0].rna == "W9R1012345"
    play.refused("R1", RegisterOrganisation(name="c", rna="W13301234"))
    play.refused("R1", RegisterOrganisation(name="c", rna="133012345"))


def test_one_structure_has_one_id(arles: Any) -> None:
    arles.refused("DUPLICATE", RegisterOrganisation(id="bis", name="La Fabrique", siret="90000000100017"))
    arles.refused("DUPLICATE", UpdateParty(party="pop-asso", siret="90000000100017"))
    assert arles(UpdateParty(party="fabrique-asso", siret="90000000100017", sector="culture"))


def test_a_lieu_registered_as_member_joins_that_day(arles: Any) -> None:
    events = arles(RegisterLieu(on=date(2024, 3, 1), id="parade", name="Parade", member=True))
    assert [type(e).__name__ for e in events] == ["LieuRegistered", "RoleGiven"]
    assert "parade" not in arles.roster.active_lieux(date(2024, 2, 29))
    assert arles.roster.active_lieux(date(2024, 3, 1)) == ("fabrique", "verrerie", "pop", "parade")


def test_a_lieu_may_be_known_without_being_a_member(arles: Any) -> None:
    arles(RegisterLieu(id="voisin", name="Voisin"))
    assert "voisin" not in arles.roster.active_lieux(arles.today)
    assert arles.roster.is_party("voisin")


def test_a_person_is_an_opaque_id_attached_to_a_lieu(arles: Any) -> None:
    events = arles(RegisterPerson(id="ben", lieu="pop", until=date(2024, 6, 30)))
    assert isinstance(events[0], PersonRegistered)
    assert "ben" not in events[0].model_dump_json().replace("P-ben", "").replace("v-ben", "")
    assert [e.role for e in events if isinstance(e, RoleGiven)] == ["affiliated"]
    assert arles.roster.lieu_of("P-ben", date(2024, 6, 30)) == "pop"
    assert arles.roster.lieu_of("P-ben", date(2024, 7, 1)) is None
    assert not arles.roster.is_active_person("P-ben", date(2024, 7, 1))


def test_a_shared_function_has_no_lieu(arles: Any) -> None:
    assert arles.roster.lieu_of("P-coord", arles.today) is None
    arles.refused("UsageError", RegisterPerson(id="x", referent=True))


def test_a_person_cannot_leave_before_arriving(arles: Any) -> None:
    arles.refused("UsageError", RegisterPerson(id="x", from_=date(2024, 5, 1), until=date(2024, 4, 1)))


def test_a_persons_new_name_never_reaches_the_log(arles: Any) -> None:
    (event,) = arles(UpdateParty(party="P-ver", name="Un Nom"))
    assert isinstance(event, PartyUpdated)
    assert event.name is None
    assert event.identity is not None
    assert "Un Nom" not in event.model_dump_json()


def test_only_what_a_party_has_can_change(arles: Any) -> None:
    arles(UpdateParty(party="verrerie", resources=("qualiopi", "atelier bois"), name="La Verrerie"))
    arles.refused("UsageError", UpdateParty(party="verrerie", siret="90000001900019"))
    arles.refused("UsageError", UpdateParty(party="verrerie-asso", commune="Arles"))
    arles.refused("UsageError", UpdateParty(party="verrerie"))
    arles.refused("UnknownId", UpdateParty(party="nobody", name="x"))
    arles.refused("R1", UpdateParty(party="verrerie-asso", siret="90000001900018"))


def test_closing_a_lieu_ends_its_membership(arles: Any) -> None:
    events = arles(CloseLieu(on=date(2024, 5, 1), lieu="pop", reason="fin du bail"))
    assert isinstance(events[0], LieuClosed)
    assert [e.reason for e in events if isinstance(e, RoleEnded)] == ["withdrawn"]
    assert "pop" in arles.roster.active_lieux(date(2024, 4, 30))
    assert "pop" not in arles.roster.active_lieux(date(2024, 5, 1))
    arles.refused("DUPLICATE", CloseLieu(on=date(2024, 5, 2), lieu="pop"))
    error = arles.refused("UnknownId", CloseLieu(lieu="poop"))
    assert error.params["near"] == "pop"


def test_an_erased_person_is_active_no_more(arles: Any) -> None:
    arles(ErasePerson(person="P-ver"))
    assert not arles.roster.is_active_person("P-ver", arles.today)
    arles.refused("DUPLICATE", ErasePerson(person="P-ver"))
    arles.refused("R11", GiveRole(role="accounts", person="P-ver"))


def test_dissolved_by_an_adopted_decision(arles: Any) -> None:
    arles(MakeProposal(id="fin", text="On arrête"))
    arles.refused("R6", DissolveConsortium(decision="fin"))
    arles(AdoptDecision(id="fin"))
    arles(DissolveConsortium(decision="fin", funds_disposition="aux membres"))
    arles.refused("ORDER", DissolveConsortium(decision="fin"))
    arles.refused("ORDER", GiveRole(role="accounts", person="P-ver"))
    arles.refused("ORDER", AdoptRules(title="Trop tard"))
    arles.refused("ORDER", SetRotation(name="x", order=("pop",), period="month"))
    arles.refused("ORDER", RegisterLieu(name="Nouveau", member=True))


def test_a_consortium_lives_from_before_its_agreement_to_its_end(arles: Any) -> None:
    days = [date(2024, month, 1) for month in (1, 2, 3, 4, 5)]
    assert arles.roster.stage(arles.today) == "founded", "usable before anything is agreed"
    arles(AdoptRules(on=days[1], title="Accord"))
    assert arles.roster.stage(days[1]) == "founded", "nobody carries yet"
    arles(GiveRole(on=days[1], role="carrier", organisation="fabrique-asso"))
    arles(AdoptDecision(on=days[1], id="fin", text="On arrête"))
    arles(BeginDissolution(on=days[2], decision="fin"))
    arles(DissolveConsortium(on=days[3], decision="fin"))
    stages = [arles.roster.stage(day) for day in days]
    assert stages == ["founded", "agreed", "dissolving", "dissolved", "dissolved"]


def test_while_it_is_being_dissolved_nothing_new_begins(arles: Any) -> None:
    arles(AdoptDecision(id="fin", text="On arrête"))
    arles(BeginDissolution(decision="fin"))
    arles.refused("ORDER", BeginDissolution(decision="fin"))
    arles.refused("ORDER", RegisterLieu(name="Nouveau", member=True))
    arles.refused("ORDER", GiveRole(role="invited", organisation="pop-asso"))
    arles.refused("ORDER", SetRotation(name="x", order=("pop",), period="month"))
    arles(GiveRole(role="liquidation", person="P-ver"))
    arles(RegisterLieu(name="Voisin"))
    arles(AdoptRules(title="Comment on finit"))
    last_year = arles(RegisterLieu(on=date(2023, 12, 1), name="Plus tôt", member=True))
    assert len(last_year) == 2, "what was done before is recorded late, not refused"


def test_what_was_recorded_by_mistake_can_be_ended_but_not_twice(arles: Any) -> None:
    role = next(h for h in arles.roster.roles.values() if h.role == "lieu_referent")
    arles.refused("ORDER", EndRole(on=date(2024, 1, 1), role=role.role_id))
    arles(EndRole(on=date(2024, 3, 1), role=role.role_id, reason="resigned"))
    arles.refused("DUPLICATE", EndRole(on=date(2024, 4, 1), role=role.role_id))
    arles.refused("UnknownId", EndRole(role="R-none"))


def test_turns_are_facts(arles: Any) -> None:
    """In turn or not, member of the rotation or not, a turn that was taken is recorded."""
    arles(SetRotation(id="petit-dej", name="Petits-déjeuners", order=("verrerie", "pop"), period="meeting"))
    (event,) = arles(TakeTurn(rotation="petit-dej", lieu="fabrique", outcome="swapped", unavailable=("pop",)))
    assert event.unavailable == ("pop",)


def test_a_rotation_goes_round_known_lieux_once(arles: Any) -> None:
    error = arles.refused("UnknownId", SetRotation(name="x", order=("verrerie", "verreri"), period="quarter"))
    assert error.params["near"] == "verrerie"
    arles.refused("UsageError", SetRotation(name="x", order=("pop", "pop"), period="year"))
    arles.refused("UsageError", SetRotation(name="x", order=(), period="month"))


def test_a_rotation_takes_a_new_order(arles: Any) -> None:
    arles(SetRotation(id="dej", name="Petits-déjeuners", order=("pop", "verrerie"), period="month"))
    later = date(2024, 6, 1)
    (again,) = arles(SetRotation(on=later, id="dej", order=("verrerie", "pop", "fabrique")))
    assert (again.revision, again.introduces(), again.period) == (2, (), "month")
    assert again.starts_on == later
    arles.refused("DUPLICATE", SetRotation(on=later, id="dej", order=("verrerie", "pop", "fabrique")))
    arles.refused("ORDER", SetRotation(on=date(2024, 5, 1), id="dej", order=("pop", "fabrique")))
    arles.refused("UsageError", SetRotation(order=("pop", "fabrique")))


def test_engagement_changes_from_a_day_on(arles: Any) -> None:
    arles(UpdateParty(on=date(2024, 6, 1), party="P-ver", engagement="employee"))
    assert arles.roster.engagement_of("P-ver", date(2024, 5, 31)) == "volunteer"
    assert arles.roster.engagement_of("P-ver", date(2024, 6, 1)) == "employee"
    assert arles.roster.engagement_of("P-ver", date(2020, 1, 1)) == "volunteer"
    assert arles.roster.engagement_of("P-nobody", date(2024, 6, 1)) is None


def test_one_name_is_registered_once(arles: Any) -> None:
    error = arles.refused("DUPLICATE", RegisterLieu(name="pop"))
    assert "pop" in str(error.hint.format(**error.params))
    arles.refused("DUPLICATE", RegisterOrganisation(name="POP"))
    arles(RegisterOrganisation(name="Parade"))
    arles(RegisterLieu(name="Parade"))
    arles(CloseLieu(lieu="pop"))
    arles(RegisterLieu(id="pop-2", name="Pop"))
