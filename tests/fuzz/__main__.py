"""`python -m tests.fuzz --count 100000`: mutated statements against a server of its own, with progress.

Starts a PostgreSQL with an empty database, sends every text through the whole of Django in this process, and stops at
the end. Ends with code 1 and the texts when the readers disagree about one, or when the server fails.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from keiko.launcher.postgres import EmbeddedPostgres


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most-shown", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keiko-fuzz-") as directory:
        var = Path(directory)
        var.chmod(0o755)
        server = EmbeddedPostgres(var / "postgres", settings={"fsync": "off"})
        try:
            os.environ["KEIKO_VAR"], os.environ["DATABASE_URL"] = str(var), server.url("keiko")
            return _run(given.count, given.seed, given.most_shown)
        finally:
            server.stop()


def _run(count: int, seed: int, most_shown: int) -> int:
    clients = _clients()
    from tests.fuzz.judging import Verdicts, judged
    from tests.fuzz.mutations import mutated

    chance = random.Random(seed)
    found: list[str] = []
    taken: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(1, count + 1):
        version = chance.choice([*clients])
        body = mutated(chance)
        try:
            verdicts: Verdicts | str = judged(clients[version], body, version)
        except AssertionError as error:
            verdicts = str(error)
        if isinstance(verdicts, str) or not verdicts.agree:
            found.append(f"{version} {body!r}\n    {verdicts}")
            if len(found) <= most_shown:
                sys.stdout.write(f"{found[-1]}\n")
        else:
            taken["accepted" if verdicts.server is None else "refused"] += 1
        if number % 1000 == 0 or number == count:
            rate = number / (time.monotonic() - began)
            sys.stdout.write(
                f"{number:,} of {count:,}, {rate:.0f} a second; {dict(taken)}; {len(found)} differ\n"
            )
            sys.stdout.flush()
    return 1 if found else 0


def _clients() -> dict[str, Any]:
    """A client of an empty store for each version."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "keiko.settings"
    django.setup()
    from django.core.management import call_command

    from lrs.stores.services import create_store
    from tests.lrs.conftest import client_of, issued_for

    call_command("migrate", verbosity=0)
    return {
        version: client_of(
            issued_for(create_store(slug=slug, name=slug, default_version=version)), version
        )
        for slug, version in (("one", "1.0.3"), ("two", "2.0.0"))
    }


if __name__ == "__main__":
    import logging

    logging.disable(logging.WARNING)  # of every refusal
    sys.exit(main())
