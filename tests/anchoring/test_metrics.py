"""Whether the log keeps up can be seen from outside."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from anchoring import checkpoints, metrics, sequencer, tasks
from anchoring.models import Checkpoint, Pending
from tests.anchoring.conftest import StoreStatements

pytestmark = pytest.mark.django_db


def test_an_empty_log_has_nothing_waiting_and_no_age() -> None:
    found = metrics.measure()
    assert (found.leaves, found.waiting, found.waiting_seconds, found.late) == (0, 0, 0.0, 0)
    assert found.checkpoint_age_seconds is None
    assert found.anchor_age_seconds is None


def test_what_waits_is_counted_and_the_oldest_has_an_age(
    store_statements: StoreStatements, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *_ = store_statements(3)
    Pending.objects.filter(seq=first).update(problem="ValueError: for a person")
    later = timezone.now() + timedelta(seconds=90)
    monkeypatch.setattr(metrics.timezone, "now", lambda: later)
    found = metrics.measure()
    assert (found.waiting, found.set_aside) == (2, 1)
    assert 89 < found.waiting_seconds < 100
    assert found.late == 1
    settings.LOG_MAX_DELAY = timedelta(minutes=2)
    assert metrics.measure().late == 0


def test_the_rate_is_that_of_the_last_minute(store_statements: StoreStatements) -> None:
    store_statements(30)
    tasks.sequence()
    Checkpoint.objects.update(created=timezone.now() - timedelta(minutes=5))
    store_statements(12)
    tasks.sequence()
    found = metrics.measure()
    assert found.leaves == 42
    assert found.leaves_per_second == 12 / 60
    assert found.checkpoint_age_seconds is not None
    assert found.checkpoint_age_seconds < 30


def test_prometheus_reads_them_without_credentials(
    client: Client, store_statements: StoreStatements
) -> None:
    store_statements(2)
    sequencer.sequence()
    answer = client.get("/log/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer["Cache-Control"] == "no-store"
    lines = answer.content.decode().splitlines()
    assert "# TYPE keiko_log_leaves counter" in lines
    assert "keiko_log_leaves 2" in lines
    assert "keiko_log_waiting 0" in lines
    assert not [line for line in lines if line.startswith("keiko_log_anchor_age_seconds")]
    assert not [line for line in lines if line.startswith("keiko_log_monitor")]
    assert client.post("/log/metrics").status_code == 405


def test_a_queue_that_never_empties_is_signed_in_between(
    store_statements: StoreStatements, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statements arrive while the sequencer works: here a few more before each of its first batches."""
    settings.LOG_INTERVAL = timedelta(0)
    left = [3, 2, 1]
    sequence = sequencer.sequence

    def one_batch_more(**options: Any) -> int:
        if left:
            store_statements(left.pop())
        return sequence(**options)

    monkeypatch.setattr(sequencer, "sequence", one_batch_more)
    tasks.sequence()
    assert sorted(Checkpoint.objects.values_list("size", flat=True)) == [1, 3, 6]


def test_measuring_reads_few_rows_whatever_the_log_s_size(
    store_statements: StoreStatements, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    store_statements(5)
    sequencer.sequence()
    checkpoints.publish()
    store_statements(1)
    with django_assert_num_queries(9):
        metrics.measure()
