"""One attachment's content by its SHA-256: for a client of its store, and for the staff."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from lrs.api.authentication import caller_of, demand
from lrs.api.errors import ApiError, error_response
from lrs.api.http import refusal
from lrs.attachments.selectors import find_content
from lrs.attachments.serving import download
from lrs.attachments.storage import StorageUnavailable
from lrs.models import Store

_log = logging.getLogger(__name__)


@require_safe
def for_client(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """For a credential that reads the store's statements, as xAPI authenticates it."""
    try:
        caller = caller_of(request)
        demand(caller, "statements/read", "all/read")
        return _content(caller.store_id, sha256)
    except (ApiError, OperationalError, InterfaceError) as error:
        return refusal(error, "GET, HEAD")


@require_safe
def for_staff(request: HttpRequest, slug: str, sha256: str) -> HttpResponseBase:
    """For a person who is logged in and may see attachments."""
    try:
        if not request.user.has_perm("lrs.view_attachment"):
            message = "Only staff who may view attachments get their contents here."
            raise ApiError(403, "permission", message, advice="Log in to the administration.")
        store = Store.objects.filter(slug=slug).first()
        return _content(store.pk if store else 0, sha256)
    except ApiError as error:
        return error_response(error)


def _content(store_id: int, sha256: str) -> HttpResponseBase:
    found = find_content(store_id=store_id, sha256=sha256.lower())
    if found is None:
        message = "No statement of this store has an attachment with this content."
        raise ApiError(404, "unknown-attachment", message, advice="Ask by its SHA-256.")
    try:
        return download(found)
    except StorageUnavailable as error:
        _log.exception("The content of an attachment cannot be read")
        message = "The content cannot be read at the moment."
        raise ApiError(503, "attachment-unavailable", message, advice="Try again.") from error
