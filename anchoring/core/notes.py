"""Signed checkpoints: C2SP signed-note and tlog-checkpoint, read strictly.

    <origin>\n<size>\n<root, base64>\n\n— <origin> <base64(key id ‖ Ed25519 signature)>\n

Extension lines are refused: this log writes none, and nobody could audit them.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from anchoring.core.errors import KeyNameError, NoteError
from anchoring.core.tree import EMPTY_ROOT, HASH_BYTES, LARGEST_SIZE

MOST_CHARACTERS = 128 * 1024
MOST_SIGNATURES = 64
_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_VKEY = re.compile(r"(?P<name>[^+]+)\+(?P<id>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+=*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` has `size` leaves and this `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if not 0 <= self.size <= LARGEST_SIZE or len(self.root) != HASH_BYTES:
            raise NoteError("A checkpoint has a size below 2**64 and a root of 32 bytes.")
        if not self.size and self.root != EMPTY_ROOT:
            raise NoteError("The root of an empty log is not the hash of nothing.")

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line below the note: who says to have signed, and what."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key (vkey) that signs for a log; one that was retired counts for heads of up to `last_size`
    leaves only."""

    key: str
    last_size: int | None = None


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A vkey, read: its name, its number (4 bytes) and its Ed25519 public key."""

    name: str
    key_id: bytes
    public: Ed25519PublicKey

    def wrote(self, line: Signature) -> bool:
        """Whether the line says to be by this key; the signature may still be wrong."""
        return (line.name, line.key_id) == (self.name, self.key_id)


def check_origin(origin: str) -> None:
    """KeyNameError unless the text can name a log and its key: not empty, no space, no plus."""
    if not origin or "+" in origin or any(char.isspace() or ord(char) < 33 for char in origin):
        raise KeyNameError(f"{origin!r} cannot name a log: spaces and + are not allowed.")
    try:
        origin.encode()
    except UnicodeEncodeError as error:
        raise KeyNameError(f"{origin!r} cannot name a log: it is not Unicode text.") from error


def verifier_key(name: str, public_key: Ed25519PublicKey, *, kind: bytes = _ED25519) -> str:
    """The public key as text (a C2SP "vkey"): what a trust file pins. `kind` is the signature type,
    one byte."""
    check_origin(name)
    material = kind + public_key.public_bytes_raw()
    return f"{name}+{_key_id(name, material).hex()}+{base64.b64encode(material).decode()}"


def read_vkey(vkey: str, *, kind: bytes = _ED25519) -> NamedKey:
    """The name, number and key of a vkey of this signature type; KeyNameError where malformed."""
    match = _VKEY.fullmatch(vkey)
    if not match:
        raise KeyNameError("A verifier key is written name+8 hexadecimal digits+base64.")
    check_origin(match["name"])
    material = _unbase64(match["key"], "The verifier key")
    if material[:1] != kind or len(material) != 33:
        raise KeyNameError(f"The verifier key is not one for Ed25519 (type {kind.hex()}).")
    key_id = _key_id(match["name"], material)
    if key_id.hex() != match["id"]:
        raise KeyNameError("The verifier key's number does not belong to its name and key.")
    return NamedKey(match["name"], key_id, Ed25519PublicKey.from_public_bytes(material[1:]))


def read_verifier_key(vkey: str) -> tuple[str, Ed25519PublicKey]:
    """The name and the key of a log's vkey; KeyNameError where it is malformed."""
    found = read_vkey(vkey)
    return found.name, found.public


def key_number(vkey: str) -> str:
    """The 8 hexadecimal digits by which people tell keys apart."""
    return read_vkey(vkey).key_id.hex()


def sign(checkpoint: Checkpoint, *keys: Ed25519PrivateKey) -> str:
    """The checkpoint as a note, signed by each of the log's own keys."""
    return checkpoint.text() + "\n" + _signature_lines(checkpoint, keys)


def add_signatures(note: str, keys: Iterable[Ed25519PrivateKey]) -> str:
    """The note with the signatures of these keys too, of those that did not sign it yet."""
    checkpoint, lines = read_unverified(note), split_note(note)[1]
    own = {key: read_vkey(verifier_key(checkpoint.origin, key.public_key())) for key in keys}
    fresh = [key for key, named in own.items() if not any(map(named.wrote, lines))]
    return note + _signature_lines(checkpoint, fresh)


