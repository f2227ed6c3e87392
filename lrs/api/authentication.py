"""Who asks: from the Authorization header to a caller."""

import base64
import binascii

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from lrs.api.errors import ApiError
from lrs.oauth.bearer import caller_of_token
from lrs.oauth.errors import InvalidToken, KeysUnavailable
from lrs.stores.authentication import authenticate
from lrs.stores.scopes import openers
from lrs.stores.selectors import Caller

_BASIC = 'Basic realm="xAPI", charset="UTF-8"'
_BEARER = 'Bearer realm="xAPI"'
CHALLENGE = f"{_BASIC}, {_BEARER}"
_ADVICE = "Send a store's key and secret by HTTP Basic authentication, or a token as Bearer."


def caller_of(request: HttpRequest, *, fresh: bool = True) -> Caller:
    """Who sends the request. Raises ApiError (401) when it carries nothing that opens a store.

    With `fresh` that is so in the database as committed now. Without, the handler must compare the caller's
    generation in the statement that does its work (lrs.stores.generation), and this asks the database nothing that it
    asked before.
    """
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "":
            raise _refused("no-credential", "The request carries no credential.", _ADVICE)
        case "basic":
            return _by_secret(value.strip(), fresh)
        case "bearer":
            return _by_token(value.strip(), fresh)
        case _:
            message = "The Authorization header is neither Basic nor Bearer."
            raise _refused("malformed-credential", message, _ADVICE)


def _by_secret(encoded: str, fresh: bool) -> Caller:
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        message = "The Authorization header is not of the form Basic base64(key:secret)."
        raise _refused("malformed-credential", message, _ADVICE) from None
    key, _, secret = text.partition(":")
    caller = authenticate(key=key, secret=secret, fresh=fresh)
    if caller is None:
        message = "The key or the secret is wrong, or the credential has expired or was revoked."
        raise _refused("wrong-credential", message, "Ask the store's administrator.")
    return caller


def _by_token(token: str, fresh: bool) -> Caller:
    try:
        return caller_of_token(token, fresh=fresh)
    except InvalidToken as error:
        challenge = f'{_BEARER}, error="invalid_token", error_description="{error}"'
        advice = "Get a new token, for this server, from whom the store trusts."
        raise _refused("invalid-token", str(error), advice, challenge) from error
    except KeysUnavailable as error:
        raise ApiError(
            503,
            "issuer-unavailable",
            "The keys of the token's issuer cannot be had at the moment.",
            advice="Send the request again in a minute, or with the store's key and secret.",
            headers={"Retry-After": "60"},
        ) from error


def _refused(code: str, message: str, advice: str, challenge: str = CHALLENGE) -> ApiError:
    return ApiError(401, code, message, advice=advice, headers={"WWW-Authenticate": challenge})


def demand(caller: Caller, *scopes: str) -> None:
    """Raises ApiError (403) unless the caller has one of the scopes."""
    if caller.may(*scopes):
        return
    opening = openers(scopes)
    headers = {}
    if caller.by_token:
        challenge = f'{_BEARER}, error="insufficient_scope", scope="{opening[0]}"'
        headers["WWW-Authenticate"] = challenge
    raise ApiError(
        403,
        "scope",
        "This credential may not do this.",
        advice=f"It needs one of the scopes: {', '.join(opening)}.",
        headers=headers,
    )


class NotAuthenticated(AuthenticationFailed):
    """What DRF understands as a 401; `error` is the answer that xAPI's own endpoints would give."""

    def __init__(self, error: ApiError) -> None:
        super().__init__(error.message, error.code)
        self.error = error


class StoreAuthentication(BaseAuthentication):
    """DRF: `request.auth` is the Caller. No user of Keiko is behind it: it is a client of a store."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller]:
        try:
            return AnonymousUser(), caller_of(request)
        except ApiError as error:
            raise NotAuthenticated(error) from error

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE
