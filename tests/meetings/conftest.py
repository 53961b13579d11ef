"""Fixtures: a ledger in memory, empty (`play`) or of three lieux (`arles`, `new_arles`)."""

from __future__ import annotations

from tests.playing import arles, new_arles, play

__all__ = ["arles", "new_arles", "play"]
