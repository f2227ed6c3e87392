"""Statements that wait for the log, put into the real table by plain inserts, and what commitments to them cost."""

import json
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

INSERT_BATCH = 1_000


def document(number: int) -> bytes:
    """A statement of about 1.35 KB: account, activity, result, context, extensions."""
    moment = datetime(2026, 11, 24, 8, number // 60 % 60, number % 60, tzinfo=UTC).isoformat()
    course = f"https://escuela.example/course/{number % 20}"
    return json.dumps(
        {
            "id": str(uuid.UUID(int=number + 1)),
            "actor": {
                "objectType": "Agent",
                "name": f"Alumna {number % 1000}",
                "account": {"homePage": "https://escuela.example", "name": f"u{number % 1000}"},
            },
            "verb": {
                "id": "http://adlnet.gov/expapi/verbs/answered",
                "display": {"es": "respondió", "en": "answered"},
            },
            "object": {
                "id": f"{course}/quiz/{number % 500}",
                "definition": {
                    "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                    "name": {"es": f"Pregunta {number % 500}", "en": f"Question {number % 500}"},
                    "interactionType": "choice",
                    "correctResponsesPattern": ["b"],
                },
            },
            "result": {
                "score": {"scaled": 0.85, "raw": 17, "min": 0, "max": 20},
                "success": True,
                "response": "b",
                "duration": "PT42S",
                "extensions": {"https://escuela.example/x/notes": "á" * 200},
            },
            "context": {
                "registration": str(uuid.UUID(int=number % 1000 + 1)),
                "contextActivities": {
                    "parent": [{"id": f"{course}/class/3"}],
                    "grouping": [{"id": course}],
                },
                "language": "es",
            },
            "stored": moment,
            "timestamp": moment,
            "version": "1.0.3",
            "authority": {
                "objectType": "Agent",
                "account": {"homePage": "https://keiko.example", "name": "moodle"},
            },
        },
        ensure_ascii=False,
    ).encode()


def fill(count: int) -> None:
    """Insert `count` statements; the trigger queues them."""
    from lrs.models import Agent, Statement, Store, Verb

    store = Store.objects.create(slug="bench", name="Bench")
    actor = Agent.objects.create(store=store, identifier="x", digest=b"x")
    verb = Verb.objects.create(store=store, iri="x", digest=b"x")
    now = datetime.now(UTC)
    for start in range(0, count, INSERT_BATCH):
        Statement.objects.bulk_create(
            Statement(
                store=store,
                id=uuid.UUID(int=number + 1),
                stored=now,
                timestamp=now,
                actor=actor,
                verb=verb,
                document=document(number),
            )
            for number in range(start, min(start + INSERT_BATCH, count))
        )


def commit_to(documents: Iterable[bytes]) -> None:
    """The cost that no sequencer can avoid: commitments and leaf hashes."""
    from anchoring.core.commitments import commit_slots, new_seed, statement_entry
    from anchoring.core.tree import leaf_hash
    from anchoring.quick import plain_members

    for each in documents:
        leaf_hash(statement_entry(commit_slots(each, new_seed(), quick=plain_members)))
