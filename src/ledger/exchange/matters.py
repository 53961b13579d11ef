"""One matter of the minutes: what stands under a key of `decisions`, as the acts that it means.

Most matters are one act: adopted, or an opinion given. One that somebody objected to, that was amended,
left open or turned down takes several: the proposal, its opening, the objections, the last word.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

from ledger.decisions.proposals import RaiseObjection, SettleObjection
from ledger.exchange import forms, keys, words
from ledger.exchange.acts import Act, Item, read_act
from ledger.exchange.context import ObjectionCard
from ledger.exchange.reader import Reader, as_mapping, listed, single
from ledger.exchange.tree import Mapping as MappingNode
from ledger.exchange.tree import Node, Scalar, Sequence
from ledger.kernel.errors import UnknownId, UsageError
from ledger.kernel.spelling import id_key
from ledger.language.catalogue import N_
from ledger.vocabulary import ACTS

Outcome = Literal["adopted", "rejected", "withdrawn", "open"]
Entries = list[tuple[Scalar, Node]]

OUTCOMES: tuple[str, ...] = Outcome.__args__  # type: ignore[attr-defined]
_LAST = {
    "adopted": "adopt-decision",
    "rejected": "reject-decision",
    "withdrawn": "reject-decision",
    "issued": "issue-opinion",
}
"""The act that has the last word; a matter left open has none."""

_OF_THE_TEXT = frozenset(
    {"text", "title", "domain", "ceiling", "review", "expires", "proposer", "lieux", "beneficiaries"}
)
_HOWS = forms.allowed(forms.form(SettleObjection).fields["how"])


class Matter:
    """Reads what stands under one key of `decisions`.

    Args:
        key: the key; the reader knows the decision behind it.
        value: keys and values, or the text alone.
        reader: of the file.
        meeting: the meeting that dealt with it.
    """

    def __init__(self, key: Scalar, value: Node, reader: Reader, meeting: str | None) -> None:
        self._reader = reader
        self._key = key
        self._meeting = meeting
        self._position = f"decisions.{words.slug(key.text)}"
        self._id = reader.local_keys[keys.folded(key.text)]
        self._card = reader.context.decision(self._id)
        self._own, self._rest = _parted(_decided(key, value))
        self._raised: list[Act] = []
        self._settled: list[Act] = []
        self._blocked = False

    def acts(self) -> list[Act]:
        """The acts that it means, in the order in which they happened."""
        if "objections" in self._own:
            self._objections(self._own["objections"])
        outcome = self._outcome()
        alone = not (self._raised or self._settled or "amendment" in self._own)
        if outcome == "adopted" and alone:
            return self._act("adopt-decision", self._rest)
        if outcome == "issued" and alone and not self._says(_OF_THE_TEXT - {"text"}):
            return self._act("issue-opinion", self._rest)
        return self._told(outcome)

    def _told(self, outcome: str) -> list[Act]:
        """Step by step, as it went."""
        new = self._card is None or self._card.file == self._reader.file
        acts: list[Act] = []
        if new or self._says(_OF_THE_TEXT):
            acts += self._act("make-proposal", self._take(_OF_THE_TEXT))
        if outcome in ("open", "rejected") and (new or self._says({"closes", "method"})):
            acts += self._act("open-decision", self._take({"closes", "method"}), ".opened")
        acts += self._raised
        if amendment := self._own.get("amendment"):
            text = (Scalar("text", amendment.place), amendment)
            acts += self._act("make-proposal", [text], ".amended")
        acts += self._settled
        if outcome in _LAST:
            last = {"outcome": outcome} if _LAST[outcome] == "reject-decision" else {}
            return [*acts, *self._act(_LAST[outcome], self._rest, ".decided" if acts else "", last)]
        for written, _value in self._rest:
            raise UsageError(
                N_("“{key}” says how it was decided, and it is left open."),
                N_("leave it out; or say how it ended, outcome: adopted"),
                place=written.place,
                key=words.shown(written.text),
            )
        return acts

    def _outcome(self) -> str:
        """What became of it: as said; else an opinion, a vote that goes on, an objection that stands."""
        if node := self._own.get("outcome"):
            return words.code(single(node).text, keys.codes(OUTCOMES), node.place)
        if self._says({"position"}):
            return "issued"
        return "open" if self._blocked or self._says({"closes"}) else "adopted"

    # -- what is said, and the act that takes it ------------------------------------------------

    def _says(self, wanted: Iterable[str]) -> bool:
        return any(_among(written, wanted) and not _empty(value) for written, value in self._rest)

    def _take(self, wanted: Iterable[str]) -> Entries:
        """What is said under these keys, which the other acts then do not see."""
        taken = [entry for entry in self._rest if _among(entry[0], wanted)]
        self._rest = [entry for entry in self._rest if entry not in taken]
        return taken

    def _act(
        self, act: str, entries: Entries, suffix: str = "", given: dict[str, Any] | None = None
    ) -> list[Act]:
        model = ACTS[act].command.model_fields
        about: dict[str, Any] = {"id" if "id" in model else "decision": self._id}
        if "meeting" in model and act != "open-decision":  # where it is the meeting that had no quorum
            about["meeting"] = self._meeting
        item = Item(act, MappingNode(tuple(entries), self._key.place), self._key.place)
        return read_act(item, self._position + suffix, self._reader, about | (given or {}))

    # -- objections ---------------------------------------------------------------------------

    def _objections(self, node: Node) -> None:
        """By who raised them: `ate: why`; `ate: withdrawn`; `ate: {ground: why, settled: integrated}`."""
        if isinstance(node, Sequence) and any(isinstance(item, MappingNode) for item in node.items):
            raise UsageError(
                N_("Each objection stands under who raised it, not in a list."),
                N_(
                    "objections: {{Parade: too dear}}, or: {{Parade: {{ground: too dear, settled: withdrawn}}}}"
                ),
                place=node.place,
            )
        nothing = Scalar("", node.place)
        said = node.entries if isinstance(node, MappingNode) else [
            (Scalar(text, place or node.place), nothing) for text, place in listed(node)
        ]  # fmt: skip
        for who, value in said:
            with self._reader.mistakes.gathered():
                self._objection(who, *_how(value))

    def _objection(self, who: Scalar, how: str | None, said: Entries) -> None:
        before = how and not said
        objection = self._raised_before(who) if before else self._raise(who, said, settled=bool(how))
        if how:
            given = {"decision": self._id, "objection": objection, "how": how}
            item = Item("settle-objection", MappingNode((), who.place), who.place)
            position = f"{self._position}.settled.{objection}"
            self._settled += read_act(item, position, self._reader, given)

    def _raise(self, who: Scalar, said: Entries, *, settled: bool) -> str:
        """A new objection, under the name of who raised it, or under its own when it says who."""
        assert self._reader.on
        given: dict[str, Any] = {"decision": self._id}
        if any(_among(written, ("who", "person", "lieu")) for written, _value in said):
            name = words.identifier(who.text, who.place)
            self._reader.introduce("objection", name)
        else:
            role, given_by = self._reader.party(who.text, who.place)
            given[role] = given_by
            name = self._reader.propose("objection", self._reader.on, self._raised_at(given_by))
        given["id"] = name
        item = Item("raise-objection", MappingNode(tuple(said), who.place), who.place)
        found = read_act(
            item, self._raised_at(given.get("person") or given.get("lieu") or name), self._reader, given
        )
        self._raised += found
        self._blocked |= not settled and any(
            isinstance(act.command, RaiseObjection) and act.command.paramount for act in found
        )
        return name

    def _raised_at(self, name: str) -> str:
        return f"{self._position}.objections.{name}"

    def _raised_before(self, who: Scalar) -> str:
        """The objection of that id; else the one of that party which stood on the day of the meeting."""
        known = self._card.objections if self._card else ()
        if named := [o.id for o in known if id_key(o.id) == id_key(who.text)]:
            return named[0]
        _role, party = self._reader.party(who.text, who.place)
        assert self._reader.on
        standing = [o.id for o in known if party in o.parties and _stood(o, self._reader.on)]
        if len(standing) == 1:
            return standing[0]
        raise UnknownId(
            N_("{party} raised several objections: which one is settled?")
            if standing
            else N_("{party} raised no objection that stands."),
            N_("write its id instead: {objections}")
            if standing
            else N_("say why it was raised: {party}: {{ground: …, settled: integrated}}"),
            place=who.place,
            party=words.shown(who.text),
            objections=standing,
        )


def _decided(key: Scalar, value: Node) -> MappingNode:
    """What stands under a decision's key; its text alone is enough."""
    if isinstance(value, Scalar):
        return MappingNode(((Scalar("text", key.place), value),), value.place)
    return as_mapping(value)


