"""What each allocation has spent, kept as a sum so that one payment costs one row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

CREATE = "CREATE TABLE IF NOT EXISTS _spent (allocation_id TEXT PRIMARY KEY, cents INTEGER) WITHOUT ROWID"


def refresh(db: sqlite3.Connection, allocations: Iterable[str] | None) -> None:
    """Sum these allocations again; None sums all of them."""
    if allocations is None:
        db.execute("DELETE FROM _spent")
        db.execute(
            "INSERT INTO _spent SELECT allocation_id, sum(amount_cents) FROM expenses"
            " WHERE allocation_id IS NOT NULL GROUP BY allocation_id"
        )
        return
    for allocation in allocations:
        db.execute(
            "INSERT OR REPLACE INTO _spent SELECT ?1, coalesce(sum(amount_cents), 0) FROM expenses"
            " WHERE allocation_id = ?1",
            (allocation,),
        )
