"""What every field of every format refuses, and where it is said: derived from docs/log-format.md by hand.

`KINDS` lists for each kind of field the JSON texts that it must not take; `BUNDLE`, `TRUST`, `LATEST` and
`STATUS` say of which kind each field is. The programs under test have no say in them. Written to
`tests/vectors/refused.json` by `make_vectors`, for any other verifier.
"""

import json
from collections.abc import Iterator
from typing import Any

from anchoring.core.commitments import SLOTS
from anchoring.core.notes import verifier_key
from anchoring.core.trust import serialise_trust
from tests.anchoring.core import example
from tests.anchoring.core.witnessing import witness_vkey

Path = tuple[str | int, ...]
Vector = dict[str, Any]

_NO_TEXT = ["null", "1", "true", "[]", "{}"]
_NO_OBJECT = ["null", "1", "true", '"x"', "[]"]
_NO_LIST = ["null", "1", '"x"', "{}"]
_LONE = '"a\\ud800"'
_ZERO = "A" * 43 + "="  # 32 zero bytes

_TEXT_OR_EMPTY = [*_NO_TEXT, _LONE]
_TEXT = [*_TEXT_OR_EMPTY, '""']
_INTEGER = ["null", "true", '"1"', "[]", "-1", "1.0", "1e0", "0.5", "9007199254740992",
            "18446744073709551616", "1" + "0" * 400]  # fmt: skip
_BASE64 = [*_NO_TEXT, '""', f'"{_ZERO[:-1]}"', f'"{_ZERO} "', f'"{_ZERO}\\n"', f'"{_ZERO[:-2]}B="', '"AAAA"',
           f'"AAAA{_ZERO}"', f'"{"A" * 42}-="', f'"{"A" * 42}=="']  # fmt: skip
_HEX = [*_NO_TEXT, '"00"', '"0x0"', '"0xAB"', '"0X00"', '"0xzz"', '"0x00 "']
_HEX32 = [*_HEX, '""', '"0x"', f'"0x{"00" * 31}"', f'"0x{"00" * 33}"', f'"{"00" * 32}"',
          f'"0x{"AB" * 32}"']  # fmt: skip
_MOMENT = ["1", "true", "[]", "{}", '""', '"2026-05-01"', '"2026-05-01T12:00:00"', '"2026-05-01 12:00:00Z"',
           '"2026-05-01t12:00:00z"', '"2026-02-30T12:00:00Z"', '"2026-05-01T24:00:00Z"',
           '"2026-05-01T12:60:00Z"', '"2026-05-01T23:59:60Z"', '"2026-05-01T12:00:00.Z"',
           '"2026-05-01T12:00:00.1234567Z"', '"2026-05-01T12:00:00+24:00"', '"0000-01-01T00:00:00Z"',
           '"\u0662026-05-01T12:00:00Z"']  # fmt: skip
_ORIGIN = [
    *_TEXT,
    '"a b"',
    '"a+b"',
    '"a\\nb"',
    '"a\\u00a0b"',
    '"a\\u0085b"',
    '"a\\u0000b"',
    f'"{"a" * 256}"',
]
_NOT_EXPRESSIBLE = ["9007199254740992", "-9007199254740993", "1e16", "1e400", _LONE, '{"\\udc00":1}',
                    "[[9007199254740993]]", "[" * 101 + "]" * 101]  # fmt: skip
_URL = [
    *_TEXT,
    '"keiko.example"',
    '"ftp://keiko.example"',
    '"javascript:alert(1)"',
    '"HTTP://keiko.example"',
]

