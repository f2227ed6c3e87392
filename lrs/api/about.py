"""What this LRS speaks (Communication 2.8). Needs no credential and no version."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from lrs.api.errors import ApiError, error_response, json_response
from lrs.api.http import VERSION_HEADER, preflight, sent
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import SUPPORTED, V1, negotiate

LIMITS = "https://w3id.org/keiko/about/limits"
_ALLOWED = "GET, HEAD, OPTIONS"


@csrf_exempt
def about(request: HttpRequest) -> HttpResponseBase:
    response = _answer(request)
    try:
        response[VERSION_HEADER] = negotiate(request.headers.get(VERSION_HEADER))
    except XapiError:  # a client asks this because it does not know which version to name
        response[VERSION_HEADER] = V1
    return sent(request, response)


def _limits() -> dict[str, int]:
    """What a client may send and ask at once, so that it can cut its batches by it."""
    return {
        "statementsInRequest": settings.XAPI_MAX_BATCH,
        "bytesInRequest": settings.XAPI_MAX_BODY_BYTES,
        "bytesInDocument": settings.XAPI_MAX_DOCUMENT_BYTES,
        "statementsInAnswer": settings.XAPI_MAX_PAGE,
    }


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        return preflight(_ALLOWED)
    if request.method in ("GET", "HEAD"):
        return json_response({"version": list(SUPPORTED), "extensions": {LIMITS: _limits()}})
    response = error_response(ApiError(405, "method", "Only GET and HEAD are possible here."))
    response["Allow"] = _ALLOWED
    return response
