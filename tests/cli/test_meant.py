"""What somebody meant: near commands and options, words of files on the command line, numbers, settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import write

from ledger import serving
from ledger.cli.main import run
from ledger.cli.nouns import command_of
from ledger.exchange import forms, keys
from ledger.language.catalogue import speaking
from ledger.language.formats import plain
from ledger.service.ledger import Ledger
from ledger.vocabulary import ACTS


@pytest.fixture
def home(ledger: Ledger) -> Path:
    """The folder of a small ledger; see `tests/conftest.py`."""
    return ledger.folder.path


def tried(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, str, str]:
    """Exit code, output and mistakes of a command in French."""
    capsys.readouterr()
    code = run(["--lang", "fr", "--ledger", str(home), *words])
    done = capsys.readouterr()
    return code, plain(done.out), plain(done.err)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("decision adop", "ledger decision adopt"),
        ("decision adopter", "ledger decision adopt"),
        ("task give", "ledger role give, ledger task --help"),
        ("adopt", "ledger rules adopt, ledger decision adopt"),
        ("noter-dépense", "ledger money spend"),
        ("tâche", "ledger task"),
        ("template minuts", "ledger template minutes"),
        ("flag acknowlege", "ledger flag acknowledge"),
        ("task zzzz", "ledger task --help"),
        ("bogus", "ledger --help"),
        ("template act spend", "noter-dépense"),
        ("template act depense", "déposer-candidature, noter-dépense, écarter-dépense"),
        ("template act xyz", "ledger template act, pour les voir tous"),
        ("status --as coord", "ledger --as PERSONNE status …"),
        ("status --lang fr", "ledger --lang fr status …"),
        ("status --known_at 2024-01-01", "ledger status --known-at"),
        ("task open --from 3", "ledger task open --help"),
    ],
)
def test_what_is_not_there_is_answered_with_what_is_near(
    typed: str, meant: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = tried(capsys, home, *typed.split())
    assert code in (2, 5)
    assert out == ""
    assert err.splitlines()[-1] == f"  Essayez : {meant}"


@pytest.mark.parametrize("words", [("--last", "0"), ("--last", "-3"), ("--last", "x"), ("--since", "-1")])
def test_the_log_is_asked_for_a_number_of_events(
    words: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = tried(capsys, home, "log", *words)
    assert (code, out) == (2, "")
    assert "n'est pas un nombre entier d'au moins" in err


def test_a_language_that_the_ledger_does_not_speak_is_said(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(home, "ledger.toml", 'language = "de"\n')
    assert run(["--ledger", str(home), "log", "--json"]) == 0
    done = capsys.readouterr()
    assert "“de”" in done.err
    assert "de" not in tried(capsys, home, "log", "--last", "1")[2], "--lang decides then"


@pytest.mark.parametrize("word", ["coordination", "coordinatrice", "coordinator", "Coordination du réseau"])
def test_a_role_is_called_as_files_call_it(word: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ("--role", "coordination", "--person", "coord", "--on", "2024-01-02")
    assert tried(capsys, home, "role", "give", *given)[0] == 0
    code, out, err = tried(capsys, home, "relay", word)
    assert code == 0, err
    assert out.startswith("coordination du réseau · relais")


def test_a_missing_option_is_asked_for_as_an_option(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = tried(capsys, home, "lieu", "register")
    assert code == 2
    assert err == "ledger lieu register: Il manque « nom ».\n  Essayez : ajoutez --nom …\n"


def test_a_mistake_names_the_option_in_the_language_of_the_reader(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _code, _out, err = tried(capsys, home, "money", "spend", "--montant", "douze", "--objet", "x")
    assert err.startswith("--montant: « douze »")


@pytest.mark.parametrize("words", [("--qui", "hal"), ("--à", "hal"), ("--A", "hal"), ("--à=hal",)], ids=str)
def test_the_words_of_files_are_options(
    words: tuple[str, ...], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tried(capsys, home, "task", "open", "--titre", "Bus", "--échéance", "1er mai", *words)[0] == 0
    assert "référent de la Halle" in tried(capsys, home, "log", "--last", "1")[1]


def test_what_stands_behind_two_dashes_is_no_option(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = tried(capsys, home, "lieu", "close", "--", "--à")
    assert code == 5
    assert "--à" in err


@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_word_that_files_understand_is_an_option_of_the_same_key(act: str) -> None:
    """Also the option that is asked for when it is missing."""
    form = forms.form(ACTS[act].command)
    with speaking("fr"):
        command = command_of(ACTS[act])
        options = {name: param for param in command.params for name in param.opts}
        for word, key in form.spellings.items():
            option = f"--{keys.dashed(word)}"
            made = options.get(option) or options[f"--{key.replace('_', '-')}"]
            given = ["--dry-run", option, *([] if getattr(made, "is_flag", False) else ["x"])]
            found = command.make_context("x", given).params
            assert [name for name in found if name.startswith("o_") and found[name]] == [f"o_{key}"], word
        for key in form.fields:
            assert options[f"--{keys.dashed(keys.french(key))}"].name == f"o_{key}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--port", "70000"), "70000 n'est pas un port : ils vont de 0 à 65535."),
        (("--port", "80x"), "« 80x » n'est pas un nombre entier"),
        (("--host", "203.0.113.7"), "cette machine n'a pas cette adresse"),
    ],
)
def test_where_it_cannot_listen_is_said_in_french(
    words: tuple[str, ...], said: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _out, err = tried(capsys, home, "serve", *words)
    assert code == 2
    assert said in err


@pytest.mark.parametrize(("asked", "served"), [(("--lang", "fr"), "fr"), ((), "en")])
def test_pages_speak_the_language_that_is_asked_for(
    asked: tuple[str, ...], served: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surfaces: list[serving.Surface] = []
    monkeypatch.setattr(serving, "serve", lambda surface, _say: surfaces.append(surface))
    assert run([*asked, "--ledger", str(home), "serve"]) == 0
    assert surfaces[0].language == served
