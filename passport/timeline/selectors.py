"""A learner's records, newest first, page after page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from anchoring.status import statuses
from lrs.hierarchy.courses import CourseSummary, courses_of, in_course
from lrs.hierarchy.placements import placements_of
from lrs.statements.selectors import of_agents
from passport.documents import printable, read_document
from passport.learners.selectors import agents_of
from passport.models import Learner
from passport.timeline.rules import Item, item_of, local_moment

PAGE = 40


class BadCursor(ValueError):
    """The place to go on from does not read as one."""


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the next begins after this record, whatever arrives meanwhile."""

    timestamp: datetime
    seq: int

    def __str__(self) -> str:
        return f"{self.timestamp.isoformat()}~{self.seq}"

    @classmethod
    def parse(cls, text: str) -> Self:
        moment, found, seq = text.partition("~")
        try:
            cursor = cls(datetime.fromisoformat(moment), int(seq))
        except ValueError as error:
            raise BadCursor(text) from error
        if not found or cursor.timestamp.tzinfo is None or not 0 <= cursor.seq < 2**63:
            raise BadCursor(text)
        return cursor


@dataclass(frozen=True)
class Page:
    items: Sequence[Item]
    next: Cursor | None


def timeline(
    *,
    learner: Learner,
    language: str,
    activity_id: int | None = None,
    before: Cursor | None = None,
    limit: int = PAGE,
) -> Page:
    """One page of the learner's records, newest first; of one course if `activity_id` is given.

    Queries: identities, agents, statements, statuses, places; their number does not grow with the page.
    """
    agents = agents_of(learner=learner)
    if not agents:
        return Page([], None)
    found = of_agents(
        agent_ids=agents,
        within=None if activity_id is None else in_course(agent_ids=agents, course_id=activity_id),
        before=None if before is None else (before.timestamp, before.seq),
        limit=limit + 1,
    )
    more, found = len(found) > limit, found[:limit]
    seqs = [statement.seq for statement in found]
    states, placements = statuses(seqs=seqs), placements_of(seqs=seqs)
    items = [
        item_of(
            seq=statement.seq,
            document=read_document(statement.document),
            at=statement.timestamp,
            status=states.get(statement.seq),
            language=language,
            placement=placements.get(statement.seq),
        )
        for statement in found
    ]
    return Page(items, Cursor(found[-1].timestamp, found[-1].seq) if more else None)


def courses(*, learner: Learner) -> list[CourseSummary]:
    """The courses in which the learner has records, the latest first, fit for a page."""
    agents = agents_of(learner=learner)
    found = courses_of(agent_ids=agents) if agents else []
    return [
        replace(
            course,
            name=printable(course.name),
            first=local_moment(course.first),
            last=local_moment(course.last),
        )
        for course in sorted(found, key=lambda course: course.last, reverse=True)
    ]
