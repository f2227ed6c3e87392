"""How far each record is on its way to the chain, for pages that show it to a learner."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection
from django.utils import timezone

from anchoring import leaves
from anchoring.anchors import due_at, newest_anchor
from anchoring.models import Anchor, Kind, Pending

State = Literal["recorded", "logged", "anchored"]

# From the plan to a verified, finalised block: a parachain takes under a minute; twice that is what
# a page may promise.
ANCHORING_TAKES = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class RecordStatus:
    """`index` is the leaf; `anchor_seq` and the block are those of the first anchor over it.

    `expected_by`: when it will be anchored, or, where there is a `problem`, when anchoring will be
    tried again. Both are null once it is anchored. A record with a problem and no time was set
    aside by the sequencer: a person must look at it.
    """

    state: State
    index: int | None = None
    anchor_seq: int | None = None
    block_number: int | None = None
    block_time: datetime | None = None
    expected_by: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a waiting record will be anchored. `covered`: leaves below it are in the anchor that is
    under way."""

    covered: int
    under_way: datetime
    next: datetime
    problem: str | None

    def expected_by(self, index: int | None) -> datetime:
        return self.under_way if index is not None and index < self.covered else self.next


def statuses(*, seqs: Collection[int]) -> dict[int, RecordStatus]:
    """The status of each statement, by its seq. One that is not in the log yet is "recorded"."""
    places = leaves.index_of(kind=Kind.STATEMENT, records=seqs)
    anchors = _first_anchors(places.values())
    ahead = outlook()
    set_aside = dict(_set_aside(seqs))
    answer = {}
    for seq in seqs:
        place = places.get(seq)
        first = anchors.get(place) if place is not None else None
        answer[seq] = _anchored(place, first) if first else _waiting(place, ahead)
        if seq in set_aside:
            answer[seq] = RecordStatus(state="recorded", problem=set_aside[seq])
    return answer


def _first_anchors(indexes: Collection[int]) -> dict[int, Anchor]:
    """The first verified anchor over each leaf that has one, by the leaf's index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf, (SELECT seq FROM anchoring_anchor"
            "   WHERE verified IS NOT NULL AND checkpoint_id > leaf ORDER BY checkpoint_id LIMIT 1)"
            "  FROM unnest(%s::bigint[]) AS leaf",
            [list(indexes)],
        )
        first = {index: seq for index, seq in cursor.fetchall() if seq is not None}
    anchors = Anchor.objects.in_bulk(list(set(first.values())))
    return {index: anchors[seq] for index, seq in first.items()}


def _set_aside(seqs: Collection[int]) -> Iterable[tuple[int, str]]:
    """Statements that the sequencer could not commit to, and why: for these nobody knows when."""
    waiting = Pending.objects.filter(seq__in=seqs).exclude(problem="")
    return waiting.values_list("seq", "problem")


def outlook() -> Outlook:
    """What records that wait for an anchor can expect."""
    now = timezone.now()
    last = newest_anchor()
    after = max(due_at(last, now=now), now) + ANCHORING_TAKES
    if last is None or last.verified is not None:
        return Outlook(covered=0, under_way=after, next=after, problem=None)
    submission = last.submission
    problem = submission.last_error or None
    soon = max(last.planned, now) + ANCHORING_TAKES
    if problem is not None:
        soon = after = max(submission.next_attempt_at or now, now)
    return Outlook(covered=last.checkpoint_id, under_way=soon, next=after, problem=problem)


def _anchored(index: int | None, anchor: Anchor) -> RecordStatus:
    return RecordStatus(
        state="anchored",
        index=index,
        anchor_seq=anchor.seq,
        block_number=anchor.block_number,
        block_time=anchor.block_time,
    )


def _waiting(index: int | None, ahead: Outlook) -> RecordStatus:
    return RecordStatus(
        state="recorded" if index is None else "logged",
        index=index,
        expected_by=ahead.expected_by(index),
        problem=ahead.problem,
    )
