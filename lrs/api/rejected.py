"""Notes each refusal for the administrators of the store (lrs.rejections). The request never waits for it."""

import base64
import binascii
import logging
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from lrs.rejections.facts import Facts, bounded
from lrs.rejections.recorder import record
from lrs.stores.selectors import Caller
from lrs.xapi import jsontext

_HEAD = "keiko_body_head"  # the attribute of a request that holds the beginning of its decoded body
_log = logging.getLogger(__name__)


def head_kept(request: HttpRequest, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks of a body as they come, of which the beginning is held for a note."""
    head = b""
    most = settings.XAPI_REJECTIONS_BODY_BYTES
    for chunk in chunks:
        if len(head) < most:
            head += chunk[: most - len(head)]
            setattr(request, _HEAD, head)
        yield chunk


def note(request: HttpRequest, caller: Caller | None, response: HttpResponseBase) -> None:
    """Note a refusal. Does nothing for other answers, and whatever goes wrong in it is a line in the log.

    A GET that finds nothing (404) is no refusal: clients ask that way whether a document is there yet.
    """
    status = response.status_code
    if status < 400 or (status == 404 and request.method in ("GET", "HEAD")):
        return
    try:
        record(_facts(request, caller, response))
    except Exception:  # noqa: BLE001  # a note must never harm the answer that it is about
        _log.exception("A rejected request could not be noted")


def _facts(request: HttpRequest, caller: Caller | None, response: HttpResponseBase) -> Facts:
    said = _said(response)
    size = request.META.get("CONTENT_LENGTH") or ""
    return Facts(
        moment=timezone.now(),
        store_id=caller.store_id if caller else None,
        credential_id=caller.credential_id if caller else None,
        key="" if caller else bounded(_key(request), 64),
        method=bounded(request.method or "", 16),
        resource=bounded(request.path.removeprefix("/xapi/"), 200),
        parameters=bounded(", ".join(sorted(request.GET)), 300),
        status=response.status_code,
        code=bounded(said.get("code", ""), 64),
        message=bounded(said.get("message", ""), 1000),
        path=bounded(said.get("path", "")),
        advice=bounded(said.get("advice", "")),
        user_agent=bounded(request.headers.get("User-Agent", ""), 300),
        version=bounded(request.headers.get("X-Experience-API-Version", ""), 40),
        content_type=bounded(request.content_type or "", 100),
        size=int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None,
        body=_body(request) if caller else b"",
    )


def _said(response: HttpResponseBase) -> dict[str, str]:
    """What the client was told: code, message, path and advice."""
    if not isinstance(response, HttpResponse):
        return {}
    value = jsontext.loads(response.content)
    error = value.get("error") if isinstance(value, dict) else None
    return {name: str(text) for name, text in error.items()} if isinstance(error, dict) else {}


def _key(request: HttpRequest) -> str:
    """The key of an Authorization header; nothing of what follows its colon, which is the secret."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
    key, colon, _ = text.partition(":")
    return key if colon else ""  # without a colon it may be the secret alone


def _body(request: HttpRequest) -> bytes:
    """The beginning of the body; not of a form in the alternate syntax, which may hold the credential."""
    if request.method == "POST" and "method" in request.GET:
        return b""
    head: bytes = getattr(request, _HEAD, b"")
    return head
