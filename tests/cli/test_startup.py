"""What a command does not load: each heavy package has the commands that may never wait for it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.balance.flags.catalogue import CATALOGUE
from ledger.service.ledger import Ledger

HEAVY = {
    "pydantic",
    "eventsourcing",
    "orjson",
    "yaml",
    "rich",
    "datasette",
    "sqlite_utils",
    "babel",
    "jinja2",
}
RUN = """
import json, sys
from ledger.cli.main import _start_fast, run
_start_fast()
code = run(sys.argv[1:])
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def loaded(home: Path, *words: str) -> set[str]:
    """Names of the modules that a command loads."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, "--ledger", str(home), *words], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture
def home(ledger: Ledger) -> Path:
    ledger.projector().catch_up()
    return ledger.folder.path


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("balance", "--help"),
        ("balance",),
        ("balance", "--json"),
        ("status",),
        ("flags",),
        ("trail", "--help"),
    ],
    ids=" ".join,
)
def test_help_and_reports_load_nothing_heavy(home, words):
    assert not loaded(home, *words) & (HEAVY - {"orjson"})


def test_the_log_is_told_without_what_records(home):
    assert not loaded(home, "log") & (HEAVY - {"orjson"})


def test_one_act_loads_its_own_concept_only(home):
    modules = loaded(home, "time", "log", "--person", "ate", "--duration", "2h", "--activity", "admin")
    assert "eventsourcing" in modules, "it was recorded"
    assert not modules & {"yaml", "rich", "datasette", "sqlite_utils", "babel", "jinja2"}
    concepts = re.compile(r"ledger\.(consortium|meetings|decisions|funds|reviews)\.(\w+)")
    rooms = {match.group() for match in map(concepts.fullmatch, modules) if match}
    rooms = {each for each in rooms if not each.endswith((".projection", ".sentences"))}
    assert rooms == {
        "ledger.consortium.events",
        "ledger.consortium.state",
        "ledger.funds.sharing",
        "ledger.funds.tables",
    }
    assert not modules & {"importlib.metadata", "email", "zipfile"}, "what looks for plugins of pydantic"


def test_an_act_loads_only_the_flags_that_look_at_what_it_changed(home):
    modules = loaded(home, "time", "log", "--person", "ate", "--duration", "2h", "--activity", "admin")
    flags = {code for code in CATALOGUE if f"ledger.balance.flags.{code.lower()}" in modules}
    assert {"LIEU_RELIANCE", "COORD_LOAD"} <= flags
    assert not flags & {"REPORT_DUE", "QUORUM_RISK", "SEAT_VACANT", "EVIDENCE_MISSING", "ROTATION_SKIPPED"}
