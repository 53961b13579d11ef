"""The command line as members use it: what it prints, its exit codes, nothing recorded when it says so."""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from tests.conftest import write

from ledger.cli import main, nouns
from ledger.kernel.errors import StorageFailure
from ledger.readmodel import freshness
from ledger.readmodel.projector import Projector
from ledger.service.ledger import Ledger
from ledger.vocabulary import ACTS


class Done:
    """What a command did."""

    def __init__(self, process: subprocess.CompletedProcess[str]) -> None:
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def json(self) -> dict[str, object]:
        """What it printed, as data."""
        found: dict[str, object] = json.loads(self.out)
        return found


def run(*words: str, cwd: Path, language: str = "en", **environ: str) -> Done:
    """A command in a fresh process, as a shell starts it."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LEDGER", "LC_", "LANG"))}
    return Done(
        subprocess.run(
            [sys.executable, "-m", "ledger.cli.main", "--lang", language, *words],
            cwd=cwd,
            env={**clean, "PYTHONWARNINGS": "error::UserWarning", **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    )


@pytest.fixture
def home(ledger: Ledger) -> Path:
    """The folder of a small ledger; see `tests/conftest.py`."""
    return ledger.folder.path


def test_a_consortium_is_founded_in_one_command(tmp_path: Path) -> None:
    done = run("init", "here", "--name", "Les 6 lieux", "--me", "coord", cwd=tmp_path)
    assert done.code == 0, done.err
    assert run("lieu", "register", "--name", "La Verrerie", "--member", cwd=tmp_path / "here").code == 0
    status = run("status", "--json", cwd=tmp_path / "here").json()
    assert status["ledger"] == "Les 6 lieux"
    assert status["members"] == ["La Verrerie"]
    assert status["kind"] == "operational"


def test_outside_of_a_ledger_the_answer_says_what_to_do(tmp_path: Path) -> None:
    done = run("status", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "ledger init" in done.err


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_near_command_is_suggested(tmp_path: Path, language: str) -> None:
    done = run("statsu", cwd=tmp_path, language=language)
    assert done.code == 2
    assert "ledger status" in done.err


def test_a_near_id_is_suggested(home: Path) -> None:
    done = run("lieu", "close", "seree", cwd=home)
    assert done.code == 5
    assert "serre" in done.err.lower()


def test_a_duplicate_is_refused_with_code_3(home: Path) -> None:
    assert run("lieu", "register", "serre", "--name", "Autre", cwd=home).code == 3


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--amount", "12,3,4"), "thousands"),
        (("--amount", "-12 €"), "12"),
        (("--amount", "douze"), "douze"),
        (("--amount", "999 999 999 999 999 €"), "999"),
        (("--amount", "12 €", "--paid", "31 février"), "31 février"),
    ],
)
def test_bad_values_name_their_option(home: Path, words: tuple[str, ...], says: str) -> None:
    done = run("money", "spend", "--label", "Stamps", *words, cwd=home)
    assert done.code == 2, done.out + done.err
    assert says in done.err
    assert done.err.startswith("--")
    assert "Try:" in done.err


def test_more_than_a_day_in_a_day_is_refused(home: Path) -> None:
    done = run("time", "log", "--who", "ate", "--duration", "25h", "--on", "5 March 2024", cwd=home)
    assert done.code == 3
    assert "R11" in done.err


def test_a_payment_without_a_decision_is_recorded_and_flagged(home: Path) -> None:
    done = run("money", "spend", "--amount", "12 €", "--label", "Stamps", "--paid", "2024-03-01", cwd=home)
    assert done.code == 0, done.err
    flags = run("flags", "--json", "--as-of", "2024-03-31", cwd=home).json()
    assert "MONEY_NO_DECISION" in [f["code"] for f in flags["flags"]]  # type: ignore[attr-defined, index]


def test_json_of_the_log_is_one_event_a_line(home: Path) -> None:
    lines = run("log", "--json", cwd=home).out.splitlines()
    events = [json.loads(line) for line in lines]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    assert {"stream", "version", "kind", "occurred_on", "recorded_at", "command", "data"} <= events[0].keys()


def test_an_event_is_corrected_and_stays_readable(home: Path) -> None:
    run("money", "spend", "--amount", "12 €", "--label", "Stamps", "--paid", "2024-03-01", cwd=home)
    seq = len(run("log", "--json", cwd=home).out.splitlines())
    done = run("correct", str(seq), "--set", "montant=15 €", "--reason", "misread", cwd=home)
    assert done.code == 0, done.err
    shown = run("show", str(seq), "--json", cwd=home).json()
    assert [e["kind"] for e in shown["events"]] == ["expense.recorded.v1", "event.corrected.v1"]  # type: ignore[attr-defined, index]
    assert run("correct", str(seq), "--reverse", "--reason", "x", cwd=home).code == 0
    assert run("correct", str(seq), "--reverse", "--reason", "x", cwd=home).code == 3
    assert run("correct", "9999", "--reverse", "--reason", "x", cwd=home).code == 5


def test_a_correction_does_not_move_hours_to_another_month(home: Path) -> None:
    run("time", "log", "--who", "ate", "--duration", "2h", "--on", "2024-03-01", cwd=home)
    seq = len(run("log", "--json", cwd=home).out.splitlines())
    done = run("correct", str(seq), "--set", "on=2024-04-02", "--reason", "x", cwd=home)
    assert done.code == 2
    assert "--reverse" in done.err or "reverse" in done.err
    assert run("correct", str(seq), "--set", "on=2024-03-02", "--reason", "x", cwd=home).code == 0


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "hiver"])
def test_a_report_refuses_a_day_that_is_none(home: Path, day: str) -> None:
    assert run("balance", "--as-of", day, cwd=home).code == 2


def test_verify_sees_an_altered_byte(home: Path) -> None:
    assert run("verify", cwd=home).code == 0
    log = home / "log.db"
    raw = log.read_bytes()
    assert b"La Halle" in raw
    log.write_bytes(raw.replace(b"La Halle", b"La Falle"))
    done = run("verify", cwd=home)
    assert done.code == 1
    assert "ALTERED" in done.out


def test_a_log_put_back_from_an_old_copy_is_noticed(home: Path) -> None:
    old = (home / "log.db").read_bytes()
    assert run("task", "open", "--title", "One", cwd=home).code == 0
    (home / "log.db").write_bytes(old)
    done = run("task", "open", "--title", "Two", cwd=home)
    assert done.code == 1
    assert "Try:" in done.err


def test_a_report_never_reads_tables_that_another_program_made(home: Path) -> None:
    with closing(sqlite3.connect(home / "views" / "members.db")) as tables, tables:
        tables.execute("UPDATE _cursor SET fingerprint = 'another program'")
        tables.execute("UPDATE lieux SET name = 'Another name'")
    done = run("balance", cwd=home)
    assert done.code == 0, done.err
    assert "La Halle" in done.out
    assert "Another name" not in done.out


def test_a_report_over_a_log_put_back_says_so(home: Path) -> None:
    old = (home / "log.db").read_bytes()
    assert run("task", "open", "--title", "One", cwd=home).code == 0
    (home / "log.db").write_bytes(old)
    done = run("balance", cwd=home)
    assert done.code == 1
    assert "an old one was put back" in done.err


def test_tables_that_cannot_be_made_anew_are_read_and_said_to_be_old(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(self: Projector) -> None:
        raise StorageFailure("The disk is full; nothing was recorded.")

    monkeypatch.setattr(freshness, "fingerprint", lambda: "another program")
    monkeypatch.setattr(Projector, "catch_up", full)
    assert main.run(["--lang", "en", "--ledger", str(ledger.folder.path), "balance"]) == 0
    shown = capsys.readouterr()
    assert "La Halle" in shown.out
    assert "older tables" in shown.err


def test_a_template_that_says_only_who_was_there_is_recorded(home: Path) -> None:
    text = run("template", "minutes", cwd=home).out
    on = re.search(r"^on: (.+?)\s*(#.*)?$", text, re.M)
    assert on, text
    untouched = run("record", str(write(home, "m.yaml", text)), "--dry-run", cwd=home)
    assert (untouched.code, "was nobody there?" in untouched.err) == (2, True)
    text = re.sub(r"\npresent: +# (\w+)", r"\npresent: \1  # \1", text)
    file = write(home, "m.yaml", text.replace("meeting: meeting", "meeting: breakfast"))
    done = run("record", str(file), "--dry-run", cwd=home)
    assert done.code == 0, done.err + text


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("act", sorted(ACTS))
def test_every_act_has_help_with_an_example_that_parses(act: str, language: str) -> None:
    from click.testing import CliRunner

    from ledger.cli.main import cli

    found = ACTS[act]
    done = CliRunner().invoke(cli, ["--lang", language, found.noun, found.verb, "--help"])
    assert done.exit_code == 0, done.output
    example = re.split(r"Exemple\s*:|Example:", done.output)[1].split("\n\n")[0]
    words = shlex.split(example.replace("\\\n", " "))
    assert words[:3] == ["ledger", found.noun, found.verb]
    group = nouns.group(found.noun)
    verb = group.get_command(click.Context(group), found.verb)
    assert verb
    verb.make_context(found.verb, words[3:])


@pytest.mark.parametrize(
    "name", ["init", "record", "status", "log", "show", "balance", "flags", "trail", "verify"]
)
def test_every_command_has_help_with_an_example(name: str, tmp_path: Path) -> None:
    done = run(name, "--help", cwd=tmp_path)
    assert done.code == 0
    assert f"ledger {name}" in done.out.split("Usage:")[1].split("\n", 1)[1]


def test_a_storage_failure_has_its_own_code(home: Path) -> None:
    (home / "log.db").write_bytes(b"not a database at all" * 100)
    assert run("status", cwd=home).code in (0, 6)
    assert run("task", "open", "--title", "One", cwd=home).code == 6


def test_a_trial_tells_private_texts_that_it_does_not_keep(home: Path) -> None:
    done = run("person", "register", "new", "--name", "la nouvelle", "--dry-run", cwd=home)
    assert done.code == 0, done.err
    assert "La nouvelle" in done.out
    assert "nouvelle" not in (home / "vault.db").read_bytes().decode(errors="ignore")
