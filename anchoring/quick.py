"""Canonical bytes of statements by way of orjson, some times as fast as the core's own ways.

`anchoring.core` must do without orjson, for whoever verifies; only the sequencer needs the speed. That both give the
same bytes is held by property tests.
"""

import re

import orjson

from anchoring.core.canonical import NESTING, NotExpressible, canonical, may_go_beyond_ffff

# orjson writes a number as RFC 8785 does (both use the shortest digits) unless it is a float with an integer value, one
# with an exponent or nearly, or an integer that might be too large.
_DOUBTFUL = re.compile(rb"-?(?:[0-9]{16}|[0-9]+(?:\.0(?![0-9])|(?:\.[0-9]+)?e)|0\.0000)")
# Where such a number might begin, in a text of kinds: digits are 1, and what a number may follow is a colon. That is
# three times as fast as one expression on the text itself. What is found inside of a text only costs time.
_KINDS = bytes(
    {**dict.fromkeys(b"0123456789", 49), **dict.fromkeys(b":,[", 58)}.get(byte, byte)
    for byte in range(256)
)
_PERHAPS = re.compile(rb":-?1+(?:[.e]|(?<=1{16}))")


def plain_members(document: bytes) -> dict[str, bytes] | None:
    """The canonical bytes of each member of a JSON object in UTF-8, by name; None where it takes
    a slower way to know them, or to say what is wrong."""
    try:
        found = orjson.loads(document)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(found, dict) or may_go_beyond_ffff(document):
        return None
    if document.count(b"[") + document.count(b"{") > NESTING:
        return None
    members = {
        name: orjson.dumps(value, option=orjson.OPT_SORT_KEYS) for name, value in found.items()
    }
    if _is_doubtful(b",".join(members.values())):
        try:
            for name, written in members.items():
                if _is_doubtful(written):
                    members[name] = canonical(found[name])
        except NotExpressible:
            return None
    return members


def _is_doubtful(written: bytes) -> bool:
    written = b":" + written
    return any(
        _DOUBTFUL.match(written, number.start() + 1)
        for number in _PERHAPS.finditer(written.translate(_KINDS))
    )
