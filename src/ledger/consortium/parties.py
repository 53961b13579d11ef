"""Parties: organisations, lieux and people, as they are registered, change and go. Pure."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from ledger.consortium import identifiers, roles
from ledger.consortium.events import (
    LieuClosed,
    LieuRegistered,
    OrganisationRegistered,
    PartyUpdated,
    PersonErased,
    PersonRegistered,
    RoleEnded,
    RoleGiven,
)
from ledger.consortium.shared import Decide, begins, day_of, decider, unknown_lieu
from ledger.consortium.state import State, evolve
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Day,
    Id,
    Lieu,
    NewLieu,
    NewOrganisation,
    NewPerson,
    Organisation,
    Person,
    Private,
    Text,
    Word,
)
from ledger.language.catalogue import N_


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


def _register_organisation(command: RegisterOrganisation, state: State, facts: Facts) -> list[Event]:
    organisation_id = command.id or facts.new_id("organisation")
    siret = command.siret and identifiers.siret(command.siret)
    rna = command.rna and identifiers.rna(command.rna)
    _not_another(state, organisation_id, siret, rna)
    _not_twice(command.name, {known_id: known.name for known_id, known in state.organisations.items()})
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


def _not_twice(name: str, known: Mapping[str, str]) -> None:
    """Two of a kind that go by one name are one, registered twice; or nobody could tell them apart."""
    same = next((known_id for known_id, other in known.items() if id_key(other) == id_key(name)), None)
    if same:
        raise Refused(
            "DUPLICATE",
            N_("“{name}” is registered already: {id}."),
            N_("use {id}; or give another name, if it is another one"),
            name=name,
            id=same,
        )


def _register_lieu(command: RegisterLieu, state: State, facts: Facts) -> list[Event]:
    lieu_id = command.id or facts.new_id("lieu")
    _not_twice(
        command.name, {known_id: known.name for known_id, known in state.lieux.items() if not known.closed_on}
    )
    registered = LieuRegistered(
        lieu_id=lieu_id,
        name=command.name,
        organisation_id=command.organisation,
        commune=command.commune,
        opened_on=command.opened,
    )
    if not command.member:
        return [registered]
    day = day_of(command, facts)
    member = RoleGiven(
        role_id=facts.new_id("role"),
        role="member",
        lieu_id=lieu_id,
        organisation_id=command.organisation,
        held_from=day,
    )
    begins(state, day)
    roles.check(evolve(state, registered, day), member)
    return [registered, member]


def _register_person(command: RegisterPerson, state: State, facts: Facts) -> list[Event]:
    minted = facts.minted_person
    if minted is None:
        raise UsageError(N_("Nobody prepared the vault's card of this person."))
    first = command.from_ or day_of(command, facts)
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
        raise unknown_lieu(command.lieu, state)
    if lieu.closed_on:
        raise Refused("DUPLICATE", N_("{lieu} is closed since {day}."), lieu=command.lieu, day=lieu.closed_on)
    day = day_of(command, facts)
    ended = [
        RoleEnded(role_id=h.role_id, ended_on=day, reason="withdrawn")
        for h in state.roles.values()
        if h.lieu_id == command.lieu and not h.person_id and h.held_from <= day <= h.last_day
    ]
    return [LieuClosed(lieu_id=command.lieu, reason=command.reason), *ended]


def _erase_person(command: ErasePerson, state: State, _facts: Facts) -> list[Event]:
    person = state.people.get(command.person)
    if person and person.erased:
        raise Refused("DUPLICATE", N_("This person is erased already."))
    return [PersonErased(person_id=command.person)]


DECIDE: dict[type[Command], Decide] = {
    RegisterOrganisation: _register_organisation,
    RegisterLieu: _register_lieu,
    RegisterPerson: _register_person,
    UpdateParty: _update_party,
    CloseLieu: _close_lieu,
    ErasePerson: _erase_person,
}

decide = decider(DECIDE)
