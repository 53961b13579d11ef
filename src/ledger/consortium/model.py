"""Commands and rules of the consortium: parties, agreement, roles, rotations. Pure."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal as Number
from typing import Any, ClassVar, Literal, Protocol, cast

from ledger.consortium import identifiers, roles
from ledger.consortium.events import (
    College,
    ConsortiumDissolved,
    ConsortiumFounded,
    DissolutionBegun,
    LieuClosed,
    LieuRegistered,
    MandateRule,
    MethodRule,
    OrganisationRegistered,
    PartyUpdated,
    PersonErased,
    PersonRegistered,
    RoleEnded,
    RoleGiven,
    RotationSet,
    RulesAdopted,
    Threshold,
    TurnTaken,
)
from ledger.consortium.state import INVITED, Holding, State, evolve
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import near
from ledger.kernel.values import (
    BasisPoints,
    Count,
    Day,
    Decision,
    Id,
    Lieu,
    Meeting,
    Minutes,
    NewLieu,
    NewOrganisation,
    NewPerson,
    NewRole,
    NewRotation,
    NewRules,
    Organisation,
    Person,
    Private,
    Role,
    Rotation,
    Sha256,
    Text,
    Word,
)
from ledger.language.catalogue import N_


def _with_decision(decision_id: str | None) -> tuple[str, ...]:
    return ("consortium", f"decision/{decision_id}") if decision_id else ("consortium",)


class FoundConsortium(Command):
    """Found the consortium: its name, and whether it holds grants or gives opinions."""

    ACT: ClassVar[str] = "found-consortium"

    name: Text
    kind: Literal["operational", "advisory"] = "operational"
    territory: Text | None = None
    purpose: Text | None = None
    demo: bool = False
    illustrative: bool = False


class RegisterOrganisation(Command):
    """Register an organisation: a member's structure, a funder, a carrier, a supplier."""

    ACT: ClassVar[str] = "register-organisation"

    id: NewOrganisation = None
    name: Text
    siret: Word | None = None
    rna: Word | None = None
    legal_form: Word | None = None
    sector: Word | None = None


class RegisterLieu(Command):
    """Register a lieu. With `member`, it joins the consortium the same day."""

    ACT: ClassVar[str] = "register-lieu"

    id: NewLieu = None
    name: Text
    organisation: Organisation | None = None
    commune: Word | None = None
    opened: Day | None = None
    member: bool = False


class RegisterPerson(Command):
    """Register a person under a short handle. Names go to the vault, never to the log."""

    ACT: ClassVar[str] = "register-person"

    id: NewPerson = None
    name: Private | None = None
    email: Private | None = None
    phone: Private | None = None
    engagement: Literal["employee", "volunteer", "civic_service", "elected", "agent", "expert"] = "volunteer"
    from_: Day | None = None
    until: Day | None = None
    lieu: Lieu | None = None
    """The lieu that the person belongs to; none for a shared function."""

    referent: bool = False
    """The person answers for that lieu."""


class UpdateParty(Command):
    """Change what is said of an organisation, a lieu or a person."""

    ACT: ClassVar[str] = "update-party"

    party: Id
    name: Text | None = None
    email: Private | None = None
    siret: Word | None = None
    rna: Word | None = None
    legal_form: Word | None = None
    sector: Word | None = None
    commune: Word | None = None
    organisation: Organisation | None = None
    engagement: Literal["employee", "volunteer", "civic_service", "elected", "agent", "expert"] | None = None
    until: Day | None = None
    resources: tuple[Word, ...] | None = None


class CloseLieu(Command):
    """Say that a lieu has closed; its membership ends with it."""

    ACT: ClassVar[str] = "close-lieu"

    lieu: Lieu
    reason: Text | None = None


class ErasePerson(Command):
    """Erase a person from the vault for good. What they did stays, without a name."""

    ACT: ClassVar[str] = "erase-person"

    person: Person


