"""What the Arles files say by themselves, recounted without the program, and the receipts beside them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest
from tests.scenarios.expectations import SCENARIOS, report, run

from ledger import demo

ARLES = SCENARIOS / "arles"
FILES = sorted(path for path in ARLES.glob("*.yaml") if path.name != "expected.yaml")
HOURS = {
    "Fabrique": 300,
    "Verrerie": 95,
    "Archipel": 80,
    "Parade": 70,
    "POP": 55,
    "Dans la cuisine": 40,
    "coord": 126,
}


def _hours(cell: str) -> Fraction:
    match = re.fullmatch(r"(?:(\d+)h)?(\d+)?(?: min)?", cell.strip())
    assert match, cell
    return Fraction(match[1] or 0) + Fraction(int(match[2] or 0), 60)


def _cells() -> dict[tuple[str, str, int], Fraction]:
    """Hours by (who, file, column), as a reader with a pencil would copy them."""
    found: dict[tuple[str, str, int], Fraction] = {}
    for path in FILES:
        for line in path.read_text("utf-8").splitlines():
            who, *cells = (part.strip() for part in line.split("|"))
            if who in HOURS and cells and all(re.fullmatch(r"[\dhmin ?]*", c) for c in cells):
                for column, cell in enumerate(cells):
                    if cell not in ("", "?"):
                        found[who, path.name, column] = _hours(cell)
    return found


def test_hours_add_up_to_what_was_chosen() -> None:
    totals: defaultdict[str, Fraction] = defaultdict(Fraction)
    for (who, _file, _column), hours in _cells().items():
        totals[who] += hours
    assert dict(totals) == HOURS


def test_enough_effective_acts_for_a_watch_and_too_few_for_an_alert() -> None:
    weights = [hours for (who, _file, _column), hours in _cells().items() if who != "coord"]
    effective = sum(weights) ** 2 / sum(w * w for w in weights)
    assert 90 < effective < 102


@pytest.fixture(scope="module")
def receipts() -> ModuleType:
    """The script that writes the receipts."""
    spec = importlib.util.spec_from_file_location("make_receipts", SCENARIOS / "make_receipts.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", sorted(path.parent.parent.name for path in SCENARIOS.glob("*/pieces/pieces.csv"))
)
def test_receipts_say_what_their_list_says(receipts: ModuleType, name: str) -> None:
    pieces = receipts.read_pieces(SCENARIOS / name)
    folder = SCENARIOS / name / "pieces"
    assert {p.file for p in pieces} == {path.name for path in folder.glob("*.pdf")}
    for piece in pieces:
        stored = (folder / piece.file).read_bytes()
        assert stored == receipts.pdf(piece)
        assert "Pièce d'illustration".encode("cp1252") in stored
        assert _objects_start_where_the_table_says(stored)


def _objects_start_where_the_table_says(pdf: bytes) -> bool:
    """The cross-reference table of a PDF leads to its objects: a reader opens it without repair."""
    table = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    offsets = re.findall(rb"(\d{10}) 00000 n ", pdf[table:])
    return pdf[table : table + 4] == b"xref" and all(
        pdf[int(offset) :].startswith(b"%d 0 obj" % number) for number, offset in enumerate(offsets, 1)
    )


def test_each_expense_has_its_own_receipt_and_proof_of_that_amount(
    receipts: ModuleType, played: Callable[[str], Path]
) -> None:
    amounts = {}
    for piece in receipts.read_pieces(ARLES):
        amounts[(ARLES / "pieces" / piece.file)] = piece.amount
    by_sha256 = {_sha256(path): amount for path, amount in amounts.items()}
    done = run(played("arles"), "log", "--json")
    expenses = [e for e in map(json.loads, done.stdout.splitlines()) if e["kind"] == "expense.recorded.v1"]
    assert len(expenses) == 30
    seen = []
    for expense in expenses:
        data = expense["data"]
        assert {e["evidence_kind"] for e in data["evidence"]} == {"invoice", "proof_of_payment"}
        for proof in data["evidence"]:
            euros = int(re.sub(r"\D", "", by_sha256[proof["sha256"]]))
            assert euros * 100 == data["amount_cents"]
            seen.append(proof["sha256"])
    assert len(set(seen)) == 60


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


REAL = ("arles", "departement", "le-ruisseau", "pot-kommon", "sentiers-communs")
"""Scenarios after a public source: what is not in it is said to be invented, in each file."""


@pytest.mark.parametrize(
    "path",
    [
        path
        for name in REAL
        for path in sorted((SCENARIOS / name).rglob("*.yaml"))
        if path.name != "expected.yaml"
    ],
    ids=lambda path: str(path.relative_to(SCENARIOS)),
)
def test_files_say_that_figures_are_illustrations(path: Path) -> None:
    head = path.read_text("utf-8").splitlines()[:5]
    assert any("llustrati" in line for line in head)
    assert not re.search(r"@|\b0[1-9](?: ?\d\d){4}\b", path.read_text("utf-8")), (
        "an address or a phone number"
    )


def test_without_the_agreed_threshold_the_share_is_only_told(tmp_path: Path) -> None:
    """La Fabrique gave less than half of the hours: only the agreement's 40 % makes that a watch."""
    shutil.copytree(ARLES, tmp_path / "arles")
    agreement = tmp_path / "arles" / "02-accord.yaml"
    text = agreement.read_text("utf-8")
    assert "      signaux: LIEU_RELIANCE 40 %\n" in text
    agreement.write_text(text.replace("      signaux: LIEU_RELIANCE 40 %\n", ""), "utf-8")
    demo.play(str(tmp_path / "arles"), tmp_path / "ledger")
    found = report(tmp_path / "ledger", "flags")["flags"]
    assert [f["level"] for f in found if f["code"] == "LIEU_RELIANCE"] == ["info"]
