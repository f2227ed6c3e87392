"""The statements resource (Communication 2.1)."""

import logging
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from lrs.activities.selectors import find_definitions
from lrs.api.authentication import caller_of, demand
from lrs.api.consistency import RecentThrough
from lrs.api.errors import ApiError, json_response
from lrs.api.http import XapiRequest, compares_generation, needs_scope, xapi_endpoint
from lrs.api.multipart import Message, multipart_response
from lrs.api.places import Place, place_in, signed
from lrs.attachments.scan import ContentRefused, ScanUnavailable
from lrs.attachments.selectors import Content, contents_of
from lrs.attachments.services import NO_PARTS, Parts
from lrs.attachments.storage import StorageUnavailable
from lrs.statements import query as reads
from lrs.statements import replica
from lrs.statements.replica import PRIMARY
from lrs.statements.store import Busy, Conflict, store_statements
from lrs.stores.generation import AccessChanged
from lrs.stores.selectors import Caller
from lrs.xapi import formats, jsontext, parameters, timestamps
from lrs.xapi.errors import XapiError
from lrs.xapi.parameters import StatementQuery

_log = logging.getLogger(__name__)
CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"


@compares_generation
@needs_scope("statements/write")
def post(request: XapiRequest) -> HttpResponse:
    if request.parameters:
        raise ApiError(
            400, "parameter", "POST takes no parameters.", advice="Use PUT to give a statementId."
        )
    with Message() as message:
        body, parts = _received(request, message)
        batch = body if isinstance(body, list) else [body]
        if len(batch) > settings.XAPI_MAX_BATCH:
            raise ApiError(
                413,
                "batch-too-large",
                f"The batch has {len(batch):,} statements; {settings.XAPI_MAX_BATCH:,} are possible.",
                advice="Send it in parts.",
            )
        ids = _store(request, batch, parts, single=not isinstance(body, list))
    return json_response([str(statement_id) for statement_id in ids])


@compares_generation
@needs_scope("statements/write")
def put(request: XapiRequest) -> HttpResponse:
    given = request.parameters
    if given.keys() != {"statementId"}:
        raise ApiError(400, "parameter", "PUT takes exactly one parameter: statementId.")
    with Message() as message:
        statement, parts = _received(request, message)
        if not isinstance(statement, dict):
            raise ApiError(400, "invalid", "PUT takes one statement, a JSON object.")
        query = parameters.parse(given, request.version)
        own = statement.setdefault("id", given["statementId"])
        if str(own).lower() != str(query.statement_id):
            raise ApiError(
                400,
                "invalid",
                "The statement's id is not the statementId of the request.",
                path="/id",
                advice="Leave the id out of the statement, or make the two equal.",
            )
        _store(request, [statement], parts, single=True)
    return HttpResponse(status=204)


@needs_scope("statements/read", "statements/read/mine", "all/read")
def get(request: XapiRequest) -> HttpResponseBase:
    given = request.parameters
    cursor = given.pop("cursor", None)
    query = parameters.parse(given, request.version)
    visible = _visibility(request)
    if query.statement_id or query.voided_statement_id:
        # From the primary: a client reads by id what it has just sent.
        through = reads.consistent_through()
        response = _one(request, query, visible)
    else:
        response, through = _page(request, query, visible, given, cursor)
    response[CONSISTENT_THROUGH] = timestamps.render(through)
    return response


_answer = xapi_endpoint(POST=post, PUT=put, GET=get)
_recent = RecentThrough()


@csrf_exempt
def statements(request: HttpRequest) -> HttpResponseBase:
    """The resource. Every answer carries Consistent-Through, errors and the answers to POST and PUT too (2.1.3)."""
    response = _answer(request)
    if request.method != "OPTIONS" and CONSISTENT_THROUGH not in response:
        through = _recent.moment(ask=response.status_code != 503)
        if through:
            response[CONSISTENT_THROUGH] = timestamps.render(through)
    return response


def _received(request: XapiRequest, message: Message) -> tuple[object, Parts]:
    """The JSON of the body, and what came with it."""
    kind = request.django.content_type or ""
    if kind == "multipart/mixed":
        message.receive(request.django)
        return message.value, message.parts
    if kind != "application/json":
        raise ApiError(
            400,  # not 415: both suites ask for 400
            "content-type",
            f"Statements come as application/json or multipart/mixed, not as {kind[:80] or 'nothing'}.",
            advice="Set the header Content-Type: application/json.",
        )
    return request.json(), NO_PARTS


