"""Documents: when a change is allowed, and what a POST merges (Communication 2.2, 3.1; IEEE 9274.1.1 section 4.1.4)."""

import hashlib
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

import orjson

from lrs.xapi import jsontext
from lrs.xapi.errors import XapiError
from lrs.xapi.versions import V1

# An entity tag; also one without its quotes, as some clients send it.
_TAG = re.compile(r'(?:W/)?"([^"]*)"|([^",\s]+)')
# `*` in place of tags. Cannot be a tag: those are hexadecimal.
ANY = frozenset({"*"})


class Resource(Enum):
    """The three document resources."""

    STATE = "state"
    ACTIVITY_PROFILE = "activity profile"
    AGENT_PROFILE = "agent profile"


class Refusal(Enum):
    """Why a change is not made."""

    MISMATCH = "mismatch"  # a condition of the request does not hold
    EXISTS = "exists"  # a PUT without a condition would overwrite a document
    UNCONDITIONAL = "unconditional"  # a PUT without a condition where one must be given


class ChangeRefused(Exception):
    """A change that the rules of concurrency forbid; nothing was changed."""

    def __init__(self, refusal: Refusal, current: str | None) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.current = current


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The tags in If-Match and If-None-Match without their quotes, ANY for `*`, None for a header that is not there."""

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    def __bool__(self) -> bool:
        return self.match is not None or self.none_match is not None

    def hold(self, current: str | None) -> bool:
        """Whether they hold for a document with this tag, or for none that exists (RFC 9110 section 13.1).

        A weak tag counts like a strong one: ours are digests of the content, so a proxy that compresses and
        weakens them still names exactly one content.
        """
        if self.match is not None and not _names(self.match, current):
            return False
        return self.none_match is None or not _names(self.none_match, current)


def conditions(*, if_match: str | None, if_none_match: str | None) -> Conditions:
    """The two headers, read. A malformed one names no document, so it holds for none."""
    return Conditions(match=_tags(if_match), none_match=_tags(if_none_match))


def etag(content: bytes) -> str:
    """The tag of a content, without quotes: the hexadecimal SHA-1 that Communication 3.1 asks for."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def check_put(given: Conditions, *, current: str | None, resource: Resource, version: str) -> None:
    """Raises ChangeRefused unless a document with the tag `current` (None: there is none) may be written.

    1.0.3: state needs no condition; a profile needs one. 2.0: only an existing document does, state included.
    """
    if given:
        check_change(given, current=current)
    elif version == V1 and resource is Resource.STATE:
        return
    elif current is not None:
        raise ChangeRefused(Refusal.EXISTS, current)
    elif version == V1:
        raise ChangeRefused(Refusal.UNCONDITIONAL, current)


def check_change(given: Conditions, *, current: str | None) -> None:
    """Raises ChangeRefused when a condition was given and does not hold: for POST and DELETE."""
    if not given.hold(current):
        raise ChangeRefused(Refusal.MISMATCH, current)


def is_json(content_type: str) -> bool:
    """Whether a Content-Type says application/json, with whatever parameters."""
    return content_type.partition(";")[0].strip().lower() == "application/json"


def check_content(content: bytes, content_type: str) -> None:
    """Raises XapiError for a content that is not the JSON that its type says (Communication 3.2)."""
    if not is_json(content_type):
        return
    try:
        orjson.loads(content)  # is content with a name twice: what is not read cannot be misread
    except ValueError:
        jsontext.loads(content)  # an escaped surrogate, or no JSON


def json_object(content: bytes, content_type: str, *, whose: str) -> dict[str, Any]:
    """The object in a document that takes part in a POST. Raises XapiError for any other document.

    `whose` is "posted" or "stored", for the message.
    """
    advice = (
        "POST merges JSON objects (Content-Type: application/json); to replace a document use PUT."
    )
    if not is_json(content_type):
        raise XapiError(
            f"The {whose} document is {content_type[:100]}, not application/json.", advice=advice
        )
    try:
        found = jsontext.loads(content)
    except XapiError as error:
        raise XapiError(f"The {whose} document: {error.message}", advice=advice) from None
    if not isinstance(found, dict):
        raise XapiError(f"The {whose} document is JSON, but not an object.", advice=advice)
    return found


def merge(stored: dict[str, Any], posted: dict[str, Any]) -> bytes:
    """The stored object with the posted one's properties in place of its own, one level deep, as JSON."""
    return jsontext.dumps({**stored, **posted})


def _tags(header: str | None) -> frozenset[str] | None:
    if header is None:
        return None
    if header.strip() == "*":
        return ANY
    return frozenset(quoted or bare for quoted, bare in _TAG.findall(header))


def _names(tags: frozenset[str], current: str | None) -> bool:
    return current is not None and (tags is ANY or current in tags)
