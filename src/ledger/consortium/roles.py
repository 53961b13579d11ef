"""What the rules say of giving a role: who may carry, sit or hold a mandate, and for how long. Pure.

Every check takes the event that would be recorded, so that a role given with a registration passes
the same checks as one given by itself.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal

from ledger.consortium.events import College, RoleGiven
from ledger.consortium.state import INVITED, SUSPENDED, Holding, State
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
    _deputy_stands_beside(state, role)
    if role.role == CARRIER:
        _may_carry(state, role)
    if role.role in MEMBERSHIP:
        _may_sit(state, role)
        _in_college(state, role)
    if role.role == SUSPENDED:
        _is_member(state, role)
    if role.role == INVITED:
        _not_member_yet(state, role)
    _alone(state, role)
    _within_limits(state, role)


def ruled(state: State, role: RoleGiven) -> RoleGiven:
    """The role with what the rules say of it where it says nothing: its term, its being alone, its college."""
    rule = state.mandate_rule(role.role, role.held_from)
    changes: dict[str, object] = {}
    if rule and rule.max_months and role.held_until is None:
        changes["held_until"] = _last_day(role.held_from, rule.max_months)
    if rule and rule.single_seat:
        changes["single_seat"] = True
    college = role.college and state.college(role.college, role.held_from)
    if college:
        changes["college"] = college.college
    return role.model_copy(update=changes)


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


def _deputy_stands_beside(state: State, role: RoleGiven) -> None:
    """Somebody else, who is there: a deputy who is the holder stands in for nobody."""
    deputy = state.people.get(role.deputy_id or "")
    if role.deputy_id and role.deputy_id == role.person_id:
        raise UsageError(
            N_("{person} cannot stand in for themselves in the role {role_word}."),
            N_("deputy: somebody else, or leave it out"),
            person=role.deputy_id,
            role_word=role.role,
        )
    if deputy and (deputy.erased or (deputy.active_until or date.max) < role.held_from):
        raise Refused(
            "R11",
            N_("{person} is no longer active: the role {role_word} needs somebody who is."),
            N_("give it to somebody else"),
            person=role.deputy_id,
            role_word=role.role,
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


# -- colleges -------------------------------------------------------------------------------------


def _in_college(state: State, role: RoleGiven) -> None:
    """A seat is in a college of the rules that has room for it, and for such an organisation."""
    known: tuple[College, ...] = state.rule("colleges", role.held_from)
    college = state.college(role.college, role.held_from) if role.college else None
    if college is None:
        if role.college or (known and role.role == "seat"):
            raise UsageError(
                N_("Which college is the role {role_word} in?"),
                N_("college: one of {colleges}") if known else N_("adopt-rules with its colleges first"),
                role_word=role.role,
                colleges=[c.college for c in known],
            )
        return
    taken = sum(h.college == college.college for h in _placed(state, role))
    if college.seats is not None and taken >= college.seats:
        raise Refused(
            "R2",
            N_("The college {college} has {count} seats, and all are taken."),
            N_("end-role one of them first, or change the rules"),
            college=college.college,
            count=college.seats,
        )
    organisation = state.organisations.get(role.organisation_id or "")
    sector = organisation.sector if organisation else None
    if college.sectors and sector and sector not in college.sectors:
        raise Refused(
            "R2",
            N_("The college {college} is not for the sector {sector}."),
            N_("its sectors: {sectors}"),
            college=college.college,
            sector=sector,
            sectors=college.sectors,
        )


def _placed(state: State, role: RoleGiven) -> list[Holding]:
    last = role.held_until
    return [h for h in state.roles.values() if h.role in MEMBERSHIP and h.overlaps(role.held_from, last)]


# -- invited, a member, suspended -----------------------------------------------------------------


def _membership(state: State, role: RoleGiven) -> bool:
    wanted = {role.lieu_id, role.organisation_id, role.person_id} - {None}
    held = (h for name in MEMBERSHIP for h in state.held(name, role.held_from))
    return any(wanted & {h.lieu_id, h.organisation_id, h.person_id} for h in held)


def _is_member(state: State, role: RoleGiven) -> None:
    if not _membership(state, role):
        raise Refused(
            "ORDER",
            N_("{holder} is no member on {day}: there is nothing to suspend."),
            N_("check the day, and who it is"),
            holder=role.lieu_id or role.organisation_id or role.person_id,
            day=role.held_from,
        )


def _not_member_yet(state: State, role: RoleGiven) -> None:
    if _membership(state, role):
        raise Refused(
            "DUPLICATE",
            N_("{holder} is a member already on {day}."),
            N_("an invitation comes before membership"),
            holder=role.lieu_id or role.organisation_id or role.person_id,
            day=role.held_from,
        )


# -- terms and renewals ---------------------------------------------------------------------------

PAUSE_DAYS = 31
"""A mandate taken up again within a month goes on; after that it is a new beginning."""


def _within_limits(state: State, role: RoleGiven) -> None:
    """No longer than the rules say, and no more often in a row."""
    rule = state.mandate_rule(role.role, role.held_from)
    if rule is None:
        return
    if rule.max_months and role.held_until and role.held_until > _last_day(role.held_from, rule.max_months):
        raise Refused(
            "R2",
            N_("The role {role_word} is held for {count} months at most: until {last}."),
            N_("until: {last} at the latest, then renew it"),
            role_word=role.role,
            count=rule.max_months,
            last=_last_day(role.held_from, rule.max_months),
        )
    terms = _terms_before(state, role)
    if rule.max_consecutive and terms >= rule.max_consecutive:
        raise Refused(
            "R2",
            N_(
                "{holder} has held the role {role_word} {count} times in a row, the most that the rules allow."
            ),
            N_("give it to somebody else, or change the rules"),
            holder=role.person_id or role.lieu_id or role.organisation_id,
            role_word=role.role,
            count=terms,
        )


def _terms_before(state: State, role: RoleGiven) -> int:
    """How many terms of the same holder lead up to this one without a pause."""
    mine = (role.person_id, role.lieu_id, role.organisation_id)
    terms = sorted(
        (
            h
            for h in state.roles.values()
            if h.role == role.role and (h.person_id, h.lieu_id, h.organisation_id) == mine
        ),
        key=lambda h: h.held_from,
        reverse=True,
    )
    count, first = 0, role.held_from
    for term in terms:
        if term.held_from < first and first - term.last_day <= timedelta(days=PAUSE_DAYS):
            count, first = count + 1, term.held_from
    return count


def _last_day(first: date, months: int) -> date:
    """The last day of a term of so many months."""
    month = first.month - 1 + months
    year, month = first.year + month // 12, month % 12 + 1
    day = min(first.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)
