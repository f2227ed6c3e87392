"""Writing statements: a batch is on disk as a whole, or not at all.

Two ways lead there. The short one, of nearly all statements: lrs.statements.short. The long one, here, a transaction of
several steps: for statements that refer to others or that others wait for, that say something new of an activity, that
come with attachments, or whose id is known.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from lrs.agents.services import learn_names
from lrs.attachments import services as contents
from lrs.statements import definitions, dictionaries, dimensions, partitions, references, rows
from lrs.statements.dimensions import DimensionIds, Stale, ensure_dimensions
from lrs.statements.documents import decode
from lrs.statements.prepare import Prepared, prepare_batch
from lrs.statements.references import Reference
from lrs.statements.short import store_shortly
from lrs.stores.generation import AccessChanged
from lrs.xapi import jsontext
from lrs.xapi.equivalence import equivalent
from lrs.xapi.statements import VOIDED

_log = logging.getLogger(__name__)
_TRIES = 10  # more than an erasure, which voids what is remembered, can come between by chance
_Row = tuple[Prepared, int]  # a statement and the seq that it gets

_INSERT = (
    "SELECT lrs_insert_statements(%s::int, %s::timestamptz, %s::bigint[], "
    + rows.PARAMETERS.format(voided="%s::boolean[], ")
    + ")"
)
# No row where the store's generation is another: whoever asked may not be let in any more (lrs.stores.generation).
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


class Busy(Exception):
    """Others change what the statements name, time and again: nothing was stored."""


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
    store's generation is not the one given, Busy when others came between each time. Nothing is stored then.
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
    """Store statements that are prepared, with different ids. Raises Conflict, AccessChanged and Busy as
    `store_statements`.

    Precondition: no open transaction. `within` is called in the transaction with the number of those that were not
    stored before.
    """
    if not batch:
        if within:
            with transaction.atomic(durable=True):
                within(0)
        return
    kept = contents.keep(store_id=store_id, uses=uses) if uses else None
    encoded = rows.encode_all(batch, dictionaries.newest())
    for remaining in reversed(range(_TRIES)):
        try:
            ids = ensure_dimensions(store_id=store_id, batch=batch)
            if (
                kept
                or within
                or not store_shortly(
                    store_id=store_id, generation=generation, batch=batch, ids=ids, encoded=encoded
                )
            ):
                news = _write(store_id, batch, ids, encoded, kept, within, generation)
                dimensions.forget(store_id=store_id, activities=news)
            break
        except (IntegrityError, Stale) as error:
            # Another writer committed one of our ids, or gave activities new definitions, after we had looked: again.
            if not remaining:
                raise Busy from error
            if isinstance(
                error.__cause__, psycopg.errors.CheckViolation
            ):  # no part is there for a seq
                partitions.make_ahead()
        except contents.Pruned as error:
            if not remaining:
                raise Busy from error
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


@transaction.atomic(durable=True)
def _write(
    store_id: int,
    batch: Sequence[Prepared],
    ids: DimensionIds,
    encoded: rows.Encoded,
    kept: contents.Kept | None,
    within: Callable[[int], None] | None,
    generation: int | None,
) -> set[str]:
    """Store the statements, step by step. The activities of which they told something new."""
    alone = any(one.target for one in batch)  # see lrs.statements.references
    stored, seqs = _open_write(store_id, generation, voiding=alone, count=len(batch))
    if dimensions.generation_of(store_id=store_id) != ids.generation:
        dimensions.forget(store_id=store_id, activities=())
        raise Stale
    new = _without_known(store_id, list(zip(batch, seqs, strict=True)))
    if within:
        within(len(new))
    if not new:
        return set()
    awaited = references.awaiting(store_id=store_id, ids=[one.id for one, _ in new if one.id_given])
    _insert(store_id, new, ids, _of(new, batch, encoded), stored, _already_voided(new, awaited))
    references.connect(store_id=store_id, new=new, ids=ids, awaited=awaited)
    _void_targets(store_id, new, ids)
    if kept:
        contents.link(kept, {one.id: seq for one, seq in new})
    return definitions.learn([one for one, _ in new], ids)


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
            "SELECT s.id, s.encoding, s.document FROM lrs_statement_id i JOIN lrs_statement s ON s.seq = i.seq"
            " WHERE i.store_id = %s AND i.id = ANY(%s)",
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


def _of(new: Sequence[_Row], batch: Sequence[Prepared], encoded: rows.Encoded) -> rows.Encoded:
    """The heads of those statements of the batch that are new."""
    heads = {one.id: head for one, head in zip(batch, encoded.heads, strict=True)}
    return rows.Encoded(encoded.encoding, [heads[one.id] for one, _ in new])


def _insert(
    store_id: int,
    new: Sequence[_Row],
    ids: DimensionIds,
    encoded: rows.Encoded,
    stored: datetime,
    voided: set[UUID],
) -> None:
    statements = [one for one, _ in new]
    marks = [one.id in voided for one in statements]
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        cursor.execute(
            _INSERT,
            [
                str(store_id),
                stored.isoformat(),
                rows.literal(seq for _, seq in new),
                *rows.parameters(statements, ids, encoded, voided=marks),
            ],
        )


def _void_targets(store_id: int, new: Sequence[_Row], ids: DimensionIds) -> None:
    targets = [one.target for one, _ in new if one.voids]
    if not targets:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE lrs_statement s SET voided = true FROM lrs_statement_id i"
            " WHERE i.store_id = %s AND i.id = ANY(%s) AND s.seq = i.seq"
            # A statement with the verb voided cannot be voided (Data 2.3.2).
            " AND NOT s.voided AND s.verb_id <> %s",
            [store_id, targets, ids.verbs[VOIDED]],
        )
