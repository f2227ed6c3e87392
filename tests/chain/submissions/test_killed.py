"""A worker killed at any step of an anchor: the next one ends with exactly one on the chain."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from django.db import connection

from chain.models import Submission
from chain.submissions.states import State
from keiko.launcher.devchain import DevChain
from tests.chain.submissions.conftest import Plan, advance, alices_extrinsics
from tests.deaths import wait_until_locks_are_free

pytestmark = pytest.mark.chain

Worker = Callable[[int], int]
SIGKILL = 9


@pytest.fixture
def worker(on_chain: DevChain) -> Iterator[Worker]:
    """Runs `advance` in another process, killed before its Nth step; returns the signal."""
    found = connection.settings_dict
    url = f"postgresql://{found['USER']}@{quote(found['HOST'], safe='')}:{found['PORT']}/{found['NAME']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "CHAIN_URL": on_chain.url,
        "DJANGO_SETTINGS_MODULE": "keiko.settings",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.chain.killed"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def run(step: int) -> int:
        process.stdin.write(f"{step}\n")
        process.stdin.flush()
        ended_by = int(process.stdout.readline())
        wait_until_locks_are_free()
        return ended_by

    yield run
    process.stdin.close()
    process.wait(30)


def test_killed_at_any_step_the_next_run_ends_with_exactly_one_anchor(
    on_chain: DevChain, plan: Plan, worker: Worker
) -> None:
    plan(1)
    advance()  # the collection is there now, so each anchor is one extrinsic
    step = 0
    states_left_behind = set()
    while True:
        step += 1
        before = alices_extrinsics(on_chain.url)
        submission = plan(1 + step, size=100 + step)
        signal = worker(step)
        submission.refresh_from_db()
        states_left_behind.add(submission.state)
        if signal == 0:
            break
        assert signal == SIGKILL
        advance()
        submission.refresh_from_db()
        assert submission.state == State.VERIFIED, f"after step {step}: {submission.last_error}"
        assert alices_extrinsics(on_chain.url) == before + 1, f"after step {step}"
    assert step > 10, "the steps were not counted"
    assert states_left_behind >= {"planned", "signed", "submitted", "included", "finalised"}
    assert not Submission.objects.exclude(state=State.VERIFIED).exists()
