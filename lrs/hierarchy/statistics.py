"""What happened in a node: how many statements and learners, kinds of interaction, times, scores, completions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connection

from lrs.hierarchy.types import KINDS_BY_NUMBER, Kind, Level
from lrs.models import HierarchyProgress, Node

# The column of a place that holds the node of a level, and those of the levels below it.
COLUMN: Mapping[Level, str] = {
    Level.COURSE: "course_id",
    Level.CLASS: "class_id",
    Level.SESSION: "session_id",
}
_BELOW: Mapping[Level, str] = {
    Level.COURSE: " AND class_id IS NULL AND session_id IS NULL",
    Level.CLASS: " AND session_id IS NULL",
    Level.SESSION: "",
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of a node's visible statements. `average_scaled` is the mean of the scores, from -1 to 1, None without any."""

    statements: int
    learners: int
    interactions: Mapping[Kind, int]
    first: datetime | None
    last: datetime | None
    scores: int
    average_scaled: float | None
    completions: int


# Grouped by learner first: counting distinct learners of a million rows would sort them.
_STATISTICS = """
SELECT kind, sum(statements)::bigint, count(DISTINCT actor_id), min(first), max(last), sum(scores)::bigint, sum(scaled),
       sum(completions)::bigint
  FROM (SELECT actor_id, kind, count(*) AS statements, min(timestamp) AS first, max(timestamp) AS last,
               count(scaled) AS scores, sum(scaled) AS scaled, count(*) FILTER (WHERE completes) AS completions
          FROM lrs_statement_place WHERE {column} = %s{only}
         GROUP BY actor_id, kind) by_learner
 GROUP BY GROUPING SETS ((kind), ())
"""


def statistics_of(node: Node, *, below: bool = True) -> Statistics:
    """Of all statements in the node; without `below` only of those that lie in nothing smaller."""
    level = Level(node.level)
    command = _STATISTICS.format(column=COLUMN[level], only="" if below else _BELOW[level])
    with connection.cursor() as cursor:
        cursor.execute(command, [node.pk])
        rows = cursor.fetchall()
    kinds = {KINDS_BY_NUMBER[row[0]]: row[1] for row in rows if row[0] is not None}
    (whole,) = [row for row in rows if row[0] is None]
    _, statements, learners, first, last, scores, scaled, completions = whole
    return Statistics(
        statements=statements or 0,
        learners=learners,
        interactions=dict(sorted(kinds.items())),
        first=first,
        last=last,
        scores=scores or 0,
        average_scaled=scaled / scores if scores else None,
        completions=completions or 0,
    )


def placed_through(store_id: int, *, using: str = DEFAULT_DB_ALIAS) -> datetime | None:
    """Up to which `stored` the statements of the store have their places; None when none has."""
    progress = HierarchyProgress.objects.using(using).filter(store=store_id).first()
    return progress.stored if progress else None
