"""Reads a member's file, whichever its shape, into typed commands that know where they were written.

An act is known by its file and its position, which does not move when other acts are edited:
`decisions.bus`, `adopt-decision.D-2024-007`, and `acts.3` for what has neither key nor id. Its digest
tells an unchanged act from an edited one: see `edits`. What the command line says comes through `options`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger.exchange import forms, keys, words
from ledger.exchange.context import Context
from ledger.exchange.evidence import Evidence
from ledger.exchange.reader import Reader
from ledger.exchange.tree import Mapping as MappingNode
from ledger.exchange.tree import Node, Scalar, Sequence, table
from ledger.kernel import marks
from ledger.kernel.errors import Place, UsageError
from ledger.kernel.messages import Command
from ledger.language.catalogue import N_
from ledger.record.model import AttachEvidence
from ledger.vocabulary import ACTS

MAX_ACTS = 1_000


class Act(NamedTuple):
    """One act of a file.

    Attributes:
        position: its stable place in the file, in English whatever the file's language.
        digest: SHA-256 of what it says.
        command: ready to be decided; an id it creates is filled in where other acts need it.
        place: where it stands, for the rules' refusals.
    """

    position: str
    digest: str
    command: Command
    place: Place


class File(NamedTuple):
    """What a file holds, in its own order.

    Attributes:
        id: its `id:` header, else its base name: under which it is recorded once.
        author: opaque id of `by:`, or a handle that the file itself registers; None to ask elsewhere.
        acting_as: the mandate of `acting as:`, by its role or its id, as written.
        recorded: the day a demo file says it was recorded.
        language: the one most of its keys are in.
        evidence: the files beside it that its acts name, to be kept under their SHA-256.
        keys: what the file itself calls the decisions whose ids were proposed to it, by id.
    """

    id: str
    author: str | None
    recorded: date | None
    language: str
    acts: tuple[Act, ...]
    evidence: tuple[Evidence, ...]
    acting_as: str | None = None
    keys: Mapping[str, str] = MappingProxyType({})


def read_file(path: Path, context: Context) -> File:
    """The acts of a file: minutes, or a list of acts.

    Raises:
        UsageError: it cannot be read, or is no member's file.
        UnknownId: it speaks of something that the ledger does not hold.
        Several: more than one mistake, all of them.
    """
    from ledger.exchange import documents  # yaml, which one act from the command line never needs

    return read_tree(documents.read(path), path, context)


def read_tree(root: MappingNode, path: Path, context: Context) -> File:
    """As `read_file`, from a file's tree."""
    from ledger.exchange.minutes import Minutes

    shape = keys.MINUTES if _is_minutes(root) else keys.HEADERS
    language = _language(root, context.language)
    file_id = _header_text(root, "id") or path.name
    reader = Reader(context, language, path.parent, file_id)
    head = _head(root, shape, reader)
    if shape is keys.MINUTES:
        acts = Minutes(reader, head).acts()
    else:
        if "on" in head:
            with reader.mistakes.gathered():
                reader.on = _day(head["on"], reader)
        acts = listed_acts(head["acts"], reader) if "acts" in head else []
    author, recorded = _author(head, reader), None
    if "recorded" in head:
        with reader.mistakes.gathered():
            recorded = _day(head["recorded"], reader)
    reader.mistakes.settle()
    acts = _distinct(acts)
    _bound(acts, root.place)
    acting_as = _header_text(root, "acting_as")
    proofs = tuple(reader.evidence.values())
    named = {id: key for key, id in reader.local_keys.items() if id in reader.proposed}
    return File(file_id, author, recorded, language, tuple(acts), proofs, acting_as, named)


