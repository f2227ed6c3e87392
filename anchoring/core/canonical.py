"""Canonical JSON (RFC 8785, JCS), within what every implementation reads alike.

A value is *expressible* when the same bytes follow from it everywhere. Not expressible are:

- numbers with an integer value beyond ±(2**53 - 1), however they are written (10**16, 1e16), and
  NaN and the infinities;
- text with a lone surrogate;
- arrays and objects nested more than NESTING levels deep.

Such a value is still a valid part of a statement; it is committed to by its exact bytes instead
(see `commitments`).
"""

import json
import re
from typing import Any

import rfc8785

from anchoring.core.statement import read_members

NESTING = 100
LARGEST_INTEGER = 2**53 - 1

# JSON that Python's own encoder writes is RFC 8785 as long as it holds no float with an integer
# value or an exponent, no integer that might be too large, and no character beyond U+FFFF (which
# would sort differently as a name).
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
# A number follows the beginning, a colon, a comma or a bracket. A match inside of a text is
# possible; it costs time and nothing else.
_DOUBTFUL_NUMBER = re.compile(r"(?:^|[:,\[])-?(?:[0-9]{16}|[0-9]+(?:\.0(?![0-9])|(?:\.[0-9]+)?e))")
_BEYOND_FFFF = re.compile(b"[\xf0-\xf4]")
# What a JSON text holds where a name or text might lie beyond U+FFFF: the character, or an escape.
_FIRST_BYTES_BEYOND_FFFF = b"\xf0\xf1\xf2\xf3\xf4"
_ESCAPE_BEYOND_FFFF = re.compile(rb"\\u[dD]")


class NotExpressible(ValueError):
    """The value has no canonical form that every implementation agrees on."""


def canonical(value: Any) -> bytes:
    """The RFC 8785 bytes (UTF-8) of a JSON value: what `json.loads` returns.

    Raises NotExpressible (see the module's text). TypeError where the value is not JSON.
    """
    fast = _without_numbers_in_doubt(value)
    return _by_the_book(value) if fast is None else fast


def may_go_beyond_ffff(document: bytes) -> bool:
    """Whether a JSON text might hold a character beyond U+FFFF, or half of one, as text or name."""
    if b"\\u" in document and _ESCAPE_BEYOND_FFFF.search(document):
        return True
    # An expression would take ten times as long.
    return len(document.translate(None, _FIRST_BYTES_BEYOND_FFFF)) < len(document)


def plain_members(document: bytes) -> dict[str, bytes] | None:
    """The canonical bytes of each member of a JSON object in UTF-8, by name, by a look at the text
    as a whole; None where each value has to be looked at. ValueError where it is no object."""
    found, doubtful_numbers = read_members(document)
    if (
        doubtful_numbers
        or document.count(b"[") + document.count(b"{") > NESTING
        or may_go_beyond_ffff(document)
    ):
        return None
    return {name: _ENCODER.encode(value).encode() for name, value in found.items()}


def _without_numbers_in_doubt(value: Any) -> bytes | None:
    """The canonical bytes by way of Python's own encoder, or None where these might differ."""
    try:
        text = _ENCODER.encode(value)
        data = text.encode()
    except (ValueError, RecursionError):
        return None
    if text.count("[") + text.count("{") > NESTING or _DOUBTFUL_NUMBER.search(text):
        return None
    if not text.isascii() and _BEYOND_FFFF.search(data):
        return None
    return data


def _by_the_book(value: Any) -> bytes:
    _refuse(value, NESTING)
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotExpressible(f"This value has no canonical form: {error}") from error


def _refuse(value: Any, levels: int) -> None:
    if isinstance(value, float) and value.is_integer() and abs(value) > LARGEST_INTEGER:
        raise NotExpressible("An integer beyond 2**53 - 1 is not the same number everywhere.")
    if not isinstance(value, dict | list | tuple):
        return
    if not levels:
        raise NotExpressible(f"The value is nested more than {NESTING} levels deep.")
    for inner in value.values() if isinstance(value, dict) else value:
        _refuse(inner, levels - 1)
