"""The text of agents, verbs and activities is found by its digest."""

import hashlib


def digest(text: str) -> bytes:
    """SHA-256 of the text's UTF-8 bytes: the key of a dimension row within its store."""
    return hashlib.sha256(text.encode()).digest()
