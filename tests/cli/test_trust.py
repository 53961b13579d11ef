"""`verify`, `doctor`, `rebuild`, `correct` where something is missing: the vault, a right, the log itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.cli import main
from ledger.service import ledger as service
from ledger.service.ledger import Ledger

Tried = Callable[..., tuple[int, str, str]]


@pytest.fixture
def tried(capsys: pytest.CaptureFixture[str], ledger: Ledger) -> Tried:
    """Runs a command over the small ledger of `tests/conftest.py`; exit code, text and complaints."""
    path = str(ledger.folder.path)

    def run(*words: str, language: str = "en") -> tuple[int, str, str]:
        capsys.readouterr()
        code = main.run(["--lang", language, "--ledger", path, *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def home(ledger: Ledger) -> Path:
    return ledger.folder.path


@contextmanager
def shut(folder: Path, *parts: Path) -> Iterator[None]:
    """An ordinary user whom rights bind, in a folder that belongs to somebody else."""
    was = {each: each.stat().st_mode for each in (folder, *folder.rglob("*"))}
    for each in was:
        each.chmod(0o555 if each.is_dir() else 0o444)
    for each in parts:
        each.chmod(0)
    above = {each: each.stat().st_mode for each in list(folder.parents)[:4]}
    for each, mode in above.items():
        each.chmod(mode | 0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for each, mode in (above | was).items():
            if each.exists():
                each.chmod(mode)


REPORTS = [
    ("status",),
    ("balance",),
    ("balance", "--by", "person"),
    ("balance", "--as-of", "2024-03-01"),
    ("flags",),
    ("log",),
    ("show", "atelier"),
]


# -- the vault ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("verify",), *REPORTS], ids=" ".join)
def test_a_folder_that_came_without_its_vault_is_read_without_names(
    home: Path, tried: Tried, words: tuple[str, ...]
) -> None:
    """A clone of a shared folder: its `.gitignore` leaves out vault, tables and heads."""
    (home / "vault.db").unlink()
    shutil.rmtree(home / "views")
    shutil.rmtree(home / "heads")
    code, out, err = tried(*words)
    assert code == 0, err
    assert "no vault" in err
    assert "erased" not in out
    assert "référente" not in out


def test_verify_says_that_names_were_not_looked_at(home: Path, tried: Tried) -> None:
    assert json.loads(tried("verify", "--json")[1])["vault_checked"] is True
    (home / "vault.db").unlink()
    code, out, _err = tried("verify")
    assert (code, "Intact" in out, "not looked at" in out) == (0, True, True)
    assert json.loads(tried("verify", "--json")[1])["vault_checked"] is False


def test_a_person_without_a_vault_is_shown_by_id(home: Path, tried: Tried) -> None:
    (home / "vault.db").unlink()
    assert re.search(r"P-[0-9a-f]{8}", tried("balance", "--by", "person")[1])


def test_names_come_back_with_the_vault(home: Path, tried: Tried) -> None:
    named = tried("balance", "--by", "person")[1]
    (home / "vault.db").rename(home / "aside.db")
    assert tried("balance", "--by", "person")[1] != named
    (home / "aside.db").rename(home / "vault.db")
    assert tried("balance", "--by", "person") == (0, named, "")
    assert "P-" not in named


def test_without_a_vault_nothing_is_recorded(home: Path, tried: Tried) -> None:
    (home / "vault.db").unlink()
    code, _out, err = tried("--as", "coord", "task", "open", "--title", "One")
    assert (code, "no vault" in err) == (6, True)
    assert not (home / "vault.db").exists()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_read_does_not_speak_of_recording(home: Path, tried: Tried, language: str) -> None:
    assert tried("verify")[0] == 0
    with shut(home, home / "vault.db"):
        code, _out, err = tried("verify", language=language)
    assert code == 0, err
    assert not re.search("recorded|writing|inscrit|écriture", err)
    assert re.search("cannot be opened|ne peut pas être ouvert", err)


# -- a folder that cannot be written ---------------------------------------------------------------


@pytest.mark.parametrize("tables", ["there", "shut", "gone"])
@pytest.mark.parametrize("words", [("verify",), *REPORTS], ids=" ".join)
def test_a_folder_that_cannot_be_written_is_read(
    home: Path,
    tried: Tried,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    tables: str,
) -> None:
    spare = tmp_path / "spare"
    spare.mkdir()
    spare.chmod(0o777)
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    expected = tried(*words)
    for cut in (home / "views").glob("cut-*"):
        cut.unlink()
    if tables == "gone":
        shutil.rmtree(home / "views")
    with shut(home, *([home / "views"] if tables == "shut" else [])):
        assert tried(*words) == expected
    assert list(spare.iterdir()) == [], "nothing stays in the temporary folder"
    assert expected[0] == 0


def test_doctor_says_that_the_folder_cannot_be_written(home: Path, tried: Tried) -> None:
    assert tried("doctor") == (0, "All is well.\n", "")  # the control
    with shut(home):
        code, out, _err = tried("doctor")
    assert code == 0
    assert "cannot be written" in " ".join(out.split())
    assert "All is well" not in out


def test_a_report_is_read_from_a_full_disk(home: Path, tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the folder nor a temporary one has room: tables that are current are read all the same."""
    expected = tried("status")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(service, "_spare_folder", full)
    monkeypatch.setattr("ledger.readmodel.creation.connect", full)
    monkeypatch.setattr("ledger.readmodel.projector.connect", full)
    assert tried("status") == expected
    assert expected[0] == 0


