"""The sequencer under kill -9, beside writers that commit late, and beside itself."""

import random
import signal
import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from anchoring import checkpoints, sequencer
from anchoring.models import Checkpoint, Pending
from tests.anchoring.conftest import KilledBefore, StoreStatements, insert_statements
from tests.anchoring.rebuild import (
    assert_log_holds_every_statement_once,
    logged,
    logged_records,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_killed_before_any_step_it_loses_and_doubles_nothing(
    store_statements: StoreStatements, killed_before: KilledBefore
) -> None:
    store_statements(300)
    sequencer.sequence()
    checkpoints.publish()
    store_statements(40)
    before, kills = 300, 0
    while killed_before("sequence", kills + 1) == signal.SIGKILL:
        kills += 1
        leaves = len(logged())
        assert leaves + Pending.objects.count() == 340
        assert leaves in (before, 340)
        before = leaves
        if leaves == 340:
            assert_log_holds_every_statement_once()
    # Lock, queue, documents, leaves, tile, head, queue, commit, and as much for the checkpoint.
    assert kills >= 10
    assert_log_holds_every_statement_once()
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [340, 300]


def test_two_sequencers_at_once_log_each_statement_once(store_statements: StoreStatements) -> None:
    store_statements(400)
    taken: list[int] = []

    def drain() -> None:
        while Pending.objects.exists():
            taken.append(sequencer.sequence(limit=7))
        connection.close()

    _run_all([drain, drain])
    assert sum(taken) == 400
    assert_log_holds_every_statement_once()


def test_a_sequencer_at_work_turns_a_second_one_away(store_statements: StoreStatements) -> None:
    store_statements(2)
    answers: list[int] = []

    def second() -> None:
        answers.append(sequencer.sequence())
        connection.close()

    with transaction.atomic():
        assert sequencer.sequence() == 2
        _run_all([second])
    assert answers == [0]
    assert sequencer.sequence() == 0


def test_writers_that_commit_in_any_order_are_all_logged(store_statements: StoreStatements) -> None:
    store_statements(1)  # the rows that all statements refer to
    rng = random.Random(7)
    long_began, long_may_end, written = (threading.Event() for _ in range(3))

    def long_transaction() -> None:
        with transaction.atomic():
            insert_statements(range(10_000, 10_050))
            long_began.set()
            long_may_end.wait(30)
        connection.close()

    def writer(number: int) -> Callable[[], None]:
        delays = [rng.random() / 50 for _ in range(8)]

        def write() -> None:
            long_began.wait(30)
            for turn, delay in enumerate(delays):
                start = 20_000 + number * 1_000 + turn * 10
                with transaction.atomic():
                    insert_statements(range(start, start + 5))
                    time.sleep(delay)
            connection.close()

        return write

    def sequence_until_done() -> None:
        while not written.is_set() or Pending.objects.exists():
            sequencer.sequence(limit=11)
        connection.close()

    long = threading.Thread(target=long_transaction)
    sequencers = [threading.Thread(target=sequence_until_done) for _ in range(2)]
    for thread in [long, *sequencers]:
        thread.start()
    _run_all([writer(number) for number in range(4)])
    written.set()
    for thread in sequencers:
        thread.join(30)
    # The long transaction's statements come first by seq, and nobody could see them yet.
    before = 1 + 4 * 8 * 5
    records = logged_records()
    assert len(records) == before
    long_may_end.set()
    long.join(30)
    assert sequencer.sequence() == 50
    assert logged_records()[before] < max(records)
    assert_log_holds_every_statement_once()


def _run_all(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
