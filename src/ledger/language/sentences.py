"""Events told as sentences: the small language of templates, and the teller that fills them.

A template is an English sentence, translated as a whole by the catalogue. It lives with its concept
(`<concept>/sentences.py`, `SENTENCES`), and this module knows no concept.

====================================  ====================================================
``{title}``                           the value as it is; lists are joined
``{amount_cents:money}``              a value in a format, see `FORMATS`
``{present:number:lieu|lieux}``       how many, followed by the word in the right number
``{conditions.tolerance_bp:share}``   a value inside a value
``{occurred_on:day}`` ``{period}``    the envelope's fields; the day or the period of the fact
``[, before {due_on:day}]``           a clause, left out when a value in it is missing
``[critical? — critical]``            a clause told when the value is there and true
``[!person_id? to nobody]``           ... or when it is missing or false
``[outcome=taken? took]``             ... or when it has this value (``taken|swapped`` for either)
====================================  ====================================================

In French `de` and `que` are elided before a vowel, and `de le`, `à les` are contracted, so that
``de {lieu_id:name}`` reads `d'Archipel`, `du 6b`, `de la Verrerie`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from ledger.language import formats, terms
from ledger.language.catalogue import _, language

Names = Callable[[str], str]
"""From an opaque id, or the reference of a text in the vault, to what may be shown of it."""


def _many(write: Callable[[Any], str]) -> Callable[[Any, Names], str]:
    def written(value: Any, names: Names) -> str:
        if isinstance(value, list | tuple):
            return formats.joined([write(item) for item in value])
        return write(value)

    return written


def _named(value: Any, names: Names) -> str:
    return _many(names)(value, names)


def _text(value: Any, names: Names) -> str:
    """Free text: in the event itself, or in the vault behind a `Sealed` reference."""
    if isinstance(value, Mapping):
        return names(value["ref"])
    return _many(str)(value, names)


def _quoted(value: Any, names: Names) -> str:
    text = _text(value, names)
    return f"«{formats.NBSP}{text}{formats.NBSP}»" if language() == "fr" else f"“{text}”"


def _counted(value: Any, names: Names) -> str:
    return formats.number(len(value) if isinstance(value, list | tuple) else value)


FORMATS: dict[str, Callable[[Any, Names], str]] = {
    "money": _many(formats.money_whole),
    "day": _many(formats.day),
    "month": _many(formats.month),
    "duration": _many(formats.duration),
    "share": _many(formats.share),
    "number": _counted,
    "thousandths": _many(formats.thousandths),
    "name": _named,
    "person": _named,
    "word": _many(terms.label),
    "text": _text,
    "quote": _quoted,
    "fingerprint": _many(lambda sha256: str(sha256)[:12]),
}


class Field(NamedTuple):
    """A value to write: its path in the event, its format, and the word it counts if any."""

    path: str
    format: str = "text"
    forms: tuple[str, ...] = ()


class Clause(NamedTuple):
    """Parts that stand or fall together. `path` and `values` are its condition, if it has one."""

    parts: tuple[str | Field | Clause, ...]
    path: str | None = None
    negated: bool = False
    values: tuple[str, ...] = ()


class Teller:
    """Tells events. Templates are English, by topic; names are resolved by `names`."""

    def __init__(self, templates: Mapping[str, str], names: Names) -> None:
        self._templates = templates
        self._names = names

    def tell(self, event: Mapping[str, Any]) -> str:
        """One event as a sentence in the current language.

        Args:
            event: the stored envelope as plain data: `kind`, `occurred_on`, `occurred_from`,
                `recorded_by`, `data`, and `seq` when it is known.

        Returns:
            The sentence; for a kind without a template, its topic, so that nothing is hidden.
        """
        template = self._templates.get(event["kind"])
        return fill_in(_(template), event, self._names) if template else str(event["kind"])


def fill_in(template: str, event: Mapping[str, Any], names: Names) -> str:
    """A translated template filled with one event's values, tidied and with a capital letter.

    Raises:
        ValueError: the template is not well formed.
    """
    values = {**{key: value for key, value in event.items() if key != "data"}, **event.get("data", {})}
    written: list[str] = []
    _write(parse(template), values, names, written)
    text = re.sub(r" {2,}", " ", "".join(written)).strip()
    return text[:1].upper() + text[1:]


def fields(template: str) -> set[str]:
    """The paths that a template reads, conditions included: what its translations must read too."""
    return set(_paths(parse(template)))


@lru_cache(1024)
def parse(template: str) -> Clause:
    """A template as a tree of clauses.

    Raises:
        ValueError: an unknown format, or a bracket that does not close.
    """
    clause, end = _parse(template, 0, "")
    if end != len(template):
        raise ValueError(f"“]” without “[” in the sentence: {template}")
    return clause


_CONDITION = re.compile(r"(!?)([a-z][a-z_0-9.]*)(?:=([\w|]+))?\?")
_FIELD = re.compile(r"\{([a-z][a-z_0-9.]*)(?::([a-z]+))?(?::([^{}|]*)\|([^{}|]*))?\}")


def _parse(template: str, start: int, closing: str) -> tuple[Clause, int]:
    parts: list[str | Field | Clause] = []
    position = start
    condition = _CONDITION.match(template, position) if closing else None
    if condition:
        position = condition.end()
    while position < len(template) and template[position] != "]":
        if template[position] == "[":
            clause, position = _parse(template, position + 1, "]")
            parts.append(clause)
        elif template[position] == "{":
            field = _FIELD.match(template, position)
            if not field or (field[2] or "text") not in FORMATS:
                raise ValueError(f"not a field: {template[position:]}")
            forms = (field[3], field[4]) if field[3] is not None else ()
            parts.append(Field(field[1], field[2] or "text", forms))
            position = field.end()
        else:
            text = re.compile(r"[^][{]+").match(template, position)
            assert text
            parts.append(text[0])
            position = text.end()
    if closing and position >= len(template):
        raise ValueError(f"“[” without “]” in the sentence: {template}")
    if not condition:
        return Clause(tuple(parts)), position + len(closing)
    values = tuple(condition[3].split("|")) if condition[3] else ()
    return Clause(tuple(parts), condition[2], bool(condition[1]), values), position + len(closing)


def _write(clause: Clause, values: Mapping[str, Any], names: Names, written: list[str]) -> None:
    for part in clause.parts:
        if isinstance(part, str):
            written.append(part)
        elif isinstance(part, Clause):
            if _holds(part, values):
                _write(part, values, names, written)
        else:
            _append(written, _value(part, values, names))


def _value(field: Field, values: Mapping[str, Any], names: Names) -> str:
    if field.path == "period" and field.format == "text":  # an event's own `period` has a format
        return formats.period(values.get("occurred_from"), values["occurred_on"])
    value = _look_up(values, field.path)
    if _missing(value):
        return "—"
    text = FORMATS[field.format](value, names)
    if not field.forms:
        return text
    count = len(value) if isinstance(value, list | tuple) else value
    singular = count == 1 or (language() == "fr" and count < 2)
    return f"{text}{formats.NBSP}{field.forms[0 if singular else 1]}"


def _holds(clause: Clause, values: Mapping[str, Any]) -> bool:
    if clause.path is not None:
        value = _look_up(values, clause.path)
        true = str(value) in clause.values if clause.values else bool(value)
        if true == clause.negated:
            return False
    return not any(
        isinstance(part, Field) and part.path != "period" and _missing(_look_up(values, part.path))
        for part in clause.parts
    )


def _look_up(values: Mapping[str, Any], path: str) -> Any:
    value: Any = values
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, list | tuple) and not value)


_SMALL_WORD = re.compile(r"\b([Dd]e|[Qq]ue|à|À) $")
_CONTRACTED = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}
_VOWELS = "aàâeéèêëiîïoôuùûœæ"


def _append(written: list[str], value: str) -> None:
    """Add a value; in French, join it to the small word before it as one says it."""
    before = written[-1] if written and language() == "fr" else ""
    small = _SMALL_WORD.search(before)
    if small and value:
        word = small[1]
        article, space, rest = value.partition(" ")
        contracted = _CONTRACTED.get((word.lower(), article.lower())) if space else None
        if contracted:
            contracted = contracted.capitalize() if word[0].isupper() else contracted
            written[-1], value = before[: small.start()] + contracted + " ", rest
        elif word.lower() in ("de", "que") and value[0].lower() in _VOWELS:
            written[-1] = before[: small.start()] + word[:-1] + "'"
    written.append(value)


def _paths(clause: Clause) -> Iterator[str]:
    if clause.path:
        yield clause.path
    for part in clause.parts:
        if isinstance(part, Field):
            yield part.path
        elif isinstance(part, Clause):
            yield from _paths(part)
