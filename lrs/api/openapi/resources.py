"""The xAPI resources, path by path (Communication 2; IEEE 9274.1.1 section 4.1.6)."""

from typing import Any

from lrs.api.openapi import examples
from lrs.api.openapi.components import (
    SECURITY,
    STATEMENT_FILTERS,
    Json,
    answer,
    json_content,
    parameter,
    ref,
    schema,
)

_ANY_DOCUMENT: Json = {
    "application/json": {"schema": {}},
    "*/*": {"schema": {"type": "string", "format": "binary"}},
}
_DOCUMENT_BODY: Json = {
    "application/json": {
        "schema": {"title": "Any JSON"},
        "examples": {"state": {"value": examples.STATE}},
    },
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
}
_JSON_OBJECT = json_content({"type": "object"}, state=examples.STATE)
_CONDITIONS = (parameter("IfMatch"), parameter("IfNoneMatch"))


def _headers(*names: str) -> Json:
    known = {
        "ConsistentThrough": "X-Experience-API-Consistent-Through",
        "ETag": "ETag",
        "LastModified": "Last-Modified",
    }
    said = {"X-Experience-API-Version": ref("headers", "Version")}
    return said | {known[name]: ref("headers", name) for name in names}


def _operation(
    name: str,
    summary: str,
    tag: str,
    success: Json,
    *,
    given: tuple[Json, ...] = (),
    body: Json | None = None,
    refusals: tuple[str, ...] = (),
    scopes: str = "",
    status: int = 200,
) -> Json:
    """One operation. Every one can be refused as malformed, unauthorised, forbidden or unavailable."""
    common = {
        "400": "Invalid",
        "401": "Unauthorized",
        "403": "Forbidden",
        "414": "AddressTooLong",
        "503": "Unavailable",
    }
    found: Json = {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": [parameter("Version"), *given],
        "responses": {
            str(status): success,
            **{code: answer(named) for code, named in common.items()},
            **{code: answer(_REFUSALS[code]) for code in refusals},
        },
        "security": SECURITY,
    }
    if scopes:
        found["description"] = f"Needs one of the scopes {scopes}."
    if body is not None:
        found["requestBody"] = {"required": True, "content": body}
    return found


_REFUSALS = {
    "404": "NotFound",
    "409": "Conflict",
    "412": "PreconditionFailed",
    "413": "TooLarge",
}


def _done(*headers: str) -> Json:
    return {"description": "Done, and on disk.", "headers": _headers(*headers)}


def _statements() -> Json:
    tag = "Statements"
    found = {
        "description": "The statement, or a page of them.",
        "headers": _headers("ConsistentThrough", "LastModified"),
        "content": {
            **json_content({"anyOf": [{"type": "object"}, schema("StatementResult")]}),
            "multipart/mixed": {"schema": {"type": "string", "format": "binary"}},
        },
    }
    filters = STATEMENT_FILTERS
    reading = "statements/read, statements/read/mine, all/read, all"
    return {
        "get": _operation(
            "getStatements",
            "Find statements",
            tag,
            found,
            given=filters,
            refusals=("404",),
            scopes=reading,
        ),
        "post": _operation(
            "postStatements",
            "Store statements",
            tag,
            {
                "description": "All are on disk; their ids, in the order of the request.",
                "headers": _headers("ConsistentThrough"),
                "content": json_content(
                    {"type": "array", "items": schema("Xapi1Uuid")}, ids=[examples.STATEMENT_ID]
                ),
            },
            body=json_content(
                schema("Statements"),
                one=examples.STATEMENT,
                batch=examples.BATCH,
                voiding=examples.VOIDING,
            ),
            refusals=("409", "413"),
            scopes="statements/write, all",
        ),
        "put": _operation(
            "putStatement",
            "Store one statement under an id",
            tag,
            _done("ConsistentThrough"),
            status=204,
            given=(_needed_statement_id(),),
            body=json_content(schema("Statement"), one=examples.STATEMENT),
            refusals=("409", "413"),
            scopes="statements/write, all",
        ),
    }


