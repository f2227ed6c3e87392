"""The document resources: state, activity profile, agent profile (Communication 2.2, 2.3, 2.6, 2.7)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date

from lrs.api.bodies import body_chunks
from lrs.api.conditional import conditions_of, tagged
from lrs.api.errors import ApiError, json_response
from lrs.api.http import XapiRequest, needs_scope, xapi_endpoint
from lrs.documents import selectors, services
from lrs.documents.selectors import Place
from lrs.documents.services import Content
from lrs.xapi import parameters
from lrs.xapi.actors import identifier
from lrs.xapi.documents import ChangeRefused, Refusal, Resource, is_json
from lrs.xapi.versions import V1

_UNTYPED = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class _Kind:
    """A resource by its parameters: what names a document, what must be there, what may be."""

    resource: Resource
    id_parameter: str
    required: frozenset[str]
    optional: frozenset[str] = frozenset()

    def put(self, request: XapiRequest) -> HttpResponse:
        place, name = self._document(request)
        with _refusals():
            services.put_document(
                store_id=request.caller.store_id,
                place=place,
                name=name,
                content=_content(request.django),
                given=conditions_of(request.django),
                version=request.version,
            )
        return HttpResponse(status=204)

    def post(self, request: XapiRequest) -> HttpResponse:
        place, name = self._document(request)
        with _refusals():
            services.post_document(
                store_id=request.caller.store_id,
                place=place,
                name=name,
                content=_content(request.django),
                given=conditions_of(request.django),
                limit=settings.XAPI_MAX_DOCUMENT_BYTES,
            )
        return HttpResponse(status=204)

    def delete(self, request: XapiRequest) -> HttpResponse:
        place, name = self._document(request)
        with _refusals():
            services.delete_document(
                store_id=request.caller.store_id,
                place=place,
                name=name,
                given=conditions_of(request.django),
            )
        return HttpResponse(status=204)

    def delete_one_or_all(self, request: XapiRequest) -> HttpResponse:
        given = request.parameters
        if self.id_parameter in given:
            return self.delete(request)
        if conditions_of(request.django):
            raise ApiError(
                400,
                "condition",
                f"If-Match and If-None-Match need a {self.id_parameter}: they are about one document.",
            )
        place = self._place(given, request.version, self.required | self.optional)
        services.delete_documents(store_id=request.caller.store_id, place=place)
        return HttpResponse(status=204)

    def get(self, request: XapiRequest) -> HttpResponse:
        if self.id_parameter in request.parameters:
            return self._get_one(request)
        return self._get_names(request)

    def _get_one(self, request: XapiRequest) -> HttpResponse:
        place, name = self._document(request)
        found = selectors.find_document(store_id=request.caller.store_id, place=place, name=name)
        if found is None:
            raise ApiError(
                404,
                "unknown-document",
                f"There is no {self.resource.value} document {name!r} here.",
            )
        response = HttpResponse(found.content, content_type=found.content_type)
        # The content is a client's: a browser that is led to it must not run it as a page of ours.
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return tagged(request.django, _dated(response, found.updated), etag=found.etag)

    def _get_names(self, request: XapiRequest) -> HttpResponse:
        given = request.parameters
        place = self._place(given, request.version, self.required | self.optional | {"since"})
        names, latest = selectors.document_names(
            store_id=request.caller.store_id,
            place=place,
            since=parameters.moment_of(given, "since"),
        )
        return tagged(request.django, _dated(json_response(names), latest))

    def _document(self, request: XapiRequest) -> tuple[Place, str]:
        """The place and name of the one document that the request is about."""
        given = request.parameters
        known = self.required | self.optional | {self.id_parameter}
        place = self._place(given, request.version, known)
        name = given.get(self.id_parameter)
        if not name:
            raise _missing(self.id_parameter)
        if "\0" in name:
            message = f"{self.id_parameter} has the character U+0000."
            raise ApiError(400, "parameter", message, advice="Leave it out.")
        return place, name

    def _place(self, given: dict[str, str], version: str, known: frozenset[str]) -> Place:
        _check_known(given, known)
        for name in sorted(self.required):
            if not given.get(name):
                raise _missing(name)
        agent = parameters.agent_of(given, version)
        if version == V1 and agent and agent.get("objectType") == "Group":
            raise ApiError(
                400,
                "parameter",
                "agent is a group.",
                advice="Send the group's identifier in an Agent object (Communication 2.6).",
            )
        return Place(
            resource=self.resource,
            activity=parameters.iri_of(given, "activityId"),
            agent=identifier(agent) if agent else None,
            registration=parameters.uuid_of(given, "registration"),
        )


def _check_known(given: dict[str, str], known: frozenset[str]) -> None:
    if unknown := given.keys() - known:
        raise ApiError(
            400,
            "parameter",
            f"There is no parameter {min(unknown)[:80]!r} here.",
            advice=f"The parameters are {', '.join(sorted(known))}; their case counts.",
        )


def _missing(parameter: str) -> ApiError:
    return ApiError(400, "parameter", f"The parameter {parameter} is missing.", advice="Give it.")


def _content(request: HttpRequest) -> Content:
    content_type = request.headers.get("Content-Type") or _UNTYPED
    if not all(" " <= character != "\x7f" for character in content_type):
        raise ApiError(400, "content-type", "The Content-Type has a control character.")
    chunks = body_chunks(
        request,
        limit=settings.XAPI_MAX_DOCUMENT_BYTES,
        self_delimiting=is_json(content_type),
    )
    return Content(b"".join(chunks), content_type)


def _dated(response: HttpResponse, moment: datetime | None) -> HttpResponse:
    if moment is not None:
        response["Last-Modified"] = http_date(moment.timestamp())
    return response


_REFUSED = {
    Refusal.MISMATCH: (
        412,
        "condition-failed",
        "The document is not as If-Match or If-None-Match says; it was not changed.",
        "GET it, take over what has changed, and send If-Match with its ETag.",
    ),
    Refusal.EXISTS: (
        409,
        "document-exists",
        "There is such a document already; it was not changed.",
        "Check its current state by GET, and send If-Match with its ETag to replace it.",
    ),
    Refusal.UNCONDITIONAL: (
        400,
        "condition-missing",
        "A profile is PUT with If-Match or If-None-Match (xAPI 1.0.3, Communication 3.1).",
        "Send If-None-Match: * for a new document, If-Match with its ETag for another.",
    ),
}


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the services refuse into answers."""
    try:
        yield
    except ChangeRefused as error:
        status, code, message, advice = _REFUSED[error.refusal]
        raise ApiError(status, code, message, advice=advice) from error
    except services.TooLarge as error:
        raise ApiError(413, "document-too-large", str(error), advice="Keep less in it.") from error
    except services.Busy as error:
        message = "Others change this document all the time; yours was not made."
        raise ApiError(503, "busy", message, advice="Send it again in a moment.") from error


def _endpoint(
    kind: _Kind, scope: str, delete: Callable[[XapiRequest], HttpResponse]
) -> Callable[[HttpRequest], HttpResponseBase]:
    writes = needs_scope(scope)
    return xapi_endpoint(
        GET=needs_scope(scope, "all/read")(kind.get),
        PUT=writes(kind.put),
        POST=writes(kind.post),
        DELETE=writes(delete),
    )


_STATE = _Kind(
    Resource.STATE,
    "stateId",
    frozenset({"activityId", "agent"}),
    frozenset({"registration"}),
)
_ACTIVITY_PROFILE = _Kind(Resource.ACTIVITY_PROFILE, "profileId", frozenset({"activityId"}))
_AGENT_PROFILE = _Kind(Resource.AGENT_PROFILE, "profileId", frozenset({"agent"}))

state = _endpoint(_STATE, "state", _STATE.delete_one_or_all)
activity_profile = _endpoint(_ACTIVITY_PROFILE, "profile", _ACTIVITY_PROFILE.delete)
agent_profile = _endpoint(_AGENT_PROFILE, "profile", _AGENT_PROFILE.delete)
