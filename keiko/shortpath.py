"""The short way for machines: requests to /xapi/ pass none of the middleware that pages need.

An xAPI client has no session, no cookie, no language and no form: to look for them took half of the time that
Django spends on a statement. What protects is kept: the check of the host, and the headers below.
"""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, ResolverMatch, resolve

from lrs.api.errors import ApiError, error_response

PREFIX = "/xapi/"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # An answer that a browser opens must run nothing, whatever a statement or a document holds.
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}


def short_path(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that must come first: answers requests to /xapi/ itself, and passes on all others."""
    headers = dict(_HEADERS)
    if settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"

    def middleware(request: HttpRequest) -> HttpResponseBase:
        match = _match(request.path_info) if request.path_info.startswith(PREFIX) else None
        if match is None:
            return get_response(request)
        request.resolver_match = match
        response = _refusal(request) or match.func(request, *match.args, **match.kwargs)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def _refusal(request: HttpRequest) -> HttpResponse | None:
    try:
        request.get_host()
    except DisallowedHost:
        message = "This server is not known by the name that the request gives it."
        advice = "Use the server's own address, or have its name added to ALLOWED_HOSTS."
        return error_response(ApiError(400, "host", message, advice=advice))
    return None


@lru_cache(maxsize=256)
def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None
