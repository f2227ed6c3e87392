"""Whatever an administrator changes in the database, one of the two monitors finds it.

docs/monitor.md shows the table; it is held to what happens here.
"""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from anchoring import checkpoints, sequencer, trust
from anchoring.core.monitor_http import HttpLog
from anchoring.core.monitor_round import Round, look
from anchoring.core.monitor_state import Memory
from anchoring.core.readers import LogProblem
from anchoring.core.report import Outcome
from anchoring.core.trust import parse_trust
from anchoring.models import MonitorRun
from anchoring.monitoring import passes, progress
from chain.light.rpc import JsonRpc
from keiko.launcher.devchain import DevChain
from tests.anchoring.conftest import ROOT, StoreStatements, insert_statements
from tests.anchoring.core.test_cli import run
from tests.anchoring.tampering import ANCHORED, CASES, SIZE, Case, change_statement, erase, shorten
from tests.anchoring.test_anchors import anchor_until_verified

pytestmark = pytest.mark.chain

NOTHING = "—"


class ServedLog(HttpLog):
    """The public log as its views serve it, without a socket between."""

    def _get(self, url: str) -> bytes | None:
        parts = urlsplit(url)
        response = Client().get(f"{parts.path}?{parts.query}")
        if response.status_code not in (200, 404):
            raise LogProblem(f"{url} answered HTTP {response.status_code}.")
        return response.content if response.status_code == 200 else None


@dataclass(frozen=True)
class Watched:
    """The log, and what who looked at it before remembers."""

    node: JsonRpc
    memory: Memory

    def look(self, memory: Memory | None) -> Round:
        (log,) = parse_trust(trust.trust_policy()).logs
        server = ServedLog("http://keiko.example/log")
        return look(log, server, nodes=[self.node], memory=memory or Memory(log.origin))


@contextmanager
def undone() -> Iterator[None]:
    """What is done within is undone at its end. Anchoring may begin its own transactions in it."""
    all_of_it: Any = transaction.atomic()
    all_of_it._from_testcase = True  # as Django marks the transaction of a test
    with all_of_it:
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def anchored_log(
    devchain: DevChain,
    django_db_setup: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Watched]:
    """A log of 310 leaves, 300 of them anchored on the real chain, that both monitors found well."""
    own = override_settings(
        LOG_ORIGIN=f"{uuid.uuid4().hex}.example",
        CHAIN_URL=devchain.url,
        CHAIN_PUBLIC_URL=devchain.url,
        MONITOR_DIR=tmp_path_factory.mktemp("monitor"),
    )
    with django_db_blocker.unblock(), own, undone():
        numbers = iter(range(1, SIZE + 1))
        for count in (100, ANCHORED - 100, SIZE - ANCHORED):
            insert_statements(islice(numbers, count))
            sequencer.sequence()
            checkpoints.publish()
            if sequencer.read_head().size == ANCHORED:
                anchor_until_verified(1)
        watched = Watched(JsonRpc(devchain.url), Memory("none.example"))
        first = watched.look(None)
        assert [(c.id, c.detail) for c in first.checks if c.outcome is not Outcome.PASSED] == []
        run = passes.advance()
        assert run is not None
        assert run.outcome == Outcome.PASSED, run.checks
        yield Watched(watched.node, first.memory)


@pytest.fixture
def changed(
    anchored_log: Watched, django_db_blocker: Any, settings: Settings, tmp_path: Path
) -> Iterator[Watched]:
    """The log to be changed: afterwards it is as it was, and so is what the operator remembers."""
    settings.MONITOR_DIR = shutil.copytree(settings.MONITOR_DIR, tmp_path / "monitor")
    with django_db_blocker.unblock(), undone():
        yield anchored_log


def called(kinds: list[str]) -> str:
    return ", ".join(sorted(set(kinds))) or NOTHING


def kinds_of(found: Round) -> str:
    assert (found.outcome is Outcome.FAILED) == bool(found.findings)
    return called([str(each.kind) for each in found.findings])


