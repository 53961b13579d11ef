"""Files for those who are not members: `public.db`, and one for each funder. Absence beats denial.

They are selected from `members.db` by lists of what may be seen, table by table and column by column,
and written anew whenever it moved. Nothing about a person is in them, not even an opaque id.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ledger.kernel.errors import StorageFailure
from ledger.kernel.tables import Column, Table
from ledger.language.catalogue import N_
from ledger.readmodel.creation import CURSOR, describe, index_statements, table_statements
from ledger.readmodel.schema import OWN_TABLES, all_columns, descriptions, tables
from ledger.readmodel.views import VIEWS, View

PUBLIC = "public"
FUNDER = "funder"

_DECISIONS = "SELECT decision_id FROM members.{0} WHERE convention_id IN mine"
_DECISIONS_OF_MONEY = " UNION ".join(
    (
        "SELECT decision_id FROM members.conventions WHERE id IN mine",
        *(_DECISIONS.format(table) for table in ("allocations", "reallocations", "expenses")),
    )
)

SCOPES: dict[str, str] = {
    "conventions": "id IN mine",
    "applications": "funder_id = (SELECT id FROM me)",
    "events": "seq IN (SELECT seq FROM members.event_conventions WHERE convention_id IN mine)",
    "evidence": (
        "convention_id IN mine OR sha256 IN (SELECT sha256 FROM members.expense_evidence JOIN members.expenses"
        " ON expenses.payment_id = expense_id WHERE expenses.convention_id IN mine)"
    ),
    "expense_evidence": "expense_id IN (SELECT payment_id FROM members.expenses WHERE convention_id IN mine)",
    "review_adjustments": "review_id IN (SELECT id FROM members.reviews WHERE convention_id IN mine)",
    "indicator_values": "indicator_id IN (SELECT id FROM members.indicators WHERE convention_id IN mine)",
    "decisions": f"id IN ({_DECISIONS_OF_MONEY})",
    "decision_colleges": f"decision_id IN ({_DECISIONS_OF_MONEY})",
    "decision_lieux": f"decision_id IN ({_DECISIONS_OF_MONEY})",
    "tasks": f"decision_id IN ({_DECISIONS_OF_MONEY})",
    "time_entries": f"task_id IN (SELECT id FROM members.tasks WHERE decision_id IN ({_DECISIONS_OF_MONEY}))",
}
"""Which rows a funder is shown of tables that name no convention: its own, and what they rest on. A table
with a `convention_id` is kept to the funder's conventions; one that is public and has neither is whole."""


class Selection(NamedTuple):
    """What an audience is shown of one table or view.

    Attributes:
        columns: those that are not about persons.
        key: the primary key; empty for the rows of a view.
        where: SQL condition on the rows.
    """

    columns: Mapping[str, Column]
    key: tuple[str, ...]
    where: str


def refresh(members: Path) -> list[Path]:
    """Brings every audience's file beside `members.db` up to date, and removes those of past funders.

    Returns:
        The files, the public one first.

    Raises:
        StorageFailure: a file cannot be written; the one that was there still is.
    """
    with closing(_reading(members)) as connection:
        funders = [
            organisation
            for (organisation,) in connection.execute(
                "SELECT DISTINCT organisation_id FROM convention_funders ORDER BY organisation_id"
            )
        ]
    wanted = {members.with_name("public.db"): None} | {
        members.with_name(f"funder-{funder}.db"): funder for funder in funders
    }
    for past in set(members.parent.glob("funder-*.db")) - wanted.keys():
        past.unlink()
    for path, funder in wanted.items():
        write(members, path, funder)
    return list(wanted)


