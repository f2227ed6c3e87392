"""Statements with attachments as a client sends and reads them (Communication 1.5.2)."""

import email
import email.policy
import hashlib
import json
from typing import Any

USAGE = "https://escuela.example/usage/essay"
BOUNDARY = "abcABC0123'()+_,-./:=?"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def attachment(content: bytes, **changes: Any) -> dict[str, Any]:
    """An attachment object without a fileUrl for the content; None removes a property."""
    whole = {
        "usageType": USAGE,
        "display": {"es": "Redacción"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": sha256(content),
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def part(content: bytes, **headers: Any) -> bytes:
    """A part with the headers that xAPI asks for; `headers` (_ for -) replace them, None removes one."""
    whole = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha256(content),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in whole.items() if value is not None)
    return lines.encode() + b"\r\n" + content


def json_part(value: Any, content_type: str = "application/json") -> bytes:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return f"Content-Type: {content_type}\r\n\r\n".encode() + body


def message(*parts: bytes, boundary: str = BOUNDARY, end: bytes = b"--\r\n") -> bytes:
    dashes = b"--" + boundary.encode()
    return b"".join(dashes + b"\r\n" + one + b"\r\n" for one in parts) + dashes + end


def post(xapi: Any, *parts: bytes, boundary: str = BOUNDARY, **extra: Any) -> Any:
    return xapi.post(
        message(*parts, boundary=boundary),
        content_type=f'multipart/mixed; boundary="{boundary}"',
        **extra,
    )


def read(response: Any) -> tuple[Any, dict[str, tuple[str, bytes]]]:
    """The JSON of a multipart answer, and its other parts by hash: content type and bytes."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    assert int(response["Content-Length"]) == len(body)
    head = f"Content-Type: {response['Content-Type']}\r\n\r\n".encode()
    whole = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    assert whole.get_content_type() == "multipart/mixed"
    first, *others = whole.iter_parts()
    assert first.get_content_type() == "application/json"
    assert all(one["Content-Transfer-Encoding"] == "binary" for one in others)
    contents = {
        one["X-Experience-API-Hash"]: (
            dict(one.raw_items())["Content-Type"],
            one.get_payload(decode=True),
        )
        for one in others
    }
    assert len(contents) == len(others), "a content came twice"
    return json.loads(first.get_payload(decode=True)), contents
