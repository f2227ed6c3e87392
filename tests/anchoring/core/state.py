"""A small state trie (layout V1) and block headers, for chains that exist in tests only."""

from chain.light.anchors import (
    TIMESTAMP_NOW_KEY,
    Commitment,
    uniques_attribute_key,
    uniques_attribute_value,
)
from chain.light.hashing import blake2_256
from chain.light.header import Header, hash_of
from chain.light.scale import encode_compact
from chain.light.trie import Proof

Nibbles = tuple[int, ...]
COLLECTION = 1


class State:
    """A state with these keys and values."""

    def __init__(self, entries: dict[bytes, bytes]) -> None:
        self._nodes: dict[bytes, bytes] = {}
        whole = {_nibbles(key): value for key, value in entries.items()}
        self.root = self._keep(self._encode(whole))

    def proof(self, *keys: bytes) -> tuple[bytes, ...]:
        """The trie nodes on the way to these keys."""
        proof = Proof(self.root, self._nodes.values())
        for key in keys:
            proof.read(key)
        return proof.needed()

    def _keep(self, node: bytes) -> bytes:
        name = blake2_256(node)
        self._nodes[name] = node
        return name

    def _encode(self, entries: dict[Nibbles, bytes]) -> bytes:
        shared = _shared_prefix(list(entries))
        value = entries.get(shared)
        children: dict[int, dict[Nibbles, bytes]] = {}
        for key, inner in entries.items():
            if key != shared:
                children.setdefault(key[len(shared)], {})[key[len(shared) + 1 :]] = inner
        hashed = value is not None and len(value) > 32
        parts = [_head(len(shared), bool(children), value is not None, hashed), _packed(shared)]
        if children:
            parts.append(sum(1 << nibble for nibble in children).to_bytes(2, "little"))
        if value is not None:
            parts.append(self._keep(value) if hashed else encode_compact(len(value)) + value)
        for nibble in sorted(children):
            node = self._encode(children[nibble])
            short = node if len(node) < 32 else self._keep(node)
            parts.append(encode_compact(len(short)) + short)
        return b"".join(parts)


def anchored_state(anchors: list[Commitment], milliseconds: int) -> State:
    """A state in which a collection holds these anchors, among other things."""
    entries = {TIMESTAMP_NOW_KEY: milliseconds.to_bytes(8, "little")}
    for anchor in anchors:
        key = uniques_attribute_key(COLLECTION, anchor.origin_hash, anchor.seq)
        value = uniques_attribute_value(anchor.size, anchor.root)
        entries[key] = encode_compact(len(value)) + value + (10**9).to_bytes(16, "little")
    for number in range(40):
        entries[blake2_256(f"other {number}".encode())] = b"x" * number
    return State(entries)


def header_of(number: int, state: State) -> Header:
    return Header(
        parent_hash=blake2_256(f"block {number - 1}".encode()),
        number=number,
        state_root=state.root,
        extrinsics_root=blake2_256(f"extrinsics {number}".encode()),
        logs=(bytes.fromhex("0661757261200000000000000000"),),
    )


def block_hash(number: int, state: State) -> bytes:
    return hash_of(header_of(number, state))


def _head(length: int, has_children: bool, has_value: bool, hashed: bool) -> bytes:
    if hashed:
        first, bits = (0b0001_0000, 4) if has_children else (0b0010_0000, 5)
    elif has_children:
        first, bits = (0b1100_0000 if has_value else 0b1000_0000), 6
    else:
        first, bits = 0b0100_0000, 6
    most = (1 << bits) - 1
    if length < most:
        return bytes([first | length])
    rest = length - most
    return bytes([first | most]) + b"\xff" * (rest // 255) + bytes([rest % 255])


def _packed(nibbles: Nibbles) -> bytes:
    even = nibbles if len(nibbles) % 2 == 0 else (0, *nibbles)
    return bytes(even[at] << 4 | even[at + 1] for at in range(0, len(even), 2))


def _nibbles(data: bytes) -> Nibbles:
    return tuple(nibble for byte in data for nibble in (byte >> 4, byte & 15))


def _shared_prefix(keys: list[Nibbles]) -> Nibbles:
    first, last = min(keys), max(keys)
    length = 0
    while length < min(len(first), len(last)) and first[length] == last[length]:
        length += 1
    return first[:length]
