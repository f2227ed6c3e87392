"""Reads of rejected requests."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from lrs.models import Rejection, RejectionCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which causes to show; None: all. `store_id` 0 means those of no known store."""

    store_id: int | None = None
    status: int | None = None
    text: str = ""
    since: datetime | None = None


def causes(*, wanted: Wanted, limit: int) -> list[RejectionCause]:
    """The causes, those that happened last first."""
    rows: QuerySet[RejectionCause] = RejectionCause.objects.select_related("store", "credential")
    if wanted.store_id is not None:
        rows = rows.filter(store=wanted.store_id or None)
    if wanted.status is not None:
        rows = rows.filter(status=wanted.status)
    if wanted.since is not None:
        rows = rows.filter(last__gte=wanted.since)
    if wanted.text:
        found = Q()
        for field in ("key", "resource", "code", "path", "message", "credential__label"):
            found |= Q(**{f"{field}__icontains": wanted.text})
        rows = rows.filter(found)
    return list(rows.order_by("-last", "-id")[:limit])


def newest_of(*, cause: RejectionCause, limit: int) -> list[Rejection]:
    """The newest kept requests of a cause."""
    return list(Rejection.objects.filter(cause=cause).order_by("-id")[:limit])
