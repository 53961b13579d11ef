"""Scenarios are played once a session, each into its own folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ledger import demo


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of the ledger in which a scenario was played; to be read, not written."""

    @cache
    def play(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name) / "ledger"
        demo.play(name, folder)
        return folder

    return play
