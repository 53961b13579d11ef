"""From a member's file to its tree: bytes, then text, then YAML's grammar with none of its surprises.

Every scalar stays text, so that nothing becomes a boolean, a float or an octal by accident. Aliases,
tags, merge keys, duplicate keys and files over 1 MiB are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml

from ledger.exchange.tree import Mapping, Node, Scalar, Sequence
from ledger.exchange.words import bare, money, shown
from ledger.kernel.errors import Place, UsageError
from ledger.language.catalogue import N_

MAX_BYTES = 2**20
MAX_DEPTH = 12


# --- from bytes to text


def read(path: Path, shown_as: str | None = None) -> Mapping:
    """The tree of a file.

    Args:
        path: the file.
        shown_as: its name in messages, by default as given.

    Raises:
        UsageError: the file cannot be read, or is not a member's file; with its place.
    """
    name = shown_as or str(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(
            N_("There is no file “{file}”."), N_("ls, to see the files here"), file=name
        ) from None
    except IsADirectoryError:
        raise UsageError(
            N_("“{file}” is a folder."), N_("name the files in it: {file}/*.yaml"), file=name
        ) from None
    except PermissionError:
        raise UsageError(
            N_("You may not read “{file}”."), N_("chmod u+r {file}, or ask who owns it"), file=name
        ) from None
    except OSError as reason:
        raise UsageError(N_("“{file}” cannot be read: {reason}."), file=name, reason=reason) from None
    return parse(data, name)


def parse(data: bytes, name: str) -> Mapping:
    """The tree of a file's bytes; `name` stands in messages.

    Raises:
        UsageError: with the place of what is wrong.
    """
    start = Place(name, 1)
    if len(data) > MAX_BYTES:
        raise UsageError(
            N_("The file is larger than 1 MiB."),
            N_("split it: all acts of a file are recorded together, and it holds at most 1,000"),
            place=start,
        )
    source = _Source(decode(data, name), name)
    source.check()
    node = _Reader(source).document()
    if node is None or (isinstance(node, Scalar) and node.empty):
        raise UsageError(
            N_("The file is empty."),
            N_("ledger template minutes > {file}, then fill it in"),
            place=start,
            file=name,
        )
    if not isinstance(node, Mapping):
        raise UsageError(
            N_("A file begins with keys, such as “meeting:” or “acts:”."),
            N_("ledger template minutes, to see one"),
            place=node.place,
        )
    return node


def decode(data: bytes, name: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark, lines ending with a line feed.

    Raises:
        UsageError: another encoding (named when it is recognised), or no text at all.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UsageError(
            N_("The file is encoded in UTF-16."),
            N_("save it as UTF-8, or: iconv -f UTF-16 -t UTF-8 {file} > new.yaml"),
            place=Place(name, 1),
            file=name,
        )
    controls = sum(byte < 32 and byte not in (9, 10, 12, 13) for byte in data)
    if b"\0" in data or data.startswith(_SIGNATURES) or (controls > 8 and controls * 50 > len(data)):
        raise UsageError(
            N_("This is not a text file."),
            N_("a receipt is named in the minutes (“invoice: {file}”), not recorded in their place"),
            place=Place(name, 1),
            file=Path(name).name,
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _wrong_encoding(data, error.start, name) from None
    return re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", text)


_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf")
"""How PDFs, office documents, pictures and formatted texts begin, however much text follows."""

_OLD_ENCODINGS = {"cp1252": "WINDOWS-1252", "mac_roman": "MACINTOSH", "cp850": "CP850"}
_FRENCH = frozenset("éèêëàâçîïôùûüœæñ°ÉÈÊÀÇÔ’‘“”«»€–—…\u00a0")


def _old_encoding(data: bytes) -> str | None:
    """The encoding in which what is not plain ASCII reads as French; None when none does."""
    foreign = bytes(byte for byte in data if byte > 127)
    french = {
        name: sum(char in _FRENCH for char in foreign.decode(name, "replace")) for name in _OLD_ENCODINGS
    }
    best = max(french, key=lambda name: french[name])
    return best if french[best] * 10 >= len(foreign) * 9 else None


def _wrong_encoding(data: bytes, at: int, name: str) -> UsageError:
    line_start = max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1
    place = Place(
        name,
        len(re.findall(rb"\r\n|\r|\n", data[:line_start])) + 1,
        len(data[line_start:at].decode("utf-8", "replace")) + 1,
    )
    word = re.search(rb"\S*$", data[line_start:at])
    end = re.match(rb"\S*", data[at:])
    encoding = _old_encoding(data)
    if encoding is None:
        return UsageError(
            N_("The file is not in UTF-8, nor in another encoding that is recognised."),
            N_("open it where it was written, and save it as text in UTF-8"),
            place=place,
        )
    written = ((word[0] if word else b"") + (end[0] if end else b"")).decode(encoding, "replace")
    return UsageError(
        N_("The file is not in UTF-8: “{read}” looks like {encoding}, an old editor's encoding."),
        N_("save it as UTF-8, or: iconv -f {encoding} -t UTF-8 {file} > new.yaml"),
        place=place,
        read=shown(written),
        encoding=_OLD_ENCODINGS[encoding],
        file=name,
    )


@dataclass(frozen=True)
class _Source:
    text: str
    name: str
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", self.text.split("\n"))

    def place(self, mark: Any) -> Place:
        return Place(self.name, mark.line + 1, mark.column + 1)

    def check(self) -> None:
        """Refuse what YAML would refuse less clearly, and what would hide from a reader."""
        for number, line in enumerate(self.lines, start=1):
            indent = line[: len(line) - len(line.lstrip())]
            if "\t" in indent and line.strip():
                raise UsageError(
                    N_("A tab indents this line, where only spaces may."),
                    N_("replace each tab by two spaces"),
                    place=Place(self.name, number, indent.index("\t") + 1),
                )
            if bad := re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", line):
                raise UsageError(
                    N_("An invisible character (U+{code}) stands here."),
                    N_("delete it and type the text around it again"),
                    place=Place(self.name, number, bad.start() + 1),
                    code=f"{ord(bad[0]):04X}",
                )


# --- from text to tree


class _Reader:
    """One pass over YAML's events, building the tree and refusing what members never mean."""

    def __init__(self, source: _Source) -> None:
        self._source = source

    def document(self) -> Node | None:
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        try:
            events = yaml.parse(self._source.text, Loader=loader)
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    node = self._node(next(events), events, 0)
                    self._end(events)
                    return node
        except yaml.MarkedYAMLError as error:
            self._explain(error)
        return None

    def _end(self, events: Iterator[Any]) -> None:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._refuse(
                    event,
                    N_("The line “---” begins a second document; a file is one."),
                    N_("put the rest into a file of its own"),
                )

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(
                event,
                N_("“&” or “*” at the start of a value makes YAML copy it from elsewhere: not accepted."),
                N_("put the text between quotes"),
            )
        if event.tag is not None and event.tag != "!":
            self._refuse(
                event, N_("“!” at the start of a value is not accepted."), N_("put the text between quotes")
            )
        if depth > MAX_DEPTH:
            self._refuse(event, N_("Lists inside lists, too deep."), N_("check the indentation"))
        place = self._source.place(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                items.append(self._node(inner, events, depth + 1))
            return Sequence(tuple(items), place)
        return self._mapping(event, events, depth, place)

    def _scalar(self, event: Any, place: Place) -> Scalar:
        if event.style != "|":
            if not event.style:
                self._refuse_lost_number(event)
            return Scalar(event.value, place)
        # libyaml marks a block at its indicator; its lines follow, all indented alike
        texts = event.value.split("\n")
        first = event.start_mark.line + 1
        raw = self._source.lines[first : first + len(texts)]
        lines = tuple(
            (text, Place(place.file, first + i + 1, len(written) - len(text) + 1))
            for i, (text, written) in enumerate(zip(texts, raw, strict=False))
            if text.strip()
        )
        return Scalar(event.value, place, lines)

    def _refuse_lost_number(self, event: Any) -> None:
        """`Invoice #12`: YAML would take `#12` for a comment, and nobody would miss it."""
        end = self._source.place(event.end_mark)
        line = self._source.lines[end.line - 1] if end.line <= len(self._source.lines) else ""
        if lost := re.match(r"\s+(#\d\S*)", line[end.column - 1 :]):
            raise UsageError(
                N_("“{lost}” would be taken for a comment, and lost."),
                N_('put the text between quotes: key: "text"'),
                place=end,
                lost=shown(lost[1]),
            )

    def _mapping(self, event: Any, events: Iterator[Any], depth: int, place: Place) -> Mapping:
        entries: list[tuple[Scalar, Node]] = []
        seen: dict[str, Place] = {}
        while not isinstance(inner := next(events), yaml.MappingEndEvent):
            key = self._node(inner, events, depth + 1)
            if not isinstance(key, Scalar):
                raise UsageError(
                    N_("A key is a word, not a list."), N_("put the text between quotes"), place=key.place
                )
            value = self._node(next(events), events, depth + 1)
            if event.flow_style and entries:
                _refuse_split_amount(entries[-1], key, value)
            self._refuse_repeated(key, seen)
            entries.append((key, value))
        return Mapping(tuple(entries), place)

    def _refuse_repeated(self, key: Scalar, seen: dict[str, Place]) -> None:
        name = bare(key.text)
        if name == "<<":
            raise UsageError(
                N_("“<<” makes YAML copy keys from elsewhere: not accepted."),
                N_("write the keys out"),
                place=key.place,
            )
        if name in seen:
            raise UsageError(
                N_("“{key}” is said twice; the first time on line {line}."),
                N_("keep one of them"),
                place=key.place,
                key=shown(key.text),
                line=seen[name].line,
            )
        seen[name] = key.place

    def _refuse(self, event: Any, template: str, hint: str) -> NoReturn:
        raise UsageError(template, hint, place=self._source.place(event.start_mark))

    def _explain(self, error: Any) -> NoReturn:
        """YAML's own complaint, said so that a tired person knows what to do."""
        problem, mark = error.problem or "", error.problem_mark or error.context_mark
        quote = N_('put the text between quotes: key: "text"')
        template, hint = (
            N_("The file cannot be read from here on."),
            N_("compare with: ledger template minutes"),
        )
        if "end of stream" in problem and error.context and "quoted" in error.context:
            template, hint, mark = (
                N_("A quote is opened here and never closed."),
                N_("close it, or remove it"),
                error.context_mark,
            )
        elif "mapping values are not allowed" in problem:
            template, hint = N_("A second “:” on the line, or a line indented too far."), quote
        elif "mapping keys are not allowed" in problem:
            template, hint = N_('“?” stands between quotes here: "?"'), quote
        elif "sequence entries are not allowed" in problem:
            template, hint = N_("A list begins on the line below its key."), quote
        elif "cannot start any token" in problem:
            template, hint = N_("A value cannot begin with this character."), quote
        elif error.context and "flow" in error.context:
            template, hint, mark = (
                N_("A bracket or brace is opened here and not closed as it should be."),
                N_("close it, or put the text between quotes"),
                error.context_mark or mark,
            )
        elif "did not find expected key" in problem or "block end" in problem or "simple key" in problem:
            template, hint = (
                N_("This line does not fit the ones above it: its indentation differs, or “:” is missing."),
                N_("align it with the line above, write “key: value”, and keep quotes out of quotes"),
            )
        place = self._source.place(mark) if mark else Place(self._source.name, 1)
        if place.line > len(self._source.lines):
            place = place._replace(line=len(self._source.lines))
        raise UsageError(template, hint, place=place) from None


_AMOUNT_START = re.compile(r"[€ ]*\d[\d \u00a0\u202f]*$")
_AMOUNT_END = re.compile(
    r"\d[\d \u00a0\u202f.]*((?P<unit>%|h|heures?|hours?|j|d)|€|euros?|eur)?\s*$", re.IGNORECASE
)


def _refuse_split_amount(before: tuple[Scalar, Node], key: Scalar, value: Node) -> None:
    """`{amount: 1,200}`: inside braces the comma ends the entry, and 200 becomes a key."""
    start = before[1]
    if not (isinstance(start, Scalar) and isinstance(value, Scalar) and value.empty):
        return
    ends = _AMOUNT_END.match(key.text)
    if ends and _AMOUNT_START.match(start.text):
        whole = f"{start.text.strip()},{key.text.strip()}"
        clear = whole.replace(",", "")
        if ends["unit"] or _is_money(whole):
            hint = N_('{key}: "{value}", between quotes')
        elif _is_money(clear):  # between quotes it would still be read in two ways
            hint = N_("{key}: {clear}, without a comma")
        else:
            hint = N_('{key}: "1200,50", between quotes and with two decimals at most')
        raise UsageError(
            N_("“{value}” was split by its comma: inside braces a comma begins the next key."),
            hint,
            place=start.place,
            value=whole,
            key=before[0].text,
            clear=clear,
        )


def _is_money(text: str) -> bool:
    try:
        money(text)
    except UsageError:
        return False
    return True
