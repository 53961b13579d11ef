"""Contracts of accompaniment: missions in order, deliverables submitted and answered. Pure.

Whoever accompanies holds no seat and casts no ballot: a contract gives no role.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal, NamedTuple

from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Cents,
    Contract,
    Day,
    Deliverable,
    NewContract,
    Organisation,
    Sha256,
    ShortName,
    Text,
)
from ledger.language.catalogue import N_
from ledger.reviews.events import (
    AccompanimentSigned,
    DeliverableAnswered,
    DeliverableSubmitted,
    Mission,
    MissionStarted,
)

ALL_CONTRACTS = "contract/*"


class SignAccompaniment(Command):
    """Record a contract of accompaniment and its missions; under a known id, an amendment and its reason."""

    ACT: ClassVar[str] = "sign-accompaniment"

    id: NewContract = None
    title: Text
    client: Organisation
    provider: Organisation
    starts: Day
    ends: Day
    amount_cents: Cents
    missions: tuple[Mission, ...]
    reason: Text | None = None
    document: Sha256 | None = None

    def reads(self) -> tuple[str, ...]:
        return (f"contract/{self.id}",)


class StartMission(Command):
    """Start a mission, once those that come before it are accepted."""

    ACT: ClassVar[str] = "start-mission"

    contract: Contract
    mission: ShortName
    document: Sha256 | None = None
    """What shows that it has started already: it is then a fact."""

    def reads(self) -> tuple[str, ...]:
        return (f"contract/{self.contract}",)


class SubmitDeliverable(Command):
    """Record a deliverable as it was submitted, for the first time or again."""

    ACT: ClassVar[str] = "submit-deliverable"

    deliverable: Deliverable
    document: Sha256 | None = None

    def reads(self) -> tuple[str, ...]:
        return (ALL_CONTRACTS,)


class AnswerDeliverable(Command):
    """Accept a deliverable that was submitted, or refuse it with a reason."""

    ACT: ClassVar[str] = "answer-deliverable"

    deliverable: Deliverable
    answer: Literal["accepted", "refused"]
    reason: Text | None = None

    def reads(self) -> tuple[str, ...]:
        return (ALL_CONTRACTS,)


# -- state ----------------------------------------------------------------------------------------


class ContractState(NamedTuple):
    """State of `contract/<id>`: missions by name, and where each deliverable stands."""

    contract_id: str | None = None
    amendment: int = -1
    missions: Mapping[str, Mission] = MappingProxyType({})
    status: Mapping[str, str] = MappingProxyType({})
    """By deliverable: `due`, `submitted`, `accepted` or `refused`."""

    started: frozenset[str] = frozenset()

    def mission(self, name: str) -> Mission | None:
        """The mission of that name, as the contract spells it."""
        return next((m for key, m in self.missions.items() if id_key(key) == id_key(name)), None)

    def mission_of(self, deliverable_id: str) -> Mission | None:
        """The mission that a deliverable belongs to."""
        return next((m for m in self.missions.values() if deliverable_id in m.deliverables), None)

    def waits_for(self, mission: Mission) -> list[str]:
        """Missions that come before this one and of which some deliverable is not accepted."""
        return [
            before.mission
            for name in mission.after
            if (before := self.mission(name))
            and any(self.status.get(each) != "accepted" for each in before.deliverables)
        ]


def evolve_contract(state: ContractState, event: Event) -> ContractState:
    """The contract after one more event of its stream."""
    if isinstance(event, AccompanimentSigned):
        due = {name: "due" for mission in event.missions for name in mission.deliverables}
        return ContractState(
            event.contract_id,
            event.amendment,
            MappingProxyType({mission.mission: mission for mission in event.missions}),
            MappingProxyType({**due, **state.status}),
            state.started,
        )
    if isinstance(event, MissionStarted):
        return state._replace(started=state.started | {event.mission})
    if isinstance(event, DeliverableSubmitted):
        return _with(state, event.deliverable_id, "submitted")
    assert isinstance(event, DeliverableAnswered)
    return _with(state, event.deliverable_id, event.answer)


def _with(state: ContractState, deliverable_id: str, status: str) -> ContractState:
    return state._replace(status=MappingProxyType({**state.status, deliverable_id: status}))


# -- rules ----------------------------------------------------------------------------------------


def _sign(command: SignAccompaniment, facts: Facts) -> Event:
    assert command.id is not None, "the service completes a command before it is decided"
    state: ContractState = facts.states[f"contract/{command.id}"]
    if state.contract_id and not command.reason:
        raise UsageError(
            N_("The contract {contract} is signed already; an amendment says why."),
            N_("add the reason: reason, motif"),
            contract=state.contract_id,
        )
    if command.ends < command.starts:
        raise UsageError(
            N_("It would end on {last}, before it starts on {first}."),
            N_("check the two dates"),
            first=command.starts,
            last=command.ends,
        )
    missions = _missions(command)
    total_cents = sum(mission.amount_cents for mission in missions)
    if total_cents != command.amount_cents:
        raise UsageError(
            N_("The missions add up to {total_cents}; the contract says {amount_cents}."),
            total_cents=total_cents,
            amount_cents=command.amount_cents,
        )
    named = [name for mission in missions for name in mission.deliverables]
    _check_once(named, N_("The deliverable “{name}” is there twice."))
    return AccompanimentSigned(
        contract_id=command.id,
        title=command.title,
        client_id=command.client,
        provider_id=command.provider,
        starts_on=command.starts,
        ends_on=command.ends,
        amount_cents=command.amount_cents,
        missions=missions,
        new_deliverables=tuple(name for name in named if name not in state.status),
        amendment=state.amendment + 1,
        reason=command.reason,
        document_sha256=command.document,
    )


def _missions(command: SignAccompaniment) -> tuple[Mission, ...]:
    """The missions, each with a deliverable at least; `after` names others of the contract."""
    if not command.missions:
        raise UsageError(N_("A contract of accompaniment has at least one mission."))
    _check_once((m.mission for m in command.missions), N_("The mission “{name}” is there twice."))
    spelled = {id_key(m.mission): m.mission for m in command.missions}
    found: list[Mission] = []
    for mission in command.missions:
        for name in mission.after:
            if id_key(name) not in spelled or id_key(name) == id_key(mission.mission):
                raise UnknownId(N_("“{id}” is not another mission of this contract."), id=name)
        found.append(
            mission.model_copy(
                update={
                    "after": tuple(spelled[id_key(name)] for name in mission.after),
                    "deliverables": mission.deliverables or (f"{command.id}-{mission.mission}",),
                }
            )
        )
    _check_possible(found)
    return tuple(found)


def _check_once(names: Iterable[str], template: str) -> None:
    seen: set[str] = set()
    for name in names:
        if id_key(name) in seen:
            raise UsageError(template, name=name)
        seen.add(id_key(name))


def _check_possible(missions: list[Mission]) -> None:
    """Some order exists in which every mission comes after those that it waits for."""
    done: set[str] = set()
    while ready := [m.mission for m in missions if m.mission not in done and done.issuperset(m.after)]:
        done.update(ready)
    stuck = [m.mission for m in missions if m.mission not in done]
    if stuck:
        raise UsageError(N_("These missions wait for one another: {missions}."), missions=stuck)


def _start(command: StartMission, facts: Facts) -> Event:
    state: ContractState = facts.states[f"contract/{command.contract}"]
    mission = state.mission(command.mission)
    if mission is None:
        raise UnknownId(
            N_("The contract has no mission “{id}”."),
            N_("one of: {names}"),
            id=command.mission,
            names=list(state.missions),
        )
    if mission.mission in state.started:
        raise Refused("DUPLICATE", N_("The mission {mission} has started already."), mission=mission.mission)
    waits_for = state.waits_for(mission)
    if waits_for and command.document is None:
        raise _too_early(mission, waits_for)
    return MissionStarted(
        contract_id=command.contract,
        mission=mission.mission,
        document_sha256=command.document,
        despite="R14" if waits_for else None,
    )


def _too_early(mission: Mission, waits_for: list[str]) -> Refused:
    return Refused(
        "R14",
        N_("The mission {mission} comes after {waits_for}, not accepted yet."),
        N_(
            "have it accepted first (answer-deliverable); a mission that has started already is recorded "
            "with what shows it (document)"
        ),
        mission=mission.mission,
        waits_for=waits_for,
    )


def _submit(command: SubmitDeliverable, facts: Facts) -> Event:
    state, mission = _found(command.deliverable, facts)
    if state.status[command.deliverable] in ("submitted", "accepted"):
        raise Refused(
            "DUPLICATE",
            N_("The deliverable {deliverable} is {status_word} already."),
            N_("it is submitted again once it was refused"),
            deliverable=command.deliverable,
            status_word=state.status[command.deliverable],
        )
    return DeliverableSubmitted(
        contract_id=state.contract_id or "",
        deliverable_id=command.deliverable,
        mission=mission.mission,
        document_sha256=command.document,
        despite="R14" if state.waits_for(mission) else None,
    )


def _answer(command: AnswerDeliverable, facts: Facts) -> Event:
    state, mission = _found(command.deliverable, facts)
    status = state.status[command.deliverable]
    if status != "submitted":
        raise Refused(
            "ORDER",
            N_("The deliverable {deliverable} does not wait for an answer: {status_word}."),
            N_("record first that it was submitted (submit-deliverable)"),
            deliverable=command.deliverable,
            status_word=status,
        )
    if command.answer == "refused" and not command.reason:
        raise UsageError(N_("A refusal says why."), N_("add the reason: reason, motif"))
    return DeliverableAnswered(
        contract_id=state.contract_id or "",
        deliverable_id=command.deliverable,
        mission=mission.mission,
        answer=command.answer,
        reason=command.reason,
    )


def _found(deliverable_id: str, facts: Facts) -> tuple[ContractState, Mission]:
    for state in facts.states.values():
        mission = state.mission_of(deliverable_id) if isinstance(state, ContractState) else None
        if mission:
            return state, mission
    raise UnknownId(
        N_("“{id}” is no longer a deliverable of any mission."),
        N_("an amendment of the contract left it out"),
        id=deliverable_id,
    )


_DECIDE: dict[type[Command], Callable[[Any, Facts], Event]] = {
    SignAccompaniment: _sign,
    StartMission: _start,
    SubmitDeliverable: _submit,
    AnswerDeliverable: _answer,
}


def decide(command: Command, facts: Facts) -> list[Event]:
    """The events of a command.

    Raises:
        Refused: R14, DUPLICATE, or ORDER.
        UsageError: the command contradicts itself, or does not say enough.
        UnknownId: something that it names is not in the contract.
    """
    facts.require_founded()
    return [_DECIDE[type(command)](command, facts)]
