"""Conventions: signed, amended, ended. Pure.

An amendment is checked as if the convention were signed so; the end asks for every euro to be accounted for.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Literal

from ledger.funds.events import (
    NO_CONDITIONS,
    Conditions,
    ConventionAmended,
    ConventionEnded,
    ConventionPublished,
    ConventionSigned,
    PlanLine,
    PlannedInstalment,
    YearShare,
)
from ledger.funds.shared import (
    AboutConvention,
    Decide,
    convention_of,
    decider,
    decision_stream,
    expenses_of,
    given,
    running,
)
from ledger.funds.state import Convention as State
from ledger.funds.state import Expense, evolve_convention
from ledger.kernel.errors import Refused, UnknownId, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.spelling import id_key
from ledger.kernel.values import (
    Application,
    Cents,
    Day,
    Decision,
    NewConvention,
    Organisation,
    Person,
    Sha256,
    Text,
    Word,
)
from ledger.language.catalogue import N_


class SignConvention(Command):
    """Record a grant convention: amount, dates, plan, instalments and conditions."""

    ACT: ClassVar[str] = "sign-convention"

    id: NewConvention = None
    title: Text
    funders: tuple[Organisation, ...]
    carrier: Organisation | None = None
    amount_cents: Cents
    starts: Day
    ends: Day
    award: Word | None = None
    application: Application | None = None
    signatory: Person | None = None
    """Who signs for the carrier: its legal representative."""

    decision: Decision | None = None
    years: tuple[YearShare, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    instalments: tuple[PlannedInstalment, ...] = ()
    conditions: Conditions = NO_CONDITIONS
    document: Sha256 | None = None


class AmendConvention(AboutConvention):
    """Record an amendment: an extension, another amount, plan or conditions, and the reason for it."""

    ACT: ClassVar[str] = "amend-convention"

    amendment: Word
    reason: Text
    title: Text | None = None
    amount_cents: Cents | None = None
    starts: Day | None = None
    ends: Day | None = None
    years: tuple[YearShare, ...] = ()
    plan: tuple[PlanLine, ...] = ()
    """Replaces the whole plan."""

    instalments: tuple[PlannedInstalment, ...] = ()
    conditions: Conditions | None = None
    decision: Decision | None = None
    document: Sha256 | None = None


class EndConvention(AboutConvention):
    """Close a convention whose money is all accounted for, or record that it was terminated."""

    ACT: ClassVar[str] = "end-convention"

    how: Literal["closed", "terminated"] = "closed"
    reason: Text | None = None
    decision: Decision | None = None
    document: Sha256 | None = None
    """The funder's letter: a convention that it terminates is a fact, whatever is still owed."""

    def reads(self) -> tuple[str, ...]:
        return (*super().reads(), *expenses_of(self.convention), *decision_stream(self.decision))


class PublishConvention(AboutConvention):
    """Record that the essential data of a grant were made public, and where."""

    ACT: ClassVar[str] = "publish-convention"

    channel: Word
    url: Word | None = None


def _sign(command: SignConvention, facts: Facts, on: date) -> Event:
    _check_funders(command)
    planned_cents = sum(instalment.amount_cents for instalment in command.instalments)
    _check_amounts(command.amount_cents, command.years, planned_cents)
    _check_instalments(command.instalments)
    _check_dates(command.starts, command.ends, command.conditions, [y.year for y in command.years])
    _check_parties(command.plan, command.conditions, facts)
    return ConventionSigned(
        convention_id=given(command.id),
        title=command.title,
        funders=command.funders,
        carrier_id=command.carrier or _carrier(facts, on),
        amount_cents=command.amount_cents,
        starts_on=command.starts,
        ends_on=command.ends,
        award=command.award,
        application_id=command.application,
        signatory_id=command.signatory,
        decision_id=command.decision,
        years=command.years,
        plan=command.plan,
        instalments=command.instalments,
        conditions=command.conditions,
        document_sha256=command.document,
    )


