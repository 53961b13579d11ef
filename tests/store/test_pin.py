"""The head this machine saw last betrays a log that was shortened, rewritten or replaced."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from ledger.kernel.errors import Altered, StorageFailure
from ledger.store.log import Log
from ledger.store.pin import check_pin, pin


def make(path: Path, event: Any, record: Any, *notes: str) -> Log:
    log = Log.create(path, "arles/été")
    for version, note in enumerate(notes, 1):
        record(log, event("s", version, note=note))
    return log


def test_a_log_that_only_grew_is_accepted(tmp_path: Path, event: Any, record: Any) -> None:
    heads, log = tmp_path / "heads", make(tmp_path / "log.db", event, record)
    assert check_pin(heads, log) is None
    seen = [pin(heads, log)]
    for version in range(1, 20):
        record(log, event("s", version))
        assert check_pin(heads, log) == seen[-1]
        seen.append(pin(heads, log))
    assert [h.size for h in seen] == list(range(20))
    assert [p.name for p in heads.iterdir()] == ["arles%2F%C3%A9t%C3%A9.json"]
    log.close()


def test_an_older_copy_is_refused_and_the_pin_kept(tmp_path: Path, event: Any, record: Any) -> None:
    heads, log = tmp_path / "heads", make(tmp_path / "log.db", event, record, "a", "b")
    shutil.copy(log.path, tmp_path / "old.db")
    record(log, event("s", 3))
    newest = pin(heads, log)
    old = Log.open(tmp_path / "old.db")
    with pytest.raises(Altered, match="2 events, but this machine has seen 3"):
        check_pin(heads, old)
    with pytest.raises(Altered):
        pin(heads, old)
    assert check_pin(heads, log) == newest
    old.close()
    log.close()


@pytest.mark.parametrize("more", [0, 1, 5])
def test_another_past_is_refused_however_long(tmp_path: Path, event: Any, record: Any, more: int) -> None:
    heads, log = tmp_path / "heads", make(tmp_path / "log.db", event, record, "a", "b", "c")
    pin(heads, log)
    other = make(tmp_path / "other.db", event, record, "a", "z", "c", *["d"] * more)
    with pytest.raises(Altered, match="not the one that this machine saw"):
        check_pin(heads, other)
    other.close()
    log.close()


def test_ledgers_have_their_own_pins(tmp_path: Path, event: Any, record: Any) -> None:
    heads, log = tmp_path / "heads", make(tmp_path / "log.db", event, record, "a")
    pin(heads, log)
    other = Log.create(tmp_path / "other.db", "another")
    assert check_pin(heads, other) is None
    other.close()
    log.close()


@pytest.mark.parametrize("content", ["", "{}", '{"size":1,"root":"00"}', '{"size":"1","root":""}', "[1]"])
def test_a_spoiled_pin_is_said(tmp_path: Path, event: Any, record: Any, content: str) -> None:
    heads, log = tmp_path / "heads", make(tmp_path / "log.db", event, record, "a")
    pin(heads, log)
    next(heads.iterdir()).write_text(content)
    with pytest.raises(StorageFailure, match="cannot be read"):
        check_pin(heads, log)
    log.close()


def test_a_pin_that_cannot_be_written_is_said(tmp_path: Path, event: Any, record: Any) -> None:
    log = make(tmp_path / "log.db", event, record, "a")
    (tmp_path / "heads").write_text("a file where the folder should be")
    with pytest.raises(StorageFailure):
        pin(tmp_path / "heads", log)
    log.close()
