"""Statements without what they say of people: what a dictionary may be made of.

A dictionary is never deleted, for documents need it (docs/decisions/0066), so it must hold nothing that somebody may
ask to have erased: no names and identifiers of agents, no responses, no values of extensions, no ids, no hashes of
attachments. The authority stays, which is the client's; so do verbs and activities, which many statements share.
"""

import re
from typing import Any

from lrs.xapi import jsontext
from lrs.xapi.actors import IDENTIFIERS

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_EMPTIED = ("response", "extensions", "sha2")


def without_people(document: bytes) -> bytes:
    """The JSON of a statement with the same shape, and nothing in the place of such texts."""
    statement = jsontext.loads(document)
    return jsontext.dumps(
        {
            name: value if name == "authority" else _without(name, value)
            for name, value in statement.items()
        }
    )


def _without(name: str, value: Any) -> Any:
    if name in _EMPTIED:
        return _emptied(value)
    if isinstance(value, dict):
        own = ("name", *IDENTIFIERS) if _is_agent(value) else ()
        return {
            key: _emptied(each) if key in own else _without(key, each)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_without(name, each) for each in value]
    return "" if isinstance(value, str) and _UUID.fullmatch(value) else value


def _is_agent(value: dict[str, Any]) -> bool:
    return value.get("objectType") in ("Agent", "Group") or any(key in value for key in IDENTIFIERS)


def _emptied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: each if key == "homePage" else _emptied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_emptied(each) for each in value]
    if isinstance(value, str):
        return "mailto:" if value.startswith("mailto:") else ""
    return value
