"""What each of the three meetings is asked, from what the ledger shows. Questions, never conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from ledger.language import formats
from ledger.language.catalogue import N_, _
from ledger.reports.follow_up import OBLIGATIONS

Names = Callable[[str], str]

QUESTIONS = {
    "meet": N_("Meet the collective and its partners; see who signed and who carries."),
    "agreement": N_("Agree on who decides and how: no agreement of the consortium is in force."),
    "no_plan": N_("Draw up the financing plan: the convention has none."),
    "lines": N_("Give every member a line in the plan: {lieux} have none."),
    "kinds": N_("Choose indicators: {kinds} are missing."),
    "dates": N_("Agree on the dates: {count} are expected, the first on {day}."),
    "agreed": N_("Say what became of the adjustments agreed before ({count})."),
    "halfway": N_(
        "Look at the pace: {spent} spent of {amount}, {share} of the money for {time} of the time."
    ),
    "overspent": N_("Look at the line {line}: {spent} spent of {planned} planned."),
    "moved": N_("Look again at the indicators whose target moved: {titles}."),
    "unmeasured": N_("Measure together what was not measured yet: {titles}. Nothing is blocked by it."),
    "below": N_("Talk about what is below its target, and why: {titles}. No result is owed."),
    "breaks": N_("Explain where the trail breaks ({count}, {amount})."),
    "advance": N_("Look at the carrier's advance: {amount} paid before the money came."),
    "awaited": N_("Say when what was called will be paid: {amount}."),
    "late": N_("Look at what is late: {what}."),
    "unspent": N_(
        "Decide what becomes of {amount} received and not spent: kept for the same use, or given back."
    ),
    "perspectives": N_("Draw up the perspectives: none is written yet."),
}


def question(each: dict[str, Any], names: Names) -> str:
    """What the meeting is asked, in words."""
    values = {key: _written(key, value, names) for key, value in each.items() if key != "kind"}
    return _(QUESTIONS[each["kind"]]).format(**values)


def _written(key: str, value: Any, names: Names) -> str:
    match key:
        case "amount" | "spent" | "planned":
            return formats.money_whole(value)
        case "share" | "time":
            return formats.percent(value, 0)
        case "day":
            return formats.day(value)
        case "count" | "line":
            return str(value)
    words: dict[str, Callable[[str], str]] = {
        "lieux": names,
        "kinds": lambda each: _(_KINDS[each]),
        "what": lambda each: _(OBLIGATIONS[each]),
        "titles": lambda each: _("“{title}”").format(title=each),
    }
    return formats.joined([words[key](each) for each in value])


_KINDS = {"quantitative": N_("indicators in numbers"), "qualitative": N_("indicators in words")}


def asked(found: dict[str, Any], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the meeting is asked: `{kind, …}`, each told by `question`.

    Args:
        found: the dossier, without `asked`.
        about: the row of its convention.
    """
    yield from _QUESTIONS_OF[found["stage"]](found, about)
    missing = [each for each in ("quantitative", "qualitative") if each not in _kinds(found)]
    if missing:
        yield {"kind": "kinds", "kinds": missing}
    if found["late"]:
        yield {"kind": "late", "what": list(dict.fromkeys(each["kind"] for each in found["late"]))}


def _kinds(found: dict[str, Any]) -> set[str]:
    return {each["kind"] for each in found["indicators"]}


def _at_start(found: dict[str, Any], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"kind": "meet"}
    money = found["finance"]
    if not money["agreement"]:
        yield {"kind": "agreement"}
    if not any(each["planned_cents"] for each in found["plan"]):
        yield {"kind": "no_plan"}
    if money["members_without_line"]:
        yield {"kind": "lines", "lieux": money["members_without_line"]}
    if found["next"]:
        yield {"kind": "dates", "count": len(found["next"]), "day": found["next"][0]["due_on"]}


def _at_halfway(found: dict[str, Any], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _of_adjustments(found)
    money = found["finance"]
    yield {
        "kind": "halfway",
        "spent": money["spent_cents"],
        "amount": money["amount_cents"],
        "share": money["spent_cents"] / money["amount_cents"] if money["amount_cents"] else 0,
        "time": _elapsed(about, found["as_of"]),
    }
    yield from _overspent(found, about)
    yield from _of_indicators(found)
    yield from _of_money(found)


def _at_end(found: dict[str, Any], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _of_adjustments(found)
    yield from _overspent(found, about)
    yield from _of_indicators(found)
    yield from _of_money(found)
    money = found["finance"]
    left = money["received_cents"] - money["eligible_cents"] - money["returned_cents"]
    if left > 0:
        yield {"kind": "unspent", "amount": left}
    if not found["perspectives"]:
        yield {"kind": "perspectives"}


_QUESTIONS_OF = {"kick_off": _at_start, "mid_term": _at_halfway, "final": _at_end}


def _of_adjustments(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if found["adjustments"]["agreed"]:
        yield {"kind": "agreed", "count": len(found["adjustments"]["agreed"])}


def _overspent(found: dict[str, Any], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Lines of the plan spent beyond what the convention tolerates, all lieux together."""
    planned: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for each in found["plan"]:
        if each["line"]:
            planned[each["line"]] += each["planned_cents"]
            spent[each["line"]] += each["spent_cents"]
    for line, cents in spent.items():
        if planned[line] and cents * 10_000 > planned[line] * (10_000 + (about["tolerance_bp"] or 0)):
            yield {"kind": "overspent", "line": line, "spent": cents, "planned": planned[line]}


def _of_indicators(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    unmeasured = [each["title"] for each in found["indicators"] if not each["measures"]]
    moved = [each["title"] for each in found["indicators"] if len(each["targets"]) > 1]
    below = [each["title"] for each in found["indicators"] if each["met"] is False]
    for kind, titles in (("unmeasured", unmeasured), ("moved", moved), ("below", below)):
        if titles:
            yield {"kind": kind, "titles": titles}


def _of_money(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    money = found["finance"]
    if money["breaks"]:
        yield {
            "kind": "breaks",
            "count": money["broken"]["count"],
            "amount": money["broken"]["amount_cents"],
        }
    if money["advanced_by_carrier_cents"]:
        yield {"kind": "advance", "amount": money["advanced_by_carrier_cents"]}
    awaited = sum(max(0, each["called_cents"] - each["received_cents"]) for each in found["instalments"])
    if awaited:
        yield {"kind": "awaited", "amount": awaited}


def _elapsed(about: dict[str, Any], on: str) -> float:
    """How much of the convention's time has passed, from 0 to 1."""
    first, last, day = (date.fromisoformat(each) for each in (about["starts_on"], about["ends_on"], on))
    return min(1.0, max(0.0, (day - first).days / max(1, (last - first).days)))
