"""Anchoring on the real development chain: when it is due, by two workers, and through kill -9."""

import signal
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from anchoring import anchors, bundles, checkpoints, sequencer, status, trust
from anchoring.core import bundle as core
from anchoring.core.readers import HttpLogReader, NodeReader
from anchoring.core.report import Outcome
from anchoring.core.trust import parse_trust
from anchoring.core.verification import verify
from anchoring.models import Anchor, Checkpoint
from chain.light.rpc import JsonRpc
from chain.models import Submission
from keiko.launcher.devchain import DevChain
from tests.anchoring.conftest import KilledBefore, StoreStatements

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.chain]

SHARE = bundles.ShareDescription(
    title="Matemáticas",
    learner="Ana Núñez",
    institution="Escuela",
    created=datetime(2026, 11, 24, 8, tzinfo=UTC),
)


def log_some(store_statements: StoreStatements, count: int = 3) -> list[int]:
    seqs = store_statements(count)
    sequencer.sequence()
    checkpoints.publish()
    return seqs


def anchor_until_verified(seq: int) -> Anchor:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        anchors.anchor_due()
        found = Anchor.objects.filter(seq=seq, verified__isnull=False).first()
        if found:
            return found
        Submission.objects.update(next_attempt_at=None)
        time.sleep(0.2)
    problems = list(Submission.objects.values_list("state", "last_error"))
    raise AssertionError(f"Anchor {seq} was not verified: {problems}")


def verified_online(data: bytes) -> dict[str, Outcome]:
    """What a verifier finds who pins this log's trust policy and asks its chain and its server."""
    policy = parse_trust(trust.trust_policy())
    nodes = policy.logs[0].anchors[0].chain.nodes
    report = verify(
        core.parse(data),
        trust=policy,
        chain=NodeReader([JsonRpc(url, timeout=10) for url in nodes]),
        log=HttpLogReader(),
        now=timezone.now(),
    )
    return {check.id: check.outcome for check in report.checks}


@pytest.fixture
def public_log(live_server: LiveServer, settings: Settings) -> None:
    settings.PUBLIC_URL = live_server.url


def test_statements_are_logged_anchored_and_verified_by_a_stranger(
    chain_up: DevChain, public_log: None, store_statements: StoreStatements
) -> None:
    seqs = log_some(store_statements, 300)
    anchor = anchor_until_verified(1)
    assert anchor.checkpoint_id == 300
    log_some(store_statements, 5)
    chosen = [
        bundles.RecordSelection(seqs[7], frozenset({"actor", "result"})),
        bundles.RecordSelection(seqs[280]),
        bundles.RecordSelection(seqs[3]),
    ]
    data = bundles.build(records=chosen, share=SHARE)
    found = verified_online(data)
    # The share names no status address, so that nobody could be asked.
    assert found.pop("status") == Outcome.COULD_NOT_CHECK
    assert set(found.values()) == {Outcome.PASSED}
    assert b"alumna8@" not in data
    assert b"alumna4@" in data


def test_an_older_bundle_is_shown_to_be_continued_by_the_newest_anchor(
    chain_up: DevChain,
    public_log: None,
    settings: Settings,
    store_statements: StoreStatements,
) -> None:
    settings.ANCHOR_INTERVAL = timedelta(0)
    (seq,) = log_some(store_statements, 1)
    anchor_until_verified(1)
    data = bundles.build(records=[bundles.RecordSelection(seq)], share=SHARE)
    log_some(store_statements, 70)
    anchor_until_verified(2)
    assert verified_online(data)["consistency"] == Outcome.PASSED
    # Made anew, it still shows the first anchor: the earliest time that is proven.
    again = core.parse(bundles.build(records=[bundles.RecordSelection(seq)], share=SHARE))
    assert again.anchor is not None
    assert again.anchor.seq == 1


