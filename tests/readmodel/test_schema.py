"""The tables and views that are promised, with their keys, references, indexes and descriptions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.balance.flags.engine import refresh
from ledger.readmodel import creation
from ledger.readmodel.projector import Changed
from ledger.readmodel.schema import HANDLERS, OWN_TABLES, all_columns, descriptions, tables
from ledger.readmodel.views import VIEWS
from ledger.vocabulary import EVENTS

PROMISED = [
    "events",
    "organisations",
    "lieux",
    "people",
    "roles",
    "members",
    "seats",
    "mandates",
    "rules",
    "rotations",
    "rotation_turns",
    "meetings",
    "attendance",
    "decisions",
    "ballots",
    "objections",
    "tasks",
    "hand_overs",
    "time_entries",
    "calls",
    "applications",
    "conventions",
    "budget_lines",
    "instalments",
    "allocations",
    "commitments",
    "expenses",
    "evidence",
    "transfers",
    "in_kind",
    "reviews",
    "indicators",
    "indicator_values",
    "deliverables",
    "corrections",
    "flags",
    "flag_events",
    "workload_by_lieu",
    "workload_by_person",
    "money_by_lieu",
    "convention_balance",
    "financing_trail",
    "decision_trail",
    "mandates_now",
    "rotation_board",
]


@pytest.fixture
def view(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty read model."""
    with closing(creation.connect(tmp_path / "members.db")) as connection:
        creation.create_tables(connection)
        creation.complete(connection)
        refresh(connection, Changed(frozenset(), ""))  # sums of its own that a view of flags reads
        yield connection


def _columns(connection: sqlite3.Connection, name: str) -> list[str]:
    return [row[0] for row in connection.execute(f'SELECT * FROM "{name}" LIMIT 0').description]


def test_what_is_promised_is_there(view: sqlite3.Connection) -> None:
    found = {
        name for (name,) in view.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    }
    assert set(PROMISED) <= found


def test_every_kind_has_a_handler() -> None:
    assert set(EVENTS) == HANDLERS.keys()


def test_columns_are_those_that_are_described(view: sqlite3.Connection) -> None:
    for name, columns in all_columns().items():
        assert _columns(view, name) == list(columns), name
    for name, each in VIEWS.items():
        assert _columns(view, name) == list(each.columns), name


def test_every_table_and_view_is_described(view: sqlite3.Connection) -> None:
    described = {
        (table, column) for table, column, about in view.execute("SELECT * FROM column_descriptions") if about
    }
    for (name,) in view.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE '\\_%' ESCAPE '\\'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'column_descriptions'"
    ).fetchall():
        assert {(name, column) for column in ("", *_columns(view, name))} <= described, name


def test_rows_have_keys_references_and_a_seq(view: sqlite3.Connection) -> None:
    for name, table in (OWN_TABLES | tables()).items():
        key = {row[1] for row in view.execute(f'PRAGMA table_info("{name}")') if row[5]}
        assert key == set(table.key), name
        assert ("seq" in _columns(view, name)) == (name != "flags"), name
        references = {(row[3], row[2]) for row in view.execute(f'PRAGMA foreign_key_list("{name}")')}
        declared = {(c, each.references) for c, each in all_columns()[name].items() if each.references}
        assert references == declared, name


def test_every_reference_leads_to_a_table_with_one_key() -> None:
    known = OWN_TABLES | tables()
    for name, columns in all_columns().items():
        for column, each in columns.items():
            if each.references:
                assert len(known[each.references].key) == 1, f"{name}.{column}"


def test_indexes_are_those_declared(view: sqlite3.Connection) -> None:
    for name, table in (OWN_TABLES | tables()).items():
        found = {
            tuple(row[2] for row in view.execute(f'PRAGMA index_info("{index[1]}")'))
            for index in view.execute(f'PRAGMA index_list("{name}")').fetchall()
            if index[3] == "c" and not index[1].startswith("_")  # those of the flags are their own
        }
        assert found == set(table.indexes), name


def test_every_reference_is_declared_where_the_name_says_so() -> None:
    """A column named after a table's noun points to it; the exceptions hold ids of several kinds."""
    several = {"follows_id", "describes_id", "party_id", "seat_id", "proxy_for_id", "group_id", "contract_id"}
    for name, columns in all_columns().items():
        for column, each in columns.items():
            if column.endswith("_id") and column not in several:
                assert each.references, f"{name}.{column}"


def test_clearing_takes_everything(view: sqlite3.Connection) -> None:
    creation.clear(view)
    assert view.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_descriptions_are_sentences() -> None:
    for name, columns in descriptions().items():
        for column, about in columns.items():
            assert about.endswith((".", "…")), f"{name}.{column}: {about}"
