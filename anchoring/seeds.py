"""The secrets that the salts come from, at rest: sealed under `settings.SEED_KEY`.

AES-256-GCM-SIV (RFC 8452) with the leaf's index as nonce: 32 bytes become 48, and no nonce is
stored. A restored backup may give an index twice, to two seeds: a nonce used twice tells whether
the two seeds were equal, and nothing else. See docs/decisions/0030-seeds-at-rest.md.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SEALED_BYTES = 48
_PURPOSE = b"keiko/v1/seed"


class SeedNotReadable(Exception):
    """A sealed seed does not open under the present SEED_KEY."""


def seal(*, seed: bytes, index: int) -> bytes:
    """Seal a seed (32 bytes) for the leaf at `index`: 48 bytes."""
    return _cipher(settings.SEED_KEY).encrypt(_nonce(index), seed, _PURPOSE)


def unseal(*, sealed: bytes, index: int) -> bytes:
    """The seed (32 bytes) of the leaf at `index`. Raises SeedNotReadable."""
    try:
        return _cipher(settings.SEED_KEY).decrypt(_nonce(index), sealed, _PURPOSE)
    except InvalidTag:
        raise SeedNotReadable(
            f"The seed of leaf {index} does not open under SEED_KEY. Start Keiko with the key that "
            "this database was written with (docs/operate-log.md, Keys)."
        ) from None


@lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCMSIV:
    try:
        raw = bytes.fromhex(key)
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise ImproperlyConfigured(
            "SEED_KEY: write 32 bytes as 64 hexadecimal digits, for example from "
            "`openssl rand -hex 32`."
        )
    return AESGCMSIV(raw)


def _nonce(index: int) -> bytes:
    return index.to_bytes(12, "big")
