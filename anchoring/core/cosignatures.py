"""What witnesses sign: C2SP tlog-cosignature, the Ed25519 kind ("cosignature/v1").

    — <witness> <base64(key id ‖ seconds since 1970, u64 ‖ Ed25519 signature)>

A cosignature says: at that time, the largest tree that the witness had seen of this log was this
one, and it continued every earlier one that it had seen.
"""

from collections.abc import Iterable

from anchoring.core.errors import NoteError
from anchoring.core.notes import NamedKey, read_vkey, split_note, verify_signature

KIND = b"\x04"
_LATEST = 2**63 - 1
_BYTES = 8 + 64


def read_witness_key(vkey: str) -> NamedKey:
    """The witness's name and key; KeyNameError where it is no vkey of this kind."""
    return read_vkey(vkey, kind=KIND)


def cosignatures(note: str, vkeys: Iterable[str]) -> dict[str, int]:
    """When each of these witnesses cosigned the note (seconds since 1970), by its vkey.

    Lines of others are ignored. Raises NoteError where the note is malformed, or a line by one of
    these witnesses does not fit.
    """
    text, lines = split_note(note)
    found: dict[str, int] = {}
    for vkey in vkeys:
        key = read_witness_key(vkey)
        for line in filter(key.wrote, lines):
            moment = int.from_bytes(line.signature[:8], "big")
            if len(line.signature) != _BYTES or not 0 < moment <= _LATEST:
                raise NoteError(f"The cosignature by {key.name} has no time or a wrong length.")
            verify_signature(key, line.signature[8:], message(text, moment))
            found[vkey] = max(moment, found.get(vkey, 0))
    return found


def message(text: str, moment: int) -> bytes:
    """The bytes that are signed: `text` is the note's, with its last newline."""
    return f"cosignature/v1\ntime {moment}\n{text}".encode()
