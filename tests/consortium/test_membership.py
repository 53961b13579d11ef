"""Invited, a member, suspended, gone; seats in colleges; terms and renewals; a carrier after another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.consortium.events import College, MandateRule
from ledger.consortium.model import (
    AdoptRules,
    EndRole,
    FoundConsortium,
    GiveRole,
    RegisterLieu,
    RegisterOrganisation,
    RegisterPerson,
)
from ledger.decisions.model import AdoptDecision, CastBallot, MakeProposal, OpenDecision

JANUARY, MARCH, JULY = date(2024, 1, 15), date(2024, 3, 1), date(2024, 7, 1)


def seats(play: Any, on: date) -> list[str]:
    return [seat.seat_id for seat in play.roster.seats(on)]


# -- membership -------------------------------------------------------------------------------------


def test_an_invitation_ends_when_it_is_accepted(arles: Any) -> None:
    arles(RegisterLieu(id="parade", name="Parade"))
    (invited,) = arles(GiveRole(role="invited", lieu="parade"))
    assert "parade" not in seats(arles, JANUARY)
    ended, member = arles(GiveRole(on=MARCH, role="member", lieu="parade"))
    assert (ended.role_id, ended.reason, ended.ended_on) == (invited.role_id, "admitted", MARCH)
    assert member.role == "member"
    assert "parade" in seats(arles, MARCH)
    arles.refused("DUPLICATE", GiveRole(on=MARCH, role="invited", lieu="parade"))


def test_a_suspended_member_stays_a_member_without_a_voice(arles: Any) -> None:
    arles.refused("ORDER", GiveRole(role="suspended", organisation="pop-asso", from_=date(2023, 1, 1)))
    (suspended,) = arles(GiveRole(role="suspended", lieu="pop", from_=MARCH))
    assert "pop" in arles.roster.active_lieux(MARCH)
    assert seats(arles, MARCH) == ["fabrique", "verrerie"]
    arles(MakeProposal(on=MARCH, id="p", text="Un four"))
    (opened,) = arles(OpenDecision(on=MARCH, decision="p", method="majority"))
    assert opened.electorate == ("fabrique", "verrerie")
    arles.refused("R5", CastBallot(on=MARCH, decision="p", seat="pop", option="for"))
    arles(EndRole(on=JULY, role=suspended.role_id, reason="resumed"))
    assert seats(arles, JULY) == ["fabrique", "verrerie", "pop"]


def test_nobody_is_excluded_without_a_decision(arles: Any) -> None:
    member = next(h.role_id for h in arles.roster.held("member", JANUARY) if h.lieu_id == "pop")
    arles.refused("R6", EndRole(on=MARCH, role=member, reason="excluded"))
    arles(MakeProposal(on=MARCH, id="out", text="On se sépare de POP", domain="membership"))
    arles.refused("R6", EndRole(on=MARCH, role=member, reason="excluded", decision="out"))
    arles(AdoptDecision(on=MARCH, id="out"))
    (ended,) = arles(EndRole(on=MARCH, role=member, reason="excluded", decision="out"))
    assert (ended.reason, ended.decision_id) == ("excluded", "out")
    assert "pop" not in arles.roster.active_lieux(MARCH)


def test_a_member_that_leaves_loses_its_seats(play: Any) -> None:
    play(FoundConsortium(name="x"))
    play(AdoptRules(title="Accord", colleges=(College(college="lieux"),)))
    play(RegisterLieu(id="pop", name="POP"))
    (member,) = play(GiveRole(role="member", lieu="pop"))
    (seat,) = play(GiveRole(role="seat", lieu="pop", college="lieux"))
    (pause,) = play(GiveRole(role="suspended", lieu="pop"))
    ended = play(EndRole(on=MARCH, role=member.role_id, reason="withdrawn"))
    assert [e.role_id for e in ended] == [member.role_id, seat.role_id, pause.role_id]


def test_a_member_may_be_an_organisation_without_a_lieu(arles: Any) -> None:
    arles(RegisterOrganisation(id="ville", name="Ville"))
    arles(GiveRole(role="member", organisation="ville"))
    arles(RegisterPerson(id="elu", engagement="elected"))
    arles(GiveRole(role="affiliated", person="P-elu", organisation="ville"))
    assert seats(arles, JANUARY)[-1] == "ville"
    assert arles.roster.seat_of("P-elu", JANUARY) == "ville"


# -- colleges ---------------------------------------------------------------------------------------


def test_a_seat_is_in_a_college_that_has_room_for_it(play: Any) -> None:
    play(FoundConsortium(name="x", kind="advisory"))
    colleges = (College(college="État", seats=1, sectors=("État",)), College(college="Experts"))
    play(AdoptRules(title="Charte", colleges=colleges))
    play(RegisterOrganisation(id="pref", name="Préfecture", sector="État"))
    play(RegisterOrganisation(id="univ", name="Université", sector="enseignement"))
    for handle in ("a", "b"):
        play(RegisterPerson(id=handle, engagement="expert"))
    error = play.refused("UsageError", GiveRole(role="seat", person="P-a"))
    assert error.params["colleges"] == ["État", "Experts"]
    play.refused("UsageError", GiveRole(role="seat", person="P-a", college="Élus"))
    play.refused("R2", GiveRole(role="seat", person="P-a", organisation="univ", college="état"))
    (seat,) = play(GiveRole(role="seat", person="P-a", organisation="pref", college="état"))
    assert seat.college == "État"
    error = play.refused("R2", GiveRole(role="seat", person="P-b", college="État"))
    assert error.params["count"] == 1


def test_no_college_before_the_rules_name_it(arles: Any) -> None:
    arles.refused("UsageError", GiveRole(role="seat", person="P-coord", college="lieux"))


@pytest.mark.parametrize(
    "colleges",
    [
        (College(college="a"), College(college="a")),
        (College(college="a", weight_bp=5_000), College(college="b")),
        (College(college="a", weight_bp=5_000), College(college="b", weight_bp=4_000)),
        (College(college="a", threshold_bp=10_001),),
    ],
)
def test_colleges_that_make_no_whole(play: Any, colleges: tuple[College, ...]) -> None:
    play(FoundConsortium(name="x"))
    play.refused("UsageError", AdoptRules(title="Accord", colleges=colleges))


# -- mandates ---------------------------------------------------------------------------------------

TWO_YEARS_TWICE = MandateRule(role="coordinator", max_months=24, max_consecutive=2, single_seat=True)


def test_a_term_lasts_what_the_rules_say(arles: Any) -> None:
    arles(AdoptRules(title="Accord", mandates=(TWO_YEARS_TWICE,)))
    too_long = GiveRole(role="coordinator", person="P-coord", from_=MARCH, until=date(2026, 3, 1))
    error = arles.refused("R2", too_long)
    assert error.params["last"] == date(2026, 2, 28)
    (given,) = arles(GiveRole(role="coordinator", person="P-coord", from_=MARCH))
    assert (given.held_until, given.single_seat) == (date(2026, 2, 28), True)
    arles.refused("R2", GiveRole(role="coordinator", person="P-ver", from_=JULY))


def test_renewed_no_more_often_than_the_rules_say(arles: Any) -> None:
    arles(AdoptRules(title="Accord", mandates=(TWO_YEARS_TWICE,)))
    for year in (2024, 2026):
        arles(GiveRole(role="coordinator", person="P-coord", from_=date(year, 3, 1)))
    third = GiveRole(role="coordinator", person="P-coord", from_=date(2028, 3, 1))
    assert arles.refused("R2", third).params["count"] == 2
    assert arles(GiveRole(role="coordinator", person="P-coord", from_=date(2028, 6, 1)))  # after a pause


def test_one_carrier_after_another(arles: Any) -> None:
    (first,) = arles(GiveRole(role="carrier", lieu="fabrique"))
    arles.refused("R2", GiveRole(on=JULY, role="carrier", lieu="verrerie"))
    ended, second = arles(GiveRole(on=JULY, role="carrier", lieu="verrerie", replaces=first.role_id))
    assert (ended.role_id, ended.reason, ended.ended_on) == (first.role_id, "replaced", JULY)
    assert second.organisation_id == "verrerie-asso"
    assert [h.role_id for h in arles.roster.held("carrier", JULY)] == [second.role_id]
    arles.refused("DUPLICATE", GiveRole(on=JULY, role="carrier", lieu="pop", replaces=first.role_id))
    arles.refused("UsageError", GiveRole(on=JULY, role="accounts", person="P-pop", replaces=second.role_id))
    arles.refused("UnknownId", GiveRole(on=JULY, role="carrier", lieu="pop", replaces="nothing"))
