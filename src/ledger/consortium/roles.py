"""What the rules say of giving a role: who may carry, sit or hold a mandate (R1 to R4, R11). Pure.

Every check takes the event that would be recorded, so that a role given with a registration passes
the same checks as one given by itself.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from ledger.consortium.events import RoleGiven
from ledger.consortium.state import Holding, State
from ledger.kernel.errors import Refused, UsageError
from ledger.language.catalogue import N_

CARRIER = "carrier"
MEMBERSHIP = ("member", "seat")
"""Roles that give a say."""


def check(state: State, role: RoleGiven) -> None:
    """Whether the role may be given.

    Raises:
        Refused: R1 to R4, R11, or DUPLICATE.
        UsageError: nobody holds it, or it ends before it begins.
    """
    _well_formed(role)
    _not_held_already(state, role)
    _holder_active(state, role)
    if role.role == CARRIER:
        _may_carry(state, role)
    if role.role in MEMBERSHIP:
        _may_sit(state, role)
    _alone(state, role)


def carrier_kind(state: State, organisation_id: str, on: date) -> Literal["member", "external"]:
    """`member` when the organisation, or a lieu that it runs, is a member on that day; else `external`."""
    return "member" if has_a_say(state, organisation_id, on) else "external"


def has_a_say(state: State, organisation_id: str, on: date) -> bool:
    """Whether an organisation is a member or sits, by itself, by a lieu or by one of its people."""
    return any(
        organisation_id in _organisations(state, h, on) for role in MEMBERSHIP for h in state.held(role, on)
    )


def _organisations(state: State, role: Holding | RoleGiven, on: date) -> frozenset[str]:
    parties = (role.person_id, role.lieu_id, role.organisation_id)
    return frozenset().union(*(state.organisations_of(p, on) for p in parties if p))


def _well_formed(role: RoleGiven) -> None:
    if not (role.person_id or role.lieu_id or role.organisation_id):
        raise UsageError(
            N_("Nobody holds the role {role_word}."),
            N_("name a person, a lieu or an organisation"),
            role_word=role.role,
        )
    if role.held_until and role.held_until < role.held_from:
        raise UsageError(
            N_("A role from {first} cannot end on {last}."),
            N_("check both days"),
            first=role.held_from,
            last=role.held_until,
        )


def _others(state: State, role: RoleGiven) -> list[Holding]:
    """Holdings of the same role that share a day with it."""
    return [
        h for h in state.roles.values() if h.role == role.role and h.overlaps(role.held_from, role.held_until)
    ]


def _not_held_already(state: State, role: RoleGiven) -> None:
    wanted = (role.person_id, role.lieu_id, role.organisation_id)
    for other in _others(state, role):
        held = (other.person_id, other.lieu_id, other.organisation_id)
        if held == wanted or (role.role == "member" and role.lieu_id and role.lieu_id == other.lieu_id):
            raise Refused(
                "DUPLICATE",
                N_("{holder} holds the role {role_word} already, since {first}."),
                N_("end-role {role_id} first, or leave it as it is"),
                holder=other.holder_id,
                role_word=role.role,
                first=other.held_from,
                role_id=other.role_id,
            )


def _holder_active(state: State, role: RoleGiven) -> None:
    person = state.people.get(role.person_id or "")
    if person and (person.erased or (person.active_until or date.max) < role.held_from):
        raise Refused(
            "R11",
            N_("{person} is no longer active: the role {role_word} needs somebody who is."),
            N_("give it to somebody else"),
            person=role.person_id,
            role_word=role.role,
        )


def _may_carry(state: State, role: RoleGiven) -> None:
    organisation_id = role.organisation_id
    if organisation_id is None:
        raise UsageError(
            N_("Only an organisation carries the money."),
            N_("name the organisation, or a lieu that an organisation runs"),
        )
    organisation = state.organisations.get(organisation_id)
    if organisation is None or not organisation.siret:
        raise Refused(
            "R1",
            N_("{organisation} has no SIRET: it cannot carry public money."),
            N_("update-party {organisation} with its SIRET first"),
            organisation=organisation_id,
        )
    if role.carrier_kind == "external" and has_a_say(state, organisation_id, role.held_from):
        raise Refused(
            "R3",
            N_("{organisation} has a say in the consortium: it cannot carry it as an external structure."),
            N_("carrier_kind: member"),
            organisation=organisation_id,
        )


def _may_sit(state: State, role: RoleGiven) -> None:
    carrier = state.external_carrier(role.held_from)
    if carrier and carrier in _organisations(state, role, role.held_from):
        raise Refused(
            "R3",
            N_("{organisation} carries the consortium from outside: it holds no seat."),
            N_("give the seat to a member, or change the carrier"),
            organisation=carrier,
        )
    if state.consortium_kind != "advisory":
        return
    lieu_id = role.lieu_id or (role.person_id and state.lieu_of(role.person_id, role.held_from))
    if lieu_id:
        raise Refused(
            "R4",
            N_("An advisory consortium has no representatives of tiers-lieux: {lieu} cannot sit."),
            N_("choose somebody who belongs to no lieu"),
            lieu=lieu_id,
        )


def _alone(state: State, role: RoleGiven) -> None:
    """One carrier at a time, and one holder of a single-seat role; a referent is single in a lieu."""
    for other in _others(state, role):
        single = role.role == CARRIER or role.single_seat or other.single_seat
        if not single or (role.role == "lieu_referent" and other.lieu_id != role.lieu_id):
            continue
        raise Refused(
            "R2",
            N_("{holder} holds the role {role_word} since {first}, and only one may hold it at a time."),
            N_("end-role {role_id} on {day} at the latest, or begin later"),
            holder=other.holder_id,
            role_word=role.role,
            first=other.held_from,
            role_id=other.role_id,
            day=role.held_from,
        )
