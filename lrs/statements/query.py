"""Finding statements for a client: by id, or by filters, a page at a time.

Pages are in the order of `seq`. A page's end is a `seq` too, so that a page costs the same wherever it lies, and new
statements do not shift it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lrs.dimensions import digest
from lrs.models import ActivityRole, AgentRole
from lrs.xapi.parameters import StatementQuery

_NOBODY = -1  # the id of a row that does not exist: the filter matches nothing


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of a page as stored, and the `seq` to go on from, None at the end."""

    documents: list[bytes]
    next_seq: int | None


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a credential may read: its store, and (for statements/read/mine) only what it wrote."""

    store_id: int
    authority: str | None = None


def consistent_through() -> datetime:
    """Up to when every statement is visible. Call it before the query that it is sent with."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lrs_consistent_through()")
        (moment,) = cursor.fetchone()
    found: datetime = moment
    return found


def find_one(
    *, visible: Visibility, statement_id: UUID, voided: bool
) -> tuple[bytes, datetime] | None:
    """The document of a statement and when it was stored; None when there is none (voided or not, as asked)."""
    clauses, arguments = _of(visible)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT document, stored FROM lrs_statement s WHERE {' AND '.join(clauses)}"
            " AND id = %s AND voided = %s",
            [*arguments, statement_id, voided],
        )
        row = cursor.fetchone()
    return (bytes(row[0]), row[1]) if row else None


def find_page(
    *, visible: Visibility, query: StatementQuery, limit: int, after_seq: int | None = None
) -> Page:
    """A page of the statements that match, newest first unless ascending; voided ones are left out."""
    clauses, arguments = _of(visible)
    clauses.append("NOT s.voided")
    for clause, values in _filters(visible.store_id, query):
        clauses.append(clause)
        arguments += values
    if after_seq is not None:
        clauses.append("s.seq > %s" if query.ascending else "s.seq < %s")
        arguments.append(after_seq)
    direction = "ASC" if query.ascending else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.seq, s.document FROM lrs_statement s WHERE {' AND '.join(clauses)}"
            f" ORDER BY s.seq {direction} LIMIT %s",
            [*arguments, limit + 1],
        )
        rows = cursor.fetchall()
    more = rows[limit - 1][0] if len(rows) > limit else None
    return Page([bytes(document) for _, document in rows[:limit]], more)


def _of(visible: Visibility) -> tuple[list[str], list[Any]]:
    clauses, arguments = ["s.store_id = %s"], [visible.store_id]
    if visible.authority is not None:
        clauses.append(
            "EXISTS (SELECT FROM lrs_statement_agent l WHERE l.seq = s.seq"
            f" AND l.agent_id = %s AND l.role = {AgentRole.AUTHORITY})"
        )
        arguments.append(_id_of("lrs_agent", visible.store_id, visible.authority))
    return clauses, arguments


def _filters(store_id: int, query: StatementQuery) -> list[tuple[str, list[Any]]]:
    filters: list[tuple[str, list[Any]]] = []
    if query.agent is not None:
        roles = (
            "" if query.related_agents else f" AND role IN ({AgentRole.ACTOR}, {AgentRole.OBJECT})"
        )
        agent = _id_of("lrs_agent", store_id, query.agent)
        filters.append(
            (f"s.seq IN (SELECT seq FROM lrs_statement_agent WHERE agent_id = %s{roles})", [agent])
        )
    if query.verb is not None:
        filters.append(("s.verb_id = %s", [_id_of("lrs_verb", store_id, query.verb)]))
    if query.activity is not None:
        roles = "" if query.related_activities else f" AND role = {ActivityRole.OBJECT}"
        activity = _id_of("lrs_activity", store_id, query.activity)
        clause = f"s.seq IN (SELECT seq FROM lrs_statement_activity WHERE activity_id = %s{roles})"
        filters.append((clause, [activity]))
    if query.registration is not None:
        filters.append(("s.registration = %s", [query.registration]))
    if query.since is not None:
        filters.append(("s.stored > %s", [query.since]))
    if query.until is not None:
        filters.append(("s.stored <= %s", [query.until]))
    return filters


def _id_of(table: str, store_id: int, text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE store_id = %s AND digest = %s",
            [store_id, digest(text)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else _NOBODY
