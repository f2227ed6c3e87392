"""Signed checkpoints: C2SP signed-note and tlog-checkpoint with Ed25519.

Parsing is strict: one way to write a checkpoint, everything else is refused.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from anchoring.core.errors import NoteError
from anchoring.core.tree import EMPTY_ROOT, HASH_BYTES

MAX_SIZE = 2**63 - 1
_ED25519 = b"\x01"
_SIGNATURE_MARK = "\u2014 "
MAX_CHARACTERS = 128 * 1024
MAX_SIGNATURES = 64
# No Unicode space, no plus sign (C2SP signed-note), and nothing that cannot be printed.
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: the log's origin, its size in leaves, its root of 32 bytes."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_origin(self.origin)
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise NoteError("A checkpoint has a size below 2^63 and a root of 32 bytes.")
        if not self.size and self.root != EMPTY_ROOT:
            raise NoteError("The root of an empty log is not the hash of nothing.")

    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A log's public key under its name, as C2SP signed-note writes it: name+hash+base64."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """4 bytes: the start of SHA-256(name || 0x0A || 0x01 || public key)."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return (
            f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"
        )


def check_origin(origin: str) -> None:
    """Raises NoteError for a text that cannot name a log and its key."""
    if not _NAME.fullmatch(origin):
        raise NoteError(f"{origin!r} cannot name a log: no white space and no plus sign.")
    try:
        origin.encode()
    except UnicodeEncodeError:
        raise NoteError("The log's name is not valid Unicode.") from None


def parse_verifier_key(vkey: str) -> VerifierKey:
    """Raises NoteError unless `vkey` is name+hash+base64 of an Ed25519 key and the hash fits."""
    name, plus, rest = vkey.partition("+")
    key_hash, second_plus, encoded = rest.partition("+")
    if not (plus and second_plus and _NAME.fullmatch(name)):
        raise NoteError("A key is written name+hash+base64.")
    raw = _base64(encoded, "the key")
    if len(raw) != 33 or raw[:1] != _ED25519:
        raise NoteError("The key is not an Ed25519 key.")
    key = VerifierKey(name, raw[1:])
    if key.key_id.hex() != key_hash:
        raise NoteError("The key's hash does not fit the key.")
    return key


def verifier_key(origin: str, key: Ed25519PrivateKey | Ed25519PublicKey) -> VerifierKey:
    """The verifier key of a log. Raises NoteError for an origin with white space or a plus sign."""
    check_origin(origin)
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return VerifierKey(origin, public.public_bytes_raw())


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The signed note of a checkpoint."""
    body = checkpoint.body()
    signature = verifier_key(checkpoint.origin, key).key_id + key.sign(body.encode())
    encoded = base64.b64encode(signature).decode()
    return f"{body}\n{_SIGNATURE_MARK}{checkpoint.origin} {encoded}\n"


def read_checkpoint(note: str) -> Checkpoint:
    """The checkpoint in a note, its signatures not looked at. Raises NoteError when it is malformed."""
    return _parse(note)[0]


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint in a note that `key` signed.

    Signatures of others (witnesses) are passed over. Raises NoteError when the note is malformed, names
    another origin, or carries no valid signature of `key`.
    """
    checkpoint, signatures = _parse(note)
    if checkpoint.origin != key.name:
        raise NoteError(f"The checkpoint is of {checkpoint.origin!r}, not of {key.name!r}.")
    ours = [raw for name, raw in signatures if name == key.name and raw[:4] == key.key_id]
    if len(ours) != 1:
        raise NoteError(f"The checkpoint carries no signature of {key.name}+{key.key_id.hex()}.")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(
            ours[0][4:], checkpoint.body().encode()
        )
    except InvalidSignature:
        raise NoteError("The checkpoint's signature is wrong.") from None
    return checkpoint


def _parse(note: str) -> tuple[Checkpoint, list[tuple[str, bytes]]]:
    if len(note) > MAX_CHARACTERS:
        raise NoteError(f"The note has more than {MAX_CHARACTERS} characters.")
    text, separator, tail = note.partition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteError("A note is text, an empty line, and signature lines, each with a line end.")
    lines = text.split("\n")
    if len(lines) != 3:
        raise NoteError("A checkpoint has three lines: origin, size and root.")
    origin, size, root = lines
    if not _SIZE.fullmatch(size) or int(size) > MAX_SIZE:
        raise NoteError("The checkpoint's size is not a plain decimal number.")
    signature_lines = tail[:-1].split("\n")
    if len(signature_lines) > MAX_SIGNATURES:
        raise NoteError(f"The note has more than {MAX_SIGNATURES} signatures.")
    checkpoint = Checkpoint(origin, int(size), _base64(root, "the checkpoint's root"))
    return checkpoint, [_signature(line) for line in signature_lines]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, encoded = line.removeprefix(_SIGNATURE_MARK).partition(" ")
    if not line.startswith(_SIGNATURE_MARK) or not space or not _NAME.fullmatch(name):
        raise NoteError("A signature line is an em dash, a name and base64.")
    raw = _base64(encoded, "a signature")
    if len(raw) < 5:
        raise NoteError("A signature line is too short.")
    return name, raw


def _base64(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError(f"The base64 of {what} is malformed.") from None
    if base64.b64encode(raw).decode() != text:
        raise NoteError(f"The base64 of {what} is not in its one canonical form.")
    return raw