class AdoptRules(Command):
    """Adopt the agreement or an amendment: rules in force from a day, by a decision."""

    ACT: ClassVar[str] = "adopt-rules"

    id: NewRules = None
    title: Text
    effective: Day | None = None
    until: Day | None = None
    decision: Decision | None = None
    signatories: tuple[Organisation, ...] = ()
    document: Sha256 | None = None
    method: Literal["consent", "majority", "qualified_majority"] | None = None
    quorum: Count | None = None
    quorum_share: BasisPoints | None = None
    second_quorum: Count | None = None
    second_quorum_share: BasisPoints | None = None
    threshold: BasisPoints | None = None
    proxy_limit: Count | None = None
    colleges: tuple[College, ...] = ()
    methods: tuple[MethodRule, ...] = ()
    """What differs from one method to another, and the matters that each is for."""

    mandates: tuple[MandateRule, ...] = ()
    day_minutes: Minutes | None = None
    reallocation_tolerance: BasisPoints | None = None
    flags: tuple[Word, ...] = ()
    """Thresholds adopted, `LIEU_RELIANCE 40 %`, or a flag switched off, `FUNDER_DEPENDENCE off`."""

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on."""
        return _with_decision(self.decision)


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
        return _with_decision(self.decision)


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
        return _with_decision(self.decision)


class SetRotation(Command):
    """Set a function that goes round the lieux, in an order; or, for one that exists, a new order."""

    ACT: ClassVar[str] = "set-rotation"

    id: NewRotation = None
    name: Text | None = None
    order: tuple[Lieu, ...]
    period: Literal["month", "quarter", "year", "meeting"] | None = None
    from_: Day | None = None


class TakeTurn(Command):
    """Record a turn of a rotation: taken, swapped or skipped."""

    ACT: ClassVar[str] = "take-turn"

    rotation: Rotation
    lieu: Lieu
    outcome: Literal["taken", "swapped", "skipped"] = "taken"
    meeting: Meeting | None = None
    decision: Decision | None = None
    term: Word | None = None
    unavailable: tuple[Lieu, ...] = ()


class BeginDissolution(Command):
    """Say that the consortium is to end, by a decision: what is open is settled, nothing new begins."""

    ACT: ClassVar[str] = "begin-dissolution"

    decision: Decision

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on."""
        return _with_decision(self.decision)


class DissolveConsortium(Command):
    """Dissolve the consortium, by a decision that also says where the remaining money goes."""

    ACT: ClassVar[str] = "dissolve-consortium"

    decision: Decision
    funds_disposition: Text | None = None

    def reads(self) -> tuple[str, ...]:
        """The decision that it rests on, and every convention: none may be running."""
        return (*_with_decision(self.decision), "convention/*")


COMMANDS: tuple[type[Command], ...] = (
    FoundConsortium,
    RegisterOrganisation,
    RegisterLieu,
    RegisterPerson,
    UpdateParty,
    CloseLieu,
    ErasePerson,
    AdoptRules,
    GiveRole,
    EndRole,
    SetRotation,
    TakeTurn,
    BeginDissolution,
    DissolveConsortium,
)


PREFIX = "consortium"


class _Decision(Protocol):
    """What this concept needs to know of a decision."""

    status: str


