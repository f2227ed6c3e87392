"""A slow and obvious trie (layout V1), as the oracle of the reader."""

from chain.light.hashing import blake2_256
from chain.light.scale import encode_compact

_HEADS = {
    # (is a branch, has a value, the value is hashed): first bits, bits left for the key's length
    (False, True, False): (0x40, 6),
    (False, True, True): (0x20, 5),
    (True, False, False): (0x80, 6),
    (True, True, False): (0xC0, 6),
    (True, True, True): (0x10, 4),
}


def build_trie(state: dict[bytes, bytes]) -> tuple[bytes, list[bytes]]:
    """The root, and every node that has a name of its own."""
    nodes: list[bytes] = []
    root = _encode({key.hex(): value for key, value in state.items()}, nodes)
    nodes.append(root)
    return blake2_256(root), nodes


def _encode(state: dict[str, bytes], nodes: list[bytes]) -> bytes:
    """The node over `state`, whose keys are what is left of them, as hexadecimal digits."""
    keys = sorted(state)
    partial = keys[0]
    while not all(key.startswith(partial) for key in keys):
        partial = partial[:-1]
    value = state.get(partial)
    hashed = value is not None and len(value) > 32
    rest = {key[len(partial) :]: found for key, found in state.items() if key != partial}
    body = b""
    if value is not None and hashed:
        nodes.append(value)
        body = blake2_256(value)
    elif value is not None:
        body = encode_compact(len(value)) + value
    bitmap, children = 0, b""
    for nibble in range(16):
        below = {key[1:]: found for key, found in rest.items() if int(key[0], 16) == nibble}
        if below:
            bitmap |= 1 << nibble
            child = _encode(below, nodes)
            if len(child) >= 32:
                nodes.append(child)
                child = blake2_256(child)
            children += encode_compact(len(child)) + child
    first, bits = _HEADS[bool(rest), value is not None, hashed]
    packed = bytes.fromhex(partial if len(partial) % 2 == 0 else "0" + partial)
    bits_of_children = bitmap.to_bytes(2, "little") if rest else b""
    return _head(first, bits, len(partial)) + packed + bits_of_children + body + children


def _head(first: int, bits: int, length: int) -> bytes:
    most = (1 << bits) - 1
    if length < most:
        return bytes([first | length])
    return (
        bytes([first | most]) + b"\xff" * ((length - most) // 255) + bytes([(length - most) % 255])
    )
