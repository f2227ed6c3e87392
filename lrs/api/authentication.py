"""Who asks: from the Authorization header to a caller."""

import base64
import binascii

from django.http import HttpRequest

from lrs.api.errors import ApiError
from lrs.stores.selectors import Caller, authenticate


def caller_of(request: HttpRequest) -> Caller:
    """The credential that the request carries. Raises ApiError (401) when it carries none that opens a store."""
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
    caller = authenticate(key=key, secret=secret)
    if caller is None:
        message = "The key or the secret is wrong, or the credential was revoked."
        raise ApiError(401, "wrong-credential", message, advice="Ask the store's administrator.")
    return caller
