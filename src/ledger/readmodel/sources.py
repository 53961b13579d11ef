"""What the read model needs of the log and the vault, as protocols: it imports neither."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol


class Stored(Protocol):
    """An event as the log holds it."""

    @property
    def seq(self) -> int: ...
    @property
    def stream(self) -> str: ...
    @property
    def topic(self) -> str: ...
    @property
    def state(self) -> bytes: ...


class Head(Protocol):
    """Number of events and Merkle root."""

    @property
    def size(self) -> int: ...
    @property
    def root(self) -> bytes: ...


class Log(Protocol):
    """See `ledger.store.log.Log`."""

    def head(self) -> Head: ...
    def root_at(self, size: int) -> bytes: ...
    def event(self, seq: int) -> Stored | None: ...
    def stream(self, name: str) -> Sequence[Stored]: ...
    def of_topic(self, topic: str) -> Sequence[Stored]: ...
    def pages(self, after: int, until: int | None, size: int) -> Iterator[Sequence[Stored]]: ...


class Card(Protocol):
    """Who an opaque person id is."""

    @property
    def person_id(self) -> str: ...
    @property
    def handle(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...


class Vault(Protocol):
    """See `ledger.store.vault.Vault`."""

    def version(self) -> int: ...
    def text(self, ref: str) -> str | None: ...
    def people(self) -> Sequence[Card]: ...


class Cut(NamedTuple):
    """What a report at a cut keeps: the first `size` events, of them what occurred by `as_of` (ISO day)."""

    size: int
    as_of: str
