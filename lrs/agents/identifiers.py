"""What people write when they mean an agent, and the identifiers that it may stand for."""

import json
import re
from typing import Any

from lrs.xapi.actors import IDENTIFIERS, identifier

_SHA1 = re.compile(r"[0-9a-fA-F]{40}")


def identifiers_in(text: str) -> list[str]:
    """The identifiers (lrs.xapi.actors.identifier) that a text typed by a person may mean; maybe none.

    Understood: an xAPI agent as JSON; our own form (`mbox:mailto:…`, `account:<homePage> <name>`); an e-mail address
    with or without `mailto:`; 40 hexadecimal digits (mbox_sha1sum); a URI (openid); a home page, a space and a name
    (account).
    """
    text = text.strip()
    if text.startswith("{"):
        return _of_json(text)
    if text.partition(":")[0] in IDENTIFIERS and ":" in text:
        form, _, value = text.partition(":")
        return [f"{form}:{value.lower()}" if form == "mbox_sha1sum" else text]
    if _SHA1.fullmatch(text):
        return [f"mbox_sha1sum:{text.lower()}"]
    if "://" in text:
        return [f"account:{text}"] if " " in text else [f"openid:{text}"]
    if "@" in text and " " not in text:
        return [f"mbox:{text}" if text.startswith("mailto:") else f"mbox:mailto:{text}"]
    return []


def parts(identifier_text: str) -> tuple[str, str]:
    """The form of an identifier (mbox, mbox_sha1sum, openid or account) and its value, as people read it."""
    form, _, value = identifier_text.partition(":")
    return form, value.removeprefix("mailto:") if form == "mbox" else value


def agent_of(identifier_text: str) -> dict[str, Any]:
    """The xAPI agent that an identifier (lrs.xapi.actors.identifier) names, without a name."""
    form, _, value = identifier_text.partition(":")
    if form == "account":
        home_page, _, name = value.partition(" ")
        return {"objectType": "Agent", "account": {"homePage": home_page, "name": name}}
    return {"objectType": "Agent", form: value}


def _of_json(text: str) -> list[str]:
    try:
        actor = json.loads(text)
        found = identifier(actor) if isinstance(actor, dict) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [found] if found else []
