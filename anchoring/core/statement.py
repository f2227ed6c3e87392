"""Reading a stored statement's members: as values, and as the exact bytes they are written in."""

import json
import re
from typing import Any, NoReturn

_WHITESPACE = re.compile(r"[ \t\n\r]*")
# Python refuses to read integers of very many digits; as a float they are too large just as well.
_MOST_DIGITS = 20
_UNDOUBTED_DIGITS = 15
# Between these Python writes a float that is no integer as RFC 8785 does, without an exponent.
_LEAST_UNDOUBTED, _MOST_UNDOUBTED = 1e-4, 1e15


def json_integer(text: str) -> int | float:
    """A JSON integer; as a float where it has more than 20 characters."""
    return int(text) if len(text) <= _MOST_DIGITS else float(text)


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON.")


_DECODER = json.JSONDecoder(parse_int=json_integer, parse_constant=_no_constant)


def read_json(text: str) -> Any:
    """A JSON text's value. Integers of more than 20 characters come as floats, NaN is refused."""
    return _DECODER.decode(text)


def members(document: bytes) -> dict[str, Any]:
    """The members of a JSON object in UTF-8; ValueError where it is none."""
    return read_members(document)[0]


def read_members(document: bytes) -> tuple[dict[str, Any], bool]:
    """The members of a JSON object in UTF-8, and whether a number in it is doubtful, that is
    perhaps written otherwise by Python than by RFC 8785. ValueError where it is no object."""
    doubtful: list[str] = []

    def fraction(text: str) -> float:
        number = float(text)
        if number.is_integer() or not _LEAST_UNDOUBTED <= abs(number) < _MOST_UNDOUBTED:
            doubtful.append(text)
        return number

    def integer(text: str) -> int | float:
        if len(text) > _UNDOUBTED_DIGITS:
            doubtful.append(text)
        return json_integer(text)

    decoder = json.JSONDecoder(parse_float=fraction, parse_int=integer, parse_constant=_no_constant)
    found = decoder.decode(document.decode())
    if not isinstance(found, dict):
        raise ValueError("A statement is a JSON object.")
    return found, bool(doubtful)


def exact_member(document: bytes, name: str) -> bytes:
    """The value of a top-level member exactly as written, without the whitespace around it.

    `document` is a JSON object in UTF-8. Raises KeyError where it has no such member.
    """
    text = document.decode()
    position = _skip(text, text.index("{") + 1)
    found: str | None = None
    while text[position] != "}":
        key, position = _DECODER.raw_decode(text, position)
        begin = _skip(text, _skip(text, position) + 1)
        _, end = _DECODER.raw_decode(text, begin)
        if key == name:
            found = text[begin:end]
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    if found is None:
        raise KeyError(name)
    return found.encode()


def _skip(text: str, position: int) -> int:
    match = _WHITESPACE.match(text, position)
    return match.end() if match else position
