"""The minutes of one meeting, as members write them after it, read as acts.

One file says who was there, what was decided, who took which task, how many hours were given and
which money went where. Acts come out in the order in which they depend on one another: the meeting,
its decisions, tasks, hours, money, the turn taken, the next meeting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from ledger.exchange import keys, words
from ledger.exchange.acts import Act, Item, listed_acts, read_act
from ledger.exchange.context import RotationCard
from ledger.exchange.matters import Matter
from ledger.exchange.reader import Reader, listed, single
from ledger.exchange.tree import Mapping as MappingNode
from ledger.exchange.tree import Node, Scalar, Sequence, Table, table
from ledger.kernel.errors import Place, UnknownId, UsageError
from ledger.kernel.messages import Command
from ledger.language import terms
from ledger.language.catalogue import N_
from ledger.tasks.events import Purpose
from ledger.vocabulary import ACTS

_ACTIVITIES: tuple[str, ...] = Purpose.__args__  # type: ignore[attr-defined]
_USUAL = ("commons", "hosting", "admin")
_NONE = frozenset({"", "0", "0h", "0 h", "-", "–", "—"})
_UNSAID = "?"


class Minutes:
    """Reads the sections of one file of minutes.

    Args:
        reader: of this file.
        head: its sections, by English key.
    """

    def __init__(self, reader: Reader, head: Mapping[str, Node]) -> None:
        self._reader = reader
        self._head = head
        self._meeting: str | None = None
        self._seen: dict[str, int] = {}

    def acts(self) -> list[Act]:
        """The acts, in order; mistakes are gathered in the reader."""
        self._date()
        if self._reader.on is None:
            return []
        found = [*self._held(self._reader.on)]
        sections: dict[str, Callable[[Node, str], list[Act]]] = {
            "decisions": self._decisions,
            "tasks": self._tasks,
            "done": self._done,
            "hours": self._hours,
            "money": self._money,
            "turn": self._turn,
            "next": self._next,
        }
        for section, read in sections.items():
            for key, node in self._head.items():
                name, _, month = key.partition(" ")
                if name == section:
                    with self._reader.mistakes.gathered(self._word(section)):
                        found.extend(read(node, month))
        if "acts" in self._head:
            found.extend(listed_acts(self._head["acts"], self._reader))
        return found

    def _word(self, key: str) -> str:
        return self._reader.write_key(key)

    # -- the meeting --------------------------------------------------------------------------

    def _date(self) -> None:
        with self._reader.mistakes.gathered():
            node = self._head.get("on")
            if not isinstance(node, Scalar):
                raise UsageError(
                    N_("The day of the meeting is missing."),
                    N_("add “{key}: 5 March 2024”"),
                    place=self._head["meeting"].place,
                    key=self._word("on"),
                )
            on = self._reader.day(node.text, node.place, "on")
            self._reader.on = self._reader.happened(on, node.place)

    def _held(self, on: date) -> list[Act]:
        node = self._head["meeting"]
        with self._reader.mistakes.gathered(self._word("meeting")):
            kind = words.text(_text(node), node.place)
            self._meeting = self._meeting_id(kind, on)
            options = {
                "host": "at",
                "facilitator": "facilitator",
                "minute_taker": "notes",
                "present": "present",
                "excused": "excused",
                "guests": "guests",
                "proxies": "proxies",
                "minutes_document": "minutes_document",
                "duration": "duration",
                "rotation": "rotation",
            }
            entries = [
                (Scalar(option, self._head[key].place), self._head[key])
                for option, key in options.items()
                if key in self._head and not (option == "rotation" and self._refuses_rotation())
            ]
            given: dict[str, Any] = {"id": self._meeting, "kind": kind}
            guessed = (
                {}
                if "rotation" in self._head or "at" not in self._head
                else {"rotation": self._hosting(kind)}
            )
            item = Item("hold-meeting", MappingNode(tuple(entries), node.place), node.place)
            return read_act(item, "meeting", self._reader, given, guessed)
        return []

    def _meeting_id(self, kind: str, on: date) -> str:
        """The meeting that was convened for that day, else a new one."""
        recorded = self._reader.context.introduced(self._reader.file, "meeting")
        convened = self._reader.context.convened(on)
        same = [each for each, other in convened if keys.folded(other) == keys.folded(kind)]
        if recorded is None and len(same) == 1:
            self._reader.proposed[same[0]] = "meeting"
            return same[0]
        return self._reader.propose("meeting", on, "meeting")

    def _refuses_rotation(self) -> bool:
        node = self._head["rotation"]
        return isinstance(node, Scalar) and words.bare(node.text) in ("non", "no", "aucun", "none")

    def _hosting(self, kind: str) -> str | None:
        """The rotation that this kind of meeting is a turn of: named alike, else the only one per meeting.

        A rotation that has the name of another kind of meeting is not meant: an assembly is no breakfast.
        """
        cards = self._reader.context.rotations()
        alike = [c.id for c in cards if _singular(kind) in (_singular(c.name), _singular(c.id))]
        each_meeting = [c.id for c in cards if c.period == "meeting" and _of_kind(c, kind)]
        candidates = alike or each_meeting
        return candidates[0] if len(candidates) == 1 else None

    # -- decisions and tasks ------------------------------------------------------------------

    def _decisions(self, node: Node, _: str) -> list[Act]:
        if not isinstance(node, MappingNode):
            raise UsageError(
                N_("Decisions stand under a short key each."),
                N_("bus: {{text: what was decided}}"),
                place=node.place,
            )
        acts: list[Act] = []
        for key, value in node.entries:
            self._local(key, value)
        for key, value in node.entries:
            with self._reader.mistakes.gathered():
                acts.extend(Matter(key, value, self._reader, self._meeting).acts())
        return acts

    def _local(self, key: Scalar, value: Node) -> None:
        """The id behind a key: the one it states, the decision that it is itself the id of, the next free one."""
        assert self._reader.on
        position = f"decisions.{words.slug(key.text)}"
        context = self._reader.context
        stated = {k.text.strip(): v for k, v in value.entries} if isinstance(value, MappingNode) else {}
        named = stated.get("id")
        earlier = context.noun_of(key.text.strip())
        if isinstance(named, Scalar) and not named.empty:
            found = named.text.strip()
            self._reader.introduce("decision", found)
        elif earlier and earlier[0] == "decision" and not context.introduced(self._reader.file, position):
            found = earlier[1]
        else:
            found = self._reader.propose("decision", self._reader.on, position)
        self._reader.local_keys[keys.folded(key.text)] = found

    def _tasks(self, node: Node, _: str) -> list[Act]:
        acts: list[Act] = []
        for row in self._rows(node, keys.TASK_COLUMNS):
            with self._reader.mistakes.gathered():
                acts.extend(self._task(row))
        return acts

    def _task(self, row: dict[str, Scalar]) -> list[Act]:
        names = {"what": "title", "duration": "estimate", "follows": "decision"}
        title = row.get("what")
        if title is None or title.empty:
            raise UsageError(
                N_("This task has no name."),
                N_("write what is to be done"),
                place=next(iter(row.values())).place,
            )
        entries = tuple(
            (Scalar(names.get(column, column), cell.place), cell)
            for column, cell in row.items()
            if column and not cell.empty and cell.text != _UNSAID
        )
        position = self._unique(f"tasks.{words.slug(title.text)}")
        item = Item("open-task", MappingNode(entries, title.place), title.place)
        return read_act(item, position, self._reader, {"meeting": self._meeting})

    def _done(self, node: Node, _: str) -> list[Act]:
        acts: list[Act] = []
        for text, at in listed(node):
            with self._reader.mistakes.gathered(self._word("done")):
                task = self._reader.reference(text, "task", at)
                item = Item("close-task", MappingNode((), at or node.place), at or node.place)
                acts.extend(read_act(item, f"done.{task}", self._reader, {"task": task}))
        return acts

    # -- hours --------------------------------------------------------------------------------

    def _hours(self, node: Node, month: str) -> list[Act]:
        if not month:
            raise UsageError(
                N_("Hours of which month?"),
                N_("name it in the key: “{key} february: |”"),
                place=node.place,
                key=self._word("hours"),
            )
        first, last = self._reader.month(month, node.place)
        found = self._table(node)
        columns = self._activities(found)
        acts: list[Act] = []
        for cells in found.rows:
            with self._reader.mistakes.gathered():
                acts.extend(self._hours_of(cells, columns, first, last))
        return acts

    def _activities(self, found: Table) -> list[str]:
        """What each column holds: `who`, `basis`, or an activity's code."""
        known = keys.index(keys.HOUR_COLUMNS) | keys.codes(_ACTIVITIES)
        usual = [terms.FRENCH[each] if self._reader.language == "fr" else each for each in _USUAL]
        self._require_header(found.header, known, [self._word("who"), *usual])
        columns: list[str] = []
        for cell in found.header:
            with self._reader.mistakes.gathered():
                column = known.get(keys.folded(cell.text))
                if column is None:
                    close = keys.near(cell.text, known)
                    raise UsageError(
                        N_("“{column}” is no activity."),
                        N_("“{near}”?") if close else "{choices_word}",
                        place=cell.place,
                        column=words.shown(cell.text),
                        near=close,
                        choices_word=list(_ACTIVITIES),
                    )
                self._require_once(cell, column, columns)
                columns.append(column)
                continue
            columns.append("")
        if columns and "who" not in columns:
            raise UsageError(
                N_("No column says who."), N_("name the first column “{key}”"),
                place=found.header[0].place, key=self._word("who"),
            )  # fmt: skip
        return columns

    def _hours_of(self, cells: tuple[Scalar, ...], columns: list[str], first: date, last: date) -> list[Act]:
        """The hours of one row: a lieu's, or a person's."""
        row = dict(zip(columns, cells, strict=True))
        who = row["who"]
        if who.empty:
            if any(not cell.empty for cell in cells):
                raise UsageError(
                    N_("Hours of whom?"), N_("write a lieu or a person in the first column"), place=who.place
                )
            return []
        role, party = self._reader.party(who.text, who.place)
        given: dict[str, Any] = {role: party, "from_": first, "until": last}
        acts = []
        for activity, cell in row.items():
            if activity in ("who", "basis", "") or cell.text in _NONE or cell.text == _UNSAID:
                continue
            entries = [(Scalar("duration", cell.place), cell)]
            if (basis := row.get("basis")) and not basis.empty:
                entries.append((Scalar("basis", basis.place), basis))
            item = Item("log-time", MappingNode(tuple(entries), cell.place), cell.place)
            position = self._unique(f"hours.{first:%Y-%m}.{party}.{activity}")
            acts.extend(read_act(item, position, self._reader, given | {"activity": activity}))
        return acts

    # -- money --------------------------------------------------------------------------------

    def _money(self, node: Node, _: str) -> list[Act]:
        if not isinstance(node, Sequence):
            raise UsageError(
                N_("Money is a list: one movement a dash."), N_("- expense: €1,200"), place=node.place
            )
        acts: list[Act] = []
        for number, child in enumerate(node.items, start=1):
            with self._reader.mistakes.gathered():
                acts.extend(self._movement(child, number))
        return acts

    def _movement(self, node: Node, number: int) -> list[Act]:
        if not isinstance(node, MappingNode) or not node.entries:
            raise UsageError(
                N_("A movement says what it is and how much."), N_("- expense: €1,200"), place=node.place
            )
        spellings = keys.index(keys.MONEY)
        for position, (written, value) in enumerate(node.entries):
            kind = spellings.get(keys.folded(written.text))
            if kind:
                rest = node.entries[:position] + node.entries[position + 1 :]
                options = MappingNode(((Scalar("amount", written.place), value), *rest), written.place)
                item = Item(keys.MONEY_ACTS[kind], options, written.place)
                return read_act(item, f"money.{number}", self._reader)
        first = node.entries[0][0]
        close = keys.near(first.text, spellings)
        raise UsageError(
            N_("This movement does not say what it is: {kinds}."),
            N_("“{near}”?") if close else N_("- expense: €1,200"),
            place=first.place,
            kinds=", ".join(self._word(kind) for kind in keys.MONEY),
            near=self._word(spellings[close]) if close else None,
        )

    # -- turns --------------------------------------------------------------------------------

    def _turn(self, node: Node, _: str) -> list[Act]:
        """`tour-bus, Verrerie`: the turn of a rotation, taken by a lieu; then what for, `2025`."""
        pairs = node.items if isinstance(node, Sequence) else (node,)
        acts: list[Act] = []
        for pair in pairs:
            parts = words.items(_text(pair), pair.place)
            with self._reader.mistakes.gathered(self._word("turn")):
                if len(parts) not in (2, 3):
                    raise UsageError(
                        N_("A turn is a rotation and the lieu that took it."),
                        N_("tour-bus, Verrerie"),
                        place=pair.place,
                    )
                (rotation, at), (lieu, there), *term = parts
                given = {
                    "rotation": self._reader.reference(rotation, "rotation", at),
                    "lieu": self._reader.reference(lieu, "lieu", there),
                    "meeting": self._meeting,
                    "term": term[0][0] if term else None,
                }
                item = Item("take-turn", MappingNode((), pair.place), pair.place)
                acts.extend(read_act(item, f"turn.{given['rotation']}", self._reader, given))
        return acts

    def _next(self, node: Node, _: str) -> list[Act]:
        """`POP, 2 avril`: who hosts the next meeting, and when; in either order, the lieu optional."""
        assert self._reader.on
        host: str | None = None
        planned: date | None = None
        for text, place in words.items(_text(node), node.place):
            if re.search(r"\d", text) and planned is None and not self._is_lieu(text, place):
                planned = self._reader.day(text, place, "next")
            elif host:
                raise UsageError(
                    N_("The next meeting is in one place, and on one day."),
                    N_("{host}, 2 April"),
                    place=place,
                    host=host,
                )
            else:
                host = self._reader.reference(text, "lieu", place)
        if planned is None:
            raise UsageError(
                N_("The next meeting has no day."), N_("{host}, 2 April"), place=node.place, host=_text(node)
            )
        given: dict[str, Any] = {
            "id": self._reader.propose("meeting", planned, "next"),
            "kind": _text(self._head["meeting"]),
            "planned": planned,
            "host": host,
        }
        return self._plain("convene-meeting", given, "next", node.place)

    def _is_lieu(self, text: str, place: Place | None) -> bool:
        """Whether some lieu is called so, digits and all: Le 6b."""
        try:
            return bool(self._reader.reference(text, "lieu", place))
        except UnknownId:
            return False

    def _plain(self, act: str, given: Mapping[str, Any], position: str, place: Place) -> list[Act]:
        reader = self._reader
        command: Command = reader.build(ACTS[act].command, {"on": reader.on, **given}, place)
        return [Act(position, reader.digest(command), command, place)]

    # -- tables -------------------------------------------------------------------------------

    def _table(self, node: Node) -> Table:
        if isinstance(node, Scalar):
            return table(node)
        raise UsageError(
            N_("A table is expected: “|” after the key, then one row a line."),
            N_("ledger template minutes, to see one"),
            place=node.place,
        )

    def _rows(self, node: Node, columns: Mapping[str, tuple[str, ...]]) -> list[dict[str, Scalar]]:
        """The rows of a table, the mappings of a list, or its plain names, by English column."""
        spellings = keys.index(columns)
        if isinstance(node, Sequence):
            rows = [self._listed_row(child, spellings) for child in node.items]
        else:
            found = self._table(node)
            names = self._header(found.header, spellings)
            rows = [dict(zip(names, cells, strict=True)) for cells in found.rows]
        return [row for row in rows if any(column and not cell.empty for column, cell in row.items())]

    def _listed_row(self, child: Node, spellings: Mapping[str, str]) -> dict[str, Scalar]:
        if not isinstance(child, MappingNode):
            return {"what": single(child)}
        names = self._named(tuple(key for key, _ in child.entries), spellings)
        return dict(zip(names, (single(value) for _, value in child.entries), strict=True))

    def _header(self, cells: tuple[Scalar, ...], spellings: Mapping[str, str]) -> list[str]:
        """The English columns that the first row names.

        Raises:
            UsageError: it names none: a row without its header.
        """
        self._require_header(
            cells, spellings, [self._word(name) for name in dict.fromkeys(spellings.values())]
        )
        return self._named(cells, spellings)

    def _require_header(self, cells: tuple[Scalar, ...], known: Iterable[str], usual: list[str]) -> None:
        if cells and not {keys.folded(cell.text) for cell in cells} & set(known):
            raise UsageError(
                N_("The first row of a table names its columns; this one does not."),
                N_("put a first row above it: {columns}"),
                place=cells[0].place,
                columns=" | ".join(usual[: max(2, len(cells))]),
            )

    def _named(self, cells: tuple[Scalar, ...], spellings: Mapping[str, str]) -> list[str]:
        """English columns; empty for a word that means none, or one that was said before: both are mistakes."""
        names: list[str] = []
        for cell in cells:
            name = ""
            with self._reader.mistakes.gathered():
                if keys.folded(cell.text) not in spellings:
                    raise self._reader.unknown_key(cell, spellings)
                self._require_once(cell, spellings[keys.folded(cell.text)], names)
                name = spellings[keys.folded(cell.text)]
            names.append(name)
        return names

    def _require_once(self, cell: Scalar, name: str, before: Iterable[str]) -> None:
        if name in before:
            raise UsageError(
                N_("“{key}” is said twice here."),
                N_("keep one of them"),
                place=cell.place,
                key=words.shown(cell.text),
            )

    def _unique(self, position: str) -> str:
        """The same position twice in a file is two facts: the second is numbered."""
        self._seen[position] = self._seen.get(position, 0) + 1
        return position if self._seen[position] == 1 else f"{position}.{self._seen[position]}"


def _text(node: Node) -> str:
    return single(node).text.strip()


_ANY_KIND = frozenset({"reunion", "meeting", "rencontre", "seance", "point"})
_WELCOME = frozenset({"accueil", "accueillir", "hosting", "host", "hote", "tour", "turn", "chez"})


def _of_kind(rotation: RotationCard, kind: str) -> bool:
    """Whether they share a word, or one of them does not say which kind of meeting it is."""
    wanted = set(_singular(kind).split())
    named = set(f"{_singular(rotation.name)} {_singular(rotation.id)}".split())
    shared = {word for word in wanted & named if len(word) > 3}
    return bool(shared) or wanted <= _ANY_KIND or bool(named & _WELCOME)


def _singular(name: str) -> str:
    return " ".join(word.removesuffix("s") for word in keys.folded(name).split())
