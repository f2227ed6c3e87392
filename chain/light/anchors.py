"""Where an anchor lies in a chain's storage, and what is written there.

With the `uniques` adapter an anchor is an attribute of a collection (of no item of it):

    key    origin hash, first 24 bytes ‖ seq u64 BE     32 bytes, the most that Asset Hub takes
    value  size u64 BE ‖ root                           40 bytes

The key keeps 192 of the origin hash's 256 bits, and the seq in clear so that a monitor which
lists the collection's attributes sees which anchors there are.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chain.light.errors import ProofError
from chain.light.hashing import blake2_128_concat
from chain.light.scale import decode_compact, encode_compact, take

# twox_128 of the pallet's and the storage item's name; the tests compute them with `xxhash`.
_UNIQUES = bytes.fromhex("5e8a19e3cd1b7c148b33880c479c0281")
_ATTRIBUTE = bytes.fromhex("1b0014ebdc1a24fd6a03320d070a5d84")
_COLLECTION = bytes.fromhex("22f224bb127609e7cebd7d411456bd96")
_TIMESTAMP = bytes.fromhex("f0c365c3cf59d671eb72da0e7a4113c4")
_NOW = bytes.fromhex("9f1f0515f462cdcf84e0f1d6045dfcbb")

TIMESTAMP_NOW_KEY = _TIMESTAMP + _NOW

# A log's anchors are numbered from here, without a gap.
FIRST_SEQ = 1

_NO_ITEM = b"\0"
_ORIGIN_BYTES = 24
_VALUE_BYTES = 40
_DEPOSIT_BYTES = 16
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The end of year 9999: what a datetime can hold.
_LAST_MILLISECOND = 253_402_300_799_999


@dataclass(frozen=True, slots=True)
class Commitment:
    """What an anchor says: the log with this origin had this root at this size.

    `origin_hash` = SHA-256 of the origin (32 bytes); `seq` counts the log's anchors; both `seq` and
    `size` are u64; `root` has 32 bytes.
    """

    origin_hash: bytes
    seq: int
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if len(self.origin_hash) != 32 or len(self.root) != 32:
            raise ValueError("An origin hash and a root have 32 bytes each.")
        if not (0 <= self.seq < 1 << 64 and 0 <= self.size < 1 << 64):
            raise ValueError("An anchor's seq and size are between 0 and 2**64 - 1.")


def uniques_attribute_name(origin_hash: bytes, seq: int) -> bytes:
    """The attribute's own key, as given to `Uniques.set_attribute` (32 bytes)."""
    return origin_hash[:_ORIGIN_BYTES] + seq.to_bytes(8, "big")


def uniques_attribute_key(collection: int, origin_hash: bytes, seq: int) -> bytes:
    """The storage key of the anchor `seq` in `Uniques.Attribute` of a collection (u32)."""
    name = uniques_attribute_name(origin_hash, seq)
    return (
        _UNIQUES
        + _ATTRIBUTE
        + blake2_128_concat(collection.to_bytes(4, "little"))
        + blake2_128_concat(_NO_ITEM)
        + blake2_128_concat(encode_compact(len(name)) + name)
    )


def uniques_collection_key(collection: int) -> bytes:
    """The storage key of a collection's details (`Uniques.Class`), which begin with its owner."""
    return _UNIQUES + _COLLECTION + blake2_128_concat(collection.to_bytes(4, "little"))


def uniques_attribute_value(size: int, root: bytes) -> bytes:
    """The attribute's value, as given to `Uniques.set_attribute` (40 bytes)."""
    return size.to_bytes(8, "big") + root


def decode_uniques_attribute(stored: bytes) -> tuple[int, bytes]:
    """Size and root from what the storage holds: the value as a SCALE vector, then its deposit."""
    length, offset = decode_compact(stored)
    if length != _VALUE_BYTES:
        raise ProofError(f"An anchor's value has 40 bytes; the chain holds one of {length}.")
    value = take(stored, offset, length)
    if len(stored) != offset + length + _DEPOSIT_BYTES:
        raise ProofError("The chain holds something else than an attribute and its deposit.")
    return int.from_bytes(value[:8], "big"), value[8:]


def decode_timestamp(stored: bytes) -> datetime:
    """The block's time from `Timestamp.Now`: a u64 LE of milliseconds since 1970."""
    if len(stored) != 8:
        raise ProofError(f"Timestamp.Now has 8 bytes, not {len(stored)}.")
    milliseconds = int.from_bytes(stored, "little")
    if milliseconds > _LAST_MILLISECOND:
        raise ProofError("Timestamp.Now lies beyond the year 9999.")
    return _EPOCH + timedelta(milliseconds=milliseconds)
