"""What a witness signs, made here by hand from C2SP tlog-cosignature: the verifier has no such code."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

MOMENT = 1_777_905_000


def witness_key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def _material(key: Ed25519PrivateKey) -> bytes:
    return b"\x04" + key.public_key().public_bytes_raw()


def _number(name: str, key: Ed25519PrivateKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _material(key)).digest()[:4]


def witness_vkey(name: str, key: Ed25519PrivateKey | None = None) -> str:
    key = key or witness_key(name)
    return f"{name}+{_number(name, key).hex()}+{base64.b64encode(_material(key)).decode()}"


def cosignature(
    note: str, name: str, *, moment: int = MOMENT, key: Ed25519PrivateKey | None = None
) -> str:
    """The line that the witness adds below a note; `key` signs, where it is not the witness's."""
    body = note.rpartition("\n\n")[0] + "\n"
    message = b"cosignature/v1\ntime %d\n" % moment + body.encode()
    signature = (key or witness_key(name)).sign(message)
    number = _number(name, witness_key(name))
    data = base64.b64encode(number + moment.to_bytes(8, "big") + signature).decode()
    return f"\u2014 {name} {data}\n"
