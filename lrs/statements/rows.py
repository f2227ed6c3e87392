"""Statements as the parameters of lrs_insert_statements and lrs_store_statements: arrays, and one text of all
documents.

Arrays go as PostgreSQL's array literals: joined text costs a fraction of what a driver takes to adapt each element.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lrs.statements.dimensions import DimensionIds
from lrs.statements.documents import encode
from lrs.statements.prepare import Prepared

# The types of `parameters`, in its order.
PARAMETERS = (
    "%s::uuid[], %s::timestamptz[], %s::uuid[], %s::int[], %s::int[], %s::int[], {voided}"
    "%s::smallint, %b, %s::int[], %s::int[], %s::int[], %s::smallint[], %s::int[], %s::int[], %s::smallint[]"
)


@dataclass(frozen=True, slots=True)
class Encoded:
    """The beginnings of documents, all in one encoding (lrs.statements.documents), in the order of a batch."""

    encoding: int
    heads: Sequence[bytes]


def encode_all(batch: Iterable[Prepared], encoding: int) -> Encoded:
    return Encoded(encoding, [encode(encoding, one.text[:-1]) for one in batch])


def parameters(
    batch: Sequence[Prepared],
    ids: DimensionIds,
    encoded: Encoded,
    *,
    voided: Sequence[bool] | None = None,
) -> list[Any]:
    """`PARAMETERS` for these statements; with `voided` in its place where it is given."""
    agents = _links([one.agents for one in batch], ids.agents)
    activities = _links([one.activities for one in batch], ids.activities)
    return [
        literal([one.id.hex for one in batch]),
        literal([one.timestamp.isoformat() if one.timestamp else "NULL" for one in batch]),
        literal([one.registration.hex if one.registration else "NULL" for one in batch]),
        literal([ids.agents[one.actor] for one in batch]),
        literal([ids.verbs[one.verb] for one in batch]),
        literal([ids.activities[one.activity] if one.activity else "NULL" for one in batch]),
        *([] if voided is None else [literal(voided)]),
        str(encoded.encoding),
        b"".join(encoded.heads),
        literal([len(head) for head in encoded.heads]),
        *agents,
        *activities,
    ]


def literal(values: Iterable[object]) -> str:
    """An array literal. Precondition: no value's text needs quoting."""
    return "{" + ",".join(map(str, values)) + "}"


def _links(said: Sequence[dict[str, frozenset[int]]], ids: Any) -> list[str]:
    """Row ids, places in the batch (from 1) and roles."""
    rows = [
        (ids[text], place, int(role))
        for place, each in enumerate(said, 1)
        for text, roles in each.items()
        for role in roles
    ]
    return [literal(column) for column in zip(*rows, strict=True)] or ["{}", "{}", "{}"]
