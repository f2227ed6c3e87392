"""Which statements are to be erased, a batch at a time: what is gone is not found again, so what was killed goes on."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from lrs.models import Agent, Document, Statement, StatementId


def among(*, store_id: int, seqs: Collection[int], limit: int) -> list[int]:
    """Those of the statements that are there."""
    found = Statement.objects.filter(store=store_id, seq__in=seqs).order_by("seq")
    return list(found.values_list("seq", flat=True)[:limit])


def of_store(
    *, store_id: int, limit: int, before: datetime | None = None, after: int = 0
) -> list[int]:
    """The first statements of a store behind the seq `after`; with `before`, those that were stored earlier."""
    found = Statement.objects.filter(store=store_id, seq__gt=after).order_by("seq")
    if before is not None:
        found = found.filter(stored__lt=before)
    return list(found.values_list("seq", flat=True)[:limit])


def naming(
    *, agent_ids: Collection[int], limit: int, before: datetime | None = None, after: int = 0
) -> list[int]:
    """Statements that name one of these agents of a store anywhere: a statement is final, so it goes as a whole.

    Behind the seq `after`; with `before`, those that were stored earlier than that.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT l.seq FROM lrs_statement_agent l JOIN lrs_statement s ON s.seq = l.seq"
            " WHERE l.agent_id = ANY(%s) AND l.seq > %s AND s.stored < coalesce(%s::timestamptz, 'infinity')"
            " ORDER BY l.seq LIMIT %s",
            [list(agent_ids), after, before, limit],
        )
        return [seq for (seq,) in cursor.fetchall()]


def roles_of(*, agent_ids: Collection[int]) -> dict[int, int]:
    """In how many statements the agents have each role (AgentRole)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role, count(DISTINCT seq) FROM lrs_statement_agent WHERE agent_id = ANY(%s)"
            " GROUP BY role ORDER BY role",
            [list(agent_ids)],
        )
        return dict(cursor.fetchall())


def stores_of(*, agent_ids: Collection[int]) -> dict[int, list[int]]:
    """The agents by store."""
    found: dict[int, list[int]] = {}
    rows = Agent.objects.filter(pk__in=agent_ids).order_by("store", "pk")
    for store_id, agent in rows.values_list("store", "pk"):
        found.setdefault(store_id, []).append(agent)
    return found


def with_id(*, statement_id: UUID, store_id: int | None = None) -> list[tuple[int, int]]:
    """The store and seq of each statement with this id."""
    found = StatementId.objects.filter(id=statement_id)
    if store_id is not None:
        found = found.filter(store=store_id)
    return list(found.order_by("store").values_list("store", "seq"))


def ids_of(*, seqs: Collection[int]) -> dict[int, UUID]:
    return dict(Statement.objects.filter(seq__in=seqs).values_list("seq", "id"))


def documents_of(*, agent_ids: Collection[int]) -> int:
    """How many documents (state, agent profile) the agents have."""
    return Document.objects.filter(agent__in=agent_ids).count()
