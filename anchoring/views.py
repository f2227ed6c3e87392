"""The public log over HTTP: read-only, without credentials, open to scripts of every site.

It serves hashes of salted commitments and signed heads; entries are never served.
"""

import logging
from base64 import b64encode
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

from anchoring import tilestore
from anchoring.anchors import newest_verified
from anchoring.checkpoints import newest
from anchoring.core import tiles
from anchoring.core.bundle import anchor_to_json
from anchoring.metrics import exposition
from anchoring.places import anchor_of
from anchoring.proofs import prove_consistency
from anchoring.tilestore import TilesMissing
from anchoring.trust import trust_policy
from anchoring.witnesses import newest_cosigned, note_of

logger = logging.getLogger(__name__)

_FOR_EVER = "public, max-age=31536000, immutable"
_FRESH = "public, max-age=1"
_MINUTES = "public, max-age=300"
_MAX_SIZE = 2**63 - 1
_READS = ("GET", "HEAD", "OPTIONS")


class Refused(Exception):
    """A request that gets an error in JSON: what is wrong, and what to do."""

    def __init__(self, status: HTTPStatus, error: str, advice: str) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "advice": advice}


def _public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that any site's script may read; what it refuses is answered in JSON."""

    @wraps(view)
    def answer(request: HttpRequest, **arguments: str) -> HttpResponse:
        try:
            response = _respond(view, request, arguments)
        except Refused as refused:
            response = JsonResponse(refused.body, status=refused.status)
            response["Cache-Control"] = "no-store"
            if refused.status == HTTPStatus.METHOD_NOT_ALLOWED:
                response["Allow"] = ", ".join(_READS)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    # A write is refused below in JSON, before Django would ask for a CSRF token in HTML.
    answer.csrf_exempt = True  # type: ignore[attr-defined]  # how csrf_exempt itself marks a view
    return answer


def _respond(
    view: Callable[..., HttpResponse], request: HttpRequest, arguments: dict[str, str]
) -> HttpResponse:
    if request.method not in _READS:
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, "The log is read-only.", "Use GET.")
    if request.method == "OPTIONS":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["Access-Control-Allow-Methods"] = ", ".join(_READS)
        response["Access-Control-Max-Age"] = "86400"
        return response
    return view(request, **arguments)


@_public
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed checkpoint."""
    found = newest()
    if found is None:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            "The log has no checkpoint yet.",
            "It signs its first one when the first statement is logged. Try again in some seconds.",
        )
    response = HttpResponse(note_of(found), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = _FRESH
    return response


@_public
def cosigned_checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint that a witness has cosigned."""
    found = newest_cosigned()
    if found is None:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            "No witness has cosigned a checkpoint yet.",
            "Read /log/checkpoint for the newest one.",
        )
    response = HttpResponse(note_of(found), content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = _FRESH
    return response


@_public
def tile(request: HttpRequest, name: str) -> HttpResponse:
    """One hash tile, whole or its first hashes, at the paths of C2SP tlog-tiles."""
    if name.startswith("entries/"):
        raise Refused(
            HTTPStatus.NOT_FOUND,
            "Entries are never served.",
            "What a record says is shown by its learner, in a bundle. Hash tiles are at "
            "tile/LEVEL/INDEX.",
        )
    try:
        place = tiles.parse_path(name)
    except ValueError as error:
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            str(error),
            "Write tile/LEVEL/INDEX as C2SP tlog-tiles has it, for example tile/0/x001/067.",
        ) from None
    data = tilestore.tile(place)
    if data is None:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            f"The log has no tile {place.path()} yet.",
            "Read /log/checkpoint for the size of the log, and ask for tiles within it; a tile "
            "that is not full has .p/WIDTH behind its path.",
        )
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Cache-Control"] = _FOR_EVER
    return response


@_public
def latest_anchor(request: HttpRequest) -> HttpResponse:
    """The newest anchored checkpoint, with the proof that it continues the size `from`."""
    old_size = _size(request.GET.get("from", ""))
    anchor = newest_verified()
    if anchor is None:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            "No checkpoint is on the chain yet.",
            "The first one is anchored soon after the first statement. Try again in some minutes.",
        )
    if old_size > anchor.checkpoint.size:
        raise Refused(
            HTTPStatus.NOT_FOUND,
            f"The newest anchor is of size {anchor.checkpoint.size}, below {old_size}.",
            "Try again after the next anchor.",
        )
    try:
        proof = prove_consistency(old_size=old_size, new_size=anchor.checkpoint.size)
    except TilesMissing as error:
        logger.exception("The tiles do not hold the newest anchor: run manage.py monitor.")
        raise Refused(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "The log cannot prove this: its tiles are damaged.",
            "Tell the institution that runs the log.",
        ) from error
    response = JsonResponse(
        {
            "checkpoint": note_of(anchor.checkpoint),
            "anchor": anchor_to_json(anchor_of(anchor)),
            "consistency": [b64encode(item).decode() for item in proof],
        }
    )
    response["Cache-Control"] = _FRESH
    return response


def _size(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19) or not (
        0 < int(text) <= _MAX_SIZE
    ):
        raise Refused(
            HTTPStatus.BAD_REQUEST,
            "`from` is not the size of a log.",
            "Write ?from=SIZE with the size of your checkpoint, a whole number from 1 on.",
        )
    return int(text)


@_public
def trust(request: HttpRequest) -> HttpResponse:
    """The trust policy of this log. A verifier should get it once, and pin it."""
    response = HttpResponse(trust_policy(), content_type="application/json")
    response["Cache-Control"] = _MINUTES
    return response


@_public
def metrics(request: HttpRequest) -> HttpResponse:
    """Whether the log keeps up, for Prometheus; numbers only, and none that its tiles do not show."""
    response = HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


@_public
def unknown(request: HttpRequest, name: str) -> HttpResponse:
    """Everything else below /log/."""
    raise Refused(
        HTTPStatus.NOT_FOUND,
        "The log has nothing here.",
        "It answers at /log/checkpoint, /log/tile/LEVEL/INDEX, /log/anchors/latest?from=SIZE, "
        "/log/metrics and /log/trust.json.",
    )
