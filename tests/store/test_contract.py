"""What every store of a log promises, whatever it stands on (see `STORES` in conftest.py)."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.kernel.errors import Altered, Refused, UsageError
from ledger.store.format import leaf_entry, leaf_prefix, scope_json
from ledger.store.log import MAX_STATE_BYTES, Head, Log, Stored
from ledger.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)


def root_of(log: Log, scopes: dict[int, tuple[str, ...]]) -> bytes:
    """The root computed from the events alone."""
    tree, prefix = Frontier(), leaf_prefix(log.ledger_id)
    for page in log.pages():
        for stored in page:
            scope = scope_json(scopes.get(stored.seq, ()))
            tree.append(leaf_hash(leaf_entry(prefix, stored.seq, stored.state, scope)))
    return tree.root()


def test_a_new_log_is_empty(log: Log) -> None:
    assert log.head() == Head(0, EMPTY_ROOT)
    assert log.last() is None
    assert log.event(1) is None
    assert list(log.pages()) == []
    assert log.all_ids() == []
    assert log.command_seqs("c-1") == []


def test_what_is_appended_is_read_back_in_order(log: Log, event: Any, record: Any) -> None:
    first = [event("consortium", 1), event("decision/D-1", 1), event("consortium", 2, "test.other.v1")]
    assert record(log, *first) == [1, 2, 3]
    later = event("decision/D-1", 2)
    assert record(log, later) == [4]
    stored = [Stored(seq, *e[:4]) for seq, e in enumerate([*first, later], 1)]
    assert [s for page in log.pages(size=3) for s in page] == stored
    assert [len(page) for page in log.pages(size=3)] == [3, 1]
    assert log.last() == log.event(4) == stored[3]
    assert log.stream("consortium") == [stored[0], stored[2]]
    assert log.of_topic("test.other.v1") == [stored[2]]
    assert log.of_topic("nothing") == log.stream("nothing") == []


def test_pages_start_after_and_stop_at(log: Log, event: Any, record: Any) -> None:
    record(log, *(event("s", v) for v in range(1, 11)))
    assert [s.seq for p in log.pages(after=3, until=7, size=2) for s in p] == [4, 5, 6, 7]
    assert [s.seq for p in log.pages(after=8, until=99) for s in p] == [9, 10]
    assert list(log.pages(after=10)) == []


def test_the_head_commits_to_every_event(log: Log, event: Any, record: Any) -> None:
    heads = [log.head()]
    for version in range(1, 12):
        scope = ("C-2", "C-1") if version % 3 == 0 else ()
        record(log, event("s", version, scope=scope))
        heads.append(log.head())
        assert heads[-1].size == version
        assert heads[-1].root == root_of(log, {v: ("C-1", "C-2") for v in (3, 6, 9) if v <= version})
    assert len(set(heads)) == 12
    entry = leaf_entry(leaf_prefix(log.ledger_id), 6, log.stream("s")[5].state, scope_json(("C-1", "C-2")))
    proof = inclusion_proof(5, 11, log.node)
    assert verify_inclusion(leaf_hash(entry), 5, 11, proof, heads[11].root)
    for old in heads[1:]:
        assert verify_consistency(*old, *heads[11], consistency_proof(old.size, 11, log.node))
        assert log.root_at(old.size) == old.root
    with pytest.raises(Altered, match="Event 12 is missing"):
        log.root_at(12)


def test_the_writer_reads_what_it_appended(log: Log, event: Any, record: Any) -> None:
    record(log, event("s", 1, introduces=(("lieu", "Parade"),)))
    with log.writing() as writer:
        assert writer.head == log.head()
        assert writer.last() == log.last()
        seqs = writer.append([event("s", 2, introduces=(("lieu", "POP"),))], commands=["c-2"])
        assert seqs == [2]
        assert writer.head.size == 2
        assert [s.version for s in writer.stream("s")] == [1, 2]
        assert writer.event(2) == writer.last()
        assert writer.ids("lieu") == ["Parade", "POP"]
        assert writer.noun_of("pop") == ("lieu", "POP")
        assert writer.command_seqs("c-2") == [2]
        assert log.head().size == 1, "nobody else sees it yet"
        writer.append([event("s", 3)], commands=["c-3"])
        promised = writer.head
    assert log.head() == promised


def test_a_block_that_raises_records_nothing(log: Log, event: Any, record: Any) -> None:
    record(log, event("s", 1))
    before = log.head()
    with pytest.raises(ZeroDivisionError), log.writing() as writer:
        1 / writer.append([event("s", 2, introduces=(("lieu", "POP"),))], commands=["c-2"]).count(9)
    assert log.head() == before
    assert log.noun_of("POP") is None
    assert log.command_seqs("c-2") == []
    assert record(log, event("s", 2, introduces=(("lieu", "POP"),))) == [2]


def test_a_block_that_appends_nothing_changes_nothing(log: Log, event: Any, record: Any) -> None:
    record(log, event("s", 1))
    before = log.head()
    with log.writing() as writer:
        assert writer.append([], commands=[]) == []
    assert log.head() == before


def test_ids_are_found_however_they_are_written(log: Log, event: Any, record: Any) -> None:
    record(
        log,
        event("s", 1, introduces=(("lieu", "la-Verrerie"), ("person", "P-1"))),
        event("s", 2, introduces=(("lieu", "Été"),)),
    )
    assert log.noun_of("LA-VERRERIE") == ("lieu", "la-Verrerie")
    assert log.noun_of("e\u0301te\u0301".upper()) == ("lieu", "Été"), "composed or not"
    assert log.noun_of("la-verreri") is None
    assert log.ids("lieu") == ["la-Verrerie", "Été"]
    assert log.all_ids() == [("person", "P-1"), ("lieu", "la-Verrerie"), ("lieu", "Été")]


def test_the_last_id_is_the_one_with_the_highest_number(log: Log, event: Any, record: Any) -> None:
    ids = ["D-2024-100", "D-2024-099", "D-2024-bus", "D-2025-200", "D-2024-7x", "D-2024-"]
    record(log, *(event("s", v, introduces=(("decision", i),)) for v, i in enumerate(ids, 1)))
    record(log, event("s", 7, introduces=(("task", "D-2024-900"),)))
    assert log.last_id("decision", "D-2024-") == "D-2024-100"
    assert log.last_id("decision", "d-2025-") == "D-2025-200"
    assert log.last_id("decision", "D-2026-") is None


@pytest.mark.parametrize("second", ["parade", "PARADE", "Parade"])
def test_an_id_is_given_once(log: Log, event: Any, record: Any, second: str) -> None:
    record(log, event("s", 1, introduces=(("lieu", "Parade"),)))
    before = log.head()
    with pytest.raises(Refused) as refusal:
        record(log, event("s", 2, introduces=(("task", second),)))
    assert refusal.value.rule == "DUPLICATE"
    assert str(refusal.value) == "The id Parade is already taken, since event 1."
    with pytest.raises(Refused, match="since event 2"):
        record(log, event("s", 2, introduces=(("a", "x"),)), event("s", 3, introduces=(("b", "X"),)))
    assert log.head() == before


@pytest.mark.parametrize("version", [1, 3, 0, -1])
def test_versions_of_a_stream_follow_one_another(log: Log, event: Any, record: Any, version: int) -> None:
    record(log, event("s", 1))
    before = log.head()
    with pytest.raises(ValueError, match="not what comes next"):
        record(log, event("s", version))
    with pytest.raises(ValueError, match="not what comes next"):
        record(log, event("new", 2))
    assert log.head() == before


def test_commands_and_events_come_in_pairs(log: Log, event: Any) -> None:
    with pytest.raises(ValueError, match="1 events but 2 commands"), log.writing() as writer:
        writer.append([event("s", 1)], commands=["a", "b"])
    assert log.head().size == 0


def test_a_command_is_known_by_its_events(log: Log, event: Any, record: Any) -> None:
    record(log, event("s", 1, command="a"), event("s", 2, command="b"), event("t", 1, command="a"))
    assert log.command_seqs("a") == [1, 3]
    assert log.command_seqs("b") == [2]


def test_an_event_holds_one_mebibyte_and_no_more(log: Log, event: Any, record: Any) -> None:
    base = len(event("s", 1).state)
    assert record(log, event("s", 1, note="x" * (MAX_STATE_BYTES - base))) == [1]
    with pytest.raises(UsageError, match="1048577 bytes"):
        record(log, event("s", 2, note="x" * (MAX_STATE_BYTES - base + 1)))
    assert log.head().size == 1


def test_bytes_are_kept_as_they_came(log: Log, event: Any) -> None:
    odd = b'{"a": "\\u0000\xe2\x80\xae", "a":1.0 }\xff\x00'
    with log.writing() as writer:
        writer.append([event("s", 1)._replace(state=odd)], commands=["c"])
    found = log.event(1)
    assert found is not None
    assert found.state == odd
