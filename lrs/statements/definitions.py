"""What statements say of activities, kept beside the activities: the type, the names, the rest of the definition."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from lrs.statements.dimensions import DimensionIds, Known, remember
from lrs.statements.prepare import Prepared
from lrs.xapi import jsontext
from lrs.xapi.activities import merge_definition

# PostgreSQL takes an index entry of at most 2,704 bytes; a character has up to four.
_LONGEST_TYPE = 600
_SAYINGS = 8  # definitions of an activity that are remembered to bring nothing new


def bring_news(*, store_id: int, batch: Sequence[Prepared], ids: DimensionIds) -> bool:
    """Whether the statements say of an activity what is not known yet.

    What is known is remembered in `ids`, with the mark under which that holds: the write has to hand it in.
    """
    unheard = [
        (iri, definition, key)
        for iri, definition, key in _sayings(batch)
        if key not in ids.known[iri].contained
    ]
    if not unheard:
        return False
    stored = _stored({ids.activities[iri] for iri, *_ in unheard})
    for iri, definition, key in unheard:
        text, mark = stored[ids.activities[iri]]
        if _merged(text, [definition]) != text:
            return True
        known = ids.known[iri]
        old = known.contained if known.mark == mark and len(known.contained) < _SAYINGS else set()
        ids.known[iri] = known = Known(known.id, mark, {*old, key})
        remember(store_id=store_id, generation=ids.generation, iri=iri, known=known)
    return False


def marks(batch: Iterable[Prepared], ids: DimensionIds) -> dict[int, int]:
    """By activity id, the mark under which the statements say nothing new of it."""
    return {
        ids.known[iri].id: ids.known[iri].mark
        for iri in {iri for one in batch for iri in one.definitions}
    }


def learn(batch: Sequence[Prepared], ids: DimensionIds) -> set[str]:
    """Keep the news. The activities of which there were some; what is remembered of them is out of date then.

    Call it last in a transaction: its row locks are taken in the order of ids, so that two writers cannot deadlock, and
    are held for the commit alone.
    """
    said: dict[str, list[dict[str, Any]]] = {}
    for one in batch:
        for iri, definition in one.definitions.items():
            said.setdefault(iri, []).append(definition)
    iris = {ids.activities[iri]: iri for iri in said}
    changed: dict[int, tuple[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, definition FROM lrs_activity WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [list(iris)],
        )
        for activity, known in cursor.fetchall():
            text = _merged(known, said[iris[activity]])
            if text != known:
                changed[activity] = text, indexable(jsontext.loads(text.encode()).get("type", ""))
        if changed:
            cursor.execute(
                "UPDATE lrs_activity a SET definition = u.definition, type = u.type"
                "  FROM unnest(%s::int[], %s::text[], %s::text[]) AS u(id, definition, type)"
                " WHERE a.id = u.id",
                [list(changed), *map(list, zip(*changed.values(), strict=True))],
            )
    return {iris[activity] for activity in changed}


def _sayings(batch: Iterable[Prepared]) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """Each activity with a definition that the statements give it, and that definition's digest."""
    for one in batch:
        for iri, definition in one.definitions.items():
            yield iri, definition, hashlib.sha256(jsontext.dumps(definition)).digest()


def _stored(activities: Iterable[int]) -> dict[int, tuple[str, int]]:
    """By id, the definition (JSON, or empty) and its mark."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, definition, hashtextextended(definition, 0) FROM lrs_activity WHERE id = ANY(%s)",
            [list(activities)],
        )
        return {activity: (text, mark) for activity, text, mark in cursor.fetchall()}


def _merged(known: str, said: Iterable[Mapping[str, Any]]) -> str:
    """The definition as JSON text after all of these were received."""
    merged: dict[str, Any] = jsontext.loads(known.encode()) if known else {}
    for definition in said:
        merged = merge_definition(merged, definition)
    return jsontext.dumps(merged).decode()


def indexable(iri: str) -> str:
    """The type as its index can hold it. A longer one is none of the types that we know; the definition keeps it."""
    return "" if len(iri) > _LONGEST_TYPE else iri.encode(errors="replace").decode()
