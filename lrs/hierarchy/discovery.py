"""Following the statements of a store, and finding courses, classes and sessions in them.

Each step is one transaction under the store's lock that also says how far it came: killed at any line, it did
nothing, and the next one begins where it would have. Two workers do not meet: the second passes by. Statements are
followed in the order of (stored, seq) up to the consistent point, so that none is passed over however writers commit,
and whoever did not run for a week goes on where it stopped.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from lrs.hierarchy.locks import try_hold
from lrs.hierarchy.named import COLUMNS, KnownActivity, read
from lrs.hierarchy.placing import place_statements, settle_nodes
from lrs.hierarchy.ruleset import rules_of
from lrs.models import ActivityRole, HierarchyProgress, ToBePlaced
from lrs.statements.query import consistent_through

BATCH = 2_000
_ACTIVITIES = 2_000


def catch_up(*, seconds: float = 20.0) -> None:
    """Do what there is to do in every store, in turn, for about so many seconds; the next call goes on."""
    end = time.monotonic() + seconds
    due = stores_with_work()
    while due and time.monotonic() < end:
        due = [store_id for store_id in due if advance(store_id)]


def advance(store_id: int) -> bool:
    """One step of each kind of work. True if anything was done, and so there may be more."""
    return any([follow(store_id), place_again(store_id), reapply(store_id)])


# A statement beyond the store's progress is found by the index on (store, stored).
_NEW = """
EXISTS (SELECT FROM lrs_statement s WHERE s.store_id = store.id
         AND s.stored >= coalesce(p.stored, '-infinity')
         AND (p.stored IS NULL OR (s.stored, s.seq) > (p.stored, p.seq)))
"""
_DUE = f"""
SELECT store.id FROM lrs_store store LEFT JOIN lrs_hierarchy_progress p ON p.store_id = store.id
 WHERE p.reapplying OR {_NEW}
    OR EXISTS (SELECT FROM lrs_hierarchy_to_be_placed t WHERE t.store_id = store.id)
 ORDER BY store.id
"""


def stores_with_work() -> list[int]:
    """The stores with statements that were not followed yet, or with places to be given again."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        return [store_id for (store_id,) in cursor.fetchall()]


@transaction.atomic
def follow(store_id: int, *, limit: int = BATCH) -> bool:
    """Place the next statements of the store."""
    if not try_hold(store_id):
        return False
    progress, _ = HierarchyProgress.objects.get_or_create(store_id=store_id)
    through = consistent_through()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM lrs_statement s WHERE s.store_id = %(store)s AND s.stored <= %(through)s"
            " AND s.stored >= coalesce(%(stored)s::timestamptz, '-infinity')"
            " AND (s.stored, s.seq) > (coalesce(%(stored)s::timestamptz, '-infinity'), %(seq)s)"
            " ORDER BY s.stored, s.seq LIMIT %(limit)s",
            {
                "store": store_id,
                "through": through,
                "stored": progress.stored,
                "seq": progress.seq,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    if not rows:
        return False
    last = _place(store_id, rows)
    progress.stored, progress.seq = last
    progress.save(update_fields=["stored", "seq"])
    return True


@transaction.atomic
def place_again(store_id: int, *, limit: int = BATCH) -> bool:
    """Place the next statements of an activity whose level or place has changed."""
    if not ToBePlaced.objects.filter(store=store_id).exists() or not try_hold(store_id):
        return False
    task = ToBePlaced.objects.filter(store=store_id).order_by("activity_id").first()
    if task is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT l.seq FROM lrs_statement_activity l"
            " WHERE l.activity_id = %s AND l.seq > %s"
            f" AND l.role < {ActivityRole.SUBSTATEMENT.value} ORDER BY l.seq LIMIT %s",
            [task.activity_id, task.after_seq, limit],
        )
        seqs = [seq for (seq,) in cursor.fetchall()]
        if not seqs:
            task.delete()
            return True
        cursor.execute(
            f"SELECT {COLUMNS} FROM lrs_statement s WHERE s.seq = ANY(%s) ORDER BY s.seq", [seqs]
        )
        rows = cursor.fetchall()
    # First, for placing may note the same activity again, from the start.
    task.after_seq = seqs[-1]
    task.save(update_fields=["after_seq"])
    _place(store_id, _followed(store_id, rows))
    return True


def _followed(store_id: int, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """The rows that were followed already; the others will be."""
    progress = HierarchyProgress.objects.filter(store=store_id).first()
    if progress is None or progress.stored is None:
        return []
    end = (progress.stored, progress.seq)
    return [row for row in rows if (row[1], row[0]) <= end]


def _place(store_id: int, rows: Sequence[Sequence[Any]]) -> tuple[Any, int]:
    statements = [read(row) for row in rows]
    if statements:
        place_statements(store_id=store_id, statements=statements, rules=rules_of(store_id))
        return statements[-1].stored, statements[-1].seq
    return None, 0


@transaction.atomic
def reapply(store_id: int, *, limit: int = BATCH) -> bool:
    """Apply changed rules to what is there: first to the activities, then to the statements."""
    if not HierarchyProgress.objects.filter(store=store_id, reapplying=True).exists():
        return False
    if not try_hold(store_id):
        return False
    progress = HierarchyProgress.objects.get(store=store_id)
    if not progress.reapplying:
        return False
    if not _settle_next(progress):
        _place_next(progress, limit)
    progress.save()
    return True


def _settle_next(progress: HierarchyProgress) -> bool:
    """Give the next activities the level that the rules say. False when all of them have theirs."""
    if progress.again_stored is not None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.iri, a.type, a.definition FROM lrs_activity a"
            " WHERE a.store_id = %s AND a.id > %s ORDER BY a.id LIMIT %s",
            [progress.store_id, progress.activity, _ACTIVITIES],
        )
        activities = [KnownActivity(*row) for row in cursor.fetchall()]
    if not activities:
        return False
    settle_nodes(
        store_id=progress.store_id, activities=activities, rules=rules_of(progress.store_id)
    )
    progress.activity = activities[-1].id
    return True


def _place_next(progress: HierarchyProgress, limit: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {COLUMNS} FROM lrs_statement s WHERE s.store_id = %(store)s"
            " AND s.stored >= coalesce(%(again)s::timestamptz, '-infinity')"
            " AND (s.stored, s.seq) > (coalesce(%(again)s::timestamptz, '-infinity'), %(seq)s)"
            " AND (s.stored, s.seq) <= (%(end)s::timestamptz, %(end_seq)s)"
            " ORDER BY s.stored, s.seq LIMIT %(limit)s",
            {
                "store": progress.store_id,
                "again": progress.again_stored,
                "seq": progress.again_seq,
                "end": progress.stored,
                "end_seq": progress.seq,
                "limit": limit,
            },
        )
        rows = cursor.fetchall()
    if rows:
        progress.again_stored, progress.again_seq = _place(progress.store_id, rows)
    else:
        progress.reapplying = False


def start_reapplying(store_id: int) -> None:
    """Have the rules applied anew to what is stored. Precondition: the store's lock."""
    HierarchyProgress.objects.update_or_create(
        store_id=store_id,
        defaults={"reapplying": True, "activity": 0, "again_stored": None, "again_seq": 0},
    )
