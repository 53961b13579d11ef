"""What a scenario's `expected.yaml` says, and how the program's own answers are held to it.

A number is compared at the decimals written in the file; a mapping may say less than the program does;
each item of a list must be found in the program's list, in any order.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

SCENARIOS = Path(__file__).parents[2] / "scenarios"


class _Exact(yaml.SafeLoader):
    """A date stays text, and a decimal keeps the digits that it was written with."""


_Exact.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith((":timestamp", ":float"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Exact.add_implicit_resolver("!decimal", re.compile(r"-?\d+\.\d+"), list("-0123456789"))
_Exact.add_constructor("!decimal", lambda _loader, node: Decimal(node.value))


def names() -> list[str]:
    """The scenarios: folders that say what to expect of them."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/expected.yaml"))


def expected(name: str) -> dict[str, Any]:
    """The `expected.yaml` of a scenario."""
    found: dict[str, Any] = yaml.load((SCENARIOS / name / "expected.yaml").read_text("utf-8"), _Exact)
    return found


def cases(section: str) -> list[Any]:
    """Every (scenario, item) of a section, over all scenarios, to parametrise a test with."""
    found = []
    for name in names():
        items = expected(name).get(section) or {}
        pairs = items.items() if isinstance(items, dict) else [(item["file"], item) for item in items]
        found += [pytest.param(name, key, value, id=f"{name}: {key}") for key, value in pairs]
    return found


def differences(wanted: Any, actual: Any, at: str = "") -> list[str]:
    """Where the program's answer is not what the scenario expects; empty when it is."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        missing = [f"{at}.{key}: absent" for key in wanted if key not in actual]
        found = (
            differences(value, actual[key], f"{at}.{key}") for key, value in wanted.items() if key in actual
        )
        return missing + [line for lines in found for line in lines]
    if isinstance(wanted, list) and isinstance(actual, list):
        return [
            f"{at}: nothing matches {item!r} in {actual!r}"
            for item in wanted
            if all(differences(item, other) for other in actual)
        ]
    return [] if _same(wanted, actual) else [f"{at}: {actual!r} where {wanted!r} was expected"]


def _same(wanted: Any, actual: Any) -> bool:
    if isinstance(wanted, Decimal) and isinstance(actual, int | float):
        return round(Decimal(str(actual)), -int(wanted.as_tuple().exponent)) == wanted
    return type(wanted) is type(actual) and bool(wanted == actual)


def same_rows(wanted: list[list[Any]], actual: list[list[Any]]) -> bool:
    """Whether rows are exactly those expected, in that order."""
    return len(wanted) == len(actual) and all(
        len(w) == len(a) and all(map(_same, w, a)) for w, a in zip(wanted, actual, strict=True)
    )


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, as a member would call it, on the ledger in `folder`."""
    start = "from ledger.cli.main import main; main()"
    command = [sys.executable, "-c", start, "--ledger", str(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def report(folder: Path, line: str) -> Any:
    """The JSON of a report, such as `balance --by lieu`."""
    done = run(folder, *line.split(), "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def _cut(folder: Path, as_of: str) -> Path:
    """The read model as it was that day, with all that is known of it: the file that a report makes."""
    report(folder, "flags")
    return max((folder / "views").glob(f"cut-{as_of}-*.db"), key=_events)


def _events(path: Path) -> int:
    return int(_query(path, "SELECT count(*) FROM events")[0][0])


def rows(folder: Path, sql: str, as_of: str | None) -> list[list[Any]]:
    """Rows of the read model: at the day that the scenario reports on, else now."""
    path = _cut(folder, as_of) if as_of else folder / "views" / "members.db"
    return _query(path, sql)


def _query(path: Path, sql: str) -> list[list[Any]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [list(row) for row in db.execute(sql)]