# -- the log --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [("verify",), ("status",), ("doctor",)], ids=" ".join)
def test_of_a_damaged_log_the_advice_is_a_copy(home: Path, tried: Tried, words: tuple[str, ...]) -> None:
    os.truncate(home / "log.db", (home / "log.db").stat().st_size // 2)
    code, _out, err = tried(*words)
    assert (code, "copy or backup" in err) == (6, True), err
    assert "ledger verify" not in err


@pytest.mark.parametrize("words", [("verify",), ("status",), ("doctor",)], ids=" ".join)
def test_a_log_that_is_gone_is_said_to_be_missing(home: Path, tried: Tried, words: tuple[str, ...]) -> None:
    (home / "log.db").unlink()
    code, _out, err = tried(*words)
    assert (code, "is missing" in err, "a copy" in err) == (6, True, True)
    assert "init" not in err


@pytest.fixture
def older(home: Path, tried: Tried) -> Path:
    """The same folder after an older copy of its log was put back."""
    image = (home / "log.db").read_bytes()
    assert tried("--as", "coord", "task", "open", "--title", "Paint the fence")[0] == 0
    (home / "log.db").write_bytes(image)
    return home


def test_verify_names_an_older_log(older: Path, tried: Tried) -> None:
    code, out, _err = tried("verify")
    assert (code, "this machine has seen" in out) == (1, True)


def test_doctor_explains_an_older_log_and_mends_nothing(older: Path, tried: Tried) -> None:
    before = (older / "vault.db").read_bytes()
    code, out, _err = tried("doctor")
    assert code == 0
    (note,) = (older / "heads").iterdir()
    assert "this machine has seen" in out
    assert f"heads/{note.name}" in out
    assert "--accept-log" in out
    assert (older / "vault.db").read_bytes() == before


def test_an_older_log_is_accepted_knowingly(older: Path, tried: Tried) -> None:
    assert tried("status")[0] == 1
    assert tried("doctor", "--accept-log")[0] == 2, "not without a reason"
    assert tried("status")[0] == 1
    code, out, err = tried("doctor", "--accept-log", "--reason", "the computer was stolen")
    assert code == 0, err
    assert "lost" in out
    assert "Paint the fence" in out
    (kept,) = (older / "heads").glob("*.before-*.json")
    said: dict[str, Any] = json.loads(kept.read_text())
    assert said["reason"] == "the computer was stolen"
    assert said["seen"]["size"] > said["accepted"]["size"]
    assert tried("status")[0] == 0
    assert tried("verify")[0] == 0
    assert tried("--as", "coord", "task", "open", "--title", "Again")[0] == 0


def test_there_is_nothing_to_accept_in_a_log_that_goes_on(tried: Tried) -> None:
    assert tried("doctor", "--accept-log", "--reason", "why not")[0] == 2


def test_an_altered_log_is_never_accepted(older: Path, tried: Tried) -> None:
    raw = (older / "log.db").read_bytes()
    (older / "log.db").write_bytes(raw.replace(b"La Halle", b"La Falle"))
    code, _out, err = tried("doctor", "--accept-log", "--reason", "the computer was stolen")
    assert (code, "altered" in err) == (1, True)
    assert not list((older / "heads").glob("*.before-*.json"))


# -- data -----------------------------------------------------------------------------------------


def test_doctor_rebuild_and_correct_give_data(home: Path, tried: Tried) -> None:
    assert json.loads(tried("doctor", "--json")[1]) == {"well": True, "findings": []}
    (home / "vault.db").chmod(0o644)
    with closing(sqlite3.connect(home / "views" / "members.db")) as tables, tables:
        tables.execute("UPDATE _cursor SET fingerprint = 'another program'")
    assert json.loads(tried("doctor", "--json")[1])["well"] is False
    size = json.loads(tried("status", "--json")[1])["events"]
    assert json.loads(tried("rebuild", "--json")[1]) == {"events": size}
    assert tried("--as", "coord", "task", "open", "--title", "Paint the fence")[0] == 0
    words = ("--as", "coord", "correct", str(size + 1), "--reverse", "--reason", "not ours", "--json")
    (event,) = json.loads(tried(*words)[1])
    assert (event["seq"], event["kind"]) == (size + 2, "event.corrected.v1")
