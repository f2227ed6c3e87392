"""Reads about activities."""

from collections.abc import Collection
from typing import Any

from django.db import DEFAULT_DB_ALIAS

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


def find_definitions(
    *, store_id: int, iris: Collection[str], using: str = DEFAULT_DB_ALIAS
) -> dict[str, dict[str, Any]]:
    """The same for many activities at once; those of which the store's statements say nothing are left out."""
    rows = (
        Activity.objects.using(using)
        .filter(store_id=store_id, digest__in=[digest(iri) for iri in iris])
        .exclude(definition="")
        .values_list("iri", "definition")
    )
    return {iri: jsontext.loads(definition.encode()) for iri, definition in rows}
