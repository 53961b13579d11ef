"""`ledger report` and `ledger trail`: in the terminal, as data, as a file that prints without anybody's help."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FOUNDING, Clock, write
from tests.reports.test_documents import MONEY, WORK

from ledger.cli.main import run
from ledger.service.ledger import Ledger

EVERY = (
    "report REG --year 2024",
    "report --what plan",
    "report --what calendar",
    "report --what indicators",
    "report --what calls",
    "report --what contract",
    "report --for kick-off",
    "report --for mi-parcours",
    "report --for bilan",
    "trail",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one convention, one call and one contract."""
    folder = tmp_path_factory.mktemp("reports")
    with Ledger.create(folder / "ledger", "en", Clock()) as ledger:
        ledger.record_file(write(folder, "founding.yaml", FOUNDING))
        ledger.folder.write_me("coord")
        ledger.record_file(write(folder, "money.yaml", MONEY), author="coord")
        ledger.record_file(write(folder, "work.yaml", WORK), author="coord")
    return folder / "ledger"


def said(home: Path, command: str, capsys: Any, language: str = "en") -> tuple[int, str, str]:
    """The exit code of a command, what it printed, and what it complained of."""
    code = run(["--lang", language, "--ledger", str(home), *command.split()])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("command", EVERY)
def test_each_report_fits_the_terminal(home: Path, capsys: Any, command: str, language: str) -> None:
    code, out, _err = said(home, f"{command} --as-of 2024-03-05", capsys, language)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert "{" not in out


@pytest.mark.parametrize("command", EVERY)
def test_each_report_is_data_too(home: Path, capsys: Any, command: str) -> None:
    code, out, _err = said(home, f"{command} --json --as-of 2024-03-05", capsys)
    assert code == 0
    assert json.loads(out)


class Paper(HTMLParser):
    """What a file asks of the world, and what it says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.asked: list[str] = []
        self.policy = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.asked += [str(given[name]) for name in ("href", "src", "action", "data") if given.get(name)]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = str(given["content"])


@pytest.mark.parametrize("command", EVERY)
def test_the_file_stands_alone(home: Path, capsys: Any, tmp_path: Path, command: str) -> None:
    file = tmp_path / "page.html"
    code, out, _err = said(home, f"{command} --html {file} --as-of 2024-03-05", capsys, "fr")
    assert code == 0
    assert str(file) in out
    html = file.read_text(encoding="utf-8")
    paper = Paper(html)
    assert paper.asked == []
    assert "script" not in paper.tags
    assert "default-src 'none'" in paper.policy
    assert not re.search(r"url\(|@import|https?://", html)
    assert '<html lang="fr">' in html
    assert "Les trois lieux" in html


def test_the_same_figures_on_paper_in_the_terminal_and_as_data(
    home: Path, capsys: Any, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    said(home, f"report --year 2024 --html {file}", capsys)
    _code, out, _err = said(home, "report --year 2024", capsys)
    _code, data, _err = said(home, "report --year 2024 --json", capsys)
    spent = sum(row["actual_cents"] for row in json.loads(data)["charges"])
    assert spent == 360_000
    assert "€3,600" in out
    assert "€3,600" in file.read_text(encoding="utf-8")


def test_paper_names_a_role_where_the_terminal_has_a_handle(home: Path, capsys: Any, tmp_path: Path) -> None:
    file = tmp_path / "trail.html"
    said(home, f"trail --html {file}", capsys)
    _code, out, _err = said(home, "trail", capsys)
    rows = re.findall(r"<tr>.*?</tr>", file.read_text(encoding="utf-8"), re.DOTALL)
    (paid,) = (row for row in rows if "Établis" in row)
    assert "coordinator" in paid
    assert "coord<" not in paid
    assert re.search(r"Établis +budget +coord +0", out)


@pytest.mark.parametrize(
    ("command", "code", "hint"),
    [
        ("report NOPE", 5, "NOPE"),
        ("report NOPE --for final", 5, "NOPE"),
        ("report NOPE --what contract", 5, "NOPE"),
        ("report NOPE --what calls", 5, "NOPE"),
        ("report --what calendar NOPE", 5, "NOPE"),
        ("report --what indicators NOPE", 5, "NOPE"),
        ("report --year 1999", 2, "1999"),
        ("report --for dessert", 2, "--for mid-term"),
        ("report --json --html x.html", 2, "--json"),
        ("report --html {folder}", 2, "is a directory"),
        ("report --html {folder}/none/x.html", 6, "cannot be written"),
    ],
)
def test_what_goes_wrong_is_said(
    home: Path, capsys: Any, tmp_path: Path, command: str, code: int, hint: str
) -> None:
    found, _out, err = said(home, command.format(folder=tmp_path), capsys)
    assert found == code
    assert hint in err


def test_a_report_with_a_cut_knows_only_what_was_known(home: Path, capsys: Any) -> None:
    _code, out, _err = said(home, "trail --as-of 2024-02-21 --json", capsys)
    assert json.loads(out)["spent_cents"] == 0
    _code, out, _err = said(home, "trail --as-of 2024-02-21", capsys)
    assert "Nothing has been spent yet." in out
    assert "100%" not in out
