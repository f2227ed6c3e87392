"""Our own access tokens: short-lived JWTs (RFC 9068) that a credential gets for its key and secret (RFC 6749, 4.4).

A token names its credential and the secret that it was given for. Both are looked up when it is used, so it ends at
once with either of them.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import jwt
from django.conf import settings

from lrs.oauth.errors import InvalidToken, TokenRequestError
from lrs.stores.authentication import known_credential, opened, used
from lrs.stores.hashing import derive_key
from lrs.stores.scopes import MEANINGS, expand
from lrs.stores.selectors import Caller

_ALGORITHM = "HS256"
_TYPE = "at+jwt"
_CLAIMS = ["iss", "aud", "sub", "exp", "iat", "scope", "secret"]


@dataclass(frozen=True, slots=True)
class IssuedToken:
    token: str
    seconds: int
    scopes: list[str]


def audience() -> str:
    return f"{settings.PUBLIC_URL}/xapi/"


def issue_token(*, key: str, secret: str, scopes: Collection[str] = ()) -> IssuedToken:
    """A token for the credential, with the scopes asked for, or all that it has. Raises TokenRequestError."""
    found = opened(key=key, secret=secret)
    if found is None:
        raise TokenRequestError("invalid_client", "The key or the secret is wrong.", 401)
    known, own = found
    caller = used(known)
    if more := set(scopes) - caller.scopes:
        there = "is not granted to this credential" if more <= MEANINGS.keys() else "is unknown"
        raise TokenRequestError("invalid_scope", f"A scope that was asked for {there}.")
    granted = [scope for scope in MEANINGS if scope in (scopes or caller.scopes)]
    now = int(time.time())
    claims = {
        "iss": settings.PUBLIC_URL,
        "aud": audience(),
        "sub": key,
        "client_id": key,
        "scope": " ".join(granted),
        "iat": now,
        "exp": now + settings.XAPI_TOKEN_SECONDS,
        "jti": str(uuid4()),
        "secret": own.id,
    }
    token = jwt.encode(claims, _key(), _ALGORITHM, {"typ": _TYPE})
    return IssuedToken(token, settings.XAPI_TOKEN_SECONDS, granted)


def caller_of_own_token(token: str, *, fresh: bool) -> Caller:
    """Who has this token of ours. Raises InvalidToken. `fresh`: as for `authenticate`."""
    try:
        whole = jwt.decode_complete(
            token,
            _key(),
            algorithms=[_ALGORITHM],
            issuer=settings.PUBLIC_URL,
            audience=audience(),
            options={"require": _CLAIMS},
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("The token has expired.") from error
    except jwt.InvalidTokenError as error:
        raise InvalidToken("The token is not one of ours.") from error
    claims: dict[str, Any] = whole["payload"]
    if whole["header"].get("typ") != _TYPE:
        raise InvalidToken("The token is not an access token.")
    known = known_credential(claims["sub"], fresh=fresh)
    if known is None or known.secret(claims["secret"]) is None:
        raise InvalidToken("The credential was revoked, or the secret withdrawn.")
    caller = used(known)
    scopes = caller.scopes & expand(str(claims["scope"]).split())
    return replace(caller, scopes=scopes, by_token=True)


def _key() -> bytes:
    return derive_key("access tokens")
