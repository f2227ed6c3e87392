"""What the OpenAPI document shows. A test holds every statement here to the server's own rules."""

from typing import Any

Json = dict[str, Any]

AGENT: Json = {"objectType": "Agent", "mbox": "mailto:ana@escuela.example"}

STATEMENT: Json = {
    "actor": {**AGENT, "name": "Ana Núñez"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered"}},
    "object": {
        "id": "https://escuela.example/quiz/1/question/3",
        "definition": {
            "type": "http://adlnet.gov/expapi/activities/question",
            "name": {"en": "Fractions, question 3", "es": "Fracciones, pregunta 3"},
        },
    },
    "result": {"score": {"scaled": 0.8, "raw": 8, "min": 0, "max": 10}, "success": True},
    "context": {
        "contextActivities": {
            "grouping": [
                {
                    "id": "https://escuela.example/course/7",
                    "definition": {"type": "http://adlnet.gov/expapi/activities/course"},
                }
            ]
        }
    },
}
STATEMENT_ID = "7ccd3322-e1a5-411a-a67d-6a735c76f119"
VOIDING: Json = {
    "actor": AGENT,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"},
    "object": {"objectType": "StatementRef", "id": STATEMENT_ID},
}
BATCH: list[Json] = [STATEMENT, {**STATEMENT, "result": {"completion": True}}]

STATE: Json = {"page": 12, "answers": {"3": "3/4"}}
PERSON: Json = {
    "objectType": "Person",
    "name": ["Ana Núñez"],
    "mbox": ["mailto:ana@escuela.example"],
}
ACTIVITY: Json = {"objectType": "Activity", **STATEMENT["object"]}
ABOUT: Json = {"version": ["2.0.0", "1.0.3", "1.0.2", "1.0.1", "1.0.0"]}


def _refusal(code: str, message: str, **more: str) -> Json:
    return {"error": {"code": code, "message": message, **more}}


INVALID = _refusal(
    "invalid",
    '"mailto:undefined" is not well-formed: see mbox in the specification.',
    path="/2/actor/mbox",
    advice="See the definition of the property in the xAPI specification, part Data.",
)
UNAUTHORIZED = _refusal(
    "wrong-credential",
    "The key or the secret is wrong, or the credential was revoked.",
    advice="Ask the store's administrator.",
)
FORBIDDEN = _refusal(
    "scope",
    "This credential may not do this.",
    advice="It needs one of the scopes: all, statements/write.",
)
NOT_FOUND = _refusal(
    "unknown-statement",
    f"There is no statement {STATEMENT_ID} in this store.",
    advice="A voided statement is found by voidedStatementId.",
)
CONFLICT = _refusal(
    "conflict",
    f"Another statement with the id {STATEMENT_ID} is stored already.",
    path="/0/id",
    advice="A stored statement cannot be changed: send yours under a new id.",
)
PRECONDITION = _refusal(
    "condition-failed",
    "The document is not as If-Match or If-None-Match says; it was not changed.",
    advice="GET it, take over what has changed, and send If-Match with its ETag.",
)
TOO_LARGE = _refusal(
    "body-too-large",
    "The body is over the limit of 8,388,608 bytes.",
    advice="Send fewer statements in a request.",
)
UNAVAILABLE = _refusal(
    "unavailable",
    "The database did not carry this request out; nothing of it was confirmed.",
    advice="Send the request again in a minute.",
)
METHOD = _refusal("method", "PATCH is not possible here; POST, PUT, GET, HEAD, OPTIONS are.")
MEDIA = _refusal(
    "content-type", "JSON comes as application/json.", advice="Set the header Content-Type."
)