def test_each_record_says_how_far_it_is(
    chain_up: DevChain, settings: Settings, store_statements: StoreStatements
) -> None:
    settings.ANCHOR_INTERVAL = timedelta(hours=1)
    (first,) = log_some(store_statements, 1)
    anchor = anchor_until_verified(1)
    (second,) = log_some(store_statements, 1)
    (third,) = store_statements(1)
    found = status.statuses(seqs=[first, second, third])
    assert found[first] == status.RecordStatus(
        state="anchored",
        index=0,
        anchor_seq=1,
        block_number=anchor.block_number,
        block_time=anchor.block_time,
    )
    assert found[second].state == "logged"
    assert found[third].state == "recorded"
    for waiting in (found[second], found[third]):
        assert waiting.problem is None
        assert waiting.expected_by is not None
        due = anchor.planned + timedelta(hours=1)
        assert due <= waiting.expected_by <= due + timedelta(minutes=5)


def test_the_next_anchor_waits_for_its_interval_and_for_growth(
    chain_up: DevChain, settings: Settings, store_statements: StoreStatements
) -> None:
    settings.ANCHOR_INTERVAL = timedelta(hours=1)
    log_some(store_statements)
    anchor_until_verified(1)
    log_some(store_statements)
    assert anchors.anchor_due().planned is None  # the hour has not gone by
    settings.ANCHOR_INTERVAL = timedelta(0)
    assert anchors.anchor_due().planned == 2
    anchor_until_verified(2)
    assert anchors.anchor_due().planned is None  # the log did not grow
    assert list(Anchor.objects.order_by("seq").values_list("checkpoint", flat=True)) == [3, 6]


def test_two_workers_at_once_plan_and_submit_one_anchor(
    chain_up: DevChain, settings: Settings, store_statements: StoreStatements
) -> None:
    settings.ANCHOR_INTERVAL = timedelta(hours=1)
    log_some(store_statements)
    errors: list[Exception] = []

    def work() -> None:
        try:
            anchors.anchor_due()
        except Exception as error:  # noqa: BLE001  # shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert errors == []
    assert anchor_until_verified(1)
    assert Anchor.objects.count() == Submission.objects.count() == 1


def test_a_worker_killed_in_the_middle_of_anchoring_is_recovered_from(
    chain_up: DevChain,
    public_log: None,
    settings: Settings,
    store_statements: StoreStatements,
    killed_before: KilledBefore,
) -> None:
    (seq,) = log_some(store_statements, 1)
    deaths = [killed_before("anchor", step) for step in (2, 4, 6, 7, 9, 11, 13, 15, 17)]
    assert deaths.count(signal.SIGKILL) >= 6
    anchor_until_verified(1)
    assert Anchor.objects.count() == Submission.objects.count() == 1
    data = bundles.build(records=[bundles.RecordSelection(seq)], share=SHARE)
    assert verified_online(data)["anchor"] == Outcome.PASSED


def test_without_a_chain_nothing_is_lost_and_pages_can_say_when_it_is_tried_again(
    chain_down: None, store_statements: StoreStatements
) -> None:
    seqs = log_some(store_statements, 2)
    report = anchors.anchor_due()
    assert (report.planned, report.verified) == (1, ())
    submission = Submission.objects.get()
    found = status.statuses(seqs=seqs)[seqs[0]]
    assert found.state == "logged"
    assert found.problem == submission.last_error
    assert "127.0.0.1:9" in submission.last_error
    assert found.expected_by == submission.next_attempt_at
    data = bundles.build(records=[bundles.RecordSelection(seqs[0])], share=SHARE)
    assert core.parse(data).anchor is None
    assert parse_trust(trust.trust_policy()).logs[0].anchors == ()


def test_a_week_without_a_chain_leaves_one_anchor_to_catch_up_with(
    devchain: DevChain, chain_down: None, settings: Settings, store_statements: StoreStatements
) -> None:
    log_some(store_statements, 2)
    anchors.anchor_due()
    Anchor.objects.update(planned=timezone.now() - timedelta(days=7))
    log_some(store_statements, 2)
    assert anchors.anchor_due().planned is None
    settings.CHAIN_URL = settings.CHAIN_PUBLIC_URL = devchain.url
    anchor_until_verified(1)
    anchor_until_verified(2)
    assert Checkpoint.objects.filter(anchor__verified__isnull=False).count() == 2
