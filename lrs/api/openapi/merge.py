"""Bring the xAPI resources into the document that drf-spectacular makes."""

from typing import Any

from lrs.api.openapi import components, others, resources, rest

_PARTS = {
    "schemas": lambda: components.statement_schemas() | components.own_schemas(),
    "parameters": components.parameters,
    "headers": components.headers,
    "responses": components.responses,
    "securitySchemes": components.security_schemes,
}


def add_xapi(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """A post-processing hook of drf-spectacular: `result` is the document so far."""
    known = result.setdefault("components", {})
    for kind, made in _PARTS.items():
        known[kind] = known.get(kind, {}) | made()
    rest.add_strictness(known["schemas"])
    paths = result.get("paths", {})
    rest.add_common(paths)
    rest.add_statement_filters(paths)
    result["paths"] = resources.paths() | paths | others.paths()
    return result
