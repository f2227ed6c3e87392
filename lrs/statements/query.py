"""Finding statements for a client: by id, or by filters, a page at a time.

Pages are in the order of `seq`. A page's end is a `seq` too, so that a page costs the same wherever it lies, and new
statements do not shift it. A span of time is turned into a span of seqs, so that a query for the last hour does not
read the years before. How the seqs of a page are found is lrs.statements.search's matter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections

from lrs.dimensions import digest
from lrs.models import ActivityRole, AgentRole
from lrs.statements.documents import decode, length
from lrs.statements.search import ECHO, OWN, Condition, Search, Span
from lrs.xapi.parameters import StatementQuery

# A page ends early when its documents come to so many bytes; the first one is always given. First counted as stored,
# then as served, for a compressed document can be a thousand times as long.
_MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of a page as stored, the `seq` of each, and the one to go on from, None at the end."""

    documents: list[bytes]
    seqs: list[int]
    next_seq: int | None


@dataclass(frozen=True, slots=True)
class Visibility:
    """What a credential may read: its store, and (for statements/read/mine) only what it wrote."""

    store_id: int
    authorities: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The rows of what a query names, None where it names none, and between which seqs to look.

    `echoed`: for each thing named some statement refers to one that says it.
    """

    agent: int | None
    verb: int | None
    activity: int | None
    authorities: list[int] | None
    above: int
    below: int
    echoed: bool


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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.encoding, s.document, s.stored FROM lrs_statement_id i JOIN lrs_statement s ON s.seq = i.seq"
            " WHERE i.store_id = %s AND i.id = %s AND s.voided = %s AND (%s::bytea[] IS NULL"
            f" OR {_IS_AUTHORITY} ANY(ARRAY(SELECT a.id FROM lrs_agent a"
            " WHERE a.store_id = s.store_id AND a.digest = ANY(%s)))))",
            [
                *(visible.store_id, statement_id, voided),
                *[_digests(visible)] * 2,
            ],
        )
        row = cursor.fetchone()
    return (decode(row[0], row[1]), row[2]) if row else None


def find_page(
    *,
    visible: Visibility,
    query: StatementQuery,
    limit: int,
    after_seq: int | None = None,
    within: Condition | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> Page:
    """A page of the statements that match, newest first unless ascending; voided ones are left out.

    A statement that refers to another by a StatementRef matches also where that one does; since and until are asked of
    the first alone (Communication 2.1.3). To a credential that reads its own statements only, others are not there.
    `within` is a condition more, of a table with `seq`; what a statement refers to does not count then. `using` is the
    database to read (lrs.statements.replica).
    """
    wanted = _look_up(visible, query, after_seq, using)
    if wanted is None:
        return Page([], [], None)
    span = Span(wanted.above, wanted.below, query.ascending)
    also, values = _also(visible, query)
    own = Search(OWN, _own_conditions(visible, query, wanted, within), also, values, using)
    seqs = own.seqs(span, limit + 1)
    if wanted.echoed and within is None:
        if wanted.authorities is not None:
            also, values = f"{also} AND {_IS_AUTHORITY} ANY(%s))", (*values, wanted.authorities)
        echoes = Search(ECHO, list(_conditions(query, wanted, _OF_ECHOES)), also, values, using)
        found = {*seqs, *echoes.seqs(span, limit + 1)}
        seqs = sorted(found, reverse=not query.ascending)
    return _page(seqs, limit, using)


def _page(seqs: Sequence[int], limit: int, using: str) -> Page:
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT seq, encoding, document FROM ("
            " SELECT s.seq, s.encoding, s.document, w.place,"
            " sum(octet_length(s.document)) OVER (ORDER BY w.place) AS bytes"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY AS w(seq, place) JOIN lrs_statement s ON s.seq = w.seq"
            ") documents WHERE place = 1 OR bytes <= %s ORDER BY place",
            [list(seqs[:limit]), _MOST_BYTES],
        )
        rows = cursor.fetchall()
    documents: list[bytes] = []
    bytes_left = _MOST_BYTES
    for _, encoding, document in rows:
        bytes_left -= length(encoding, document)
        if documents and bytes_left < 0:
            break
        documents.append(decode(encoding, document))
    given = [row[0] for row in rows[: len(documents)]]
    more = given[-1] if given and seqs[-1] != given[-1] else None
    return Page(documents, given, more)


# --- What the query names -------------------------------------------------------------------------
_IS_AUTHORITY = (
    "EXISTS (SELECT FROM lrs_statement_agent l WHERE l.seq = s.seq"
    f" AND l.role = {AgentRole.AUTHORITY} AND l.agent_id ="
)

# What was stored ten seconds or more before a moment has a lower seq than what was stored after it (see the migration
# with lrs_open_write, which leaves five seconds; the rest is for a clock set back).
_LOOK_UP = """
WITH wanted AS MATERIALIZED (SELECT
  (SELECT id FROM lrs_agent WHERE store_id = %(store)s AND digest = %(agent)s) AS agent,
  (SELECT id FROM lrs_verb WHERE store_id = %(store)s AND digest = %(verb)s) AS verb,
  (SELECT id FROM lrs_activity WHERE store_id = %(store)s AND digest = %(activity)s) AS activity,
  CASE WHEN %(authorities)s::bytea[] IS NOT NULL THEN
    ARRAY(SELECT id FROM lrs_agent WHERE store_id = %(store)s AND digest = ANY(%(authorities)s::bytea[])) END
  AS authorities
)
SELECT agent, verb, activity, authorities,
  coalesce((SELECT b.seq FROM lrs_statement b WHERE b.store_id = %(store)s
     AND b.stored <= %(since)s::timestamptz - interval '10 seconds' ORDER BY b.stored DESC LIMIT 1), 0),
  coalesce((SELECT b.seq FROM lrs_statement b WHERE b.store_id = %(store)s
     AND b.stored >= %(until)s::timestamptz + interval '10 seconds' ORDER BY b.stored LIMIT 1),
    (SELECT last_value + 1 FROM lrs_statement_seq_seq)),
  (%(agent)s::bytea IS NULL OR EXISTS (SELECT FROM lrs_echo_agent e WHERE e.agent_id = wanted.agent))
  AND (%(verb)s::bytea IS NULL OR EXISTS (SELECT FROM lrs_echo e WHERE e.verb_id = wanted.verb))
  AND (%(activity)s::bytea IS NULL OR EXISTS (SELECT FROM lrs_echo_activity e WHERE e.activity_id = wanted.activity))
  AND (%(registration)s::uuid IS NULL OR EXISTS (SELECT FROM lrs_echo e WHERE e.registration = %(registration)s))
