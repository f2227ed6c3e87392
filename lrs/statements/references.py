"""StatementRefs: a statement is also found by what the statement that it refers to says (Communication 2.1.3, "Filter
Conditions for StatementRefs"), and so on along a chain of them.

What a filter asks is therefore kept at the time of writing: an *echo* is a row of the referring statement with what
the other, its origin, says of verb, activity, registration, agents. So a filter reads the newest referring statements
by an index, as it reads the newest statements themselves, however long the chains are.

Precondition of all that is here: the transaction was opened by lrs_open_write, alone in its store where a statement
of the batch refers to another. So two writers whose statements belong together see each other: whoever comes second
makes the echoes.

The echoes are the transitive closure of "refers to", kept so a reference at a time: when both its ends are stored, all
that reaches the one reaches all that the other reaches.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from lrs.dimensions import digest
from lrs.statements.dimensions import DimensionIds
from lrs.statements.documents import decode
from lrs.statements.prepare import Prepared, activities_in, agents_in
from lrs.xapi import jsontext

# A chain is followed so far. Each statement of a chain of n has n rows, so that a chain without end would fill the
# disk.
LONGEST_CHAIN = 1_000


@dataclass(frozen=True, slots=True)
class Reference:
    """The statement with this `seq` has a StatementRef to `target` as its object; `voids`: and the verb voided."""

    target: UUID
    seq: int
    voids: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a filter may ask of a statement."""

    verb: int
    activity: int | None
    registration: UUID | None
    agents: Sequence[tuple[int, int]]  # with the role
    activities: Sequence[tuple[int, int]]


def awaiting(*, store_id: int, ids: Collection[UUID]) -> list[Reference]:
    """The stored references to these statements, which are about to be stored."""
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT target, seq, voids FROM lrs_statement_reference"
            " WHERE store_id = %s AND target = ANY(%s)",
            [store_id, list(ids)],
        )
        return [Reference(*row) for row in cursor.fetchall()]


def connect(
    *,
    store_id: int,
    new: Sequence[tuple[Prepared, int]],
    ids: DimensionIds,
    awaited: Iterable[Reference],
) -> None:
    """Keep the references of the new statements and make the echoes. The statements themselves are written already.

    `new` are the statements with their seq, `awaited` what `awaiting` said of them.
    """
    references = [Reference(one.target, seq, one.voids) for one, seq in new if one.target]
    _keep(store_id, references)
    seqs = {one.id: seq for one, seq in new}
    absent = {each.target for each in references if each.target not in seqs}
    known = seqs | _seqs_of(store_id, absent)
    ends = [
        (each.seq, known[each.target]) for each in (*awaited, *references) if each.target in known
    ]
    if not ends:
        return
    facts = dict(_facts_of_new(new, ids))
    targets = {target for _, target in ends}
    facts |= _facts_of_stored(store_id, targets - facts.keys())
    _keep_own(store_id, {seq: facts[seq] for seq in targets if seq in facts})
    with connection.cursor() as cursor:
        cursor.executemany(
            _JOIN, [{"from": seq, "to": target, "longest": LONGEST_CHAIN} for seq, target in ends]
        )


def _keep(store_id: int, references: Sequence[Reference]) -> None:
    if not references:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lrs_statement_reference (store_id, target, seq, voids)"
            " SELECT %s, * FROM unnest(%s::uuid[], %s::bigint[], %s::boolean[])",
            [
                store_id,
                [each.target for each in references],
                [each.seq for each in references],
                [each.voids for each in references],
            ],
        )


def _seqs_of(store_id: int, ids: Collection[UUID]) -> dict[UUID, int]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, seq FROM lrs_statement_id WHERE store_id = %s AND id = ANY(%s)",
            [store_id, list(ids)],
        )
        return dict(cursor.fetchall())


# --- What a statement says ------------------------------------------------------------------------
def _facts_of_new(
    new: Sequence[tuple[Prepared, int]], ids: DimensionIds
) -> Iterator[tuple[int, _Facts]]:
    for one, seq in new:
        yield (
            seq,
            _Facts(
                verb=ids.verbs[one.verb],
                activity=ids.activities[one.activity] if one.activity else None,
                registration=one.registration,
                agents=_numbered(one.agents, ids.agents),
                activities=_numbered(one.activities, ids.activities),
            ),
        )


