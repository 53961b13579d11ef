"""A disk that is full, closed to writing or damaged: a clear error, nothing lost, nothing half done."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from ledger.kernel.errors import LedgerError, StorageFailure
from ledger.store.log import Log, NewEvent, Stored
from ledger.store.vault import Vault
from ledger.store.verify import verify


def record(log: Log, version: int, note: str = "") -> None:
    state = f'{{"stream":"s","version":{version},"kind":"t","command":{{"id":"c{version}"}},"note":"{note}"}}'
    with log.writing() as writer:
        writer.append(
            [NewEvent("s", version, "t", state.encode(), (), (("lieu", f"L{version}"),))],
            commands=[f"c{version}"],
        )


def check_full(path: Path, lines: list[str], message: str) -> int:
    """What a worker that filled the disk left: every acknowledged event, intact."""
    *recorded, refused = lines
    assert refused.startswith(f"refused {StorageFailure.exit_code} {message}")
    assert [line.split()[1] for line in recorded] == [str(n) for n in range(1, len(recorded) + 1)]
    log = Log.open(path)
    report = verify(log)
    assert (report.size, report.problems) == (len(recorded), [])
    log.close()
    return len(recorded)


def test_a_file_that_may_not_grow(path: Path, start: Any, say: Any) -> None:
    size = check_full(path, say(start("fill", path, 400_000)), "The disk failed to read or write")
    assert size > 5
    log = Log.open(path)
    record(log, size + 1)  # the limit is gone with its process: the same file goes on
    assert verify(log).intact
    log.close()


@contextmanager
def small_disk(size_kib: int) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_kib}k", "tmpfs", str(folder)]
    if (
        os.geteuid() != 0
        or not shutil.which("mount")
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        folder.rmdir()
        pytest.skip("no right to mount a small disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


@pytest.mark.parametrize("size_kib", [300, 700, 1500])
def test_a_full_disk(start: Any, say: Any, size_kib: int) -> None:
    with small_disk(size_kib) as disk:
        Log.create(disk / "log.db", "ledger-test").close()
        (disk / "ballast").write_bytes(bytes(100_000))
        size = check_full(disk / "log.db", say(start("fill", disk / "log.db", 0)), "The disk is full")
        (disk / "ballast").unlink()
        log = Log.open(disk / "log.db")
        record(log, size + 1)
        assert verify(log).intact
        log.close()


@contextmanager
def ordinary_user() -> Iterator[Path]:
    """A folder of a user whom rights bind: the superuser's are above them."""
    folder = Path(tempfile.mkdtemp())
    was_root = os.geteuid() == 0
    try:
        if was_root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        yield folder
    finally:
        if was_root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
def test_without_the_right_to_write_it_reads_and_says_so(file_mode: int, folder_mode: int) -> None:
    with ordinary_user() as folder:
        made = Log.create(folder / "log.db", "ledger-test")
        record(made, 1)
        made.close()
        (folder / "log.db-journal").unlink(missing_ok=True)
        (folder / "log.db").chmod(file_mode)
        folder.chmod(folder_mode)
        log = Log.open(folder / "log.db")
        assert log.head().size == 1
        assert verify(log).intact
        with pytest.raises(StorageFailure) as failure:
            record(log, 2)
        assert "nothing was recorded" in str(failure.value)
        with pytest.raises(StorageFailure):
            Vault.create(folder / "sub" / "vault.db")
        folder.chmod(0o755)
        (folder / "log.db").chmod(0o644)
        record(log, 2)  # the control: with the rights back, the same log writes
        assert log.head().size == 2
        log.close()


def test_a_file_without_the_right_to_read_is_said() -> None:
    with ordinary_user() as folder:
        made = Log.create(folder / "log.db", "ledger-test")
        made.close()
        (folder / "log.db").chmod(0)
        with pytest.raises(StorageFailure, match="cannot be opened"):
            Log.open(folder / "log.db")


def introduces(stored: Stored) -> list[tuple[str, str]]:
    return [("lieu", f"L{stored.version}")]


def content(path: Path) -> list[Any]:
    """Everything that the file says, for telling damage from unused bytes."""
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("ledger", "events", "transactions", "ids", "commands")
        ]


def damage(image: bytes, rng: random.Random) -> bytes:
    """One of the things that happen to disks: a flipped bit, a lost or foreign sector, a cut."""
    damaged, at = bytearray(image), rng.randrange(len(image))
    match rng.randrange(4):
        case 0:
            damaged[at] ^= 1 << rng.randrange(8)
        case 1:
            damaged[at // 512 * 512 : at // 512 * 512 + 512] = bytes(512)
        case 2:
            source = rng.randrange(len(image)) // 512 * 512
            damaged[at // 512 * 512 : at // 512 * 512 + 512] = image[source : source + 512]
        case 3:
            del damaged[max(at, 100) :]
    return bytes(damaged)


def seen_by_us(path: Path) -> bool:
    try:
        log = Log.open(path, read_only=True)
    except LedgerError:
        return True
    try:
        return not verify(log, introduces).intact
    except LedgerError:
        return True
    finally:
        log.close()


def seen_by_sqlite(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    except sqlite3.Error:
        return True


def test_damage_to_the_file_is_seen(path: Path, tmp_path: Path) -> None:
    log = Log.open(path)
    for version in range(1, 41):
        record(log, version, "note " * (version % 7))
    log.close()
    image, true, rng = path.read_bytes(), content(path), random.Random(1962)
    target, harmless, only_ours = tmp_path / "damaged.db", 0, 0
    for trial in range(300):
        target.write_bytes(damage(image, rng))
        if seen_by_us(target):
            only_ours += not seen_by_sqlite(target)
        else:
            harmless += 1
            assert content(target) == true, f"image {trial} says something else, unseen"
    assert harmless < 200
    assert only_ours > 10, "the control: what SQLite's own check lets pass is seen by our hashes"
