"""What stands around every page: the menu, and the name and nature of the consortium."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ledger.language.catalogue import LANGUAGES, N_, _, language

MENU: tuple[tuple[str, str], ...] = (
    ("/", N_("Home")),
    ("/balance", N_("Balance")),
    ("/funding", N_("Funding")),
    ("/members/decisions", N_("Decisions")),
    ("/members/tasks", N_("Tasks")),
    ("/members", N_("Data")),
)


def consortium(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """`name`, `kind`, `territory`, `purpose`, `illustrative` of the consortium; None before its founding."""
    row = connection.execute(
        "select name, kind, territory, purpose, illustrative, founded_on from consortium"
    ).fetchone()
    return dict(row) if row else None


def other_language(query: str) -> dict[str, str]:
    """The link to this same page in the other language.

    Args:
        query: the page's query string, without `lang`.
    """
    code = next(code for code in LANGUAGES if code != language())
    return {
        "code": code,
        "href": "?" + urlencode([*parse_qsl(query, keep_blank_values=True), ("lang", code)]),
    }


@cache
def _about() -> dict[str, str]:
    from ledger.readmodel.schema import descriptions

    return {name: columns[""] for name, columns in descriptions().items()}


def about(table: str) -> str:
    """What a table or view holds, in the reader's language; empty when nobody said."""
    return _(_about().get(table, ""))


def name_of(id: str, names: Mapping[str, str]) -> str:
    """The name of a lieu or organisation, its id when it has none."""
    return names.get(id, id)
