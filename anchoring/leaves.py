"""Which record each leaf of the log stands for, and its seed: all access to them is here.

How they lie in the database is this module's own matter. Indexes are places in the log; a record's number is
that within its kind (for a statement its `seq`).
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from anchoring import seeds
from anchoring.models import Kind
from anchoring.models import Leaf as Row


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf whose record was not erased. `sealed`: its seed as it is kept (see `anchoring.seeds`)."""

    index: int
    kind: int
    record: int
    sealed: bytes

    def seed(self) -> bytes:
        """The record's secret (32 bytes). Raises SeedNotReadable."""
        return seeds.unseal(sealed=self.sealed, index=self.index)


def write(*, leaves: Sequence[Leaf]) -> None:
    """Keep new leaves. Call it in the transaction that also moves the log's head."""
    with connection.cursor() as cursor:
        # Four arrays instead of a thousand rows of VALUES: a fifth less time for the whole batch.
        cursor.execute(
            "INSERT INTO anchoring_leaf (index, record, kind, seed)"
            " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::bytea[])",
            [
                [leaf.index for leaf in leaves],
                [leaf.record for leaf in leaves],
                [leaf.kind for leaf in leaves],
                [leaf.sealed for leaf in leaves],
            ],
        )


def index_of(*, kind: Kind, records: Collection[int]) -> dict[int, int]:
    """The index of each record that is in the log and not erased, by the record's number."""
    rows = Row.objects.filter(kind=kind, record__in=records)
    return dict(rows.values_list("record", "index"))


def of_records(*, kind: Kind, records: Collection[int]) -> dict[int, Leaf]:
    """The leaf of each record that is in the log and not erased, by the record's number."""
    return {row.record: row for row in _read(Row.objects.filter(kind=kind, record__in=records))}


def between(*, begin: int, end: int) -> list[Leaf]:
    """The leaves from index `begin` to below `end`, in order; those of erased records are missing."""
    return list(_read(Row.objects.filter(index__gte=begin, index__lt=end).order_by("index")))


def newest() -> Leaf | None:
    """The leaf of the greatest index whose record was not erased."""
    return next(_read(Row.objects.order_by("-index")[:1]), None)


def forget(*, indexes: Collection[int]) -> int:
    """Delete seed and mapping of the leaves at `indexes` for good; how many there were."""
    return Row.objects.filter(index__in=indexes).delete()[0]


def _read(rows: Iterable[Row]) -> Iterator[Leaf]:
    return (Leaf(row.index, row.kind, row.record, bytes(row.seed)) for row in rows)