def _carrier(facts: Facts, on: date) -> str:
    """The organisation that carries the consortium on that day: it signs for all."""
    holders = facts.roster.holders("carrier", on)
    if len(holders) != 1:
        raise UsageError(
            N_("Which organisation carries the convention? {count} hold the role of carrier on {day}."),
            N_("name it: carrier, porteur"),
            count=len(holders),
            day=on,
        )
    return holders[0]


def _check_amounts(amount_cents: int, years: tuple[YearShare, ...], planned_cents: int) -> None:
    years_cents = sum(share.amount_cents for share in years)
    if years and years_cents != amount_cents:
        raise UsageError(
            N_("The years add up to {years_cents}; the convention grants {amount_cents}."),
            N_("say what each year receives, all years of the convention"),
            years_cents=years_cents,
            amount_cents=amount_cents,
        )
    if planned_cents > amount_cents:
        raise UsageError(
            N_("The instalments add up to {planned_cents}, more than the {amount_cents} of the convention."),
            planned_cents=planned_cents,
            amount_cents=amount_cents,
        )
    _check_once((str(share.year) for share in years), N_("The year {value} is there twice."))


def _check_instalments(instalments: tuple[PlannedInstalment, ...]) -> None:
    _check_once(
        (id_key(instalment.instalment_id) for instalment in instalments),
        N_("The instalment “{value}” is there twice."),
    )


