"""The ids of agents, verbs and activities, made where they are missing.

Missing rows are inserted sorted, in a short statement of their own outside any other transaction: two writers that miss
the same rows wait for each other in one order, so they cannot deadlock. A row without a statement does no harm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from lrs.dimensions import digest
from lrs.statements.prepare import Prepared


@dataclass(frozen=True, slots=True)
class DimensionIds:
    """The row ids by text, and the definitions (JSON, or empty) by activity as they were when they were looked up."""

    agents: Mapping[str, int]
    verbs: Mapping[str, int]
    activities: Mapping[str, int]
    definitions: Mapping[str, str]


# One round trip for the three tables; "kind" says which.
_FIND = """
SELECT 'agent' AS kind, digest, id, '' FROM lrs_agent WHERE store_id = %(store)s AND digest = ANY(%(agent)s)
UNION ALL
SELECT 'verb', digest, id, '' FROM lrs_verb WHERE store_id = %(store)s AND digest = ANY(%(verb)s)
UNION ALL
SELECT 'activity', digest, id, definition FROM lrs_activity
 WHERE store_id = %(store)s AND digest = ANY(%(activity)s)
"""

_INSERT = {
    "agent": (
        "INSERT INTO lrs_agent (store_id, digest, identifier, name)"
        " SELECT %s, * FROM unnest(%s::bytea[], %s::text[], %s::text[]) AS new(digest, text, name)"
        " ORDER BY 2 ON CONFLICT DO NOTHING"
    ),
    "verb": (
        "INSERT INTO lrs_verb (store_id, digest, iri)"
        " SELECT %s, digest, text FROM unnest(%s::bytea[], %s::text[], %s::text[])"
        " AS new(digest, text, name) ORDER BY 2 ON CONFLICT DO NOTHING"
    ),
    "activity": (
        "INSERT INTO lrs_activity (store_id, digest, iri, type, definition)"
        " SELECT %s, digest, text, '', '' FROM unnest(%s::bytea[], %s::text[], %s::text[])"
        " AS new(digest, text, name) ORDER BY 2 ON CONFLICT DO NOTHING"
    ),
}


def ensure_dimensions(*, store_id: int, batch: Iterable[Prepared]) -> DimensionIds:
    """Look up, and where needed insert, all that the statements name. Precondition: no open transaction."""
    names: dict[str, str] = {}
    texts: dict[str, dict[bytes, str]] = {"agent": {}, "verb": {}, "activity": {}}
    for one in batch:
        names.update(one.names)
        for text in (one.actor, *one.agents):
            texts["agent"][digest(text)] = text
        texts["verb"][digest(one.verb)] = one.verb
        for iri in one.activities:
            texts["activity"][digest(iri)] = iri
    found = _find(store_id, texts)
    missing = {kind: sorted(wanted.keys() - found[kind].keys()) for kind, wanted in texts.items()}
    if any(missing.values()):
        _insert(store_id, texts, missing, names)
        found = _find(store_id, texts)
    ids = {
        kind: {text: found[kind][key][0] for key, text in wanted.items()}
        for kind, wanted in texts.items()
    }
    return DimensionIds(
        agents=ids["agent"],
        verbs=ids["verb"],
        activities=ids["activity"],
        definitions={iri: found["activity"][key][1] for key, iri in texts["activity"].items()},
    )


def _find(
    store_id: int, texts: Mapping[str, Mapping[bytes, str]]
) -> dict[str, dict[bytes, tuple[int, str]]]:
    found: dict[str, dict[bytes, tuple[int, str]]] = {kind: {} for kind in texts}
    digests = {kind: list(wanted) for kind, wanted in texts.items()}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"store": store_id, **digests})
        for kind, key, row_id, definition in cursor.fetchall():
            found[kind][bytes(key)] = row_id, definition
    return found


def _insert(
    store_id: int,
    texts: Mapping[str, Mapping[bytes, str]],
    missing: Mapping[str, list[bytes]],
    names: Mapping[str, str],
) -> None:
    for kind, keys in missing.items():
        if keys:
            found = [texts[kind][key] for key in keys]
            with connection.cursor() as cursor:
                cursor.execute(
                    _INSERT[kind], [store_id, keys, found, [names.get(text, "") for text in found]]
                )
