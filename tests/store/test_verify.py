"""Every way of altering a log that leaves this machine's file readable is found, and named in its place."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.store import verify as verify_module
from ledger.store.format import leaf_entry, leaf_prefix, transaction_record
from ledger.store.log import Log, Stored
from ledger.store.merkle import EMPTY_ROOT, Frontier, leaf_hash
from ledger.store.schema import STATEMENTS
from ledger.store.sqlite import connect
from ledger.store.verify import verify


def introduces(stored: Stored) -> list[tuple[str, str]]:
    """Stands for the service's decoding: each event of `decision/X` number 1 introduces X."""
    noun, _, name = stored.stream.partition("/")
    return [(noun, name)] if stored.version == 1 else []


@pytest.fixture
def filled(log: Log, event: Any, record: Any) -> Log:
    """Eleven events in four transactions, as many sizes of tree."""
    record(log, event("decision/D-1", 1, introduces=(("decision", "D-1"),), command="a"))
    record(log, *(event("decision/D-1", v, command="b", scope=("C-1",)) for v in range(2, 6)))
    record(log, event("decision/Été", 1, introduces=(("decision", "Été"),), command="c"))
    record(log, *(event("decision/Été", v, command="d", note="accord") for v in range(2, 7)))
    return log


@pytest.fixture
def raw(filled: Log) -> Iterator[sqlite3.Connection]:
    """An administrator's connection: the guards are out of the way, and put back before verifying."""
    connection = sqlite3.connect(filled.path, isolation_level=None)
    drop_guards(connection)
    yield connection
    connection.close()


def drop_guards(connection: sqlite3.Connection) -> None:
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def restore_guards(connection: sqlite3.Connection) -> None:
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for name, statement in STATEMENTS.items():
        if name not in there:
            connection.execute(statement)


def found(log: Log) -> list[str]:
    return [str(p) for p in verify(log, introduces).problems]


def test_an_intact_log_has_no_problem(filled: Log) -> None:
    report = verify(filled, introduces)
    assert report.problems == []
    assert report.intact
    assert (report.size, report.root) == filled.head()


def test_an_empty_log_is_intact(log: Log) -> None:
    assert verify(log) == verify_module.Report(0, EMPTY_ROOT, [])


def test_an_intact_log_of_many_pages(
    log: Log, event: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_module, "PAGE", 3)
    for first in range(1, 40, 5):
        record(log, *(event("s", v) for v in range(first, first + 5)))
    report = verify(log)
    assert (report.size, report.root, report.problems) == (*log.head(), [])


