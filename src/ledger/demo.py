"""Plays a scenario: a folder of members' files, recorded in the order of their names into a new ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.data import locate
from ledger.folder import SETTINGS, Folder, clear, read, unreadable
from ledger.kernel.errors import LedgerError, UsageError
from ledger.language.catalogue import N_
from ledger.service.ledger import Ledger

Progress = Callable[[str, int, int], None]
"""Called before each file: its name, its place from 1, how many there are."""

EXPECTED = "expected.yaml"


@dataclass(frozen=True)
class Played:
    """What was played.

    Attributes:
        folder: the new ledger.
        files: how many files.
        events: how many events they led to.
    """

    folder: Folder
    files: int
    events: int


def scenarios() -> list[str]:
    """Names of the scenarios that ship with the program."""
    return sorted(path.name for path in locate("scenarios").iterdir() if files_of(path))


def files_of(scenario: Path) -> list[Path]:
    """A scenario's files, in the order in which they are played."""
    if not scenario.is_dir():
        return []
    return sorted(p for p in scenario.glob("*.y*ml") if p.name != EXPECTED)


def play(
    name: str, into: Path, *, language: str = "fr", replace: bool = False, progress: Progress | None = None
) -> Played:
    """Play a scenario that ships with the program, or one in a folder of your own.

    Args:
        name: its name, or the path of a folder.
        into: where the ledger will be: a folder that is new or empty, or holds a demonstration to replace.
        replace: a demonstration that is there already may go; files that are not the ledger's own stay.

    Raises:
        UsageError: no such scenario, or something is there.
        LedgerError: a file was refused; what was played before it is kept for looking at.
    """
    scenario = _scenario(name)
    files = files_of(scenario)
    if not files:
        raise UsageError(
            N_("There is no scenario called “{name}”."), N_("one of: {known}"), name=name, known=scenarios()
        )
    _make_room(name, into, replace=replace)
    events = 0
    with Ledger.create(into, language) as ledger:
        for number, file in enumerate(files, 1):
            if progress:
                progress(file.name, number, len(files))
            outcome = ledger.record_file(file).outcome
            events += len(outcome.events)
            for problem in outcome.warnings:
                raise problem
    _note_date(into, scenario)
    return Played(read(into), len(files), events)


def refusals(name: str, folder: Folder) -> list[tuple[Path, LedgerError]]:
    """What the rules say to the acts that a scenario keeps aside to show a refusal (`refused/`).

    They are tried and never kept; one that is accepted does not appear.
    """
    found = []
    with Ledger.open(folder) as ledger:
        for file in sorted((_scenario(name) / "refused").glob("*.y*ml")):
            try:
                ledger.record_file(file, dry_run=True)
            except LedgerError as error:
                found.append((file, error))
    return found


def _scenario(name: str) -> Path:
    """One that ships goes by its name; a folder of the same name is meant by its path (`./arles`)."""
    return locate("scenarios") / name if name in scenarios() else Path(name)


def _make_room(name: str, into: Path, *, replace: bool) -> None:
    """Takes away the demonstration that may be replaced, and nothing that is somebody's own.

    Raises:
        UsageError: the folder holds something else.
    """
    if replace and _is_demo(into):
        clear(into)
        return
    try:
        taken = into.is_dir() and any(into.iterdir())
    except OSError as error:
        raise unreadable(into, error) from error
    if taken and not (into / SETTINGS).exists():
        raise UsageError(
            N_("The folder {path} is not empty, and holds no demonstration."),
            N_("give a folder that is new or empty: ledger demo {name} --into DIR"),
            path=str(into),
            name=name,
        )


def _is_demo(path: Path) -> bool:
    """Whether a folder holds a ledger that says it is a demonstration: only that may be replaced."""
    if not (path / SETTINGS).is_file():
        return False
    with Ledger.open(read(path), read_only=True) as ledger:
        return ledger.is_demo()


def _note_date(into: Path, scenario: Path) -> None:
    """Reports of a demonstration speak as of the day that the scenario says, not of today."""
    expected = scenario / EXPECTED
    if not expected.exists():
        return
    import yaml

    as_of = yaml.safe_load(expected.read_text(encoding="utf-8")).get("as_of")
    if as_of:
        with (into / SETTINGS).open("a", encoding="utf-8") as file:
            file.write(f'\n[demo]\nas_of = "{as_of}"\n')
