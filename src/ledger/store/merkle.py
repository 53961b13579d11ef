"""The RFC 6962 Merkle tree: hashes, roots and proofs. Pure; knows neither events nor disks.

A perfect subtree is named by (level, index): it covers leaves index·2^level up to, not including,
(index + 1)·2^level. Once complete it never changes, so a log can store it write-once. Every function
that needs stored subtrees takes a `node(level, index)` getter and asks for O(log n) of them.

Source: RFC 6962 section 2.1; verification as in RFC 9162 sections 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""Getter of a perfect subtree's hash by level and index."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one leaf; the prefix keeps a leaf from passing for an inner node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node over its two children."""
    return sha256(b"\x01" + left + right).digest()


def perfect_subtrees(size: int) -> list[tuple[int, int]]:
    """The (level, index) of the perfect subtrees that make up a tree of that size, largest first."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


class Frontier:
    """The right edge of a growing tree: all that is needed to append to it and to know its root.

    Args:
        size: number of leaves.
        hashes: hashes of `perfect_subtrees(size)`, in that order.
    """

    __slots__ = ("_hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(hashes)}")
        self.size = size
        self._hashes = list(hashes)

    @classmethod
    def load(cls, size: int, node: Node) -> Frontier:
        """The frontier of a stored tree."""
        return cls(size, [node(level, index) for level, index in perfect_subtrees(size)])

    def copy(self) -> Frontier:
        """An independent frontier at the same place."""
        return Frontier(self.size, self._hashes)

    def append(self, leaf: bytes) -> list[bytes]:
        """Adds a leaf's hash; returns the subtrees that it completes, levels 0, 1, 2…"""
        completed, index, node = [leaf], self.size, leaf
        while index & 1:
            node = sha256(b"\x01" + self._hashes.pop() + node).digest()
            completed.append(node)
            index >>= 1
        self._hashes.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root of the tree so far; of no leaves, the hash of nothing."""
        if not self._hashes:
            return EMPTY_ROOT
        node = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            node = sha256(b"\x01" + left + node).digest()
        return node


def root(size: int, node: Node) -> bytes:
    """Root of the first `size` leaves of a stored tree, which may have grown since."""
    return Frontier.load(size, node).root()


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """Hashes that lead from leaf `index` (from 0) to the root of the first `size` leaves.

    Raises:
        ValueError: the leaf is not in that tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _path(index, 0, size, node)


def _path(index: int, begin: int, end: int, node: Node) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + _split(end - begin)
    if index < middle:
        return [*_path(index, begin, middle, node), _range(middle, end, node)]
    return [*_path(index, middle, end, node), _range(begin, middle, node)]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """Hashes that show the tree of `first` leaves to be a prefix of the tree of `second` leaves.

    Raises:
        ValueError: sizes in the wrong order, or an empty first tree.
    """
    if not 0 < first <= second:
        raise ValueError(f"no proof from a tree of {first} to a tree of {second}")
    return _prefix_proof(first, 0, second, True, node)


def _prefix_proof(first: int, begin: int, end: int, whole: bool, node: Node) -> list[bytes]:
    """RFC 6962's SUBPROOF; `whole` while the first tree is exactly what the verifier holds."""
    if first == end - begin:
        return [] if whole else [_range(begin, end, node)]
    half = _split(end - begin)
    middle = begin + half
    if first <= half:
        return [*_prefix_proof(first, begin, middle, whole, node), _range(middle, end, node)]
    return [*_prefix_proof(first - half, middle, end, False, node), _range(begin, middle, node)]


def _range(begin: int, end: int, node: Node) -> bytes:
    """Hash of the subtree over leaves begin…end, as it hangs in the tree (begin is aligned)."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return node(level, begin >> level)
    middle = begin + _split(size)
    return node_hash(_range(begin, middle, node), _range(middle, end, node))


def _split(size: int) -> int:
    """The largest power of two below `size` (which is at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows the leaf's hash at `index` under `root`."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(
    first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows the second tree to extend the first; an empty tree precedes every tree."""
    if first in (0, second):
        expected = EMPTY_ROOT if first == 0 else second_root
        return first <= second and not proof and first_root == expected
    if not 0 < first < second:
        return False
    hashes = list(proof)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
