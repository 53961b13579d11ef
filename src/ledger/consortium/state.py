"""Who is who in the consortium, what was agreed and whose turn it is: the folded stream `consortium`. Pure.

A role is held from its first day to its last; the day it is ended is no longer held, so that one
may end and the next begin on the same day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from ledger.consortium.events import (
    ConsortiumDissolved,
    ConsortiumFounded,
    LieuClosed,
    LieuRegistered,
    OrganisationRegistered,
    PartyUpdated,
    PersonErased,
    PersonRegistered,
    RoleEnded,
    RoleGiven,
    RotationSet,
    RulesAdopted,
)
from ledger.kernel.messages import Event

DEFAULT_RULES: Mapping[str, Any] = {
    "method": "consent",
    "quorum_seats": 0,
    "threshold_bp": None,
    "day_minutes": 420,
    "reallocation_tolerance_bp": None,
}
"""Rules of a consortium that has adopted none. No threshold of votes: the method's own; no tolerance:
the convention's."""


@dataclass(frozen=True)
class Organisation:
    """A structure; without a SIRET it cannot carry."""

    siret: str | None = None
    rna: str | None = None


@dataclass(frozen=True)
class Lieu:
    """A place; its membership is a role."""

    name: str
    organisation_id: str | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class Person:
    """Somebody, between the first and the last day of activity."""

    active_from: date
    active_until: date | None = None
    erased: bool = False
    engagements: tuple[tuple[date, str], ...] = ()
    """On what footing, each from a day on."""

    def engagement(self, on: date) -> str | None:
        """The footing on that day; before the first known day, the first."""
        begun = [footing for first, footing in self.engagements if first <= on]
        return begun[-1] if begun else next((footing for _first, footing in self.engagements), None)


@dataclass(frozen=True)
class Holding:
    """A role as given: who holds it, from when, and when it ended."""

    role_id: str
    role: str
    person_id: str | None
    lieu_id: str | None
    organisation_id: str | None
    held_from: date
    held_until: date | None = None
    ended_on: date | None = None
    single_seat: bool = False
    carrier_kind: str | None = None

    @property
    def holder_id(self) -> str:
        """The person who holds it; else the lieu; else the organisation."""
        return self.person_id or self.lieu_id or self.organisation_id or ""

    @property
    def last_day(self) -> date:
        """The last day on which it is held; `date.max` when nothing says."""
        last = self.held_until or date.max
        return min(last, self.ended_on - timedelta(days=1)) if self.ended_on else last

    def held(self, on: date) -> bool:
        """Whether it is held on that day."""
        return self.held_from <= on <= self.last_day

    def overlaps(self, first: date, last: date | None) -> bool:
        """Whether it is held on some day of a period; no last day means for ever."""
        return max(self.held_from, first) <= min(self.last_day, last or date.max)


@dataclass(frozen=True)
class AdoptedThreshold:
    """A flag's threshold, the version of the rules that sets it, and the decision behind that version."""

    flag: str
    value_bp: int | None
    off: bool
    rules_id: str
    decision_id: str | None


