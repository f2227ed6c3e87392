"""JSON in and out, fast where that is exact.

`orjson` is fast, but reads every number that is no 64-bit integer as a double and refuses a lone surrogate, both of
which a statement may contain. Text that could hold either takes the standard library's parser with exact numbers:
int and Decimal, which are written again with the same value.
"""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

from lrs.xapi.errors import XapiError

# Text that could hold what orjson changes or refuses: a number of 16 digits or more, an exponent of three digits or
# more, an escaped surrogate. A text that looks like one only costs time. Each is looked for as plain text first, in the
# body or in its kinds of characters, because a regular expression takes up to twenty times as long.
_KINDS = bytes(
    {**dict.fromkeys(b"0123456789.", 48), **dict.fromkeys(b"eE", 101), **dict.fromkeys(b"+-", 43),
     **dict.fromkeys(b" \t\n\r", 32), 58: 58}.get(character, 120)
    for character in range(256)
)  # fmt: skip
_LONG_NUMBER = b"0" * 16
_EXPONENTS = (b"0e000", b"0e+000")  # so are some UUIDs
_BEFORE_EXPONENT = re.compile(rb"(?:\A|[:\[,\s])-?[0-9]+(?:\.[0-9]+)?\Z")
_ESCAPE = b"\\u"
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
# A member's name that is not directly followed by its colon, and the escapes that hide a quotation mark or a colon:
# a text with one of them is not compared by counting (see `_may_repeat_a_name`).
_SPACED_COLON = b" :"
_SPACED_NAME = re.compile(rb'"[ \t\n\r]+:')
_HIDDEN = re.compile(rb"\\u00(?:22|3[aA])")
# The deepest nesting that is stored, counted from the statement itself; orjson writes no deeper.
MAX_DEPTH = 254
_MAX_DIGITS = (
    4_000  # Python reads and writes no longer integer (sys.int_info.default_max_str_digits)
)
_ADVICE = "Send JSON (RFC 8259) in UTF-8."


def loads(body: bytes) -> Any:
    """The value of JSON text. Raises XapiError with the place of what is wrong.

    A name that is twice in one object is refused: parsers disagree about what such a text says (RFC 8259 section 4),
    and a statement uses each property once (Data 2.2; docs/decisions/0060).
    """
    try:
        kinds = body.translate(_KINDS)
        if _needs_care(body, kinds):
            return _careful(body)
        value = orjson.loads(body)
        return _careful(body) if _may_repeat_a_name(body, kinds, value) else value
    except UnicodeDecodeError as error:
        raise XapiError(f"The text is not UTF-8 at byte {error.start}.", advice=_ADVICE) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise XapiError(f"The text is not JSON: {error}.", advice=_ADVICE) from None


def _needs_care(body: bytes, kinds: bytes) -> bool:
    return (
        _LONG_NUMBER in kinds
        or (_ESCAPE in body and _SURROGATE.search(body) is not None)
        or any(_has_exponent(body, kinds, exponent) for exponent in _EXPONENTS)
    )


def _has_exponent(body: bytes, kinds: bytes, exponent: bytes) -> bool:
    """Whether an exponent of these kinds belongs to a number, and not to a text such as a UUID."""
    place = kinds.find(exponent)
    while place >= 0:
        if _BEFORE_EXPONENT.search(body, max(0, place - 18), place + 1):
            return True
        place = kinds.find(exponent, place + 1)
    return False


def _careful(body: bytes) -> Any:
    return json.loads(
        body.decode("utf-8"),
        parse_int=_integer,
        parse_float=_decimal,
        parse_constant=_refuse,
        object_pairs_hook=_object,
    )


def _may_repeat_a_name(body: bytes, kinds: bytes, value: Any) -> bool:
    """Whether the text holds more names than its value. False is certain; True only means to look closely.

    `orjson` keeps the last of two equal names, so the value, written again, has fewer places with `":` than the text.
    Such places within strings are the same in both, unless the text has one of them escaped.
    """
    if _ESCAPE in body and _HIDDEN.search(body):
        return True
    if _SPACED_COLON in kinds and _SPACED_NAME.search(body):
        return True
    try:
        return body.count(b'":') != orjson.dumps(value).count(b'":')
    except TypeError:  # nested deeper than orjson writes
        return True


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {twice[:100]!r} is twice in one object")
    return found


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8, each number with the value that `loads` read. Raises XapiError beyond MAX_DEPTH."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an exact number, a lone surrogate, or too deep
        return "".join(_parts(value, 0)).encode()


def _parts(value: Any, depth: int) -> list[str]:
    """The text of a value in pieces. Slow, for what orjson does not write."""
    if depth >= MAX_DEPTH and isinstance(value, dict | list):
        raise _too_deep()
    if isinstance(value, dict):
        inner = [[_string(key), ":", *_parts(item, depth + 1)] for key, item in value.items()]
        return ["{", *_joined(inner), "}"]
    if isinstance(value, list):
        return ["[", *_joined([_parts(item, depth + 1) for item in value]), "]"]
    if isinstance(value, str):
        return [_string(value)]
    # Decimal writes a number as JSON does: 1.50, 1E+400.
    return [str(value) if isinstance(value, Decimal) else json.dumps(value, allow_nan=False)]


def _joined(items: list[list[str]]) -> list[str]:
    pieces: list[str] = []
    for item in items:
        if pieces:
            pieces.append(",")
        pieces += item
    return pieces


def _string(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:  # only an escape can carry a lone surrogate
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _MAX_DIGITS else Decimal(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"the number {text[:40]} is beyond any that can be kept") from None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")


def _too_deep() -> XapiError:
    return XapiError(
        f"Arrays and objects are nested deeper than {MAX_DEPTH} levels.",
        advice="Keep such data outside of the statement and refer to it by an IRI.",
    )
