"""What is hashed, byte for byte: canonical JSON, leaf v1 and the transaction record v1.

Final from the first event of the first ledger on. Anybody can recompute these bytes with the
standard library alone, in any language, from the stored states.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any

MAX_INTEGER = 2**53 - 1
_quoted = json.encoder.encode_basestring


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a value of our profile, on which the standard library agrees with it.

    Raises:
        ValueError: outside the profile: a float, an integer beyond ±(2^53 − 1), a key that is not
            ASCII text, text with a lone surrogate, or another type.
    """
    _check(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _check(value: Any) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError(f"{value} is not exact in every JSON reader")
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"key {key!r} is not ASCII text")
            _check(item)
    else:
        raise ValueError(f"{type(value).__name__} has no canonical form here")


@lru_cache(maxsize=4096)
def scope_json(scope: tuple[str, ...]) -> str:
    """The conventions touched, as the leaf and the log hold them: sorted by code point, each once."""
    return canonical(sorted(set(scope))).decode()


def leaf_prefix(ledger_id: str) -> str:
    """The part of every leaf entry that one ledger's entries share."""
    return f'{{"ledger":{_quoted(ledger_id)},"scope":'


def leaf_entry(prefix: str, seq: int, state: bytes, scope: str) -> bytes:
    """Leaf v1, canonical {v, ledger, seq, scope, state}; the leaf's hash is SHA-256(0x00 ‖ entry).

    Args:
        prefix: `leaf_prefix` of the ledger.
        seq: the event's number, from 1; its leaf index is seq − 1.
        state: the stored bytes, of which the entry holds the hexadecimal SHA-256.
        scope: `scope_json` of the conventions touched.
    """
    return f'{prefix}{scope},"seq":{seq},"state":"{sha256(state).hexdigest()}","v":1}}'.encode()


def transaction_record(
    ledger_id: str, size_before: int, root_before: bytes, size_after: int, root_after: bytes
) -> bytes:
    """What the author of a transaction vouches for: from this tree to that one."""
    return canonical(
        {
            "v": 1,
            "ledger": ledger_id,
            "size_before": size_before,
            "root_before": root_before.hex(),
            "size_after": size_after,
            "root_after": root_after.hex(),
        }
    )