KINDS: dict[str, list[str]] = {
    "object": _NO_OBJECT,
    "object or null": _NO_OBJECT[1:],
    "list": _NO_LIST,
    "list of one": [*_NO_LIST, "[]"],
    "text": [*_TEXT, json.dumps("x" * 4097)],
    "text, may be empty": _TEXT_OR_EMPTY,
    "text or null": _TEXT[1:],
    "note": _TEXT,
    "word": [*_TEXT, '"other"', '"Statement"', '"keiko-bundle/v2"', '"keiko-trust/v2"'],
    "origin": _ORIGIN,
    "integer": _INTEGER,
    "u32": [*_INTEGER, "4294967296"],
    "base64": _BASE64,
    "hex": _HEX,
    "hex32": _HEX32,
    "moment": ["null", *_MOMENT],
    "moment or null": _MOMENT,
    "true": ["false", "null", "1", '"true"', "[]"],
    "value": _NOT_EXPRESSIBLE,
    "exact": [*_TEXT, '"{"', '"1 2"', '"NaN"', '"\'a\'"', '"01"', '"\\ufeff1"'],
    "vkey": [*_TEXT, '"keiko.example"', '"keiko.example+00000000+AAAA"', '"keiko.example a041bff5 AAAA"'],
    "url": _URL,
}  # fmt: skip

CHAIN = {
    (): "object",
    ("name",): "text",
    ("genesis",): "hex32",
    ("nodes",): "list",
    ("nodes", 0): "text",
}
_PLACE = {("adapter",): "word", ("collection",): "u32"} | {
    ("chain", *p): k for p, k in CHAIN.items()
}
# Of the header, wherever something is wrong in it, the place is the header itself.
_HEADER = {("parentHash",): "hex32", ("number",): "header number", ("stateRoot",): "hex32",
           ("extrinsicsRoot",): "hex32", ("digest",): "object", ("digest", "logs"): "list",
           ("digest", "logs", 0): "hex"}  # fmt: skip
KINDS["header number"] = [
    *_NO_TEXT,
    '""',
    '"120"',
    '"0x"',
    '"0x078"',
    '"0X78"',
    '"0x7F"',
    '"0x100000000"',
]
ANCHOR = _PLACE | {
    (): "object",
    ("seq",): "integer",
    ("block",): "object",
    ("block", "hash"): "hex32",
    ("block", "header"): "object",
    ("proof",): "list of one",
    ("proof", 0): "hex",
} | {("block", "header", *p): k for p, k in _HEADER.items()}  # fmt: skip


def _slots() -> dict[Path, str]:
    """All of record 17, whose attachments are absent; a withheld slot of 18; a flagged one of 200."""
    fields: dict[Path, str] = {}
    for record, name in [*((0, name) for name in SLOTS), (1, "actor"), (2, "result")]:
        place: Path = ("records", record, "slots", name)
        fields |= {place: "object", (*place, "commitment"): "base64"}
        if (record, name) == (1, "actor"):
            continue
        shown = "absent" if name == "attachments" else "exact" if record == 2 else "value"
        fields |= {
            (*place, "salt"): "base64",
            (*place, shown): "true" if shown == "absent" else shown,
        }
    return fields