@dataclass(frozen=True)
class Rules:
    """A version of the rules: the values that it sets, and the thresholds of flags."""

    rules_id: str
    effective_on: date
    effective_until: date | None
    values: Mapping[str, Any]
    thresholds: tuple[AdoptedThreshold, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether it applies on that day."""
        return self.effective_on <= on <= (self.effective_until or date.max)


@dataclass(frozen=True)
class State:
    """State of the stream `consortium`. Implements `ledger.kernel.facts.Roster`.

    Attributes:
        roles: every role ever given, by id, in the order of giving.
        rotations: the agreed orders of lieux, by rotation, in the order in which they begin.
        rules: versions, in the order in which they come into force.
    """

    founded: bool = False
    consortium_kind: str = "operational"
    name: str = ""
    demo: bool = False
    illustrative: bool = False
    dissolved: bool = False
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    lieux: Mapping[str, Lieu] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    roles: Mapping[str, Holding] = field(default_factory=dict)
    rules: tuple[Rules, ...] = ()
    rotations: Mapping[str, tuple[RotationSet, ...]] = field(default_factory=dict)

    # -- who is who ---------------------------------------------------------------------------

    def is_party(self, party_id: str) -> bool:
        """Whether an organisation, a lieu or a person has that id."""
        return party_id in self.organisations or party_id in self.lieux or party_id in self.people

    def is_active_person(self, person_id: str, on: date) -> bool:
        """Whether somebody is registered, not erased, and within their days of activity."""
        person = self.people.get(person_id)
        return (
            person is not None
            and not person.erased
            and person.active_from <= on <= (person.active_until or date.max)
        )

    def engagement_of(self, person_id: str, on: date) -> str | None:
        """On what footing somebody acts on that day: `employee`, `volunteer`…; None when unknown."""
        person = self.people.get(person_id)
        return person.engagement(on) if person else None

    def held(self, role: str, on: date) -> tuple[Holding, ...]:
        """The holdings of a role on that day, in the order in which they began."""
        found = [h for h in self.roles.values() if h.role == role and h.held(on)]
        return tuple(sorted(found, key=lambda h: h.held_from))

    def holders(self, role: str, on: date) -> tuple[str, ...]:
        """Ids of the persons, lieux or organisations that hold a role on that day."""
        return _once(h.holder_id for h in self.held(role, on))

    def active_lieux(self, on: date) -> tuple[str, ...]:
        """Ids of the lieux that are members on that day, in the order they joined."""
        return _once(h.lieu_id for h in self.held("member", on) if h.lieu_id and self._is_open(h.lieu_id, on))

    def lieu_of(self, person_id: str, on: date) -> str | None:
        """The lieu a person is attached to on that day, the latest if several; None for a shared function."""
        attached = [
            h.lieu_id
            for role in ("lieu_referent", "affiliated")
            for h in self.held(role, on)
            if h.person_id == person_id and h.lieu_id
        ]
        return attached[-1] if attached else None

    def organisations_of(self, party_id: str, on: date) -> frozenset[str]:
        """The organisations that a party is, runs under, or is attached to on that day."""
        if party_id in self.organisations:
            return frozenset({party_id})
        if party_id in self.lieux:
            organisation_id = self.lieux[party_id].organisation_id
            return frozenset({organisation_id}) if organisation_id else frozenset()
        found = {h.organisation_id for h in self.held("affiliated", on) if h.person_id == party_id}
        lieu_id = self.lieu_of(party_id, on)
        if lieu_id:
            found |= self.organisations_of(lieu_id, on)
        return frozenset(o for o in found if o)

    def _is_open(self, lieu_id: str, on: date) -> bool:
        lieu = self.lieux.get(lieu_id)
        return lieu is None or lieu.closed_on is None or on < lieu.closed_on

    # -- seats --------------------------------------------------------------------------------

    def electorate(self, on: date) -> tuple[str, ...]:
        """The seats that decide together: member lieux; seats by role id where there are none."""
        lieux = self.active_lieux(on) if self.consortium_kind == "operational" else ()
        return lieux or tuple(h.role_id for h in self.held("seat", on))

    def seat_of(self, person_id: str, on: date) -> str | None:
        """The seat that a person speaks for: their own, else their lieu's."""
        own = (h.role_id for h in self.held("seat", on) if h.person_id == person_id)
        seat_id = next(own, None)
        electorate = self.electorate(on)
        return next((s for s in (seat_id, self.lieu_of(person_id, on)) if s in electorate), None)

    def external_carrier(self, on: date) -> str | None:
        """The organisation that carries without being a member; it has no say."""
        external = (h.organisation_id for h in self.held("carrier", on) if h.carrier_kind == "external")
        return next(external, None)

    def speaks_for_external_carrier(self, party_id: str, on: date) -> bool:
        """Whether a party, or what a seat stands for, is the external carrier or one of its people."""
        carrier = self.external_carrier(on)
        seat = self.roles.get(party_id)
        parties = [seat.person_id, seat.lieu_id, seat.organisation_id] if seat else [party_id]
        return carrier is not None and any(
            carrier in self.organisations_of(party, on) for party in parties if party
        )

    # -- rules --------------------------------------------------------------------------------

    def rule(self, name: str, on: date) -> Any:
        """The value of an adopted rule in force on that day, or the product's default.

        Args:
            name: `method`, `quorum_seats`, `threshold_bp`, `day_minutes`, `reallocation_tolerance_bp`,
                or `thresholds`, a mapping from a flag's code to its `AdoptedThreshold`.

        Raises:
            KeyError: no such rule.
        """
        in_force = [r for r in self.rules if r.in_force(on)]
        if name == "thresholds":
            return {t.flag: t for rules in in_force for t in rules.thresholds}
        default = DEFAULT_RULES[name]
        return next((r.values[name] for r in reversed(in_force) if name in r.values), default)


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


# -- evolve -------------------------------------------------------------------------------------

V = TypeVar("V")


def _with(mapping: Mapping[str, V], key: str, value: V) -> Mapping[str, V]:
    return {**mapping, key: value}


def _founded(state: State, event: ConsortiumFounded, _on: date) -> State:
    return replace(
        state,
        founded=True,
        consortium_kind=event.consortium_kind,
        name=event.name,
        demo=event.demo,
        illustrative=event.illustrative,
    )


def _organisation(state: State, event: OrganisationRegistered, _on: date) -> State:
    organisation = Organisation(event.siret, event.rna)
    return replace(state, organisations=_with(state.organisations, event.organisation_id, organisation))


def _lieu(state: State, event: LieuRegistered, _on: date) -> State:
    lieu = Lieu(event.name, event.organisation_id)
    return replace(state, lieux=_with(state.lieux, event.lieu_id, lieu))


def _person(state: State, event: PersonRegistered, _on: date) -> State:
    footing = ((event.active_from, event.engagement),)
    person = Person(event.active_from, event.active_until, engagements=footing)
    return replace(state, people=_with(state.people, event.person_id, person))


def _party(state: State, event: PartyUpdated, on: date) -> State:
    party_id = event.party_id
    if party_id in state.organisations:
        known = state.organisations[party_id]
        updated = Organisation(event.siret or known.siret, event.rna or known.rna)
        return replace(state, organisations=_with(state.organisations, party_id, updated))
    if party_id in state.lieux:
        place = state.lieux[party_id]
        place = replace(
            place,
            name=event.name or place.name,
            organisation_id=event.organisation_id or place.organisation_id,
        )
        return replace(state, lieux=_with(state.lieux, party_id, place))
    if party_id in state.people:
        person = _person_updated(state.people[party_id], event, on)
        return replace(state, people=_with(state.people, party_id, person))
    return state


def _person_updated(person: Person, event: PartyUpdated, on: date) -> Person:
    footings = (*person.engagements, (on, event.engagement)) if event.engagement else person.engagements
    return replace(
        person,
        active_until=event.active_until or person.active_until,
        engagements=tuple(sorted(footings, key=lambda footing: footing[0])),
    )


def _lieu_closed(state: State, event: LieuClosed, on: date) -> State:
    lieu = state.lieux.get(event.lieu_id)
    if lieu is None:
        return state
    return replace(state, lieux=_with(state.lieux, event.lieu_id, replace(lieu, closed_on=on)))


def _person_erased(state: State, event: PersonErased, _on: date) -> State:
    person = state.people.get(event.person_id)
    if person is None:
        return state
    return replace(state, people=_with(state.people, event.person_id, replace(person, erased=True)))


def _rules(state: State, event: RulesAdopted, _on: date) -> State:
    values = {name: value for name in DEFAULT_RULES if (value := getattr(event, name)) is not None}
    thresholds = tuple(
        AdoptedThreshold(t.flag, t.value_bp, t.off, event.rules_id, event.decision_id)
        for t in event.thresholds
    )
    version = Rules(event.rules_id, event.effective_on, event.effective_until, values, thresholds)
    # A stable sort: of two versions in force from the same day, the later adopted one has the last word.
    return replace(state, rules=tuple(sorted((*state.rules, version), key=lambda r: r.effective_on)))


def _role(state: State, event: RoleGiven, _on: date) -> State:
    holding = Holding(
        event.role_id,
        event.role,
        event.person_id,
        event.lieu_id,
        event.organisation_id,
        event.held_from,
        event.held_until,
        single_seat=event.single_seat,
        carrier_kind=event.carrier_kind,
    )
    return replace(state, roles=_with(state.roles, event.role_id, holding))


def _role_ended(state: State, event: RoleEnded, _on: date) -> State:
    holding = state.roles.get(event.role_id)
    if holding is None:
        return state
    return replace(state, roles=_with(state.roles, event.role_id, replace(holding, ended_on=event.ended_on)))


def _rotation(state: State, event: RotationSet, _on: date) -> State:
    orders = (*state.rotations.get(event.rotation_id, ()), event)
    return replace(state, rotations=_with(state.rotations, event.rotation_id, orders))


def _dissolved(state: State, _event: ConsortiumDissolved, _on: date) -> State:
    return replace(state, dissolved=True)


INITIAL: dict[str, Callable[[], State]] = {"consortium": State}

_EVOLVE: dict[type[Event], Callable[[State, Any, date], State]] = {
    ConsortiumFounded: _founded,
    OrganisationRegistered: _organisation,
    LieuRegistered: _lieu,
    PersonRegistered: _person,
    PartyUpdated: _party,
    LieuClosed: _lieu_closed,
    PersonErased: _person_erased,
    RulesAdopted: _rules,
    RoleGiven: _role,
    RoleEnded: _role_ended,
    RotationSet: _rotation,
    ConsortiumDissolved: _dissolved,
}


def evolve(state: State, event: Event, on: date) -> State:
    """The state after one more event; a turn taken changes nothing that a rule looks at.

    Corrections are resolved before folding, so an event may speak of a role or a party that was
    since reversed: it then changes nothing.
    """
    change = _EVOLVE.get(type(event))
    return change(state, event, on) if change else state
