"""Who is who in the consortium, what was agreed and whose turn it is: the folded stream `consortium`. Pure.

A role is held from its first day to its last; the day it is ended is no longer held, so that one
may end and the next begin on the same day.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

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
)
from ledger.kernel.messages import Event
from ledger.kernel.spelling import id_key

DEFAULT_RULES: Mapping[str, Any] = {
    "method": "consent",
    "quorum_seats": 0,
    "quorum_share_bp": None,
    "second_quorum_seats": None,
    "second_quorum_share_bp": None,
    "threshold_bp": None,
    "proxy_limit": 1,
    "colleges": (),
    "methods": (),
    "mandates": (),
    "day_minutes": 420,
    "reallocation_tolerance_bp": None,
}
"""Rules of a consortium that has adopted none. No threshold of votes: the method's own; no tolerance:
the convention's."""


Stage = Literal["founded", "agreed", "dissolving", "dissolved"]
"""Agreed: rules were adopted, and somebody carries; where opinions are given, colleges stand for a carrier."""

ONE_VOICE_BP = 10_000
MEMBER, SEAT, INVITED, SUSPENDED = "member", "seat", "invited", "suspended"
"""Where a party stands, as roles with dates: invited, then a member, at times suspended."""


class Seat(NamedTuple):
    """A voice in the decisions of a day, and who holds it."""

    seat_id: str
    holder_id: str
    college: str | None
    weight_bp: int


class Organisation(NamedTuple):
    """A structure; without a SIRET it cannot carry."""

    siret: str | None = None
    rna: str | None = None
    sector: str | None = None
    name: str = ""


class Lieu(NamedTuple):
    """A place; its membership is a role."""

    name: str
    organisation_id: str | None = None
    closed_on: date | None = None


class Person(NamedTuple):
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


class Holding(NamedTuple):
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
    college: str | None = None
    weight_bp: int = ONE_VOICE_BP

    @property
    def seat_id(self) -> str:
        """How decisions name its voice: a member by the lieu or organisation, a seat by its own id."""
        return (self.lieu_id or self.organisation_id or self.role_id) if self.role == MEMBER else self.role_id

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


class AdoptedThreshold(NamedTuple):
    """A flag's threshold, the version of the rules that sets it, and the decision behind that version."""

    flag: str
    value_bp: int | None
    off: bool
    rules_id: str
    decision_id: str | None


