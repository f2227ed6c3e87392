"""Finding statements for a client: by id, or by filters, a page at a time.

Pages are in the order of `seq`. A page's end is a `seq` too, so that a page costs the same wherever it lies, and new
statements do not shift it.

Each query is shaped so that one index gives the newest matching seqs in order, and LIMIT stops it: the link table of
the agent or of the activity where one is asked for, else an index of the statements. What else is asked is looked up
row by row. A span of time is turned into a span of seqs, so that a query for the last hour does not read the years
before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lrs.dimensions import digest
from lrs.models import AgentRole
from lrs.statements.documents import decode
from lrs.xapi.parameters import StatementQuery

_BEYOND_EVERY_SEQ = 2**63 - 1
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
            f"SELECT encoding, document, stored FROM lrs_statement s WHERE {' AND '.join(clauses)}"
            " AND id = %s AND voided = %s",
            [*arguments, statement_id, voided],
        )
        row = cursor.fetchone()
    return (decode(row[0], row[1]), row[2]) if row else None


def find_page(
    *, visible: Visibility, query: StatementQuery, limit: int, after_seq: int | None = None
) -> Page:
    """A page of the statements that match, newest first unless ascending; voided ones are left out."""
    tables, clauses, arguments = _filters(visible.store_id, query, after_seq)
    mine, its_arguments = _of(visible)
    clauses += [*mine, "NOT s.voided"]
    arguments += its_arguments
    direction = "ASC" if query.ascending else "DESC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.seq, s.encoding, s.document FROM {tables.format(direction=direction)}"
            f" WHERE {' AND '.join(clauses)} ORDER BY s.seq {direction} LIMIT %s",
            [*arguments, limit + 1],
        )
        rows = cursor.fetchall()
    more = rows[limit - 1][0] if len(rows) > limit else None
    return Page([decode(encoding, document) for _, encoding, document in rows[:limit]], more)


def _of(visible: Visibility) -> tuple[list[str], list[Any]]:
    clauses, arguments = ["s.store_id = %s"], [visible.store_id]
    if visible.authority is not None:
        clauses.append(
            "EXISTS (SELECT FROM lrs_statement_agent l WHERE l.seq = s.seq"
            f" AND l.agent_id = %s AND l.role = {AgentRole.AUTHORITY})"
        )
        arguments.append(_id_of("lrs_agent", visible.store_id, visible.authority))
    return clauses, arguments


def _filters(
    store_id: int, query: StatementQuery, after_seq: int | None
) -> tuple[str, list[str], list[Any]]:
    """The tables, the conditions and their arguments (those of the tables first) for what the client asks."""
    links = [*_agent_links(store_id, query), *_activity_links(store_id, query)]
    span = [*_span(store_id, query, after_seq)]
    tables, clauses, arguments = "lrs_statement s", [], []
    if links:  # the first link leads: its index gives the seqs in order, from where the page begins
        (select, values), *links = links
        bounds = "".join(f" AND {clause.format(seq='l.seq')}" for clause, _ in span)
        # OFFSET keeps the planner from turning the subquery into a join that has to sort.
        tables = (
            f"(SELECT DISTINCT l.seq FROM {select}{bounds} ORDER BY l.seq {{direction}} OFFSET 0)"
            " links JOIN lrs_statement s ON s.seq = links.seq"
        )
        arguments += values
    else:
        clauses += [clause.format(seq="s.seq") for clause, _ in span]
    arguments += [value for _, values in span for value in values]
    for select, values in links:
        clauses.append(f"EXISTS (SELECT FROM {select} AND l.seq = s.seq)")
        arguments += values
    for clause, values in _plain_filters(store_id, query):
        clauses.append(clause)
        arguments += values
    return tables, clauses, arguments


_Condition = tuple[str, list[Any]]


def _agent_links(store_id: int, query: StatementQuery) -> Iterator[_Condition]:
    if query.agent is None:
        return
    direct = f" AND l.role IN ({AgentRole.ACTOR}, {AgentRole.OBJECT})"
    roles = "" if query.related_agents else direct
    agent = _id_of("lrs_agent", store_id, query.agent)
    yield f"lrs_statement_agent l WHERE l.agent_id = %s{roles}", [agent]


def _activity_links(store_id: int, query: StatementQuery) -> Iterator[_Condition]:
    if query.activity is not None and query.related_activities:
        activity = _id_of("lrs_activity", store_id, query.activity)
        yield "lrs_statement_activity l WHERE l.activity_id = %s", [activity]


def _plain_filters(store_id: int, query: StatementQuery) -> Iterator[_Condition]:
    if query.activity is not None and not query.related_activities:
        yield "s.activity_id = %s", [_id_of("lrs_activity", store_id, query.activity)]
    if query.verb is not None:
        yield "s.verb_id = %s", [_id_of("lrs_verb", store_id, query.verb)]
    if query.registration is not None:
        yield "s.registration = %s", [query.registration]
    if query.since is not None:  # exclusive, and until inclusive (Communication 2.1.3)
        yield "s.stored > %s", [query.since]
    if query.until is not None:
        yield "s.stored <= %s", [query.until]


def _span(store_id: int, query: StatementQuery, after_seq: int | None) -> Iterator[_Condition]:
    """Between which seqs to look: after the page before, and within since and until.

    What was stored ten seconds or more before a moment has a lower seq than what was stored after it (see the migration
    with lrs_open_write, which leaves five seconds; the rest is for a clock set back). `_plain_filters` is exact.
    """
    if after_seq is not None:
        yield f"{{seq}} {'>' if query.ascending else '<'} %s", [after_seq]
    if query.since is not None:
        yield (
            (
                "{seq} > coalesce((SELECT b.seq FROM lrs_statement b WHERE b.store_id = %s"
                " AND b.stored <= %s::timestamptz - interval '10 seconds'"
                " ORDER BY b.stored DESC LIMIT 1), 0)"
            ),
            [store_id, query.since],
        )
    if query.until is not None:
        yield (
            (
                "{seq} < coalesce((SELECT b.seq FROM lrs_statement b WHERE b.store_id = %s"
                " AND b.stored >= %s::timestamptz + interval '10 seconds'"
                f" ORDER BY b.stored LIMIT 1), {_BEYOND_EVERY_SEQ})"
            ),
            [store_id, query.until],
        )


def _id_of(table: str, store_id: int, text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE store_id = %s AND digest = %s",
            [store_id, digest(text)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else _NOBODY
