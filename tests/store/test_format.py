"""What is hashed is canonical JSON, and stays what it was for ever."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.store.format import canonical, leaf_entry, leaf_prefix, scope_json, transaction_record
from ledger.store.merkle import EMPTY_ROOT, leaf_hash

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.characters(max_codepoint=127), max_size=8)
integers = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(values)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), 2**53, -(2**53), "\ud800", {"é": 1}, {1: 2}, {"a": [0.5]}, b"x", {1, 2}]
)
def test_what_readers_could_understand_differently_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"exact|ASCII|no canonical form|surrogates"):
        canonical(value)


@settings(deadline=None)
@given(texts, st.integers(1, 2**40), st.binary(max_size=40), st.lists(texts, max_size=4))
def test_the_fast_leaf_is_the_canonical_leaf(ledger: str, seq: int, state: bytes, scope: list[str]) -> None:
    expected = {
        "v": 1,
        "ledger": ledger,
        "seq": seq,
        "scope": sorted(set(scope)),
        "state": sha256(state).hexdigest(),
    }
    assert leaf_entry(leaf_prefix(ledger), seq, state, scope_json(tuple(scope))) == rfc8785.dumps(expected)


def test_leaf_v1_never_changes() -> None:
    entry = leaf_entry(leaf_prefix("ledger-été"), 7, b'{"a":1}', scope_json(("C-2", "C-1", "C-2")))
    assert entry.decode() == (
        '{"ledger":"ledger-été","scope":["C-1","C-2"],"seq":7,'
        '"state":"015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862","v":1}'
    )
    assert leaf_hash(entry).hex() == "471030beb737d0460aa8e0990a86198f513ebdfe0d98828ec1c4d6a24b671cc6"


def test_transaction_record_v1_never_changes() -> None:
    record = transaction_record("arles", 0, EMPTY_ROOT, 2, bytes(32))
    assert record.decode() == (
        '{"ledger":"arles","root_after":"' + "0" * 64 + '","root_before":'
        '"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",'
        '"size_after":2,"size_before":0,"v":1}'
    )
