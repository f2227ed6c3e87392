"""From conditions to the seqs of a page, at a bounded cost whatever the conditions are.

Each condition (an agent, a verb …) has an index that gives the seqs of its statements in order. One condition alone:
its index is read until the page is full. Several: the index of any one leads, and the others are looked up for each
statement that it gives. Which one should lead? With the wrong one a search walks a million statements of a common
verb for the ten of a learner, and no statistics foretell how conditions go together. So they race: each leads for
some hundred statements, then each for four times as many, and so on, and the first that fills the page or comes to
its end has found it. That costs at most some times what the best of them would have cost alone.

The same conditions are asked of statements themselves and of their echoes (lrs.statements.references): two *ways* to
be found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

# How many entries of its index a condition leads through in its first turn, at least; then four times as many.
_FIRST_TURN = 256
_GROWTH = 4


@dataclass(frozen=True, slots=True)
class Condition:
    """`asks` (SQL with its values) is true of a `{row}` of the table; a table of links has an own row for each fact.

    The table has an index that gives the seqs for which it is true in order.
    """

    table: str
    asks: str
    values: tuple[Any, ...]
    links: bool


@dataclass(frozen=True, slots=True)
class Way:
    """How a statement is found. `facts`: FROM of the row (alias `row`) with verb, activity and registration and of the
    statement (alias s). `key`: the columns that tell to which row of the facts a link belongs."""

    facts: str
    row: str
    key: tuple[str, ...]

    def same(self, other: str) -> str:
        return " AND ".join(f"{self.row}.{column} = {other}.{column}" for column in self.key)


OWN = Way("lrs_statement s ON {same}", "s", ("seq",))
ECHO = Way("lrs_echo e ON {same} JOIN lrs_statement s ON s.seq = e.seq", "e", ("seq", "origin"))


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


@dataclass(frozen=True, slots=True)
class Search:
    """Statements that fulfil all `conditions` (the one expected to be rarest first) and `also`, SQL over the
    statement (alias s) with its values."""

    way: Way
    conditions: Sequence[Condition]
    also: str
    also_values: tuple[Any, ...]

    def seqs(self, span: Span, count: int) -> list[int]:
        """Up to `count` seqs that match, in order."""
        if len(self.conditions) == 1:
            return self.led_by(self.conditions[0], span, count, most=None)
        turn = max(_FIRST_TURN, 2 * count)
        racers = [_Racer(self, condition, span) for condition in self.conditions]
        while True:
            for racer in racers:
                if racer.is_done(count, turn):
                    return racer.found[:count]
            turn *= _GROWTH

    def led_by(self, lead: Condition, span: Span, count: int, *, most: int | None) -> list[int]:
        """The first matching seqs among the next `most` entries of the leading index (None: among all)."""
        others = [each for each in self.conditions if each is not lead]
        clauses = [self.also, *(self._holds(each) for each in others)]
        # Without a limit OFFSET keeps the planner from joining first and sorting then.
        end = "OFFSET 0" if most is None else f"LIMIT {most:d}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT l.seq FROM (SELECT {', '.join(self.way.key)} FROM {lead.table} l"
                f" WHERE {lead.asks.format(row='l')} AND l.seq > %s AND l.seq < %s"
                f" ORDER BY l.seq {span.direction} {end}) l"
                f" JOIN {self.way.facts.format(same=self.way.same('l'))}"
                f" WHERE {' AND '.join(clauses)} ORDER BY l.seq {span.direction} LIMIT %s",
                [
                    *(*lead.values, span.above, span.below, *self.also_values),
                    *(value for each in others for value in each.values),
                    count,
                ],
            )
            return [seq for (seq,) in cursor.fetchall()]

    def _holds(self, condition: Condition) -> str:
        if not condition.links:
            return condition.asks.format(row=self.way.row)
        asks = condition.asks.format(row="l")
        return f"EXISTS (SELECT FROM {condition.table} l WHERE {asks} AND {self.way.same('l')})"


class _Racer:
    """A condition that leads: what it has found, and what is left to look at."""

    def __init__(self, search: Search, lead: Condition, span: Span) -> None:
        self._search = search
        self._lead = lead
        self._left = span
        self.found: list[int] = []

    def is_done(self, count: int, turn: int) -> bool:
        """Lead on through `turn` entries. Whether `count` are found, or there are no more."""
        rows = self._search.led_by(self._lead, self._left, count, most=turn)
        # The last one of the turn before may come again.
        self.found += [seq for seq in rows if seq not in self.found[-1:]]
        if len(self.found) >= count:
            return True
        end = self._end_of(turn)
        if end is None:
            return True
        self._left = self._left.since(end)
        return False

    def _end_of(self, turn: int) -> int | None:
        """The seq of the last of the next `turn` entries; None when there are not so many."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT l.seq FROM {self._lead.table} l WHERE {self._lead.asks.format(row='l')}"
                " AND l.seq > %s AND l.seq < %s"
                f" ORDER BY l.seq {self._left.direction} OFFSET %s LIMIT 1",
                [*self._lead.values, self._left.above, self._left.below, turn - 1],
            )
            row = cursor.fetchone()
        return int(row[0]) if row else None