def _store(request: XapiRequest, batch: list[object], parts: Parts, *, single: bool) -> list[UUID]:
    try:
        try:
            return _store_as(request.caller, request.version, batch, parts)
        except AccessChanged:
            # Perhaps it was another credential of the store that was changed. This time the database is asked first.
            caller = caller_of(request.django)
            demand(caller, "statements/write")
            return _store_as(caller, request.version, batch, parts)
    except (XapiError, Conflict) as error:
        if single:  # the path starts in the one statement that was sent
            error.path = error.path.removeprefix("/0")
        raise
    except Busy as error:
        _log.exception("Statements were not stored: others came between each time")
        message = "Others change what these statements name all the time; nothing was stored."
        advice = "Send the request again in a moment."
        raise ApiError(503, "busy", message, advice=advice, headers={"Retry-After": "1"}) from error
    except ContentRefused as error:
        message = str(error)
        raise ApiError(400, "attachment-refused", message, advice="Leave it out.") from error
    except (ScanUnavailable, StorageUnavailable) as error:
        _log.exception("An attachment was not taken")
        message = "Attachments cannot be taken at the moment; nothing of the request was stored."
        advice = "Send the request again in a minute."
        raise ApiError(503, "attachment-unavailable", message, advice=advice) from error


def _store_as(caller: Caller, version: str, batch: list[object], parts: Parts) -> list[UUID]:
    return store_statements(
        store_id=caller.store_id,
        generation=caller.generation,
        authority=caller.authority,
        version=version,
        batch=batch,
        attachments=parts,
        may_define=caller.may("define"),
    )


def _visibility(request: XapiRequest) -> reads.Visibility:
    if request.caller.may("statements/read", "all/read"):
        return reads.Visibility(request.caller.store_id)
    return reads.Visibility(request.caller.store_id, request.caller.own)


def _one(
    request: XapiRequest, query: StatementQuery, visible: reads.Visibility
) -> HttpResponseBase:
    voided = query.voided_statement_id is not None
    statement_id = query.voided_statement_id or query.statement_id
    if statement_id is None:
        raise ApiError(400, "parameter", "Give a statementId.")
    found = reads.find_one(visible=visible, statement_id=statement_id, voided=voided)
    if found is None:
        raise ApiError(
            404,
            "unknown-statement",
            f"There is no {'voided ' if voided else ''}statement {statement_id} in this store.",
            advice="" if voided else "A voided statement is found by voidedStatementId.",
        )
    document, stored = found
    (body,) = _formatted([document], request, query, PRIMARY)
    contents = _contents([document], request, query, PRIMARY)
    response = _sent(body, contents)
    response["Last-Modified"] = http_date(stored.timestamp())
    return response


def _page(
    request: XapiRequest,
    query: StatementQuery,
    visible: reads.Visibility,
    given: dict[str, str],
    cursor: str | None,
) -> tuple[HttpResponseBase, datetime]:
    most = settings.XAPI_MAX_PAGE
    limit = min(query.limit or most, most)
    place = _place_of(cursor, visible)

    def found(using: str) -> tuple[str, list[bytes], list[Content] | None]:
        after = place.seq if place else None
        page = reads.find_page(
            visible=visible, query=query, limit=limit, after_seq=after, using=using
        )
        more = ""
        if page.next_seq is not None:
            here = Place(page.next_seq, replica.position(using))
            more = f"{request.django.path}?{urlencode({**given, 'cursor': _cursor(here, visible)})}"
        documents = _formatted(page.documents, request, query, using)
        return more, documents, _contents(page.documents, request, query, using)

    reading = replica.read(found, reached=place.reached if place else None)
    more, documents, contents = reading.found
    body = b'{"statements":[' + b",".join(documents) + b'],"more":' + jsontext.dumps(more) + b"}"
    return _sent(body, contents), reading.through


def _sent(body: bytes, contents: Sequence[Content] | None) -> HttpResponseBase:
    """multipart/mixed where attachments are asked for, also when there are none (2.1.3)."""
    if contents is None:
        return HttpResponse(body, content_type="application/json")
    return multipart_response(body, contents)


def _contents(
    documents: Sequence[bytes], request: XapiRequest, query: StatementQuery, using: str
) -> list[Content] | None:
    """The contents of the statements' attachments; None where they are not asked for."""
    if not query.attachments:
        return None
    ids = [UUID(jsontext.loads(document)["id"]) for document in documents]
    return contents_of(store_id=request.caller.store_id, statement_ids=ids, using=using)


def _formatted(
    documents: Sequence[bytes], request: XapiRequest, query: StatementQuery, using: str
) -> list[bytes]:
    if query.format == "exact":
        return list(documents)
    found = [jsontext.loads(document) for document in documents]
    if query.format == "ids":
        return [jsontext.dumps(formats.to_ids(statement)) for statement in found]
    languages = formats.languages_of(request.django.headers.get("Accept-Language", ""))
    definitions = find_definitions(
        store_id=request.caller.store_id,
        iris=set().union(*map(formats.activities_in, found)),
        using=using,
    )
    return [
        jsontext.dumps(formats.to_canonical(statement, languages, definitions))
        for statement in found
    ]


def _cursor(place: Place, visible: reads.Visibility) -> str:
    return signed(place, salt=f"lrs.more.{visible.store_id}")


def _place_of(cursor: str | None, visible: reads.Visibility) -> Place | None:
    """The place that a `more` link of this store names."""
    if cursor is None:
        return None
    try:
        return place_in(cursor, salt=f"lrs.more.{visible.store_id}")
    except signing.BadSignature:
        raise ApiError(
            400,
            "parameter",
            "This is not a cursor of this store.",
            advice="Follow `more` as it was given.",
        ) from None
