"""Turns stored bytes into events and folds a stream into the state that a decision looks at."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import pydantic

from ledger.kernel.errors import Altered, StorageFailure
from ledger.kernel.messages import Envelope, Event, Recorded
from ledger.record.model import resolve
from ledger.store.log import Stored
from ledger.vocabulary import EVENTS

CONSORTIUM = "consortium"

_FOLDED_BY = {
    "consortium": "consortium.state",  # not its commands: every unit of work folds it
    "meeting": "meetings.model",
    "decision": "decisions.state",
    "task": "tasks.model",
    "time": "tasks.model",
    "capacity": "tasks.model",
    "convention": "funds.state",
    "expense": "funds.state",
    "instalment": "funds.state",
    "call": "funds.state",
    "application": "funds.state",
    "in_kind": "funds.state",
    "review": "reviews.model",
    "indicator": "reviews.model",
    "lesson": "reviews.model",
    "contract": "reviews.model",
    "evidence": "record.model",
    "flag": "record.model",
    "period": "record.model",
}
"""The module that folds each family of streams."""


def model_of(stream: str) -> ModuleType:
    """The module that folds a stream: its `INITIAL` and `evolve`."""
    return _model(stream.partition("/")[0])


@cache
def _model(family: str) -> ModuleType:
    """A closing asks a hundred thousand times."""
    return import_module(f"ledger.{_FOLDED_BY[family]}")


def initial(stream: str) -> Any:
    """The state of a stream in which nothing has happened yet."""
    family = stream.partition("/")[0]
    return _model(family).INITIAL[family]()


def encode(envelope: Envelope) -> bytes:
    """The bytes to store: JSON without absent fields, decoded once to be sure they can be read.

    Raises:
        StorageFailure: what was encoded does not decode to the same envelope; nothing is stored.
    """
    state = envelope.model_dump_json(exclude_none=True).encode()
    try:
        same = Envelope.read(state, type(envelope.data)) == envelope
    except pydantic.ValidationError:
        same = False
    if not same:
        raise StorageFailure("An event of kind {kind} would not be readable again.", kind=envelope.kind)
    return state


def decode(stored: Stored) -> Recorded:
    """The event behind stored bytes.

    Raises:
        StorageFailure: the kind is unknown to this version of the program.
        Altered: the bytes are not what this kind looks like.
    """
    if stored.topic not in EVENTS:
        raise StorageFailure(
            "Event {seq} is of kind {kind}, which this version does not know.",
            "install the version of the program that recorded it, or a later one",
            seq=stored.seq,
            kind=stored.topic,
        )
    try:
        envelope = Envelope.read(stored.state, EVENTS[stored.topic])
    except pydantic.ValidationError as error:
        raise Altered(
            "Event {seq} cannot be read: its bytes are not a {kind}.",
            "run: ledger verify",
            seq=stored.seq,
            kind=stored.topic,
        ) from error
    return Recorded(stored.seq, envelope)


def fold(stream: str, recorded: Iterable[Recorded], state: Any = None) -> Any:
    """The state after these events, corrections resolved."""
    evolve = model_of(stream).evolve
    state = initial(stream) if state is None else state
    for item in resolve(list(recorded)):
        state = evolve(state, item.event, item.envelope.occurred_on)
    return state


def evolve(stream: str, state: Any, event: Event, envelope_on: Any) -> Any:
    """The state after one more event."""
    return model_of(stream).evolve(state, event, envelope_on)
