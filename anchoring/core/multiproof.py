"""One proof that many leaves are in a tree.

The proof walks the RFC 6962 split in pre-order (left before right). A subtree without a target
gives its root, one hash; a target leaf gives nothing; every other subtree is entered. So a proof
has one form only, and one that is too short or too long is refused.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence

from anchoring.core.errors import MerkleError
from anchoring.core.tree import HASH_BYTES, LARGEST_SIZE, Reader, node_hash, split, subtree_root


def prove(indexes: Collection[int], size: int, get: Reader) -> list[bytes]:
    """The hashes (32 bytes each) that lead from the leaves `indexes` to the root at `size`.

    Requires at least one index, each 0 <= index < size. `get` reads complete subtrees (see
    `tree`).
    """
    targets = sorted(set(indexes))
    if not targets or targets[0] < 0 or targets[-1] >= size:
        raise ValueError(f"These are no leaves of a tree of {size}.")
    return list(_prove(targets, 0, size, get))


def _prove(targets: Sequence[int], begin: int, end: int, get: Reader) -> Iterator[bytes]:
    if not targets:
        yield subtree_root(begin, end, get)
    elif end - begin > 1:
        middle = begin + split(end - begin)
        cut = bisect_left(targets, middle)
        yield from _prove(targets[:cut], begin, middle, get)
        yield from _prove(targets[cut:], middle, end, get)


def root_from_multiproof(leaves: Mapping[int, bytes], size: int, proof: Sequence[bytes]) -> bytes:
    """The root (32 bytes) that a multi-proof of leaf hashes, by index, leads to.

    Raises MerkleError where there is no leaf, an index lies outside of the tree, or the proof is
    too short or too long.
    """
    targets = sorted(leaves)
    if not targets:
        raise MerkleError("A proof of no record proves nothing.")
    if targets[0] < 0 or targets[-1] >= size or size > LARGEST_SIZE:
        raise MerkleError(f"A tree of {size} leaves has no leaf {targets[-1]}.")
    if any(len(each) != HASH_BYTES for each in (*leaves.values(), *proof)):
        raise MerkleError("A hash in the proof does not have 32 bytes.")
    rest = iter(proof)
    root = _root(targets, 0, size, leaves, rest)
    if next(rest, None) is not None:
        raise MerkleError("The proof has more hashes than it needs.")
    return root


def _root(
    targets: Sequence[int], begin: int, end: int, leaves: Mapping[int, bytes], rest: Iterator[bytes]
) -> bytes:
    if not targets:
        found = next(rest, None)
        if found is None:
            raise MerkleError("The proof has fewer hashes than it needs.")
        return found
    if end - begin == 1:
        return leaves[begin]
    middle = begin + split(end - begin)
    cut = bisect_left(targets, middle)
    left = _root(targets[:cut], begin, middle, leaves, rest)
    return node_hash(left, _root(targets[cut:], middle, end, leaves, rest))
