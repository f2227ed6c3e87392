"""The tree and its proofs are those of RFC 6962, and every other proof is refused."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anchoring.core import tree
from anchoring.core.errors import MerkleError, RootMismatch
from tests.anchoring.core import reference
from tests.anchoring.core.make_vectors import VECTORS

# The vectors of transparency-dev/merkle; tests/vectors/README.md tells where they are from.
RFC6962 = json.loads((VECTORS / "rfc6962.json").read_text(encoding="utf-8"))

LEAVES = [reference.leaf(bytes([n])) for n in range(80)]
SIZES = st.integers(1, len(LEAVES))


def grown(size: int) -> tuple[tree.Frontier, dict[tuple[int, int], bytes]]:
    nodes: dict[tuple[int, int], bytes] = {}

    def visit(level: int, index: int, value: bytes) -> None:
        assert (level, index) not in nodes, "a node was completed twice"
        nodes[level, index] = value

    return tree.Frontier().extend(LEAVES[:size], visit), nodes


_, NODES = grown(len(LEAVES))


def get(level: int, index: int) -> bytes:
    return NODES[level, index]


def others(proof: list[bytes]) -> Iterator[list[bytes]]:
    """Every proof next to this one: a bit turned, a hash left out, doubled, added, exchanged."""
    for at in range(len(proof)):
        turned = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        yield [*proof[:at], turned, *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
        yield [*proof[: at + 1], *proof[at:]]
    yield [*proof, LEAVES[0]]
    yield [LEAVES[0], *proof]
    if len(proof) > 1:
        yield [proof[1], proof[0], *proof[2:]]


@given(SIZES)
def test_a_frontier_has_the_root_of_the_whole_tree(size: int) -> None:
    frontier, nodes = grown(size)

    assert frontier.root() == reference.mth(LEAVES[:size]) == tree.root_of(size, get)
    assert nodes == {
        (level, index): reference.mth(LEAVES[index << level : (index + 1) << level])
        for level in range(8)
        for index in range(size >> level)
    }


@given(SIZES, SIZES)
def test_appending_one_by_one_or_together_is_the_same(one: int, other: int) -> None:
    first, last = sorted((one, other))
    frontier, _ = grown(first)
    for leaf in LEAVES[first:last]:
        frontier = frontier.append(leaf)

    assert frontier == grown(last)[0]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert tree.Frontier().root() == tree.root_of(0, get) == reference.mth([])


@pytest.mark.parametrize(("size", "hashes"), [(1, ()), (2, (b"\0" * 32,) * 2), (1, (b"short",))])
def test_a_frontier_that_does_not_fit_its_size_is_refused(
    size: int, hashes: tuple[bytes, ...]
) -> None:
    with pytest.raises(ValueError, match=r"frontier"):
        tree.Frontier(size, hashes)


@given(SIZES, st.data())
def test_an_inclusion_proof_is_the_one_of_the_rfc_and_no_other_is_accepted(
    size: int, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, size - 1))
    root = reference.mth(LEAVES[:size])

    proof = tree.inclusion_proof(index, size, get)

    assert proof == reference.path(index, LEAVES[:size])
    facts: dict[str, Any] = {"index": index, "size": size, "leaf": LEAVES[index], "root": root}
    tree.verify_inclusion(**facts, proof=proof)
    for other in others(proof):
        with pytest.raises(MerkleError):
            tree.verify_inclusion(**facts, proof=other)
    wrong = LEAVES[(index + 1) % len(LEAVES)]
    with pytest.raises(RootMismatch):
        tree.verify_inclusion(**facts | {"leaf": wrong}, proof=proof)
    if size > 1:
        with pytest.raises(MerkleError):
            tree.verify_inclusion(**facts | {"index": (index + 1) % size}, proof=proof)
    with pytest.raises(MerkleError):
        tree.verify_inclusion(**facts | {"index": size}, proof=proof)


@given(SIZES, SIZES)
def test_a_consistency_proof_is_the_one_of_the_rfc_and_no_other_is_accepted(
    one: int, other: int
) -> None:
    old, new = sorted((one, other))
    old_root, new_root = reference.mth(LEAVES[:old]), reference.mth(LEAVES[:new])

    proof = tree.consistency_proof(old, new, get)

    assert proof == reference.proof(old, LEAVES[:new])
    facts: dict[str, Any] = {"old": old, "new": new, "old_root": old_root, "new_root": new_root}
    tree.verify_consistency(**facts, proof=proof)
    for changed in others(proof):
        with pytest.raises(MerkleError):
            tree.verify_consistency(**facts, proof=changed)
    for name in ("old_root", "new_root"):
        with pytest.raises(MerkleError):
            tree.verify_consistency(**facts | {name: b"\1" * 32}, proof=proof)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 5)])
def test_nothing_is_proven_from_an_empty_or_a_larger_tree(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        tree.consistency_proof(old, new, get)
    root = reference.mth([])
    with pytest.raises(MerkleError):
        tree.verify_consistency(old=old, new=new, old_root=root, new_root=root, proof=[])


def _hashes(proof: list[str] | None) -> list[bytes]:
    return [base64.b64decode(each) for each in proof or []]


@pytest.mark.parametrize("vector", RFC6962["inclusion"], ids=lambda vector: vector["name"])
def test_inclusion_vectors_of_others_come_out_the_same(vector: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "index": vector["leafIdx"],
        "size": vector["treeSize"],
        "leaf": base64.b64decode(vector["leafHash"]),
        "proof": _hashes(vector["proof"]),
        "root": base64.b64decode(vector["root"]),
    }
    if not vector["wantErr"]:
        tree.verify_inclusion(**facts)
        return
    with pytest.raises(MerkleError):
        tree.verify_inclusion(**facts)


@pytest.mark.parametrize("vector", RFC6962["consistency"], ids=lambda vector: vector["name"])
def test_consistency_vectors_of_others_come_out_the_same(vector: dict[str, Any]) -> None:
    facts: dict[str, Any] = {
        "old": vector["size1"],
        "new": vector["size2"],
        "old_root": base64.b64decode(vector["root1"]),
        "new_root": base64.b64decode(vector["root2"]),
        "proof": _hashes(vector["proof"]),
    }
    if vector["desc"] == "sizes are equal (one) and proof is empty":
        # Their roots are no hashes ("don't care 2"); ours must have 32 bytes.
        facts |= {"old_root": b"\2" * 32, "new_root": b"\2" * 32}
    if not vector["wantErr"]:
        tree.verify_consistency(**facts)
        return
    with pytest.raises(MerkleError):
        tree.verify_consistency(**facts)
