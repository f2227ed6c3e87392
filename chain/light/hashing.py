"""The hashes of Substrate: of headers and trie nodes, and of the keys of storage maps."""

import hashlib


def blake2_256(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def blake2_128_concat(data: bytes) -> bytes:
    """The map hasher `Blake2_128Concat`: 16 bytes of hash, then the key itself."""
    return hashlib.blake2b(data, digest_size=16).digest() + data
