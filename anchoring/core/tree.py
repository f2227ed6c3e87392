"""The history tree of RFC 6962, section 2.1, over SHA-256.

Proofs are made from a *reader*, `get(level, index)`: the hash of the complete subtree that covers
the leaves index * 2**level … (index + 1) * 2**level - 1. Where these are kept is the caller's
matter (rows, tiles, a list). The root is computed apart from its comparison.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from anchoring.core.errors import MerkleError, RootMismatch

HASH_BYTES = 32
LARGEST_SIZE = 2**64 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()

Reader = Callable[[int, int], bytes]
Visitor = Callable[[int, int, bytes], None]


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than `size` (size >= 2): how many leaves go left."""
    return 1 << ((size - 1).bit_length() - 1)


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that is needed to append: the roots of the complete subtrees, from left to right.

    `hashes` has one hash for each bit set in `size`, the largest subtree first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= LARGEST_SIZE or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"{len(self.hashes)} hashes are no frontier of a tree of {self.size}.")
        if any(len(each) != HASH_BYTES for each in self.hashes):
            raise ValueError("A frontier's hashes have 32 bytes.")

    def append(self, leaf: bytes, visit: Visitor | None = None) -> "Frontier":
        """The frontier with one more leaf hash; `visit` is told each node that it completes."""
        return self.extend((leaf,), visit)

    def extend(self, leaves: Iterable[bytes], visit: Visitor | None = None) -> "Frontier":
        """The frontier with more leaf hashes. `visit(level, index, hash)` is called once for each
        completed node, the leaf itself (level 0) first, then upwards."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            level, index, current = 0, size, leaf
            if visit:
                visit(level, index, current)
            while index & 1:
                current = node_hash(hashes.pop(), current)
                level, index = level + 1, index >> 1
                if visit:
                    visit(level, index, current)
            hashes.append(current)
            size += 1
        return Frontier(size, tuple(hashes))

    def root(self) -> bytes:
        """The tree's root (32 bytes)."""
        if not self.hashes:
            return EMPTY_ROOT
        current = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            current = node_hash(left, current)
        return current


def subtree_root(begin: int, end: int, get: Reader) -> bytes:
    """The root over the leaves begin … end - 1, a subtree of some RFC 6962 split (so `begin` is a
    multiple of the power of two that covers it)."""
    size = end - begin
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return get(level, begin >> level)
    middle = begin + split(size)
    return node_hash(subtree_root(begin, middle, get), subtree_root(middle, end, get))


def root_of(size: int, get: Reader) -> bytes:
    """The root of the tree of the first `size` leaves."""
    return subtree_root(0, size, get) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, get: Reader) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962, 2.1.1: from the leaf's sibling up to the root's child.

    Requires 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"A tree of {size} leaves has no leaf {index}.")
    proof: list[bytes] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + split(end - begin)
        if index < middle:
            proof.append(subtree_root(middle, end, get))
            end = middle
        else:
            proof.append(subtree_root(begin, middle, get))
            begin = middle
    return proof[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root (32 bytes) that an inclusion proof of a leaf hash leads to.

    Raises MerkleError where the index is outside of the tree or the proof has a wrong length.
    """
    if not 0 <= index < size <= LARGEST_SIZE:
        raise MerkleError(f"A tree of {size} leaves has no leaf {index}.")
    _check_hashes((leaf, *proof))
    # Below the first `inner` levels the leaf's path and the tree's right edge are apart.
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof) != inner + border:
        raise MerkleError(f"The proof has {len(proof)} hashes; it needs {inner + border}.")
    current = leaf
    for level, sibling in enumerate(proof[:inner]):
        right = index >> level & 1
        current = node_hash(sibling, current) if right else node_hash(current, sibling)
    for sibling in proof[inner:]:
        current = node_hash(sibling, current)
    return current


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf hash is in the tree with this size and root; MerkleError where not."""
    _expect(root_from_inclusion(index, size, leaf, proof), root)


def consistency_proof(old: int, new: int, get: Reader) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962, 2.1.2. Requires 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"There is no consistency proof from size {old} to size {new}.")
    proof: list[bytes] = []
    begin, end, known = 0, new, True
    while end != old:
        middle = begin + split(end - begin)
        if old <= middle:
            proof.append(subtree_root(middle, end, get))
            end = middle
        else:
            proof.append(subtree_root(begin, middle, get))
            begin, known = middle, False
    if not known:
        proof.append(subtree_root(begin, end, get))
    return proof[::-1]


def roots_from_consistency(
    old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """The old and the new root that a consistency proof leads to. Requires 0 < old <= new.

    Raises MerkleError where the sizes are out of order or the proof has a wrong length. An empty
    old tree is consistent with everything, which proves nothing: it is refused.
    """
    if not 0 < old <= new <= LARGEST_SIZE:
        raise MerkleError(f"Nothing proves that size {new} continues size {old}.")
    _check_hashes((old_root, *proof))
    if old == new:
        if proof:
            raise MerkleError("Equal sizes need no proof, but one was given.")
        return old_root, old_root
    shift = (old & -old).bit_length() - 1
    # The old tree's last complete subtree is known where it is the whole old tree.
    seed, rest = (old_root, tuple(proof)) if old == 1 << shift else (None, tuple(proof))
    if seed is None:
        if not rest:
            raise MerkleError("The consistency proof is empty.")
        seed, rest = rest[0], rest[1:]
    index, last = (old - 1) >> shift, new - 1
    inner = ((old - 1) ^ last).bit_length() - shift
    border = (index >> inner).bit_count()
    if len(rest) != inner + border:
        raise MerkleError(f"The consistency proof has {len(proof)} hashes: too few or too many.")
    from_old = from_new = seed
    for level, sibling in enumerate(rest[:inner]):
        if index >> level & 1:
            from_old = node_hash(sibling, from_old)
            from_new = node_hash(sibling, from_new)
        else:
            from_new = node_hash(from_new, sibling)
    for sibling in rest[inner:]:
        from_old = node_hash(sibling, from_old)
        from_new = node_hash(sibling, from_new)
    return from_old, from_new


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree (new, new_root) only appended to (old, old_root); MerkleError where
    not."""
    from_old, from_new = roots_from_consistency(old, new, old_root, proof)
    _expect(from_old, old_root)
    _expect(from_new, new_root)


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(each) != HASH_BYTES for each in hashes):
        raise MerkleError("A hash in the proof does not have 32 bytes.")


def _expect(computed: bytes, expected: bytes) -> None:
    if computed != expected:
        raise RootMismatch(computed, expected)
