"""What every REST view shares: who asks, checked parameters, pages, and errors as xAPI's own endpoints give them."""

from typing import Any

from django.core import signing
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from lrs.api.authentication import NotAuthenticated
from lrs.api.errors import ApiError, error_response
from lrs.api.http import refusal
from lrs.api.places import Place, place_in, signed
from lrs.api.rest.permissions import caller_of
from lrs.hierarchy.services import HierarchyError
from lrs.xapi.errors import XapiError


def on_error(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's exception handler. None for what is no answer to the client: that is a fault of ours."""
    view: APIView = context["view"]
    allowed = ", ".join(view.allowed_methods)
    meant = _as_ours(error)
    return refusal(meant, allowed) if meant else None


def _as_ours(error: Exception) -> Exception | None:
    if isinstance(error, NotAuthenticated):
        return error.error
    if isinstance(error, (ApiError, XapiError, OperationalError, InterfaceError)):
        return error
    if isinstance(error, HierarchyError):
        path = f"/{error.field}" if error.field else ""
        status, code = (409, "conflict") if error.taken else (400, "invalid")
        return ApiError(status, code, error.message, path=path, advice=error.advice)
    if isinstance(error, exceptions.ValidationError):
        path, message = _first_fault(error.detail, "")
        return ApiError(400, "invalid", message, path=path)
    if isinstance(error, (Http404, exceptions.NotFound)):
        return ApiError(404, "not-found", "There is nothing here.")
    if isinstance(error, exceptions.APIException):
        code = str(getattr(error, "default_code", "error")).replace("_", "-")
        return ApiError(error.status_code, code, str(error.detail))
    return None


def _first_fault(detail: Any, path: str) -> tuple[str, str]:
    """Where the first thing is that is wrong (a JSON Pointer), and what."""
    if isinstance(detail, dict):
        key, inner = next(iter(detail.items()))
        step = str(key).replace("~", "~0").replace("/", "~1")
        return _first_fault(inner, path if key == "non_field_errors" else f"{path}/{step}")
    if isinstance(detail, list):
        return _first_fault(detail[0], path)
    return path, str(detail)


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know, so that a mistyped name is not passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(sorted(self.fields))
            message = f"There is no property of this name here; there are {known}."
            raise exceptions.ValidationError({unknown[0]: [message]})
        return super().to_internal_value(data)


def checked_query(request: Request, form: type[StrictSerializer]) -> dict[str, Any]:
    """The query's parameters. Raises ApiError for one that is unknown, malformed or given twice."""
    given = request.query_params
    for name, values in given.lists():
        if len(values) > 1:
            raise ApiError(400, "parameter", f"The parameter {name!r} is given twice.")
        if "\0" in name or "\0" in values[0]:
            raise ApiError(400, "parameter", "A parameter has the character U+0000 in it.")
    checked = form(data=given.dict())
    if not checked.is_valid():
        path, message = _first_fault(checked.errors, "")
        raise ApiError(400, "parameter", f"{path.removeprefix('/')}: {message}".removeprefix(": "))
    data: dict[str, Any] = checked.validated_data
    return data


def more_link(request: Request, cursor: int | None, *, reached: int | None = None) -> str:
    """The address of the next page; empty where there is none."""
    if cursor is None:
        return ""
    parameters = request.query_params.copy()
    parameters["cursor"] = signed(Place(cursor, reached), salt=_salt(request))
    return f"{request.path}?{parameters.urlencode()}"


def place_of(request: Request, cursor: str | None) -> Place | None:
    """The place that a `more` link of this address and store names. Raises ApiError for another text."""
    if cursor is None:
        return None
    try:
        return place_in(cursor, salt=_salt(request))
    except signing.BadSignature:
        raise ApiError(
            400,
            "parameter",
            "This is not a cursor of this store for this address.",
            advice="Follow `more` as it was given.",
        ) from None


def _salt(request: Request) -> str:
    """A place is signed for its store and address, so that another's is refused rather than misread."""
    return f"lrs.rest.{caller_of(request).store_id}{request.path}"


@csrf_exempt
def nothing_here(request: HttpRequest, resource: str) -> HttpResponse:
    """The answer below /api/v1/ where there is no resource."""
    message = f"There is nothing at /api/v1/{resource[:200]}."
    return error_response(ApiError(404, "not-found", message))
