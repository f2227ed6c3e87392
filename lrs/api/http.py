"""What every xAPI endpoint shares: who asks, in which version, and how an error is answered.

Plain Django views rather than DRF's: one statement at a time is the hot path, and DRF costs a quarter of it
(docs/decisions/0002).
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from lrs.api.authentication import CHALLENGE, caller_of
from lrs.api.errors import ApiError, error_response
from lrs.statements.store import Conflict
from lrs.stores.scopes import openers
from lrs.stores.selectors import Caller
from lrs.xapi import jsontext
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import V1, negotiate

VERSION_HEADER = "X-Experience-API-Version"
_DRAINED = 4  # of a body that is too long, so many times the limit is read to the end
_log = logging.getLogger(__name__)

_ALLOWED_HEADERS = (
    "Authorization, Content-Type, Content-Length, If-Match, If-None-Match, Accept-Language, "
    "X-Experience-API-Version"
)
_EXPOSED_HEADERS = (
    "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through"
)


class XapiRequest:
    """A request whose sender and version are known."""

    def __init__(self, request: HttpRequest, caller: Caller, version: str) -> None:
        self.django = request
        self.caller = caller
        self.version = version

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters. Raises ApiError when one is given twice."""
        for name, values in self.django.GET.lists():
            if len(values) > 1:
                raise ApiError(400, "parameter", f"The parameter {name!r} is given twice.")
        return self.django.GET.dict()

    def json(self) -> Any:
        """The body's JSON value. Raises ApiError for another content type, XapiError for malformed JSON."""
        kind = self.django.content_type or ""
        if kind != "application/json":
            if kind == "multipart/mixed":
                message = "Statements with attachments (multipart/mixed) are not available yet."
                raise ApiError(415, "content-type", message, advice="Send application/json.")
            raise ApiError(
                415 if kind else 400,
                "content-type",
                f"Statements come as application/json, not as {kind or 'nothing'}.",
                advice="Set the header Content-Type: application/json.",
            )
        coding = self.django.headers.get("Content-Encoding", "identity")
        if coding != "identity":
            message = f"A body with the content coding {coding} is not understood here."
            raise ApiError(415, "content-encoding", message, advice="Send it uncompressed.")
        return jsontext.loads(read_body(self.django))


View = Callable[[XapiRequest], HttpResponse]


def read_body(request: HttpRequest) -> bytes:
    """The body, never more than XAPI_MAX_BODY_BYTES of it. Raises ApiError (413) for a longer one."""
    limit = settings.XAPI_MAX_BODY_BYTES
    length = request.META.get("CONTENT_LENGTH") or "0"
    if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
        # WSGI gives such a body no length, so Django would read it as empty.
        message = "A body in chunks is not understood here."
        raise ApiError(411, "length-required", message, advice="Send the header Content-Length.")
    said_too_long = length.isdigit() and int(length) > limit
    try:
        if said_too_long:
            _drain(request, min(int(length), _DRAINED * limit))
            body = b""
        else:
            body = request.read(limit + 1)
    except UnreadablePostError as error:
        message = "The body ended before it was whole; nothing of it was stored."
        raise ApiError(400, "body-cut-off", message, advice="Send the request again.") from error
    if said_too_long or len(body) > limit:
        raise ApiError(
            413,
            "body-too-large",
            f"The body is over the limit of {limit:,} bytes.",
            advice="Send fewer statements in a request.",
        )
    return body


def _drain(request: HttpRequest, size: int) -> None:
    """Read and forget: a client that is still sending would see a broken connection instead of our answer."""
    while size > 0 and (chunk := request.read(min(size, 65_536))):
        size -= len(chunk)


def xapi_endpoint(**methods: View) -> Callable[[HttpRequest], HttpResponse]:
    """A Django view from one function a method; HEAD is GET without a body."""
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = response["Allow"] = allowed
            response["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
            response["Access-Control-Max-Age"] = "86400"
        else:
            response = _answer(request, methods, allowed)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
        response["Cache-Control"] = "no-store"
        return _without_body(response) if request.method == "HEAD" else response

    return view


def _without_body(response: HttpResponse) -> HttpResponse:
    """The answer to HEAD. Not every server strips the body; one that is sent puts the connection out of step."""
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _answer(request: HttpRequest, methods: dict[str, View], allowed: str) -> HttpResponse:
    version = V1
    try:
        handler = methods.get("GET" if request.method == "HEAD" else request.method or "")
        if handler is None:
            message = f"{request.method} is not possible here; {allowed} are."
            raise ApiError(405, "method", message)
        caller = caller_of(request)
        version = caller.default_version
        version = negotiate(request.headers.get(VERSION_HEADER))
        response = handler(XapiRequest(request, caller, version))
    except ApiError as error:
        response = error_response(error)
        if error.status == 405:
            response["Allow"] = allowed
        if error.status == 401:
            response["WWW-Authenticate"] = CHALLENGE
    except XapiError as error:
        response = error_response(
            ApiError(400, "invalid", error.message, path=error.path, advice=error.advice)
        )
    except Conflict as error:
        response = error_response(
            ApiError(
                409,
                "conflict",
                str(error),
                path=error.path,
                advice="A stored statement cannot be changed: send yours under a new id.",
            )
        )
    except (OperationalError, InterfaceError):
        _log.exception("The database did not answer a request of xAPI")
        message = "The database did not carry this request out; nothing of it was confirmed."
        response = error_response(
            ApiError(503, "unavailable", message, advice="Send the request again in a minute.")
        )
        response["Retry-After"] = "60"
    response[VERSION_HEADER] = version
    return response


def needs_scope(*scopes: str) -> Callable[[View], View]:
    """Let only callers through whose credential has one of the scopes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: XapiRequest) -> HttpResponse:
            if not request.caller.may(*scopes):
                raise ApiError(
                    403,
                    "scope",
                    "This credential may not do this.",
                    advice=f"It needs one of the scopes: {', '.join(openers(scopes))}.",
                )
            return view(request)

        return checked

    return decorate
