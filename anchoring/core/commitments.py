"""Salted commitments to the parts of a record, and the log entries made of them.

One seed of 32 random bytes per record; `‖` joins bytes, k is a slot's name in ASCII:

    salt_k  HMAC-SHA256(seed, "keiko/v1/salt" 00 ‖ k)
    C_k     HMAC-SHA256(salt_k, "keiko/v1/statement" 00 ‖ JCS([k, value]))      a value
            HMAC-SHA256(salt_k, "keiko/v1/statement" 00 ‖ JCS([k]))             an absent property
            HMAC-SHA256(salt_k, "keiko/v1/statement-exact" 00 ‖ k ‖ 00 ‖ bytes) a flagged slot

To show a slot is to show its salt and its value; that tells nothing of the other slots. See
docs/log-format.md.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from anchoring.core.canonical import NotExpressible, canonical, plain_members
from anchoring.core.mac import hmac_sha256, key_of
from anchoring.core.statement import exact_member, members

SLOTS = (
    "actor", "attachments", "authority", "context", "id", "object",
    "result", "stored", "timestamp", "verb", "version",
)  # fmt: skip

SEED_BYTES = 32
HASH_BYTES = 32
STATEMENT = b"\x01"  # the other kinds: anchoring.core.kinds

_VALUE_TAG = b"keiko/v1/statement\0"
_EXACT_TAG = b"keiko/v1/statement-exact\0"
_SALT_TAGS = {slot: b"keiko/v1/salt\0" + slot.encode() for slot in SLOTS}
_VALUE_HEADS = {slot: _VALUE_TAG + b'["' + slot.encode() + b'",' for slot in SLOTS}
_ABSENT = {slot: _VALUE_TAG + b'["' + slot.encode() + b'"]' for slot in SLOTS}
_EXACT_HEADS = {slot: _EXACT_TAG + slot.encode() + b"\0" for slot in SLOTS}


# The canonical bytes of a statement's members by name, or None where that takes the long way.
Canonicaliser = Callable[[bytes], Mapping[str, bytes] | None]


def new_seed() -> bytes:
    """A record's secret, 32 random bytes."""
    return secrets.token_bytes(SEED_BYTES)


def salt(seed: bytes, slot: str) -> bytes:
    """The secret (32 bytes) that opens one slot of the record with this seed (32 bytes)."""
    return hmac_sha256(key_of(seed), _SALT_TAGS[slot])


def commit_value(slot: str, slot_salt: bytes, value: Any) -> bytes:
    """The commitment (32 bytes) to a value; raises NotExpressible where it must be flagged."""
    return hmac_sha256(key_of(slot_salt), _VALUE_HEADS[slot] + canonical(value) + b"]")


def commit_absent(slot: str, slot_salt: bytes) -> bytes:
    """The commitment (32 bytes) to the absence of a property."""
    return hmac_sha256(key_of(slot_salt), _ABSENT[slot])


def commit_exact(slot: str, slot_salt: bytes, exact: bytes) -> bytes:
    """The commitment (32 bytes) to a value by its exact bytes, for one that is not expressible."""
    return hmac_sha256(key_of(slot_salt), _EXACT_HEADS[slot] + exact)


def commit_slots(
    document: bytes, seed: bytes, *, quick: Canonicaliser = plain_members
) -> dict[str, bytes]:
    """The commitments to every slot of a stored statement, in the order of SLOTS.

    `document` is the statement exactly as stored, UTF-8 JSON, an object with names that occur
    once and are in SLOTS. Raises ValueError where it is something else. `quick` gives the canonical
    bytes of its members, or None where that takes the long way.
    """
    plain = quick(document)
    if plain is None:
        return _commit_one_by_one(document, seed)
    _refuse_foreign(plain)
    commitments: dict[str, bytes] = {}
    key = key_of(seed)
    for slot, tag in _SALT_TAGS.items():
        value = plain.get(slot)
        message = _ABSENT[slot] if value is None else b"%b%b]" % (_VALUE_HEADS[slot], value)
        commitments[slot] = hmac_sha256(key_of(hmac_sha256(key, tag)), message)
    return commitments


def _commit_one_by_one(document: bytes, seed: bytes) -> dict[str, bytes]:
    found = slot_members(document)
    commitments: dict[str, bytes] = {}
    for slot in SLOTS:
        slot_salt = salt(seed, slot)
        if slot not in found:
            commitments[slot] = commit_absent(slot, slot_salt)
            continue
        try:
            commitments[slot] = commit_value(slot, slot_salt, found[slot])
        except NotExpressible:
            commitments[slot] = commit_exact(slot, slot_salt, exact_member(document, slot))
    return commitments


def slot_members(document: bytes) -> dict[str, Any]:
    """The members of a stored statement; ValueError where one of them has no slot."""
    found = members(document)
    _refuse_foreign(found)
    return found


def _refuse_foreign(found: Mapping[str, Any]) -> None:
    if foreign := found.keys() - _ABSENT.keys():
        raise ValueError(f"A statement has no property {', '.join(sorted(foreign))}.")


def statement_entry(commitments: Mapping[str, bytes]) -> bytes:
    """The log entry (353 bytes) of a statement: kind 0x01, then the 11 commitments in order."""
    if commitments.keys() != _ABSENT.keys() or {*map(len, commitments.values())} != {HASH_BYTES}:
        raise ValueError(f"A statement's entry needs {len(SLOTS)} commitments of 32 bytes.")
    return STATEMENT + b"".join(map(commitments.__getitem__, SLOTS))
