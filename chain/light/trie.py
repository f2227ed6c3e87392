"""Read proofs of Substrate's state trie, layouts V0 and V1 (values over 32 bytes hashed).

A proof is the set of trie nodes on the path to a key. Every node is named by its hash from the one
above, and the first by the state root, so a node that is missing or changed cannot go unseen.
Source: the Polkadot specification, "State storage"; node headers as in `sp-trie`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from chain.light.errors import ProofError
from chain.light.hashing import blake2_256
from chain.light.scale import decode_compact, take

__all__ = ["Proof", "ProofError", "read_proof"]

_HASH = 32
# Every stored map key is far shorter; the bound keeps a forged length from costing memory.
_MOST_NIBBLES = 0xFFFF

# First bits of a node, by how many bits: (leading bits, their count, has children, value's form).
_INLINE, _HASHED, _NO_VALUE = "inline", "hashed", "none"
_KINDS = (
    (0b01, 2, False, _INLINE),
    (0b10, 2, True, _NO_VALUE),
    (0b11, 2, True, _INLINE),
    (0b001, 3, False, _HASHED),
    (0b0001, 4, True, _HASHED),
)


def read_proof(root: bytes, nodes: Iterable[bytes], key: bytes) -> bytes | None:
    """The value under `key` in the state with this root, or None where the proof shows absence.

    `root` has 32 bytes. Raises ProofError where a node is missing, changed or malformed.
    """
    return Proof(root, nodes).read(key)


@dataclass(frozen=True, slots=True)
class _Node:
    partial: tuple[int, ...]  # nibbles of the key below the parent
    value: bytes | None
    value_hash: bytes | None
    children: dict[int, bytes]  # by nibble: a node's hash (32 bytes) or the short node itself


class Proof:
    """The nodes shown for one state root; remembers which of them were needed."""

    def __init__(self, root: bytes, nodes: Iterable[bytes]) -> None:
        if len(root) != _HASH:
            raise ProofError(f"A state root has 32 bytes, not {len(root)}.")
        self._root = root
        self._nodes = {blake2_256(node): node for node in nodes}
        self._used: set[bytes] = set()

    def read(self, key: bytes) -> bytes | None:
        """The value under `key`, or None where the nodes show that there is none."""
        path = _nibbles(key)
        position = 0
        node = _decode(self._fetch(self._root, "The state root's node"))
        while True:
            after = position + len(node.partial)
            if path[position:after] != node.partial:
                return None
            if after == len(path):
                return self._value(node)
            child = node.children.get(path[after])
            if child is None:
                return None
            position = after + 1
            if len(child) == _HASH:
                child = self._fetch(child, "A node on the key's path")
            node = _decode(child)

    def needed(self) -> tuple[bytes, ...]:
        """The nodes that the reads so far have used, in the order in which they were given."""
        return tuple(node for name, node in self._nodes.items() if name in self._used)

    def has_spare_nodes(self) -> bool:
        return len(self._used) < len(self._nodes)

    def _value(self, node: _Node) -> bytes | None:
        if node.value_hash is not None:
            return self._fetch(node.value_hash, "The value")
        return node.value

    def _fetch(self, name: bytes, what: str) -> bytes:
        found = self._nodes.get(name)
        if found is None:
            raise ProofError(f"{what} ({name.hex()[:16]}…) is not in the read proof.")
        self._used.add(name)
        return found


def _decode(data: bytes) -> _Node:
    """A trie node from its bytes, all of them used."""
    if data == b"\0":
        # The empty trie: no key has a value.
        return _Node(partial=(), value=None, value_hash=None, children={})
    has_children, form, length, offset = _read_head(data)
    packed = take(data, offset, (length + 1) // 2)
    offset += len(packed)
    if length % 2 and packed[0] >> 4:
        raise ProofError("The first half-byte of an odd partial key is not zero.")
    bitmap = 0
    if has_children:
        bitmap = int.from_bytes(take(data, offset, 2), "little")
        offset += 2
        if not bitmap:
            raise ProofError("A branch has no children.")
    value = value_hash = None
    if form == _INLINE:
        size, offset = decode_compact(data, offset)
        value = take(data, offset, size)
        offset += size
    elif form == _HASHED:
        value_hash = take(data, offset, _HASH)
        offset += _HASH
    children, offset = _read_children(data, offset, bitmap)
    if offset != len(data):
        raise ProofError(f"A trie node has {len(data) - offset} bytes too many.")
    return _Node(_nibbles(packed)[length % 2 :], value, value_hash, children)


def _read_head(data: bytes) -> tuple[bool, str, int, int]:
    """Has it children, where is its value, how many nibbles has its key, where do they begin."""
    first = take(data, 0, 1)[0]
    bits, has_children, form = _kind(first)
    most = (1 << bits) - 1
    length, offset = first & most, 1
    if length == most:
        more = 255
        while more == 255:
            more = take(data, offset, 1)[0]
            offset += 1
            length += more
            if length > _MOST_NIBBLES:
                raise ProofError("A trie node claims a key that is too long.")
    return has_children, form, length, offset


def _kind(first: int) -> tuple[int, bool, str]:
    """How many bits of the first byte count nibbles, has it children, where is its value."""
    for leading, count, has_children, form in _KINDS:
        if first >> (8 - count) == leading:
            return 8 - count, has_children, form
    raise ProofError(f"No kind of trie node begins with the byte 0x{first:02x}.")


def _read_children(data: bytes, offset: int, bitmap: int) -> tuple[dict[int, bytes], int]:
    children: dict[int, bytes] = {}
    for nibble in range(16):
        if bitmap >> nibble & 1:
            size, offset = decode_compact(data, offset)
            if not 0 < size <= _HASH:
                raise ProofError(f"A child of {size} bytes is neither a hash nor a short node.")
            children[nibble] = take(data, offset, size)
            offset += size
    return children, offset


def _nibbles(data: bytes) -> tuple[int, ...]:
    return tuple(nibble for byte in data for nibble in (byte >> 4, byte & 15))