def _is_minutes(root: MappingNode) -> bool:
    names = keys.index(keys.MINUTES)
    found = {names.get(keys.folded(key.text)) for key, _ in root.entries}
    if "meeting" in found:
        return True
    if "acts" in found or {keys.folded(key.text) for key, _ in root.entries} & keys.acts().keys():
        return False
    first = root.entries[0][0]
    close = keys.near(first.text, [*names, "actes", "acts"])
    raise UsageError(
        N_("This is neither minutes nor a list of acts: there is no “meeting:” and no “acts:”."),
        N_("“{near}:” instead of “{key}:”?") if close else N_("ledger template minutes, to see one"),
        place=first.place,
        near=close,
        key=words.shown(first.text),
    )


def _language(root: MappingNode, default: str) -> str:
    """The language that most keys at the head of the file are written in."""
    french = {
        keys.folded(word) for table in (keys.MINUTES, keys.HEADERS) for w in table.values() for word in w[:1]
    }
    english = {keys.folded(word) for table in (keys.MINUTES, keys.HEADERS) for word in table}
    counts = Counter[str]()
    for key, _ in root.entries:
        word = keys.folded(key.text)
        word = "heures" if word.startswith("heures ") else "hours" if word.startswith("hours ") else word
        counts.update(
            code for code, known in (("fr", french - english), ("en", english - french)) if word in known
        )
    return counts.most_common(1)[0][0] if counts else default


def _header_text(root: MappingNode, name: str) -> str | None:
    spellings = {keys.folded(word) for word in (name, *keys.HEADERS[name])}
    for key, value in root.entries:
        if keys.folded(key.text) in spellings and isinstance(value, Scalar) and not value.empty:
            return words.text(value.text, value.place)
    return None


def _head(root: MappingNode, shape: Mapping[str, tuple[str, ...]], reader: Reader) -> dict[str, Node]:
    """The file's own keys in English; `hours` keeps its month (`hours february`)."""
    spellings = keys.index(shape)
    found: dict[str, Node] = {}
    for written, value in root.entries:
        word = keys.folded(written.text)
        key = spellings.get(word)
        month = ""
        if key is None and shape is keys.MINUTES:
            first, _, month = word.partition(" ")
            key = spellings.get(first) if spellings.get(first) == "hours" else None
        with reader.mistakes.gathered():
            if key is None:
                raise reader.unknown_key(written, spellings)
            name = f"{key} {month}" if month else key
            if name in found:
                raise UsageError(
                    N_("“{key}” is said twice, in two spellings."),
                    N_("keep one of them"),
                    place=written.place,
                    key=written.text,
                )
            if not (isinstance(value, Scalar) and value.empty):
                found[name] = value
            elif shape is keys.MINUTES and key == "present":
                raise UsageError(
                    N_("“{key}” is empty: was nobody there?"),
                    N_("name who was there; or remove the line, when nobody noted it"),
                    place=written.place,
                    key=written.text,
                )
    return found


def _day(node: Node, reader: Reader) -> date:
    if not isinstance(node, Scalar):
        raise UsageError(N_("A day is expected here."), N_("5 March 2024"), place=node.place)
    return reader.day(node.text, node.place, "on")


def _author(head: Mapping[str, Node], reader: Reader) -> str | None:
    node = head.get("by")
    if isinstance(node, Scalar):
        with reader.mistakes.gathered():
            return reader.person(node.text.strip(), node.place)
    return None


def _distinct(acts: Iterable[Act]) -> list[Act]:
    """The same acts, each at its own position: a proposal revised below itself is `make-proposal.bus.2`."""
    seen = Counter[str]()
    found = []
    for act in acts:
        seen[act.position] += 1
        nth = seen[act.position]
        found.append(act if nth == 1 else act._replace(position=f"{act.position}.{nth}"))
    return found


def _bound(acts: list[Act], place: Place) -> None:
    if not acts:
        raise UsageError(N_("The file holds no act."), N_("ledger template minutes, to see one"), place=place)
    if len(acts) > MAX_ACTS:
        raise UsageError(
            N_("The file holds {count} acts; at most {most} are recorded together."),
            N_("split it in two"),
            place=place,
            count=len(acts),
            most=MAX_ACTS,
        )


