"""A real browser on a real server: Chromium, and `ledger serve` over the Arles scenario."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from ledger import demo
from ledger.cli.main import run

COMMAND = "from ledger.cli.main import main; main()"
PAYMENTS = 70
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def _absent(why: str) -> None:
    said = f"BROWSER TESTS DID NOT RUN: {why}"
    warnings.warn(said, stacklevel=2)
    pytest.skip(said)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `ledger serve` listens."""
    folder: Path = tmp_path_factory.mktemp("browser") / "ledger"
    demo.play("arles", folder)
    with _served(folder) as found:
        yield found


@pytest.fixture(scope="session")
def long_trail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where `ledger serve` listens, over a trail of more payments than a page lays out at once."""
    folder: Path = tmp_path_factory.mktemp("long") / "ledger"
    demo.play("arles", folder)
    file = folder.parent / "payments.yaml"
    acts = "".join(
        f"  - noter-dépense: {{payée: {1 + number % 28} décembre 2024, montant: 1 €, objet: Fournitures {number},"
        f" ligne: coordination, décision: D-2024-003}}\n"
        for number in range(PAYMENTS)
    )
    file.write_text(f"par: fab\nle: 28 décembre 2024\nactes:\n{acts}", encoding="utf-8")
    assert run(["--ledger", str(folder), "record", str(file)]) == 0
    with _served(folder) as found:
        yield found


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "--ledger", str(folder), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert server.stdout
    found = re.search(r"http://[\d.]+:\d+", server.stdout.readline())
    assert found
    yield found[0]
    server.terminate()
    server.wait(20)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    """The system's Chromium, else the one that `playwright install chromium` brought."""
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        _absent("playwright is not installed; pip install -e '.[dev]'")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        except Error as error:
            _absent(f"no Chromium ({str(error).splitlines()[0]}); try: playwright install chromium")
        yield browser
        await browser.close()
