"""The token endpoint (RFC 6749, 3.2 and 4.4) and the document that says where it is (RFC 8414)."""

import base64
import binascii
import logging
from urllib.parse import unquote_plus

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from lrs.api.errors import json_response
from lrs.oauth.errors import TokenRequestError
from lrs.oauth.tokens import issue_token
from lrs.stores.scopes import MEANINGS

_LONGEST = 16 * 1024
_log = logging.getLogger(__name__)


@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """A short-lived access token for a credential's key and secret."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Access-Control-Allow-Methods"] = response["Allow"] = "POST, OPTIONS"
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    else:
        try:
            response = _granted(request)
        except TokenRequestError as error:
            response = _refused(error)
        except (OperationalError, InterfaceError):
            _log.exception("The database did not answer a request for a token")
            away = TokenRequestError("temporarily_unavailable", "Ask again in a minute.", 503)
            response = _refused(away)
            response["Retry-After"] = "60"
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def metadata(request: HttpRequest) -> HttpResponse:
    """Authorization Server Metadata."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    response = json_response(
        {
            "issuer": settings.PUBLIC_URL,
            "token_endpoint": f"{settings.PUBLIC_URL}/oauth/token",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "grant_types_supported": ["client_credentials"],
            "response_types_supported": [],
            "scopes_supported": list(MEANINGS),
            "service_documentation": f"{settings.PUBLIC_URL}/api/docs/",
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _granted(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        raise TokenRequestError("invalid_request", "A token is asked for by POST.", 405)
    form = _form(request)
    key, secret = _client(request, form)
    kind = form.get("grant_type")
    if not kind:
        raise TokenRequestError("invalid_request", "The parameter grant_type is missing.")
    if kind != "client_credentials":
        raise TokenRequestError("unsupported_grant_type", "It is client_credentials.")
    issued = issue_token(key=key, secret=secret, scopes=form.get("scope", "").split())
    return json_response(
        {
            "access_token": issued.token,
            "token_type": "Bearer",
            "expires_in": issued.seconds,
            "scope": " ".join(issued.scopes),
        }
    )


def _form(request: HttpRequest) -> dict[str, str]:
    """The parameters of the body, each once (RFC 6749, 3.2)."""
    if request.content_type != "application/x-www-form-urlencoded":
        message = "The request comes as application/x-www-form-urlencoded."
        raise TokenRequestError("invalid_request", message)
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length > _LONGEST:
            raise TokenRequestError("invalid_request", "The request is too long.", 413)
        form = QueryDict(request.read(length), encoding="utf-8")
    except (ValueError, UnreadablePostError) as error:
        raise TokenRequestError("invalid_request", "The request cannot be read.") from error
    if any(len(values) > 1 for _, values in form.lists()):
        raise TokenRequestError("invalid_request", "A parameter is given twice.")
    return form.dict()


def _client(request: HttpRequest, form: dict[str, str]) -> tuple[str, str]:
    """The key and secret, from the header or from the body, never both (RFC 6749, 2.3.1)."""
    header = request.headers.get("Authorization")
    if header is None:
        return form.get("client_id", ""), form.get("client_secret", "")
    if "client_secret" in form:
        raise TokenRequestError("invalid_request", "Send the secret once: in the header or here.")
    scheme, _, encoded = header.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError(scheme)
        key, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        message = "The Authorization header is not Basic base64(key:secret)."
        raise TokenRequestError("invalid_client", message, 401) from error
    return unquote_plus(key), unquote_plus(secret)


def _refused(error: TokenRequestError) -> HttpResponse:
    response = json_response(
        {"error": error.error, "error_description": error.description}, error.status
    )
    if error.status == 401:
        response["WWW-Authenticate"] = 'Basic realm="xAPI", charset="UTF-8"'
    if error.status == 405:
        response["Allow"] = "POST, OPTIONS"
    return response
