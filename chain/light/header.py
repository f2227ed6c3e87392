"""Block headers: read from a node's JSON, encoded, hashed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chain.light.errors import ProofError
from chain.light.hashing import blake2_256
from chain.light.scale import encode_compact

_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")
_NUMBER = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,7})")
_FIELDS = frozenset({"parentHash", "number", "stateRoot", "extrinsicsRoot", "digest"})


@dataclass(frozen=True, slots=True)
class Header:
    """A block's header; hashes and roots are 32 bytes, `number` is a u32."""

    parent_hash: bytes
    number: int
    state_root: bytes
    extrinsics_root: bytes
    logs: tuple[bytes, ...]

    @classmethod
    def from_rpc(cls, found: object) -> "Header":
        """The header that `chain_getHeader` returned; ProofError says what does not fit."""
        fields = _mapping(found, _FIELDS, "header")
        digest = _mapping(fields["digest"], frozenset({"logs"}), "digest")
        logs = digest["logs"]
        if not isinstance(logs, list):
            raise ProofError("The header's digest.logs is not a list.")
        number = fields["number"]
        if not isinstance(number, str) or not _NUMBER.fullmatch(number):
            raise ProofError(f"The header's number {number!r} is not a short 0x number.")
        return cls(
            parent_hash=unhex(fields["parentHash"], "parentHash", size=32),
            number=int(number, 16),
            state_root=unhex(fields["stateRoot"], "stateRoot", size=32),
            extrinsics_root=unhex(fields["extrinsicsRoot"], "extrinsicsRoot", size=32),
            logs=tuple(unhex(log, "digest.logs") for log in logs),
        )

    def to_rpc(self) -> dict[str, Any]:
        """The JSON form, as a node gives it and as a bundle keeps it."""
        return {
            "parentHash": hexed(self.parent_hash),
            "number": hex(self.number),
            "stateRoot": hexed(self.state_root),
            "extrinsicsRoot": hexed(self.extrinsics_root),
            "digest": {"logs": [hexed(log) for log in self.logs]},
        }


def hash_of(header: Header) -> bytes:
    """The block's hash: blake2b-256 of the SCALE-encoded header."""
    return blake2_256(
        header.parent_hash
        + encode_compact(header.number)
        + header.state_root
        + header.extrinsics_root
        + encode_compact(len(header.logs))
        + b"".join(header.logs)
    )


def unhex(found: object, what: str, *, size: int | None = None) -> bytes:
    """The bytes of a 0x-prefixed text; ProofError names `what` where it is none."""
    if not isinstance(found, str) or not _HEX.fullmatch(found):
        raise ProofError(f"{what} is not 0x-prefixed hexadecimal text.")
    data = bytes.fromhex(found[2:])
    if size is not None and len(data) != size:
        raise ProofError(f"{what} has {len(data)} bytes; it must have {size}.")
    return data


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


def _mapping(found: object, names: frozenset[str], what: str) -> Mapping[str, Any]:
    if not isinstance(found, Mapping) or set(found) != names:
        raise ProofError(f"The {what} must have exactly the members {', '.join(sorted(names))}.")
    return found
