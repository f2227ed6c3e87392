"""The secret part of a proof link.

A dump of the database opens no share: it holds a nonce, from which the token follows only with the
server's key, and the token's hash, by which an arriving token is found. The learner can read
their link again, for the server can derive it (docs/decisions/0040-proof-links.md).
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator

from django.conf import settings

TOKEN_BYTES = 18  # 144 bits, 24 characters, no padding


def new_nonce() -> bytes:
    return secrets.token_bytes(16)


def new_token(*, nonce: bytes) -> str:
    """The token of `nonce` under the current key: 24 characters of base64url."""
    return _derive(settings.SECRET_KEY, nonce)


def token_hash(token: str) -> bytes:
    """What is stored of a token: SHA-256, 32 bytes. A token is random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


def token_of(*, nonce: bytes, token_hash: bytes) -> str | None:
    """Derive the token again, under the current key or an older one; None if no key fits."""
    for key in _keys():
        token = _derive(key, nonce)
        if hmac.compare_digest(hashlib.sha256(token.encode()).digest(), token_hash):
            return token
    return None


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from map(str, settings.SECRET_KEY_FALLBACKS)


def _derive(secret_key: str, nonce: bytes) -> str:
    key = hmac.digest(secret_key.encode(), b"keiko/v1/proof-link-key", "sha256")
    token = hmac.digest(key, b"keiko/v1/proof-link\0" + nonce, "sha256")[:TOKEN_BYTES]
    return urlsafe_b64encode(token).decode("ascii")
