"""Writing statements: a batch is on disk as a whole, or not at all."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from lrs.agents.services import learn_names
from lrs.attachments import services as contents
from lrs.models import Statement
from lrs.statements import definitions, references
from lrs.statements.dimensions import DimensionIds, ensure_dimensions
from lrs.statements.documents import decode
from lrs.statements.prepare import Prepared, prepare_batch
from lrs.statements.references import Reference
from lrs.stores.generation import AccessChanged
from lrs.xapi import jsontext
from lrs.xapi.equivalence import equivalent
from lrs.xapi.statements import VOIDED

_TRIES = 3
_log = logging.getLogger(__name__)
_COLUMNS = {
    "seq": "int8",
    "store_id": "int8",
    "id": "uuid",
    "stored": "timestamptz",
    "timestamp": "timestamptz",
    "registration": "uuid",
    "actor_id": "int4",
    "verb_id": "int4",
    "activity_id": "int4",
    "voided": "bool",
    "encoding": "int2",
    "document": "bytea",
}

_Row = tuple[Prepared, int]  # a statement and the seq that it gets

# No row where the store's generation is another: whoever asked may not be let in any more (lrs.stores.generation).
_STORE_ONE = (
    "SELECT lrs_store_one(s.id::int, %s, %s, %s, %s, %s, %s, %s, %s,"
    " %s::int[], %s::smallint[], %s::int[], %s::smallint[])"
    " FROM lrs_store s WHERE s.id = %s AND s.generation = coalesce(%s, s.generation)"
)
_OPEN_WRITE = (
    "SELECT w.* FROM lrs_store s, lrs_open_write(s.id::int, %s, %s) w"
    " WHERE s.id = %s AND s.generation = coalesce(%s, s.generation)"
)


class Conflict(Exception):
    """Statements with these ids are stored already and say something else (Data 2.3.1), by position in the batch."""

    def __init__(self, positions: Mapping[int, UUID]) -> None:
        first = min(positions)
        super().__init__(f"Another statement with the id {positions[first]} is stored already.")
        self.positions = positions
        self.statement_id = positions[first]
        self.path = f"/{first}/id"


def store_statements(
    *,
    store_id: int,
    authority: Mapping[str, Any],
    version: str,
    batch: Sequence[Any],
    attachments: contents.Parts = contents.NO_PARTS,
    may_define: bool = True,
    generation: int | None = None,
) -> list[UUID]:
    """Store the statements, in order; their ids, when all are committed. `attachments` came with them, by SHA-2.

    `may_define`: whether what they say of activities and the names that they give agents count from now on
    (Communication 4.2, scope `define`). The statements themselves keep all of it.

    A statement that is stored already under its id, and says the same, is left as it is. Raises XapiError when one is
    not a statement of the version, Conflict when one differs from the stored one under its id, AccessChanged when the
    store's generation is not the one given. Nothing is stored then.
    """
    prepared = prepare_batch(batch, version=version, authority=authority)
    uses = contents.match([(one.id, one.statement) for one in prepared], attachments, version)
    if not may_define:
        prepared = [replace(one, names={}, definitions={}) for one in prepared]
    store_prepared(store_id=store_id, batch=prepared, uses=uses, generation=generation)
    return [one.id for one in prepared]


def store_prepared(
    *,
    store_id: int,
    batch: Sequence[Prepared],
    uses: Sequence[contents.Use] = (),
    within: Callable[[int], None] | None = None,
    generation: int | None = None,
) -> None:
    """Store statements that are prepared, with different ids. Raises Conflict and AccessChanged as `store_statements`.

    `within` is called in the transaction with the number of those that were not stored before.
    """
    if not batch:
        if within:
            with transaction.atomic(durable=True):
                within(0)
        return
    ids = ensure_dimensions(store_id=store_id, batch=batch)
    kept = contents.keep(store_id=store_id, uses=uses) if uses else None
    if (
        len(batch) == 1
        and not kept
        and not within
        and _store_one(store_id, batch[0], ids, generation)
    ):
        _learn_names(batch, ids)
        return
    for remaining in reversed(range(_TRIES)):
        try:
            _write(store_id, batch, ids, kept, within, generation)
            break
        except IntegrityError:
            # Another writer committed one of our ids after we had looked; the next try compares with it.
            if not remaining:
                raise
        except contents.Pruned:
            if not remaining:
                raise
            kept = contents.keep(store_id=store_id, uses=uses)
    _learn_names(batch, ids)


def _learn_names(prepared: Sequence[Prepared], ids: DimensionIds) -> None:
    try:
        learn_names(
            names={ids.agents[text]: name for one in prepared for text, name in one.names.items()}
        )
    except (OperationalError, InterfaceError):
        # The statements are on disk, so the client must hear that. The next statement brings the names again.
        _log.exception("The names of agents were not kept")


def _store_one(store_id: int, one: Prepared, ids: DimensionIds, generation: int | None) -> bool:
    """Store the statement in one round trip if nothing is special about it (see the migration with lrs_store_one)."""
    if one.target or definitions.news([one], ids):
        return False
    agents = [(ids.agents[text], role) for text, roles in one.agents.items() for role in roles]
    activities = [
        (ids.activities[iri], role) for iri, roles in one.activities.items() for role in roles
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            _STORE_ONE,
            [
                one.id,
                one.id_given,
                one.text,
                one.timestamp,
                one.registration,
                ids.agents[one.actor],
                ids.verbs[one.verb],
                ids.activities[one.activity] if one.activity else None,
                [agent for agent, _ in agents],
                [int(role) for _, role in agents],
                [activity for activity, _ in activities],
                [int(role) for _, role in activities],
                store_id,
                generation,
            ],
        )
        row = cursor.fetchone()
    if row is None:
        raise AccessChanged
    return bool(row[0])


@transaction.atomic(durable=True)
def _write(
    store_id: int,
    batch: Sequence[Prepared],
    ids: DimensionIds,
    kept: contents.Kept | None,
    within: Callable[[int], None] | None,
    generation: int | None,
) -> None:
    alone = any(one.target for one in batch)  # see lrs.statements.references
    stored, seqs = _open_write(store_id, generation, voiding=alone, count=len(batch))
    new = _without_known(store_id, list(zip(batch, seqs, strict=True)))
    if within:
        within(len(new))
    if not new:
        return
    awaited = references.awaiting(store_id=store_id, ids=[one.id for one, _ in new if one.id_given])
    _copy_statements(store_id, new, ids, stored, _already_voided(new, awaited))
    _copy_links(new, ids)
    references.connect(store_id=store_id, new=new, ids=ids, awaited=awaited)
    _void_targets(store_id, new, ids)
    if kept:
        contents.link(kept, {one.id: seq for one, seq in new})
    definitions.learn([one for one, _ in new], ids)


def _open_write(
    store_id: int, generation: int | None, *, voiding: bool, count: int
) -> tuple[datetime, list[int]]:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_WRITE, [voiding, count, store_id, generation])
        row = cursor.fetchone()
    if row is None:
        raise AccessChanged
    stored, seqs = row
    return stored, seqs


def _without_known(store_id: int, batch: list[_Row]) -> list[_Row]:
    """The statements that are not stored yet. Raises Conflict for those that differ from the stored ones."""
    given = {one.id: (position, one) for position, (one, _) in enumerate(batch) if one.id_given}
    if not given:
        return batch
    known = set()
    conflicts: dict[int, UUID] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, encoding, document FROM lrs_statement WHERE store_id = %s AND id = ANY(%s)",
            [store_id, list(given)],
        )
        for statement_id, encoding, document in cursor.fetchall():
            position, one = given[statement_id]
            if not equivalent(jsontext.loads(decode(encoding, document)), one.statement):
                conflicts[position] = statement_id
            known.add(statement_id)
    if conflicts:
        raise Conflict(conflicts)
    return [(one, seq) for one, seq in batch if one.id not in known]


def _already_voided(new: Sequence[_Row], awaited: Sequence[Reference]) -> set[UUID]:
    """The new statements whose voiding statement came first; a voiding statement is never voided itself."""
    voiding = {one.id for one, _ in new if one.voids}
    return {each.target for each in awaited if each.voids} - voiding


def _copy_statements(
    store_id: int,
    new: Sequence[_Row],
    ids: DimensionIds,
    stored: datetime,
    voided: set[UUID],
) -> None:
    # Sorted by id: two batches with the same ids in another order wait for each other, and do not deadlock.
    rows = sorted(new, key=lambda row: row[0].id.bytes)
    with (
        connection.wrap_database_errors,  # Django knows nothing of COPY
        connection.cursor() as cursor,
        cursor.copy(
            f"COPY lrs_statement ({', '.join(_COLUMNS)}) FROM STDIN (FORMAT BINARY)"
        ) as copy,
    ):
        copy.set_types(list(_COLUMNS.values()))
        for one, seq in rows:
            copy.write_row(
                (
                    seq,
                    store_id,
                    one.id,
                    stored,
                    one.timestamp or stored,
                    one.registration,
                    ids.agents[one.actor],
                    ids.verbs[one.verb],
                    ids.activities[one.activity] if one.activity else None,
                    one.id in voided,
                    Statement.PLAIN,
                    one.document(stored),
                )
            )


def _copy_links(new: Sequence[_Row], ids: DimensionIds) -> None:
    agents = [
        (ids.agents[text], seq, role)
        for one, seq in new
        for text, roles in one.agents.items()
        for role in roles
    ]
    activities = [
        (ids.activities[iri], seq, role)
        for one, seq in new
        for iri, roles in one.activities.items()
        for role in roles
    ]
    _copy("COPY lrs_statement_agent (agent_id, seq, role) FROM STDIN", agents)
    _copy("COPY lrs_statement_activity (activity_id, seq, role) FROM STDIN", activities)


def _copy(command: str, rows: Sequence[tuple[int, ...]]) -> None:
    if not rows:
        return
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(command) as copy,
    ):
        copy.write("".join("\t".join(map(str, row)) + "\n" for row in rows))


def _void_targets(store_id: int, new: Sequence[_Row], ids: DimensionIds) -> None:
    targets = [one.target for one, _ in new if one.voids]
    if not targets:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lrs_statement SET voided = true"
            # A statement with the verb voided cannot be voided (Data 2.3.2).
            " WHERE store_id = %s AND id = ANY(%s) AND NOT voided AND verb_id <> %s",
            [store_id, targets, ids.verbs[VOIDED]],
        )
