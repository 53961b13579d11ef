"""JSON Schema of members' files, for editors that complete and check as one types.

Generated from the same tables as the reader. Values are texts as people write them, so the schema
knows keys, codes and shapes; amounts and dates are only checked when the file is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ledger.exchange import forms, keys
from ledger.exchange.matters import OUTCOMES
from ledger.kernel.marks import Field
from ledger.language import terms
from ledger.language.catalogue import _
from ledger.vocabulary import ACTS

if TYPE_CHECKING:
    from pydantic import BaseModel

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": ["string", "number", "boolean", "null"]}
"""What a member types may look like a number to an editor; the ledger reads it as text."""

_EXAMPLES = {
    "money": ["4 500 €", "1200,50", "€1,200.50"],
    "duration": ["6h", "3h30", "45 min", "2 j"],
    "day": ["5 mars 2024", "5 March 2024", "2024-03-05"],
    "share": ["8 %"],
    "quantity": ["290", "12,5"],
    "yes_no": ["oui", "yes"],
    "year": ["2024"],
}


def acts() -> Schema:
    """The schema of a file with an `acts:` list."""
    return {
        "$schema": DIALECT,
        "title": _("A list of acts"),
        "type": "object",
        "properties": _spelled(keys.HEADERS, {"acts": _acts_list()}),
        "anyOf": [{"required": [word]} for word in ("acts", *keys.HEADERS["acts"])],
        "additionalProperties": False,
        "$defs": _definitions(),
    }


def minutes() -> Schema:
    """The schema of a file of minutes."""
    hours = "|".join(("hours", *keys.MINUTES["hours"]))
    sections: Mapping[str, Schema] = {
        "acts": _acts_list(),
        "decisions": {"type": ["object", "null"], "additionalProperties": _matter()},
        "money": {"type": ["array", "null"], "items": _movement()},
        "tasks": {**_TEXT, "description": _header(keys.TASK_COLUMNS)},
        "present": _words(),
        "excused": _words(),
        "guests": _words(),
        "done": _words(),
        "turn": _words(),
    }
    return {
        "$schema": DIALECT,
        "title": _("The minutes of a meeting"),
        "type": "object",
        "properties": _spelled(keys.MINUTES, sections),
        "patternProperties": {f"^({hours}) ": {**_TEXT, "description": _header(keys.HOUR_COLUMNS)}},
        "additionalProperties": False,
        "$defs": _definitions(),
    }


def _matter() -> Schema:
    """What stands under a key of `decisions`: the keys of every act that it may mean."""
    acts = ("make-proposal", "open-decision", "adopt-decision", "reject-decision", "issue-opinion")
    found: Schema = {}
    for act in acts:
        found |= _object(ACTS[act].command)["properties"]
    raised = _object(ACTS["raise-objection"].command, _spelled(keys.OBJECTION, {}))
    objections = {"type": "object", "additionalProperties": {"anyOf": [raised, _TEXT]}}
    own: dict[str, Schema] = {
        "objections": {"anyOf": [objections, _words()]},
        "outcome": {"enum": _codes(OUTCOMES)},
    }
    found |= _spelled(keys.MATTER, own)
    return {"anyOf": [{"type": "object", "properties": found, "additionalProperties": False}, _TEXT]}


def _acts_list() -> Schema:
    return {"type": "array", "maxItems": 1000, "items": {"anyOf": [_act_item(act) for act in ACTS]}}


def _act_item(act: str) -> Schema:
    spellings = dict.fromkeys((act, keys.ACTS[act]))
    return {
        "type": "object",
        "properties": {name: {"anyOf": [_ref(act), _TEXT]} for name in spellings},
        "minProperties": 1,
        "additionalProperties": False,
    }


def _ref(act: str) -> Schema:
    return {"$ref": f"#/$defs/{act}"}


def _definitions() -> dict[str, Schema]:
    return {name: {**_object(act.command), "description": _about(act.command)} for name, act in ACTS.items()}


def _about(model: type[BaseModel]) -> str:
    return _((model.__doc__ or "").strip().splitlines()[0])


def _object(model: type[BaseModel], extra: Mapping[str, Schema] | None = None) -> Schema:
    """The keys of a command or of a part, in every spelling."""
    form = forms.form(model)
    by_key: dict[str, Schema] = dict.fromkeys(form.extras, _TEXT)
    by_key |= {key: _value(field) for key, field in form.fields.items()}
    words = {word: by_key[key] for key, word in _spellings(keys.KEYS, by_key, form.spellings)}
    return {"type": "object", "properties": {**(extra or {}), **words}, "additionalProperties": False}


def _spellings(
    table: Mapping[str, tuple[str, ...]], wanted: Iterable[str], reading: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Each key with the ways to write it that the reader takes for it and for no other key."""
    found = []
    for key in wanted:
        for word in dict.fromkeys((key, key.replace("_", " "), *table.get(key, ()))):
            if reading.get(keys.folded(word)) == key:
                found.append((key, word))
    return found


def _spelled(table: Mapping[str, tuple[str, ...]], known: Mapping[str, Schema]) -> dict[str, Schema]:
    reading = keys.index(table)
    return {word: known.get(key, _TEXT) for key, word in _spellings(table, table, reading)}


def _value(field: Field) -> Schema:
    kind = forms.kind_of(field)
    if kind == "part" and field.model:
        part = _object(field.model)
        return {"anyOf": [{"type": "array", "items": part}, _TEXT]} if field.many else part
    one: Schema = dict(_TEXT)
    if kind == "code":
        one = {"enum": _codes(forms.allowed(field))}
    elif kind in _EXAMPLES:
        one["examples"] = _EXAMPLES[kind]
    return {"anyOf": [one, {"type": "array", "items": one}]} if field.many else one


def _codes(allowed: tuple[str, ...]) -> list[str]:
    return list(
        dict.fromkeys(
            word
            for code in allowed
            for word in (
                code,
                code.replace("_", " "),
                terms.FRENCH.get(code, code),
                *keys.SPELLINGS.get(code, ()),
            )
        )
    )


def _words() -> Schema:
    return {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}


def _movement() -> Schema:
    """An item under `money`: the key that names the movement holds its amount."""
    shapes = []
    for kind, act in keys.MONEY_ACTS.items():
        names = (kind, *keys.MONEY[kind])
        shapes.append(
            {
                **_object(ACTS[act].command, dict.fromkeys(names, _TEXT)),
                "anyOf": [{"required": [name]} for name in names],
            }
        )
    return {"anyOf": shapes}


def _header(columns: Mapping[str, tuple[str, ...]]) -> str:
    return " | ".join(spellings[0] for spellings in columns.values())
