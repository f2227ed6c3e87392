"""Salted commitments to the parts of a statement, and the log entries made of them.

Format: docs/log-format.md, "Slots" and "Entries". A record has one secret seed; each slot has a salt
derived from it, so that a salt shown for one slot says nothing about another.
"""

import hashlib
import hmac
import json
import re
import secrets
from typing import Any, NamedTuple

from anchoring.core.canonical import NotExpressible, canonical

SLOTS = (
    "actor",
    "attachments",
    "authority",
    "context",
    "id",
    "object",
    "result",
    "stored",
    "timestamp",
    "verb",
    "version",
)
SEED_BYTES = 32
COMMITMENT_BYTES = 32

KIND_STATEMENT = 0x01
KIND_ERASURE = 0x03

_SALT_TAG = b"keiko/v1/salt\0"
_STATEMENT_TAG = b"keiko/v1/statement\0"
_EXACT_TAG = b"keiko/v1/statement-exact\0"


class Exact(NamedTuple):
    """A slot's value that RFC 8785 cannot express: its JSON text as the document spells it."""

    text: str


class _Absent:
    """The value of a slot whose property the statement does not have."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


def new_seed() -> bytes:
    """32 fresh random bytes, the secret of one record."""
    return secrets.token_bytes(SEED_BYTES)


def salt(seed: bytes, slot: str) -> bytes:
    """The 32-byte salt of one slot."""
    return hmac.digest(seed, _SALT_TAG + slot.encode(), hashlib.sha256)


def commit(slot: str, value: Any, salt: bytes) -> bytes:
    """The 32-byte commitment to one slot's value: a JSON value, `ABSENT`, or `Exact`.

    Raises NotExpressible for a JSON value that needs `Exact`.
    """
    if isinstance(value, Exact):
        message = _EXACT_TAG + slot.encode() + b"\0" + value.text.encode()
    elif value is ABSENT:
        message = _STATEMENT_TAG + canonical([slot])
    else:
        message = _STATEMENT_TAG + canonical([slot, value])
    return hmac.digest(salt, message, hashlib.sha256)


def slot_values(document: bytes) -> dict[str, Any]:
    """The value of each of the 11 slots of a stored statement, ready to be committed to.

    `document` is the statement's exact UTF-8 JSON. Raises ValueError when it is not one JSON object, or has
    a property outside the slots: such a property would not be proven.
    """
    text = document.decode()
    statement = json.loads(text)
    if not isinstance(statement, dict):
        raise ValueError("A statement is one JSON object.")
    if unknown := statement.keys() - set(SLOTS):
        raise ValueError(f"A statement has no property {min(unknown)!r}.")
    values: dict[str, Any] = {}
    exact: dict[str, str] | None = None
    for slot in SLOTS:
        if slot not in statement:
            values[slot] = ABSENT
            continue
        value = statement[slot]
        try:
            canonical(value)
        except NotExpressible:
            exact = exact if exact is not None else _members(text)
            value = Exact(exact[slot])
        values[slot] = value
    return values


def commit_slots(document: bytes, seed: bytes) -> dict[str, bytes]:
    """The 11 commitments of a stored statement, by slot, in the order of `SLOTS`."""
    return {
        slot: commit(slot, value, salt(seed, slot)) for slot, value in slot_values(document).items()
    }


def statement_entry(commitments: dict[str, bytes]) -> bytes:
    """The log entry of a statement: kind byte and 11 commitments, 353 bytes."""
    return bytes([KIND_STATEMENT]) + b"".join(commitments[slot] for slot in SLOTS)


def erasure_entry(index: int, reason: int) -> bytes:
    """The log entry that says that the record at `index` was erased; `reason` is one byte."""
    return bytes([KIND_ERASURE]) + index.to_bytes(8, "big") + bytes([reason])


_SPACE = re.compile(r"[ \t\r\n]*")


def _members(text: str) -> dict[str, str]:
    """The top-level members of a JSON object, each value as the text spells it."""
    decoder = json.JSONDecoder()

    def skip(position: int) -> int:
        match = _SPACE.match(text, position)
        return match.end() if match else position

    members: dict[str, str] = {}
    position = skip(skip(0) + 1)
    while text[position] != "}":
        name, position = decoder.raw_decode(text, position)
        start = skip(skip(position) + 1)
        _, end = decoder.raw_decode(text, start)
        members[name] = text[start:end]
        position = skip(end)
        if text[position] == ",":
            position = skip(position + 1)
    return members
