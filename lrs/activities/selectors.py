"""Reads about activities."""

from typing import Any

from lrs.dimensions import digest
from lrs.models import Activity
from lrs.xapi import jsontext


def find_definition(*, store_id: int, iri: str) -> dict[str, Any]:
    """What the store's statements say of the activity, merged; empty where they say nothing, or do not name it."""
    text = (
        Activity.objects.filter(store_id=store_id, digest=digest(iri))
        .values_list("definition", flat=True)
        .first()
    )
    definition: dict[str, Any] = jsontext.loads(text.encode()) if text else {}
    return definition
