"""The whole life of a grant as its carrier would write it, in either language, and what may still happen to it.

`story/fr.yaml` and `story/en.yaml` say the same: every act about money, reviews and accompaniment, in one file.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import FOUNDING, Clock, write

from ledger.exchange import keys
from ledger.folder import read
from ledger.funds import model as funds
from ledger.kernel.errors import LedgerError
from ledger.reviews import model as reviews
from ledger.service.ledger import Ledger

STORY = Path(__file__).parent / "story"
OWN = {"events", "event_conventions", "corrections", "column_descriptions", "read_model", "sqlite_stat1"}


def told(folder: Path, language: str) -> Path:
    """A ledger's folder in which the story was recorded."""
    clock = Clock()
    clock.now = datetime(2026, 1, 31, 9, tzinfo=UTC)
    text = (STORY / f"{language}.yaml").read_text("utf-8")
    (folder / "pieces").mkdir(parents=True)
    for name in set(re.findall(r"pieces/[\w-]+\.pdf", text)):
        (folder / name).write_text(f"%PDF-1.4 {name}", "utf-8")
    with Ledger.create(folder / "ledger", language, clock) as ledger:
        ledger.record_file(write(folder, "founding.yaml", FOUNDING))
        ledger.folder.write_me("coord")
        ledger.record_file(write(folder, "story.yaml", text))
    return folder


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The story in both languages."""
    return {
        language: told(tmp_path_factory.mktemp("story") / language, language) for language in ("fr", "en")
    }


@pytest.fixture
def story(stories: dict[str, Path], tmp_path: Path) -> Path:
    """A copy of the French one, to do things to."""
    shutil.copytree(stories["fr"], tmp_path / "fr")
    return tmp_path / "fr"


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    start = "from ledger.cli.main import main; main()"
    command = [sys.executable, "-c", start, "--ledger", str(folder / "ledger"), "--lang", "en", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{folder / 'ledger/views/members.db'}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def tables(folder: Path) -> dict[str, set[tuple[Any, ...]]]:
    """The rows of every table that the facts make; opaque ids of people aside."""
    names = [
        name
        for (name,) in rows(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if name not in OWN and name[0] != "_"
    ]
    return {
        name: {
            tuple("P" if isinstance(v, str) and v.startswith("P-") else v for v in row)
            for row in rows(folder, f"SELECT * FROM {name}")
        }
        for name in names
    }


def test_both_languages_tell_the_same_facts(stories: dict[str, Path]) -> None:
    french, english = tables(stories["fr"]), tables(stories["en"])
    assert {name for name in french if french[name] != english[name]} == set()


def test_the_story_has_every_act_of_money_and_reviews(stories: dict[str, Path]) -> None:
    acts = {command.ACT for command in (*funds.COMMANDS, *reviews.COMMANDS)}
    for language in ("fr", "en"):
        text = (STORY / f"{language}.yaml").read_text("utf-8")
        said = {keys.ACTS[act] if language == "fr" else act for act in acts}
        assert {act for act in said if f"- {act}:" not in text} == set()


def test_each_euro_has_an_end(stories: dict[str, Path]) -> None:
    (row,) = rows(
        stories["fr"],
        "SELECT amount_cents, received_cents, spent_cents, evidenced_cents, disallowed_cents, eligible_cents,"
        " returned_cents, committed_cents, dedicated_cents, in_kind_cents, coverage FROM convention_balance"
        " WHERE convention_id = 'C-24'",
    )
    assert row == (
        5_400_000,
        4_800_000,
        1_774_671,
        1_774_671,
        20_000,
        1_754_671,
        3_045_329,
        0,
        0,
        257_500,
        1.0,
    )
    assert row[1] == row[5] + row[6], "received is spent and accepted, or given back"
    assert rows(stories["fr"], "SELECT id, status FROM conventions ORDER BY id") == [
        ("C-24", "closed"),
        ("C-ANCT", "terminated"),
    ]


def test_who_granted_and_who_paid(stories: dict[str, Path]) -> None:
    """The amended grant is less than the plan says its two funders give: nobody knows who gives less."""
    assert rows(
        stories["fr"],
        "SELECT funder_id, granted_cents, received_cents, returned_cents FROM money_by_funder"
        " WHERE convention_id = 'C-24' ORDER BY funder_id",
    ) == [
        (None, 5_400_000, 0, 0),
        ("anct", 0, 750_000, 0),
        ("region", 0, 4_050_000, 3_045_329),
    ]


def test_what_each_step_left_behind(stories: dict[str, Path]) -> None:
    fr = stories["fr"]
    assert rows(
        fr, "SELECT id, status, eligible, criteria_met, criteria_assessed FROM applications ORDER BY id"
    ) == [
        ("CA-1", "awarded", 1, 2, 2),
        ("CA-2", "refused", 0, 0, 1),
    ]
    assert rows(
        fr,
        "SELECT id, kind, planned_cents, called_cents, received_cents, status FROM instalments ORDER BY id",
    ) == [
        ("acompte", "interim", 1_800_000, 1_800_000, 1_800_000, "received"),
        ("avance", "advance", 3_000_000, 3_000_000, 3_000_000, "received"),
        ("solde", "balance", 600_000, 0, 0, "due"),
    ]
    assert rows(
        fr,
        "SELECT allocation_id, amount_cents, committed_cents, transferred_cents, spent_cents, left_cents,"
        " status FROM allocation_status ORDER BY allocation_id",
    ) == [
        ("A-atelier", 1_900_000, 0, 0, 1_000_000, 900_000, "committed"),
        ("A-coord", 300_000, 0, 0, 300_000, 0, "spent"),
        ("A-gestion", 600_000, 0, 0, 74_671, 525_329, "committed"),
        ("A-halle", 1_100_000, 0, 400_000, 400_000, 700_000, "committed"),
    ]
    assert rows(fr, "SELECT nature, value_cents, rent_cents, account FROM in_kind ORDER BY nature") == [
        ("premises", 240_000, 120_000, "861/871"),
        ("volunteering", 17_500, None, "864/875"),
    ]
    assert rows(fr, "SELECT kind, count(*) FROM expense_evidence GROUP BY kind ORDER BY kind") == [
        ("invoice", 3),
        ("minutes", 1),
        ("other", 1),
        ("payslip", 1),
        ("proof_of_payment", 5),
        ("timesheet", 1),
    ]
    assert rows(fr, "SELECT id, status, submissions FROM deliverables ORDER BY id") == [
        ("L1", "accepted", 2),
        ("L2", "due", 0),
    ]
    assert rows(fr, "SELECT stage FROM reviews ORDER BY held_on") == [
        ("kick_off",),
        ("mid_term",),
        ("final",),
    ]


def test_evidence_is_checked_again_at_verification(story: Path) -> None:
    assert run(story, "verify").returncode == 0
    (sha256,) = rows(story, "SELECT sha256 FROM expense_evidence WHERE kind = 'payslip'")[0]
    (kept,) = (story / "ledger" / "evidence").rglob(f"{sha256}*")
    kept.chmod(0o600)
    kept.write_text("%PDF-1.4 another payslip", "utf-8")
    done = run(story, "verify")
    assert done.returncode == 1
    assert sha256[:12] in done.stdout + done.stderr


# -- facts are never refused ----------------------------------------------------------------------

_PAID = "record-expense: {{id: X, amount: €50, label: Paint, allocation: A-halle, paid: {paid}}}"
_BEYOND = "record-expense: {id: X, amount: '€9,999', label: Oven, allocation: A-coord, paid: 20 January 2026}"
_SHARED = """record-expense: {id: X, amount: €100, label: Paint, paid: 20 January 2026,
      shares: [{convention: C-24, share: 60%}, {convention: C-ANCT, share: 60%}]}"""
_TWICE = """record-expense: {id: X, convention: C-24, amount: '€4,000', label: Benches, paid: 20 January 2026,
      invoice: pieces/bancs-facture.pdf}"""
_GIFT = "receive-instalment: {instalment: gift, kind: advance, funder: commune, amount: '€25,000', on: 20 January 2026}"
_REGRANT = """transfer-funds: {id: VI-X, convention: C-24, to: cabinet, kind: regrant, amount: '€9,000',
      paid: 20 January 2026}"""

FACTS = {
    "a payment without allocation or decision": (
        "record-expense: {id: X, convention: C-24, amount: €50, label: Paint, paid: 20 January 2026}",
        ("MONEY_NO_DECISION", "C-24"),
    ),
    "a payment of no convention at all": (
        "record-expense: {id: X, amount: €50, label: Paint, paid: 20 January 2026}",
        ("MONEY_NO_DECISION", "-"),
    ),
    "a payment under a convention that has ended, and outside its dates": (
        _PAID.format(paid="20 January 2026"),
        ("OUT_OF_PERIOD", "C-24"),
    ),
    "a payment beyond its allocation": (
        _BEYOND,
        ("MONEY_NO_DECISION", "C-24"),
    ),
    "a payment charged at 120 %": (
        _SHARED,
        ("EVIDENCE_REUSED", "X"),
    ),
    "the same receipt a second time": (
        _TWICE,
        ("EVIDENCE_REUSED", "X"),
    ),
    "money received without a convention": (
        _GIFT,
        ("MONEY_UNCOVERED", "commune/2026"),
    ),
    "a part of the grant seen on its way to somebody else": (
        _REGRANT,
        ("REGRANT_SUSPECTED", "C-24"),
    ),
    "a mission that began before its turn": (
        "submit-deliverable: {on: 20 January 2026, deliverable: L2}",
        None,
    ),
    "a payment of the time that the report covers, found after it": (
        _PAID.format(paid="20 December 2025"),
        ("LATE_RECORDING", "RP-fin"),
    ),
}


@pytest.mark.parametrize("what", FACTS)
def test_a_fact_is_recorded_and_flagged(story: Path, what: str) -> None:
    act, flag = FACTS[what]
    before = rows(story, "SELECT max(seq) FROM events")
    clock = Clock()
    clock.now = datetime(2026, 3, 10, 9, tzinfo=UTC)
    with Ledger.open(read(story / "ledger"), clock) as ledger:
        ledger.record_file(write(story, "fact.yaml", f"by: coord\nacts:\n  - {act}\n"))
    assert rows(story, "SELECT max(seq) FROM events") > before
    if flag:
        code, subject = flag
        raised = rows(story, f"SELECT level FROM flags WHERE code = '{code}' AND subject = '{subject}'")
        assert raised, rows(story, "SELECT code, subject FROM flags")


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        ("allocate-funds: {convention: C-24, line: gestion, amount: €1, decision: budget}", "R12"),
        ("commit-funds: {allocation: A-halle, amount: €1, label: Paint}", "R12"),
        (
            "transfer-funds: {convention: C-24, to: cabinet, kind: regrant, amount: €1, allocation: A-halle}",
            "R12",
        ),
        ("call-instalment: {instalment: solde}", "R12"),
        ("start-mission: {contract: AC-1, mission: M2}", "DUPLICATE"),
        ("end-convention: {convention: C-24, how: closed}", "DUPLICATE"),
    ],
)
def test_an_intention_after_the_end_is_refused(story: Path, act: str, rule: str) -> None:
    with Ledger.open(read(story / "ledger")) as ledger, pytest.raises(LedgerError) as caught:
        ledger.record_file(write(story, "late.yaml", f"by: coord\nacts:\n  - {act}\n"))
    assert getattr(caught.value, "rule", "") == rule, caught.value


# -- a correction changes only what it says -------------------------------------------------------

CORRECTIONS = {
    "the amount of a payment": ("montant: 80 €", "montant: 81 €", {"expenses"}),
    "what a payment was for": ("objet: Timbres", "objet: Timbres et colis", {"expenses"}),
    "the day of a payment": (
        "payée: 12 juin 2024, montant: 80 €",
        "payée: 13 juin 2024, montant: 80 €",
        {"expenses"},
    ),
    "the parts of a payment": ("C-24       | 66,67 %", "C-24       | 50 %", {"expenses"}),
    "what a funder refused": (
        "montant: 200 €, financeur",
        "montant: 150 €, financeur",
        {"disallowances", "expenses"},
    ),
    "what was received": (
        "financeur: anct, montant: 7 500 €",
        "financeur: anct, montant: 7 400 €",
        {"instalments", "instalment_receipts"},
    ),
    "what was allocated": (
        "ligne: gestion, montant: 6 000 €",
        "ligne: gestion, montant: 6 100 €",
        {"allocations"},
    ),
    "what was engaged": ("montant: 12 000 €, objet: Four", "montant: 12 500 €, objet: Four", {"commitments"}),
    "the worth of a gift": ('quantité: "12,5"', 'quantité: "13"', {"in_kind"}),
    "a measure": ('valeur: "62,5"', 'valeur: "63"', {"indicator_values", "indicators"}),
    "the start of a mission": ("le: 2 février 2024, contrat", "le: 5 février 2024, contrat", {"missions"}),
}


@pytest.mark.parametrize("what", CORRECTIONS)
def test_a_correction_changes_only_what_it_says(story: Path, what: str) -> None:
    old, new, expected = CORRECTIONS[what]
    before = {name: {row[:-1] for row in found} for name, found in tables(story).items()}
    text = (story / "story.yaml").read_text("utf-8")
    assert text.count(old) == 1
    (story / "story.yaml").write_text(text.replace(old, new), "utf-8")
    with Ledger.open(read(story / "ledger")) as ledger:
        ledger.record_file(story / "story.yaml", correct="relu")
    after = {name: {row[:-1] for row in found} for name, found in tables(story).items()}
    changed = {name for name in after if after[name] != before[name]} - {"flags"}
    assert changed <= expected
    assert changed, "nothing was corrected"
    gone = sum(len(before[name] - after[name]) for name in changed)
    come = sum(len(after[name] - before[name]) for name in changed)
    assert gone <= 3
    assert come <= 3
    assert len(rows(story, "SELECT 1 FROM corrections")) == 1
