"""Statements for the log's tests, put into the real table as any writer would."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django import Settings

from keiko.launcher.devchain import DevChain
from lrs.models import Agent, Statement, Store, Verb
from tests.deaths import wait_until_locks_are_free

ROOT = Path(__file__).resolve().parents[2]

StoreStatements = Callable[..., list[int]]
KilledBefore = Callable[[str, int], int]


def document_of(number: int, **changes: Any) -> dict[str, Any]:
    """A statement as the LRS serves it; `changes` replace properties, None removes one."""
    moment = datetime(2026, 11, 24, 8, 0, number % 60, tzinfo=UTC).isoformat()
    document = {
        "id": str(uuid.UUID(int=number)),
        "actor": {"mbox": f"mailto:alumna{number}@escuela.example", "name": "Ana Núñez"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"id": f"https://escuela.example/quiz/{number}"},
        "result": {"score": {"scaled": 0.85}, "success": True},
        "stored": moment,
        "timestamp": moment,
        "version": "1.0.3",
        "authority": {"account": {"homePage": "https://keiko.example", "name": "moodle"}},
    }
    document |= changes
    return {name: value for name, value in document.items() if value is not None}


def insert_statements(numbers: Iterator[int] | range, **changes: Any) -> list[int]:
    """Insert one statement for each number, in one INSERT; their seqs. Numbers are not reused."""
    store, _ = Store.objects.get_or_create(slug="escuela", defaults={"name": "Escuela"})
    actor, _ = Agent.objects.get_or_create(store=store, identifier="x", digest=b"x")
    verb, _ = Verb.objects.get_or_create(store=store, iri="x", digest=b"x")
    now = datetime.now(UTC)
    rows = [
        Statement(
            store=store,
            id=uuid.UUID(int=number),
            stored=now,
            timestamp=now,
            actor=actor,
            verb=verb,
            document=json.dumps(document_of(number, **changes)).encode(),
        )
        for number in numbers
    ]
    return [row.seq for row in Statement.objects.bulk_create(rows)]


@pytest.fixture
def store_statements(db: None) -> StoreStatements:
    """Stores `count` more statements and returns their seqs."""
    numbers = iter(range(1, 1_000_000))

    def store(count: int, **changes: Any) -> list[int]:
        return insert_statements((next(numbers) for _ in range(count)), **changes)

    return store


@pytest.fixture
def own_log(settings: Settings) -> str:
    """A log with an origin of its own: no anchor of another test is on the chain under its name."""
    settings.LOG_ORIGIN = f"{uuid.uuid4().hex}.example"
    return settings.LOG_ORIGIN


@pytest.fixture
def chain_up(devchain: DevChain, own_log: str, settings: Settings) -> DevChain:
    """Anchoring goes to the real development chain."""
    settings.CHAIN_URL = settings.CHAIN_PUBLIC_URL = devchain.url
    return devchain


@pytest.fixture
def chain_down(own_log: str, settings: Settings) -> None:
    """Anchoring finds nobody at its node's address."""
    settings.CHAIN_URL = settings.CHAIN_PUBLIC_URL = "http://127.0.0.1:9"
    settings.ANCHOR_INTERVAL = timedelta(hours=1)


@pytest.fixture
def killed_before(settings: Settings) -> Iterator[KilledBefore]:
    """Runs named work in a real process, killed before its Nth step; the signal that ended it."""
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    named = ("LOG_ORIGIN", "CHAIN_URL", "CHAIN_PUBLIC_URL")
    environment = {name: getattr(settings, name) for name in named if getattr(settings, name)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.anchoring.killed"],
        cwd=ROOT,
        env=os.environ | environment | {"DATABASE_URL": database.geturl()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stdin, stdout = process.stdin, process.stdout
    assert stdin
    assert stdout

    def killed(work: str, number: int) -> int:
        stdin.write(f"{work} {number}\n")
        stdin.flush()
        ended_by = int(stdout.readline())
        wait_until_locks_are_free()
        return ended_by

    yield killed
    stdin.close()
    assert process.wait(timeout=20) == 0
