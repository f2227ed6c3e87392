"""Counting what arrived, from what is stored: nothing on the hot path, and it goes on where it stopped.

`through` moves in whole minutes, never beyond the time up to which every statement is visible
(lrs_consistent_through). The sums of a span and the new `through` are written in one transaction, so that a run that
is killed leaves nothing counted twice or not at all.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lrs.models import IngestionProgress, IngestionSpan
from lrs.statements.query import consistent_through

_STEP = timedelta(hours=6)  # of arrival are counted in one transaction, at most

_COUNT = """
INSERT INTO lrs_ingestionspan AS i (store_id, seconds, start, statements, bytes, rejected)
SELECT s.store_id, u.seconds, date_trunc(u.unit, s.stored, 'UTC'), count(*), sum(octet_length(s.document)), 0
  FROM lrs_statement s, (VALUES (60, 'minute'), (3600, 'hour')) AS u(seconds, unit)
 WHERE s.store_id = %s AND s.stored >= %s AND s.stored < %s
 GROUP BY 1, 2, 3
    ON CONFLICT (store_id, seconds, start) DO UPDATE
   SET statements = i.statements + excluded.statements, bytes = i.bytes + excluded.bytes
"""


def count_arrivals() -> bool:
    """Count the next span of time. Whether there may be more to count at once."""
    with transaction.atomic():
        IngestionProgress.objects.get_or_create(id=1)
        # Whoever comes second waits, and then finds the minute counted.
        progress = IngestionProgress.objects.select_for_update().get(id=1)
        end = _minute(consistent_through())
        begin = _next_arrival(progress.through)
        if begin is None or begin >= end:
            return False
        until = min(end, begin + _STEP)
        with connection.cursor() as cursor:
            for store_id in _store_ids():
                cursor.execute(_COUNT, [store_id, begin, until])
        progress.through = until
        progress.save()
    return until < end


def add_rejected(rejected: Iterable[tuple[int | None, datetime, int]]) -> None:
    """Add to the sums: (store or None, when, how many) rejected requests."""
    sums: dict[tuple[int | None, int, datetime], int] = {}
    for store_id, moment, times in rejected:
        minute = _minute(moment)
        for seconds, start in ((60, minute), (3600, minute.replace(minute=0))):
            span = store_id, seconds, start
            sums[span] = sums.get(span, 0) + times
    with connection.cursor() as cursor:
        for span in sorted(sums, key=lambda span: (span[0] or 0, *span[1:])):
            cursor.execute(
                """
                INSERT INTO lrs_ingestionspan AS i (store_id, seconds, start, statements, bytes, rejected)
                SELECT %s, %s, %s, 0, 0, %s
                    ON CONFLICT (store_id, seconds, start) DO UPDATE SET rejected = i.rejected + excluded.rejected
                """,
                [*span, sums[span]],
            )


def purge_minutes(*, now: datetime | None = None) -> int:
    """Forget the sums of minutes older than INGESTION_MINUTES_DAYS; those of hours stay. How many that were."""
    oldest = (now or timezone.now()) - timedelta(days=settings.INGESTION_MINUTES_DAYS)
    deleted, _ = IngestionSpan.objects.filter(
        seconds=IngestionSpan.MINUTE, start__lt=oldest
    ).delete()
    return deleted


def _next_arrival(through: datetime | None) -> datetime | None:
    """The minute of the first statement that was not counted; None when there is none. Empty spans are leapt over."""
    arrivals = []
    with connection.cursor() as cursor:
        for store_id in _store_ids():  # by the index (store, stored)
            cursor.execute(
                "SELECT min(stored) FROM lrs_statement WHERE store_id = %s AND stored >= %s",
                [store_id, through or datetime(1970, 1, 1, tzinfo=UTC)],
            )
            if (first := cursor.fetchone()[0]) is not None:
                arrivals.append(first)
    return _minute(min(arrivals)) if arrivals else None


def _store_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM lrs_store ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
