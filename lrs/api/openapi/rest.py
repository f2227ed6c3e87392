"""What drf-spectacular cannot see by itself in the REST views: how they are opened, and what they refuse."""

from typing import Any

from lrs.api.openapi.components import (
    NODE_FILTERS,
    SECURITY,
    answer,
    json_content,
    schema,
)

PREFIX = "/api/v1/"
_REFUSALS = {
    "400": "Invalid",
    "401": "Unauthorized",
    "403": "Forbidden",
    "404": "NotFound",
    "414": "AddressTooLong",
    "503": "Unavailable",
}
_STRICT = ("Creation", "PatchedChange", "Rules", "KindRule", "TypeRule")
_WITH_BODY = {"409": "Conflict", "413": "TooLarge", "415": "UnsupportedMediaType"}


def add_common(paths: dict[str, Any]) -> None:
    """Every REST operation is opened by the same credentials as xAPI's own, and refused in the same ways."""
    for path, operations in paths.items():
        if not path.startswith(PREFIX):
            continue
        for method, operation in operations.items():
            operation["security"] = SECURITY
            possible = dict(_REFUSALS)
            if "requestBody" in operation:
                possible |= _WITH_BODY
            if method == "delete":  # of a node that holds something
                possible["409"] = "Conflict"
            for status, name in possible.items():
                operation["responses"].setdefault(status, answer(name))


def add_statement_filters(paths: dict[str, Any]) -> None:
    """A node's statements are asked for by xAPI's own filters, and come as xAPI's own pages."""
    for path, operations in paths.items():
        if path.startswith(PREFIX) and path.endswith("/statements"):
            operation = operations["get"]
            operation["parameters"] = [*operation.get("parameters", []), *NODE_FILTERS]
            operation["responses"]["200"]["content"] = json_content(schema("StatementResult"))


def add_strictness(schemas: dict[str, Any]) -> None:
    """A body is refused for a property that is not described (lrs.api.rest.framework.StrictSerializer)."""
    for name in _STRICT:
        if name in schemas:
            schemas[name]["additionalProperties"] = False
