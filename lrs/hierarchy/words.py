"""The names of nodes, as they can be kept and searched for."""

from collections.abc import Mapping
from typing import Any

from lrs.xapi import jsontext


def names_of(definition: str) -> dict[str, str]:
    """The names per language of an activity's definition (JSON, or empty), as jsonb can hold them."""
    if not definition:
        return {}
    parsed: Mapping[str, Any] = jsontext.loads(definition.encode())
    return {storable(tag): storable(name) for tag, name in parsed.get("name", {}).items()}


def words_of(names: Mapping[str, str], iri: str) -> str:
    """What a search for a node looks through."""
    return "\n".join([*names.values(), iri])


def storable(text: str) -> str:
    """The text without what PostgreSQL refuses: U+0000 and lone surrogates."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()
