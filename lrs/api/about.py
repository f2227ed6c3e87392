"""What this LRS speaks (Communication 2.8). Needs no credential and no version."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from lrs.api.errors import ApiError, error_response, json_response
from lrs.api.http import VERSION_HEADER
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import SUPPORTED, V1, negotiate


@csrf_exempt
def about(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        response = error_response(ApiError(405, "method", "Only GET and HEAD are possible here."))
        response["Allow"] = "GET, HEAD"
        return response
    response = json_response({"version": list(SUPPORTED)})
    response["Access-Control-Allow-Origin"] = "*"
    try:
        response[VERSION_HEADER] = negotiate(request.headers.get(VERSION_HEADER))
    except XapiError:  # a client asks this because it does not know which version to name
        response[VERSION_HEADER] = V1
    return response
