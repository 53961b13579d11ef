"""Questions that several pages ask of `members.db`. Rows come back as plain dicts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from ledger.balance.measures import rotation_debt
from ledger.kernel.rows import Row, one, rows

__all__ = ["Row", "lieux", "names", "one", "rotations", "rows"]


def lieux(connection: sqlite3.Connection, on: str) -> list[Row]:
    """`id` and `name` of the lieux that are members on a day, in the order they joined: never a ranking."""
    return rows(
        connection,
        """select lieux.id, lieux.name, min(roles.seq) as joined
           from roles join lieux on lieux.id = roles.lieu_id
           where role = 'member' and held_from <= ?1 and coalesce(ended_on, '9999') > ?1
             and coalesce(held_until, '9999') >= ?1
           group by lieux.id order by joined""",
        on,
    )


def names(connection: sqlite3.Connection) -> dict[str, str]:
    """What to call each lieu, organisation and rotation, by id. People are not named."""
    found = connection.execute(
        """select id, name from lieux union all select id, name from organisations
           union all select id, name from rotations"""
    )
    return {str(row[0]): str(row[1]) for row in found}


def rotations(connection: sqlite3.Connection, on: str) -> list[Row]:
    """Each rotation as a board.

    Returns:
        Rows with `id`, `name`, `period`, `turns` (how many were taken by `on`), `part` (an equal part
        of them), `longest` (the most that a lieu took or owed), `last` (the last turn, None before the
        first), `next` (the lieu that gave least of its part, in the agreed order when several did) and
        `lieux`: `id`, `name`, `taken`, `skipped`, `due` (its part of the turns), `debt` (taken − due).
    """
    found = rows(connection, "select id, name, period from rotations where starts_on <= ? order by seq", on)
    boards = []
    for rotation in found:
        orders = rows(
            connection,
            """select lieu_id as id, lieux.name, coalesce(in_order_from, '') as since,
                      min(coalesce(in_order_until, '9999'), coalesce(closed_on, '9999')) as until
               from rotation_lieux join lieux on lieux.id = lieu_id where rotation_id = ? order by position""",
            rotation["id"],
        )
        turns = rows(
            connection,
            """select lieu_id, outcome, unavailable, term, occurred_on from rotation_turns
               where rotation_id = ? and occurred_on <= ? order by occurred_on, id""",
            rotation["id"],
            on,
        )
        boards.append(rotation | _board(orders, turns, on))
    return boards


def _order(orders: list[Row], on: str) -> list[Row]:
    """The lieux of the order in force on a day."""
    return [
        {"id": each["id"], "name": each["name"]} for each in orders if each["since"] <= on < each["until"]
    ]


def _board(orders: list[Row], turns: list[Row], on: str) -> Row:
    order = _order(orders, on)
    taken = [turn for turn in turns if turn["outcome"] != "skipped"]
    debts = rotation_debt([(turn["lieu_id"], _eligible(turn, orders)) for turn in taken])
    counts = [turn["lieu_id"] for turn in taken]
    skipped = [turn["lieu_id"] for turn in turns if turn["outcome"] == "skipped"]
    board: list[Row] = [
        {
            **lieu,
            "taken": counts.count(lieu["id"]),
            "skipped": skipped.count(lieu["id"]),
            "debt": float(debts.get(lieu["id"], 0)),
            "due": counts.count(lieu["id"]) - float(debts.get(lieu["id"], 0)),
        }
        for lieu in order
    ]
    next_lieu = min(board, key=lambda lieu: lieu["debt"], default=None)  # min keeps the agreed order
    return {
        "turns": len(taken),
        "part": len(taken) / max(len(order), 1),
        "longest": max([1.0, *(max(lieu["taken"], lieu["due"]) for lieu in board)]),
        "lieux": board,
        "next": next_lieu,
        "last": taken[-1] if taken else None,
    }


def _eligible(turn: Row, orders: list[Row]) -> Collection[str]:
    unavailable = set(json.loads(turn["unavailable"] or "[]"))
    return {lieu["id"] for lieu in _order(orders, turn["occurred_on"])} - unavailable
