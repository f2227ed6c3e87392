"""The ids of agents, verbs and activities, made where they are missing.

Missing rows are inserted sorted, in a short statement of their own outside any other transaction: two writers that miss
the same rows wait for each other in one order, so they cannot deadlock. A row without a statement does no harm.

A process remembers what it has looked up (docs/decisions/0067). The database tells it when that is out of date: each
write hands in the store's *generation* and the *marks* of the definitions that it took for known, and is refused
(`Stale`, or 1 from lrs_store_statements) where they are not what the database has. So whoever gives agents, verbs or
activities other rows calls `renumber` in the same transaction, alone in the store (lrs_open_write), and no write goes
to a row that is gone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from lrs.dimensions import digest
from lrs.statements.memory import Memory
from lrs.statements.prepare import Prepared

_REMEMBERED = 20_000  # agents, verbs and activities together, of all stores
_LONGEST = (
    500  # a longer identifier or IRI is looked up each time, so that what is remembered stays small
)


class Stale(Exception):
    """What this process remembered is out of date; it has been forgotten."""


@dataclass(frozen=True, slots=True)
class Known:
    """A row of a dimension. For an activity: `mark`, the hash of its definition in the database, and the digests of
    definitions that bring nothing new to that one."""

    id: int
    mark: int = 0
    contained: set[bytes] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class DimensionIds:
    """The row ids by text, and the store's generation in which they hold."""

    agents: Mapping[str, int]
    verbs: Mapping[str, int]
    activities: Mapping[str, int]
    known: dict[str, Known]  # activities
    generation: int


_Key = tuple[str, int, int, str]  # kind, store, generation, text
_memory: Memory[_Key, Known] = Memory(_REMEMBERED)
_generations: dict[int, int] = {}

# One round trip for the three tables; "kind" says which.
_FIND = """
SELECT 'generation' AS kind, ''::bytea, coalesce(max(number), 0), 0
  FROM lrs_dimension_generation WHERE store_id = %(store)s
UNION ALL
SELECT 'agent', digest, id, 0 FROM lrs_agent WHERE store_id = %(store)s AND digest = ANY(%(agent)s)
UNION ALL
SELECT 'verb', digest, id, 0 FROM lrs_verb WHERE store_id = %(store)s AND digest = ANY(%(verb)s)
UNION ALL
SELECT 'activity', digest, id, hashtextextended(definition, 0) FROM lrs_activity
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
    """Recall, look up, and where needed insert, all that the statements name. Precondition: no open transaction."""
    wanted: dict[str, set[str]] = {"agent": set(), "verb": set(), "activity": set()}
    names: dict[str, str] = {}
    for one in batch:
        wanted["agent"].update(one.agents)
        wanted["agent"].add(one.actor)
        wanted["verb"].add(one.verb)
        wanted["activity"].update(one.activities)
        names.update(one.names)
    found: dict[str, dict[str, Known]] = {kind: {} for kind in wanted}
    unknown: dict[str, dict[bytes, str]] = {kind: {} for kind in wanted}
    generation = _generation(store_id)
    for kind, texts in wanted.items():
        for text in texts:
            known = _memory.get((kind, store_id, generation, text))
            if known is None:
                unknown[kind][digest(text)] = text
            else:
                found[kind][text] = known
    if any(unknown.values()):
        _look_up(store_id, generation, unknown, found, names)
    return DimensionIds(
        agents={text: known.id for text, known in found["agent"].items()},
        verbs={text: known.id for text, known in found["verb"].items()},
        activities={text: known.id for text, known in found["activity"].items()},
        known=found["activity"],
        generation=generation,
    )


def remember(*, store_id: int, generation: int, iri: str, known: Known) -> None:
    """Keep in mind what is known of an activity."""
    if len(iri) <= _LONGEST:
        _memory.put(("activity", store_id, generation, iri), known)


def forget(*, store_id: int, activities: Iterable[str]) -> None:
    """Look up again next time these activities, and the store's generation."""
    generation = _generations.pop(store_id, 0)
    for iri in activities:
        _memory.forget(("activity", store_id, generation, iri))


def generation_of(*, store_id: int) -> int:
    """The store's generation as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(number), 0) FROM lrs_dimension_generation WHERE store_id = %s",
            [store_id],
        )
        return int(cursor.fetchone()[0])


def renumber(*, store_id: int) -> None:
    """Void what any process remembers of the store's agents, verbs and activities.

    Precondition: a transaction that was opened by lrs_open_write, alone in the store, and that changes those rows.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lrs_dimension_generation AS g (store_id, number) VALUES (%s, 1)"
            " ON CONFLICT (store_id) DO UPDATE SET number = g.number + 1",
            [store_id],
        )


def _generation(store_id: int) -> int:
    found = _generations.get(store_id)
    if found is None:
        found = _generations[store_id] = generation_of(store_id=store_id)
    return found


def _look_up(
    store_id: int,
    generation: int,
    unknown: Mapping[str, Mapping[bytes, str]],
    found: dict[str, dict[str, Known]],
    names: Mapping[str, str],
) -> None:
    """Add to `found` what is unknown, and remember it. Raises Stale where the store has another generation."""
    there, rows = _find(store_id, unknown)
    missing = {kind: sorted(wanted.keys() - rows[kind].keys()) for kind, wanted in unknown.items()}
    if any(missing.values()):
        _insert(store_id, unknown, missing, names)
        there, rows = _find(store_id, unknown)
    if there != generation:
        _generations.pop(store_id, None)
        raise Stale
    for kind, wanted in unknown.items():
        for key, text in wanted.items():
            found[kind][text] = known = Known(*rows[kind][key])
            if len(text) <= _LONGEST:
                _memory.put((kind, store_id, generation, text), known)


def _find(
    store_id: int, unknown: Mapping[str, Mapping[bytes, str]]
) -> tuple[int, dict[str, dict[bytes, tuple[int, int]]]]:
    found: dict[str, dict[bytes, tuple[int, int]]] = {kind: {} for kind in unknown}
    digests: dict[str, Any] = {kind: list(wanted) for kind, wanted in unknown.items()}
    generation = 0
    with connection.cursor() as cursor:
        cursor.execute(_FIND, {"store": store_id, **digests})
        for kind, key, number, mark in cursor.fetchall():
            if kind == "generation":
                generation = number
            else:
                found[kind][bytes(key)] = number, mark
    return generation, found


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
