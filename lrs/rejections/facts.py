"""What is known of a rejected request, and when two of them have the same cause."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

_INDEX = re.compile(r"/\d+(?=/|$)")
_LONGEST = 500  # characters of a text that the sender chose


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A request and the refusal that it was given.

    `key` is the key that it carried, known or not (never a secret); `resource` the path below /xapi/; `parameters`
    names without values; `path` a JSON pointer into the body; `size` in bytes as announced; `body` its first bytes,
    decoded.
    """

    moment: datetime
    store_id: int | None
    credential_id: int | None
    key: str
    method: str
    resource: str
    parameters: str
    status: int
    code: str
    message: str
    path: str
    advice: str
    user_agent: str
    version: str
    content_type: str
    size: int | None
    body: bytes


def fingerprint(facts: Facts) -> bytes:
    """16 bytes, equal for requests that were refused for the same reason.

    The place in a batch does not count: `/3/actor` and `/7/actor` have one cause. The sentence does not either, for it
    names values.
    """
    parts = (
        str(facts.credential_id or facts.key),
        facts.method,
        facts.resource,
        str(facts.status),
        facts.code,
        cause_path(facts.path),
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()[:16]


def cause_path(path: str) -> str:
    """A JSON pointer with every number replaced by an asterisk."""
    return _INDEX.sub("/*", path)


def bounded(text: str, most: int = _LONGEST) -> str:
    """The text as PostgreSQL can keep it: not too long, without U+0000 and lone surrogates."""
    text = text[:most].replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode()
