"""How the terminal reads, in both languages: helps, mistakes and reports, at 80 columns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from tests.conftest import write

from ledger.cli.main import EVERYDAY, NOUNS, TRUST, cli
from ledger.cli.nouns import command_of, example
from ledger.exchange import forms, keys
from ledger.language.catalogue import _, speaking
from ledger.language.formats import plain
from ledger.language.messages import extracted, helps
from ledger.service.ledger import Ledger
from ledger.vocabulary import ACTS

COMMANDS = [
    (),
    *((name,) for name in (*EVERYDAY, *NOUNS, *TRUST)),
    ("template", "minutes"),
    ("template", "act"),
    *((act.noun, act.verb) for act in ACTS.values()),
]


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    before = os.environ.get("LANGUAGE")
    yield
    os.environ.pop("LANGUAGE", None)
    if before is not None:
        os.environ["LANGUAGE"] = before


def run(language: str, *words: str) -> Result:
    """A command in this process, with the width of a narrow terminal."""
    return CliRunner().invoke(cli, ["--lang", language, *words], prog_name="ledger")


def ids(words: tuple[str, ...]) -> str:
    return "-".join(words) or "ledger"


@cache
def english() -> dict[str, str]:
    """English texts of two words or more that French says otherwise, without their spacing."""
    with speaking("fr"):
        return {
            " ".join(line.split()): text
            for text in extracted()
            if _(text) != text and "{" not in text
            for line in text.split("\n\n")
            if len(line.split()) > 2
        }


@pytest.mark.parametrize("words", COMMANDS, ids=ids)
def test_a_french_help_says_nothing_in_english(words: tuple[str, ...]) -> None:
    shown = run("fr", *words, "--help")
    assert shown.exit_code == 0, shown.output
    said = " ".join(shown.output.split())
    assert not [text for text in english() if text in said]
    assert "Usage\u00a0: ledger" in shown.output
    assert "Options\u00a0:" in shown.output
    assert "Affiche cette aide." in said
    assert not re.search(r"\b(Commands|Example|TEXT|DAY|MONEY|default)\b", shown.output)


def test_what_a_command_does_is_told_in_the_third_person() -> None:
    """“Inscrit un lieu”, never “Inscrire un lieu”: one way of speaking over all helps."""
    with speaking("fr"):
        said = {_(text).split()[0] for text, _room in helps() if " " in text}
    assert not {word for word in said if re.fullmatch(r"[A-ZÉ]\w+(er|ir|re)", word)} - {"Montre", "Ouvre"}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("words", COMMANDS, ids=ids)
def test_a_help_fits_eighty_columns(words: tuple[str, ...], language: str) -> None:
    assert not [line for line in run(language, *words, "--help").output.splitlines() if len(line) > 80]


def test_english_after_french_in_one_process_is_english() -> None:
    assert "Affiche cette aide." in run("fr", "record", "--help").output
    shown = run("en", "record", "--help").output
    assert "Show this message and exit." in shown
    assert "Record members' FILES" in shown


def test_the_language_is_chosen_before_a_help_that_comes_first() -> None:
    shown = CliRunner().invoke(cli, ["--help", "--lang", "fr"]).output
    assert "Tous les jours\u00a0:" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("status", "--nope"), "Erreur : L'option '--nope' n'existe pas."),
        (("record",), "Erreur : Il manque l'argument 'FICHIER…'."),
        (("balance", "--by", "x"), "'x' n'est pas l'une de ces valeurs : 'lieu', 'person'."),
        (("log", "--last"), "L'option '--last' attend une valeur."),
        (("status", "--nope"), "Pour l'aide : ledger status --help"),
    ],
)
def test_click_tells_mistakes_in_french(words: tuple[str, ...], said: str) -> None:
    done = run("fr", *words)
    assert done.exit_code == 2
    assert said in plain(done.output)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_the_french_example_says_what_the_english_one_says(act: str) -> None:
    """Its options are known, and its codes are read as the same codes."""
    import shlex

    found = {}
    for language in ("en", "fr"):
        with speaking(language):
            command = command_of(ACTS[act])
            words = shlex.split(example(ACTS[act], command.params).replace("\\\n", ""))
        assert words[:3] == ["ledger", ACTS[act].noun, ACTS[act].verb]
        found[language] = command.make_context("x", words[3:]).params
    fields = forms.form(ACTS[act].command).fields
    for name in found["fr"]:
        field = fields.get(name.removeprefix("o_"))
        codes = keys.codes(forms.allowed(field)) if field and forms.allowed(field) else {}
        roles = {french[0]: role for role, french in keys.ROLES.items()}
        for options in found.values():
            value = options[name]
            if isinstance(value, str):
                options[name] = codes.get(keys.folded(value), roles.get(value, value))
    assert found["fr"] == found["en"]


FILE = """
acts:
  - adopt-decision: {id: un-très-long-budget, text: "Un budget de fonctionnement partagé entre les trois lieux,
      avec les outils communs", ceiling: 900 €, represented: [atelier, halle, serre], on: 2024-02-01}
  - set-rotation: {id: dej, name: Petits-déjeuners, order: [atelier, halle, serre], period: month, on: 2024-01-03}
  - take-turn: {rotation: dej, lieu: atelier, on: 2024-01-05}
  - take-turn: {rotation: dej, lieu: atelier, on: 2024-02-05}
  - log-time: {lieu: atelier, duration: 90h, activity: commons, month: 2024-01}
  - log-time: {lieu: halle, duration: 10h, activity: hosting, month: 2024-01}
  - open-task: {title: "Appeler les financeurs, relire les conventions et préparer la réunion", who: coord,
      on: 2024-02-01}
  - record-expense: {amount: 1 250 €, label: Location de la halle aux grains, paid: 2024-02-03}
"""


@pytest.fixture
def told(ledger: Ledger, tmp_path: Path) -> Path:
    """A ledger whose reports have something to say."""
    ledger.record_file(write(tmp_path, "more.yaml", FILE))
    return ledger.folder.path


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("log",),
        ("show", "un-très-long-budget"),
        ("balance",),
        ("balance", "--by", "person"),
        ("balance", "--of", "money", "--window", "1095d"),
        ("balance", "--of", "power"),
        ("rules", "adopt", "--title", "Votes", "--method", "majority", "--dry-run"),
        ("flags", "--as-of", "2024-12-31"),
        ("flags", "MONEY_NO_DECISION"),
        ("verify",),
        ("doctor",),
    ],
    ids=ids,
)
def test_a_report_fits_eighty_columns_and_can_be_searched(
    told: Path, words: tuple[str, ...], language: str
) -> None:
    done = run(language, "--ledger", str(told), *words)
    assert done.exit_code == 0, done.output
    assert not [line for line in done.output.splitlines() if len(line) > 80]
    assert not set("\u00a0\u202f") & set(done.output), "a search for “1 250 €” finds it"


def test_flags_speak_french(told: Path) -> None:
    shown = run("fr", "--ledger", str(told), "flags", "--as-of", "2024-02-28").output
    assert "▲ Dépense sans décision — vigilance (MONEY_NO_DECISION)" in shown
    assert "1 250,00 € payés hors de toute convention, sans décision." in shown
    assert "Depuis le 3 février 2024 ; 1 250 €, seuil 0 € (par défaut)." in shown
    assert "pas assez d'éléments (" in shown


def test_a_turn_and_a_half_is_told_in_each_language(told: Path) -> None:
    from ledger.balance.flags.rotation_skipped import FLAG

    row = {"subject": "dej/halle", "value": -1.5}
    names = {"dej": "Petits-déjeuners", "halle": "La Halle"}.__getitem__
    assert FLAG.sentence(row, names) == "Petits-déjeuners: La Halle is 1.5 turns short of its part."
    with speaking("fr"):
        said = "Petits-déjeuners, La Halle : il manque 1,5 tour pour que chacun ait sa part."
        assert plain(FLAG.sentence(row, names)) == said


def test_options_are_named_after_their_key_in_both_languages() -> None:
    for act in ACTS.values():
        names = [
            name for param in command_of(act).params for name in param.opts if isinstance(param, click.Option)
        ]
        assert len(names) == len(set(names)), act.act
        assert not [name for name in names if not re.fullmatch(r"--[\w-]+", name) or "_" in name]
