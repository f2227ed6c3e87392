"""Proofs of the tree and nodes of the state's trie that must be refused, for the vectors.

The good proofs come from the slow reference; each is spoiled in the ways that `spoiled` names.
"""

import base64
from collections.abc import Iterator
from typing import Any

from tests.anchoring.core import reference
from tests.anchoring.core.reference import Hashes

Vector = dict[str, Any]
LEAVES = [reference.leaf(bytes([n])) for n in range(16)]


def spoiled(proof: Hashes) -> Iterator[tuple[str, Hashes]]:
    """Every proof next to this one, by name."""
    for at, each in enumerate(proof):
        yield f"hash {at} changed", [*proof[:at], bytes([each[0] ^ 1]) + each[1:], *proof[at + 1 :]]
        yield f"hash {at} left out", [*proof[:at], *proof[at + 1 :]]
        yield f"hash {at} twice", [*proof[: at + 1], *proof[at:]]
    yield "a hash more at the end", [*proof, LEAVES[0]]
    yield "a hash more at the beginning", [LEAVES[0], *proof]
    if len(proof) > 1:
        yield "re-ordered", proof[::-1]
        yield "empty", []


def vectors() -> dict[str, list[Vector]]:
    return {
        "inclusion": list(_inclusion()),
        "consistency": list(_consistency()),
        "multiproof": list(_multiproof()),
        "trie_node": [
            {"name": name, "node": "0x" + node.hex()} for name, node in TRIE_NODES.items()
        ],
    }


def _inclusion() -> Iterator[Vector]:
    for index, size in ((0, 1), (2, 3), (3, 7), (6, 7), (11, 16)):
        root, proof = reference.mth(LEAVES[:size]), reference.path(index, LEAVES[:size])
        facts = {"index": index, "size": size, "leaf": _b64(LEAVES[index]), "root": _b64(root)}
        for name, other in spoiled(proof):
            yield {"name": name, **facts, "proof": _b64s(other)}
        for name, change in {
            "index beyond the tree": {"index": size},
            "size zero": {"size": 0},
            "another leaf": {"leaf": _b64(LEAVES[index + 1 if index < 15 else 0])},
            "another root": {"root": _b64(bytes(32))},
            **({"another index": {"index": index - 1}} if index else {}),
        }.items():
            yield {"name": name, **facts, **change, "proof": _b64s(proof)}


def _consistency() -> Iterator[Vector]:
    for old, new in ((1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (8, 16)):
        roots = [_b64(reference.mth(LEAVES[:size])) for size in (old, new)]
        facts = {"old": old, "new": new, "old_root": roots[0], "new_root": roots[1]}
        proof = reference.proof(old, LEAVES[:new])
        for name, other in spoiled(proof):
            yield {"name": name, **facts, "proof": _b64s(other)}
        for name, change in {
            "another old root": {"old_root": _b64(bytes(32))},
            "another new root": {"new_root": _b64(bytes(32))},
            "from an empty tree": {"old": 0},
            "to a smaller tree": {"new": old - 1},
        }.items():
            yield {"name": name, **facts, **change, "proof": _b64s(proof)}


def _multiproof() -> Iterator[Vector]:
    for targets, size in (({0}, 1), ({0, 2}, 3), ({3, 5}, 7), ({4, 5, 11}, 16)):
        root, proof = reference.mth(LEAVES[:size]), reference.multiproof(targets, LEAVES[:size])
        leaves = {index: _b64(LEAVES[index]) for index in sorted(targets)}
        facts = {"size": size, "leaves": list(leaves.items()), "root": _b64(root)}
        for name, other in spoiled(proof):
            yield {"name": name, **facts, "proof": _b64s(other)}
        last = max(targets)
        for name, other_leaves in {
            "no leaf": {},
            "a leaf beyond the tree": leaves | {size: _b64(LEAVES[0])},
            "a leaf left out": {i: leaf for i, leaf in leaves.items() if i != last},
            "another leaf": leaves | {last: _b64(bytes(32))},
        }.items():
            yield {
                "name": name,
                **facts,
                "leaves": list(other_leaves.items()),
                "proof": _b64s(proof),
            }


# As the whole proof of a state whose root is the node's own hash; the key asked for is 0x01.
TRIE_NODES = {
    "empty": b"",
    "no kind begins like this": b"\x01",
    "the first half-byte of an odd key is not zero": b"\x41\x10\x00",
    "a byte too many": b"\x41\x01\x00\x00",
    "a branch without children": b"\x80\x00\x00",
    "a child of 33 bytes": b"\x80\x01\x00\x84" + bytes(33),
    "a child of no bytes": b"\x80\x01\x00\x00",
    "a key that is too long": b"\x7f" + b"\xff" * 300,
    "a hashed value cut short": b"\x20" + bytes(31),
    "a length not in its shortest form": b"\x40\x01\x00",
    "a key cut short": b"\x44\x01",
    "a value cut short": b"\x40\x10\x00",
    "a bitmap cut short": b"\x80\x01",
    "a child that is not in the proof": b"\x80\x01\x00\x80" + b"\7" * 32,
    "a value that is not in the proof": b"\x22\x01" + b"\7" * 32,
}


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _b64s(proof: Hashes) -> list[str]:
    return [_b64(each) for each in proof]
