"""The parts of the tables of statements and links: a range of seqs each, made ahead (docs/decisions/0065).

A part's name says where it begins: lrs_statement_from_10000000. What no part is for goes into lrs_statement_default,
so that nothing is ever refused; `make_ahead` moves it into a part of its own.
"""

from dataclasses import dataclass

from django.db import connection, transaction

SIZE = 10_000_000  # statements; a part with its indexes takes some 12 GB
TABLES = ("lrs_statement", "lrs_statement_agent", "lrs_statement_activity")
_LOCK = 0x4B45_0007  # of whoever makes parts, "KE"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a table: the statements with `begin` <= seq < `end`; None where the first one has no beginning and the
    default part no bounds."""

    table: str
    name: str
    begin: int | None
    end: int | None
    rows: int  # as PostgreSQL estimates
    bytes: int  # with indexes
    tablespace: str


def make_ahead() -> list[str]:
    """Make the part of the next seq and the one after it, where they are missing. The names of those that were made.

    Safe when run by several at once, at any time; writers wait for the moment in which a part is attached.
    """
    made = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("SELECT last_value FROM lrs_statement_seq_seq")
        here = cursor.fetchone()[0] // SIZE * SIZE
        begins = set()
        for table in TABLES:
            cursor.execute(f"SELECT min(seq), max(seq) FROM {table}_default")
            low, high = cursor.fetchone()
            if low is not None:
                begins |= set(range(low // SIZE * SIZE, high + 1, SIZE))
        for begin in sorted({*begins, here, here + SIZE}):
            for table in TABLES:
                made += _make(table, begin)
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
    return sorted(found, key=lambda part: (part.table, part.end is None, part.begin or 0))


def _make(table: str, begin: int) -> list[str]:
    name, end = f"{table}_from_{begin}", begin + SIZE
    if any(part.table == table and _covers(part, begin) for part in parts()):
        return []
    with connection.cursor() as cursor:
        # A table of its own first: what waits in the default part has to leave it before this part is attached.
        cursor.execute(f"LOCK TABLE {table}_default IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING ALL EXCLUDING IDENTITY)")
        cursor.execute(
            f"WITH moved AS (DELETE FROM {table}_default WHERE seq >= %s AND seq < %s RETURNING *)"
            f" INSERT INTO {name} SELECT * FROM moved",
            [begin, end],
        )
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({begin:d}) TO ({end:d})"
        )
    return [name]


def _covers(part: Part, seq: int) -> bool:
    return part.end is not None and (part.begin is None or part.begin <= seq) and seq < part.end


def _bounds(text: str) -> tuple[int | None, int | None]:
    """From `FOR VALUES FROM ('0') TO ('10000000')`, or DEFAULT."""
    if text == "DEFAULT":
        return None, None
    begin, end = text.removeprefix("FOR VALUES FROM (").removesuffix(")").split(") TO (")
    return None if begin == "MINVALUE" else int(begin.strip("'")), int(end.strip("'"))
