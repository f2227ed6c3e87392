"""An issuer's public keys: fetched, kept, and fetched again when it rotates them (RFC 7517).

The address is the one that an administrator gave. Nothing in a token is ever fetched.
"""

import json
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from lrs.oauth.errors import KeysUnavailable
from lrs.oauth.fetching import fetch

# Only signatures by a private key that the issuer alone has.
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
_FRESH = (
    3600.0  # seconds for which keys are used without a look: a key taken back is refused so late
)
_STALE = 24 * 3600.0  # as long they are used when the issuer does not answer
_PAUSE = 5.0  # seconds between two fetches, whatever unknown keys tokens name
_SHORTEST_RSA = 2048  # bits

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Keys:
    found: dict[str | None, list[dict[str, Any]]] = field(default_factory=dict)
    fetched: float | None = None
    tried: float | None = None
    failed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def age(self, now: float) -> float:
        return float("inf") if self.fetched is None else now - self.fetched


_known: dict[str, _Keys] = {}


def key_for(url: str, *, key_id: str | None, algorithm: str) -> Any | None:
    """The public key with which a signature of the algorithm is checked; None when the issuer has none of that name.

    Without a `key_id` it is the issuer's only key for the algorithm. Raises KeysUnavailable when the issuer does not
    answer and the key is not known, or not any more.
    """
    keys = _known.setdefault(url, _Keys())
    now = time.monotonic()
    found = _fitting(keys, key_id, algorithm)
    if found is not None and keys.age(now) < _FRESH:
        return found
    _refresh(url, keys)
    found = _fitting(keys, key_id, algorithm)
    if found is not None and keys.age(time.monotonic()) < _STALE:
        return found
    if keys.failed:
        raise KeysUnavailable(url)
    return None


def _refresh(url: str, keys: _Keys) -> None:
    """Fetch, unless somebody just did: then wait for what they got."""
    with keys.lock:
        now = time.monotonic()
        if keys.tried is not None and now - keys.tried < _PAUSE:
            return
        try:
            keys.found = _fetch(url)
            keys.fetched, keys.failed = time.monotonic(), False
        except (requests.RequestException, ValueError) as error:
            keys.failed = True
            _log.warning("The keys at %s could not be had: %s", url, error)
        finally:
            keys.tried = time.monotonic()


def _fetch(url: str) -> dict[str | None, list[dict[str, Any]]]:
    """The signing keys by `kid`. Raises RequestException or ValueError."""
    return keys_in(json.loads(fetch(url)))


def keys_in(document: Any) -> dict[str | None, list[dict[str, Any]]]:
    """The public keys for signatures in a set of keys (RFC 7517), by `kid`. Raises ValueError when it is none."""
    every = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(every, list):
        raise ValueError("the answer is no set of keys")
    found: dict[str | None, list[dict[str, Any]]] = {}
    for key in every:
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") != "oct":
            found.setdefault(key.get("kid"), []).append(key)
    return found


def _fitting(keys: _Keys, key_id: str | None, algorithm: str) -> Any | None:
    candidates = (
        keys.found.get(key_id, [])
        if key_id is not None
        else [key for same in keys.found.values() for key in same]
    )
    usable = [one for key in candidates if (one := _public_key(key, algorithm)) is not None]
    return usable[0] if len(usable) == 1 else None


def _public_key(key: dict[str, Any], algorithm: str) -> Any | None:
    """The key as the cryptography library has it, if it is for this algorithm and strong enough."""
    if key.get("alg", algorithm) != algorithm:
        return None
    try:
        parsed = jwt.PyJWK(key, algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None  # of another kind, or malformed
    if isinstance(parsed, RSAPublicKey) and parsed.key_size < _SHORTEST_RSA:
        return None
    return parsed
