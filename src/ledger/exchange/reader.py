"""Turns the nodes of a file into the fields of commands: words into values, names into ids.

One reader per file; it knows the ledger through a `Context` and remembers what the file itself
introduces, so that a later act may speak of it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from ledger.exchange import evidence, forms, keys, slips, words
from ledger.exchange.context import Context, matches
from ledger.exchange.evidence import Evidence
from ledger.exchange.mistakes import Mistakes
from ledger.exchange.tree import Mapping as MappingNode
from ledger.exchange.tree import Node, Scalar, Sequence, table
from ledger.kernel import marks
from ledger.kernel.errors import LedgerError, Place, UnknownId, UsageError
from ledger.kernel.marks import Field
from ledger.kernel.messages import Command
from ledger.kernel.spelling import id_key
from ledger.language.catalogue import N_

C = TypeVar("C", bound=Command)
_PLAIN: dict[str, Callable[[str, Place | None], Any]] = {
    "money": words.money,
    "share": words.share,
    "count": words.count,
    "quantity": words.quantity,
    "year": words.year,
    "yes_no": words.yes_no,
    "text": words.text,
    "handle": words.identifier,
}
_NAMED = ("lieu", "organisation", "rotation")
"""Nouns that people call by name rather than by id."""


class Reader:
    """Reads the values of one file.

    Args:
        context: the ledger.
        language: of the file.
        folder: where evidence lies.
        file: the file's id, under which its acts are known.
    """

    MISSING = N_("add “{key}: …” to this act")
    """What to try where a value is missing."""

    def __init__(self, context: Context, language: str, folder: Path, file: str) -> None:
        self.context = context
        self.language = language
        self.file = file
        self.folder = folder
        self.mistakes = Mistakes()
        self.on: date | None = None
        """The day of an act that does not say its own."""

        self.local_keys: dict[str, str] = {}
        """Keys under `decisions`, folded, and the ids behind them."""

        self.introduced: dict[str, dict[str, str]] = {}
        """Ids that this file introduces, by noun, with their names."""

        self.handles: dict[str, str] = {}
        """Handles that this file registers: they stay handles, the service knows the ids first."""

        self.evidence: dict[str, Evidence] = {}
        self.proposed: dict[str, str] = {}
        """Ids proposed to acts that had none, and the position of each."""

    # -- ids ----------------------------------------------------------------------------------

    def propose(self, noun: str, on: date, position: str) -> str:
        """The id of what an act without one creates: the one it got before, or the next free one."""
        found = self.context.introduced(self.file, position) or self.context.next_id(
            noun, on, self.proposed.keys()
        )
        self.proposed[found] = position
        return found

    def introduce(self, noun: str, name: str, title: str = "") -> None:
        """Remember an id that this file creates."""
        if noun == "person":
            self.handles[id_key(name)] = name
        else:
            self.introduced.setdefault(noun, {})[name] = title or name

    def person(self, word: str, place: Place | None) -> str:
        """The opaque id behind a handle, or the handle itself when this file registers it.

        Raises:
            UnknownId: with the nearest handle.
        """
        found = self.handles.get(id_key(word)) or self.context.person(word)
        if found:
            return found
        close = keys.near(word, [*self.handles.values(), *self.context.handles()], 0.5)
        raise UnknownId(
            N_("Nobody is known as “{id}”."),
            N_("“{near}”?") if close else self._stranger(),
            place=place,
            id=words.shown(word),
            near=close,
            erased=tuple(self.context.erased()),
        )

    def _stranger(self) -> str:
        """What to try for somebody nobody knows: perhaps the vault forgot them since the file was written."""
        if self.context.erased():
            return N_("register the person first; who was erased is written by their id: {erased}")
        return N_("register the person first: ledger person register")

    def reference(self, word: str, noun: str, place: Place | None) -> str:
        """The id that a word means, by id, by name or by an unambiguous part of a name.

        Raises:
            UnknownId: nothing is called so; with the nearest id or name.
            UsageError: several things are.
        """
        if noun in ("decision", "any") and (local := self.local_keys.get(keys.folded(word))):
            return local
        local_id = self._introduced_id(word, noun)
        if local_id:
            return local_id
        known = self.context.noun_of(word)
        if known and noun in ("any", known[0]):
            return known[1]
        if noun == "any" and (person := self.handles.get(id_key(word)) or self.context.person(word)):
            return person  # a handle, exactly, before a part of some place's name
        if noun in _NAMED or noun == "any":
            found = self._named(word, noun, place)
            if found:
                return found
        raise self._unknown(word, noun, place, known)

    def _introduced_id(self, word: str, noun: str) -> str | None:
        wanted = id_key(word)
        nouns = self.introduced if noun == "any" else {noun: self.introduced.get(noun, {})}
        return next((each for names in nouns.values() for each in names if id_key(each) == wanted), None)

    def _names(self, noun: str) -> dict[str, str]:
        return {**self.context.names(noun), **self.introduced.get(noun, {})}

    def _named(self, word: str, noun: str, place: Place | None) -> str | None:
        for each in _NAMED if noun == "any" else (noun,):
            found = matches(word, self._names(each))
            if len(found) == 1:
                return found[0]
            if found:
                raise UsageError(
                    N_("“{word}” may mean several: {found}."),
                    N_("write one of them in full"),
                    place=place,
                    word=words.shown(word),
                    found=found,
                )
        return None

    def _unknown(
        self, word: str, noun: str, place: Place | None, other: tuple[str, str] | None
    ) -> LedgerError:
        shown = words.shown(word)
        if other and noun != "any":
            return UnknownId(
                N_("“{id}” is a {found_noun}; a {noun} is needed here."),
                place=place,
                id=shown,
                found_noun=other[0],
                noun=noun,
            )
        names = {k: v for n in (_NAMED if noun == "any" else (noun,)) for k, v in self._names(n).items()}
        close = keys.near(word, [*self.local_keys, *names.values(), *names], 0.5)
        hint = N_("“{near}”?") if close else N_("see what exists: ledger status, ledger show ID")
        template = N_("Nothing is called “{id}”.") if noun == "any" else N_("No {noun} is called “{id}”.")
        return UnknownId(template, hint, place=place, noun=noun, id=shown, near=close)

    def party(self, word: str, place: Place | None) -> tuple[str, str]:
        """`person` or `lieu`, and the id: for a column that takes either."""
        if id_key(word) in self.handles or self.context.person(word):
            return "person", self.person(word, place)
        lieux = self._names("lieu")
        found = self._named(word, "lieu", place)
        if found:
            return "lieu", found
        close = keys.near(word, [*self.handles.values(), *self.context.handles(), *lieux.values()], 0.5)
        raise UnknownId(
            N_("Nobody and no lieu is called “{id}”."),
            N_("“{near}”?") if close else N_("register the person first: ledger person register"),
            place=place,
            id=words.shown(word),
            near=close,
        )

    def line(self, word: str, place: Place | None) -> str:
        """A line of the plan, as the plan spells it. One that no plan holds is left to the rules."""
        lines = self.context.lines()
        exact = next((line for line in lines if keys.folded(line) == keys.folded(word)), None)
        close = None if exact else keys.near(word, lines, 0.75)
        if close:
            raise UnknownId(
                N_("No line of the plan is called “{id}”."),
                N_("“{near}”?"),
                place=place,
                id=words.shown(word),
                near=close,
            )
        return exact or words.text(word, place)

    # -- commands -----------------------------------------------------------------------------

    def command(self, model: type[C], node: MappingNode, given: Mapping[str, Any] | None = None) -> C | None:
        """The command that a mapping describes; None when it has mistakes, which are gathered.

        Args:
            model: the command's class.
            node: keys and values as the file has them.
            given: fields already known by their Python names; the file's own words win.
        """
        before = len(self.mistakes)
        entries = self.entries(node, forms.form(model))
        values: dict[str, Any] = dict(given or {})
        outer = self.on
        places: dict[str, Place] = {}
        if "on" in entries:
            places["on"] = entries["on"][1].place
            with self.mistakes.gathered():
                values["on"] = self._value(model, "on", entries.pop("on")[1])
        elif self.on and "on" not in values:
            values["on"] = self.on
        self.on = values.get("on", outer)
        for key, (written, value) in entries.items():
            places[key] = value.place
            with self.mistakes.gathered():
                self._put(values, model, key, written, value)
        self.on = outer
        if len(self.mistakes) > before:
            return None
        with self.mistakes.gathered():
            command = self.build(model, values, node.place, places)
            self._require_meant(command, node.place, places)
            return command
        return None

    def _require_meant(self, command: Command, place: Place, places: Mapping[str, Place]) -> None:
        if found := slips.slip(command, self.context.latest):
            params = dict(found.params)
            if "person" in params:
                params["person"] = self._handle(params["person"])
            raise UsageError(found.template, found.hint, place=places.get(found.key, place), **params)

    def _handle(self, person: str) -> str:
        """What members write for an opaque id."""
        known = [*self.handles.values(), *self.context.handles()]
        return next((handle for handle in known if self.context.person(handle) == person), person)

    def happened(self, day: date, place: Place | None) -> date:
        """The day of something that was; never one to come."""
        if day > self.context.latest:
            found = slips.future(day)
            raise UsageError(found.template, found.hint, place=place, **found.params)
        return day

    def values(self, model: type[BaseModel], node: MappingNode) -> dict[str, Any]:
        """The values that a mapping gives to some fields of a model; mistakes are gathered."""
        found: dict[str, Any] = {}
        for key, (written, value) in self.entries(node, forms.form(model)).items():
            with self.mistakes.gathered():
                self._put(found, model, key, written, value)
        return found

    def build(
        self,
        model: type[C],
        values: Mapping[str, Any],
        place: Place,
        places: Mapping[str, Place] | None = None,
    ) -> C:
        """The command made of these values.

        Raises:
            UsageError: a field is missing, or holds what its type does not take.
        """
        try:
            return model(**values)
        except ValidationError as error:
            raise self._invalid(model, error, place, places or {}) from None

    def _invalid(
        self, model: type[BaseModel], error: ValidationError, place: Place, places: Mapping[str, Place]
    ) -> UsageError:
        first = error.errors()[0]
        field = next((f for f in forms.form(model).fields.values() if f.name == first["loc"][0]), None)
        key = forms.key_of(field) if field else str(first["loc"][0])
        written = self.write_key(key)
        if first["type"] == "missing":
            return UsageError(
                N_("“{key}” is missing."), self.MISSING, place=place, key=written, option=keys.dashed(written)
            )
        return UsageError(
            N_("“{key}” does not take this value: {value}."),
            N_("see the act's own words: ledger template act"),
            place=places.get(key, place),
            key=written,
            value=words.shown(str(first["input"])),
        )

    def write_key(self, key: str) -> str:
        """An English key as this file would write it."""
        return keys.french(key) if self.language == "fr" else key.replace("_", " ")

    def entries(self, node: MappingNode, form: forms.Form) -> dict[str, tuple[Scalar, Node]]:
        """The node's entries by English key, empty ones left out; unknown keys are gathered."""
        found: dict[str, tuple[Scalar, Node]] = {}
        for written, value in node.entries:
            key = form.spellings.get(keys.folded(written.text))
            with self.mistakes.gathered():
                if key is None:
                    raise self.unknown_key(written, form.spellings)
                if key in found:
                    raise UsageError(
                        N_("“{key}” says the same as “{other}” above."),
                        N_("keep one of them"),
                        place=written.place,
                        key=written.text,
                        other=found[key][0].text,
                    )
                if not (isinstance(value, Scalar) and value.text.strip() in ("", "?")):
                    found[key] = (written, value)
        return found

    def unknown_key(self, written: Scalar, spellings: Mapping[str, str]) -> UsageError:
        """The error for a key that has no meaning here, with the nearest that has."""
        close = keys.near(written.text, spellings)
        known = list(dict.fromkeys(self.write_key(key) for key in spellings.values()))
        return UsageError(
            N_("“{key}” means nothing here."),
            N_("“{near}”?") if close else N_("one of: {known}"),
            place=written.place,
            key=words.shown(written.text),
            near=self.write_key(spellings[keys.folded(close)]) if close else None,
            known=", ".join(known),
        )

    def _put(
        self, values: dict[str, Any], model: type[BaseModel], key: str, written: Scalar, node: Node
    ) -> None:
        """Store what one key says, under the names of the command's fields."""
        if key == "who":
            role, found = self.party(*_one(node))
            values[role] = found
        elif key == "month":
            values["from_"], values["until"] = self.month(*_one(node))
        elif key == "file":
            kept = self.attach(single(node), "other")
            values |= {"sha256": kept.sha256, "media_type": kept.media_type, "size_bytes": kept.size_bytes}
        elif key in forms.form(model).fields:
            values[forms.form(model).fields[key].name] = self._value(model, key, node)
        else:  # a kind of proof
            proofs = [self.proof(name, key) for name in _scalars(node)]
            values["evidence"] = (*values.get("evidence", ()), *proofs)

    # -- values -------------------------------------------------------------------------------

    def _value(self, model: type[BaseModel], key: str, node: Node) -> Any:
        field = forms.form(model).fields[key]
        if field.many:
            return tuple(self._many(field, key, node))
        if field.model and forms.kind_of(field) == "part":
            return self._part(field.model, as_mapping(node))
        return self.scalar(field, key, *_one(node))

    def _many(self, field: Field, key: str, node: Node) -> Iterable[Any]:
        if field.model and forms.kind_of(field) == "part":
            return self._parts(field.model, node)
        if isinstance(node, Scalar) and forms.kind_of(field) == "text":
            parts = [(line.strip(" -"), at) for line, at in node.lines] or [(node.text, node.place)]
            return [self.scalar(field, key, text, at) for text, at in parts]
        return [self.scalar(field, key, text, at) for text, at in listed(node)]

    def _parts(self, model: type[BaseModel], node: Node) -> Iterable[BaseModel]:
        """Several parts: a list of mappings, or a table whose header holds the keys."""
        if isinstance(node, Scalar):
            header, rows = (found := table(node)).header, found.rows
            mappings = [MappingNode(tuple(zip(header, row, strict=True)), row[0].place) for row in rows]
            if not rows:  # a first row alone is a header, and not what somebody wrote there
                self.entries(
                    MappingNode(tuple((cell, cell) for cell in header), node.place), forms.form(model)
                )
        elif isinstance(node, Sequence):
            mappings = [as_mapping(item) for item in node.items]
        else:
            mappings = [node]
        return [self._part(model, mapping) for mapping in mappings]

    def _part(self, model: type[BaseModel], node: MappingNode) -> BaseModel:
        before = len(self.mistakes)
        values: dict[str, Any] = {}
        for key, (_written, value) in self.entries(node, forms.form(model)).items():
            with self.mistakes.gathered():
                values[forms.form(model).fields[key].name] = self._value(model, key, value)
        if len(self.mistakes) > before:
            return model.model_construct(**values)  # the act is given up anyway
        try:
            return model(**values)
        except ValidationError as error:
            raise self._invalid(model, error, node.place, {}) from None

    def scalar(self, field: Field, key: str, text: str, place: Place | None) -> Any:
        """One value of a field, from its text.

        Raises:
            UsageError, UnknownId: what is wrong with it.
        """
        kind = forms.kind_of(field)
        if kind in _PLAIN:
            return _PLAIN[kind](text, place)
        readers: dict[str, Callable[[], Any]] = {
            "duration": lambda: self.duration(text, place),
            "day": lambda: self.day(text, place, key),
            "person": lambda: self.person(text, place),
            "ref": lambda: self._id(field, text, place),
            "sha256": lambda: self.fingerprint(text, place),
            "code": lambda: words.code(text, keys.codes(forms.allowed(field)), place),
            "word": lambda: self._word(key, text, place),
        }
        return readers[kind]()

    def _id(self, field: Field, text: str, place: Place | None) -> str:
        assert field.mark
        if field.mark.new:
            return words.identifier(text, place)
        return self.reference(text, field.mark.noun, place)

    def _word(self, key: str, text: str, place: Place | None) -> str:
        """A free word; roles and lines of the plan are recognised in both languages."""
        if key == "role":
            return keys.index(keys.ROLES).get(keys.folded(text)) or words.text(text, place)
        return self.line(text, place) if key == "line" else words.text(text, place)

    def day(self, text: str, place: Place | None, key: str) -> date:
        """A day; without its year, the next such day or the last one, as the key looks."""
        return words.day(
            text,
            place,
            reference=self.on or self.context.today,
            look="ahead" if keys.looks_ahead(key) else "back",
            language=self.language,
        )

    def month(self, text: str, place: Place | None) -> tuple[date, date]:
        """First and last day of a month, looking back; never beyond the day of the act itself."""
        reference = self.on or self.context.today
        first, last = words.month(text, place, reference=reference)
        self.happened(first, place)
        return first, min(last, reference) if first <= reference else last

    def duration(self, text: str, place: Place | None) -> int:
        """Minutes, more than none."""
        minutes = words.duration(text, place, day_minutes=self.context.day_minutes)
        if minutes == 0:
            raise UsageError(
                N_("“{value}” is no time at all."), N_("leave it empty"), place=place, value=words.shown(text)
            )
        return minutes

    # -- evidence -----------------------------------------------------------------------------

    def fingerprint(self, text: str, place: Place | None) -> str:
        """A SHA-256: written out, or that of the file named."""
        if len(text) == 64 and all(char in "0123456789abcdef" for char in text.lower()):
            return text.lower()
        return self._attached(text, "other", place).sha256

    def attach(self, name: Scalar, kind: str) -> Evidence:
        """The file that a scalar names, remembered for the service to keep."""
        return self._attached(name.text, kind, name.place)

    def _attached(self, name: str, kind: str, place: Place | None) -> Evidence:
        found = evidence.find(name, self.folder, kind, place)
        return self.evidence.setdefault(found.sha256, found)

    def proof(self, name: Scalar, kind: str) -> Any:
        """The reference to a receipt, by its SHA-256 and what it proves."""
        from ledger.funds.events import EvidenceRef

        return EvidenceRef(sha256=self.attach(name, kind).sha256, evidence_kind=kind)  # type: ignore[arg-type]

    # -- digests ------------------------------------------------------------------------------

    def digest(self, command: Command) -> str:
        """SHA-256 of what an act says, however it was spelled.

        Ids proposed by the program count by the position they were proposed for, so that reading the
        file again gives the same digest. Texts about people are keyed with the vault's secret first:
        the digest goes to the log, and must not let anyone guess them.
        """
        data = command.model_dump(mode="json", exclude_defaults=True)
        for field in marks.fields(type(command)):
            private = field.mark and (field.mark.private or field.mark.what == "handle")
            if private and isinstance(data.get(field.name), str):
                data[field.name] = self._keyed(data[field.name])
        said = {"act": command.ACT, "says": self._symbolic(data)}
        canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def _symbolic(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._symbolic(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._symbolic(item) for item in value]
        if isinstance(value, str) and value in self.proposed:
            return f"@{self.proposed[value]}"
        if isinstance(value, str) and id_key(value) in self.handles:
            return self._keyed(value)
        return value

    def _keyed(self, text: str) -> str:
        return "~" + hmac.new(self.context.secret, text.encode(), hashlib.sha256).hexdigest()


def listed(node: Node) -> list[tuple[str, Place | None]]:
    """The words of `a, b et c`, or of a YAML list."""
    if isinstance(node, Scalar):
        return words.items(node.text, node.place)
    return [(each.text, each.place) for each in _scalars(node)]


def _one(node: Node) -> tuple[str, Place]:
    value = single(node)
    return value.text, value.place


def single(node: Node) -> Scalar:
    """The single value that stands there.

    Raises:
        UsageError: a list, or keys and values.
    """
    if isinstance(node, Scalar):
        return node
    raise UsageError(N_("A single value is expected here, not a list."), N_("key: value"), place=node.place)


def _scalars(node: Node) -> list[Scalar]:
    return [single(item) for item in node.items] if isinstance(node, Sequence) else [single(node)]


def as_mapping(node: Node) -> MappingNode:
    if isinstance(node, MappingNode):
        return node
    raise UsageError(
        N_("Keys are expected here, one a line and indented."), N_("key: value"), place=node.place
    )
