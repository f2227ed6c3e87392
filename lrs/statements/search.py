"""From conditions to the seqs of a page, at a bounded cost whatever the conditions are.

Each condition (an agent, a verb …) has an index that gives the seqs of its statements in order. One condition alone:
its index is read until the page is full. Several: the index of any one leads, and the others are looked up for each
statement that it gives. Which one should lead? With the wrong one a search walks a million statements of a common verb
for the ten of a learner, and no statistics foretell how conditions go together. So they race: each leads for some
hundred statements, and the first that fills the page or comes to its end has found it. If none does, the race has
shown how far apart the entries of each index lie. Where one is much sparser than the others, it leads on. Else the two
sparsest are read side by side, which costs a twentieth of looking up, for each entry.

The planner is left no choice that could go wrong: subqueries with OFFSET or LIMIT are not turned into joins, and every
table is told between which seqs to look, which also spares the parts that lie elsewhere.

The same conditions are asked of statements themselves and of their echoes (lrs.statements.references): two *ways* to be
found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# How many entries of its index a condition leads through in its turn, at least.
_TURN = 256
# To look one entry up in another index costs as much as to read so many entries of that index in order
# (PostgreSQL 18, 10^6 statements, all in memory: 2 µs and 0.1 µs).
_LOOK_UP_COST = 20


@dataclass(frozen=True, slots=True)
class Condition:
    """`table` has an index that gives in order the seqs for which `asks` is true (SQL over its alias x, with values).

    `check_table`, `check_asks`: where the same is asked about one seq, if that is to be looked up with less to read.
    """

    table: str
    asks: str
    values: tuple[Any, ...]
    check_table: str = ""
    check_asks: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """The seqs to look at, both ends exclusive, and in which direction."""

    above: int
    below: int
    ascending: bool

    def since(self, seq: int) -> "Span":
        """What is left when a search has come to `seq`, of which there may be more entries."""
        if self.ascending:
            return Span(seq - 1, self.below, ascending=True)
        return Span(self.above, seq + 1, ascending=False)

    @property
    def direction(self) -> str:
        return "ASC" if self.ascending else "DESC"


_Sql = tuple[str, list[Any]]

OWN = ("seq",)
ECHO = ("seq", "origin")


@dataclass(frozen=True, slots=True)
class Search:
    """Statements that fulfil all `conditions` (the one expected to be rarest first) and `also`, SQL over the
    statement (alias s) with its values.

    `key`, OWN or ECHO: the columns that two rows of the conditions' tables must have in common to speak of one thing.
    """

    key: tuple[str, ...]
    conditions: Sequence[Condition]
    also: str
    also_values: tuple[Any, ...]
    using: str = DEFAULT_DB_ALIAS  # the database to search

    def seqs(self, span: Span, count: int) -> list[int]:
        """Up to `count` seqs that match, in order."""
        if len(self.conditions) == 1:
            return self.led_by([self.conditions[0]], span, count)
        racers = [_Racer(self, condition, span) for condition in self.conditions]
        for racer in racers:
            if racer.is_done(count, max(_TURN, 2 * count)):
                return racer.found[:count]
        first, second, *_ = sorted(racers, key=lambda racer: racer.passed, reverse=True)
        sparse = first.passed > _LOOK_UP_COST * second.passed
        leads = [first.lead] if sparse else [first.lead, second.lead]
        rest = self.led_by(leads, first.left, count)
        return list(dict.fromkeys([*first.found, *rest]))[:count]

    def led_by(self, leads: Sequence[Condition], span: Span, count: int) -> list[int]:
        """The first matching seqs among the entries of the leading index; with a second lead, among those entries that
        are in its index too."""
        stream, given = self._streams(leads, span)
        matching, values = self._matching(leads, span, count)
        with connections[self.using].cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT l.seq FROM {stream} l {matching}", [*given, *values])
            return [seq for (seq,) in cursor.fetchall()]

    def turn_of(
        self, lead: Condition, span: Span, count: int, most: int
    ) -> tuple[list[int], int | None]:
        """The first matching seqs among the next `most` entries of an index, and the seq of the last of these entries;
        None when there are not so many.

        In one query: were statements erased between two, the second would call passed what the first did not see.
        """
        stream, given = self._stream(lead, span, most)
        matching, values = self._matching([lead], span, count)
        last = "max" if span.ascending else "min"
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"WITH l AS MATERIALIZED {stream}"
                f" SELECT ARRAY(SELECT DISTINCT l.seq FROM l {matching}), count(*), {last}(seq) FROM l",
                [*given, *values],
            )
            found, entries, end = cursor.fetchone()
        return found, end if entries == most else None

    def _matching(self, leads: Sequence[Condition], span: Span, count: int) -> _Sql:
        """Keeps of the entries l those that fulfil the other conditions, in order, up to `count`."""
        tables = [self._check(each, span) for each in self.conditions if each not in leads]
        tables.append(self._statement(span))
        joined = " ".join(f"CROSS JOIN {sql}" for sql, _ in tables)
        values = [value for _, values in tables for value in values]
        return f"{joined} ORDER BY l.seq {span.direction} LIMIT %s", [*values, count]

    def _streams(self, leads: Sequence[Condition], span: Span) -> _Sql:
        first, values = self._stream(leads[0], span)
        if len(leads) == 1:
            return first, values
        # A semi-join of two streams that are in order: it reads each once, where a join would keep one to read again.
        second, more = self._stream(leads[1], span)
        columns = ", ".join(self.key)
        sql = (
            f"(SELECT {columns} FROM {first} a WHERE ({columns}) IN (SELECT {columns} FROM {second} b)"
            f" ORDER BY seq {span.direction} OFFSET 0)"
        )
        return sql, [*values, *more]

    def _stream(self, condition: Condition, span: Span, most: int | None = None) -> _Sql:
        end = "OFFSET 0" if most is None else f"LIMIT {most:d}"
        columns = ", ".join(f"x.{column}" for column in self.key)
        sql = (
            f"(SELECT {columns} FROM {condition.table} x WHERE {condition.asks}"
            f" AND x.seq > %s AND x.seq < %s ORDER BY x.seq {span.direction} {end})"
        )
        return sql, [*condition.values, span.above, span.below]

    def _check(self, condition: Condition, span: Span) -> _Sql:
        table = condition.check_table or condition.table
        asks = condition.check_asks or condition.asks
        same = " AND ".join(f"x.{column} = l.{column}" for column in self.key)
        sql = (
            f"LATERAL (SELECT FROM {table} x WHERE {asks} AND {same}"
            f" AND x.seq > %s AND x.seq < %s LIMIT 1) c{self.conditions.index(condition)}"
        )
        return sql, [*condition.values, span.above, span.below]

    def _statement(self, span: Span) -> _Sql:
        sql = (
            f"LATERAL (SELECT FROM lrs_statement s WHERE s.seq = l.seq AND {self.also}"
            " AND s.seq > %s AND s.seq < %s LIMIT 1) s"
        )
        return sql, [*self.also_values, span.above, span.below]


class _Racer:
    """A condition that leads: what it has found, what is left to look at, and how many seqs it has passed."""

    def __init__(self, search: Search, lead: Condition, span: Span) -> None:
        self._search = search
        self.lead = lead
        self.left = span
        self.found: list[int] = []
        self.passed = 0

    def is_done(self, count: int, turn: int) -> bool:
        """Lead through `turn` entries. Whether `count` are found, or there are no more."""
        self.found, end = self._search.turn_of(self.lead, self.left, count, turn)
        if len(self.found) >= count or end is None:
            return True
        self.passed = end - self.left.above if self.left.ascending else self.left.below - end
        self.left = self.left.since(end)
        return False