class _Convention(Protocol):
    """What this concept needs to know of a convention: how it ended, None while it runs."""

    ended: str | None


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events that a command leads to.

    Raises:
        Refused: a rule says no (R1 to R4, R6, R11), it was done already, or too early.
        UsageError: its values contradict each other.
    """
    state: State = facts.states["consortium"]
    if not isinstance(command, FoundConsortium):
        facts.require_founded()
    return _DECIDE[type(command)](command, state, facts)


def _day(command: Command, facts: Facts) -> date:
    return command.on or facts.today


# -- founding and dissolving ----------------------------------------------------------------------


def _found(command: FoundConsortium, state: State, _facts: Facts) -> list[Event]:
    if state.founded:
        raise Refused(
            "DUPLICATE",
            N_("{name} is founded already: one ledger holds one consortium."),
            N_("ledger init in another folder"),
            name=state.name,
        )
    return [
        ConsortiumFounded(
            name=command.name,
            consortium_kind=command.kind,
            territory=command.territory,
            purpose=command.purpose,
            demo=command.demo,
            illustrative=command.illustrative,
        )
    ]


def _begin_dissolution(command: BeginDissolution, state: State, facts: Facts) -> list[Event]:
    _begins(state, _day(command, facts))
    _require_adopted(command.decision, facts)
    return [DissolutionBegun(decision_id=command.decision)]


def _dissolve(command: DissolveConsortium, state: State, facts: Facts) -> list[Event]:
    _still_standing(state, _day(command, facts))
    _require_adopted(command.decision, facts)
    for stream, convention in facts.states.items():
        if stream.startswith("convention/") and not cast("_Convention", convention).ended:
            raise Refused(
                "ORDER",
                N_("The convention {convention} still runs: somebody answers for its money."),
                N_("begin-dissolution meanwhile; end-convention {convention} first"),
                convention=stream.partition("/")[2],
            )
    return [ConsortiumDissolved(decision_id=command.decision, funds_disposition=command.funds_disposition)]


def _still_standing(state: State, on: date) -> None:
    if state.stage(on) == "dissolved":
        raise Refused(
            "ORDER",
            N_("The consortium is dissolved: it decides nothing more."),
            N_("facts can still be recorded: expenses, time, receipts"),
        )


def _begins(state: State, on: date) -> None:
    """Something new may begin: members, seats, what goes round."""
    _still_standing(state, on)
    if state.stage(on) == "dissolving":
        raise Refused(
            "ORDER",
            N_("The consortium is being dissolved since {day}: nothing new begins."),
            N_("settle what is open: reports, payments, conventions; then dissolve-consortium"),
            day=state.dissolving_on,
        )


def _require_adopted(decision_id: str | None, facts: Facts) -> None:
    """A decision that is invoked has been adopted."""
    decision: _Decision | None = facts.states.get(f"decision/{decision_id}") if decision_id else None
    if decision is not None and decision.status != "adopted":
        raise Refused(
            "R6",
            N_("The decision {decision} is not adopted: nothing can rest on it."),
            N_("adopt-decision {decision} first, or name another"),
            decision=decision_id,
        )


# -- parties --------------------------------------------------------------------------------------


def _register_organisation(command: RegisterOrganisation, state: State, facts: Facts) -> list[Event]:
    organisation_id = command.id or facts.new_id("organisation")
    siret = command.siret and identifiers.siret(command.siret)
    rna = command.rna and identifiers.rna(command.rna)
    _not_another(state, organisation_id, siret, rna)
    return [
        OrganisationRegistered(
            organisation_id=organisation_id,
            name=command.name,
            siret=siret,
            rna=rna,
            legal_form=command.legal_form,
            sector=command.sector,
        )
    ]


def _not_another(state: State, organisation_id: str, siret: str | None, rna: str | None) -> None:
    """One structure has one id: its numbers are nobody else's."""
    for known_id, known in state.organisations.items():
        number = {siret, rna} & {known.siret, known.rna} - {None}
        if number and known_id != organisation_id:
            raise Refused(
                "DUPLICATE",
                N_("{number} is the number of {organisation} already."),
                N_("use {organisation}, or check the number"),
                number=min(filter(None, number)),
                organisation=known_id,
            )


def _register_lieu(command: RegisterLieu, state: State, facts: Facts) -> list[Event]:
    lieu_id = command.id or facts.new_id("lieu")
    registered = LieuRegistered(
        lieu_id=lieu_id,
        name=command.name,
        organisation_id=command.organisation,
        commune=command.commune,
        opened_on=command.opened,
    )
    if not command.member:
        return [registered]
    day = _day(command, facts)
    member = RoleGiven(
        role_id=facts.new_id("role"),
        role="member",
        lieu_id=lieu_id,
        organisation_id=command.organisation,
        held_from=day,
    )
    _begins(state, day)
    roles.check(evolve(state, registered, day), member)
    return [registered, member]


