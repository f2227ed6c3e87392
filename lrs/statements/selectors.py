"""Reads of stored statements by those who know their `seq` or their agents."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from lrs.dimensions import digest
from lrs.models import Statement, StatementId, Verb
from lrs.statements.documents import decode
from lrs.xapi.statements import VOIDED


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement as it lies in the database; `document` is the JSON as served."""

    seq: int
    id: UUID
    store_id: int
    document: bytes
    stored: datetime
    timestamp: datetime
    voided: bool


def with_ids(*, store_id: int, ids: Collection[UUID]) -> QuerySet[Statement]:
    """The store's statements with these ids. Filtering on `id` itself would read the whole table."""
    found = StatementId.objects.filter(store_id=store_id, id__in=ids)
    return Statement.objects.filter(seq__in=found.values("seq"))


def bigint_array(numbers: Iterable[int]) -> str:
    """An SQL array of integers as its text: psycopg takes longer to write a list of a thousand than
    PostgreSQL to find the rows."""
    return "{" + ",".join(map(str, numbers)) + "}"


def documents(*, seqs: Collection[int]) -> dict[int, bytes]:
    """The JSON of each statement by seq; one that is not there (erased) is left out."""
    with connection.cursor() as cursor:
        # One array, where `seq__in` would have a placeholder for each of the sequencer's thousand.
        cursor.execute(
            "SELECT seq, encoding, document FROM lrs_statement WHERE seq = ANY(%s::bigint[])",
            [bigint_array(seqs)],
        )
        return {seq: decode(encoding, document) for seq, encoding, document in cursor.fetchall()}


def of_agents(
    *,
    agent_ids: Collection[int],
    within: Q | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[StoredStatement]:
    """Up to `limit` statements whose actor is one of the agents, newest first by (timestamp, seq).

    `within` is a condition on the statement, such as lrs.hierarchy.courses.in_course gives. `before` is the
    (timestamp, seq) of the last statement of the page before. Voided and voiding statements are left out.
    """
    statements = _visible(agent_ids, within)
    if before:
        timestamp, seq = before
        statements = statements.filter(
            Q(timestamp__lte=timestamp), Q(timestamp__lt=timestamp) | Q(seq__lt=seq)
        )
    return [
        StoredStatement(
            seq=row.seq,
            id=row.id,
            store_id=row.store_id,
            document=decode(row.encoding, row.document),
            stored=row.stored,
            timestamp=row.timestamp,
            voided=row.voided,
        )
        for row in statements.order_by("-timestamp", "-seq")[:limit]
    ]


def seqs_of_agents(*, agent_ids: Collection[int], within: Q) -> list[int]:
    """The seq of every visible statement of the agents that fulfils a condition, ascending."""
    statements = _visible(agent_ids, within)
    return list(statements.order_by("seq").values_list("seq", flat=True))


def stored_at(*, seq: int) -> datetime | None:
    """When a statement was stored; None where it is not there (erased)."""
    return Statement.objects.filter(seq=seq).values_list("stored", flat=True).first()


def voided_among(*, seqs: Collection[int]) -> set[int]:
    """Those of the statements that have been voided."""
    rows = Statement.objects.filter(seq__in=seqs, voided=True)
    return set(rows.values_list("seq", flat=True))


def seqs_after(*, seq: int, limit: int) -> list[int]:
    """The seqs of the next `limit` stored statements whose seq is greater, in order."""
    later = Statement.objects.filter(seq__gt=seq).order_by("seq")
    return list(later.values_list("seq", flat=True)[:limit])


def existing_among(*, seqs: Collection[int]) -> set[int]:
    """Those of the statements that are still stored."""
    return set(Statement.objects.filter(seq__in=seqs).values_list("seq", flat=True))


def _visible(agent_ids: Collection[int], within: Q | None) -> QuerySet[Statement]:
    voiding = Verb.objects.filter(digest=digest(VOIDED)).values("id")
    statements = Statement.objects.filter(actor__in=agent_ids, voided=False).exclude(
        verb__in=voiding
    )
    return statements if within is None else statements.filter(within)