class Rules(NamedTuple):
    """A version of the rules: the values that it sets, and the thresholds of flags."""

    rules_id: str
    effective_on: date
    effective_until: date | None
    values: Mapping[str, Any]
    thresholds: tuple[AdoptedThreshold, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether it applies on that day."""
        return self.effective_on <= on <= (self.effective_until or date.max)


class State(NamedTuple):
    """State of the stream `consortium`. Implements `ledger.kernel.facts.Roster`.

    Attributes:
        roles: every role ever given, by id, in the order of giving.
        dissolving_on, dissolved_on: the days on which its end was decided, and came.
        rotations: the agreed orders of lieux, by rotation, in the order in which they begin.
        rules: versions, in the order in which they come into force.
    """

    founded: bool = False
    consortium_kind: str = "operational"
    name: str = ""
    demo: bool = False
    illustrative: bool = False
    dissolving_on: date | None = None
    dissolved_on: date | None = None
    organisations: Mapping[str, Organisation] = MappingProxyType({})
    lieux: Mapping[str, Lieu] = MappingProxyType({})
    people: Mapping[str, Person] = MappingProxyType({})
    roles: Mapping[str, Holding] = MappingProxyType({})
    rules: tuple[Rules, ...] = ()
    rotations: Mapping[str, tuple[RotationSet, ...]] = MappingProxyType({})

    def stage(self, on: date) -> Stage:
        """Where it is in its life on that day; it is usable from the first, before anything is agreed."""
        if self.dissolved_on and on >= self.dissolved_on:
            return "dissolved"
        if self.dissolving_on and on >= self.dissolving_on:
            return "dissolving"
        settled = (
            self.held("carrier", on) if self.consortium_kind == "operational" else self.rule("colleges", on)
        )
        return "agreed" if settled and self.rules_in_force(on) else "founded"

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

    def seats(self, on: date) -> tuple[Seat, ...]:
        """The voices that decide together on that day; a suspended member has none.

        In colleges, whoever has a place in one; else the members; else the seats, by the id of the role.
        """
        members = [h for h in self.held(MEMBER, on) if not h.lieu_id or self._is_open(h.lieu_id, on)]
        members = members if self.consortium_kind == "operational" else []
        seats = [*self.held(SEAT, on)]
        placed = [h for h in (*members, *seats) if h.college] if self.rule("colleges", on) else []
        found = [h for h in placed or members or seats if not self.is_suspended(h, on)]
        by_id = {h.seat_id: Seat(h.seat_id, h.holder_id, h.college, h.weight_bp) for h in found}
        return tuple(by_id.values())

    def is_suspended(self, holding: Holding, on: date) -> bool:
        """Whether the member or the seat's holder, or the lieu or organisation behind it, is suspended."""
        behind = {holding.person_id, holding.lieu_id, holding.organisation_id} - {None}
        return any(h.holder_id in behind for h in self.held(SUSPENDED, on))

    def seat_of(self, party_id: str, on: date) -> str | None:
        """The seat that a party has or speaks for: its own, else its lieu's, else its organisation's."""
        seats = self.seats(on)
        if any(seat.seat_id == party_id for seat in seats):
            return party_id
        lieu_id = self.lieu_of(party_id, on)
        behind = (party_id, *filter(None, (lieu_id,)), *sorted(self.organisations_of(party_id, on)))
        return next((s.seat_id for party in behind for s in seats if s.holder_id == party), None)

    def person_of(self, seat_id: str) -> str | None:
        """The person who holds a seat as theirs; None when it is a lieu's or an organisation's."""
        seat = self.roles.get(seat_id)
        return seat.person_id if seat else None

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

    def rules_in_force(self, on: date) -> str | None:
        """The version of the rules that applies on that day, the latest if several."""
        return next((r.rules_id for r in reversed(self.rules) if r.in_force(on)), None)

    def college(self, name: str, on: date) -> College | None:
        """A college of the rules in force, however its name is capitalised."""
        colleges: tuple[College, ...] = self.rule("colleges", on)
        return next((c for c in colleges if id_key(c.college) == id_key(name)), None)

    def method_rule(self, method: str, on: date) -> MethodRule | None:
        """What the rules in force say of one method in particular."""
        methods: tuple[MethodRule, ...] = self.rule("methods", on)
        return next((m for m in methods if m.method == method), None)

    def method_for(self, domain: str, on: date) -> str:
        """How a matter is decided: by the method that claims it, else by the usual one."""
        methods: tuple[MethodRule, ...] = self.rule("methods", on)
        usual: str = self.rule("method", on)
        return next((m.method for m in methods if domain in m.domains), usual)

    def mandate_rule(self, role: str, on: date) -> MandateRule | None:
        """What the rules in force say of holding a role."""
        mandates: tuple[MandateRule, ...] = self.rule("mandates", on)
        return next((m for m in mandates if m.role == role), None)

    def rule(self, name: str, on: date) -> Any:
        """The value of an adopted rule in force on that day, or the product's default.

        Args:
            name: one of `DEFAULT_RULES`, or `thresholds`, a mapping from a flag's code to its
                `AdoptedThreshold`.

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
    return state._replace(
        founded=True,
        consortium_kind=event.consortium_kind,
        name=event.name,
        demo=event.demo,
        illustrative=event.illustrative,
    )


def _organisation(state: State, event: OrganisationRegistered, _on: date) -> State:
    organisation = Organisation(event.siret, event.rna, event.sector, event.name)
    return state._replace(organisations=_with(state.organisations, event.organisation_id, organisation))


def _lieu(state: State, event: LieuRegistered, _on: date) -> State:
    lieu = Lieu(event.name, event.organisation_id)
    return state._replace(lieux=_with(state.lieux, event.lieu_id, lieu))


def _person(state: State, event: PersonRegistered, _on: date) -> State:
    footing = ((event.active_from, event.engagement),)
    person = Person(event.active_from, event.active_until, engagements=footing)
    return state._replace(people=_with(state.people, event.person_id, person))


def _party(state: State, event: PartyUpdated, on: date) -> State:
    party_id = event.party_id
    if party_id in state.organisations:
        known = state.organisations[party_id]
        updated = Organisation(
            event.siret or known.siret,
            event.rna or known.rna,
            event.sector or known.sector,
            event.name or known.name,
        )
        return state._replace(organisations=_with(state.organisations, party_id, updated))
    if party_id in state.lieux:
        place = state.lieux[party_id]
        place = place._replace(
            name=event.name or place.name,
            organisation_id=event.organisation_id or place.organisation_id,
        )
        return state._replace(lieux=_with(state.lieux, party_id, place))
    if party_id in state.people:
        person = _person_updated(state.people[party_id], event, on)
        return state._replace(people=_with(state.people, party_id, person))
    return state


def _person_updated(person: Person, event: PartyUpdated, on: date) -> Person:
    footings = (*person.engagements, (on, event.engagement)) if event.engagement else person.engagements
    return person._replace(
        active_until=event.active_until or person.active_until,
        engagements=tuple(sorted(footings, key=lambda footing: footing[0])),
    )


def _lieu_closed(state: State, event: LieuClosed, on: date) -> State:
    lieu = state.lieux.get(event.lieu_id)
    if lieu is None:
        return state
    return state._replace(lieux=_with(state.lieux, event.lieu_id, lieu._replace(closed_on=on)))


def _person_erased(state: State, event: PersonErased, _on: date) -> State:
    person = state.people.get(event.person_id)
    if person is None:
        return state
    return state._replace(people=_with(state.people, event.person_id, person._replace(erased=True)))


def _rules(state: State, event: RulesAdopted, _on: date) -> State:
    values = {name: value for name in DEFAULT_RULES if (value := getattr(event, name)) not in (None, ())}
    thresholds = tuple(
        AdoptedThreshold(t.flag, t.value_bp, t.off, event.rules_id, event.decision_id)
        for t in event.thresholds
    )
    version = Rules(event.rules_id, event.effective_on, event.effective_until, values, thresholds)
    # A stable sort: of two versions in force from the same day, the later adopted one has the last word.
    return state._replace(rules=tuple(sorted((*state.rules, version), key=lambda r: r.effective_on)))


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
        college=event.college,
        weight_bp=ONE_VOICE_BP if event.weight_bp is None else event.weight_bp,
    )
    return state._replace(roles=_with(state.roles, event.role_id, holding))


def _role_ended(state: State, event: RoleEnded, _on: date) -> State:
    holding = state.roles.get(event.role_id)
    if holding is None:
        return state
    return state._replace(roles=_with(state.roles, event.role_id, holding._replace(ended_on=event.ended_on)))


def _rotation(state: State, event: RotationSet, _on: date) -> State:
    orders = (*state.rotations.get(event.rotation_id, ()), event)
    return state._replace(rotations=_with(state.rotations, event.rotation_id, orders))


def _dissolving(state: State, _event: DissolutionBegun, on: date) -> State:
    return state._replace(dissolving_on=on)


def _dissolved(state: State, _event: ConsortiumDissolved, on: date) -> State:
    return state._replace(dissolved_on=on)


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
    DissolutionBegun: _dissolving,
    ConsortiumDissolved: _dissolved,
}


def evolve(state: State, event: Event, on: date) -> State:
    """The state after one more event; a turn taken changes nothing that a rule looks at.

    Corrections are resolved before folding, so an event may speak of a role or a party that was
    since reversed: it then changes nothing.
    """
    change = _EVOLVE.get(type(event))
    return change(state, event, on) if change else state
