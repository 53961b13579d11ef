"""What tests of the pages share: the Arles ledger played once a session, and Datasette over a view."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ledger import demo
from ledger.folder import read
from ledger.service.ledger import Ledger
from ledger.serving import Surface, build

AS_OF = "2024-12-31"


@pytest.fixture(scope="session")
def arles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the ledger in which the Arles scenario was played; to be read, not written."""
    folder = tmp_path_factory.mktemp("arles") / "ledger"
    demo.play("arles", folder)
    return folder


@asynccontextmanager
async def served(members: Path, token: str | None = None, **options: Any) -> AsyncIterator[Any]:
    """Datasette over a view, started."""
    datasette = build(Surface(members, **({"language": "fr", "as_of": AS_OF} | options)), token)
    await datasette.invoke_startup()
    try:
        yield datasette
    finally:
        datasette.close()


@pytest.fixture(scope="session")
def at_its_day(arles: Path) -> Path:
    """The tables of Arles at the day of the demonstration, as `ledger serve` opens them."""
    with Ledger.open(read(arles), read_only=True) as ledger:
        return ledger.cut(date.fromisoformat(AS_OF), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def surface(at_its_day: Path) -> AsyncIterator[Any]:
    """Datasette over Arles."""
    async with served(at_its_day) as datasette:
        yield datasette


@pytest.fixture
def doctored(arles: Path, tmp_path: Path) -> Callable[..., Any]:
    """A copy of Arles's view with statements run on it: views are disposable, so a test may."""

    @contextmanager
    def copy(*statements: str) -> Iterator[Path]:
        path = tmp_path / "members.db"
        with sqlite3.connect(arles / "views" / "members.db") as source, sqlite3.connect(path) as target:
            source.backup(target)
            for statement in statements:
                target.execute(statement)
        target.close()
        source.close()
        yield path

    return copy


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """The view of a ledger in which nothing was recorded."""
    with Ledger.create(tmp_path / "empty", "fr") as ledger:
        ledger.projector().catch_up()
        return ledger.folder.members


@pytest.fixture
def own_arles(arles: Path, tmp_path: Path) -> Path:
    """A copy of the Arles ledger that a test may write to."""
    return Path(shutil.copytree(arles, tmp_path / "own"))