COPY_2 = "SELECT stream, 99, topic, state, scope, nodes FROM events WHERE seq = 2"
ATTACKS: dict[str, tuple[str, list[str]]] = {
    "a byte of the content": (
        (
            "UPDATE events SET state = CAST(replace(CAST(state AS TEXT), 'accord', 'accorD') AS BLOB)"
            " WHERE seq = 8"
        ),
        ["Event 8 is not what was recorded."],
    ),
    "the kind": (
        "UPDATE events SET topic = 'test.other.v1' WHERE seq = 3",
        ["Event 3: the column topic says test.other.v1, but the event itself test.happened.v1."],
    ),
    "the stream": (
        "UPDATE events SET stream = 'decision/D-2' WHERE seq = 5",
        [
            "Event 5 is version 5 of decision/D-2, after version 0.",
            "Event 5: the column stream says decision/D-2, but the event itself decision/D-1.",
        ],
    ),
    "the version": (
        "UPDATE events SET version = 9 WHERE seq = 11",
        [
            "Event 11 is version 9 of decision/Été, after version 5.",
            "Event 11: the column version says 9, but the event itself 6.",
        ],
    ),
    "the scope": (
        "UPDATE events SET scope = '[]' WHERE seq = 2",
        [
            "Event 2 is not what was recorded.",
            'Event 2: the column scope says [], but the event itself ["C-1"].',
        ],
    ),
    "the last row deleted": (
        "DELETE FROM events WHERE seq = 11",
        [
            "A transaction ends at event 11, which is missing.",
            "The log ends at event 10, but its last transaction says 6.",
            "The index of commands has 11 rows for 10 events.",
        ],
    ),
    "a row in the middle deleted": (
        "DELETE FROM events WHERE seq = 4",
        ["Event 5 comes where event 4 should be."],
    ),
    "the first row deleted": (
        "DELETE FROM events WHERE seq = 1",
        ["Event 2 comes where event 1 should be."],
    ),
    "two rows exchanged": (
        (
            "UPDATE events SET seq = -1 WHERE seq = 8; UPDATE events SET seq = 8 WHERE seq = 9;"
            "UPDATE events SET seq = 9 WHERE seq = -1"
        ),
        [
            "The tree nodes of event 8 are cut short.",
            "Event 8 is version 4 of decision/Été, after version 2.",
            "The tree nodes of event 9 are cut short.",
            "Event 9 is version 3 of decision/Été, after version 4.",
        ],
    ),
    "another event's content": (
        "UPDATE events SET state = (SELECT state FROM events WHERE seq = 9) WHERE seq = 8",
        [
            "Event 8 is not what was recorded.",
            "Event 8: the column version says 3, but the event itself 4.",
        ],
    ),
    "a row slipped in at the end": (
        f"INSERT INTO events SELECT 12, {COPY_2.removeprefix('SELECT ')}",
        [
            "The tree nodes of event 12 are cut short.",
            "The log ends at event 12, but its last transaction says 11.",
        ],
    ),
    "a row slipped in before the first": (
        f"INSERT INTO events SELECT 0, {COPY_2.removeprefix('SELECT ')}",
        ["Event 0 comes where event 1 should be."],
    ),
    "a tree node": (
        "UPDATE events SET nodes = CAST(substr(nodes, 1, 32) || zeroblob(32) AS BLOB) WHERE seq = 2",
        ["A tree node of event 2 is not what was recorded."],
    ),
    "a row emptied": (
        "UPDATE events SET state = 5 WHERE seq = 2",
        ["Event 2 is not what was recorded."],
    ),
    "a command's row deleted": (
        "DELETE FROM commands WHERE seq = 6",
        [
            "Event 6 is missing from the index of commands.",
            "The index of commands has 10 rows for 11 events.",
        ],
    ),
    "a command's row added": (
        "INSERT INTO commands VALUES ('z', 3)",
        ["The index of commands has 12 rows for 11 events."],
    ),
    "a command's row moved": (
        "UPDATE commands SET command = 'z' WHERE seq = 6",
        ["Event 6 is missing from the index of commands."],
    ),
    "an id's row deleted": (
        "DELETE FROM ids WHERE id = 'Été'",
        ["The id Été of event 6 is missing from the index.", "The index of ids has 1 rows for 2 ids."],
    ),
    "an id's noun": (
        "UPDATE ids SET noun = 'task' WHERE id = 'D-1'",
        ["The id D-1 of event 1 is missing from the index."],
    ),
    "an id's key": (
        "UPDATE ids SET key = 'd-9' WHERE id = 'D-1'",
        ["The id D-1 is indexed under another one, d-9."],
    ),
    "an id added": (
        "INSERT INTO ids VALUES ('d-9', 'decision', 'D-9', 3)",
        ["The index of ids has 3 rows for 2 ids."],
    ),
    "an id from nowhere": (
        "UPDATE ids SET seq = 77 WHERE id = 'D-1'",
        ["The id D-1 is said to come from event 77, which is missing."],
    ),
    "a transaction record": (
        (
            "UPDATE transactions SET record = replace(record, '\"size_before\":1', '\"size_before\":2')"
            " WHERE size = 5"
        ),
        ["The transaction record at event 5 does not fit the log."],
    ),
    "a transaction record's root": (
        (
            "UPDATE transactions SET record = json_set(record, '$.root_after', printf('%064d', 0))"
            " WHERE size = 5"
        ),
        [
            "The transaction record at event 5 does not fit the log.",
            "The transaction record at event 6 does not fit the log.",
        ],
    ),
    "a transaction record in other bytes": (
        "UPDATE transactions SET record = record || ' ' WHERE size = 6",
        ["The transaction record at event 6 does not fit the log."],
    ),
    "a transaction record spoiled": (
        "UPDATE transactions SET record = '{}' WHERE size = 11",
        ["The transaction record at event 11 cannot be read."],
    ),
    "a transaction record deleted": (
        "DELETE FROM transactions WHERE size = 5",
        ["The transaction record at event 6 does not fit the log."],
    ),
    "the last transaction record deleted": (
        "DELETE FROM transactions WHERE size = 11",
        ["The log ends at event 11, but its last transaction says 6."],
    ),
    "a signature from nowhere": (
        "UPDATE transactions SET signature = x'00' WHERE size = 5",
        ["The transaction at event 5 is signed, but no key is enrolled."],
    ),
    "the ledger's name": (
        "UPDATE ledger SET id = 'other'",
        ["Event 1 is not what was recorded."],
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_alteration_is_found(filled: Log, raw: sqlite3.Connection, attack: str) -> None:
    script, expected = ATTACKS[attack]
    for statement in script.split(";"):
        raw.execute(statement)
    restore_guards(raw)
    reopened = Log.open(filled.path, read_only=True)
    problems = found(reopened)
    assert [p for p in expected if p not in problems] == [], problems
    assert len(problems) <= len(expected) + 8 or attack == "the ledger's name", problems
    reopened.close()


def test_without_the_checks_nothing_would_be_found(
    filled: Log, raw: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: SQLite itself accepts an altered amount, only our hashes see it."""
    raw.execute(ATTACKS["a byte of the content"][0])
    restore_guards(raw)
    monkeypatch.setattr(verify_module._Check, "_nodes", lambda *_: None)
    monkeypatch.setattr(verify_module._Check, "_root", lambda *_: None)
    assert found(filled) == []


def test_a_missing_or_foreign_guard_is_found(filled: Log, raw: sqlite3.Connection) -> None:
    raw.execute("CREATE TRIGGER spy AFTER INSERT ON events BEGIN SELECT 1; END")
    problems = found(filled)
    assert "The table, index or guard spy is not the log's own." in problems
    assert "The table, index or guard events_no_update is not the log's own." in problems


def test_a_whole_rewrite_by_an_administrator_needs_an_older_head(
    filled: Log, raw: sqlite3.Connection
) -> None:
    """What one file alone cannot show: every hash recomputed. The pinned head shows it (test_pin.py)."""
    tree, prefix = Frontier(), leaf_prefix(filled.ledger_id)
    before = (0, EMPTY_ROOT)
    ends = {size for (size,) in raw.execute("SELECT size FROM transactions").fetchall()}
    for seq, state, scope in raw.execute("SELECT seq, state, scope FROM events ORDER BY seq").fetchall():
        forged = state.replace(b"accord", b"refus.")
        nodes = b"".join(tree.append(leaf_hash(leaf_entry(prefix, seq, forged, scope))))
        raw.execute("UPDATE events SET state = ?, nodes = ? WHERE seq = ?", (forged, nodes, seq))
        if seq in ends:
            after = (seq, tree.root())
            forged_record = transaction_record(filled.ledger_id, *before, *after).decode()
            raw.execute("UPDATE transactions SET record = ? WHERE size = ?", (forged_record, seq))
            before = after
    restore_guards(raw)
    assert found(filled) == []


def test_the_root_of_an_altered_log_is_told_apart_in_one_place(filled: Log, raw: sqlite3.Connection) -> None:
    """One changed event is one problem, not one for each node above it."""
    raw.execute(ATTACKS["a byte of the content"][0])
    restore_guards(raw)
    assert found(filled) == ["Event 8 is not what was recorded."]


def test_many_problems_are_cut_short(
    filled: Log, raw: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_module, "MAX_PROBLEMS", 3)
    raw.execute("UPDATE events SET state = x'00'")
    problems = found(filled)
    assert len(problems) == 4
    assert problems[-1] == "More problems follow; the first 3 are listed."


HOSTILE = [
    b"",
    b"[]",
    b"null",
    b'"x"',
    b"[" * 100_000,
    b'{"stream":[]}',
    b"\xff",
    b'{"command":1}',
    b'{"stream":"s","version":1,"kind":"t","command":{"id":[]}}',
    b'{"stream":"s","version":1,"kind":"t","command":{"id":"\\ud800"}}',
    b'{"stream":"s","version":1,"kind":"t","command":{"id":"c"},"scope":[0.5]}',
    b'{"stream":"s","version":1,"kind":"t","command":{"id":"c"},"scope":[{}]}',
]


def test_hostile_content_is_a_problem_and_not_a_crash(log: Log, event: Any) -> None:
    with log.writing() as writer:
        for version, state in enumerate(HOSTILE, 1):
            writer.append([event("s", version)._replace(state=state)], commands=["c"])
    assert found(log) == [f"The content of event {n} cannot be read." for n in range(1, len(HOSTILE) + 1)]


def test_content_that_the_service_cannot_decode_is_a_problem(log: Log, event: Any, record: Any) -> None:
    record(log, event("s", 1))

    def unknown_kind(_: Stored) -> list[tuple[str, str]]:
        raise KeyError("test.happened.v1")

    assert [str(p) for p in verify(log, unknown_kind).problems] == ["The content of event 1 cannot be read."]


def test_events_recorded_meanwhile_are_left_for_the_next_time(
    filled: Log, event: Any, record: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two pages anybody may record; what they record is not taken for an alteration."""
    newer = [event("decision/D-9", 1, introduces=(("decision", "D-9"),), command="e")]

    def traced(statement: str) -> None:
        if statement.startswith("COMMIT") and newer:
            before_the_next_page.append(newer.pop())
        elif statement == "BEGIN" and before_the_next_page:
            record(filled, before_the_next_page.pop())

    def connecting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(traced)
        return connection

    before_the_next_page: list[Any] = []
    monkeypatch.setattr(verify_module, "PAGE", 4)
    monkeypatch.setattr(verify_module, "connect", connecting)
    report = verify(filled, introduces)
    assert (report.size, report.problems) == (11, [])
    assert filled.head().size == 12


def test_a_leaf_can_be_recomputed_with_the_standard_library_alone(filled: Log, tmp_path: Path) -> None:
    """What an outsider does, without a line of ours."""
    hashes = []
    for seq, state, scope in filled.rows("SELECT seq, state, scope FROM events ORDER BY seq"):
        entry = {
            "v": 1,
            "ledger": "ledger-test",
            "seq": seq,
            "scope": json.loads(scope),
            "state": sha256(state).hexdigest(),
        }
        text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        hashes.append(sha256(b"\0" + text.encode()).digest())
    while len(hashes) > 1:
        pairs = [hashes[i : i + 2] for i in range(0, len(hashes), 2)]
        hashes = [sha256(b"\1" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
    assert hashes[0] == filled.head().root