# --- a list of acts


class Item(NamedTuple):
    """One item of a list of acts, before its values are read."""

    act: str
    options: MappingNode
    place: Place


def listed_acts(node: Node, reader: Reader) -> list[Act]:
    """The acts of an `acts:` list; mistakes are gathered in the reader."""
    if not isinstance(node, Sequence):
        with reader.mistakes.gathered():
            raise UsageError(
                N_("Acts are a list: one “- act: {…}” a line."), "- close-task: T-2024-001", place=node.place
            )
        return []
    items: list[Item | None] = []
    for child in node.items:
        items.append(None)
        with reader.mistakes.gathered():
            items[-1] = _item(child)
    for item in filter(None, items):
        _remember(item, reader)
    numbered = [(number, item) for number, item in enumerate(items, start=1) if item]
    return [act for number, item in numbered for act in read_act(item, f"acts.{number}", reader)]


def _item(node: Node) -> Item:
    if isinstance(node, Scalar):
        node = MappingNode(((node, Scalar("", node.place)),), node.place)
    if not isinstance(node, MappingNode) or not node.entries:
        raise UsageError(N_("An act is expected here."), "- close-task: T-2024-001", place=node.place)
    written, value = node.entries[0]
    act = keys.acts().get(keys.folded(written.text))
    if act is None:
        close = keys.near(written.text, [*keys.ACTS, *keys.ACTS.values()])
        raise UsageError(
            N_("No act is called “{act}”."),
            N_("“{near}”?") if close else N_("ledger template act, to see them all"),
            place=written.place,
            act=words.shown(written.text),
            near=close,
        )
    rest = node.entries[1:]
    if isinstance(value, MappingNode) and not rest:
        options = value
    elif isinstance(value, Scalar) and value.empty:  # options forgotten one level too far left
        options = MappingNode(rest, written.place)
    elif isinstance(value, Scalar) and not rest:
        options = MappingNode(((Scalar(_only_key(act, written), written.place), value),), written.place)
    else:
        raise UsageError(
            N_("The options of “{act}” stand under it, indented; the next act begins with a dash."),
            N_("- {act}: {{key: value}}"),
            place=node.entries[1][0].place if rest else written.place,
            act=written.text,
        )
    return Item(act, options, written.place)


def _only_key(act: str, written: Scalar) -> str:
    """The one key that an act needs, so that `- close-task: T-2024-001` says enough."""
    fields = forms.form(ACTS[act].command).fields
    needed = [key for key, field in fields.items() if field.required]
    if len(needed) != 1:
        raise UsageError(
            N_("“{act}” needs several values."),
            N_("ledger template act {act}"),
            place=written.place,
            act=written.text,
        )
    return needed[0]


def _remember(item: Item, reader: Reader) -> None:
    """Note what an act introduces, so that the acts around it may speak of it."""
    model = ACTS[item.act].command
    form = forms.form(model)
    said = {
        form.spellings.get(keys.folded(key.text)): value.text.strip()
        for key, value in item.options.entries
        if isinstance(value, Scalar)
    }
    for key, field in form.fields.items():
        if field.mark and field.mark.new and said.get(key):
            reader.introduce(field.mark.noun, said[key], said.get("name") or said.get("title") or "")
    for written, value in item.options.entries:
        named = _NAMED_BY_PARTS.get(form.spellings.get(keys.folded(written.text), ""))
        if named:
            _remember_parts(value, *named, reader)


_NAMED_BY_PARTS = {"instalments": ("id", "instalment"), "missions": ("deliverables", "deliverable")}
"""Ids that the rows of a table introduce: the key of the table, its column, and what they name."""


