"""What is neither below /xapi/ nor below /api/v1/: tokens (RFC 6749, RFC 8414) and the contents of attachments."""

from lrs.api.openapi.components import SECURITY, Json, answer, json_content
from lrs.stores.scopes import MEANINGS

_TEXT: Json = {"type": "string"}
_SCOPES = "(" + "|".join(MEANINGS) + ")"
_ERROR: Json = {
    "type": "object",
    "required": ["error", "error_description"],
    "properties": {"error": _TEXT, "error_description": _TEXT},
}
_TOKEN: Json = {
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": _TEXT,
        "token_type": {"const": "Bearer"},
        "expires_in": {"type": "integer", "description": "Seconds."},
        "scope": _TEXT,
    },
}
_METADATA: Json = {
    "type": "object",
    "required": ["issuer", "token_endpoint", "grant_types_supported", "scopes_supported"],
    "properties": {
        "issuer": {"type": "string", "format": "uri"},
        "token_endpoint": {"type": "string", "format": "uri"},
        "grant_types_supported": {"type": "array", "items": _TEXT},
        "scopes_supported": {"type": "array", "items": _TEXT},
    },
}


def _token() -> Json:
    refused = {
        "400": "The request is malformed, or asks for what is not granted.",
        "401": "No credential has this key and secret.",
        "413": "The request is over 16 KiB.",
        "503": "The database did not answer.",
    }
    form: Json = {
        "type": "object",
        "required": ["grant_type"],
        "properties": {
            "grant_type": {"const": "client_credentials"},
            "scope": {
                "type": "string",
                "description": "Some of the credential's scopes, separated by spaces; without it all.",
                "pattern": f"^{_SCOPES}( {_SCOPES})*$",
            },
            "client_id": {"type": "string", "description": "The key, if it is not in the header."},
            "client_secret": {"type": "string", "description": "The secret, likewise."},
        },
    }
    granted = {
        "access_token": "eyJhbGciOi…",
        "token_type": "Bearer",
        "expires_in": 600,
        "scope": "statements/write",
    }
    return {
        "operationId": "issueToken",
        "summary": "A short-lived access token for a key and its secret",
        "description": "The key and the secret come as HTTP Basic, or in the body, never both.",
        "tags": ["Tokens"],
        "security": [{"basic": []}, {}],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": form,
                    "examples": {
                        "all": {"value": {"grant_type": "client_credentials"}},
                        "some": {
                            "value": {
                                "grant_type": "client_credentials",
                                "scope": "statements/write state",
                            }
                        },
                    },
                }
            },
        },
        "responses": {
            "200": {"description": "The token.", "content": json_content(_TOKEN, token=granted)},
            **{
                status: {"description": said, "content": json_content(_ERROR)}
                for status, said in refused.items()
            },
        },
    }


def _attachment() -> Json:
    sha256 = {
        "name": "sha256",
        "in": "path",
        "required": True,
        "description": "The SHA-256 of the content, as `sha2` of the attachment has it.",
        "schema": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
        "example": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a",
    }
    return {
        "operationId": "getAttachment",
        "summary": "The content of an attachment",
        "description": "Needs one of the scopes statements/read, all/read, all. Always a download.",
        "tags": ["Attachments"],
        "security": SECURITY,
        "parameters": [sha256],
        "responses": {
            "200": {
                "description": "The content; a type that a browser could run comes as octets.",
                "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
            },
            "401": answer("Unauthorized"),
            "403": answer("Forbidden"),
            "404": answer("NotFound"),
            "503": answer("Unavailable"),
        },
    }


def paths() -> dict[str, Json]:
    """These paths, with their operations."""
    return {
        "/oauth/token": {"post": _token()},
        "/.well-known/oauth-authorization-server": {
            "get": {
                "operationId": "getTokenMetadata",
                "summary": "Where and how tokens are issued",
                "tags": ["Tokens"],
                "security": [],
                "responses": {
                    "200": {"description": "The metadata.", "content": json_content(_METADATA)}
                },
            }
        },
        "/attachments/{sha256}": {"get": _attachment()},
    }
