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

# A number of 16 digits or more, an exponent of three digits or more, or an escaped surrogate. A text that looks like
# one only costs time.
_NEEDS_CARE = re.compile(
    rb"[0-9.]{16}|(?:\A|[:\[,\s])-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{3}|\\u[dD][89a-fA-F]"
)
# The deepest nesting that is stored, counted from the statement itself; orjson writes no deeper.
MAX_DEPTH = 254
_MAX_DIGITS = (
    4_000  # Python reads and writes no longer integer (sys.int_info.default_max_str_digits)
)
_ADVICE = "Send JSON (RFC 8259) in UTF-8."


def loads(body: bytes) -> Any:
    """The value of JSON text. Raises XapiError with the place of what is wrong."""
    try:
        if _NEEDS_CARE.search(body):
            return json.loads(
                body.decode("utf-8"),
                parse_int=_integer,
                parse_float=_decimal,
                parse_constant=_refuse,
            )
        return orjson.loads(body)
    except UnicodeDecodeError as error:
        raise XapiError(f"The text is not UTF-8 at byte {error.start}.", advice=_ADVICE) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise XapiError(f"The text is not JSON: {error}.", advice=_ADVICE) from None


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8, each number with the value that `loads` read. Raises XapiError beyond MAX_DEPTH."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an exact number, a lone surrogate, or too deep
        return "".join(_parts(value, 0)).encode()


def _parts(value: Any, depth: int) -> list[str]:
    """The text of a value in pieces. Slow, for what orjson does not write."""
    if depth > MAX_DEPTH:
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
