"""Stored statements, read so that a page can show them."""

from typing import Any

from lrs.xapi import jsontext


def read_document(document: bytes) -> Any:
    """The JSON value of stored text. A lone surrogate, which no page can carry, becomes U+FFFD; numbers stay exact."""
    value = jsontext.loads(document)
    return printable(value) if b"\\ud" in document.lower() else value


def printable(value: Any) -> Any:
    """The JSON value with U+FFFD for each lone surrogate."""
    if isinstance(value, dict):
        return {_text(key): printable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [printable(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
