"""Reads of the learning hierarchy."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from lrs.dimensions import digest
from lrs.hierarchy.types import Level, types_of
from lrs.models import Activity, ActivityRole
from lrs.xapi import jsontext
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


# A statement may name a course in several roles, so DISTINCT counts it once. A voiding statement may name one in its
# context; it is no learning, and is left out.
_COURSES_OF = """
SELECT a.id, a.iri, a.definition, count(DISTINCT s.seq), min(s.timestamp), max(s.timestamp)
  FROM lrs_statement s
  JOIN lrs_activity a ON a.store_id = s.store_id AND a.type = ANY(%(types)s)
  JOIN lrs_statement_activity l ON l.activity_id = a.id AND l.seq = s.seq AND l.role < %(substatement)s
 WHERE s.actor_id = ANY(%(agents)s) AND NOT s.voided
   AND s.verb_id <> ALL (ARRAY(SELECT v.id FROM lrs_verb v WHERE v.digest = %(voided)s))
 GROUP BY a.id
 ORDER BY max(s.timestamp) DESC, a.id
"""


def courses_of(*, agent_ids: Collection[int]) -> list[CourseSummary]:
    """The courses in which the agents have visible statements, the latest first."""
    types, agents = sorted(types_of(Level.COURSE)), list(agent_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            _COURSES_OF,
            {
                "types": types,
                "agents": agents,
                "substatement": ActivityRole.SUBSTATEMENT,
                "voided": digest(VOIDED),
            },
        )
        rows = cursor.fetchall()
    return [
        CourseSummary(
            activity_id=activity_id,
            iri=iri,
            name=_name(definition),
            statements=statements,
            first=first,
            last=last,
        )
        for activity_id, iri, definition, statements, first, last in rows
    ]


def course_name(*, activity_id: int) -> Mapping[str, str]:
    """The language map of an activity's name. Raises Activity.DoesNotExist."""
    return _name(Activity.objects.get(pk=activity_id).definition)


def _name(definition: str) -> Mapping[str, str]:
    parsed: Mapping[str, Any] = jsontext.loads(definition.encode()) if definition else {}
    name: Mapping[str, str] = parsed.get("name", {})
    return name