def _facts_of_stored(store_id: int, seqs: Collection[int]) -> dict[int, _Facts]:
    """From the documents: no index leads from a statement to its links, for only this would need it."""
    if not seqs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.seq, s.verb_id, s.activity_id, s.registration, s.encoding, s.document"
            " FROM lrs_statement s LEFT JOIN lrs_echo e ON e.seq = s.seq AND e.origin = s.seq"
            " WHERE s.seq = ANY(%s) AND e.seq IS NULL",
            [list(seqs)],
        )
        rows = cursor.fetchall()
    said = {row[0]: jsontext.loads(decode(row[4], row[5])) for row in rows}
    agents = {seq: agents_in(statement)[0] for seq, statement in said.items()}
    activities = {seq: activities_in(statement)[0] for seq, statement in said.items()}
    agent_ids = _ids(store_id, "lrs_agent", agents.values())
    activity_ids = _ids(store_id, "lrs_activity", activities.values())
    return {
        seq: _Facts(
            verb=verb,
            activity=activity,
            registration=registration,
            agents=_numbered(agents[seq], agent_ids),
            activities=_numbered(activities[seq], activity_ids),
        )
        for seq, verb, activity, registration, *_ in rows
    }


def _ids(store_id: int, table: str, wanted: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    texts = {digest(text): text for each in wanted for text in each}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT digest, id FROM {table} WHERE store_id = %s AND digest = ANY(%s)",
            [store_id, list(texts)],
        )
        return {texts[bytes(key)]: row_id for key, row_id in cursor.fetchall()}


def _numbered(said: Mapping[str, Collection[int]], ids: Mapping[str, int]) -> list[tuple[int, int]]:
    return [(ids[text], int(role)) for text, roles in said.items() for role in roles]


# --- The rows -------------------------------------------------------------------------------------
def _keep_own(store_id: int, facts: Mapping[int, _Facts]) -> None:
    """Each target as an echo of itself, from which the referring statements copy."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO lrs_echo (seq, origin, distance, store_id, verb_id, activity_id, registration)"
            " VALUES (%s, %s, 0, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                (seq, seq, store_id, each.verb, each.activity, each.registration)
                for seq, each in facts.items()
            ],
        )
        for kind in ("agent", "activity"):
            rows = [
                (row_id, seq, seq, role)
                for seq, each in facts.items()
                for row_id, role in (each.agents if kind == "agent" else each.activities)
            ]
            cursor.execute(
                f"INSERT INTO lrs_echo_{kind} ({kind}_id, seq, origin, role)"
                " SELECT * FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::smallint[])"
                " ON CONFLICT DO NOTHING",
                list(map(list, zip(*rows, strict=True))) or [[], [], [], []],
            )


# All that reaches `from`, and itself, gets an echo of all that `to` reaches, and of `to` itself.
_JOIN = """
WITH reaching AS (
  SELECT %(from)s::bigint AS seq, 0 AS distance
  UNION ALL
  SELECT seq, distance FROM lrs_echo WHERE origin = %(from)s AND seq <> origin
), pair AS (
  INSERT INTO lrs_echo (seq, origin, distance, store_id, verb_id, activity_id, registration)
  SELECT r.seq, e.origin, r.distance + 1 + e.distance, e.store_id, e.verb_id, e.activity_id, e.registration
    FROM reaching r CROSS JOIN lrs_echo e
   WHERE e.seq = %(to)s AND e.origin <> r.seq AND r.distance + 1 + e.distance <= %(longest)s
  ON CONFLICT DO NOTHING
  RETURNING seq, origin
), agent AS (
  INSERT INTO lrs_echo_agent (agent_id, seq, origin, role)
  SELECT a.agent_id, p.seq, p.origin, a.role
    FROM pair p JOIN lrs_echo_agent a ON a.seq = %(to)s AND a.origin = p.origin
)
INSERT INTO lrs_echo_activity (activity_id, seq, origin, role)
SELECT a.activity_id, p.seq, p.origin, a.role
  FROM pair p JOIN lrs_echo_activity a ON a.seq = %(to)s AND a.origin = p.origin
"""
