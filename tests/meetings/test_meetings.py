"""Meetings: convened, held, closed; who was there, and which lieux that makes."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.consortium.model import CloseLieu, RegisterLieu, RegisterPerson
from ledger.meetings import model
from ledger.meetings.model import COMMANDS, CloseMeeting, ConveneMeeting, HoldMeeting

MARCH = date(2024, 3, 5)


def test_every_command_is_decided_on() -> None:
    assert set(model._DECIDE) == set(COMMANDS)


def test_nothing_before_the_founding(play: Any) -> None:
    play.refused("ORDER", HoldMeeting(id="m"))


def test_convened_then_held(arles: Any) -> None:
    arles(ConveneMeeting(id="m", kind="petit-déjeuner", planned=MARCH, host="pop"))
    (held,) = arles(HoldMeeting(on=MARCH, id="m", present=("P-ver", "P-coord")))
    assert held.convened
    assert held.introduces() == ()
    assert (held.meeting_kind, held.host_lieu_id) == ("petit-déjeuner", "pop")


def test_held_without_having_been_convened(arles: Any) -> None:
    (held,) = arles(HoldMeeting(on=MARCH, id="m", kind="petit-déjeuner"))
    assert held.introduces() == (("meeting", "m"),)


def test_a_lieu_counts_once(arles: Any) -> None:
    arles(RegisterPerson(id="ver2", lieu="verrerie"))
    (held,) = arles(HoldMeeting(on=MARCH, id="m", present=("P-ver2", "P-pop", "P-ver", "P-coord", "P-pop")))
    assert held.represented == ("verrerie", "pop")
    assert held.present == ("P-ver2", "P-pop", "P-ver", "P-coord")


def test_only_members_of_that_day_count(arles: Any) -> None:
    arles(RegisterLieu(id="voisin", name="Voisin"))
    arles(RegisterPerson(id="voi", lieu="voisin"))
    arles(CloseLieu(on=date(2024, 3, 1), lieu="pop"))
    (held,) = arles(HoldMeeting(on=MARCH, id="m", present=("P-voi", "P-pop", "P-ver")))
    assert held.represented == ("verrerie",)


def test_somebody_who_left_may_have_been_there(arles: Any) -> None:
    """A fact: the ledger does not know better than who was in the room."""
    (held,) = arles(HoldMeeting(on=MARCH, id="m", present=("P-gone",)))
    assert held.present == ("P-gone",)
    assert held.represented == ()


def test_held_once(arles: Any) -> None:
    arles(HoldMeeting(on=MARCH, id="m"))
    arles.refused("DUPLICATE", HoldMeeting(on=MARCH, id="m"))
    arles.refused("DUPLICATE", ConveneMeeting(id="m", kind="x", planned=MARCH))


def test_a_cancelled_meeting_may_have_been_held_after_all(arles: Any) -> None:
    arles(ConveneMeeting(id="m", kind="assemblée", planned=MARCH))
    arles(CloseMeeting(meeting="m", outcome="cancelled"))
    arles.refused("DUPLICATE", CloseMeeting(meeting="m", outcome="cancelled"))
    arles.refused("ORDER", CloseMeeting(meeting="m", outcome="approved"))
    assert arles(HoldMeeting(on=MARCH, id="m"))


def test_minutes_are_approved_once_it_was_held(arles: Any) -> None:
    arles(ConveneMeeting(id="m", kind="assemblée", planned=MARCH))
    arles.refused("ORDER", CloseMeeting(meeting="m"))
    arles(HoldMeeting(on=MARCH, id="m"))
    arles.refused("ORDER", CloseMeeting(meeting="m", outcome="cancelled"))
    arles(CloseMeeting(meeting="m"))
    arles.refused("DUPLICATE", CloseMeeting(meeting="m"))
    arles.refused("ORDER", CloseMeeting(meeting="m", outcome="cancelled"))


def test_one_is_present_or_excused(arles: Any) -> None:
    arles.refused("UsageError", HoldMeeting(id="m", present=("P-ver",), excused=("P-ver",)))


def test_a_turn_needs_its_host(arles: Any) -> None:
    arles.refused("UsageError", HoldMeeting(id="m", rotation="petit-dej"))
