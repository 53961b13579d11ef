"""Who may carry, sit or hold a mandate (R1 to R4, R11)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.consortium.model import (
    EndRole,
    FoundConsortium,
    GiveRole,
    RegisterLieu,
    RegisterOrganisation,
    RegisterPerson,
)
from ledger.decisions.model import AdoptDecision, MakeProposal

JANUARY, JULY = date(2024, 1, 15), date(2024, 7, 1)


def test_the_carrier_is_a_member_when_its_lieu_is(arles: Any) -> None:
    (event,) = arles(GiveRole(role="carrier", lieu="fabrique"))
    assert (event.organisation_id, event.carrier_kind) == ("fabrique-asso", "member")
    assert arles.roster.external_carrier(JANUARY) is None


def test_a_carrier_has_a_siret(arles: Any) -> None:
    arles.refused("R1", GiveRole(role="carrier", organisation="pop-asso"))
    arles.refused("UsageError", GiveRole(role="carrier", person="P-ver"))


def test_one_carrier_at_a_time(arles: Any) -> None:
    (first,) = arles(GiveRole(role="carrier", organisation="fabrique-asso"))
    arles.refused("R2", GiveRole(role="carrier", organisation="verrerie-asso", from_=JULY))
    arles.refused("DUPLICATE", GiveRole(role="carrier", organisation="fabrique-asso", from_=JULY))
    arles(EndRole(on=JULY, role=first.role_id, reason="replaced"))
    arles.refused("R2", GiveRole(role="carrier", organisation="verrerie-asso", from_=date(2024, 6, 30)))
    arles(GiveRole(role="carrier", organisation="verrerie-asso", from_=JULY))
    assert arles.roster.holders("carrier", date(2024, 6, 30)) == ("fabrique-asso",)
    assert arles.roster.holders("carrier", JULY) == ("verrerie-asso",)


def test_a_term_ends_by_itself(arles: Any) -> None:
    arles(GiveRole(role="carrier", organisation="fabrique-asso", until=date(2024, 6, 30)))
    arles(GiveRole(role="carrier", organisation="verrerie-asso", from_=JULY))
    arles.refused("R2", GiveRole(role="carrier", organisation="fabrique-asso", from_=date(2025, 1, 1)))


def test_a_single_seat_is_held_by_one(arles: Any) -> None:
    arles(GiveRole(role="coordinator", person="P-coord", single_seat=True))
    error = arles.refused("R2", GiveRole(role="coordinator", person="P-ver"))
    assert error.params["holder"] == "P-coord"


def test_referents_are_single_in_their_lieu_only(arles: Any) -> None:
    arles(RegisterPerson(id="two"))
    arles.refused("R2", GiveRole(role="lieu_referent", person="P-two", lieu="pop", single_seat=True))
    arles(RegisterLieu(id="parade", name="Parade"))
    arles(GiveRole(role="lieu_referent", person="P-two", lieu="parade", single_seat=True))


def test_several_may_hold_an_ordinary_mandate(arles: Any) -> None:
    arles(GiveRole(role="booking", person="P-ver"))
    arles(GiveRole(role="booking", person="P-pop", critical=True))
    assert arles.roster.holders("booking", JANUARY) == ("P-ver", "P-pop")
    arles.refused("DUPLICATE", GiveRole(role="booking", person="P-ver"))


def test_a_lieu_is_a_member_once(arles: Any) -> None:
    arles.refused("DUPLICATE", GiveRole(role="member", lieu="pop"))


def test_a_mandate_needs_somebody_active(arles: Any) -> None:
    arles.refused("R11", GiveRole(role="accounts", person="P-gone"))


@pytest.mark.parametrize("until", [date(2023, 1, 1), date(2024, 1, 14)])
def test_a_role_does_not_end_before_it_begins(arles: Any, until: date) -> None:
    arles.refused("UsageError", GiveRole(role="accounts", person="P-ver", until=until))


def test_somebody_holds_it(arles: Any) -> None:
    arles.refused("UsageError", GiveRole(role="accounts"))


def test_only_an_adopted_decision_gives_a_role(arles: Any) -> None:
    arles(MakeProposal(id="mandat", text="Confier les comptes"))
    arles.refused("R6", GiveRole(role="accounts", person="P-fab", decision="mandat"))
    arles(AdoptDecision(id="mandat"))
    assert arles(GiveRole(role="accounts", person="P-fab", decision="mandat"))[0].decision_id == "mandat"


def test_an_external_carrier_has_no_seat(arles: Any) -> None:
    """Seed: a structure outside carries, so that none of the places does."""
    arles(RegisterOrganisation(id="la-main", name="La Main", siret="90000002700012"))
    (event,) = arles(GiveRole(role="carrier", organisation="la-main", fee=800))
    assert (event.carrier_kind, event.fee_bp) == ("external", 800)
    arles.refused("R3", GiveRole(role="member", organisation="la-main"))
    arles(RegisterPerson(id="sal"))
    arles(GiveRole(role="affiliated", person="P-sal", organisation="la-main"))
    arles.refused("R3", GiveRole(role="seat", person="P-sal"))


def test_a_member_is_not_an_external_carrier(arles: Any) -> None:
    arles.refused("R3", GiveRole(role="carrier", organisation="fabrique-asso", carrier_kind="external"))


def test_an_advisory_consortium_seats_no_lieu(play: Any) -> None:
    play(FoundConsortium(name="Département", kind="advisory"))
    play(RegisterLieu(id="pop", name="POP"))
    play(RegisterPerson(id="emp", lieu="pop"))
    play(RegisterPerson(id="elu", engagement="elected"))
    play.refused("R4", GiveRole(role="seat", person="P-emp"))
    play.refused("R4", GiveRole(role="seat", person="P-elu", lieu="pop"))
    play.refused("R4", RegisterLieu(id="x", name="X", member=True))
    (seat,) = play(GiveRole(role="seat", person="P-elu"))
    assert [each.seat_id for each in play.roster.seats(JANUARY)] == [seat.role_id]
    assert play.roster.seat_of("P-elu", JANUARY) == seat.role_id


def test_a_sitting_person_may_take_a_post_later(play: Any) -> None:
    """A fact that a flag reports; refusing it would only hide it."""
    play(FoundConsortium(name="Département", kind="advisory"))
    play(RegisterLieu(id="pop", name="POP"))
    play(RegisterPerson(id="elu", engagement="elected"))
    play(GiveRole(role="seat", person="P-elu"))
    play(GiveRole(role="affiliated", person="P-elu", lieu="pop", from_=JULY))
    assert play.roster.lieu_of("P-elu", JULY) == "pop"


def test_a_deputy_is_somebody_else_who_is_there(arles: Any) -> None:
    (role,) = arles(GiveRole(role="accounts", person="P-ver", deputy="P-pop"))
    assert role.deputy_id == "P-pop"
    arles.refused("UsageError", GiveRole(role="keys", person="P-ver", deputy="P-ver"))
    arles.refused("R11", GiveRole(role="keys", person="P-ver", deputy="P-gone"))
