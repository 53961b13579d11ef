"""What is shipped is what is tested: the built wheel, outside of the checkout, with nothing beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (found,) = out.glob("*.whl")
    return found


@pytest.mark.slow
def test_the_wheel_carries_pages_scenarios_and_translations(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "ledger/_data/datasette/datasette.yaml",
        "ledger/_data/datasette/templates/balance.html",
        "ledger/_data/scenarios/arles/01-fondation.yaml",
        "ledger/locale/fr/LC_MESSAGES/ledger.mo",
        "ledger/readmodel/views.sql",
    ):
        assert needed in names
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/")) or "__pycache__" in n]


@pytest.mark.slow
def test_an_installed_ledger_plays_the_demo_outside_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEDGER", "LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-m", "ledger.cli.main", "demo", "arles", "--into", str(tmp_path / "arles"), "--no-serve"],
        cwd=tmp_path, env={**clean, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "640 h" in done.stdout
    assert "Intact" in done.stdout
