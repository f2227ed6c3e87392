"""The sums of what arrived: each statement once, whenever the counting stops, and empty spans too."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from lrs.ingestion import services
from lrs.ingestion.selectors import arrived_since, counted_through, series, total_statements
from lrs.models import IngestionSpan, Statement
from tests.lrs.conftest import a_statement


@pytest.fixture
def later(monkeypatch):
    """Counts as if it were so much later, and no writer were open."""

    def count(**ahead):
        moment = timezone.now() + timedelta(**ahead)
        monkeypatch.setattr(services, "consistent_through", lambda: moment)
        while services.count_arrivals():
            pass
        return moment

    return count


def test_statements_are_summed_by_minute_and_hour(xapi, store, later):
    xapi.post([a_statement() for _ in range(3)])
    later(minutes=2)
    size = sum(len(bytes(row.document)) for row in Statement.objects.all())
    for seconds in (60, 3600):
        spans = IngestionSpan.objects.filter(seconds=seconds, store=store)
        assert sum(span.statements for span in spans) == 3
        assert sum(span.bytes for span in spans) == size
    assert total_statements(store_id=store.pk) == total_statements() == 3


def test_counting_again_adds_only_what_came_since(xapi, later):
    xapi.post(a_statement())
    later(minutes=2)
    later(minutes=3)
    assert total_statements() == 1


def test_the_minute_that_may_still_grow_is_not_counted_yet(xapi, monkeypatch):
    xapi.post(a_statement())
    stored = Statement.objects.get().stored
    monkeypatch.setattr(services, "consistent_through", lambda: stored.replace(second=59))
    assert not services.count_arrivals()
    assert total_statements() == 0


def test_a_run_that_dies_before_its_end_has_counted_nothing(xapi, later, monkeypatch):
    xapi.post(a_statement())

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("lrs.models.IngestionProgress.save", die)
        with pytest.raises(KeyboardInterrupt):
            later(minutes=2)
    assert (total_statements(), counted_through()) == (0, None)
    later(minutes=2)
    assert total_statements() == 1


def test_a_series_has_every_span_with_rejected_requests_beside(xapi, store, later):
    xapi.post(a_statement())
    now = later(minutes=2)
    services.add_rejected([(store.pk, now, 4), (None, now, 1)])
    minutes = series(store_id=store.pk, seconds=60, spans=10, now=now)
    assert len(minutes) == 10
    assert [b.start - a.start for a, b in itertools.pairwise(minutes)] == [timedelta(minutes=1)] * 9
    assert sum(span.statements for span in minutes) == 1
    assert minutes[-1].rejected == 4
    days = series(store_id=None, seconds=86_400, spans=2, now=now)
    assert sum(day.rejected for day in days) == 5
    assert sum(day.statements for day in days) == 1


def test_sums_of_minutes_are_forgotten_and_those_of_hours_stay(store, db, settings):
    settings.INGESTION_MINUTES_DAYS = 14
    now = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
    services.add_rejected([(store.pk, now - timedelta(days=15), 1), (store.pk, now, 1)])
    assert services.purge_minutes(now=now) == 1
    assert IngestionSpan.objects.filter(seconds=60).count() == 1
    assert IngestionSpan.objects.filter(seconds=3600).count() == 2


def test_what_just_arrived_is_seen_before_it_is_counted(xapi, store):
    before = timezone.now() - timedelta(seconds=5)
    xapi.post([a_statement(), a_statement()])
    assert arrived_since(store_id=store.pk, moment=before) == (2, False)