def _parted(said: MappingNode) -> tuple[dict[str, Node], Entries]:
    """What only minutes say, by English key; and the keys of acts."""
    spellings = keys.index(keys.MATTER)
    own: dict[str, Node] = {}
    rest: Entries = []
    for written, value in said.entries:
        key = spellings.get(keys.folded(written.text))
        if key is None:
            rest.append((written, value))
        elif key in own and not _empty(value):
            raise _repeated(written)
        elif not _empty(value):
            own[key] = value
    return own, rest


def _repeated(written: Scalar) -> UsageError:
    return UsageError(
        N_("“{key}” is said twice here."),
        N_("keep one of them"),
        place=written.place,
        key=words.shown(written.text),
    )


def _among(written: Scalar, wanted: Iterable[str]) -> bool:
    """Whether a key is one of these, in any spelling."""
    return keys.folded(written.text) in keys.index(keys.KEYS, wanted)


def _how(value: Node) -> tuple[str | None, Entries]:
    """How an objection was settled, when that is said; and what is said of the objection itself."""
    codes = keys.codes(_HOWS)
    if isinstance(value, Scalar):
        if how := codes.get(keys.folded(value.text)):
            return how, []
        return None, [] if value.empty else [(Scalar("ground", value.place), value)]
    own = keys.index(keys.OBJECTION)
    how, said = None, []
    for written, node in as_mapping(value).entries:
        if keys.folded(written.text) not in own:
            said.append((written, node))
        elif how and not _empty(node):
            raise _repeated(written)
        elif not _empty(node):
            how = words.code(single(node).text, codes, node.place)
    return how, said


def _stood(objection: ObjectionCard, on: date) -> bool:
    """Whether it stood when a meeting of that day began."""
    return objection.raised_on <= on and (objection.settled_on or on) >= on


def _empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.text.strip() in ("", "?")
