"""Every scenario shows what its `expected.yaml` says, computed by the program from its events."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios import expectations
from tests.scenarios.expectations import SCENARIOS, cases, differences, expected, report, rows, run

from ledger.exchange import keys
from ledger.vocabulary import ACTS, EVENTS

Played = Callable[[str], Path]


@pytest.mark.parametrize(("name", "line", "wanted"), cases("reports"))
def test_reports(played: Played, name: str, line: str, wanted: dict[str, Any]) -> None:
    assert differences(wanted, report(played(name), line)) == []


@pytest.mark.parametrize(("name", "line", "unwanted"), cases("absent"))
def test_reports_leave_out(played: Played, name: str, line: str, unwanted: dict[str, Any]) -> None:
    found = report(played(name), line)
    for key, items in unwanted.items():
        assert isinstance(found[key], list), key
        for item in items:
            assert [other for other in found[key] if not differences(item, other)] == []


@pytest.mark.parametrize(("name", "sql", "wanted"), cases("tables"))
def test_tables(played: Played, name: str, sql: str, wanted: list[list[Any]]) -> None:
    found = rows(played(name), sql, expected(name).get("as_of"))
    assert expectations.same_rows(wanted, found), found


@pytest.mark.parametrize(("name", "file", "wanted"), cases("refused"))
def test_refusals(played: Played, name: str, file: str, wanted: dict[str, Any]) -> None:
    folder = played(name)
    before = report(folder, "status")
    done = run(folder, "--lang", "fr", "record", str(SCENARIOS / name / "refused" / file))
    assert done.returncode == wanted["exit"], done.stderr
    for words in wanted["says"]:
        assert words in done.stderr
    assert report(folder, "status")["head"] == before["head"], "something was recorded"


@pytest.mark.parametrize(("name", "file", "wanted"), cases("corrected"))
def test_corrections(played: Played, name: str, file: str, wanted: dict[str, Any], tmp_path: Path) -> None:
    """A file edited after it was recorded is told apart, and recorded only as a correction."""
    folder, desk = tmp_path / "ledger", tmp_path / "desk"
    shutil.copytree(played(name), folder)
    shutil.copytree(SCENARIOS / name, desk)
    edited = str(shutil.copy(desk / "edited" / file, desk / file))  # where it was, beside its receipts
    before = report(folder, "status")["head"]
    run(folder, "record", edited)
    assert report(folder, "status")["head"] == before, "an edited act was recorded without a reason"
    done = run(folder, "record", edited, "--correct", wanted["reason"])
    assert done.returncode == 0, done.stderr
    assert expectations.same_rows(wanted["rows"], rows(folder, wanted["sql"], None))
    assert "event.corrected.v1" in kinds(folder)


@pytest.mark.parametrize("name", expectations.names())
def test_verifies(played: Played, name: str) -> None:
    done = run(played(name), "verify")
    assert done.returncode == 0, done.stderr


def test_every_kind_and_every_act_has_a_scenario(played: Played) -> None:
    found = {kind for name in expectations.names() for kind in kinds(played(name))}
    corrected = any(expected(name).get("corrected") for name in expectations.names())
    assert set(EVENTS) - found == ({"event.corrected.v1"} if corrected else set())
    written = "".join(path.read_text("utf-8") for path in SCENARIOS.glob("*/*.yaml"))
    # Acts that minutes stand for are written as minutes.
    assert [a for a in ACTS if f"- {a}:" not in written and f"- {keys.ACTS[a]}:" not in written] == []


def kinds(folder: Path) -> set[str]:
    """Kinds of events in a ledger."""
    done = run(folder, "log", "--json")
    assert done.returncode == 0, done.stderr
    return {json.loads(line)["kind"] for line in done.stdout.splitlines()}


@pytest.mark.parametrize(
    ("wanted", "actual", "same"),
    [
        (Decimal("0.4688"), 0.46875, True),
        (Decimal("0.4688"), 0.4687, False),
        (1, True, False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"b": 1}, False),
        ([{"a": 1}], [{"a": 2}, {"a": 1, "b": 0}], True),
        ([{"a": 1}], [], False),
        ({"a": [1]}, {"a": None}, False),
    ],
)
def test_what_counts_as_the_same(wanted: object, actual: object, same: bool) -> None:
    assert (differences(wanted, actual) == []) is same
