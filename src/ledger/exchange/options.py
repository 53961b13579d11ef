"""Reads the options of the command line with the words of files: an act, or an event said anew."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ledger.exchange import keys
from ledger.exchange.acts import Item, read_act
from ledger.exchange.context import Context
from ledger.exchange.evidence import Evidence
from ledger.exchange.reader import Reader
from ledger.exchange.tree import Mapping as MappingNode
from ledger.exchange.tree import Node, Scalar, Sequence
from ledger.kernel.errors import Place
from ledger.kernel.messages import Command, Event


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
    entries = [(Scalar(key, _at(key)), _option(key, value)) for key, value in options.items()]
    reader = Reader(context, context.language, folder, "")
    item = Item(act, MappingNode(tuple(entries), Place(act, 0)), Place(act, 0))
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
    return Place(f"--{key.replace('_', '-')}", 0, 0)


def _option(key: str, value: str | list[str]) -> Node:
    if isinstance(value, str):
        lines = value.splitlines()
        return Scalar(value, _at(key), tuple((line, _at(key)) for line in lines) if len(lines) > 1 else ())
    return Sequence(tuple(Scalar(item, _at(key)) for item in value), _at(key))
