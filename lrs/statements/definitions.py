"""What statements say of activities, kept beside the activities: the type, the names, the rest of the definition."""

from collections.abc import Mapping, Sequence
from typing import Any

from lrs.models import Activity
from lrs.statements.dimensions import DimensionIds
from lrs.statements.prepare import Prepared
from lrs.xapi import jsontext
from lrs.xapi.activities import merge_definition

# PostgreSQL takes an index entry of at most 2,704 bytes; a character has up to four.
_LONGEST_TYPE = 600


def news(batch: Sequence[Prepared], ids: DimensionIds) -> dict[int, dict[str, Any]]:
    """By activity id, what the statements say that is not known yet."""
    said: dict[str, dict[str, Any]] = {}
    for one in batch:
        for iri, definition in one.definitions.items():
            said[iri] = merge_definition(said.get(iri, {}), definition)
    return {
        ids.activities[iri]: definition
        for iri, definition in said.items()
        if jsontext.dumps(_merged(ids.definitions[iri], definition)).decode()
        != ids.definitions[iri]
    }


def learn(batch: Sequence[Prepared], ids: DimensionIds) -> None:
    """Keep the news. Call it last in a transaction: its row locks are taken in the order of ids, so that two writers
    cannot deadlock, and are held for the commit alone.
    """
    said = news(batch, ids)
    if not said:
        return
    for activity in Activity.objects.filter(pk__in=said).order_by("pk").select_for_update():
        definition = _merged(activity.definition, said[activity.pk])
        activity.definition = jsontext.dumps(definition).decode()
        activity.type = _indexable(definition.get("type", ""))
        activity.save(update_fields=["definition", "type"])


def _merged(known: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return merge_definition(jsontext.loads(known.encode()) if known else {}, said)


def _indexable(iri: str) -> str:
    """The type as its index can hold it. A longer one is none of the types that we know; the definition keeps it."""
    return "" if len(iri) > _LONGEST_TYPE else iri.encode(errors="replace").decode()
