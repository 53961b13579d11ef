"""Logs and events for the store's tests. A second store is one line more in `STORES`."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.store.log import Log, NewEvent

LEDGER = "ledger-test"
STORES: dict[str, Callable[[Path], Log]] = {"sqlite": lambda folder: Log.create(folder / "log.db", LEDGER)}

MakeEvent = Callable[..., NewEvent]
Record = Callable[..., list[int]]


@pytest.fixture(params=STORES)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def event() -> MakeEvent:
    """Makes an event whose envelope agrees with its columns, as the service's do."""

    def make(
        stream: str,
        version: int,
        topic: str = "test.happened.v1",
        *,
        command: str = "c-1",
        scope: tuple[str, ...] = (),
        introduces: tuple[tuple[str, str], ...] = (),
        note: str = "",
    ) -> NewEvent:
        envelope = {
            "stream": stream,
            "version": version,
            "kind": topic,
            "command": {"id": command},
            "scope": list(scope),
            "salt": secrets.token_hex(16),
            "data": {"note": note},
        }
        return NewEvent(stream, version, topic, json.dumps(envelope).encode(), scope, introduces)

    return make


@pytest.fixture(scope="session")
def record() -> Record:
    """Appends events in one transaction, each under the command that its envelope names."""

    def append(log: Log, *events: NewEvent) -> list[int]:
        commands = [json.loads(e.state)["command"]["id"] for e in events]
        with log.writing() as writer:
            return writer.append(events, commands=commands)

    return append
