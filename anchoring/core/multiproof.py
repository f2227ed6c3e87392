"""One proof for many leaves of one tree.

The tree is walked in pre-order along the RFC 6962 split; each maximal subtree without a target is given as one
hash, in the order in which the walk meets it. There is exactly one proof for a set of targets: one that is too
short or too long is refused.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from anchoring.core.errors import ProofError
from anchoring.core.tree import Reader, check_hashes, node_hash, range_hash, split


def prove(indexes: Sequence[int], size: int, get: Reader) -> list[bytes]:
    """The hashes that lead from the leaves at `indexes` to the root of `size`.

    Raises ValueError unless `indexes` are distinct, in ascending order, at least one, and below `size`.
    """
    targets = _checked(indexes, size)
    return [range_hash(start, end, get) for start, end in _gaps(targets, 0, size)]


def ranges(indexes: Sequence[int], size: int) -> list[tuple[int, int]]:
    """The leaf ranges (start, end) whose hashes the proof consists of, in the order of the proof."""
    return list(_gaps(_checked(indexes, size), 0, size))


def root_from_multiproof(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes:
    """The root that the leaf hashes, by index, and the proof lead to.

    Raises ProofError when there is no leaf, one lies outside of the tree, or the proof is too short
    or too long.
    """
    targets = sorted(leaves)
    if not targets or targets[0] < 0 or targets[-1] >= size:
        raise ProofError(f"These are no leaves of a tree of {size}.")
    check_hashes((*leaves.values(), *proof))
    hashes = iter(proof)

    def walk(start: int, end: int) -> bytes:
        first = bisect_left(targets, start)
        if first == len(targets) or targets[first] >= end:
            try:
                return next(hashes)
            except StopIteration:
                raise ProofError("The proof is too short.") from None
        if end - start == 1:
            return leaves[start]
        middle = start + split(end - start)
        left = walk(start, middle)
        return node_hash(left, walk(middle, end))

    root = walk(0, size)
    if next(hashes, None) is not None:
        raise ProofError("The proof is too long.")
    return root


def _checked(indexes: Sequence[int], size: int) -> Sequence[int]:
    if not indexes:
        raise ValueError("A proof needs at least one leaf.")
    if any(a >= b for a, b in pairwise(indexes)):
        raise ValueError("The indexes must be distinct and in ascending order.")
    if indexes[0] < 0 or indexes[-1] >= size:
        raise ValueError(f"There is no leaf {indexes[-1]} in a tree of {size}.")
    return indexes


def _gaps(targets: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    first = bisect_left(targets, start)
    if first == len(targets) or targets[first] >= end:
        yield start, end
    elif end - start > 1:
        middle = start + split(end - start)
        yield from _gaps(targets, start, middle)
        yield from _gaps(targets, middle, end)
