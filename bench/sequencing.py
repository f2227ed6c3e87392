"""How fast pending statements enter the log, beside the cost of their commitments alone.

    python bench/sequencing.py [STATEMENTS]        default 20000

Runs on an embedded PostgreSQL of its own, thrown away afterwards, with fsync on. Both figures come from one
run, since machines drift: what counts is their ratio. Prints also the bytes on disk for each leaf.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
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


def commit_to(documents: Iterator[bytes]) -> None:
    """The cost that no sequencer can avoid: commitments and leaf hashes."""
    from anchoring.core.commitments import commit_slots, new_seed, statement_entry
    from anchoring.core.tree import leaf_hash
    from anchoring.quick import plain_members

    for each in documents:
        leaf_hash(statement_entry(commit_slots(each, new_seed(), quick=plain_members)))


def rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def sequence_all() -> None:
    from anchoring import sequencer

    while sequencer.sequence():
        pass


def bytes_a_leaf(count: int) -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL anchoring_tile, anchoring_leafblock, anchoring_recordblock")
        cursor.execute(
            "SELECT name, pg_total_relation_size(name::regclass)"
            "  FROM unnest(ARRAY['anchoring_tile', 'anchoring_leafblock', 'anchoring_recordblock']) AS name"
        )
        sizes = dict(cursor.fetchall())
    return {name: size / count for name, size in sizes.items()}


def run(count: int) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    print(f"{count} statements of {len(document(0))} bytes")
    print(
        f"  insert         {rate(count, lambda: fill(count)):>9.0f} statements/s (to fill the queue)"
    )
    alone = rate(count, lambda: commit_to(map(document, range(count))))
    made = rate(count, lambda: [document(number) for number in range(count)])
    commitments = 1 / (1 / alone - 1 / made)  # without the making of the documents
    print(f"  commitments    {commitments:>9.0f} statements/s (alone, the limit)")
    sequenced = rate(count, sequence_all)
    print(f"  sequencing     {sequenced:>9.0f} statements/s = {sequenced / commitments:.0%} of it")
    for name, size in bytes_a_leaf(count).items():
        print(f"  {name:<30} {size:>6.1f} bytes a leaf")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("statements", nargs="?", type=int, default=20_000)
    count = parser.parse_args().statements
    sys.path.insert(0, str(ROOT))
    from keiko.launcher.postgres import EmbeddedPostgres

    with tempfile.TemporaryDirectory(prefix="keiko-bench-") as directory:
        server = EmbeddedPostgres(Path(directory) / "postgres")
        try:
            os.environ["DATABASE_URL"] = server.url("bench")
            os.environ["KEIKO_VAR"] = directory
            os.environ["DJANGO_SETTINGS_MODULE"] = "keiko.settings"
            django.setup()
            run(count)
            from django.db import connection

            connection.close_pool()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
