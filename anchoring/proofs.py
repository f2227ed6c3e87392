"""Proofs about the log, read from its tiles. The rules are in `anchoring.core`."""

from collections.abc import Collection

from anchoring.core import multiproof, tree
from anchoring.core.tree import Reader
from anchoring.tilestore import TilesMissing, with_middles, with_subtrees


def prove_inclusion(*, index: int, size: int) -> list[bytes]:
    """The RFC 6962 audit path of one leaf in the tree of `size` leaves."""
    return with_subtrees(lambda get: tree.inclusion_proof(index, size, get), size=size)


def prove_records(*, indexes: Collection[int], size: int) -> list[bytes]:
    """One multi-proof for all the leaves at `indexes` in the tree of `size` leaves."""

    def prove(get: Reader) -> list[bytes]:
        return multiproof.prove(indexes, size, get)

    try:
        return with_middles(prove)
    except TilesMissing:  # or tiles older than their middle, of which all has to be read
        return with_subtrees(prove, size=size)


def prove_consistency(*, old_size: int, new_size: int) -> list[bytes]:
    """The RFC 6962 proof that the tree of `new_size` leaves only appended to `old_size`."""
    return with_subtrees(lambda get: tree.consistency_proof(old_size, new_size, get), size=new_size)
