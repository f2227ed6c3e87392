"""Small changes of any bytes: what a bad disk, a bad copy, or a bad person does to a document."""

import random
from collections.abc import Sequence

_PARTS = [
    b"", b"\0", b"\n", b"\n\n", b"\r\n", b" ", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\u0000",
    b"\\ud800", b"-", b"+", b"=", b"==", b"/", b".", b"0", b"00", b"1.0", b"1e400", b"-1", b"NaN", b"null", b"true",
    b"9007199254740993", b"18446744073709551616", b"9" * 400, b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf",
    "— ".encode(), "é".encode(), "😀".encode(), "٢".encode(), "\u0085".encode(), "\u2028".encode(), b"0x", b"AAAA",
    b"[" * 120, b"{}", b"[]",
]  # fmt: skip


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds with up to three changes."""
    data = chance.choice(seeds)
    for _ in range(chance.randrange(1, 4)):
        data = _changed(data, seeds, chance)
    return data


def _changed(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice([1, 1, 2, 4, 8, 32, 200]))
    head, middle, tail = data[:at], data[at:end], data[end:]
    match chance.randrange(9):
        case 0:
            return head + chance.choice(_PARTS) + middle + tail
        case 1:
            return head + chance.choice(_PARTS) + tail
        case 2:
            return head + tail
        case 3:
            return head + middle + middle + tail
        case 4 if middle:
            return head + bytes([middle[0] ^ 1 << chance.randrange(8)]) + middle[1:] + tail
        case 5:
            return chance.choice([head, middle + tail])
        case 6:
            return _lines_exchanged(data, chance)
        case 7:
            other = chance.choice(seeds)
            return head + other[chance.randrange(len(other) + 1) :]
        case _:
            return head + middle.swapcase() + tail


def _lines_exchanged(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)
