"""The history tree of RFC 6962 over SHA-256: hashes, the frontier, inclusion and consistency.

A *complete subtree* is named by (level, index): level 0 are the leaves, and (l, i) covers the 2^l leaves from
i·2^l. Only complete subtrees are ever kept; every other node is computed from them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from anchoring.core.errors import ProofError, RootMismatch

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Frontier",
    "ProofError",
    "Reader",
    "RootMismatch",
    "Visitor",
    "check_hashes",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "peaks",
    "range_hash",
    "root_at",
    "root_from_inclusion",
    "split",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Reader = Callable[[int, int], bytes]
"""Returns the hash of the complete subtree (level, index)."""
Visitor = Callable[[int, int, bytes], None]
"""Is told (level, index, hash) of each complete subtree, once, when it is completed."""


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    `hashes` are the maximal complete subtrees from left to right, one for each 1 in `size`'s binary form.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"A frontier of size {self.size} has {self.size.bit_count()} hashes.")
        if any(len(each) != HASH_BYTES for each in self.hashes):
            raise ValueError(f"A frontier's hashes have {HASH_BYTES} bytes each.")

    def append(self, leaf: bytes, visit: Visitor | None = None) -> "Frontier":
        """The frontier with one more leaf hash; `visit` is told of every subtree that it completes."""
        return self.extend((leaf,), visit)

    def extend(self, leaves: Iterable[bytes], visit: Visitor | None = None) -> "Frontier":
        """The frontier with more leaf hashes, in order."""
        stack = list(self.hashes)
        size = self.size
        for leaf in leaves:
            current, level, index = leaf, 0, size
            if visit:
                visit(level, index, current)
            while index & 1:
                current = node_hash(stack.pop(), current)
                level, index = level + 1, index >> 1
                if visit:
                    visit(level, index, current)
            stack.append(current)
            size += 1
        return Frontier(size, tuple(stack))

    def root(self) -> bytes:
        """The root hash, `EMPTY_ROOT` when there is no leaf."""
        if not self.hashes:
            return EMPTY_ROOT
        return _join(self.hashes)


def _join(peaks: Sequence[bytes]) -> bytes:
    """The root over maximal complete subtrees, given from left to right."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peaks(start: int, end: int) -> list[tuple[int, int]]:
    """The maximal complete subtrees (level, index) of the leaves start..end-1, left to right.

    Precondition: `start` is a multiple of the largest power of two below `end - start` (as every range of
    the RFC 6962 split is).
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def range_hash(start: int, end: int, get: Reader) -> bytes:
    """The hash of the subtree over the leaves start..end-1; same precondition as `peaks`."""
    return _join([get(level, index) for level, index in peaks(start, end)])


def root_at(size: int, get: Reader) -> bytes:
    """The root of the first `size` leaves."""
    return range_hash(0, size, get) if size else EMPTY_ROOT


def split(count: int) -> int:
    """The largest power of two below `count`, RFC 6962 section 2.1. Precondition: count > 1."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(index: int, size: int, get: Reader) -> list[bytes]:
    """The audit path of a leaf, RFC 6962 section 2.1.1. Raises ValueError unless 0 <= index < size."""
    if not 0 <= index < size:
        raise ValueError(f"There is no leaf {index} in a tree of {size}.")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(range_hash(middle, end, get))
            end = middle
        else:
            path.append(range_hash(start, middle, get))
            start = middle
    path.reverse()
    return path


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to. Raises ProofError for a wrong length or an index outside."""
    if not 0 <= index < size:
        raise ProofError(f"There is no leaf {index} in a tree of {size}.")
    check_hashes((leaf, *proof))
    # Below the first `inner` levels the leaf's path and the tree's right edge are apart.
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof) != inner + border:
        raise ProofError(f"The proof has {len(proof)} hashes and needs {inner + border}.")
    root = leaf
    for level, sibling in enumerate(proof[:inner]):
        root = node_hash(sibling, root) if index >> level & 1 else node_hash(root, sibling)
    for sibling in proof[inner:]:
        root = node_hash(sibling, root)
    return root


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Raises ProofError unless the leaf hash is in the tree of that size and root."""
    _expect(root_from_inclusion(index, size, leaf, proof), root)


def consistency_proof(old: int, new: int, get: Reader) -> list[bytes]:
    """The proof that the first `old` leaves are a prefix of the first `new`, RFC 6962 section 2.1.2.

    Raises ValueError unless 0 <= old <= new. Empty when `old` is 0 or equals `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"A tree of {new} cannot continue a tree of {old}.")
    if old in (0, new):
        return []
    path = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + split(end - start)
        if old <= middle:
            path.append(range_hash(middle, end, get))
            end = middle
        else:
            path.append(range_hash(start, middle, get))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(start, end, get))
    path.reverse()
    return path


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raises ProofError unless the tree `new` continues the tree `old` (RFC 9162 section 2.1.4.2).

    Every tree continues the empty one, which proves nothing: `old` = 0 is refused.
    """
    if not 0 < old <= new:
        raise ProofError(f"Nothing proves that a tree of {new} continues a tree of {old}.")
    check_hashes(proof)
    if old == new:
        if proof:
            raise ProofError("Equal sizes need no proof, yet one is given.")
        _expect(new_root, old_root)
        return
    shift = (old & -old).bit_length() - 1
    inner = (old - 1 ^ new - 1).bit_length() - shift
    border = ((old - 1) >> inner + shift).bit_count()
    # A power of two is itself a complete subtree, whose hash is the old root.
    path = list(proof) if old != 1 << shift else [old_root, *proof]
    if len(path) != 1 + inner + border:
        raise ProofError(f"The proof has {len(proof)} hashes, which does not fit {old} and {new}.")
    mask = (old - 1) >> shift
    seed, siblings = path[0], path[1:]
    first = second = seed
    for level, sibling in enumerate(siblings[:inner]):
        if mask >> level & 1:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
        else:
            second = node_hash(second, sibling)
    for sibling in siblings[inner:]:
        first, second = node_hash(sibling, first), node_hash(sibling, second)
    _expect(first, old_root)
    _expect(second, new_root)


def check_hashes(hashes: Iterable[bytes]) -> None:
    """Raises ProofError unless each hash has 32 bytes."""
    if any(len(each) != HASH_BYTES for each in hashes):
        raise ProofError(f"A hash is not of {HASH_BYTES} bytes.")


def _expect(computed: bytes, expected: bytes) -> None:
    if computed != expected:
        raise RootMismatch(computed, expected)
