"""HMAC-SHA256 (RFC 2104) in two hashes: with keys of 32 bytes that are used once or a few times, twice as fast
as `hmac.digest`, which has OpenSSL set up a key anew each time."""

from hashlib import sha256

KEY_BYTES = 32
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_INNER_REST, _OUTER_REST = b"\x36" * KEY_BYTES, b"\x5c" * KEY_BYTES

Key = tuple[bytes, bytes]


def key_of(secret: bytes) -> Key:
    """A secret of 32 bytes as the two blocks that HMAC hashes before a message."""
    if len(secret) != KEY_BYTES:
        raise ValueError(f"A secret has {KEY_BYTES} bytes, not {len(secret)}.")
    return secret.translate(_INNER) + _INNER_REST, secret.translate(_OUTER) + _OUTER_REST


def hmac_sha256(key: Key, message: bytes) -> bytes:
    """The MAC (32 bytes) of a message."""
    inner, outer = key
    return sha256(outer + sha256(inner + message).digest()).digest()
