"""Signed checkpoints: C2SP signed-note and tlog-checkpoint, read strictly.

    <origin>\n<size>\n<root, base64>\n\n— <origin> <base64(key id ‖ Ed25519 signature)>\n

Extension lines are refused: this log writes none, and nobody could audit them.
"""

import base64
import binascii
import hashlib
import re
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


def check_origin(origin: str) -> None:
    """KeyNameError unless the text can name a log and its key: not empty, no space, no plus."""
    if not origin or "+" in origin or any(char.isspace() or ord(char) < 33 for char in origin):
        raise KeyNameError(f"{origin!r} cannot name a log: spaces and + are not allowed.")


def verifier_key(origin: str, public_key: Ed25519PublicKey) -> str:
    """The public key as text (a C2SP "vkey"): what a trust file pins."""
    check_origin(origin)
    material = _ED25519 + public_key.public_bytes_raw()
    key_id = _key_id(origin, material).hex()
    return f"{origin}+{key_id}+{base64.b64encode(material).decode()}"


def read_verifier_key(vkey: str) -> tuple[str, Ed25519PublicKey]:
    """The name and the key of a vkey; KeyNameError where it is malformed."""
    match = _VKEY.fullmatch(vkey)
    if not match:
        raise KeyNameError("A verifier key is written name+8 hexadecimal digits+base64.")
    check_origin(match["name"])
    material = _unbase64(match["key"], "The verifier key")
    if material[:1] != _ED25519 or len(material) != 33:
        raise KeyNameError("The verifier key is not one for Ed25519.")
    if _key_id(match["name"], material).hex() != match["id"]:
        raise KeyNameError("The verifier key's number does not belong to its name and key.")
    return match["name"], Ed25519PublicKey.from_public_bytes(material[1:])


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a note signed by the log's own key."""
    text = checkpoint.text()
    key_id = _key_id(checkpoint.origin, _ED25519 + key.public_key().public_bytes_raw())
    signature = base64.b64encode(key_id + key.sign(text.encode())).decode()
    return f"{text}\n{_DASH}{checkpoint.origin} {signature}\n"


def open_checkpoint(note: str, vkey: str) -> Checkpoint:
    """The checkpoint of a note that was signed with the key `vkey`, whose name is the origin.

    Signatures by other keys are ignored, as C2SP asks. Raises NoteError where the note is
    malformed, no signature by this key is there, or one does not fit; KeyNameError for the key.
    """
    name, key = read_verifier_key(vkey)
    text, signatures = _split(note)
    key_id = _key_id(name, _ED25519 + key.public_bytes_raw())
    ours = [each for each in signatures if (each.name, each.key_id) == (name, key_id)]
    if not ours:
        raise NoteError(f"The checkpoint was not signed with the known key of {name}.")
    for each in ours:
        try:
            key.verify(each.signature, text.encode())
        except InvalidSignature as error:
            raise NoteError(f"The signature by {name} does not fit the checkpoint.") from error
    checkpoint = _read_text(text)
    if checkpoint.origin != name:
        raise NoteError(f"The checkpoint is of {checkpoint.origin}, its signature by {name}.")
    return checkpoint


def read_unverified(note: str) -> Checkpoint:
    """What a note claims, its form checked but *not* its signature; NoteError where malformed."""
    return _read_text(_split(note)[0])


def _key_id(name: str, material: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]


def _split(note: str) -> tuple[str, list[Signature]]:
    """The signed text and the signature lines."""
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
