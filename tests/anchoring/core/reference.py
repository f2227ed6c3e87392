"""The Merkle tree as RFC 6962 writes it, slowly: lists are cut and hashed anew. The oracle."""

import hashlib

Hashes = list[bytes]


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(leaves: Hashes) -> bytes:
    """Section 2.1, over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Hashes) -> Hashes:
    """PATH(m, D[n]), section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def proof(m: int, leaves: Hashes) -> Hashes:
    """PROOF(m, D[n]), section 2.1.2."""
    return subproof(m, leaves, True)


def subproof(m: int, leaves: Hashes, whole: bool) -> Hashes:
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = largest_power_below(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def multiproof(targets: set[int], leaves: Hashes, first: int = 0) -> Hashes:
    """Pre-order; a subtree without a target is one hash (docs/log-format.md)."""
    here = range(first, first + len(leaves))
    if not targets & set(here):
        return [mth(leaves)]
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    return multiproof(targets, leaves[:k], first) + multiproof(targets, leaves[k:], first + k)
