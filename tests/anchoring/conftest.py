"""Statements for the log's tests, put into the real table as any writer would."""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from lrs.models import Agent, Statement, Store, Verb

StoreStatements = Callable[..., list[int]]


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
