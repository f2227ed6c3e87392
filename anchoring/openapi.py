"""The public log in the OpenAPI document (docs/log-format.md; C2SP tlog-tiles and tlog-checkpoint)."""

from typing import Any

Json = dict[str, Any]

_REFUSAL: Json = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["error", "advice"],
            "properties": {"error": {"type": "string"}, "advice": {"type": "string"}},
        }
    }
}
_ANCHOR: Json = {
    "type": "object",
    "required": ["checkpoint", "anchor", "consistency"],
    "properties": {
        "checkpoint": {"type": "string", "description": "The signed note that is on the chain."},
        "anchor": {"type": "object", "description": "Where it is on the chain."},
        "consistency": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Hashes in base64: the proof that it continues the size `from` (RFC 9162, 2.1.4).",
        },
    },
}
_REFUSED = {"400": "What was asked is malformed.", "404": "The log does not have it, or not yet."}


def _reading(
    name: str,
    summary: str,
    media: str,
    shape: Json,
    *,
    given: Json | None = None,
    refused: tuple[str, ...] = ("404",),
) -> Json:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "description": "Needs no credential, and any site's script may read it.",
            "tags": ["Log"],
            "security": [],
            "parameters": [given] if given else [],
            "responses": {
                "200": {"description": summary, "content": {media: {"schema": shape}}},
                **{
                    status: {"description": _REFUSED[status], "content": _REFUSAL}
                    for status in refused
                },
            },
        }
    }


def paths() -> dict[str, Json]:
    """The paths below /log/, with their operations."""
    tile = {
        "name": "name",
        "in": "path",
        "required": True,
        "description": "LEVEL/INDEX, in groups of three digits; a tile that is not full has .p/WIDTH behind.",
        "schema": {"type": "string"},
        "example": "0/x001/067",
    }
    size = {
        "name": "from",
        "in": "query",
        "required": True,
        "description": "The size of the checkpoint that is to be continued.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**63 - 1},
    }
    text, octets = {"type": "string"}, {"type": "string", "format": "binary"}
    both = ("400", "404")
    return {
        "/log/checkpoint": _reading(
            "getCheckpoint", "The newest signed checkpoint", "text/plain", text
        ),
        "/log/checkpoint/cosigned": _reading(
            "getCosignedCheckpoint",
            "The newest checkpoint that a witness has cosigned",
            "text/plain",
            text,
        ),
        "/log/tile/{name}": _reading(
            "getTile",
            "A tile of hashes",
            "application/octet-stream",
            octets,
            given=tile,
            refused=both,
        ),
        "/log/anchors/latest": _reading(
            "getLatestAnchor",
            "The newest checkpoint on the chain, with a proof of consistency",
            "application/json",
            _ANCHOR,
            given=size,
            refused=both,
        ),
        "/log/metrics": _reading(
            "getLogMetrics",
            "Whether the log keeps up, in Prometheus's text format",
            "text/plain",
            text,
            refused=(),
        ),
        "/log/trust.json": _reading(
            "getTrustPolicy",
            "The trust policy of this log: get it once, and pin it",
            "application/json",
            {"type": "object"},
            refused=(),
        ),
    }


def add_log(result: Json, **_more: Any) -> Json:
    """A post-processing hook of drf-spectacular: `result` is the document so far."""
    result["paths"] = {**result.get("paths", {}), **paths()}
    return result
