"""The shapes that the xAPI resources share: schemas, parameters, headers, answers."""

from typing import Any

from lrs.api.openapi import examples
from lrs.xapi import schemas
from lrs.xapi.versions import V1, V2

Json = dict[str, Any]

# How a schema of the statement files is named among the document's components.
_PREFIX = {V1: "Xapi1", V2: "Xapi2"}
_JSON = "application/json"
_IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")

SECURITY: list[Json] = [{"basic": []}, {"bearer": []}]


def ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def schema(name: str) -> Json:
    return ref("schemas", name)


def parameter(name: str) -> Json:
    return ref("parameters", name)


def answer(name: str) -> Json:
    return ref("responses", name)


def json_content(shape: Json, **named: Any) -> Json:
    """A JSON body of the shape, with examples by name."""
    media: Json = {"schema": shape}
    if named:
        media["examples"] = {name: {"value": value} for name, value in named.items()}
    return {_JSON: media}


def statement_schemas() -> dict[str, Json]:
    """The definitions of both versions' statement schemas, as components: what the server itself checks by."""
    found: dict[str, Json] = {}
    for version, prefix in _PREFIX.items():
        for name, definition in schemas.schema(version)["definitions"].items():
            found[_component(prefix, name)] = _translated(definition, prefix)
    return found


def _component(prefix: str, name: str) -> str:
    return prefix + name[0].upper() + name[1:]


def _translated(value: Any, prefix: str) -> Any:
    """A schema of draft 7 as OpenAPI 3.1 (draft 2020-12) has it: references and `dependencies` are named otherwise."""
    if isinstance(value, list):
        return [_translated(item, prefix) for item in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, item in value.items():
        if key == "$ref":
            found[key] = f"#/components/schemas/{_component(prefix, item.rpartition('/')[2])}"
        elif key == "dependencies" and all(isinstance(each, list) for each in item.values()):
            found["dependentRequired"] = item
        else:
            found[key] = _translated(item, prefix)
    return found


def own_schemas() -> dict[str, Json]:
    """What the server answers besides statements."""
    text: Json = {"type": "string"}
    texts: Json = {"type": "array", "items": text}
    account: Json = {"type": "object", "properties": {"homePage": text, "name": text}}
    return {
        "Statement": {
            "title": "A statement, by the rules of the version that the request names",
            "anyOf": [schema("Xapi1Statement"), schema("Xapi2Statement")],
        },
        "Statements": {
            "title": "A statement, or a batch that is stored as a whole or not at all",
            "anyOf": [
                schema("Statement"),
                {"type": "array", "items": schema("Statement")},
            ],
        },
        "StatementResult": {
            "type": "object",
            "required": ["statements", "more"],
            "properties": {
                "statements": {"type": "array", "items": {"type": "object"}},
                "more": {**text, "description": "The address of the next page; empty at the end."},
            },
        },
        "Agent": {"title": "An agent", "anyOf": [schema("Xapi1Agent"), schema("Xapi2Agent")]},
        "AgentOrGroup": {
            "title": "An agent or identified group",
            "anyOf": [
                schema("Agent"),
                {
                    **schema("Xapi1Group"),
                    "anyOf": [{"required": [name]} for name in _IDENTIFIERS],
                },
            ],
        },
        "Person": {
            "type": "object",
            "required": ["objectType"],
            "properties": {
                "objectType": {"const": "Person"},
                "name": texts,
                "mbox": texts,
                "mbox_sha1sum": texts,
                "openid": texts,
                "account": {"type": "array", "items": account},
            },
        },
        "Activity": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "objectType": {"const": "Activity"},
                "id": text,
                "definition": {"type": "object"},
            },
        },
        "About": {
            "type": "object",
            "required": ["version"],
            "properties": {"version": texts, "extensions": {"type": "object"}},
        },
        "Error": {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["code", "message"],
                    "properties": {
                        "code": {**text, "description": "For programs: it does not change."},
                        "message": {**text, "description": "What is wrong."},
                        "path": {**text, "description": "Where, as a JSON Pointer into the body."},
                        "advice": {**text, "description": "What to do about it."},
                    },
                }
            },
        },
    }


def parameters() -> dict[str, Json]:
    """Parameters and request headers by the name of their component."""
    return {
        "Version": {
            "name": "X-Experience-API-Version",
            "in": "header",
            "required": True,
            "description": "The version that the request is written in: any 1.0.x, or 2.0.x.",
            "schema": {"type": "string", "pattern": r"^(1\.0(\.[0-9]{1,3})?|2\.0(\.[0-9]{1,3})?)$"},
            "example": V1,
        },
        "IfMatch": _header("If-Match", "The ETag of the document as it is expected to be."),
        "IfNoneMatch": _header("If-None-Match", "`*`: only if there is no document yet."),
        "activityId": _query("activityId", "The activity's IRI.", schema("Xapi1Iri"), needed=True),
        "person": _json_query("agent", "The agent, as JSON.", "Agent", needed=True),
        "agent": _json_query(
            "agent", "The agent, as JSON; in 2.0 an identified group too.", needed=True
        ),
        "registration": _query("registration", "The registration.", schema("Xapi1Uuid")),
        "since": _query(
            "since",
            "Only the names of what was stored later; not beside the name of a document.",
            schema("Xapi1Timestamp"),
        ),
        "stateId": _query("stateId", "The document's name.", _NAME),
        "profileId": _query("profileId", "The document's name.", _NAME),
        "neededStateId": _query("stateId", "The document's name.", _NAME, needed=True),
        "neededProfileId": _query("profileId", "The document's name.", _NAME, needed=True),
    }


