"""Addresses of xAPI that this version does not answer, and those that xAPI does not have."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from lrs.api.errors import ApiError, error_response
from lrs.api.http import VERSION_HEADER
from lrs.xapi.versions import V1

_LATER = frozenset(
    {
        "activities",
        "activities/profile",
        "activities/state",
        "agents",
        "agents/profile",
        "extensions",
    }
)


@csrf_exempt
def unavailable(request: HttpRequest, resource: str) -> HttpResponse:
    """501 for a resource of xAPI that is still to come, 404 for any other; nothing is stored."""
    if resource in _LATER:
        error = ApiError(
            501,
            "not-available",
            f"The resource {resource} is not available in this version of Keiko.",
            advice="Statements and about are; docs/xapi.md says what comes later.",
        )
    else:
        error = ApiError(
            404,
            "unknown-resource",
            f"xAPI has no resource {resource!r}.",
            advice="Check the endpoint: it ends with /xapi, and the client adds /statements.",
        )
    response = error_response(error)
    response["Access-Control-Allow-Origin"] = "*"
    response[VERSION_HEADER] = V1
    return response
