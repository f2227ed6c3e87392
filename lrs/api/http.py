"""What every xAPI endpoint shares: who asks, in which version, and how an error is answered.

Plain Django views rather than DRF's: one statement at a time is the hot path, and DRF costs a quarter of it
(docs/decisions/0002).
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.views.decorators.csrf import csrf_exempt

from lrs.api import alternate
from lrs.api.authentication import caller_of, demand
from lrs.api.bodies import read_body
from lrs.api.errors import ApiError, error_response
from lrs.api.rejected import note
from lrs.statements.store import Conflict
from lrs.stores.selectors import Caller
from lrs.xapi import jsontext
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import V1, V2, negotiate

VERSION_HEADER = "X-Experience-API-Version"
_log = logging.getLogger(__name__)

_ALLOWED_HEADERS = (
    "Authorization, Content-Type, Content-Length, Content-Encoding, If-Match, If-None-Match, "
    "Accept-Language, X-Experience-API-Version"
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
            raise ApiError(
                400,  # not 415: both suites ask for 400
                "content-type",
                f"JSON comes as application/json, not as {kind[:80] or 'nothing'}.",
                advice="Set the header Content-Type: application/json.",
            )
        return jsontext.loads(read_body(self.django, self_delimiting=True))


View = Callable[[XapiRequest], HttpResponseBase]
_COMPARING: set[View] = set()  # the handlers that compare the caller's generation themselves


def compares_generation(view: View) -> View:
    """Mark a handler that asks, in the statement that does its work, whether the caller is still let in.

    It saves a round trip to the database where one costs, and raises AccessChanged or asks again itself. Put it
    outermost.
    """
    _COMPARING.add(view)
    return view


def xapi_endpoint(**methods: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """A Django view from one function a method; HEAD is GET without a body."""
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return with_cors(preflight(allowed))
        meant, response = _answer(request, methods, allowed)
        response["Cache-Control"] = "no-store"
        return sent(meant, response)

    return view


def sent(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer as it goes out: readable by a page of another origin, compressed where asked for, no body for
    HEAD."""
    response = with_cors(response)
    if isinstance(response, HttpResponse) and not response.has_header("ETag"):
        # Statements and lists. A document keeps its ETag as it is: a client sends it back in If-Match.
        response = _gzip.process_response(request, response)
    return _without_body(response) if request.method == "HEAD" else response


def with_cors(response: HttpResponseBase) -> HttpResponseBase:
    """Any origin may ask: a request is authorised by what it carries, never by a cookie."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
    return response


def preflight(allowed: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = response["Allow"] = allowed
    response["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
    response["Access-Control-Max-Age"] = "86400"
    return response


_gzip = GZipMiddleware(lambda _request: HttpResponse())


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """The answer to HEAD. Not every server strips the body; one that is sent puts the connection out of step."""
    if isinstance(response, StreamingHttpResponse):
        # Nothing was read yet of what it would stream, so there is nothing to close.
        return HttpResponse(status=response.status_code, headers=response.headers)
    if isinstance(response, HttpResponse):
        if response.has_header("Content-Encoding"):
            # Django's compression adds random bytes, so that the length is not that of the next GET.
            del response["Content-Length"]
        else:
            response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def _answer(
    request: HttpRequest, methods: dict[str, View], allowed: str
) -> tuple[HttpRequest, HttpResponseBase]:
    """The request that was meant (see lrs.api.alternate) and its answer."""
    meant = request
    version = caller = None
    try:
        in_alternate_syntax = alternate.is_alternate(request)
        if in_alternate_syntax:
            meant = alternate.rewritten(request)
        handler = methods.get("GET" if meant.method == "HEAD" else meant.method or "")
        if handler is None:
            message = f"{meant.method} is not possible here; {allowed} are."
            raise ApiError(405, "method", message)
        caller = caller_of(meant, fresh=handler not in _COMPARING)
        version = caller.default_version
        version = negotiate(meant.headers.get(VERSION_HEADER))
        if in_alternate_syntax and version == V2:
            raise ApiError(
                400,
                "alternate-syntax",
                "xAPI 2.0 has no alternate request syntax (?method=).",
                advice="Send the method itself, or name version 1.0.3.",
            )
        response = handler(XapiRequest(meant, caller, version))
    except (ApiError, XapiError, Conflict, OperationalError, InterfaceError) as error:
        response = refusal(error, allowed)
        note(meant, caller, response)
    response[VERSION_HEADER] = version or _said(meant)
    return meant, response


def _said(request: HttpRequest) -> str:
    """The version to name to somebody whose store, and its default, is not known."""
    try:
        return negotiate(request.headers.get(VERSION_HEADER))
    except XapiError:
        return V1


def refusal(error: Exception, allowed: str) -> HttpResponse:
    """The answer to what a handler raised."""
    if isinstance(error, ApiError):
        response = error_response(error)
        if error.status == 405:
            response["Allow"] = allowed
        return response
    if isinstance(error, XapiError):
        return error_response(
            ApiError(400, "invalid", error.message, path=error.path, advice=error.advice)
        )
    if isinstance(error, Conflict):
        advice = "A stored statement cannot be changed: send yours under a new id."
        return error_response(ApiError(409, "conflict", str(error), path=error.path, advice=advice))
    _log.error("The database did not answer a request of xAPI", exc_info=error)
    message = "The database did not carry this request out; nothing of it was confirmed."
    response = error_response(
        ApiError(503, "unavailable", message, advice="Send the request again in a minute.")
    )
    response["Retry-After"] = "60"
    return response


def needs_scope(*scopes: str) -> Callable[[View], View]:
    """Let only callers through that have one of the scopes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: XapiRequest) -> HttpResponseBase:
            demand(request.caller, *scopes)
            return view(request)

        return checked

    return decorate