_NAME: Json = {"type": "string", "minLength": 1, "pattern": "^[^\\u0000]+$"}


def _header(name: str, description: str) -> Json:
    return {
        "name": name,
        "in": "header",
        "description": description,
        # What is no ETag of ours is no fault: it matches no document.
        "schema": {"anyOf": [{"const": "*"}, {"type": "string"}]},
    }


def _query(name: str, description: str, shape: Json, *, needed: bool = False) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": needed,
        "description": description,
        "schema": shape,
    }


def _json_query(
    name: str, description: str, shape: str = "AgentOrGroup", *, needed: bool = False
) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": needed,
        "description": description,
        "content": json_content(schema(shape), agent=examples.AGENT),
    }


STATEMENT_FILTERS: tuple[Json, ...] = (
    _query("statementId", "This statement, unless it is voided.", schema("Xapi1Uuid")),
    _query("voidedStatementId", "This voided statement.", schema("Xapi1Uuid")),
    _json_query("agent", "Actor or object, or a member of the group that is one."),
    _query("verb", "The verb's IRI.", schema("Xapi1Iri")),
    _query("activity", "The object's IRI.", schema("Xapi1Iri")),
    _query("registration", "The context's registration.", schema("Xapi1Uuid")),
    _query("related_activities", "Also anywhere in the context.", {"type": "boolean"}),
    _query("related_agents", "Also authority and context.", {"type": "boolean"}),
    _query("since", "Stored later than this.", schema("Xapi1Timestamp")),
    _query("until", "Stored no later than this.", schema("Xapi1Timestamp")),
    _query(
        "limit",
        "The most statements of a page; 0 is the server's own limit.",
        {"type": "integer", "minimum": 0, "maximum": 999_999_999},
    ),
    _query(
        "format",
        "How statements are shown.",
        {"type": "string", "enum": ["ids", "exact", "canonical"], "default": "exact"},
    ),
    _query("attachments", "With the attachments, as multipart/mixed.", {"type": "boolean"}),
    _query("ascending", "Oldest first.", {"type": "boolean"}),
)

_NOT_IN_A_NODE = frozenset(
    {"statementId", "voidedStatementId", "format", "attachments", "activity", "related_activities"}
)
NODE_FILTERS = tuple(each for each in STATEMENT_FILTERS if each["name"] not in _NOT_IN_A_NODE)


def headers() -> dict[str, Json]:
    """Headers of the answers."""
    text: Json = {"type": "string"}
    return {
        "Version": {"description": "The version of the answer.", "required": True, "schema": text},
        "ConsistentThrough": {
            "description": "Nothing stored at or before this will turn up later.",
            "required": True,
            "schema": {"type": "string", "format": "date-time"},
        },
        "ETag": {"description": "The content's SHA-1, quoted.", "schema": text},
        "LastModified": {"description": "When it was stored.", "schema": text},
    }


def responses() -> dict[str, Json]:
    """The refusals that several resources share."""
    named = {
        "Invalid": ("What was sent is not allowed; `path` names the place.", examples.INVALID),
        "Unauthorized": ("No credential, or one that opens no store.", examples.UNAUTHORIZED),
        "Forbidden": ("The credential's scopes do not cover this.", examples.FORBIDDEN),
        "NotFound": ("There is no such thing in this store.", examples.NOT_FOUND),
        "Conflict": ("Something else is stored there already.", examples.CONFLICT),
        "PreconditionFailed": ("If-Match or If-None-Match does not hold.", examples.PRECONDITION),
        "TooLarge": ("The body, batch or document is over a limit.", examples.TOO_LARGE),
        "Unavailable": ("The database did not answer; nothing was changed.", examples.UNAVAILABLE),
        "UnsupportedMediaType": ("The body is not of a type that is read here.", examples.MEDIA),
        "MethodNotAllowed": ("The resource has no such method.", examples.METHOD),
    }
    found: dict[str, Json] = {
        name: {
            "description": description,
            "content": json_content(schema("Error"), refusal=example),
        }
        for name, (description, example) in named.items()
    }
    # Said by the web server itself, before any of our code: without a body.
    found["AddressTooLong"] = {"description": "The address is over 65,534 bytes."}
    return found


def security_schemes() -> dict[str, Json]:
    return {
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "The key and the secret of a store's credential.",
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token: of the token endpoint, or of the store's OIDC issuer.",
        },
    }