def _register_person(command: RegisterPerson, state: State, facts: Facts) -> list[Event]:
    minted = facts.minted_person
    if minted is None:
        raise UsageError(N_("Nobody prepared the vault's card of this person."))
    first = command.from_ or _day(command, facts)
    if command.until and command.until < first:
        raise UsageError(
            N_("Somebody active from {first} cannot leave on {last}."),
            N_("check both days"),
            first=first,
            last=command.until,
        )
    if command.referent and not command.lieu:
        raise UsageError(N_("A referent answers for a lieu."), N_("lieu: the lieu they answer for"))
    registered = PersonRegistered(
        person_id=minted.person_id,
        identity=minted.identity,
        engagement=command.engagement,
        active_from=first,
        active_until=command.until,
    )
    attached = ["affiliated", "lieu_referent"] if command.referent else ["affiliated"]
    given = [
        RoleGiven(
            role_id=facts.new_id("role"),
            role=role,
            person_id=minted.person_id,
            lieu_id=command.lieu,
            held_from=first,
            held_until=command.until,
        )
        for role in (attached if command.lieu else [])
    ]
    for role in given:
        roles.check(evolve(state, registered, first), role)
    return [registered, *given]


_OF_ORGANISATIONS = frozenset({"siret", "rna", "legal_form", "sector", "resources"})
_OF_LIEUX = frozenset({"commune", "organisation", "resources"})
_OF_PEOPLE = frozenset({"email", "engagement", "until"})


def _update_party(command: UpdateParty, state: State, facts: Facts) -> list[Event]:
    allowed = _fields_of(command.party, state)
    given = {name for name in UpdateParty.model_fields if getattr(command, name) is not None}
    given -= {"party", "on"}
    is_person = command.party in state.people
    minted = facts.minted_person if is_person else None
    if misplaced := sorted(given - allowed - {"name"}):
        raise UsageError(
            N_("{party} has no {fields}."),
            N_("what can change: {allowed}"),
            party=command.party,
            fields=misplaced,
            allowed=sorted(allowed | {"name"}),
        )
    if not given and minted is None:
        raise UsageError(
            N_("Nothing to change in {party}."), N_("give at least one new value"), party=command.party
        )
    siret = command.siret and identifiers.siret(command.siret)
    rna = command.rna and identifiers.rna(command.rna)
    _not_another(state, command.party, siret, rna)
    return [
        PartyUpdated(
            party_id=command.party,
            # A person's name goes to the vault's card, never to the log.
            name=None if is_person else command.name,
            identity=minted.identity if minted else None,
            siret=siret,
            rna=rna,
            legal_form=command.legal_form,
            sector=command.sector,
            commune=command.commune,
            organisation_id=command.organisation,
            engagement=command.engagement,
            active_until=command.until,
            resources=command.resources,
        )
    ]


def _fields_of(party_id: str, state: State) -> frozenset[str]:
    if party_id in state.organisations:
        return _OF_ORGANISATIONS
    if party_id in state.lieux:
        return _OF_LIEUX
    if party_id in state.people:
        return _OF_PEOPLE
    raise UnknownId(
        N_("{party} is neither an organisation, nor a lieu, nor a person."),
        N_("see who is registered: ledger status"),
        party=party_id,
    )


def _close_lieu(command: CloseLieu, state: State, facts: Facts) -> list[Event]:
    lieu = state.lieux.get(command.lieu)
    if lieu is None:
        raise _unknown_lieu(command.lieu, state)
    if lieu.closed_on:
        raise Refused("DUPLICATE", N_("{lieu} is closed since {day}."), lieu=command.lieu, day=lieu.closed_on)
    day = _day(command, facts)
    ended = [
        RoleEnded(role_id=h.role_id, ended_on=day, reason="withdrawn")
        for h in state.roles.values()
        if h.lieu_id == command.lieu and not h.person_id and h.held_from <= day <= h.last_day
    ]
    return [LieuClosed(lieu_id=command.lieu, reason=command.reason), *ended]


