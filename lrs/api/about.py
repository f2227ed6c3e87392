"""What this LRS speaks (Communication 2.8). Needs no credential and no version."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from lrs.api.errors import ApiError, error_response, json_response
from lrs.api.http import VERSION_HEADER, preflight, sent
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import SUPPORTED, V1, negotiate

_ALLOWED = "GET, HEAD, OPTIONS"


@csrf_exempt
def about(request: HttpRequest) -> HttpResponseBase:
    response = _answer(request)
    try:
        response[VERSION_HEADER] = negotiate(request.headers.get(VERSION_HEADER))
    except XapiError:  # a client asks this because it does not know which version to name
        response[VERSION_HEADER] = V1
    return sent(request, response)


def _answer(request: HttpRequest) -> HttpResponse:
    if request.method == "OPTIONS":
        return preflight(_ALLOWED)
    if request.method in ("GET", "HEAD"):
        return json_response({"version": list(SUPPORTED)})
    response = error_response(ApiError(405, "method", "Only GET and HEAD are possible here."))
    response["Allow"] = _ALLOWED
    return response
