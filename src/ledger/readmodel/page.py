"""One page of events on its way to rows: decoded once, shown to the handlers, corrections resolved."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from orjson import dumps, loads

from ledger.kernel.errors import LedgerError
from ledger.kernel.tables import Handler
from ledger.language.catalogue import N_
from ledger.readmodel.rows import Fold, Text
from ledger.readmodel.schema import HANDLERS, shapes
from ledger.readmodel.sources import Log, Stored
from ledger.upcast import newest

CORRECTED = "event.corrected.v1"


class Page:
    """What a page writes, in memory until `flush`.

    Args:
        log: to read again the streams that a correction changes.
        text: the vault's texts by reference.
        connection: where rows of earlier pages are; None when they do not matter.
        as_of: leave out what occurred later (ISO day); None keeps everything.
        retold: streams whose rows somebody else writes, by `retell`.

    Attributes:
        since: earliest day that a fact of the page speaks of, ISO.
        latest_on: latest such day.
    """

    def __init__(
        self,
        log: Log,
        text: Text,
        connection: sqlite3.Connection | None = None,
        *,
        as_of: str | None = None,
        retold: Collection[str] | None = None,
    ) -> None:
        self._log = log
        self._text = text
        self._as_of = as_of
        self._retold = retold
        self._fold = Fold(shapes(), text, connection)
        self._events: list[tuple[Any, ...]] = []
        self._conventions: list[tuple[int, str]] = []
        self._corrections: list[tuple[int, int]] = []
        self.since = "9999-12-31"
        self.latest_on = ""

    def project(self, page: Sequence[Stored]) -> None:
        """Takes a page of the log.

        Raises:
            LedgerError: an event of a kind that this version does not know.
        """
        corrected = {stored.stream for stored in page if stored.topic == CORRECTED}
        retold = corrected if self._retold is None else self._retold
        keep, apply, counts = self._keep, self._fold.apply, self._as_of is None
        for stored in page:
            event = decode(stored)
            kind = event["kind"]
            if counts or self._counts(event, self._as_of or ""):
                keep(event)
                if kind == CORRECTED or event["stream"] not in retold:
                    apply(event, HANDLERS.get(kind) or handler_of(kind, stored.seq))
        if self._retold is None:
            for stream in sorted(corrected):
                self._correct(stream, page[0].seq - 1, page[-1].seq)

    def retell(self, streams: Iterable[str], until: int) -> None:
        """Adds the rows of whole streams up to event `until`, corrections resolved."""
        for stream in sorted(streams):
            self._tell(self._fold, self._resolved(stream, until))

    def flush(self, connection: sqlite3.Connection) -> frozenset[str]:
        """Writes everything; returns the tables that were touched. The caller holds the transaction."""
        connection.executemany(_INSERT_EVENT, self._events)
        connection.executemany("INSERT INTO event_conventions VALUES (?, ?)", self._conventions)
        connection.executemany("UPDATE events SET corrected_by = ? WHERE seq = ?", self._corrections)
        return self._fold.flush(connection)

    def _keep(self, event: dict[str, Any]) -> None:
        """The event's own row, and the days it speaks of."""
        seq, day, first_day = event["seq"], event["occurred_on"], event.get("occurred_from")
        data, command = event["data"], event["command"]
        self._events.append(
            (
                seq,
                event["stream"],
                event["version"],
                event["kind"],
                day,
                first_day,
                event["recorded_at"],
                event.get("recorded_by"),
                event.get("acting_as"),
                command.get("file"),
                command.get("position"),
                None,
                dumps(data).decode(),
            )
        )
        for convention_id in event.get("scope") or ():
            self._conventions.append((seq, convention_id))
        if event["kind"] == CORRECTED:
            self._corrections.append((seq, data["corrected_seq"]))
            day = max(day, data.get("replaced_occurred_on") or "")
        self.since = min(self.since, first_day or day)
        self.latest_on = max(self.latest_on, day)

    def _counts(self, event: dict[str, Any], as_of: str) -> bool:
        """Whether the fact belongs to the cut; a correction does when the fact it changes may."""
        days: list[str | None] = [event["occurred_on"]]
        if event["kind"] == CORRECTED:
            corrected = self._log.event(event["data"]["corrected_seq"])
            days = [event["data"].get("replaced_occurred_on")]
            days.append(decode(corrected)["occurred_on"] if corrected else None)
        return any(day is not None and day <= as_of for day in days)

    def _correct(self, stream: str, before: int, until: int) -> None:
        """Replaces the rows of a stream as it stood by those of the stream as it stands, resolved."""
        old_events, new_events = self._resolved(stream, before), self._resolved(stream, until)
        old, new = Fold(shapes(), self._text), Fold(shapes(), self._text)
        self._tell(old, old_events)
        self._tell(new, new_events)
        self._fold.replace(old, new)
        known = {event["seq"]: event for event in old_events}
        kept = {event["seq"]: event for event in new_events}
        for seq in known.keys() | kept.keys():
            if known.get(seq) != kept.get(seq):
                self.since = min(self.since, *map(_first_day, filter(None, (known.get(seq), kept.get(seq)))))

    def _resolved(self, stream: str, until: int) -> list[dict[str, Any]]:
        from ledger.record.model import (
            resolve_plain,  # pydantic, which a page without corrections never needs
        )

        events = [decode(stored) for stored in self._log.stream(stream) if stored.seq <= until]
        return [
            event
            for event in resolve_plain(events)
            if self._as_of is None or event["occurred_on"] <= self._as_of
        ]

    @staticmethod
    def _tell(fold: Fold, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            fold.apply(event, handler_of(event["kind"], event["seq"]))


_INSERT_EVENT = f"INSERT INTO events VALUES ({', '.join('?' * 13)})"


def decode(stored: Stored) -> dict[str, Any]:
    """An event as a plain dict, in the newest form of its kind, with its number."""
    event: dict[str, Any] = loads(stored.state)
    event["seq"] = stored.seq
    return newest(event)


def handler_of(kind: str, seq: int) -> Handler:
    """The handler of a kind.

    Raises:
        LedgerError: this version knows no such kind.
    """
    handler = HANDLERS.get(kind)
    if handler is None:
        raise LedgerError(
            N_("Event {seq} is of a kind that this version does not know: {kind}."),
            N_("Install the version of the program that recorded it, then run `ledger rebuild`."),
            seq=seq,
            kind=kind,
        )
    return handler


def _first_day(event: dict[str, Any]) -> str:
    day: str = event.get("occurred_from") or event["occurred_on"]
    return day
