"""Who asks: from the Authorization header to a caller."""

import base64
import binascii

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from lrs.api.errors import ApiError
from lrs.stores.authentication import authenticate
from lrs.stores.selectors import Caller

CHALLENGE = 'Basic realm="xAPI", charset="UTF-8"'


def caller_of(request: HttpRequest, *, fresh: bool = True) -> Caller:
    """Who sends the request. Raises ApiError (401) when it carries nothing that opens a store.

    With `fresh` that is so in the database as committed now. Without, the handler must compare the caller's
    generation in the statement that does its work (lrs.stores.generation), and this asks the database nothing that it
    asked before.
    """
    header = request.headers.get("Authorization", "")
    advice = "Send the key and secret of a store by HTTP Basic authentication."
    if not header:
        raise ApiError(401, "no-credential", "The request carries no credential.", advice=advice)
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        message = "The Authorization header is not of the form Basic base64(key:secret)."
        raise ApiError(401, "malformed-credential", message, advice=advice) from None
    key, _, secret = text.partition(":")
    caller = authenticate(key=key, secret=secret, fresh=fresh)
    if caller is None:
        message = "The key or the secret is wrong, or the credential was revoked."
        raise ApiError(401, "wrong-credential", message, advice="Ask the store's administrator.")
    return caller


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
