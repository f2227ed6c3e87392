"""From conditions to the seqs of a page, at a bounded cost whatever the conditions are.

Each condition (an agent, a verb …) has an index that gives the seqs of its statements in order. One condition alone:
its index is read until the page is full. Several: the index of any one leads, and the others are looked up for each
statement that it gives. Which one should lead? With the wrong one a search walks a million statements of a common verb
for the ten of a learner, and no statistics foretell how conditions go together. So they race: each leads for some
hundred statements, then each for some thousand, and the first that fills the page or comes to its end has found it.
Where all are long and have little in common, their indexes are read side by side at last.

The planner is left no choice that could go wrong: subqueries with OFFSET or LIMIT are not turned into joins, and every
table is told between which seqs to look, which also spares the parts that lie elsewhere.

The same conditions are asked of statements themselves and of their echoes (lrs.statements.references): two *ways* to be
found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

# How many entries of its index a condition leads through in its first turn, at least, and how many times more then.
_FIRST_TURN = 256
_GROWTH = 8


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
        turn = max(_FIRST_TURN, 2 * count)
        racers = [_Racer(self, condition, span) for condition in self.conditions]
        for most in (turn, turn * _GROWTH):
            for racer in racers:
                if racer.is_done(count, most):
                    return racer.found[:count]
        # No racer has been through less of its index than another has by far, so it is all one where to go on.
        first = racers[0]
        rest = self.led_by(self.conditions[:2], first.left, count)
        return list(dict.fromkeys([*first.found, *rest]))[:count]

    def led_by(
        self, leads: Sequence[Condition], span: Span, count: int, *, most: int | None = None
    ) -> list[int]:
        """The first matching seqs among the next `most` entries of the leading indexes (None: among all)."""
        tables = [
            self._stream(lead, span, most, name)
            for lead, name in zip(leads, ("l", "m"), strict=False)
        ]
        tables += [self._check(each, span) for each in self.conditions if each not in leads]
        tables.append(self._statement(span))
        joined = " CROSS JOIN ".join(sql for sql, _ in tables)
        same = " AND ".join(f"l.{column} = m.{column}" for column in self.key)
        where = f" WHERE {same}" if len(leads) > 1 else ""
        with connections[self.using].cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT l.seq FROM {joined}{where}"
                f" ORDER BY l.seq {span.direction} LIMIT %s",
                [*(value for _, values in tables for value in values), count],
            )
            return [seq for (seq,) in cursor.fetchall()]

    def _stream(self, condition: Condition, span: Span, most: int | None, name: str) -> _Sql:
        end = "OFFSET 0" if most is None else f"LIMIT {most:d}"
        columns = ", ".join(f"x.{column}" for column in self.key)
        sql = (
            f"(SELECT {columns} FROM {condition.table} x WHERE {condition.asks}"
            f" AND x.seq > %s AND x.seq < %s ORDER BY x.seq {span.direction} {end}) {name}"
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
    """A condition that leads: what it has found, and what is left to look at."""

    def __init__(self, search: Search, lead: Condition, span: Span) -> None:
        self._search = search
        self._lead = lead
        self.left = span
        self.found: list[int] = []

    def is_done(self, count: int, turn: int) -> bool:
        """Lead on through `turn` entries. Whether `count` are found, or there are no more."""
        rows = self._search.led_by([self._lead], self.left, count, most=turn)
        # The last one of the turn before may come again.
        self.found += [seq for seq in rows if seq not in self.found[-1:]]
        if len(self.found) >= count:
            return True
        end = self._end_of(turn)
        if end is None:
            return True
        self.left = self.left.since(end)
        return False

    def _end_of(self, turn: int) -> int | None:
        """The seq of the last of the next `turn` entries; None when there are not so many."""
        with connections[self._search.using].cursor() as cursor:
            cursor.execute(
                f"SELECT x.seq FROM {self._lead.table} x WHERE {self._lead.asks}"
                " AND x.seq > %s AND x.seq < %s"
                f" ORDER BY x.seq {self.left.direction} OFFSET %s LIMIT 1",
                [*self._lead.values, self.left.above, self.left.below, turn - 1],
            )
            row = cursor.fetchone()
        return int(row[0]) if row else None
