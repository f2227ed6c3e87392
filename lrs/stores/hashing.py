"""How a secret is kept, and the keys that are derived beside it."""

import hashlib
import hmac

from django.conf import settings


def hash_secret(secret: str) -> bytes:
    """HMAC-SHA256 of a secret under XAPI_SECRET_KEY.

    The secrets are 160 random bits, so that guessing one is hopeless at any speed: a slow hash would add nothing but
    time to every request, and a limit on failed tries would protect nothing.
    """
    return hmac.digest(settings.XAPI_SECRET_KEY.encode(), secret.encode(), hashlib.sha256)


def derive_key(purpose: str) -> bytes:
    """32 bytes for another purpose, from which nothing follows for XAPI_SECRET_KEY or for what is kept of a secret.

    The NUL keeps the purposes apart from the secrets: none that we issue has one.
    """
    text = b"\0keiko " + purpose.encode()
    return hmac.digest(settings.XAPI_SECRET_KEY.encode(), text, hashlib.sha256)
