"""What the seeds warn against, played on a copy of a scenario: one thing changed, one flag or refusal more."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.scenarios.expectations import SCENARIOS, report, run

from ledger import demo
from ledger.kernel.errors import UsageError

Play = Callable[..., Path]

INVENTED = {
    "Pot Kommon": "Quatre Ponts",
    "Mains d'Œuvres": "Lavoir",
    "La Main": "La Passerelle",
    "6b": "hangar",
    "Poussières": "Scieries",
    "Villa Mais d'Ici": "Serre",
    "Villa": "Serre",
}
"""Whoever does something wrong has an invented name; the order of replacement matters."""


@pytest.fixture
def play(tmp_path: Path) -> Play:
    """Plays a copy of a scenario in which some words of some files are others, and some files are new."""

    def play(
        name: str,
        *,
        changed: dict[str, tuple[str, str]] | None = None,
        added: dict[str, str] | None = None,
        until: str | None = None,
        renamed: bool = False,
    ) -> Path:
        copy = tmp_path / name
        shutil.copytree(SCENARIOS / name, copy)
        for file, (old, new) in (changed or {}).items():
            text = (copy / file).read_text("utf-8")
            assert old in text, f"{file} says it otherwise"
            (copy / file).write_text(text.replace(old, new), "utf-8")
        for file, text in (added or {}).items():
            (copy / file).write_text(text, "utf-8")
        for path in demo.files_of(copy):
            if until and path.name > until:
                path.unlink()
            elif renamed:
                path.write_text(_invented(path.read_text("utf-8")), "utf-8")
        demo.play(str(copy), tmp_path / "ledger")
        return tmp_path / "ledger"

    return play


def _invented(text: str) -> str:
    for real, invented in INVENTED.items():
        text = text.replace(real, invented)
    return text


def raised(folder: Path, as_of: str, *codes: str) -> list[tuple[str, str, str]]:
    """(code, subject, level) of the flags with these codes on a day."""
    found = report(folder, f"flags --as-of {as_of}")["flags"]
    return sorted((f["code"], f["subject"], f["level"]) for f in found if f["code"] in codes)


def cell(folder: Path, sql: str, *values: Any) -> Any:
    """The one value of a query on the ledger as it is."""
    with sqlite3.connect(f"file:{folder / 'views' / 'members.db'}?mode=ro", uri=True) as db:
        return db.execute(sql, values).fetchone()[0]


def acts(*lines: str, by: str) -> str:
    """A file of acts."""
    return "\n".join([f"par: {by}", "actes:", *(f"  - {line}" for line in lines), ""])


# -- Arles, with what the article warns against ---------------------------------------------------


def test_without_the_agreed_line_half_of_the_hours_is_only_information(play: Play) -> None:
    """46.88 % is above the 40 % that Arles agreed on, and below the half that would count by default."""
    folder = play("arles", changed={"02-accord.yaml": ("      signaux: LIEU_RELIANCE 40 %\n", "")})
    assert raised(folder, "2024-12-31", "LIEU_RELIANCE") == [("LIEU_RELIANCE", "la-fabrique", "info")]


def test_a_lieu_whose_referent_left_has_nobody_to_speak_to(play: Play, played: Callable[[str], Path]) -> None:
    role = cell(played("arles"), "SELECT id FROM roles WHERE role = 'lieu_referent' AND lieu_id = 'parade'")
    folder = play(
        "arles",
        added={
            "18-depart.yaml": acts(
                f"terminer-rôle: {{le: 12 décembre 2024, rôle: {role}, motif: démission}}", by="coord"
            )
        },
    )
    assert raised(folder, "2024-12-11", "REFERENT_MISSING") == []
    assert raised(folder, "2024-12-31", "REFERENT_MISSING") == [("REFERENT_MISSING", "parade", "watch")]


BODIES = ("accueil", "agenda", "bus", "cuisine", "financement", "jeunesse", "parole", "technique")


def test_eight_bodies_for_six_places_and_tasks_that_nobody_took(play: Play) -> None:
    """Each body met once and decided nothing; what they listed, nobody took."""
    met = [
        f"tenir-réunion: {{le: {day} octobre 2024, id: groupe-{body}, genre: groupe {body},"
        ' présents: "coord, fab, ver", durée: 1h}'
        for day, body in enumerate(BODIES, 16)
    ]
    left = [f"ouvrir-tâche: {{le: 24 octobre 2024, titre: Suivre le groupe {body}}}" for body in BODIES]
    folder = play("arles", added={"16b-groupes.yaml": acts(*met, *left, by="coord")})
    assert raised(folder, "2024-09-30", "FRAGMENTATION") == []
    assert [found[:2] for found in raised(folder, "2024-12-31", "FRAGMENTATION")] == [
        ("FRAGMENTATION", "consortium")
    ]


def test_a_member_without_a_line_in_the_plan(play: Play) -> None:
    plan = (SCENARIOS / "arles" / "02-accord.yaml").read_text("utf-8").splitlines(keepends=True)
    (line,) = [line for line in plan if line.strip().startswith("lieux") and "| POP " in line]
    folder = play("arles", changed={"02-accord.yaml": (line, "")})
    assert raised(folder, "2024-12-31", "PLAN_LINE_MISSING") == [
        ("PLAN_LINE_MISSING", "ANCT-2024/pop", "watch")
    ]


# -- four places and a carrier, under invented names ----------------------------------------------


def test_the_same_lead_two_years_running(play: Play) -> None:
    folder = play(
        "pot-kommon",
        changed={
            "09-2023-12-14-reunion.yaml": ("tour: foncier, Villa, 2024", "tour: foncier, Poussières, 2024")
        },
        renamed=True,
    )
    assert raised(folder, "2023-12-31", "ROTATION_SKIPPED") == [
        ("ROTATION_SKIPPED", "foncier/les-poussieres", "watch")
    ]


# -- what would have happened otherwise -----------------------------------------------------------


def test_a_consent_waits_while_an_objection_stands(play: Play) -> None:
    folder = play("le-ruisseau", until="06-2024-04-02-reunion.yaml")
    attempt = folder.parent / "adopter.yaml"
    attempt.write_text(
        acts(
            'adopter-décision: {le: 3 avril 2024, id: fete, représentés: "l-amont, le-gue, l-aval"}', by="cui"
        ),
        "utf-8",
    )
    done = run(folder, "--lang", "fr", "record", str(attempt))
    assert done.returncode == 3, done.stderr
    assert "R6" in done.stderr
    assert "meme-jour" in done.stderr
    assert cell(folder, "SELECT status FROM decisions WHERE id = 'fete'") == "open"


def test_critical_tasks_that_nobody_took_over(play: Play) -> None:
    """The volunteer leaves, and three tasks stay with somebody who is not there any more."""
    folder = play("sentiers-communs", until="15-2023-07-06-reunion.yaml")
    volunteer = cell(folder, "SELECT id FROM people WHERE engagement = 'civic_service'")
    for day in ("2023-08-01", "2023-09-15"):
        assert [found[:2] for found in raised(folder, day, "HANDOVER_DUE")] == [("HANDOVER_DUE", volunteer)]
    assert raised(folder, "2023-09-15", "HANDOVER_DUE")[0][2] in ("watch", "alert")


def attempt(folder: Path, *lines: str, by: str) -> tuple[int, str]:
    """What a member's file of acts is answered: the exit code, and the words of a refusal."""
    file = folder.parent / "essai.yaml"
    file.write_text(acts(*lines, by=by), "utf-8")
    done = run(folder, "--lang", "fr", "record", str(file))
    return done.returncode, done.stderr


def test_the_survey_waits_for_the_first_deliverable(play: Play) -> None:
    folder = play("accompagnement", until="03-2024-03-depart.yaml")
    start = "commencer-mission: {le: 3 juin 2024, contrat: AC-2024, mission: M3}"
    code, words = attempt(folder, start, by="sou")
    assert code == 3
    assert "R14" in words
    assert "M1" in words


def test_nothing_is_held_back_once_seven_deliverables_are_accepted(played: Callable[[str], Path]) -> None:
    assert cell(played("accompagnement"), "SELECT unpaid_cents FROM contract_balance") == 0


def test_a_folder_of_a_scenarios_name_does_not_hide_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "coverage").mkdir()
    monkeypatch.chdir(tmp_path)
    assert demo.play("coverage", tmp_path / "played").events
    with pytest.raises(UsageError, match=r"no scenario called .\./coverage"):
        demo.play("./coverage", tmp_path / "own")
