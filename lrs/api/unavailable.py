"""Addresses that xAPI does not have."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from lrs.api.errors import ApiError, error_response
from lrs.api.http import VERSION_HEADER, sent
from lrs.xapi.versions import V1


@csrf_exempt
def unavailable(request: HttpRequest, resource: str) -> HttpResponseBase:
    """404 with how an endpoint ends; nothing is stored."""
    response = error_response(
        ApiError(
            404,
            "unknown-resource",
            f"xAPI has no resource {resource[:200]!r}.",
            advice="Check the endpoint: it ends with /xapi, and the client adds /statements.",
        )
    )
    response[VERSION_HEADER] = V1
    return sent(request, response)
