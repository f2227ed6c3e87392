"""From a file of JSON Lines to batches of lines. The same file gives the same batches each time it is read."""

import gzip
import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

BATCH_LINES = 1_000
BATCH_BYTES = 4 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines with their numbers, from 1; empty lines are left out. `end`: how many bytes of the file were read then."""

    first_line: int
    lines: list[tuple[int, bytes]]
    digest: bytes
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """An open file: its lines as text, and the bytes that lie on disk (of which `size` is known for a file)."""

    text: IO[bytes]
    raw: IO[bytes]
    size: int | None

    def position(self) -> int:
        return self.raw.tell() if self.size is not None else 0


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """A file as it is or by gzip, told by its first bytes; `-` is standard input. Raises OSError."""
    with ExitStack() as stack:
        if path == "-":
            raw: IO[bytes] = sys.stdin.buffer
            size = None
        else:
            raw = stack.enter_context(Path(path).open("rb"))
            size = Path(path).stat().st_size
        head = raw.peek(2)[:2]  # type: ignore[attr-defined]  # both are buffered readers
        text: IO[bytes] = raw
        if head == _GZIP:
            text = cast("IO[bytes]", stack.enter_context(gzip.open(raw)))
        yield Source(text, raw, size)


def batches(source: Source, *, longest: int) -> Iterator[Batch]:
    """The batches of the file. Of a line over `longest` bytes only so many and one more are given."""
    lines: list[tuple[int, bytes]] = []
    digest, size, first, number = hashlib.sha256(), 0, 1, 0
    for number, line in enumerate(_lines(source.text, longest), start=1):
        digest.update(line)
        text = line.removeprefix(_BYTE_ORDER_MARK) if number == 1 else line
        if text.strip():
            lines.append((number, text))
        size += len(line)
        if number - first + 1 == BATCH_LINES or size >= BATCH_BYTES:
            yield Batch(first, lines, digest.digest(), source.position())
            lines, digest, size, first = [], hashlib.sha256(), 0, number + 1
    if number >= first:
        yield Batch(first, lines, digest.digest(), source.position())


def _lines(text: IO[bytes], longest: int) -> Iterator[bytes]:
    while line := text.readline(longest + 1):
        rest = line
        while not rest.endswith(b"\n") and len(rest) == longest + 1:
            rest = text.readline(longest + 1)
        yield line
