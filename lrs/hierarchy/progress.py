"""How far the statements of a store have been followed, and changed rules applied."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from lrs.models import HierarchyProgress, ToBePlaced


@dataclass(frozen=True, slots=True)
class Progress:
    """`through`: what was stored up to then has its place. While a change is being applied, `done` is the share of the
    span of time of the store's statements for which that is done, from 0 to 1."""

    through: datetime | None
    reapplying: bool
    done: float


def progress_of(store_id: int) -> Progress:
    row = HierarchyProgress.objects.filter(store=store_id).first() or HierarchyProgress()
    moved = ToBePlaced.objects.filter(store=store_id).exists()
    if not row.reapplying:
        return Progress(row.stored, moved, 0.0 if moved else 1.0)
    return Progress(row.stored, reapplying=True, done=_done(store_id, row))


def _done(store_id: int, row: HierarchyProgress) -> float:
    if row.again_stored is None or row.stored is None:
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(stored) FROM lrs_statement WHERE store_id = %s", [store_id])
        (first,) = cursor.fetchone()
    span = row.stored - first if first else None
    return (row.again_stored - first) / span if span else 0.0
