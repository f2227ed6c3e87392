"""Activity definitions, which grow with every statement that says more (Data 2.4.4.1)."""

from collections.abc import Mapping
from typing import Any

_LANGUAGE_MAPS = ("name", "description")


def merge_definition(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The definition after `new` was received: its properties win, language maps are joined."""
    merged = {**old, **new}
    for key in _LANGUAGE_MAPS:
        if key in old and key in new:
            merged[key] = {**old[key], **new[key]}
    return merged
