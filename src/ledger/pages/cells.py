"""What one value of a table looks like to a reader, told from its column's name.

Columns carry their unit at the end of their name, so no table needs a list of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from ledger.language import formats, terms
from ledger.language.catalogue import _, pgettext

SHORT, LONG = 14, 24
"""A label up to SHORT characters stays on one line; one beyond LONG is given room."""

WORDS = frozenset(
    (
        "activity",
        "basis",
        "carrier_kind",
        "domain",
        "end_reason",
        "engagement",
        "evidence_kind",
        "how",
        "how_ended",
        "kind",
        "level",
        "method",
        "mode",
        "nature",
        "option",
        "outcome",
        "period",
        "position",
        "purpose",
        "reason_code",
        "role",
        "side",
        "stage",
        "status",
    )
)
"""Columns that hold a code: its label is shown."""

STATES: dict[str, dict[str, str]] = {
    "decisions": {
        "draft": "wait",
        "open": "wait",
        "adopted": "good",
        "rejected": "plain",
        "withdrawn": "plain",
        "issued": "good",
        "superseded": "plain",
        "repealed": "plain",
        "expired": "plain",
    },
    "tasks": {
        "open": "wait",
        "assigned": "wait",
        "accepted": "good",
        "completed": "good",
        "cancelled": "plain",
    },
    "meetings": {"convened": "wait", "held": "good", "approved": "good", "cancelled": "plain"},
    "instalments": {"due": "wait", "called": "wait", "partly_received": "wait", "received": "good"},
    "hand_overs": {"offered": "wait", "accepted": "good", "declined": "plain"},
    "conventions": {"signed": "good"},
    "allocations": {"envelope": "plain", "transfer": "plain"},
    "expenses": {"proven": "good", "unproven": "bad"},
    "roles": {"running": "good", "ended": "plain"},
    "rotation_turns": {"taken": "good", "swapped": "good", "skipped": "wait"},
    "flags": {
        "open": "wait",
        "acknowledged": "plain",
        "contested": "plain",
        "by_design": "plain",
        "info": "plain",
        "watch": "wait",
        "alert": "bad",
    },
}
"""States by table, and how each is toned; a state is called after its table, for it agrees with it."""

_STATED = ("status", "level", "outcome")
_FLAGS = ("has_", "is_")
_BOOLEANS = frozenset(("critical", "demo", "illustrative", "off", "paramount", "represented", "single_seat"))


def shown(
    value: Any, column: str, table: str | None, path: Callable[[str], str], encode: Callable[[str], str]
) -> Markup | None:
    """A value as HTML; None leaves it to Datasette.

    Args:
        value: as stored.
        column: its column.
        table: its table, None in the answer of a query.
        path: makes an address of this surface.
        encode: makes an id fit for an address.
    """
    if isinstance(value, dict):  # a reference, with the label that Datasette found for it
        return _reference(value["value"], str(value["label"]), column, path, encode)
    if value is None or value == "":
        return Markup('<span class="none">—</span>')
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(value, column, path)
    return _text(value, column, table) if isinstance(value, str) else None


def _text(value: str, column: str, table: str | None) -> Markup | None:
    if column.endswith("sha256"):
        return Markup('<code title="{}">{}</code>').format(value, value[:12])
    if column in _STATED:
        return badge(value, table)
    if column in WORDS:
        return Markup("{}").format(terms.label(value))
    return _day(value, column)


def badge(word: str, table: str | None = None) -> Markup:
    """A state as a small label; its colour only repeats what the word says."""
    tone = STATES.get(table or "", {}).get(word, "plain")
    return Markup('<span class="badge {}">{}</span>').format(tone, state(word, table))


def state(word: str, table: str | None) -> str:
    """What a state is called in the reader's language."""
    if word not in STATES.get(table or "", {}):
        return terms.label(word)
    return pgettext(f"state of {table}", word.replace("_", " "))


def key(table: str, value_path: str, value: str, path: Callable[[str], str]) -> Markup:
    """The key of a row, leading to the page of the thing when it has one, else to the row.

    Args:
        table: the row's table.
        value_path: the key as Datasette writes it in an address.
        value: the key as read.
        path: makes an address of this surface.
    """
    from ledger.pages.history import THINGS

    where = "/events" if table == "events" else "/show" if table in THINGS else f"/members/{table}"
    return Markup('<a class="id" href="{}">{}</a>').format(path(f"{where}/{value_path}"), value)


def _reference(
    id: Any, label: str, column: str, path: Callable[[str], str], encode: Callable[[str], str]
) -> Markup | None:
    if isinstance(id, int):
        return _number(id, column, path)
    if column.endswith("sha256"):
        return Markup('<a href="{}"><code title="{}">{}</code></a>').format(
            path("/members/evidence/" + encode(id)), id, id[:12]
        )
    kind = "id" if len(label) <= SHORT else "long" if len(label) > LONG else ""
    return Markup('<a class="{}" href="{}">{}</a>').format(kind, path("/show/" + encode(id)), label or id)


def _number(value: int, column: str, path: Callable[[str], str]) -> Markup | None:
    if column == "seq" or column.endswith("_seq"):
        return Markup('<a class="seq" href="{}">{}</a>').format(path(f"/events/{value}"), value)
    if column.startswith(_FLAGS) or column in _BOOLEANS:
        return Markup('<span class="{}">{}</span>').format(
            "yes" if value else "no", _("yes") if value else _("no")
        )
    if column.endswith("cents"):
        return Markup('<span class="number">{}</span>').format(formats.money(value))
    if column.endswith("minutes") or column == "minutes_per_month":
        return Markup('<span class="number">{}</span>').format(formats.duration(value))
    if column.endswith("_bp"):
        return Markup('<span class="number">{}</span>').format(formats.share(value))
    return None


def _day(value: str, column: str) -> Markup | None:
    if not column.endswith(("_on", "_from", "_until", "_at")) or len(value) < 10:
        return None
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return None
    hour = f" {value[11:16]}" if column.endswith("_at") and len(value) > 15 else ""
    return Markup('<time class="tight" datetime="{}" title="{}">{}{}</time>').format(
        value, formats.day(day), formats.short_day(day), hour
    )


def filled(rows: Iterable[Iterable[Mapping[str, Any]]]) -> frozenset[str]:
    """The columns that hold something in at least one of the rows shown; the others would be dashes."""
    return frozenset(cell["column"] for row in rows for cell in row if cell["raw"] not in (None, "", "[]"))