def open_checkpoint(note: str, vkey: str) -> Checkpoint:
    """The checkpoint of a note that was signed with the key `vkey`, whose name is the origin.

    Signatures by other keys are ignored, as C2SP asks. Raises NoteError where the note is
    malformed, no signature by this key is there, or one does not fit; KeyNameError for the key.
    """
    return open_with(note, (KnownKey(vkey),))


def open_with(note: str, known: Sequence[KnownKey]) -> Checkpoint:
    """The checkpoint of a note that one at least of a log's known keys signed, at a size for which
    that key counts. Raises as `open_checkpoint`: also where any signature by a known key is wrong.
    """
    signed = signed_by(note, [each.key for each in known])
    name = read_vkey(known[0].key).name
    if not signed:
        which = "key" if len(known) == 1 else "keys"
        raise NoteError(f"The checkpoint was not signed with the known {which} of {name}.")
    checkpoint = read_unverified(note)
    if checkpoint.origin != name:
        raise NoteError(f"The checkpoint is of {checkpoint.origin}, its signature by {name}.")
    lasts = [each.last_size for each in known if each.key in signed]
    if all(last is not None and last < checkpoint.size for last in lasts):
        raise NoteError(
            f"The checkpoint of {checkpoint.size} records was signed only with a key of {name} that "
            f"was retired at {max(last or 0 for last in lasts)}."
        )
    return checkpoint


def signed_by(note: str, vkeys: Iterable[str]) -> frozenset[str]:
    """Those of these keys that signed the note; NoteError where a signature by one is wrong."""
    text, lines = split_note(note)
    found: set[str] = set()
    for vkey in vkeys:
        key = read_vkey(vkey)
        for line in filter(key.wrote, lines):
            verify_signature(key, line.signature, text.encode())
            found.add(vkey)
    return frozenset(found)


def verify_signature(key: NamedKey, signature: bytes, message: bytes) -> None:
    """NoteError unless the key signed the message."""
    try:
        key.public.verify(signature, message)
    except InvalidSignature as error:
        raise NoteError(f"The signature by {key.name} does not fit the checkpoint.") from error


def read_unverified(note: str) -> Checkpoint:
    """What a note claims, its form checked but *not* its signature; NoteError where malformed."""
    return _read_text(split_note(note)[0])


def _key_id(name: str, material: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]


def _signature_lines(checkpoint: Checkpoint, keys: Iterable[Ed25519PrivateKey]) -> str:
    """A line by each key over the checkpoint, each ending in a newline."""
    text, lines = checkpoint.text().encode(), []
    for key in keys:
        key_id = _key_id(checkpoint.origin, _ED25519 + key.public_key().public_bytes_raw())
        signature = base64.b64encode(key_id + key.sign(text)).decode()
        lines.append(f"{_DASH}{checkpoint.origin} {signature}\n")
    return "".join(lines)


def split_note(note: str) -> tuple[str, list[Signature]]:
    """The signed text and the signature lines; NoteError where the note is malformed."""
    if len(note) > MOST_CHARACTERS:
        raise NoteError(f"The note has more than {MOST_CHARACTERS} characters.")
    if any(ord(char) < 32 and char != "\n" for char in note):
        raise NoteError("The note holds a control character.")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not text or not tail.endswith("\n"):
        raise NoteError("The note does not end with a blank line and signature lines.")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"The note has more than {MOST_SIGNATURES} signatures.")
    try:
        (text + "\n").encode()
    except UnicodeEncodeError as error:
        raise NoteError("The note is not Unicode text.") from error
    return text + "\n", [_read_signature(line) for line in lines]


def _read_signature(line: str) -> Signature:
    parts = line.removeprefix(_DASH).split(" ")
    if not line.startswith(_DASH) or len(parts) != 2:
        raise NoteError("A line below the note is not a signature.")
    check_origin(parts[0])
    data = _unbase64(parts[1], "A signature")
    if len(data) < 5:
        raise NoteError("A signature is too short.")
    return Signature(parts[0], data[:4], data[4:])


def _read_text(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteError("A checkpoint has three lines: origin, size, root.")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise NoteError("The checkpoint's size is not a plain decimal number.")
    return Checkpoint(origin, int(size), _unbase64(root, "The checkpoint's root"))


def _unbase64(text: str, what: str) -> bytes:
    """Standard base64 in its one right form: padded, and no bits left over."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError(f"{what} is not base64.") from error
    if base64.b64encode(data).decode() != text:
        raise NoteError(f"{what} is not in the standard form of base64.")
    return data