def _check_once(values: Iterable[str], template: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise UsageError(template, value=value)
        seen.add(value)


def _check_dates(starts: date, ends: date, conditions: Conditions, years: Iterable[int]) -> None:
    periods = [
        (starts, ends),
        (conditions.eligible_from or starts, conditions.eligible_until or date.max),
    ]
    for first, last in periods:
        if last < first:
            raise UsageError(
                N_("It would end on {last}, before it starts on {first}."),
                N_("check the two dates"),
                first=first,
                last=last,
            )
    for year in years:
        if not starts.year <= year <= ends.year:
            raise UsageError(
                N_("The year {year} is outside the convention, from {first} to {last}."),
                year=str(year),
                first=starts,
                last=ends,
            )


def _check_funders(command: SignConvention) -> None:
    if not command.funders:
        raise UsageError(N_("A convention has at least one funder."), N_("name it: funders, financeurs"))


def _check_parties(plan: tuple[PlanLine, ...], conditions: Conditions, facts: Facts) -> None:
    """Parts of a plan name parties too; a slip there would only show in a report, years later."""
    named = [p for line in plan for p in (line.lieu_id, line.funder_id) if p]
    for party in (*named, *conditions.regrant_to):
        if not facts.roster.is_party(party):
            raise UnknownId(
                N_("“{id}” is not known in this ledger."),
                N_("register it first, or check the spelling"),
                id=party,
            )


# -- amendments -----------------------------------------------------------------------------------


def _amend(command: AmendConvention, facts: Facts, _on: date) -> Event:
    state = convention_of(command, facts)
    running(state)
    if any(id_key(command.amendment) == id_key(name) for name in state.amendments):
        raise Refused(
            "DUPLICATE",
            N_("The amendment “{amendment}” of {convention} is recorded already."),
            N_("give this one its own number"),
            amendment=command.amendment,
            convention=state.convention_id,
        )
    conditions = command.conditions or NO_CONDITIONS
    _check_instalments(command.instalments)
    _check_parties(command.plan, conditions, facts)
    after = _as_amended(command, state)
    years = tuple(YearShare(year=year, amount_cents=cents) for year, cents in after.years.items())
    planned_cents = sum(instalment.planned_cents for instalment in after.instalments.values())
    _check_amounts(after.amount_cents, command.years or years, planned_cents)
    _check_dates(after.starts_on, after.ends_on, after.conditions, after.years)
    return _amendment(command, state)


def _amendment(command: AmendConvention, state: State) -> ConventionAmended:
    changes: dict[str, Any] = {
        "title": command.title,
        "amount_cents": command.amount_cents,
        "starts_on": command.starts,
        "ends_on": command.ends,
        "years": command.years,
        "plan": command.plan,
        "instalments": command.instalments,
        "conditions": command.conditions,
    }
    if all(value in (None, (), NO_CONDITIONS) for value in changes.values()):
        raise UsageError(
            N_("What does the amendment “{amendment}” change?"),
            N_("say its amount, its dates, its plan, its instalments or its conditions"),
            amendment=command.amendment,
        )
    known = {id_key(name) for name in state.instalments}
    named = (each.instalment_id for each in command.instalments)
    return ConventionAmended(
        convention_id=given(state.convention_id),
        amendment=command.amendment,
        reason=command.reason,
        new_instalments=tuple(name for name in named if id_key(name) not in known),
        decision_id=command.decision,
        document_sha256=command.document,
        **changes,
    )


def _as_amended(command: AmendConvention, state: State) -> State:
    """The convention as it would be, to be checked as if it were signed so."""
    changed = any((command.title, command.plan, command.years, command.instalments, command.conditions))
    if not changed and command.amount_cents is None and not command.starts and not command.ends:
        return state
    return evolve_convention(state, _amendment(command, state))


# -- the end --------------------------------------------------------------------------------------


def _end(command: EndConvention, facts: Facts, _on: date) -> Event:
    state = convention_of(command, facts)
    if state.ended in (command.how, "closed"):
        raise Refused(
            "DUPLICATE",
            N_("The convention {convention} has ended already: {how_word}."),
            convention=state.convention_id,
            how_word=state.ended,
        )
    if command.how == "closed" or command.document is None:  # a funder's letter is a fact
        _check_settled(state, facts, final=command.how == "closed")
    return ConventionEnded(
        convention_id=given(state.convention_id),
        how=command.how,
        reason=command.reason,
        decision_id=command.decision,
        document_sha256=command.document,
    )


def _check_settled(state: State, facts: Facts, *, final: bool) -> None:
    """Every euro received is spent as agreed or given back; at the very end, every euro owed has come."""
    eligible_cents = sum(
        expense.eligible_cents(given(state.convention_id))
        for expense in facts.states.values()
        if isinstance(expense, Expense)
    )
    earned_cents = min(eligible_cents, state.amount_cents)
    kept_cents = state.received_cents - state.returned_cents
    if kept_cents > earned_cents or (final and kept_cents != earned_cents):
        raise Refused(
            "R12",
            N_(
                "{received_cents} were received and {returned_cents} given back; "
                "{eligible_cents} were spent and accepted."
            ),
            N_("give back what was not spent (transfer-funds, returned), or wait for the balance"),
            received_cents=state.received_cents,
            returned_cents=state.returned_cents,
            eligible_cents=eligible_cents,
        )
    if state.dedicated_cents:
        raise Refused(
            "R12",
            N_("{dedicated_cents} of dedicated funds are still carried."),
            N_("record their use (record-dedicated-funds, used)"),
            dedicated_cents=state.dedicated_cents,
        )
    if final and all(report.answer == "refused" for report in state.reports.values()):
        raise Refused(
            "R12",
            N_("No report of {convention} was given to the funder, or none that it kept."),
            N_("record it first: file-report"),
            convention=state.convention_id,
        )


def _publish(command: PublishConvention, facts: Facts, _on: date) -> Event:
    """A fact: what is public is public, in time or late."""
    state = convention_of(command, facts)
    return ConventionPublished(
        convention_id=given(state.convention_id), channel=command.channel, url=command.url
    )


_DECIDE: dict[type[Command], Decide] = {
    SignConvention: _sign,
    AmendConvention: _amend,
    EndConvention: _end,
    PublishConvention: _publish,
}

decide = decider(_DECIDE)
