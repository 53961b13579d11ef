"""What a scenario's ledger showed after each file is what a cut at that day shows later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.data import locate
from ledger.demo import files_of
from ledger.readmodel.schema import tables
from ledger.service.ledger import Ledger
from ledger.service.streams import CONSORTIUM, decode, fold

Rows = dict[str, list[tuple[Any, ...]]]
FORGOTTEN = {"handle", "name"}
"""What the vault says of people is said as it is today: whoever was erased since has no name at any cut."""


@pytest.mark.parametrize("name", ["coverage", "avis"])
def test_a_cut_is_the_replay_of_a_prefix(name: str, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "fr") as ledger:
        shown = dict(_played(ledger, name))
        for day, then in shown.items():
            now = _rows(ledger.cut(as_of=None, known_at=day))
            assert {t: rows for t, rows in now.items() if rows != then[t]} == {}, day
        assert len(shown) > 1


@pytest.mark.parametrize("name", ["coverage"])
def test_state_told_again_is_the_live_state(name: str, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "fr") as ledger:
        list(_played(ledger, name))
        streams = {stored.stream for page in ledger.log.pages() for stored in page}
        assert CONSORTIUM in streams
        for stream in streams:
            told = [decode(stored) for stored in ledger.log.stream(stream)]
            assert fold(stream, told) == ledger.state(stream)


def _played(ledger: Ledger, name: str) -> Iterator[tuple[date, Rows]]:
    """The last day of recording of each file, and the tables then; files of one day count as one."""
    last: tuple[date, Rows] | None = None
    for file in files_of(locate("scenarios") / name):
        ledger.record_file(file)
        day = _last_recorded(ledger)
        if last and last[0] != day:
            yield last
        last = day, _rows(ledger.folder.members)
    if last:
        yield last


def _last_recorded(ledger: Ledger) -> date:
    with closing(sqlite3.connect(ledger.folder.members)) as db:
        (found,) = db.execute("SELECT max(recorded_at) FROM events").fetchone()
    return date.fromisoformat(found[:10])


def _rows(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as db:
        return {
            name: sorted(map(repr, db.execute(f'SELECT {_columns(name)} FROM "{name}"')))
            for name in tables()
            if not name.startswith("flag")  # flags speak of a day, not of what was known then
        }


def _columns(name: str) -> str:
    gone = FORGOTTEN if name == "people" else set()
    return ", ".join(f'"{column}"' for column in (*tables()[name].columns, "seq") if column not in gone)
