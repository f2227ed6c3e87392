"""The first page of the admin: does everything arrive, is it proven, and what needs somebody."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from anchoring.anchors import newest_anchor, newest_verified
from anchoring.checkpoints import newest as newest_checkpoint
from anchoring.models import Pending
from lrs.admin import arrivals
from lrs.ingestion.selectors import counted_through, series, total_statements
from lrs.models import IngestionSpan, Statement, Store
from lrs.rejections.selectors import Wanted, causes

_LATE = timedelta(minutes=5)  # behind which the counting, and so Celery, seems to stand still
_MOST_COUNTED = 10_000


def context(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """What the page shows, each part for who may look at it."""
    now = timezone.now()
    if request.user.has_perm("lrs.view_statement"):
        given["ingestion"] = _ingestion(now)
        given["charts"] = arrivals.charts(store_id=None, span="day")[:2]
    if request.user.has_perm("lrs.view_store"):
        given["stores"] = _stores(now)
    if request.user.has_perm("lrs.view_rejectioncause"):
        given["causes"] = causes(wanted=Wanted(since=now - timedelta(days=1)), limit=5)
    if request.user.has_perm("anchoring.view_anchor"):
        given["log"] = _log(now)
    return given


def _ingestion(now: datetime) -> dict[str, Any]:
    hours = series(store_id=None, seconds=IngestionSpan.HOUR, spans=24, now=now)
    through = counted_through()
    return {
        "day": sum(hour.statements for hour in hours),
        "rejected": sum(hour.rejected for hour in hours),
        "total": total_statements(),
        "through": through,
        "late": through is not None and _waits_since(through, now),
    }


def _waits_since(through: datetime, now: datetime) -> bool:
    """Whether statements arrived after the counted minutes, and long ago."""
    last = Statement.objects.order_by("-seq").values_list("stored", flat=True).first()
    return last is not None and last >= through and now - last > _LATE


def _stores(now: datetime) -> list[tuple[Store, int, int]]:
    """Each store with what it took, and refused, in the last 24 hours."""
    found = []
    for store in Store.objects.all()[:50]:
        hours = series(store_id=store.pk, seconds=IngestionSpan.HOUR, spans=24, now=now)
        found.append((store, sum(h.statements for h in hours), sum(h.rejected for h in hours)))
    return found


def _log(now: datetime) -> dict[str, Any]:
    last, verified = newest_anchor(), newest_verified()
    waiting = Pending.objects.all()[:_MOST_COUNTED].count()
    return {
        "checkpoint": newest_checkpoint(),
        "waiting": waiting,
        "waiting_more": waiting == _MOST_COUNTED,
        "set_aside": Pending.objects.exclude(problem="")[:_MOST_COUNTED].count(),
        "anchored": verified,
        "problem": last.submission.last_error if last and last.verified is None else "",
    }
