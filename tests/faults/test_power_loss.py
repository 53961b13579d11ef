"""The power goes at any moment: what was acknowledged is there afterwards, and the log verifies.

What the store says to SQLite is said again to SQLite on a disk that remembers each write and each sync.
Of what was not synced when the power went, each write is kept, lost, or torn at a sector of 512 bytes.
Every image is then opened by the store itself. The same disk under weaker settings must lose events:
that shows that it has teeth.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from itertools import count, groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

import apsw
import pytest

from ledger.kernel.errors import LedgerError
from ledger.store import engine
from ledger.store import log as log_module
from ledger.store.log import Log, NewEvent
from ledger.store.verify import verify

SECTOR = 512
COMMITS = 14
CUTS = 500  # images for the store's own settings
CONTROL_CUTS = 60
STATE = b'{"stream":"s","version":%d,"kind":"t","command":{"id":"c%d"},"salt":"%s"}'
WRITING = ("BEGIN", "CREATE", "INSERT", "COMMIT", "PRAGMA application_id", "PRAGMA user_version")
NAMES = count(1)


Said = tuple[list[str], list[bytes]]


class Op(NamedTuple):
    """One thing that was asked of the disk; `at` is an offset in bytes, or a size for `truncate`."""

    what: Literal["write", "truncate", "delete", "sync"]
    file: str
    at: int = 0
    data: bytes = b""


class Trace(NamedTuple):
    """All that was asked, and after which of it a transaction was acknowledged: (ops, events in the log)."""

    ops: list[Op]
    acknowledged: list[tuple[int, int]]


class RecordedFile(apsw.VFSFile):
    def __init__(self, base: str, name: Any, flags: list[int], ops: list[Op]) -> None:
        self.ops = ops
        self.name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name).name
        super().__init__(base, name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.ops.append(Op("write", self.name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self.ops.append(Op("truncate", self.name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.ops.append(Op("sync", self.name))
        super().xSync(flags)


class RecordedDisk(apsw.VFS):
    def __init__(self, ops: list[Op]) -> None:
        self.ops = ops
        self.vfs = f"recorded-{next(NAMES)}"
        super().__init__(self.vfs, "")

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:  # noqa: N802
        return RecordedFile("", name, flags, self.ops)

    def xDelete(self, name: str, sync_folder: bool) -> None:  # noqa: N802
        self.ops.append(Op("delete", Path(name).name))
        if sync_folder:
            self.ops.append(Op("sync", Path(name).name))
        super().xDelete(name, sync_folder)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Every statement of the store that writes, values included, and the events that it then holds."""
    statements: list[str] = []
    real = engine.connect

    def listen(path: Path, *, create: bool = False, read_only: bool = False) -> sqlite3.Connection:
        connection = real(path, create=create, read_only=read_only)
        if not read_only:
            connection.set_trace_callback(statements.append)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "connect", listen)
        patch.setattr(log_module, "connect", listen)
        log = Log.create(tmp_path_factory.mktemp("said") / "log.db", "ledger-test")
        for n in range(COMMITS):
            append(log, events=1 + n % 3 * 4, size=(50, 9_000)[n % 2])
        states = [event.state for page in log.pages() for event in page]
        log.close()
    told_once = [sql for sql, _ in groupby(statements)]  # a statement that fires a trigger is told twice
    return [sql for sql in told_once if sql.startswith(WRITING)], states


def append(log: Log, events: int, size: int) -> None:
    with log.writing() as writer:
        first = writer.head.size + 1
        new = [
            NewEvent(
                "s",
                n,
                "t",
                STATE % (n, first, b"x" * size),
            )
            for n in range(first, first + events)
        ]
        writer.append(new, commands=[f"c{first}"] * events)


def played(statements: Sequence[str], folder: Path, *pragmas: str) -> Trace:
    """The statements on a recorded disk, with the pragmas under test."""
    trace = Trace([], [])
    disk = RecordedDisk(trace.ops)
    connection = apsw.Connection(str(folder / "log.db"), vfs=disk.vfs)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    for sql in statements:
        connection.execute(sql)
        if sql == "COMMIT":
            (size,) = connection.execute("SELECT count(*) FROM events").fetchone()
            trace.acknowledged.append((len(trace.ops), size))
    connection.close()
    return trace


