"""The courses of a learner.

Most statements have their place already, and an index over the places gives the courses. The last few were stored a
moment ago and not followed yet (lrs.hierarchy.discovery): those are read here, so that the answer is always complete.
With no worker for a week it still is, and takes as long as reading the learner's statements of that week.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from lrs.dimensions import digest
from lrs.hierarchy.named import COLUMNS, ReadStatement, activities_named, nodes_named, read
from lrs.hierarchy.placing import tree_around
from lrs.hierarchy.positions import Position, position_in
from lrs.hierarchy.ruleset import rules_of
from lrs.hierarchy.types import Level
from lrs.hierarchy.words import names_of
from lrs.models import Activity, Agent, Node, StatementPlace
from lrs.xapi.statements import VOIDED


@dataclass(frozen=True, slots=True)
class CourseSummary:
    """A course with what somebody did in it: how many statements, and the timestamps of the first and last."""

    activity_id: int
    iri: str
    name: Mapping[str, str]
    statements: int
    first: datetime
    last: datetime


@dataclass(slots=True)
class _Sum:
    statements: int
    first: datetime
    last: datetime


def courses_of(*, agent_ids: Collection[int]) -> list[CourseSummary]:
    """The courses in which the agents have visible statements, the latest first."""
    agents = list(agent_ids)
    sums: dict[int, _Sum] = {}
    stores = Agent.objects.filter(pk__in=agents).order_by("store").distinct("store")
    for store_id in stores.values_list("store", flat=True):
        statements = _not_followed(store_id, agents)
        for course, statements_there, first, last in _followed(
            store_id, agents, [one.seq for one in statements]
        ):
            sums[course] = _Sum(statements_there, first, last)
        for one, position in positions_of(store_id, statements):
            if position.course is None:
                continue
            timestamp = one.timestamp
            found = sums.setdefault(position.course, _Sum(0, timestamp, timestamp))
            found.statements += 1
            found.first, found.last = min(found.first, timestamp), max(found.last, timestamp)
    activities = Activity.objects.in_bulk(list(sums))
    summaries = [
        CourseSummary(
            activity_id=course,
            iri=activities[course].iri,
            name=names_of(activities[course].definition),
            statements=found.statements,
            first=found.first,
            last=found.last,
        )
        for course, found in sums.items()
    ]
    return sorted(summaries, key=lambda course: (course.last, course.activity_id), reverse=True)


def in_course(*, agent_ids: Collection[int], course_id: int) -> Q:
    """The condition on the agents' statements that they stand in a course, by the store's tree."""
    agents = list(agent_ids)
    store_id = Activity.objects.values_list("store", flat=True).get(pk=course_id)
    fresh = [
        one.seq
        for one, position in positions_of(store_id, _not_followed(store_id, agents))
        if position.course == course_id
    ]
    there = StatementPlace.objects.filter(seq=OuterRef("seq"), course_id=course_id)
    return Q(Exists(there)) | Q(seq__in=fresh)


def course_name(*, activity_id: int) -> Mapping[str, str]:
    """The language map of an activity's name. Raises Activity.DoesNotExist."""
    return names_of(Activity.objects.get(pk=activity_id).definition)


# A statement that was voided a moment ago has its place until the voiding statement is followed.
_FOLLOWED = """
SELECT p.course_id, count(*), min(p.timestamp), max(p.timestamp)
  FROM lrs_statement_place p JOIN lrs_statement s ON s.seq = p.seq AND NOT s.voided
 WHERE p.store_id = %s AND p.actor_id = ANY(%s) AND p.course_id IS NOT NULL AND p.seq <> ALL(%s)
 GROUP BY p.course_id
"""
_NOT_FOLLOWED = f"""
SELECT {COLUMNS} FROM lrs_statement s LEFT JOIN lrs_hierarchy_progress p ON p.store_id = s.store_id
 WHERE s.store_id = %s AND s.actor_id = ANY(%s) AND NOT s.voided
   AND (p.stored IS NULL OR (s.stored, s.seq) > (p.stored, p.seq))
   AND s.verb_id <> ALL (ARRAY(SELECT v.id FROM lrs_verb v WHERE v.store_id = %s AND v.digest = %s))
"""


def _followed(
    store_id: int, agents: list[int], without: list[int]
) -> list[tuple[int, int, datetime, datetime]]:
    """By course. `without`: seqs that were not followed when we looked; they may be by now."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWED, [store_id, agents, without])
        return list(cursor.fetchall())


def _not_followed(store_id: int, agents: list[int]) -> list[ReadStatement]:
    with connection.cursor() as cursor:
        cursor.execute(_NOT_FOLLOWED, [store_id, agents, store_id, digest(VOIDED)])
        return [read(row) for row in cursor.fetchall()]


def positions_of(
    store_id: int, statements: Sequence[ReadStatement]
) -> Iterator[tuple[ReadStatement, Position]]:
    """Each statement with where it stands, as the tree is now."""
    if not statements:
        return
    activities = activities_named(store_id=store_id, statements=statements)
    nodes = Node.objects.in_bulk([activity.id for activity in activities.values()])
    levels: dict[int, Level] = {pk: Level(node.level) for pk, node in nodes.items()}
    rules = rules_of(store_id)
    for activity in activities.values():
        if activity.id not in nodes and (level := rules.levels.get(activity.type)):
            levels[activity.id] = level
    tree = tree_around(nodes)
    for one in statements:
        named = nodes_named(one, activities=activities, levels=levels, rules=rules)
        yield one, position_in(tree, named)
