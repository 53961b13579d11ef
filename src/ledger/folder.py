"""One folder is one consortium's ledger: where it is, what is in it, and its two small settings files."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ledger.kernel.errors import LedgerError, StorageFailure, UsageError

SETTINGS = "ledger.toml"
LOCAL = "ledger.local.toml"
PRIVATE = ("vault.db", LOCAL, "views/", "keys/", "heads/")
"""What stays on this machine."""

OWN = (
    r"ledger\.toml|(log|vault)\.db(-\w+)?|views/\.?(members|public|(funder|cut)-[^/]+)\.db(\.new)?(-\w+)?"
    r"|heads/[^/]+\.json(\.\d+\.tmp)?|evidence/[0-9a-f]{64}(\.partial)?"
)
"""The files that a ledger writes, by their place in its folder."""


class NoLedger(UsageError):
    """There is no ledger here nor above."""


class Folder(NamedTuple):
    """Paths and settings of one ledger; opens nothing.

    Args:
        path: the folder that holds `ledger.toml`.
        settings: `ledger.toml`, overlaid with `ledger.local.toml`.
    """

    path: Path
    settings: Mapping[str, Any]

    @property
    def log(self) -> Path:
        return self.path / "log.db"

    @property
    def vault(self) -> Path:
        return self.path / "vault.db"

    @property
    def views(self) -> Path:
        return self.path / "views"

    @property
    def members(self) -> Path:
        """The read model that members see."""
        return self.views / "members.db"

    @property
    def evidence(self) -> Path:
        return self.path / "evidence"

    @property
    def heads(self) -> Path:
        return self.path / "heads"

    @property
    def language(self) -> str | None:
        language = self.settings.get("language")
        return str(language) if language else None

    @property
    def me(self) -> str | None:
        """Handle of the person who sits at this machine, from `ledger.local.toml`."""
        me = self.settings.get("me", {})
        return me.get("person") if isinstance(me, dict) else None

    def write_me(self, handle: str) -> None:
        """Remember who sits at this machine."""
        (self.path / LOCAL).write_text(
            f'# This machine only: not shared.\n[me]\nperson = "{handle}"\n', encoding="utf-8"
        )


def find(
    option: str | None = None, environ: Mapping[str, str] = os.environ, start: Path | None = None
) -> Folder:
    """The ledger meant: `--ledger`, else `LEDGER_DIR`, else upward from the current folder.

    Raises:
        NoLedger: nothing there, or nothing on the way up.
    """
    named = option or environ.get("LEDGER_DIR")
    if named:
        path = Path(named).expanduser()
        if not (path / SETTINGS).is_file():
            raise NoLedger("There is no ledger in {path}.", "ledger init {path}", path=str(path))
        return read(path)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return read(folder)
    raise NoLedger(
        "There is no ledger in this folder nor above it.",
        "go to the ledger's folder, give it with --ledger DIR, or found one with: ledger init DIR",
    )


def read(path: Path) -> Folder:
    """The folder with its settings read.

    Raises:
        UsageError: a settings file is not TOML.
        StorageFailure: it cannot be read.
    """
    settings: dict[str, Any] = {}
    for name in (SETTINGS, LOCAL):
        file = path / name
        try:
            if file.exists():
                settings |= tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                "{file} cannot be read: {error}",
                "mend the line named, or restore the file",
                file=str(file),
                error=error,
            ) from error
        except OSError as error:
            raise unreadable(file, error) from error
    return Folder(path, settings)


def create(path: Path, language: str) -> Folder:
    """Lay out an empty folder.

    Raises:
        UsageError: a ledger is there already.
        StorageFailure: the folder cannot be written.
    """
    try:
        if (path / SETTINGS).exists():
            raise UsageError("There is a ledger in {path} already.", "choose another folder", path=str(path))
        path.mkdir(parents=True, exist_ok=True)
        for name in ("views", "evidence", "heads", "keys"):
            (path / name).mkdir(exist_ok=True)
        (path / "views").chmod(0o700)
        (path / "keys").chmod(0o700)
        (path / SETTINGS).write_text(
            f'# Shared by everyone who uses this ledger. No secret goes here.\nlanguage = "{language}"\n',
            encoding="utf-8",
        )
        _keep_private(path / ".gitignore")
    except OSError as error:
        raise unreadable(path, error) from error
    return read(path)


def _keep_private(ignored: Path) -> None:
    """Keeps what is private out of a shared history; what somebody wrote there already stays."""
    said = ignored.read_text(encoding="utf-8").splitlines() if ignored.exists() else []
    lines = [*said, *(name for name in PRIVATE if name not in said)]
    ignored.write_text("\n".join(lines) + "\n", encoding="utf-8")


def clear(path: Path) -> None:
    """Remove a ledger from its folder, known by the names of its files; whatever else lies there stays.

    Raises:
        StorageFailure: a file cannot be removed.
    """
    try:
        own = [file for file in path.rglob("*") if re.fullmatch(OWN, file.relative_to(path).as_posix())]
        for file in own:
            file.unlink()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> LedgerError:
    """The storage failure behind an operating system's error, in plain words."""
    return StorageFailure(
        "{path} cannot be used: {reason}.",
        "check that the disk is there, has room, and that you may write to it",
        path=str(path),
        reason=error,
    )
