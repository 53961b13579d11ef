"""The Merkle tree is RFC 6962's: published vectors, every proof of small trees, wrong proofs refused."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.store import merkle

# The reference tree of Certificate Transparency's own tests.
CT_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = {  # (leaf index, size)
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CT_CONSISTENCY = {  # (first size, second size)
    (1, 1): [],
    (1, 8): CT_INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Tree:
    """A growing tree that keeps its perfect subtrees as the log does."""

    def __init__(self, entries: list[bytes]) -> None:
        self.frontier = merkle.Frontier()
        self.leaves = [merkle.leaf_hash(e) for e in entries]
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.roots = [merkle.EMPTY_ROOT]
        for index, leaf in enumerate(self.leaves):
            for level, node in enumerate(self.frontier.append(leaf)):
                assert (level, index >> level) not in self.nodes, "a node is written once"
                self.nodes[level, index >> level] = node
            self.roots.append(self.frontier.root())

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


def reference_root(entries: list[bytes]) -> bytes:
    """Section 2.1 of the RFC, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    split = max(2**p for p in range(len(entries).bit_length()) if 2**p < len(entries))
    return sha256(b"\1" + reference_root(entries[:split]) + reference_root(entries[split:])).digest()


@pytest.fixture(scope="module")
def big() -> Tree:
    return Tree([b"%d" % n for n in range(70)])


def test_published_roots() -> None:
    tree = Tree(CT_LEAVES)
    assert [r.hex() for r in tree.roots] == CT_ROOTS


@pytest.mark.parametrize(("place", "proof"), CT_INCLUSION.items())
def test_published_inclusion_proofs(place: tuple[int, int], proof: list[str]) -> None:
    assert [h.hex() for h in merkle.inclusion_proof(*place, Tree(CT_LEAVES).node)] == proof


@pytest.mark.parametrize(("sizes", "proof"), CT_CONSISTENCY.items())
def test_published_consistency_proofs(sizes: tuple[int, int], proof: list[str]) -> None:
    assert [h.hex() for h in merkle.consistency_proof(*sizes, Tree(CT_LEAVES).node)] == proof


@settings(deadline=None)
@given(st.lists(st.binary(max_size=4), max_size=80))
def test_roots_agree_with_the_recursion_of_the_rfc(entries: list[bytes]) -> None:
    tree = Tree(entries)
    assert tree.roots[-1] == reference_root(entries)
    assert merkle.root(len(entries), tree.node) == tree.roots[-1]
    assert merkle.Frontier.load(len(entries), tree.node).copy().root() == tree.roots[-1]


def test_every_inclusion_proof_of_small_trees(big: Tree) -> None:
    for size in range(1, len(big.roots)):
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, big.node)
            assert merkle.verify_inclusion(big.leaves[index], index, size, proof, big.roots[size])
            other = big.leaves[index - 1]
            assert not merkle.verify_inclusion(other, index, size, proof, big.roots[size])
            assert not merkle.verify_inclusion(big.leaves[index], index, size, [*proof, b""], big.roots[size])
            for shorter in range(len(proof)):
                cut = proof[:shorter]
                assert not merkle.verify_inclusion(big.leaves[index], index, size, cut, big.roots[size])


def test_every_consistency_proof_of_small_trees(big: Tree) -> None:
    for second in range(1, len(big.roots)):
        for first in range(1, second + 1):
            proof = merkle.consistency_proof(first, second, big.node)
            old, new = big.roots[first], big.roots[second]
            assert merkle.verify_consistency(first, old, second, new, proof)
            if first == second:
                continue
            assert not merkle.verify_consistency(first, big.roots[first - 1], second, new, proof)
            assert not merkle.verify_consistency(first, old, second, big.roots[second - 1], proof)
            assert not merkle.verify_consistency(first, old, second, new, proof[:-1])
            assert not merkle.verify_consistency(first, old, second, new, [*proof, new])
            assert not merkle.verify_consistency(second, new, first, old, proof)


def test_a_proof_for_another_place_is_refused(big: Tree) -> None:
    size = 37
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, big.node)
        for other in range(size):
            held = merkle.verify_inclusion(big.leaves[index], other, size, proof, big.roots[size])
            assert held == (index == other)


def test_an_empty_tree_precedes_every_tree_and_proves_nothing(big: Tree) -> None:
    assert merkle.verify_consistency(0, merkle.EMPTY_ROOT, 9, big.roots[9], [])
    assert not merkle.verify_consistency(0, big.roots[1], 9, big.roots[9], [])
    assert not merkle.verify_consistency(3, big.roots[3], 9, big.roots[9], [])
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_proof(0, 9, big.node)
    with pytest.raises(ValueError, match="not in a tree"):
        merkle.inclusion_proof(9, 9, big.node)


def test_a_frontier_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves has 2"):
        merkle.Frontier(3, [b"x" * 32])
