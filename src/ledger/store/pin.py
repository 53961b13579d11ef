"""The last head that this machine saw of each ledger: what betrays a shortened or rewritten log.

One small JSON file per ledger, named by the ledger's id as we know it, never by what a log says. An
older pin stays valid for ever, because a log only grows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote

from ledger.kernel.errors import Altered, StorageFailure
from ledger.store.format import canonical
from ledger.store.log import Head, Log
from ledger.store.merkle import HASH_BYTES, consistency_proof, verify_consistency


def pin(heads_dir: Path, log: Log) -> Head:
    """Notes the log's head as the last one that this machine saw, and returns it.

    Raises:
        Altered: the log does not extend what was noted before; the note is kept.
        StorageFailure: the note cannot be read or written.
    """
    seen = check_pin(heads_dir, log)
    head = log.head()
    if head != seen:
        _write(pin_path(heads_dir, log), _pin_bytes(log, head))
    return head


def check_pin(heads_dir: Path, log: Log) -> Head | None:
    """Checks that the log extends the head that this machine saw last; returns that one, if any.

    Raises:
        Altered: the log is shorter than it was, or its past has changed.
        StorageFailure: the note cannot be read.
    """
    seen = _read(pin_path(heads_dir, log))
    if seen is None:
        return None
    head = log.head()
    if head.size < seen.size:
        raise Altered(
            "The log holds {size} events, but this machine has seen {seen}.",
            "put back the newest copy: an old one was put back, or the end was removed; see `ledger doctor`",
            size=head.size,
            seen=seen.size,
        )
    proof = consistency_proof(seen.size, head.size, log.node) if seen.size else []
    if not verify_consistency(*seen, *head, proof):
        raise Altered(
            "The log's past is not the one that this machine saw ({seen} events).",
            "run `ledger verify`, and compare heads with another lieu before recording; see `ledger doctor`",
            seen=seen.size,
        )
    return seen


def accept(heads_dir: Path, log: Log, reason: str, at: str) -> tuple[Path, Head]:
    """Takes the log's head for the last one seen, whatever was seen before; what was seen is kept beside.

    Args:
        heads_dir: where the notes are.
        log: the log as it is.
        reason: why, in somebody's words.
        at: the moment, ISO.

    Returns:
        The file that keeps the head seen before, and that head.

    Raises:
        StorageFailure: there was no such note, or it cannot be read or written.
    """
    seen, head = _read(pin_path(heads_dir, log)), log.head()
    if seen is None:
        raise StorageFailure("No head of this log was noted on this machine.")
    kept = heads_dir / f"{quote(log.ledger_id, safe='')}.before-{at[:19].replace(':', '')}.json"
    before = {"size": seen.size, "root": seen.root.hex()}
    after = {"size": head.size, "root": head.root.hex()}
    _write(kept, canonical({"v": 1, "at": at, "seen": before, "accepted": after, "reason": reason}))
    _write(pin_path(heads_dir, log), _pin_bytes(log, head))
    return kept, seen


def pin_path(heads_dir: Path, log: Log) -> Path:
    """The note of the last head seen of a log."""
    return heads_dir / f"{quote(log.ledger_id, safe='')}.json"


def _pin_bytes(log: Log, head: Head) -> bytes:
    return canonical({"v": 1, "ledger": log.ledger_id, "size": head.size, "root": head.root.hex()})


def _read(path: Path) -> Head | None:
    try:
        said = json.loads(path.read_bytes())
        seen = Head(said["size"], bytes.fromhex(said["root"]))
        if not isinstance(seen.size, int) or seen.size < 0 or len(seen.root) != HASH_BYTES:
            raise ValueError(seen)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageFailure(
            "The note of the last head seen, {path}, cannot be read.",
            "compare the head with another lieu's, then delete the note",
            path=path,
        ) from error
    return seen


def _write(path: Path, content: bytes) -> None:
    """Replaces a small file in one step: a crash leaves the old one or the new one."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise StorageFailure(
            "The note of the last head seen, {path}, cannot be written.",
            "check the rights on its folder and the free space",
            path=path,
        ) from error
