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
    """The row ids by text."""

    agents: Mapping[str, int]
    verbs: Mapping[str, int]
    activities: Mapping[str, int]


def ensure_dimensions(*, store_id: int, batch: Iterable[Prepared]) -> DimensionIds:
    """Look up, and where needed insert, all that the statements name. Precondition: no open transaction."""
    agents: dict[str, str] = {}
    verbs: set[str] = set()
    activities: set[str] = set()
    for one in batch:
        agents.update({text: one.names.get(text, "") for text in one.agents})
        agents.setdefault(one.actor, "")
        verbs.add(one.verb)
        activities.update(one.activities)
    return DimensionIds(
        agents=_ids("lrs_agent", "identifier", store_id, agents),
        verbs=_ids("lrs_verb", "iri", store_id, dict.fromkeys(verbs, "")),
        activities=_ids("lrs_activity", "iri", store_id, dict.fromkeys(activities, "")),
    )


_FIND = "SELECT digest, id FROM {table} WHERE store_id = %s AND digest = ANY(%s)"

# The extra column is an agent's name, or the text columns of an activity, which fill later.
_INSERT = {
    "lrs_agent": (
        "INSERT INTO lrs_agent (store_id, digest, identifier, name)"
        " SELECT %s, * FROM unnest(%s::bytea[], %s::text[], %s::text[]) AS new(digest, text, name)"
        " ORDER BY 2 ON CONFLICT DO NOTHING"
    ),
    "lrs_verb": (
        "INSERT INTO lrs_verb (store_id, digest, iri)"
        " SELECT %s, digest, text FROM unnest(%s::bytea[], %s::text[], %s::text[])"
        " AS new(digest, text, name) ORDER BY 2 ON CONFLICT DO NOTHING"
    ),
    "lrs_activity": (
        "INSERT INTO lrs_activity (store_id, digest, iri, type, definition)"
        " SELECT %s, digest, text, '', '' FROM unnest(%s::bytea[], %s::text[], %s::text[])"
        " AS new(digest, text, name) ORDER BY 2 ON CONFLICT DO NOTHING"
    ),
}


def _ids(table: str, column: str, store_id: int, texts: Mapping[str, str]) -> dict[str, int]:
    """`texts` maps each identifier or IRI to a name, which may be empty."""
    by_digest = {digest(text): text for text in texts}
    found = _find(table, store_id, list(by_digest))
    missing = sorted(by_digest.keys() - found.keys())
    if missing:
        names = [
            texts[by_digest[key]].replace("\0", "\N{REPLACEMENT CHARACTER}") for key in missing
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                _INSERT[table], [store_id, missing, [by_digest[key] for key in missing], names]
            )
        found |= _find(table, store_id, missing)
    return {text: found[key] for key, text in by_digest.items()}


def _find(table: str, store_id: int, digests: list[bytes]) -> dict[bytes, int]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(table=table), [store_id, digests])
        return {bytes(key): int(value) for key, value in cursor.fetchall()}
