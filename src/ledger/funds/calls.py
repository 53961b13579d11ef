"""Calls of funders, applications to them, and the answers. Pure.

No money is held yet: an advisory consortium follows them too.
"""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Literal

from ledger.funds.events import (
    ApplicationAnswered,
    ApplicationFiled,
    CallOpened,
    Criterion,
    CriterionResult,
    PlanLine,
)
from ledger.funds.shared import Decide, decider, decision_stream, given, no_such
from ledger.funds.state import Application as ApplicationState
from ledger.funds.state import Call as CallState
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Application,
    Call,
    Cents,
    Day,
    Decision,
    Lieu,
    NewApplication,
    NewCall,
    Organisation,
    Sha256,
    Text,
    Word,
)
from ledger.language.catalogue import N_

ALL_APPLICATIONS = "application/*"


class OpenCall(Command):
    """Record a funder's call: its criteria, its ceiling, its last day."""

    ACT: ClassVar[str] = "open-call"

    id: NewCall = None
    title: Text
    funder: Organisation
    kind: Literal["call_for_interest", "call_for_projects"] = "call_for_interest"
    criteria: tuple[Criterion, ...] = ()
    ceiling_cents: Cents | None = None
    closes: Day | None = None
    requires: Call | None = None
    """A call whose criteria an applicant must have met before."""

    url: Word | None = None


class FileApplication(Command):
    """File an application: what is asked for, and the plan it would pay for."""

    ACT: ClassVar[str] = "file-application"

    id: NewApplication = None
    title: Text
    call: Call | None = None
    funder: Organisation | None = None
    """Left out, the funder of the call."""

    applicant: Organisation | None = None
    """Left out, the carrier."""

    lieu: Lieu | None = None
    requested_cents: Cents | None = None
    plan: tuple[PlanLine, ...] = ()
    decision: Decision | None = None
    document: Sha256 | None = None
    """The file as it was sent: what was sent already is a fact."""

    def reads(self) -> tuple[str, ...]:
        own = (f"call/{self.call}", ALL_APPLICATIONS) if self.call else ()
        return (*own, *decision_stream(self.decision))


class AnswerApplication(Command):
    """Record the funder's answer: each criterion met or not, and money awarded or refused."""

    ACT: ClassVar[str] = "answer-application"

    application: Application
    answer: Literal["awarded", "refused"]
    awarded_cents: Cents | None = None
    award: Word | None = None
    reason: Text | None = None
    criteria: tuple[CriterionResult, ...] = ()
    assessor: Organisation | None = None
    document: Sha256 | None = None

    def reads(self) -> tuple[str, ...]:
        return (f"application/{self.application}", "call/*")


def _open(command: OpenCall, _facts: Facts, _on: date) -> Event:
    _check_once(c.criterion for c in command.criteria)
    return CallOpened(
        call_id=given(command.id),
        title=command.title,
        funder_id=command.funder,
        call_kind=command.kind,
        criteria=command.criteria,
        ceiling_cents=command.ceiling_cents,
        closes_on=command.closes,
        requires_call_id=command.requires,
        url=command.url,
    )


def _check_once(criteria: Iterable[str]) -> None:
    seen: set[str] = set()
    for criterion in criteria:
        if id_key(criterion) in seen:
            raise UsageError(N_("The criterion “{criterion}” is there twice."), criterion=criterion)
        seen.add(id_key(criterion))


def _file(command: FileApplication, facts: Facts, on: date) -> Event:
    call: CallState = facts.states[f"call/{command.call}"] if command.call else CallState()
    funder_id = command.funder or call.funder_id
    if not funder_id:
        raise UsageError(N_("To whom is the application?"), N_("name the call or the funder"))
    applicant_id = command.applicant or _carrier(facts, on)
    despite = None
    if call.requires_call_id and not _eligible(applicant_id, command.lieu, call.requires_call_id, facts):
        if command.document is None:
            raise Refused(
                "R14",
                N_("{applicant} has not met the criteria of {required}, on which {call} depends."),
                N_("wait for its answer; an application already sent is recorded with its file (document)"),
                applicant=command.lieu or applicant_id,
                required=call.requires_call_id,
                call=call.call_id,
            )
        despite = "R14"
    for party in (p for line in command.plan for p in (line.lieu_id, line.funder_id) if p):
        if not facts.roster.is_party(party):
            raise UnknownId(
                N_("“{id}” is not known in this ledger."),
                N_("register it first, or check the spelling"),
                id=party,
            )
    return ApplicationFiled(
        application_id=given(command.id),
        title=command.title,
        call_id=command.call,
        funder_id=funder_id,
        applicant_id=applicant_id,
        lieu_id=command.lieu,
        requested_cents=command.requested_cents,
        plan=command.plan,
        decision_id=command.decision,
        document_sha256=command.document,
        despite=despite,
    )


def _carrier(facts: Facts, on: date) -> str:
    holders = facts.roster.holders("carrier", on)
    if len(holders) != 1:
        raise UsageError(N_("Who applies?"), N_("name the organisation: applicant, candidat"))
    return holders[0]


def _eligible(applicant_id: str, lieu_id: str | None, call_id: str, facts: Facts) -> bool:
    """Whether the same applicant, for the same lieu if one is named, met the criteria of that call."""
    return any(
        state.eligible
        and state.call_id == call_id
        and state.applicant_id == applicant_id
        and (lieu_id is None or state.lieu_id in (None, lieu_id))
        for state in facts.states.values()
        if isinstance(state, ApplicationState)
    )


def _answer(command: AnswerApplication, facts: Facts, _on: date) -> Event:
    state: ApplicationState = facts.states[f"application/{command.application}"]
    if state.answer == command.answer:
        raise Refused(
            "DUPLICATE",
            N_("The application {application} was answered so already: {answer_word}."),
            N_("correct that answer if it was wrong: ledger correct"),
            application=command.application,
            answer_word=command.answer,
        )
    if command.answer == "refused" and command.awarded_cents:
        raise UsageError(N_("An application refused is awarded nothing."), N_("leave the amount out"))
    _check_once(result.criterion for result in command.criteria)
    return ApplicationAnswered(
        application_id=command.application,
        answer=command.answer,
        awarded_cents=command.awarded_cents,
        award=command.award,
        reason=command.reason,
        criteria=_known(command.criteria, state, facts),
        assessor_id=command.assessor,
        document_sha256=command.document,
    )


def _known(
    results: tuple[CriterionResult, ...], state: ApplicationState, facts: Facts
) -> tuple[CriterionResult, ...]:
    """The results under the call's own names of its criteria; a call without criteria takes any."""
    call = facts.states.get(f"call/{state.call_id}")
    known = call.criteria if isinstance(call, CallState) else ()
    if not known:
        return results
    spelled = {id_key(name): name for name in known}
    for result in results:
        if id_key(result.criterion) not in spelled:
            raise no_such(result.criterion, known, N_("The call has no criterion “{id}”."))
    return tuple(CriterionResult(criterion=spelled[id_key(r.criterion)], met=r.met) for r in results)


_DECIDE: dict[type[Command], Decide] = {
    OpenCall: _open,
    FileApplication: _file,
    AnswerApplication: _answer,
}

decide = decider(_DECIDE, money=False)
