"""Commitments by several processes are those of one, whatever becomes of the others."""

import json
import logging
import os
import signal
import time
from collections.abc import Sequence

import psutil
import pytest
from pytest_django import Settings

from anchoring import checkpoints, sequencer, tasks
from anchoring.committing import WORTH_HELP, Committer, leaf_hashes, several_processes
from tests.anchoring.conftest import StoreStatements, document_of
from tests.anchoring.rebuild import assert_log_holds_every_statement_once

COUNT = WORTH_HELP + 1
DOCUMENTS = [json.dumps(document_of(number)).encode() for number in range(COUNT)]
DOCUMENTS[7] = b'{"no slot":1}'
SEEDS = [number.to_bytes(32, "big") for number in range(COUNT)]


def children() -> list[psutil.Process]:
    """Our helpers. Python's own tracker of semaphores, which it starts once, is none."""
    every = psutil.Process().children()
    return [each for each in every if "spawn_main" in " ".join(each.cmdline())]


def started(commit: Committer, count: int) -> Sequence[psutil.Process]:
    commit(DOCUMENTS, SEEDS)
    deadline = time.monotonic() + 30
    while len(children()) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return children()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_several_processes_give_what_one_gives_in_the_same_order(count: int) -> None:
    expected = leaf_hashes(DOCUMENTS, SEEDS)
    assert expected[7] == "ValueError"
    with several_processes(count) as commit:
        began = time.monotonic()
        while time.monotonic() - began < 3:
            assert commit(DOCUMENTS, SEEDS) == expected
        assert len(children()) == count - 1
    assert not children()


def test_small_work_starts_nobody() -> None:
    with several_processes(2) as commit:
        assert commit(DOCUMENTS[:3], SEEDS[:3]) == leaf_hashes(DOCUMENTS[:3], SEEDS[:3])
        assert not children()


def test_a_helper_that_is_killed_costs_time_only(caplog: pytest.LogCaptureFixture) -> None:
    with several_processes(2) as commit, caplog.at_level(logging.WARNING):
        [helper] = started(commit, 1)
        began = time.monotonic()
        while time.monotonic() - began < 3:
            commit(DOCUMENTS, SEEDS)
        os.kill(helper.pid, signal.SIGKILL)
        assert commit(DOCUMENTS, SEEDS) == leaf_hashes(DOCUMENTS, SEEDS)
        assert commit(DOCUMENTS, SEEDS) == leaf_hashes(DOCUMENTS, SEEDS)
    assert "has ended" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_long_queue_is_logged_by_several_processes(
    store_statements: StoreStatements, settings: Settings
) -> None:
    settings.LOG_PROCESSES = 3
    store_statements(2 * sequencer.BATCH + 17)
    tasks.sequence()
    newest = checkpoints.newest()
    assert newest is not None
    assert newest.size == 2 * sequencer.BATCH + 17
    assert_log_holds_every_statement_once()
    assert not children()
