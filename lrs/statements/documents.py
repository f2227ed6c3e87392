"""The bytes of a statement as they lie in `lrs_statement.document`, and as they are served.

Whoever reads `document` reads it through `decode`, for `encoding` says how it is kept.
"""

PLAIN = 0


class DocumentUnreadable(Exception):
    """A stored document cannot be read: it was damaged, or what it was encoded with is gone."""


def decode(encoding: int, document: bytes | memoryview) -> bytes:
    """The JSON exactly as it is served.

    `encoding` is the row's: 0 when the document lies there as it is. Raises DocumentUnreadable for one that this
    database does not know.
    """
    if encoding == PLAIN:
        return bytes(document)
    raise DocumentUnreadable(f"No document can be read in the encoding {encoding}.")