def _unknown_lieu(lieu_id: str, state: State) -> UnknownId:
    meant = near(lieu_id, state.lieux)
    hint = N_("did you mean {near}?") if meant else N_("register-lieu first")
    return UnknownId(N_("No lieu is called {lieu}."), hint, lieu=lieu_id, near=meant)


def _erase_person(command: ErasePerson, state: State, _facts: Facts) -> list[Event]:
    person = state.people.get(command.person)
    if person and person.erased:
        raise Refused("DUPLICATE", N_("This person is erased already."))
    return [PersonErased(person_id=command.person)]


# -- rules ----------------------------------------------------------------------------------------

_THRESHOLD = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9_]*)\s*[:=]?\s*"
    r"(?:(\d+(?:[.,]\d{1,2})?)\s*(%|j|jours?|d|days?|fois|times|tours?|turns?)?|(off|non|no))\s*"
)


def _adopt_rules(command: AdoptRules, state: State, facts: Facts) -> list[Event]:
    _still_standing(state, _day(command, facts))
    _require_adopted(command.decision, facts)
    effective_on = command.effective or _day(command, facts)
    if command.until and command.until < effective_on:
        raise UsageError(
            N_("Rules in force from {first} cannot end on {last}."),
            N_("check both days"),
            first=effective_on,
            last=command.until,
        )
    _check_shares(command)
    _check_colleges(command.colleges)
    return [
        RulesAdopted(
            rules_id=command.id or facts.new_id("rules"),
            title=command.title,
            effective_on=effective_on,
            effective_until=command.until,
            decision_id=command.decision,
            signatories=command.signatories,
            document_sha256=command.document,
            method=command.method,
            quorum_seats=command.quorum,
            quorum_share_bp=command.quorum_share,
            second_quorum_seats=command.second_quorum,
            second_quorum_share_bp=command.second_quorum_share,
            threshold_bp=command.threshold,
            proxy_limit=command.proxy_limit,
            colleges=command.colleges,
            methods=command.methods,
            mandates=command.mandates,
            day_minutes=command.day_minutes,
            reallocation_tolerance_bp=command.reallocation_tolerance,
            thresholds=thresholds(command.flags),
        )
    ]


_SHARES = (
    "quorum_share",
    "quorum_share_bp",
    "second_quorum_share",
    "second_quorum_share_bp",
    "threshold",
    "threshold_bp",
    "weight_bp",
    "reallocation_tolerance",
)


def _check_shares(command: AdoptRules) -> None:
    """Nothing is more than the whole."""
    for part in (command, *command.colleges, *command.methods):
        for share in (getattr(part, name, None) for name in _SHARES):
            if share is not None and share > 10_000:
                raise UsageError(
                    N_("{share_bp} is more than everything."), N_("between 0 and 100 %"), share_bp=share
                )


def _check_colleges(colleges: tuple[College, ...]) -> None:
    """Each college once; where colleges weigh, all of them do, and together they are the whole."""
    names = [college.college for college in colleges]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(N_("The college {college} is there twice."), N_("keep one"), college=twice)
    weights = [college.weight_bp for college in colleges if college.weight_bp is not None]
    if weights and (len(weights) < len(colleges) or sum(weights) != 10_000):
        raise UsageError(
            N_("The colleges weigh {share_bp} together."),
            N_("give each of them a weight, 100 % in all; or none, and each seat has one voice"),
            share_bp=sum(weights),
        )


