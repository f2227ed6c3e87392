"""ETags of answers, and the conditions of requests (Communication 3.1; RFC 9110 section 13)."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from lrs.api.errors import ApiError
from lrs.xapi import documents as rules
from lrs.xapi.documents import Conditions


def conditions_of(request: HttpRequest) -> Conditions:
    """What the request's headers ask of the document."""
    return rules.conditions(
        if_match=request.headers.get("If-Match"), if_none_match=request.headers.get("If-None-Match")
    )


def tagged(
    request: HttpRequest, response: HttpResponse, *, etag: str | None = None
) -> HttpResponse:
    """The answer to a GET with its ETag, which is made from the content where none is given.

    304 without a content when the client says by If-None-Match that it has this one. Raises ApiError (412) when it
    says by If-Match that it wants another.
    """
    current = etag or rules.etag(response.content)
    given = conditions_of(request)
    if not Conditions(match=given.match).hold(current):
        message = "What is here has another ETag than If-Match says."
        raise ApiError(412, "condition-failed", message, advice="GET it without If-Match.")
    if not given.hold(current):
        unchanged = HttpResponseNotModified()
        if "Last-Modified" in response:
            unchanged["Last-Modified"] = response["Last-Modified"]
        response = unchanged
    response["ETag"] = f'"{current}"'
    return response
