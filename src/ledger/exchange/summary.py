"""What a file changed, in one line: `2 décisions, 3 tâches (1 sans personne), 47 h pour 5 lieux sur 6…`.

Counted from the recorded events, so that it says what was recorded and not what was asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ledger.language import formats
from ledger.language.catalogue import N_, _, ngettext

Data = Mapping[str, Any]

_COUNTED: dict[str, tuple[str, str]] = {
    "consortium.founded.v1": (N_("{count} consortium"), N_("{count} consortia")),
    "rules.adopted.v1": (N_("{count} version of the rules"), N_("{count} versions of the rules")),
    "organisation.registered.v1": (N_("{count} organisation"), N_("{count} organisations")),
    "lieu.registered.v1": (N_("{count} lieu"), N_("{count} lieux")),
    "person.registered.v1": (N_("{count} person"), N_("{count} people")),
    "role.given.v1": (N_("{count} role"), N_("{count} roles")),
    "rotation.set.v1": (N_("{count} rotation"), N_("{count} rotations")),
    "call.opened.v1": (N_("{count} call"), N_("{count} calls")),
    "application.filed.v1": (N_("{count} application"), N_("{count} applications")),
    "application.answered.v1": (
        N_("{count} answer to an application"),
        N_("{count} answers to applications"),
    ),
    "convention.signed.v1": (N_("{count} convention"), N_("{count} conventions")),
    "proposal.made.v1": (N_("{count} proposal"), N_("{count} proposals")),
    "objection.raised.v1": (N_("{count} objection"), N_("{count} objections")),
    "ballot.cast.v1": (N_("{count} ballot"), N_("{count} ballots")),
    "decision.adopted.v1": (N_("{count} decision"), N_("{count} decisions")),
    "decision.rejected.v1": (N_("{count} proposal rejected"), N_("{count} proposals rejected")),
    "opinion.issued.v1": (N_("{count} opinion"), N_("{count} opinions")),
    "convention.amended.v1": (N_("{count} amendment"), N_("{count} amendments")),
    "convention.ended.v1": (N_("{count} convention ended"), N_("{count} conventions ended")),
    "report.filed.v1": (N_("{count} report"), N_("{count} reports")),
    "report.answered.v1": (N_("{count} answer to a report"), N_("{count} answers to reports")),
    "review.held.v1": (N_("{count} review"), N_("{count} reviews")),
    "indicator.set.v1": (N_("{count} indicator"), N_("{count} indicators")),
    "indicator.measured.v1": (N_("{count} measure"), N_("{count} measures")),
    "lesson.learned.v1": (N_("{count} lesson"), N_("{count} lessons")),
    "accompaniment.signed.v1": (N_("{count} accompaniment contract"), N_("{count} accompaniment contracts")),
    "mission.started.v1": (N_("{count} mission started"), N_("{count} missions started")),
    "deliverable.submitted.v1": (N_("{count} deliverable submitted"), N_("{count} deliverables submitted")),
    "deliverable.answered.v1": (N_("{count} deliverable answered"), N_("{count} deliverables answered")),
    "event.corrected.v1": (N_("{count} correction"), N_("{count} corrections")),
}
_ADDED: dict[str, str] = {
    "instalment.called.v1": N_("{amount} called"),
    "instalment.received.v1": N_("{amount} received"),
    "funds.allocated.v1": N_("{amount} allocated"),
    "funds.reallocated.v1": N_("{amount} moved"),
    "funds.committed.v1": N_("{amount} engaged"),
    "funds.transferred.v1": N_("{amount} of transfers"),
    "expense.recorded.v1": N_("{amount} spent"),
    "expense.disallowed.v1": N_("{amount} not accepted"),
    "in_kind.recorded.v1": N_("{amount} in kind"),
    "dedicated_funds.recorded.v1": N_("{amount} of dedicated funds"),
}
_FIRST = tuple(_COUNTED)
_LAST_WORDS = ("decision.adopted.v1", "decision.rejected.v1", "opinion.issued.v1")


def summary(events: Iterable[Mapping[str, Any]], members: int | None = None) -> str:
    """The recorded events in one line of the current language.

    Args:
        events: envelopes as plain data.
        members: how many lieux are members, when that is known.

    Returns:
        At least the number of events, so that a line is never empty.
    """
    by_kind: dict[str, list[Data]] = {}
    held: list[str] = []
    for event in events:
        by_kind.setdefault(event["kind"], []).append(event["data"])
        if event["kind"] == "meeting.held.v1":
            held.append(_held(event["occurred_on"]))
    closed = {data["decision_id"] for kind in _LAST_WORDS for data in by_kind.get(kind, [])}
    proposals = [data for data in by_kind.pop("proposal.made.v1", []) if data["decision_id"] not in closed]
    if proposals:  # the others were decided in the same breath
        by_kind["proposal.made.v1"] = proposals
    parts = [*held, *(_counted(kind, by_kind[kind]) for kind in _FIRST if kind in by_kind)]
    parts += [part for part in (_tasks(by_kind), _hours(by_kind.get("time.logged.v1", []), members)) if part]
    parts += [_added(kind, by_kind[kind]) for kind in _ADDED if kind in by_kind]
    return ", ".join(parts) or _rest(by_kind)


def _counted(kind: str, found: list[Data]) -> str:
    singular, plural = _COUNTED[kind]
    return _plural(singular, plural, len(found))


def _plural(singular: str, plural: str, count: int) -> str:
    return ngettext(singular, plural, count).format(count=formats.number(count))


def _tasks(by_kind: Mapping[str, list[Data]]) -> str:
    opened = {data["task_id"] for data in by_kind.get("task.opened.v1", [])}
    closed = by_kind.get("task.closed.v1", [])
    parts = []
    if opened:
        given = {data["task_id"] for data in by_kind.get("task.assigned.v1", [])}
        text = _plural(N_("{count} task"), N_("{count} tasks"), len(opened))
        alone = len(opened - given)
        parts.append(text + (_(" ({count} with nobody)").format(count=alone) if alone else ""))
    if closed:
        parts.append(_plural(N_("{count} task closed"), N_("{count} tasks closed"), len(closed)))
    return ", ".join(parts)


def _hours(entries: list[Data], members: int | None) -> str:
    """The lieux' hours, and those of people who belong to none: the shared function."""
    lieux = [data for data in entries if data.get("lieu_id")]
    shared = [data for data in entries if not data.get("lieu_id")]
    parts = []
    if lieux:
        count = len({data["lieu_id"] for data in lieux})
        total = formats.duration(sum(data["minutes"] for data in lieux))
        among = (
            ngettext("{count} lieu of {members}", "{count} lieux of {members}", count)
            if members
            else ngettext("{count} lieu", "{count} lieux", count)
        )
        where = among.format(count=formats.number(count), members=members)
        parts.append(_("{duration} for {lieux}").format(duration=total, lieux=where))
    if shared:
        total = formats.duration(sum(data["minutes"] for data in shared))
        parts.append(_("{duration} of coordination").format(duration=total))
    return formats.joined(parts)


def _added(kind: str, found: list[Data]) -> str:
    amount = sum(data.get("amount_cents", data.get("value_cents", 0)) for data in found)
    return _(_ADDED[kind]).format(amount=formats.money_whole(amount))


def _rest(by_kind: Mapping[str, list[Data]]) -> str:
    """Turns and the like, told when there is nothing else to tell."""
    counts = Counter({kind: len(found) for kind, found in by_kind.items()})
    return _plural(N_("{count} event"), N_("{count} events"), counts.total())


def _held(on: str) -> str:
    """A meeting says its day: `yesterday` may have been another one than was meant."""
    return _("meeting of {day}").format(day=formats.day(date.fromisoformat(on)))