def thresholds(flags: tuple[str, ...]) -> tuple[Threshold, ...]:
    """`LIEU_RELIANCE 40 %`, `SEAT_VACANT 60 j` and `FUNDER_DEPENDENCE off`, each flag once."""
    found = tuple(map(_threshold, flags))
    names = [t.flag for t in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(N_("The flag {flag} has two thresholds."), N_("keep one"), flag=twice)
    return found


def _threshold(written: str) -> Threshold:
    match = _THRESHOLD.fullmatch(written)
    if not match:
        raise UsageError(
            N_("“{written}” is not a threshold."),
            N_(
                "the flag's code, then its measure or off: LIEU_RELIANCE 40 %, SEAT_VACANT 60 j, QUORUM_RISK off"
            ),
            written=written,
        )
    flag, number, unit, _off = match.groups()
    if number is None:
        return Threshold(flag=flag.upper(), off=True)
    value_bp = Number(number.replace(",", ".")) * (100 if unit == "%" else 10_000)
    return Threshold(flag=flag.upper(), value_bp=int(value_bp))


# -- roles and rotations --------------------------------------------------------------------------


def _give_role(command: GiveRole, state: State, facts: Facts) -> list[Event]:
    joins = command.role in (*roles.MEMBERSHIP, INVITED)
    (_begins if joins else _still_standing)(state, _day(command, facts))
    _require_adopted(command.decision, facts)
    held_from = command.from_ or _day(command, facts)
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
    _require_adopted(command.decision, facts)
    day = _day(command, facts)
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


def _set_rotation(command: SetRotation, state: State, facts: Facts) -> list[Event]:
    _begins(state, _day(command, facts))
    if not command.order:
        raise UsageError(N_("A rotation goes round at least one lieu."), N_("order: the lieux, in turn"))
    for lieu_id in command.order:
        if lieu_id not in state.lieux:
            raise _unknown_lieu(lieu_id, state)
        if command.order.count(lieu_id) > 1:
            raise UsageError(N_("{lieu} stands twice in the order."), N_("each lieu once"), lieu=lieu_id)
    before = state.rotations.get(command.id or "", ())
    starts_on = command.from_ or _day(command, facts)
    if before:
        return [_reordered(command, before[-1], starts_on)]
    if command.name is None or command.period is None:
        raise UsageError(
            N_("A new rotation has a name, and changes hands every so often."), N_("name, and period: month")
        )
    return [
        RotationSet(
            rotation_id=command.id or facts.new_id("rotation"),
            name=command.name,
            order=command.order,
            period=command.period,
            starts_on=starts_on,
        )
    ]


def _reordered(command: SetRotation, before: RotationSet, starts_on: date) -> RotationSet:
    """The same rotation in another order, from a day after the order before began."""
    changes = {"name": command.name, "order": command.order, "period": command.period}
    said = {name: value for name, value in changes.items() if value is not None}
    if all(getattr(before, name) == value for name, value in said.items()):
        raise Refused(
            "DUPLICATE",
            N_("The rotation {rotation} goes round in that order already."),
            N_("give another order, or leave it as it is"),
            rotation=before.rotation_id,
        )
    if starts_on < before.starts_on:
        raise Refused(
            "ORDER",
            N_("The rotation {rotation} has had its order since {first}: a new one begins later."),
            N_("check the day; correct the order that was recorded by mistake"),
            rotation=before.rotation_id,
            first=before.starts_on,
        )
    return before.model_copy(update={**said, "starts_on": starts_on, "revision": before.revision + 1})


def _take_turn(command: TakeTurn, _state: State, _facts: Facts) -> list[Event]:
    """A fact: whoever took it, in or out of turn."""
    return [
        TurnTaken(
            rotation_id=command.rotation,
            lieu_id=command.lieu,
            outcome=command.outcome,
            meeting_id=command.meeting,
            decision_id=command.decision,
            term=command.term,
            unavailable=command.unavailable,
        )
    ]


_DECIDE: dict[type[Command], Callable[[Any, State, Facts], list[Event]]] = {
    FoundConsortium: _found,
    RegisterOrganisation: _register_organisation,
    RegisterLieu: _register_lieu,
    RegisterPerson: _register_person,
    UpdateParty: _update_party,
    CloseLieu: _close_lieu,
    ErasePerson: _erase_person,
    AdoptRules: _adopt_rules,
    GiveRole: _give_role,
    EndRole: _end_role,
    SetRotation: _set_rotation,
    TakeTurn: _take_turn,
    BeginDissolution: _begin_dissolution,
    DissolveConsortium: _dissolve,
}