def after_the_cut(ops: Sequence[Op], chance: random.Random) -> dict[str, bytes]:
    """The files that the disk holds when the power goes after these."""
    safe: dict[str, bytearray | None] = {}
    waiting: dict[str, list[Op]] = defaultdict(list)
    for op in ops:
        if op.what == "sync":
            for done in waiting.pop(op.file, ()):
                apply(safe, done)
        else:
            waiting[op.file].append(op)
    for pending in waiting.values():
        for op in pending:
            fate = chance.choice(("kept", "lost", "torn"))
            if fate == "torn" and op.what == "write":
                sectors = range(0, len(op.data), SECTOR)
                for start in chance.sample(sectors, chance.randint(0, len(sectors))):
                    apply(safe, op._replace(at=op.at + start, data=op.data[start : start + SECTOR]))
            elif fate == "kept":
                apply(safe, op)
    return {name: bytes(data) for name, data in safe.items() if data is not None}


def apply(files: dict[str, bytearray | None], op: Op) -> None:
    data = files.get(op.file) or bytearray()
    if op.what == "delete":
        files[op.file] = None
        return
    if op.what == "truncate":
        del data[op.at :]
    else:
        data.extend(bytes(max(0, op.at - len(data))))
        data[op.at : op.at + len(op.data)] = op.data
    files[op.file] = data


def fault(image: Path, acknowledged: int, states: list[bytes]) -> str:
    """What the store finds wrong with the image; empty when all is well."""
    try:
        log = Log.open(image / "log.db")
    except LedgerError:
        return "unreadable"
    try:
        found = [event.state for page in log.pages() for event in page]
        if len(found) < acknowledged:
            return "lost"
        return "" if verify(log).intact and found == states[: len(found)] else "altered"
    except LedgerError:
        return "unreadable"
    finally:
        log.close()


def cut(
    trace: Trace, states: list[bytes], folder: Path, cuts: int, seed: int, first: int = 0
) -> dict[str, list[int]]:
    """Faults of `cuts` images, each with the seeds that make it again."""
    found: dict[str, list[int]] = defaultdict(list)
    for number in range(seed, seed + cuts):
        chance = random.Random(number)
        at = chance.randint(first, len(trace.ops))
        acknowledged = max((size for ops, size in trace.acknowledged if ops <= at), default=0)
        image = folder / "image"
        image.mkdir()
        for name, data in after_the_cut(trace.ops[:at], chance).items():
            (image / name).write_bytes(data)
        if wrong := fault(image, acknowledged, states):
            found[wrong].append(number)
        shutil.rmtree(image)
    return found


def own_pragmas(path: Path) -> list[str]:
    """The settings that the store's connection really has."""
    with engine.connect(path, create=True) as connection:
        return [
            f"{name}={connection.execute(f'PRAGMA {name}').fetchone()[0]}"
            for name in ("journal_mode", "synchronous")
        ]


def test_what_was_acknowledged_survives_a_power_cut(said: Said, tmp_path: Path) -> None:
    statements, states = said
    pragmas = own_pragmas(tmp_path / "own.db")
    trace = played(statements, tmp_path, *pragmas)
    made = trace.acknowledged[0][0]  # before that there is no ledger to lose
    assert trace.acknowledged[-1][1] == len(states)
    assert cut(trace, states, tmp_path, CUTS, seed=1, first=made) == {}


@pytest.mark.parametrize(
    ("pragmas", "fault_"),
    [
        (("journal_mode=TRUNCATE", "synchronous=OFF"), "unreadable"),
        (("journal_mode=DELETE", "synchronous=FULL"), "lost"),  # the journal's name comes back
        (
            ("journal_mode=WAL", "synchronous=NORMAL"),
            "unreadable",
        ),  # not even the tables had reached the disk
    ],
)
def test_the_same_cut_hurts_weaker_settings(
    said: Said, tmp_path: Path, pragmas: tuple[str, ...], fault_: str
) -> None:
    statements, states = said
    trace = played(statements, tmp_path, *pragmas)
    made = trace.acknowledged[0][0]
    assert fault_ in cut(trace, states, tmp_path, CONTROL_CUTS, seed=1, first=made)