BUNDLE: dict[Path, str] = {
    (): "object",
    ("format",): "word",
    ("origin",): "origin",
    ("share",): "object",
    ("share", "title"): "text, may be empty",
    ("share", "learner"): "text, may be empty",
    ("share", "institution"): "text, may be empty",
    ("share", "created"): "moment",
    ("share", "expires"): "moment or null",
    ("share", "status_url"): "text or null",
    ("records",): "list of one",
    ("records", 0): "object",
    ("records", 0, "index"): "integer",
    ("records", 0, "kind"): "word",
    ("records", 0, "slots"): "object",
    ("checkpoint",): "note",
    ("proof",): "list",
    ("proof", 0): "base64",
    ("anchor",): "object or null",
    **{("anchor", *path): kind for path, kind in ANCHOR.items() if path},
    **_slots(),
}
TRUST: dict[Path, str] = {
    (): "object",
    ("format",): "word",
    ("logs",): "list of one",
    ("logs", 0): "object",
    ("logs", 0, "origin"): "origin",
    ("logs", 0, "name"): "text",
    ("logs", 0, "key"): "vkey",
    ("logs", 0, "url"): "url",
    ("logs", 0, "anchors"): "list",
    ("logs", 0, "anchors", 0): "object",
    **{("logs", 0, "anchors", 0, *path): kind for path, kind in _PLACE.items()},
    ("logs", 0, "other_keys"): "list of one",
    ("logs", 0, "other_keys", 0): "object",
    ("logs", 0, "other_keys", 0, "key"): "vkey",
    ("logs", 0, "other_keys", 0, "last_size"): "integer",
    ("logs", 0, "witnesses"): "object",
    ("logs", 0, "witnesses", "required"): "integer",
    ("logs", 0, "witnesses", "keys"): "list of one",
    ("logs", 0, "witnesses", "keys", 0): "vkey",
}
# These may be left out.
OPTIONAL = {
    ("logs", 0, "other_keys"),
    ("logs", 0, "other_keys", 0, "last_size"),
    ("logs", 0, "witnesses"),
}
LATEST: dict[Path, str] = {
    (): "object",
    ("checkpoint",): "note",
    **{("anchor", *path): kind for path, kind in ANCHOR.items()},
    ("consistency",): "list",
    ("consistency", 0): "base64",
}
STATUS: dict[Path, str] = {
    (): "object",
    ("share",): "word",
    ("records",): "object",
    ("records", "covered"): "list",
    ("records", "covered", 0): "integer",
    ("records", "voided"): "list",
    ("records", "erased"): "list",
}


def trust_document() -> dict[str, Any]:
    """A trust file in which every name occurs."""
    document: dict[str, Any] = json.loads(serialise_trust(example.trust_policy()))
    second = verifier_key(example.ORIGIN, example.OTHER_KEY.public_key())
    document["logs"][0] |= {
        "other_keys": [{"key": second, "last_size": 250}],
        "witnesses": {"required": 1, "keys": [witness_vkey("w1.example")]},
    }
    return document


def vectors(fields: dict[Path, str], document: Any) -> Iterator[Vector]:
    """Changes of a good document, each with the place at which it must be refused."""
    for path, kind in fields.items():
        for raw in KINDS[kind]:
            yield {"at": list(path), "raw": raw, "error": place_of(path)}
        found = value_at(document, path)
        if isinstance(found, dict) and kind.startswith("object"):
            yield from _members(path, found)


def _members(path: Path, found: dict[str, Any]) -> Iterator[Vector]:
    """A member missing, one too many, one twice."""
    for name in found:
        if (*path, name) not in OPTIONAL:
            yield {"at": [*path, name], "remove": True, "error": place_of(path)}
    yield {"at": list(path), "add": ["colour", "1"], "error": place_of((*path, "colour"))}
    name = next(iter(found))
    # Found before any form is looked at, so that it is told at the object itself, in a header too.
    yield {"at": list(path), "add": [name, json.dumps(found[name])], "error": written(path)}


def place_of(path: Path) -> str:
    """Where something wrong at this path is reported."""
    header = path.index("header") + 1 if "header" in path else len(path)
    return written(path[:header])


def written(path: Path) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def value_at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def changed(document: Any, vector: Vector) -> bytes:
    """The document's bytes with the change of a vector."""
    copied = json.loads(json.dumps(document))
    path, mark = tuple(vector["at"]), "\N{SNOWMAN}"
    if "add" in vector:
        name, raw = vector["add"]
        value_at(copied, path)[mark] = 0
        text = json.dumps(copied, ensure_ascii=False, separators=(",", ":"))
        return text.replace(f'"{mark}":0', f"{json.dumps(name)}:{raw}").encode()
    if not path:
        return str(vector["raw"]).encode()
    holder = value_at(copied, path[:-1])
    if "remove" in vector:
        del holder[path[-1]]
    else:
        holder[path[-1]] = mark
    text = json.dumps(copied, ensure_ascii=False, separators=(",", ":"))
    return text.replace(f'"{mark}"', vector.get("raw", "")).encode()