def operators(run: MonitorRun | None) -> str:
    assert run is not None
    assert (run.outcome == Outcome.FAILED) == bool(run.findings)
    return called([each["kind"] for each in run.findings])


@pytest.mark.parametrize("case", CASES, ids=[case.name.replace(" ", "-") for case in CASES])
def test_tampering_is_caught(case: Case, changed: Watched) -> None:
    case.tamper()
    found = (
        kinds_of(changed.look(changed.memory)),
        kinds_of(changed.look(None)),
        operators(passes.advance()),
    )
    expected = (case.by_memory, case.at_first, case.by_operator)
    assert found == tuple(each or NOTHING for each in expected)
    assert found[2] != NOTHING


def test_an_erasure_with_its_ledger_is_no_tampering(changed: Watched) -> None:
    erase()
    assert sequencer.read_head().size == SIZE + 1
    looks = (changed.look(changed.memory), changed.look(None))
    assert [kinds_of(each) for each in looks] == [NOTHING, NOTHING]
    run = passes.advance()
    assert run is not None
    assert (run.outcome, run.size) == (Outcome.PASSED, SIZE + 1)


def test_a_pass_that_was_ended_goes_on_where_it_was(
    changed: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "WINDOW", 100)
    seen: list[int] = []

    def tell(what: str, done: int, all_of_them: int | None) -> None:
        if all_of_them == SIZE:
            seen.append(done)

    change_statement(5)
    run, parts = None, 0
    while run is None:
        # Each part has time for one window only.
        run = passes.advance(budget=timedelta(0), tell=tell)
        if not parts:
            change_statement(250)
        parts += 1
    assert seen == [100, 200, 300, SIZE]
    assert parts > len(seen)
    assert [each["where"].split(" (")[0] for each in run.findings] == ["leaf 5", "leaf 250"]


def test_a_second_monitor_leaves_the_first_alone(changed: Watched, settings: Settings) -> None:
    with progress.only_one(settings.MONITOR_DIR) as alone:
        assert alone
        assert passes.advance() is None


def test_the_table_of_the_documentation_is_what_was_found_here() -> None:
    text = (ROOT / "docs" / "monitor.md").read_text(encoding="utf-8")
    table = text.partition("| what was changed |")[2]
    rows = [line for line in table.splitlines()[1:] if line.startswith("| ")]
    expected = [
        f"| {case.name} | {case.by_memory or NOTHING} | {case.at_first or NOTHING} "
        f"| {case.by_operator or NOTHING} |"
        for case in CASES
    ]
    assert rows == expected


@pytest.mark.django_db(transaction=True)
def test_both_commands_pass_a_good_log_and_fail_one_that_was_cut_off(
    chain_up: DevChain,
    live_server: LiveServer,
    settings: Settings,
    store_statements: StoreStatements,
    tmp_path: Path,
) -> None:
    """As people start them: a process of its own without Django, and `manage.py`."""
    settings.PUBLIC_URL = live_server.url
    settings.MONITOR_DIR = tmp_path / "monitor"
    settings.MONITOR_INTERVAL = timedelta(hours=1)
    store_statements(20)
    sequencer.sequence()
    checkpoints.publish()
    anchor_until_verified(1)
    # The node's address is that of the trust file, which the log itself gives.
    anybody = ("monitor", f"{live_server.url}/log", "--once", "--state", "state.json")
    said = run(tmp_path, *anybody)
    assert (said.returncode, said.stderr) == (0, ""), said.stdout
    assert "1 anchor on the chain, the newest of 20 leaves, by 1 node." in said.stdout
    operator = StringIO()
    call_command("monitor", stdout=operator, stderr=StringIO())
    assert operator.getvalue().endswith("Result: passed.\n")
    assert not passes.is_due()

    shorten(10)
    said = run(tmp_path, *anybody)
    assert said.returncode == 1, said.stdout
    assert "shortened" in said.stdout
    with pytest.raises(SystemExit) as ended:
        call_command("monitor", stdout=operator, stderr=StringIO())
    assert ended.value.code == 1
    assert "✗ failed          anchors" in operator.getvalue()
