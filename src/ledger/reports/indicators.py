"""Indicators as a meeting looks at them: aim, target and its revisions, measures, what was said of them.

No indicator ever blocks anything, and what was declared is shown as it was said.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from ledger.kernel.rows import rows
from ledger.language import formats
from ledger.language.catalogue import N_, _
from ledger.reports.document import Document, Facts, Grid, Ref, Section, Words, facts, grid, sections

CLAIMS = {"reached": N_("said to be reached"), "not_reached": N_("said not to be reached")}


def indicators(
    db: sqlite3.Connection, convention_id: str | None = None, until: str = "9999"
) -> list[dict[str, Any]]:
    """Every indicator, or those of one convention, in the order in which they were first set.

    Args:
        until: what was set and measured up to that day, ISO.

    Returns:
        `{indicator, convention, title, kind, unit, scale, public, source, targets, measures, met}`: `targets` are
        `{target, aim, target_on, set_on, reason, decision}`, the last one in force; `measures` are
        `{measured_on, value, rating, narrative, method, claim, target, parts, parts_total, not_itemised}`, oldest
        first; `met` is true, false or None, as the last measure stands to the last target.
    """
    found = rows(
        db,
        "SELECT indicator_id AS indicator, indicator_status.convention_id AS convention, indicator_status.title,"
        " indicator_status.kind, indicator_status.unit, indicators.scale, indicators.public, indicators.source"
        " FROM indicator_status JOIN indicators ON indicators.id = indicator_id"
        " WHERE ?1 IS NULL OR indicator_status.convention_id = ?1"
        " ORDER BY indicator_status.convention_id IS NOT NULL, indicator_status.convention_id,"
        " (SELECT min(set_on) FROM indicator_targets AS first"
        " WHERE first.indicator_id = indicators.id), indicators.kind DESC, indicator_id",
        convention_id,
    )
    for each in found:
        each["targets"] = rows(
            db,
            "SELECT target, aim, target_on, set_on, reason, decision_id AS decision FROM indicator_targets"
            " WHERE indicator_id = ? AND set_on <= ? ORDER BY revision",
            each["indicator"],
            until,
        )
        each["measures"] = rows(
            db,
            "SELECT id, measured_on, value, rating, narrative, method, claim, target, parts_total,"
            " value - parts_total AS not_itemised FROM indicator_values WHERE indicator_id = ?"
            " AND measured_on <= ? ORDER BY measured_on, id",
            each["indicator"],
            until,
        )
        for measure in each["measures"]:
            measure["parts"] = rows(
                db,
                "SELECT label, value FROM indicator_parts WHERE value_id = ? ORDER BY position",
                measure.pop("id"),
            )
        each["met"] = _met(each)
    return [each for each in found if each["targets"]]


def _met(each: dict[str, Any]) -> bool | None:
    """Whether the last value is at the last target; None when either is not a number."""
    value = each["measures"][-1]["value"] if each["measures"] else None
    target = each["targets"][-1]["target"] if each["targets"] else None
    return None if value is None or target is None else value >= target


def summary(found: list[dict[str, Any]]) -> Grid | None:
    """One row for each indicator: what it aims at and what was measured last."""
    return grid(
        (_("indicator"), _("target"), _("due by"), _("measure"), _("measured on")),
        (
            (
                Ref(each["indicator"], each["title"]),
                target_of(each),
                _day(each["targets"][-1]["target_on"]),
                measure_of(each) or _("not yet"),
                _day(each["measures"][-1]["measured_on"]) if each["measures"] else "",
            )
            for each in found
        ),
    )


_KINDS = {"quantitative": N_("in numbers"), "qualitative": N_("in words")}


def remarks(found: list[dict[str, Any]]) -> list[str]:
    """What the summary does not show: what explains a measure, targets that moved, parts that do not add up."""
    return [text for each in found for text in (*_explained(each), *_moved(each), *_itemised(each))]


def _explained(each: dict[str, Any]) -> Iterator[str]:
    for measure in each["measures"][-1:]:
        said = [measure["narrative"], measure["method"], measure["claim"] and _(CLAIMS[measure["claim"]])]
        if any(said):
            yield _("{title}: {reason}").format(title=each["title"], reason="; ".join(filter(None, said)))


def _moved(each: dict[str, Any]) -> Iterator[str]:
    for before, after in zip(each["targets"], each["targets"][1:], strict=False):
        yield _("{title}: the target moved on {day}, from {before} to {after}.{reason}").format(
            title=each["title"],
            day=formats.day(after["set_on"]),
            before=_aimed(before, each["unit"]),
            after=_aimed(after, each["unit"]),
            reason=f" {_sentence(after['reason'])}" if after["reason"] else "",
        )


def _itemised(each: dict[str, Any]) -> Iterator[str]:
    for measure in each["measures"][-1:]:
        if measure["not_itemised"]:
            yield _("{title}: {value} declared, {parts} itemised; {rest} are not itemised ({share}).").format(
                title=each["title"],
                value=quantity(measure["value"], each["unit"]),
                parts=quantity(measure["parts_total"], each["unit"]),
                rest=quantity(measure["not_itemised"], each["unit"]),
                share=formats.percent(measure["not_itemised"] / measure["value"])
                if measure["value"]
                else "?",
            )


def target_of(each: dict[str, Any]) -> str:
    """The target in force: a number with its unit, or the aim in words."""
    last = each["targets"][-1]
    return quantity(last["target"], each["unit"]) if last["target"] is not None else last["aim"] or ""


def measure_of(each: dict[str, Any]) -> str:
    """The last measure: a number, a rating, what was said; empty while nothing is."""
    if not each["measures"]:
        return ""
    last = each["measures"][-1]
    if last["value"] is not None:
        return quantity(last["value"], each["unit"])
    return last["rating"] or (_(CLAIMS[last["claim"]]) if last["claim"] else "") or _("in words")


def quantity(value: float | None, unit: str | None) -> str:
    """`290 lieux`, `9 600 000 €`; empty without a value."""
    if value is None:
        return ""
    if unit == "€":
        return formats.money_whole(round(value * 100))
    return f"{formats.decimal(value, 3)} {unit}" if unit else formats.decimal(value, 3)


def document(
    db: sqlite3.Connection, names: Callable[[str], str], convention_id: str | None = None
) -> Document:
    """Each indicator with its whole story, convention by convention."""
    found = indicators(db, convention_id)
    titles = dict(db.execute("SELECT id, title FROM conventions").fetchall())
    told: list[Section | None] = []
    for convention, of_it in groupby(found, key=lambda each: each["convention"]):
        told += [_told(each, titles.get(convention)) for each in of_it]
    nothing = Section(_("Indicators"), (Words(_("No indicator was set."), "soft"),))
    reserve = Section(
        _("How to read them"),
        (
            Words(
                _(
                    "Indicators are looked at together and never block anything: no result is owed. A value stands"
                    " as it was declared; a target that moved keeps its earlier ones."
                ),
                "reserve",
            ),
        ),
    )
    return Document(
        _("Indicators"),
        titles.get(convention_id or "", _("Every indicator")),
        _("What is observed: numbers and words, target and measure."),
        sections(*(told or [nothing]), reserve),
    )


def _told(each: dict[str, Any], convention: str | None) -> Section:
    blocks: list[Facts | Grid | Words | None] = [
        facts(
            (_("Kind"), _(_KINDS[each["kind"]])),
            (_("Convention"), convention),
            (_("Public"), each["public"]),
            (_("Scale"), each["scale"]),
            (_("Source"), each["source"]),
        ),
        grid(
            (_("set on"), _("target"), _("due by"), _("why")),
            (
                (
                    formats.short_day(one["set_on"]),
                    quantity(one["target"], each["unit"]) or one["aim"] or "",
                    _day(one["target_on"]),
                    one["reason"] or "",
                )
                for one in each["targets"]
            ),
        ),
        grid(
            (_("measured on"), _("measure"), _("how"), _("what explains it")),
            (
                (
                    formats.short_day(one["measured_on"]),
                    measure_of({**each, "measures": [one]}),
                    one["method"] or "",
                    one["narrative"] or "",
                )
                for one in each["measures"]
            ),
        ),
    ]
    if not each["measures"]:
        blocks.append(Words(_("Not measured yet."), "soft"))
    for one in each["measures"][-1:]:
        blocks.append(
            grid(
                (_("part"), _("value")),
                ((part["label"], quantity(part["value"], each["unit"])) for part in one["parts"]),
                right=(1,),
                last=(_("sum of the parts"), quantity(one["parts_total"], each["unit"])),
            )
        )
    blocks += [Words(text, "watch") for text in (*_moved(each), *_itemised(each))]
    return Section(each["title"], tuple(block for block in blocks if block is not None))


def _aimed(target: dict[str, Any], unit: str | None) -> str:
    aimed = quantity(target["target"], unit) or target["aim"] or "?"
    if not target["target_on"]:
        return aimed
    return _("{target} by {day}").format(target=aimed, day=formats.day(target["target_on"]))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _day(iso: str | None) -> str:
    return formats.short_day(iso) if iso else ""
