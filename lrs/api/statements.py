"""The statements resource (Communication 2.1)."""

from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.utils.http import http_date

from lrs.api.errors import ApiError, json_response
from lrs.api.http import XapiRequest, needs_scope, xapi_endpoint
from lrs.statements import query as reads
from lrs.statements.store import Conflict, store_statements
from lrs.xapi import formats, jsontext, parameters, timestamps
from lrs.xapi.actors import identifier
from lrs.xapi.errors import XapiError
from lrs.xapi.parameters import StatementQuery

CONSISTENT_THROUGH = "X-Experience-API-Consistent-Through"


@needs_scope("statements/write")
def post(request: XapiRequest) -> HttpResponse:
    if request.parameters:
        raise ApiError(
            400, "parameter", "POST takes no parameters.", advice="Use PUT to give a statementId."
        )
    body = request.json()
    batch = body if isinstance(body, list) else [body]
    if len(batch) > settings.XAPI_MAX_BATCH:
        raise ApiError(
            413,
            "batch-too-large",
            f"The batch has {len(batch):,} statements; {settings.XAPI_MAX_BATCH:,} are possible.",
            advice="Send it in parts.",
        )
    ids = _store(request, batch, single=not isinstance(body, list))
    return json_response([str(statement_id) for statement_id in ids])


@needs_scope("statements/write")
def put(request: XapiRequest) -> HttpResponse:
    given = request.parameters
    if given.keys() != {"statementId"}:
        raise ApiError(400, "parameter", "PUT takes exactly one parameter: statementId.")
    statement = request.json()
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
    _store(request, [statement], single=True)
    return HttpResponse(status=204)


@needs_scope("statements/read", "statements/read/mine", "all/read")
def get(request: XapiRequest) -> HttpResponse:
    given = request.parameters
    cursor = given.pop("cursor", None)
    query = parameters.parse(given, request.version)
    visible = _visibility(request)
    through = timestamps.render(reads.consistent_through())
    if query.statement_id or query.voided_statement_id:
        response = _one(request, query, visible)
    else:
        response = _page(request, query, visible, given, cursor)
    response[CONSISTENT_THROUGH] = through
    return response


statements = xapi_endpoint(POST=post, PUT=put, GET=get)


def authority(request: XapiRequest) -> dict[str, object]:
    """The agent that vouches for what this credential sends.

    Named by the credential's number: a shared record shows its authority, and a stranger need not see the key.
    """
    caller = request.caller
    account = {"homePage": settings.PUBLIC_URL, "name": f"credential-{caller.credential_id}"}
    return {"objectType": "Agent", "name": caller.label, "account": account}


def _store(request: XapiRequest, batch: list[object], *, single: bool) -> list[object]:
    try:
        return list(
            store_statements(
                store_id=request.caller.store_id,
                authority=authority(request),
                version=request.version,
                batch=batch,
            )
        )
    except (XapiError, Conflict) as error:
        if single:  # the path starts in the one statement that was sent
            error.path = error.path.removeprefix("/0")
        raise


def _visibility(request: XapiRequest) -> reads.Visibility:
    if request.caller.may("statements/read", "all/read"):
        return reads.Visibility(request.caller.store_id)
    return reads.Visibility(request.caller.store_id, identifier(authority(request)))


def _one(request: XapiRequest, query: StatementQuery, visible: reads.Visibility) -> HttpResponse:
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
    response = HttpResponse(_formatted(document, request, query), content_type="application/json")
    response["Last-Modified"] = http_date(stored.timestamp())
    return response


def _page(
    request: XapiRequest,
    query: StatementQuery,
    visible: reads.Visibility,
    given: dict[str, str],
    cursor: str | None,
) -> HttpResponse:
    most = settings.XAPI_MAX_PAGE
    limit = min(query.limit or most, most)
    page = reads.find_page(visible=visible, query=query, limit=limit, after_seq=_seq_of(cursor))
    more = ""
    if page.next_seq is not None:
        more = f"{request.django.path}?{urlencode({**given, 'cursor': _cursor(page.next_seq)})}"
    documents = b",".join(_formatted(document, request, query) for document in page.documents)
    body = b'{"statements":[' + documents + b'],"more":' + jsontext.dumps(more) + b"}"
    return HttpResponse(body, content_type="application/json")


def _formatted(document: bytes, request: XapiRequest, query: StatementQuery) -> bytes:
    if query.format == "exact":
        return document
    statement = jsontext.loads(document)
    if query.format == "ids":
        return jsontext.dumps(formats.to_ids(statement))
    languages = formats.languages_of(request.django.headers.get("Accept-Language", ""))
    return jsontext.dumps(formats.to_canonical(statement, languages))


def _cursor(seq: int) -> str:
    return signing.dumps(seq, salt="lrs.more")


def _seq_of(cursor: str | None) -> int | None:
    """The place that a `more` link names. Signed, so that a mistyped one is refused rather than misread."""
    if cursor is None:
        return None
    try:
        return int(signing.loads(cursor, salt="lrs.more"))
    except signing.BadSignature:
        raise ApiError(
            400,
            "parameter",
            "This is not a cursor of ours.",
            advice="Follow `more` as it was given.",
        ) from None
