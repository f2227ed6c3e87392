"""What it costs that a revoked credential opens nothing from the commit on: the look at the store's generation.

    python -m bench.revocation [ROUNDS]        default 3000

Runs in one process on an embedded PostgreSQL of its own, thrown away afterwards. All figures come from one run, a
round of each in turn: medians, and the middle nine tenths.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django


def measured(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Microseconds of each call in each round, sorted."""
    for call in calls.values():
        for _ in range(50):
            call()
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            begin = time.perf_counter_ns()
            call()
            took[name].append((time.perf_counter_ns() - begin) / 1_000)
    return {name: sorted(values) for name, values in took.items()}


def calls_of_a_store() -> dict[str, Callable[[], object]]:
    """What is measured, by name. Precondition: Django is set up, its database has its tables."""
    from django.http import HttpRequest
    from django.test import Client, RequestFactory

    from lrs.api.authentication import caller_of
    from lrs.stores.generation import generation_of
    from lrs.stores.services import create_store, issue_credential
    from tests.lrs.conftest import a_statement, basic, client_of

    store = create_store(slug="bench", name="Bench", default_version="1.0.3")
    issued = issue_credential(store=store, label="bench", scopes=["all"])
    xapi = client_of(issued)
    xapi.post([a_statement() for _ in range(100)])
    headers = {"Authorization": basic(issued.key, issued.secret)}
    request: HttpRequest = RequestFactory().get("/xapi/statements", headers=headers)
    xapi.http = Client(SERVER_NAME="localhost")
    return {
        "the look at the generation alone": lambda: generation_of(store.pk),
        "who asks, from memory": lambda: caller_of(request, fresh=False),
        "who asks, with the look": lambda: caller_of(request),
        "GET of one statement of a list, whole": lambda: xapi.get(limit=1),
        "POST of a statement, whole (no look of its own)": lambda: xapi.post(a_statement()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", type=int, nargs="?", default=3_000)
    rounds = parser.parse_args().rounds
    from keiko.launcher.postgres import EmbeddedPostgres

    with tempfile.TemporaryDirectory(prefix="keiko-bench-") as var:
        postgres = EmbeddedPostgres(Path(var) / "postgres")
        try:
            os.environ |= {
                "DJANGO_SETTINGS_MODULE": "keiko.settings",
                "KEIKO_VAR": var,
                "DATABASE_URL": postgres.url("keiko"),
            }
            django.setup()
            from django.core.management import call_command
            from django.db import connections

            call_command("migrate", verbosity=0)
            for name, took in measured(calls_of_a_store(), rounds).items():
                low, high = took[rounds // 20], took[-1 - rounds // 20]
                middle = statistics.median(took)
                print(f"{name:<50} {middle:8.0f} µs  ({low:.0f} to {high:.0f})", flush=True)
            connections.close_all()
        finally:
            postgres.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