FROM wanted
"""


def _digests(visible: Visibility) -> list[bytes] | None:
    return None if visible.authorities is None else [digest(text) for text in visible.authorities]


def _look_up(
    visible: Visibility, query: StatementQuery, after_seq: int | None, using: str
) -> _Wanted | None:
    """None when something that the query names was never heard of, so that nothing can match."""
    named = {
        "agent": query.agent,
        "verb": query.verb,
        "activity": query.activity,
    }
    digests = {name: digest(text) if text is not None else None for name, text in named.items()}
    with connections[using].cursor() as cursor:
        cursor.execute(
            _LOOK_UP,
            {
                **digests,
                "authorities": _digests(visible),
                "store": visible.store_id,
                "registration": query.registration,
                "since": query.since,
                "until": query.until,
            },
        )
        agent, verb, activity, authorities, above, below, echoed = cursor.fetchone()
    ids = (agent, verb, activity)
    if authorities == [] or any(
        row_id is None and text is not None
        for row_id, text in zip(ids, named.values(), strict=True)
    ):
        return None
    if after_seq is not None:
        above, below = (
            (max(above, after_seq), below) if query.ascending else (above, min(below, after_seq))
        )
    about_content = any(
        each is not None for each in (query.agent, query.verb, query.activity, query.registration)
    )
    return _Wanted(agent, verb, activity, authorities, above, below, echoed and about_content)


# --- The conditions -------------------------------------------------------------------------------
def _also(visible: Visibility, query: StatementQuery) -> tuple[str, tuple[Any, ...]]:
    """What is asked of the statement itself however it is found."""
    clauses = ["NOT s.voided", "s.store_id = %s"]
    values: list[Any] = [visible.store_id]
    if query.since is not None:  # exclusive, and until inclusive
        clauses.append("s.stored > %s")
        values.append(query.since)
    if query.until is not None:
        clauses.append("s.stored <= %s")
        values.append(query.until)
    return " AND ".join(clauses), tuple(values)


@dataclass(frozen=True, slots=True)
class _Tables:
    """Where the conditions of a query are looked up: in statements themselves, or in their echoes."""

    facts: str
    agents: str
    activities: str


_OF_STATEMENTS = _Tables("lrs_statement", "lrs_statement_agent", "lrs_statement_activity")
_OF_ECHOES = _Tables("lrs_echo", "lrs_echo_agent", "lrs_echo_activity")


def _own_conditions(
    visible: Visibility, query: StatementQuery, wanted: _Wanted, within: Condition | None
) -> list[Condition]:
    asked = [*_conditions(query, wanted, _OF_STATEMENTS), *([within] if within else [])]
    return asked or [_any_statement(visible, query)]


def _any_statement(visible: Visibility, query: StatementQuery) -> Condition:
    """The index has `stored` too: at the ends of a span of time it is passed over without looking at the statements."""
    asks = "x.store_id = %s"
    asks += " AND x.stored > %s" if query.since is not None else ""
    asks += " AND x.stored <= %s" if query.until is not None else ""
    times = (each for each in (query.since, query.until) if each is not None)
    return Condition("lrs_statement", asks, (visible.store_id, *times))


def _conditions(query: StatementQuery, wanted: _Wanted, tables: _Tables) -> Iterator[Condition]:
    """The one expected to be rarest first."""
    if query.registration is not None:
        yield Condition(tables.facts, "x.registration = %s", (query.registration,))
    if wanted.agent is not None:
        direct = f" AND x.role IN ({AgentRole.ACTOR}, {AgentRole.OBJECT})"
        asks = "x.agent_id = %s" + ("" if query.related_agents else direct)
        yield Condition(tables.agents, asks, (wanted.agent,))
    if wanted.activity is not None:
        asks = "x.activity_id = %s"
        if query.related_activities:
            yield Condition(tables.activities, asks, (wanted.activity,))
        else:
            check = f"{asks} AND x.role = {ActivityRole.OBJECT}"
            yield Condition(tables.facts, asks, (wanted.activity,), tables.activities, check)
    if wanted.verb is not None:
        yield Condition(tables.facts, "x.verb_id = %s", (wanted.verb,))
    if wanted.authorities is not None:
        # One as a rule, and then the index gives the seqs in order.
        one, *others = wanted.authorities
        asks = "x.agent_id = " + ("ANY(%s)" if others else "%s")
        asks += f" AND x.role = {AgentRole.AUTHORITY}"
        yield Condition(tables.agents, asks, (wanted.authorities if others else one,))
