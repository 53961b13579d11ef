"""What a query answers, as plain dicts: for every room that reads the tables and opens none."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


def rows(db: Any, sql: str, *values: Any) -> list[Row]:
    """Every row of a query, by the names of its columns.

    Args:
        db: an open connection of `sqlite3`, whatever its row factory.
    """
    cursor = db.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, tuple(row), strict=True)) for row in cursor]


def one(db: Any, sql: str, *values: Any) -> Row | None:
    """The first row of a query; None when there is none."""
    return next(iter(rows(db, sql, *values)), None)
