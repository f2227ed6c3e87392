"""The content of an attachment as it came, in a part of a temporary file."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedPart:
    """A part of a multipart message, its hash verified: `sha2` as it was sent, `sha256` that names it here."""

    sha2: str
    sha256: str
    content_type: str | None
    said_length: int | None
    file: IO[bytes]
    start: int
    length: int

    def chunks(self) -> Iterator[bytes]:
        position, end = self.start, self.start + self.length
        while position < end:
            self.file.seek(position)
            chunk = self.file.read(min(_CHUNK, end - position))
            position += len(chunk)
            yield chunk

    def read(self) -> bytes:
        """The whole content. For a part that is known to be small."""
        return b"".join(self.chunks())

    def open(self) -> io.BufferedReader:
        """The content as a file that a storage can read and rewind."""
        return io.BufferedReader(_Section(self))


class _Section(io.RawIOBase):
    def __init__(self, part: ReceivedPart) -> None:
        super().__init__()
        self._part = part
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._part.length}
        self._position = max(0, origin[whence] + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # a Buffer is told to us as a memoryview
        size = max(0, min(len(buffer), self._part.length - self._position))
        self._part.file.seek(self._part.start + self._position)
        chunk = self._part.file.read(size)
        buffer[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)
