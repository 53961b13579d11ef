"""Reads the options of the command line with the words of files: an act, or an event said anew."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ledger.exchange import keys
from ledger.exchange.acts import Item, read_act
from ledger.exchange.context import Context
from ledger.exchange.evidence import Evidence
from ledger.exchange.mistakes import Mistakes
from ledger.exchange.reader import Reader
from ledger.exchange.tree import Mapping as MappingNode
from ledger.exchange.tree import Node, Scalar, Sequence
from ledger.kernel.errors import Place
from ledger.kernel.messages import Command, Event
from ledger.language.catalogue import N_
from ledger.vocabulary import ACTS


class Options(Reader):
    """Reads the options of one command: what is missing is an option."""

    MISSING = N_("add --{option} …")

    def __init__(self, context: Context, folder: Path) -> None:
        super().__init__(context, context.language, folder, "")
        self.mistakes = _OfOneAct()

    def at(self, key: str) -> Place:
        """The option of an English key, as it is called in the reader's language."""
        return _at(self.write_key(key))


class _OfOneAct(Mistakes):
    """Whoever typed a command knows which act it is."""

    @contextmanager
    def named(self, act: str) -> Iterator[None]:
        with self.gathered():
            yield


def from_options(
    act: str, options: Mapping[str, str | list[str]], context: Context, folder: Path
) -> tuple[list[Command], tuple[Evidence, ...]]:
    """The commands behind `ledger NOUN VERB --key value`: the same words as in files.

    Args:
        act: its English name.
        options: by key in either language; a list for an option given several times.
        context: the ledger.
        folder: where files named as evidence lie.

    Returns:
        The act's command, after one for each file that it names as evidence; and those files.

    Raises:
        UsageError, UnknownId: with the option in front of the message.
        Several: more than one mistake.
    """
    reader = Options(context, folder)
    entries = [(Scalar(key, reader.at(key)), _option(reader.at(key), v)) for key, v in options.items()]
    place = Place(f"ledger {ACTS[act].noun} {ACTS[act].verb}", 0)
    item = Item(act, MappingNode(tuple(entries), place), place)
    acts = read_act(item, "act", reader)
    reader.mistakes.settle()
    return [each.command for each in acts], tuple(reader.evidence.values())


def from_words(
    kind: type[Event], options: Mapping[str, str], current: Event, context: Context, folder: Path
) -> tuple[date | None, Event]:
    """An event with some of its values said anew, in the same words as in files; its day, if said.

    Args:
        kind: the class of the event.
        options: words by key, in either language.
        current: the event as it counts now.
        context: the ledger.
        folder: where files named as evidence lie.

    Raises:
        UsageError, UnknownId: a word cannot be read; it is named.
    """
    reader = Reader(context, context.language, folder, "")
    days = {keys.folded(word) for word in ("on", *keys.KEYS["on"])}
    said = {key: value for key, value in options.items() if keys.folded(key) not in days}
    on = next((reader.day(v, _at(k), "on") for k, v in options.items() if k not in said), None)
    entries = [(Scalar(key, _at(key)), Scalar(value, _at(key))) for key, value in said.items()]
    values = reader.values(kind, MappingNode(tuple(entries), Place(kind.TOPIC, 0)))
    reader.mistakes.settle()
    return on, current.model_copy(update=values)


def _at(key: str) -> Place:
    return Place(f"--{keys.dashed(key)}", 0, 0)


def _option(at: Place, value: str | list[str]) -> Node:
    if not isinstance(value, str) and len(value) == 1:
        (value,) = value  # `--order "parade, pop"`, as in a file
    if isinstance(value, str):
        lines = value.splitlines()
        return Scalar(value, at, tuple((line, at) for line in lines) if len(lines) > 1 else ())
    return Sequence(tuple(Scalar(item, at) for item in value), at)
