"""JSON in and out, fast where that is exact.

`orjson` is fast, but turns an integer beyond 64 bits into a float and refuses a lone surrogate, both of which a
statement may contain. Bodies that could hold either take the standard library's parser, which keeps them.
"""

import json
import re
from typing import Any

import orjson

from lrs.xapi.errors import XapiError

# A long run of digits, or an escaped surrogate.
_NEEDS_CARE = re.compile(rb"[0-9]{16}|\\u[dD][89a-fA-F]")
_ADVICE = "Send JSON (RFC 8259) in UTF-8."


def loads(body: bytes) -> Any:
    """The value of JSON text. Raises XapiError with the place of what is wrong."""
    try:
        if _NEEDS_CARE.search(body):
            return json.loads(body.decode("utf-8"), parse_constant=_refuse)
        return orjson.loads(body)
    except UnicodeDecodeError as error:
        raise XapiError(f"The text is not UTF-8 at byte {error.start}.", advice=_ADVICE) from None
    except (ValueError, RecursionError) as error:
        raise XapiError(f"The text is not JSON: {error}.", advice=_ADVICE) from None


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8; numbers as `loads` read them."""
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        # An integer beyond 64 bits, or a lone surrogate, which only an escape can carry.
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON number")