def write(members: Path, path: Path, funder: str | None = None) -> None:
    """Writes one audience's file, unless it already shows what `members.db` holds now.

    Args:
        members: the members' view.
        path: the file; replaced at once when it is ready.
        funder: the organisation that it is for; None for everybody.

    Raises:
        StorageFailure: it cannot be written.
    """
    if _cursor(path) == _cursor(members) is not None:
        return
    new = path.with_name(f".{path.name}.new")
    try:
        new.unlink(missing_ok=True)
        os.close(os.open(new, os.O_RDWR | os.O_CREAT, 0o600 if funder else 0o644))
        with closing(sqlite3.connect(new, isolation_level=None, uri=True)) as connection:
            connection.execute("ATTACH ? AS members", (f"{members.absolute().as_uri()}?mode=ro",))
            connection.execute("BEGIN")
            _fill(connection, funder)
            connection.execute("COMMIT")
        new.replace(path)
    except (sqlite3.Error, OSError) as error:
        new.unlink(missing_ok=True)
        raise StorageFailure(
            N_("The file {path} cannot be written ({detail}); the log is not concerned."),
            N_("Check the disk and the rights on the folder, then try again."),
            path=path,
            detail=error,
        ) from error


def selections(audience: str) -> dict[str, Selection]:
    """What an audience is shown, by table or view name."""
    columns = all_columns()
    found: dict[str, Selection] = {}
    for name, table in (OWN_TABLES | tables()).items():
        if audience in table.audiences:
            kept = _impersonal(columns[name], table)
            where = _where(name, kept, table, audience)
            if where and set(table.key) <= kept.keys():
                found[name] = Selection(kept, table.key, where)
    for name, view in VIEWS.items():
        if audience in view.audiences:
            kept = _impersonal(view.columns, view)
            if where := _where(name, kept, view, audience):
                found[name] = Selection(kept, (), where)
    return found


def _impersonal(columns: Mapping[str, Column], described: Table | View) -> dict[str, Column]:
    return {
        name: column
        for name, column in columns.items()
        if name not in described.personal and column.references != "people"
    }


def _where(name: str, columns: Mapping[str, Column], described: Table | View, audience: str) -> str | None:
    """The rows that the audience is shown; None when no rule says which: then none are."""
    if audience == PUBLIC:
        return "true"
    if name in SCOPES:
        return SCOPES[name]
    if "convention_id" in columns:
        return "convention_id IN mine"
    return "true" if PUBLIC in described.audiences else None


def _fill(connection: sqlite3.Connection, funder: str | None) -> None:
    """Creates and fills the tables of an empty file; views become tables, for what they read is not there."""
    connection.execute("CREATE TEMP TABLE me AS SELECT ? AS id", (funder,))
    connection.execute(
        "CREATE TEMP TABLE mine AS SELECT DISTINCT convention_id FROM members.convention_funders"
        " WHERE organisation_id = ?",
        (funder,),
    )
    shown = selections(FUNDER if funder else PUBLIC)
    for statement in table_statements({name: (each.columns, each.key) for name, each in shown.items()}):
        connection.execute(statement)
    for name, each in shown.items():
        columns = ", ".join(f'"{column}"' for column in each.columns)
        connection.execute(
            f'INSERT INTO main."{name}" SELECT {columns} FROM members."{name}" WHERE {each.where}'
        )
    _forget_people(connection, shown)
    for statement in _indexes(shown):
        connection.execute(statement)
    about = descriptions()
    describe(
        connection, {name: {c: about[name][c] for c in ("", *each.columns)} for name, each in shown.items()}
    )
    connection.execute(CURSOR)
    connection.execute("INSERT INTO main._cursor SELECT * FROM members._cursor")


def _forget_people(connection: sqlite3.Connection, shown: Mapping[str, Selection]) -> None:
    """Empties what holds a person's id in a column of ids of any kind, such as what evidence describes."""
    for name, each in shown.items():
        for column, what in each.columns.items():
            if what.type == "text" and column not in each.key:
                connection.execute(
                    f'UPDATE main."{name}" SET "{column}" = NULL'
                    f' WHERE "{column}" IN (SELECT id FROM members.people)'
                )


def _indexes(shown: Mapping[str, Selection]) -> Iterator[str]:
    for name, table in (OWN_TABLES | tables()).items():
        if name in shown:
            kept = tuple(index for index in table.indexes if set(index) <= shown[name].columns.keys())
            yield from index_statements({name: Table(table.about, table.columns, table.key, kept)})


def _cursor(path: Path) -> tuple[object, ...] | None:
    try:
        with closing(_reading(path)) as connection:
            found: tuple[object, ...] | None = connection.execute("SELECT * FROM _cursor").fetchone()
            return found
    except sqlite3.Error:
        return None


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
