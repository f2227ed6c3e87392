"""The management commands, the tasks and the admin pages of the log."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from anchoring import anchors, status, tasks
from anchoring.core.report import Outcome
from anchoring.models import Anchor, Checkpoint, MonitorRun, Pending
from keiko.models import User
from tests.anchoring.conftest import StoreStatements
from tests.anchoring.rebuild import logged, logged_records

pytestmark = pytest.mark.django_db


def output_of(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_sequence_command_says_what_it_did(store_statements: StoreStatements) -> None:
    store_statements(3)
    said = output_of("sequence")
    assert "3 statements taken from the queue; the log has 3 leaves" in said
    assert "a new checkpoint was signed" in said
    assert "no new checkpoint was needed" in output_of("sequence")


def test_the_sequence_command_tries_those_set_aside_again(
    store_statements: StoreStatements,
) -> None:
    (seq,) = store_statements(1)
    Pending.objects.filter(seq=seq).update(problem="ValueError: no reason any more")
    assert "1 statement is set aside" in output_of("sequence")
    assert not logged()
    output_of("sequence", "--retry")
    assert logged_records() == [seq]


def test_the_anchor_command_says_why_anchoring_waits(
    chain_down: None, store_statements: StoreStatements
) -> None:
    store_statements(1)
    output_of("sequence")
    said = output_of("anchor")
    assert "Anchor 1 was planned." in said
    assert "127.0.0.1:9" in said
    assert "It will be tried again at" in said


def test_the_tasks_log_and_plan(chain_down: None, store_statements: StoreStatements) -> None:
    store_statements(2)
    tasks.sequence()
    tasks.anchor()
    assert Checkpoint.objects.get().size == 2
    assert Anchor.objects.get().checkpoint_id == 2


def test_the_task_of_the_monitor_works_when_it_is_due(
    chain_down: None, store_statements: StoreStatements, settings: Settings, tmp_path: Path
) -> None:
    settings.MONITOR_DIR = tmp_path
    settings.MONITOR_INTERVAL = timedelta(hours=1)
    store_statements(2)
    tasks.sequence()
    tasks.monitor()
    tasks.monitor()  # not due again
    run = MonitorRun.objects.get()
    assert (run.outcome, run.size) == (Outcome.COULD_NOT_CHECK, 2)
    assert {each["id"]: each["outcome"] for each in run.checks} == {
        "records": "passed",
        "log": "passed",
        "anchors": "could_not_check",
    }


def test_a_record_that_was_set_aside_says_so_and_promises_no_time(
    store_statements: StoreStatements,
) -> None:
    (seq,) = store_statements(1, **{"not a slot": 1})
    tasks.sequence()
    found = status.statuses(seqs=[seq])[seq]
    assert found.state == "recorded"
    assert found.problem is not None
    assert found.expected_by is None


def test_statuses_take_few_queries_however_many_records(
    chain_down: None,
    store_statements: StoreStatements,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    seqs = store_statements(50)
    tasks.sequence()
    tasks.anchor()
    with django_assert_max_num_queries(4):
        found = status.statuses(seqs=seqs)
    assert {each.state for each in found.values()} == {"logged"}


def test_an_anchor_under_way_is_not_promised_for_the_past(
    chain_down: None, store_statements: StoreStatements, settings: Settings
) -> None:
    (seq,) = store_statements(1)
    tasks.sequence()
    anchors.anchor_due()
    found = status.statuses(seqs=[seq])[seq]
    assert found.expected_by is not None
    assert found.expected_by > timezone.now()


def test_the_admin_shows_queue_checkpoints_and_anchors_and_changes_none(
    client: Client, chain_down: None, store_statements: StoreStatements, settings: Settings
) -> None:
    # Nothing was collected into static/, and the pages' looks are not the subject here.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    client.force_login(User.objects.create_superuser("op@keiko.example", "x"))
    store_statements(1)
    tasks.sequence()
    tasks.anchor()
    root = bytes(Checkpoint.objects.get().root).hex()
    for page in ("checkpoint/", "checkpoint/1/change/"):
        assert root in client.get(f"/admin/anchoring/{page}").content.decode()
    for page in ("anchor/", "anchor/1/change/"):
        assert "127.0.0.1:9" in client.get(f"/admin/anchoring/{page}").content.decode()
    (strange,) = store_statements(1, **{"not a slot": 1})
    tasks.sequence()
    queue = client.get("/admin/anchoring/pending/?problem__isempty=0").content.decode()
    assert f">{strange}<" in queue
    assert "cannot be committed to" in queue
    for page in ("anchor/add/", "anchor/1/delete/", "checkpoint/add/", "checkpoint/1/delete/"):
        assert client.get(f"/admin/anchoring/{page}").status_code == 403
    assert client.post("/admin/anchoring/anchor/1/change/", {"seq": 9}).status_code == 403
