"""The parts of the tables of statements and links: a range of seqs each, made ahead (docs/decisions/0065).

A part's name says where it begins: lrs_statement_from_10000000. There is no default part, for with one PostgreSQL
could not read the parts one after the other in the order of seq. Nothing is refused all the same: who meets a seq
without a part makes it (lrs.statements.store).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg import sql

SIZE = 10_000_000  # statements; a part with its indexes takes some 12 GB
TABLES = ("lrs_statement", "lrs_statement_agent", "lrs_statement_activity")
_LOCK = 0x4B45_0007  # of whoever makes parts, "KE"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a table: the statements with `begin` <= seq < `end`; the first one has no beginning."""

    table: str
    name: str
    begin: int | None
    end: int
    rows: int  # as PostgreSQL estimates
    bytes: int  # with indexes
    tablespace: str


def make_ahead() -> list[str]:
    """Make all parts up to that of the next seq, and the one after it, where they are missing. The names of the new.

    Safe when run by several at once, at any time. Writers wait for the moment in which a part is made.
    """
    made = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT last_value FROM lrs_statement_seq_seq")
        enough = (cursor.fetchone()[0] // SIZE + 2) * SIZE
        there = parts()
        for table in TABLES:
            for begin in range(
                max(part.end for part in there if part.table == table), enough, SIZE
            ):
                name = f"{table}_from_{begin}"
                cursor.execute(
                    f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ({begin}) TO ({begin + SIZE})"
                )
                made.append(name)
    return made


def parts() -> list[Part]:
    """Every part of every table, in the order of seq."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.inhparent::regclass::text, c.relname, pg_get_expr(c.relpartbound, c.oid),"
            "       greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid), coalesce(t.spcname, 'pg_default')"
            "  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            "  LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace"
            " WHERE i.inhparent = ANY (%s::regclass[])",
            [list(TABLES)],
        )
        found = [
            Part(table, name, *_bounds(bounds), rows, size, tablespace)
            for table, name, bounds, rows, size, tablespace in cursor.fetchall()
        ]
    return sorted(found, key=lambda part: (part.table, part.end))


class NoSuchPart(Exception):
    """No part begins at this seq."""


def move(*, begin: int, tablespace: str) -> Iterator[str]:
    """Move the parts that begin at `begin`, with their indexes, to another tablespace; gives the name of each then.

    Each is copied and locked by itself; who asks for its statements meanwhile waits for that one. Those that are there
    already are passed over: an interrupted move goes on. Not inside of a transaction, which would hold all the locks.
    Raises NoSuchPart, django.db.Error (no such tablespace).
    """
    moved = [part for part in parts() if (part.begin or 0) == begin]
    if not moved:
        raise NoSuchPart(f"No part begins at {begin:,}; manage.py partitions shows where they do.")
    for part in moved:
        for kind, name in _files_elsewhere(part.name, tablespace):
            command = sql.SQL("ALTER {} {} SET TABLESPACE {}").format(
                sql.SQL(kind), sql.Identifier(name), sql.Identifier(tablespace)
            )
            with connection.cursor() as cursor:
                cursor.execute(command)
            yield name


def _files_elsewhere(part: str, tablespace: str) -> list[tuple[str, str]]:
    """The table and its indexes, as far as they are in other tablespaces."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE c.relkind WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, c.relname FROM pg_class c"
            "  LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace"
            " WHERE (c.oid = %(part)s::regclass"
            "     OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %(part)s::regclass))"
            "   AND coalesce(t.spcname, 'pg_default') <> %(tablespace)s ORDER BY c.relkind DESC, c.relname",
            {"part": part, "tablespace": tablespace},
        )
        return list(cursor.fetchall())


def _bounds(text: str) -> tuple[int | None, int]:
    """From `FOR VALUES FROM ('10000000') TO ('20000000')`, or with MINVALUE."""
    begin, end = text.removeprefix("FOR VALUES FROM (").removesuffix(")").split(") TO (")
    return None if begin == "MINVALUE" else int(begin.strip("'")), int(end.strip("'"))
