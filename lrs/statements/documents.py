"""The bytes of a statement as they lie in `lrs_statement.document`, and as they are served.

A document is written once, in two pieces that are never changed: its *head*, all that is known when the statement is
checked, and its *ending*, what the LRS says of the time of storage: `,"stored":"…"}`, before it `,"timestamp":"…"`
where the client gave none. Only the database knows that time, and all it does is to put the ending behind the head.

`encoding` says how the head lies there:

- 0: as it is;
- n: as one Zstandard frame (RFC 8878) with its magic number, content size and checksum, without a dictionary's
  number, that was made with the dictionary n of the table lrs_dictionary. A frame says where it ends; what follows is
  the ending, plain.

So head and ending together are the JSON exactly as served, and `zstd -d -D dictionary` opens a head without our code.
Whoever reads `document` reads it through `decode`.
"""

import threading

import zstandard

from lrs.statements import dictionaries

PLAIN = 0


class _Tools(threading.local):
    """A compressor and a decompressor by dictionary, for each thread its own: they serve one thread at a time."""

    def __init__(self) -> None:
        self.by_number: dict[int, tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]] = {}


_of_thread = _Tools()


class DocumentUnreadable(Exception):
    """A stored document cannot be read: it was damaged, or what it was encoded with is gone."""


def encode(encoding: int, text: bytes) -> bytes:
    """A statement's JSON as far as it is known, without its last brace, as the head of a document in this encoding."""
    return text if encoding == PLAIN else _tools(encoding)[0].compress(text)


def decode(encoding: int, document: bytes | memoryview) -> bytes:
    """The JSON exactly as it is served.

    Raises DocumentUnreadable when it was damaged, or was made with a dictionary that this database does not have.
    """
    if encoding == PLAIN:
        return bytes(document)
    try:
        frame = _tools(encoding)[1].decompressobj()
        head = frame.decompress(document)
    except dictionaries.DictionaryMissing as error:
        raise DocumentUnreadable(str(error)) from error
    except zstandard.ZstdError as error:
        raise DocumentUnreadable(f"A stored document is damaged ({error}).") from error
    if not frame.eof or not frame.unused_data.endswith(b"}"):
        raise DocumentUnreadable("A stored document is damaged: its end is not there.")
    return head + frame.unused_data


def length(encoding: int, document: bytes | memoryview) -> int:
    """About how many bytes `decode` gives: exact but for the ending. Raises DocumentUnreadable as it does."""
    if encoding == PLAIN:
        return len(document)
    try:
        return zstandard.frame_content_size(document)
    except zstandard.ZstdError as error:
        raise DocumentUnreadable(f"A stored document is damaged ({error}).") from error


def _tools(number: int) -> tuple[zstandard.ZstdCompressor, zstandard.ZstdDecompressor]:
    """This thread's compressor and decompressor with the dictionary. Raises DictionaryMissing."""
    found = _of_thread.by_number.get(number)
    if found is None:
        dictionary = dictionaries.load(number)
        compressor = zstandard.ZstdCompressor(
            level=dictionaries.LEVEL,
            dict_data=dictionary,
            write_checksum=True,
            write_dict_id=False,
        )
        found = compressor, zstandard.ZstdDecompressor(dict_data=dictionary)
        _of_thread.by_number[number] = found
    return found
