"""The short way to the disk: statements of which nothing is special, in one round trip (docs/decisions/0067).

Requests of one store that come while one is being written are written together (docs/decisions/0077).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from lrs.statements import definitions, dimensions, rows
from lrs.statements.dimensions import DimensionIds, Stale
from lrs.statements.prepare import Prepared
from lrs.statements.together import Alone, Failed, Together
from lrs.stores.generation import AccessChanged

# No row where the store's generation is another: whoever asked may not be let in any more (lrs.stores.generation).
_THE_STORE = (
    "FROM lrs_store s WHERE s.id = %s::int AND s.generation = coalesce(%s::bigint, s.generation)"
)
_STORE = (
    "SELECT lrs_store_statements(s.id::int, %s::int, %s::int[], %s::bigint[], %s::uuid[], "
    + rows.PARAMETERS.format(voided="")
    + f") {_THE_STORE}"
)
_STORED, _STALE = 0, 1  # what lrs_store_statements answers; 2 is for an id that is known

# Longer batches, and larger ones, are written by themselves: there is little left to share, and what is written
# together stays small in memory.
_LONGEST = 10  # statements
_LARGEST = 64 * 1024  # bytes as stored
_MOST_TOGETHER = 200  # statements


@dataclass(frozen=True, slots=True)
class _Write:
    """Statements ready to be written. `marks`: by activity, what they take for known (definitions.marks)."""

    store_id: int
    generation: int | None
    batch: Sequence[Prepared]
    ids: DimensionIds
    encoded: rows.Encoded
    marks: Mapping[int, int]

    @property
    def key(self) -> Hashable:
        """What writes have in common that can be made together."""
        return self.store_id, self.generation, self.ids.generation, self.encoded.encoding

    @property
    def is_small(self) -> bool:
        """Whether it may be made with others."""
        return len(self.batch) <= _LONGEST and sum(map(len, self.encoded.heads)) <= _LARGEST


def store_shortly(
    *,
    store_id: int,
    generation: int | None,
    batch: Sequence[Prepared],
    ids: DimensionIds,
    encoded: rows.Encoded,
) -> bool:
    """Whether the statements are stored, in one round trip; False when they have to take the long way.

    Raises Stale when the database has other rows of what they name, IntegrityError when somebody stores one of them
    now, AccessChanged when the store's generation is not the one given.
    """
    if any(one.target for one in batch):
        return False
    if definitions.bring_news(store_id=store_id, batch=batch, ids=ids):
        return False
    write = _Write(store_id, generation, batch, ids, encoded, definitions.marks(batch, ids))
    answer = _with_others(write) if write.is_small else _write([write])
    if answer == _STALE:
        dimensions.forget(
            store_id=store_id, activities={iri for one in batch for iri in one.activities}
        )
        raise Stale
    return answer == _STORED


def _with_others(write: _Write) -> int:
    try:
        return _together.call(write.key, write)
    except Failed as error:  # for this request it is as if its own connection had broken
        raise OperationalError("Whether the statements are stored is not known.") from error


def _write(writes: Sequence[_Write]) -> int:
    """What lrs_store_statements answers. Raises Alone where several were not stored, for the sake of any of them."""
    if len(writes) == 1:
        return _call(writes[0])
    try:
        answer = _call(_joined(writes))
    except (DatabaseError, InterfaceError, AccessChanged) as error:
        if connection.connection is None or connection.connection.closed:
            raise  # perhaps they are stored: nobody may try again
        raise Alone from error  # the server refused: they are not
    if answer != _STORED:
        raise Alone
    return answer


def _joined(writes: Sequence[_Write]) -> _Write:
    """One write of all. Raises Alone when they take different things for known."""
    marks: dict[int, int] = {}
    for write in writes:
        for activity, mark in write.marks.items():
            if marks.setdefault(activity, mark) != mark:
                raise Alone
    first = writes[0]
    ids = replace(
        first.ids,
        agents={text: row for write in writes for text, row in write.ids.agents.items()},
        verbs={text: row for write in writes for text, row in write.ids.verbs.items()},
        activities={text: row for write in writes for text, row in write.ids.activities.items()},
    )
    return replace(
        first,
        batch=[one for write in writes for one in write.batch],
        ids=ids,
        encoded=rows.Encoded(
            first.encoded.encoding, [head for write in writes for head in write.encoded.heads]
        ),
        marks=marks,
    )


def _call(write: _Write) -> int:
    given = [one.id.hex for one in write.batch if one.id_given]
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,  # Django's binds on the client's side
    ):
        cursor.execute(
            _STORE,
            [
                str(write.ids.generation),
                rows.literal(write.marks),
                rows.literal(write.marks.values()),
                rows.literal(given),
                *rows.parameters(write.batch, write.ids, write.encoded),
                str(write.store_id),
                None if write.generation is None else str(write.generation),
            ],
            prepare=True,
        )
        row = cursor.fetchone()
    if row is None:
        raise AccessChanged
    return int(row[0])


_together: Together[_Write, int] = Together(
    _write, size=lambda write: len(write.batch), most=_MOST_TOGETHER
)
