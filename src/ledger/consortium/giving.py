"""Roles given and ended: what a role says, and what gives way to it or ends with it. Pure.

Whether the rules allow a role is judged in `roles`.
"""

from datetime import date
from typing import ClassVar, Literal

from ledger.consortium import roles
from ledger.consortium.events import RoleEnded, RoleGiven
from ledger.consortium.shared import (
    Decide,
    begins,
    day_of,
    decider,
    require_adopted,
    still_standing,
    with_decision,
)
from ledger.consortium.state import INVITED, Holding, State, evolve
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    BasisPoints,
    Day,
    Decision,
    Lieu,
    Minutes,
    NewRole,
    Organisation,
    Person,
    Role,
    Word,
)
from ledger.language.catalogue import N_


class GiveRole(Command):
    """Give a role to a person, a lieu or an organisation: member, carrier, coordinator, referent…"""

    ACT: ClassVar[str] = "give-role"

    id: NewRole = None
    role: Word
    person: Person | None = None
    lieu: Lieu | None = None
    organisation: Organisation | None = None
    from_: Day | None = None
    until: Day | None = None
    decision: Decision | None = None
    carrier_kind: Literal["member", "external"] | None = None
    fee: BasisPoints | None = None
    time_per_month: Minutes | None = None
    critical: bool = False
    single_seat: bool = False
    college: Word | None = None
    weight: BasisPoints | None = None
    deputy: Person | None = None
    replaces: Role | None = None
    """The role that ends the day this one begins: the carrier before, the referent before."""

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on."""
        return with_decision(self.decision)


class EndRole(Command):
    """End a role before or at its term; a member that leaves loses its seats as well."""

    ACT: ClassVar[str] = "end-role"

    role: Role
    reason: Literal[
        "term", "resigned", "revoked", "withdrawn", "excluded", "replaced", "admitted", "resumed"
    ] = "term"
    decision: Decision | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on."""
        return with_decision(self.decision)


def _give_role(command: GiveRole, state: State, facts: Facts) -> list[Event]:
    joins = command.role in (*roles.MEMBERSHIP, INVITED)
    (begins if joins else still_standing)(state, day_of(command, facts))
    require_adopted(command.decision, facts)
    held_from = command.from_ or day_of(command, facts)
    organisation_id, kind = command.organisation, None
    if command.role == roles.CARRIER:
        lieu = state.lieux.get(command.lieu or "")
        organisation_id = organisation_id or (lieu.organisation_id if lieu else None)
        kind = command.carrier_kind
        if organisation_id and not kind:
            kind = roles.carrier_kind(state, organisation_id, held_from)
    role = RoleGiven(
        role_id=command.id or facts.new_id("role"),
        role=command.role,
        person_id=command.person,
        lieu_id=command.lieu,
        organisation_id=organisation_id,
        held_from=held_from,
        held_until=command.until,
        decision_id=command.decision,
        carrier_kind=kind,
        fee_bp=command.fee,
        minutes_per_month=command.time_per_month,
        critical=command.critical,
        single_seat=command.single_seat,
        college=command.college,
        weight_bp=command.weight,
        deputy_id=command.deputy,
    )
    role = roles.ruled(state, role)
    ended = [*_replaced(command, state, held_from), *_admitted(role, state)]
    for event in ended:
        state = evolve(state, event, held_from)
    roles.check(state, role)
    return [*ended, role]


def _replaced(command: GiveRole, state: State, day: date) -> list[RoleEnded]:
    """The role that gives way to this one."""
    if command.replaces is None:
        return []
    before = _running_role(command.replaces, state, day)
    if before.role != command.role:
        raise UsageError(
            N_("{role} is the role {role_word}: another role cannot replace it."),
            N_("end-role {role}, then give the other"),
            role=command.replaces,
            role_word=before.role,
        )
    return [
        RoleEnded(role_id=command.replaces, ended_on=day, reason="replaced", decision_id=command.decision)
    ]


def _admitted(role: RoleGiven, state: State) -> list[RoleEnded]:
    """Who becomes a member was invited until then."""
    wanted = {role.lieu_id, role.organisation_id} - {None}
    invited = (h for h in state.held("invited", role.held_from) if h.holder_id in wanted)
    return [
        RoleEnded(role_id=h.role_id, ended_on=role.held_from, reason="admitted", decision_id=role.decision_id)
        for h in (invited if role.role == "member" else ())
    ]


def _end_role(command: EndRole, state: State, facts: Facts) -> list[Event]:
    require_adopted(command.decision, facts)
    day = day_of(command, facts)
    holding = _running_role(command.role, state, day)
    if command.reason == "excluded" and command.decision is None:
        raise Refused(
            "R6",
            N_("Nobody is excluded without a decision."),
            N_("decision: the one that excludes {role}; withdrawn, when they leave by themselves"),
            role=command.role,
        )
    ended = [
        RoleEnded(role_id=command.role, ended_on=day, reason=command.reason, decision_id=command.decision)
    ]
    if holding.role == "member":
        ended += _leaving(holding, command, state, day)
    return list(ended)


def _leaving(member: Holding, command: EndRole, state: State, day: date) -> list[RoleEnded]:
    """What ends with a membership: its seats, and its suspension."""
    party = {member.lieu_id, member.organisation_id} - {None}
    behind = [
        h
        for role in ("seat", "suspended")
        for h in state.held(role, day)
        if party & ({h.lieu_id, h.organisation_id} - {None})
    ]
    return [
        RoleEnded(role_id=h.role_id, ended_on=day, reason=command.reason, decision_id=command.decision)
        for h in behind
    ]


def _running_role(role_id: str, state: State, day: date) -> Holding:
    """The role as held, not ended yet, begun by that day."""
    holding = state.roles.get(role_id)
    if holding is None:
        raise UnknownId(
            N_("No role is called {role}."), N_("see the roles held: ledger status"), role=role_id
        )
    if holding.ended_on:
        raise Refused(
            "DUPLICATE",
            N_("The role {role} ended on {day} already."),
            role=role_id,
            day=holding.ended_on,
        )
    if day < holding.held_from:
        raise Refused(
            "ORDER",
            N_("The role {role} begins on {first}: it cannot end on {day}."),
            N_("check the day"),
            role=role_id,
            first=holding.held_from,
            day=day,
        )
    return holding


DECIDE: dict[type[Command], Decide] = {
    GiveRole: _give_role,
    EndRole: _end_role,
}

decide = decider(DECIDE)
