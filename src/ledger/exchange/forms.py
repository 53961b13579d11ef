"""What each act may say in a file: its keys, read from the command's fields and their `As` marks.

Nothing is listed twice: a field added to a command is at once a key in files, an option, a property
of the JSON Schema and a line of the reference. Lives as long as the process.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args, get_origin

from ledger.exchange import keys
from ledger.kernel import marks
from ledger.record.model import AttachEvidence

if TYPE_CHECKING:
    from pydantic import BaseModel

_RENAMED = {
    "day_minutes": "workday",
    "minutes": "duration",
    "instalment_id": "id",
    "payee": "paid_to",
    "quorum_seats": "quorum",
    "second_quorum_seats": "second_quorum",
}
"""Among them `payee`, which without its accents cannot be told from `payée`."""

_UNITS = ("_cents", "_minutes", "_bp", "_id", "_on", "_sha256", "_milli")


class Form(NamedTuple):
    """The keys of a command, or of a part of one.

    Attributes:
        fields: by English key.
        extras: keys that stand for others: `who`, `month`, `file` and the kinds of evidence.
        spellings: from every spelling, folded, to the English key.
    """

    fields: dict[str, marks.Field]
    extras: tuple[str, ...]
    spellings: dict[str, str]


@cache
def form(model: type[BaseModel]) -> Form:
    """The form of a command or of one of its parts."""
    fields = {key_of(field): field for field in marks.fields(model)}
    extras = _extras(model, fields)
    return Form(fields, extras, keys.index(keys.KEYS, [*extras, *fields]))


def key_of(field: marks.Field) -> str:
    """The English key of a field: its name without its unit."""
    name = field.name.rstrip("_")
    if name in _RENAMED:
        return _RENAMED[name]
    if name == "instalment_kind":
        return "kind"
    unit = next((unit for unit in _UNITS if name.endswith(unit)), "")
    return name.removesuffix(unit)


def _extras(model: type[BaseModel], fields: dict[str, marks.Field]) -> tuple[str, ...]:
    found: list[str] = []
    if "person" in fields and "lieu" in fields:
        found.append("who")
    if {"from", "until", "activity"} <= fields.keys():
        found.append("month")
    if model is AttachEvidence:
        found.append("file")
    proofs = fields["evidence"].model if "evidence" in fields else None
    if proofs and "evidence_kind" in proofs.model_fields:
        found.extend(evidence_kinds())
    return tuple(found)


@cache
def evidence_kinds() -> tuple[str, ...]:
    """What a proof may be, each of them a key: `invoice`, `proof_of_payment`…"""
    from ledger.funds.events import EvidenceRef

    return get_args(EvidenceRef.model_fields["evidence_kind"].annotation)


def allowed(field: marks.Field) -> tuple[str, ...]:
    """The codes of an enumerated field; empty when any value may stand there."""
    return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()


def kind_of(field: marks.Field) -> str:
    """What a value of the field is: the `As` mark's word, or `yes_no`, `code`, `year`, `count`, `part`."""
    if field.model and field.mark is None:
        return "part"
    if allowed(field):
        return "code"
    if field.mark:
        return field.mark.what
    if field.annotation is bool:
        return "yes_no"
    if field.annotation is int:
        return "year" if field.name.endswith("year") else "count"
    return {"date": "day"}.get(getattr(field.annotation, "__name__", ""), "word")
