"""The agreement and its amendments: rules in force from a day, and the thresholds of flags. Pure."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal as Number
from typing import ClassVar, Literal

from ledger.consortium.events import College, MandateRule, MethodRule, RulesAdopted, Threshold
from ledger.consortium.shared import Decide, day_of, decider, require_adopted, still_standing, with_decision
from ledger.consortium.state import State
from ledger.kernel.errors import Refused, UsageError
from ledger.kernel.facts import Facts
from ledger.kernel.messages import Command, Event
from ledger.kernel.values import (
    BasisPoints,
    Count,
    Day,
    Decision,
    Minutes,
    NewRules,
    Organisation,
    Sha256,
    Text,
    Word,
)
from ledger.language.catalogue import N_


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
        return with_decision(self.decision)


_THRESHOLD = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9_]*)\s*[:=]?\s*"
    r"(?:(\d+(?:[.,]\d{1,2})?)\s*(%|j|jours?|d|days?|fois|times|tours?|turns?)?|(off|non|no))\s*"
)


def _adopt_rules(command: AdoptRules, state: State, facts: Facts) -> list[Event]:
    still_standing(state, day_of(command, facts))
    require_adopted(command.decision, facts)
    effective_on = command.effective or day_of(command, facts)
    if command.until and command.until < effective_on:
        raise UsageError(
            N_("Rules in force from {first} cannot end on {last}."),
            N_("check both days"),
            first=effective_on,
            last=command.until,
        )
    _check_shares(command)
    _check_colleges(command.colleges)
    _check_quorums(command, state, (effective_on, facts.today))
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


def _check_quorums(command: AdoptRules, state: State, days: Iterable[date]) -> None:
    """A quorum can be met by the seats there are, or are to be; before there is any, nobody can tell.

    Raises:
        Refused: R6, nothing could be decided any more.
    """
    for college in command.colleges:
        if college.seats is not None:
            _check_quorum(college.quorum_seats, college.seats)
    planned = [command.colleges, *(state.rule("colleges", day) for day in days)]
    there = [len(state.seats(day)) for day in days]
    most = max(*there, *(sum(college.seats or 0 for college in each) for each in planned))
    asked = [command.quorum, command.second_quorum]
    asked += [q for each in command.methods for q in (each.quorum_seats, each.second_quorum_seats)]
    if most:
        _check_quorum(max(quorum or 0 for quorum in asked), most)


def _check_quorum(quorum: int | None, seats: int) -> None:
    if (quorum or 0) > seats:
        raise Refused(
            "R6",
            N_("A quorum of {quorum} could never be met: there are {seats} seats."),
            N_("lower the quorum, or register first the members or seats that are missing"),
            quorum=quorum,
            seats=seats,
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


DECIDE: dict[type[Command], Decide] = {
    AdoptRules: _adopt_rules,
}

decide = decider(DECIDE)