def _remember_parts(node: Node, column: str, noun: str, reader: Reader) -> None:
    spellings = {keys.folded(spelling) for spelling in keys.KEYS[column]} | {column}
    for written, value in _cells(node):
        if keys.folded(written.text) in spellings:
            texts = value.items if isinstance(value, Sequence) else (value,)
            names = [name for text in texts if isinstance(text, Scalar) for name in text.text.split(",")]
            for name in filter(None, map(str.strip, names)):
                reader.introduce(noun, name)


def _cells(node: Node) -> Iterator[tuple[Scalar, Node]]:
    """Each column and what a row says there, of a table or of a list of parts."""
    if isinstance(node, Scalar):
        with suppress(UsageError):  # told when the table itself is read
            found = table(node)
            for row in found.rows:
                yield from zip(found.header, row, strict=True)
    elif isinstance(node, Sequence):
        for part in node.items:
            if isinstance(part, MappingNode):
                yield from part.entries


def read_act(
    item: Item,
    position: str,
    reader: Reader,
    given: Mapping[str, Any] | None = None,
    guessed: Mapping[str, Any] | None = None,
) -> list[Act]:
    """One act, preceded by the evidence that it names; empty when it has mistakes, which are gathered.

    Args:
        item: the act as written.
        position: its place in the file.
        reader: of the file.
        given: fields that the file says elsewhere; part of what the act says.
        guessed: fields that the ledger proposes when the act leaves them out; not part of it, so that
            the act stays unchanged when the ledger would propose something else.
    """
    model = ACTS[item.act].command
    known = set(reader.evidence)
    with reader.mistakes.named(_label(item.act, reader)):
        command = reader.command(model, item.options, given)
    if command is None:
        return []
    if isinstance(command, AttachEvidence):
        _keep_kind(command, reader)
        known = set(reader.evidence)
    position = _position(command, position)
    attached = [
        _attach(reader.evidence[sha256], f"{position}.evidence.{number}", command, item.place, reader)
        for number, sha256 in enumerate((s for s in reader.evidence if s not in known), start=1)
    ]
    return [*attached, _act(position, command, guessed or {}, item.place, reader)]


def _act(position: str, command: Command, guessed: Mapping[str, Any], place: Place, reader: Reader) -> Act:
    """The act, its digest taken before what is guessed is filled in."""
    wanting = {name: value for name, value in guessed.items() if getattr(command, name) is None}
    there = place._replace(act=_label(command.ACT, reader))
    return Act(position, reader.digest(command), command.model_copy(update=wanting), there)


def _position(command: Command, position: str) -> str:
    """By the id that the act gives, when it gives one; a person's handle stays out of the log."""
    for field in marks.fields(type(command)):
        if field.mark and field.mark.new and field.mark.what == "ref" and not field.many:
            given = getattr(command, field.name)
            if given and position.startswith(("acts.", "money.")):
                return f"{command.ACT}.{given}"
    return position


def _keep_kind(command: AttachEvidence, reader: Reader) -> None:
    found = reader.evidence.get(command.sha256)
    if found:
        reader.evidence[command.sha256] = found._replace(kind=command.kind)


def _attach(found: Evidence, position: str, command: Command, place: Place, reader: Reader) -> Act:
    said = {
        "sha256": found.sha256,
        "media_type": found.media_type,
        "size_bytes": found.size_bytes,
        "kind": found.kind,
        "on": command.on,
    }
    guessed = {"convention": _convention(command, reader)}
    return _act(position, reader.build(AttachEvidence, said, place), guessed, place, reader)


def _convention(command: Command, reader: Reader) -> str | None:
    """The convention that a receipt belongs to: the act's own, or the only one there is."""
    field = forms.form(type(command)).fields.get("convention")
    stated: str | None = getattr(command, "convention", None)
    if stated or field is None or not (field.mark and field.mark.sole):
        return stated
    known = list(reader.context.names("convention"))
    return known[0] if len(known) == 1 else None


def _label(act: str, reader: Reader) -> str:
    return keys.ACTS[act] if reader.language == "fr" else act
