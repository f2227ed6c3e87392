"""SCALE's compact integers, strictly: one integer has one encoding.

Source: the Polkadot specification, appendix "SCALE codec", compact general integers.
"""

from chain.light.errors import ProofError

_SINGLE = 1 << 6
_DOUBLE = 1 << 14
_QUAD = 1 << 30
_LARGEST = 1 << 536


def encode_compact(value: int) -> bytes:
    """The compact encoding of `value`, 0 <= value < 2**536."""
    if value < 0 or value >= _LARGEST:
        raise ValueError(f"{value} has no compact encoding.")
    if value < _SINGLE:
        return bytes([value << 2])
    if value < _DOUBLE:
        return (value << 2 | 1).to_bytes(2, "little")
    if value < _QUAD:
        return (value << 2 | 2).to_bytes(4, "little")
    size = (value.bit_length() + 7) // 8
    return bytes([(size - 4) << 2 | 3]) + value.to_bytes(size, "little")


def decode_compact(data: bytes, offset: int = 0) -> tuple[int, int]:
    """The integer that begins at `offset`, and the offset after it.

    Raises ProofError where the bytes end too soon or are not the shortest encoding.
    """
    mode = take(data, offset, 1)[0] & 3
    if mode == 3:
        size = (data[offset] >> 2) + 4
        value = int.from_bytes(take(data, offset + 1, size), "little")
        end = offset + 1 + size
    else:
        size = 1 << mode
        value = int.from_bytes(take(data, offset, size), "little") >> 2
        end = offset + size
    if encode_compact(value) != data[offset:end]:
        raise ProofError(f"The compact integer at byte {offset} is not in its shortest form.")
    return value, end


def take(data: bytes, offset: int, size: int) -> bytes:
    """`size` bytes from `offset`; ProofError where there are fewer."""
    found = data[offset : offset + size]
    if len(found) != size:
        raise ProofError(f"The data end at byte {len(data)}; {size} bytes expected at {offset}.")
    return found
