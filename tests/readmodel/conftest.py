"""A log and a vault in a temporary folder, and a story-teller that records events as the service would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.kernel.messages import Event
from ledger.readmodel.projector import Projector
from ledger.store.log import Log, NewEvent
from ledger.store.vault import Vault

Rows = dict[str, list[tuple[Any, ...]]]


class Story:
    """A ledger to tell: each fact is appended in a transaction of its own, or several together.

    Attributes:
        now: the moment of the next recording; it moves by a minute each time.
    """

    def __init__(self, folder: Path) -> None:
        self.log = Log.create(folder / "log.db", "ledger-test")
        self.vault = Vault.create(folder / "vault.db")
        self.views = folder / "views"
        self.views.mkdir(exist_ok=True)
        self.path = self.views / "members.db"
        self.now = datetime(2024, 1, 1, 9, tzinfo=UTC)
        self._versions: dict[str, int] = {}

    def record(self, *events: Event, on: str = "2024-01-01", since: str | None = None) -> list[int]:
        """Appends facts of one day, or of the period from `since`; returns their numbers."""
        new = [self._new(event, date.fromisoformat(on), since) for event in events]
        self.now += timedelta(minutes=1)
        self.vault.commit()
        with self.log.writing() as writer:
            return writer.append(new, commands=[f"c-{self.now.isoformat()}"] * len(new))

    def _new(self, event: Event, on: date, since: str | None) -> NewEvent:
        stream = event.stream()
        version = self._versions[stream] = self._versions.get(stream, len(self.log.stream(stream))) + 1
        envelope = {
            "stream": stream,
            "version": version,
            "kind": event.TOPIC,
            "occurred_on": on.isoformat(),
            "recorded_at": self.now.isoformat().replace("+00:00", "Z"),
            "recorded_by": "P-00000001",
            "command": {"id": "c", "file": "minutes", "position": "acts.1"},
            "salt": "00",
            "data": event.model_dump(mode="json", exclude_none=True),
        }
        if since:
            envelope["occurred_from"] = since
        if event.scope():
            envelope["scope"] = list(event.scope())
        state = orjson.dumps(envelope)
        return NewEvent(stream, version, event.TOPIC, state, event.scope(), event.introduces())

    def projector(self, path: Path | None = None, **options: Any) -> Projector:
        """The projector of this ledger."""
        return Projector(self.log, path or self.path, self.vault, **options)

    def query(self, sql: str, *params: Any, path: Path | None = None) -> list[tuple[Any, ...]]:
        """Rows of the read model."""
        with closing(sqlite3.connect(path or self.path)) as connection:
            return connection.execute(sql, params).fetchall()

    def rows(self, path: Path | None = None) -> Rows:
        """Everything that a view holds, by table, in order."""
        return everything(path or self.path)

    def rebuilt(self) -> Rows:
        """What a view made from nothing holds."""
        path = self.views / "again.db"
        path.unlink(missing_ok=True)
        self.projector(path).rebuild()
        return self.rows(path)

    def close(self) -> None:
        self.log.close()
        self.vault.close()


def everything(path: Path) -> Rows:
    """Every row of every table of a file, sorted."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).fetchall()
        return {
            name: sorted(connection.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in names
        }


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Story]:
    told = Story(tmp_path)
    yield told
    told.close()
