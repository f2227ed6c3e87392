"""Reads about the courses of learners."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from lrs.hierarchy import types
from lrs.models import Activity


@dataclass(frozen=True, slots=True)
class CourseSummary:
    """A course as far as some agents' statements name it. `name` is a language map, empty when never said."""

    activity_id: int
    iri: str
    name: Mapping[str, str]
    statements: int
    first: datetime
    last: datetime


_COURSES = """
SELECT a.id, a.iri, a.definition, count(DISTINCT s.seq), min(s.timestamp), max(s.timestamp)
  FROM lrs_statement s
  JOIN lrs_statement_activity l ON l.seq = s.seq
  JOIN lrs_activity a ON a.id = l.activity_id
 WHERE s.actor_id = ANY(%s) AND NOT s.voided AND a.type = ANY(%s)
 GROUP BY a.id
 ORDER BY max(s.timestamp) DESC, a.id
"""


def courses_of(*, agent_ids: Collection[int]) -> list[CourseSummary]:
    """The courses that the agents' statements name, the one with the newest statement first."""
    course_types = [iri for iri, level in types.LEVELS.items() if level == types.COURSE]
    with connection.cursor() as cursor:
        cursor.execute(_COURSES, [list(agent_ids), course_types])
        return [
            CourseSummary(activity_id, iri, _name(definition), count, first, last)
            for activity_id, iri, definition, count, first, last in cursor.fetchall()
        ]


def course_name(*, activity_id: int) -> Mapping[str, str]:
    """The language map of an activity's name. Raises Activity.DoesNotExist."""
    return _name(Activity.objects.get(pk=activity_id).definition)


def _name(definition: str) -> Mapping[str, str]:
    name: Mapping[str, str] = json.loads(definition or "{}").get("name", {})
    return name