def _needed_statement_id() -> Json:
    return {
        "name": "statementId",
        "in": "query",
        "required": True,
        "description": "The id to store it under.",
        "schema": schema("Xapi1Uuid"),
    }


def _documents(
    what: str, tag: str, *, place: tuple[str, ...], name: str, needed_name: str, scopes: str
) -> Json:
    """A document resource: `place` and `name` are the components of its parameters."""
    there = tuple(parameter(each) for each in place)
    one = (*there, parameter(needed_name))
    clears_many = name == "stateId"
    reading = f"{scopes}, all/read, all"
    writing = f"{scopes}, all"
    return {
        "get": _operation(
            f"get{what}",
            "Read a document, or the names of those that are there",
            tag,
            {
                "description": "The document as it was sent, or a JSON array of names.",
                "headers": _headers("ETag", "LastModified"),
                "content": _ANY_DOCUMENT,
            },
            given=(*there, parameter(name), parameter("since")),
            refusals=("404", "412"),
            scopes=reading,
        ),
        "put": _operation(
            f"put{what}",
            "Keep a document, in place of the one that is there",
            tag,
            _done(),
            status=204,
            given=(*one, *_CONDITIONS),
            body=_DOCUMENT_BODY,
            refusals=("409", "412", "413"),
            scopes=writing,
        ),
        "post": _operation(
            f"post{what}",
            "Merge a JSON object into the document, by its top level",
            tag,
            _done(),
            status=204,
            given=(*one, *_CONDITIONS),
            body=_JSON_OBJECT,
            refusals=("409", "412", "413"),
            scopes=writing,
        ),
        "delete": _operation(
            f"delete{what}",
            "Delete a document" + (", or without stateId all of them" if clears_many else ""),
            tag,
            _done(),
            status=204,
            given=(
                *there,
                parameter(name) if clears_many else parameter(needed_name),
                *_CONDITIONS,
            ),
            refusals=("412",),
            scopes=writing,
        ),
    }


def _reading(name: str, summary: str, tag: str, key: str, shape: str, example: Any) -> Json:
    success = {
        "description": summary,
        "headers": _headers("ETag"),
        "content": json_content(schema(shape), found=example),
    }
    scopes = "statements/read, all/read, all"
    return {
        "get": _operation(
            name, summary, tag, success, given=(parameter(key),), refusals=("412",), scopes=scopes
        )
    }


def _about() -> Json:
    return {
        "get": {
            "operationId": "getAbout",
            "summary": "The versions that this server speaks",
            "description": "Needs neither a credential nor a version.",
            "tags": ["About"],
            "security": [],
            "responses": {
                "200": {
                    "description": "The versions.",
                    "headers": _headers(),
                    "content": json_content(schema("About"), about=examples.ABOUT),
                }
            },
        }
    }


def paths() -> dict[str, Json]:
    """Every path below /xapi/, with its operations."""
    return {
        "/xapi/about": _about(),
        "/xapi/statements": _statements(),
        "/xapi/activities/state": _documents(
            "State",
            "State",
            place=("activityId", "agent", "registration"),
            name="stateId",
            needed_name="neededStateId",
            scopes="state",
        ),
        "/xapi/activities/profile": _documents(
            "ActivityProfile",
            "Activity profile",
            place=("activityId",),
            name="profileId",
            needed_name="neededProfileId",
            scopes="profile",
        ),
        "/xapi/agents/profile": _documents(
            "AgentProfile",
            "Agent profile",
            place=("agent",),
            name="profileId",
            needed_name="neededProfileId",
            scopes="profile",
        ),
        "/xapi/activities": _reading(
            "getActivity",
            "An activity with all that statements said of it",
            "Activities",
            "activityId",
            "Activity",
            examples.ACTIVITY,
        ),
        "/xapi/agents": _reading(
            "getPerson", "A person", "Agents", "person", "Person", examples.PERSON
        ),
    }
