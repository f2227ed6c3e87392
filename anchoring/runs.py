"""Numbers kept in a few bytes where they count upwards: pure, the format of the blocks in `anchoring.leaves`.

A block is a small array with gaps, offset (0 … 255) → number (u64). It is written as runs, in order: offset u8 ‖
length - 1 u8 ‖ first number u64, 10 bytes for each stretch in which offset and number both go up by one.
"""

import struct
from collections.abc import Mapping

_RUN = struct.Struct(">BBQ")
RUN_BYTES = _RUN.size


def pack(numbers: Mapping[int, int]) -> bytes:
    """The runs of a block, by offset; 10 bytes for each run."""
    packed: list[bytes] = []
    first = length = value = 0
    for offset in sorted(numbers):
        number = numbers[offset]
        if length and offset == first + length and number == value + length:
            length += 1
            continue
        if length:
            packed.append(_RUN.pack(first, length - 1, value))
        first, length, value = offset, 1, number
    if length:
        packed.append(_RUN.pack(first, length - 1, value))
    return b"".join(packed)


def find(data: bytes | memoryview, offset: int) -> int | None:
    """The number at one offset, without unpacking the rest; None where there is a gap."""
    for first, more, value in _RUN.iter_unpack(data):
        if first <= offset <= first + more:
            return int(value + offset - first)
    return None


def unpack(data: bytes | memoryview) -> dict[int, int]:
    """The block's numbers by offset, ascending. Raises struct.error where `data` is no whole runs."""
    return {
        first + step: value + step
        for first, more, value in _RUN.iter_unpack(data)
        for step in range(more + 1)
    }
