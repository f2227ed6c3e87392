"""The proof of one entry as text: C2SP tlog-proof v1."""

import base64
import binascii
import re
from dataclasses import dataclass

from anchoring.core.errors import NoteError
from anchoring.core.tree import HASH_BYTES, LARGEST_SIZE

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,19})", re.ASCII)
_MOST_HASHES = 64


@dataclass(frozen=True, slots=True)
class TlogProof:
    """The entry's index, its inclusion proof (see `tree.inclusion_proof`), the signed checkpoint,
    and opaque bytes that nothing authenticates."""

    index: int
    proof: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None


def serialise_tlog_proof(proof: TlogProof) -> str:
    """The text of a `.tlog-proof` file."""
    lines = [_FIRST]
    if proof.extra is not None:
        lines.append(f"extra {_b64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines += [_b64(each) for each in proof.proof]
    return "\n".join(lines) + "\n\n" + proof.checkpoint


def parse_tlog_proof(text: str) -> TlogProof:
    """The proof in a `.tlog-proof` file, unchecked; NoteError where it is malformed."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines.pop(0) != _FIRST:
        raise NoteError(f"A proof begins with the line {_FIRST}.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _unbase64(lines.pop(0).removeprefix("extra "))
    match = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if not match or int(match[1]) >= LARGEST_SIZE:
        raise NoteError("The proof does not tell the entry's index, a number below 2**64 - 1.")
    hashes = tuple(_unbase64(line) for line in lines)
    if len(hashes) > _MOST_HASHES or any(len(each) != HASH_BYTES for each in hashes):
        raise NoteError("A line of the proof is not a hash of 32 bytes, or there are too many.")
    return TlogProof(int(match[1]), hashes, checkpoint, extra)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("A line of the proof is not base64.") from error
    if _b64(data) != text:
        raise NoteError("A line of the proof is not in the standard form of base64.")
    return data
