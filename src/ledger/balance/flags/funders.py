"""Which organisations are private. All others that fund are taken to be public: most funders of tiers-lieux are."""

from __future__ import annotations

import sqlite3
import unicodedata

_WORDS = (
    *("prive", "private", "entreprise", "business", "company", "fondation", "foundation"),
    *("association", "cooperative", "mecenat", "mecene", "philanthrop", "mutuelle"),
)


def private(db: sqlite3.Connection) -> frozenset[str]:
    """Organisations whose sector or legal form says that they are no authority."""
    found = db.execute(
        "SELECT id, coalesce(sector, '') || ' ' || coalesce(legal_form, '') FROM organisations"
    )
    return frozenset(id for id, said in found if any(word in _plain(said) for word in _WORDS))


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
