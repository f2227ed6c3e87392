"""Reads of what arrived when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Sum

from lrs.models import IngestionProgress, IngestionSpan

_MOST_AT_ONCE = 100_000  # statements that are counted one by one while nobody has summed them yet


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What a store, or all of them, took in within one span of a series."""

    start: datetime
    statements: int
    bytes: int
    rejected: int


def series(*, store_id: int | None, seconds: int, spans: int, now: datetime) -> list[Arrivals]:
    """The last `spans` spans up to now, oldest first, empty ones too. `seconds` is 60, 3,600 or 86,400 (days in UTC).

    Of one store, or of all with None. The newest statements are missing until count_arrivals has run.
    """
    kept = min(seconds, IngestionSpan.HOUR)
    newest = _floor(now, seconds)
    oldest = newest - timedelta(seconds=seconds * (spans - 1))
    rows = IngestionSpan.objects.filter(seconds=kept, start__gte=oldest, start__lte=now)
    if store_id is not None:
        rows = rows.filter(store=store_id)
    sums: dict[datetime, list[int]] = {}
    for start, *values in rows.values_list("start", "statements", "bytes", "rejected"):
        total = sums.setdefault(_floor(start, seconds), [0, 0, 0])
        sums[_floor(start, seconds)] = [a + b for a, b in zip(total, values, strict=True)]
    starts = [oldest + timedelta(seconds=seconds * step) for step in range(spans)]
    return [Arrivals(start, *sums.get(start, [0, 0, 0])) for start in starts]


def total_statements(*, store_id: int | None = None) -> int:
    """How many statements were counted so far; never by counting them now."""
    rows = IngestionSpan.objects.filter(seconds=IngestionSpan.HOUR)
    if store_id is not None:
        rows = rows.filter(store=store_id)
    return rows.aggregate(n=Sum("statements"))["n"] or 0


def counted_through() -> datetime | None:
    """Up to which minute statements are in the sums."""
    return IngestionProgress.objects.values_list("through", flat=True).first()


def arrived_since(*, store_id: int, moment: datetime) -> tuple[int, bool]:
    """How many statements a store took since a moment, from the statements themselves; and whether there are more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT FROM lrs_statement WHERE store_id = %s AND stored >= %s LIMIT %s) s",
            [store_id, moment, _MOST_AT_ONCE],
        )
        (count,) = cursor.fetchone()
    return count, count == _MOST_AT_ONCE


def _floor(moment: datetime, seconds: int) -> datetime:
    return datetime.fromtimestamp(moment.timestamp() // seconds * seconds, UTC)
