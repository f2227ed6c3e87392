"""The verifiable log by itself, on a database of its own: sequencing, and a tree as large as asked.

Sequencing is the product's, on statements of 1.5 KB that its trigger queued. In the tree the leaf hashes are those of
made-up entries and the sealed seeds are random bytes; tiles, frontier, blocks and proofs are the product's own code.
"""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import psutil
import psycopg

from bench.server import ROOT

TOGETHER = 1_000  # records of a multi-proof, and of a bundle that is verified
_DRAWS = 200
_STEP = 5_000  # statements that are sequenced in one turn
_APPENDED = 8_192  # leaves in a transaction while the tree is made
_TABLES = {
    "tiles": ("anchoring_tile",),
    "seeds, both ways": ("anchoring_leafblock", "anchoring_recordblock"),
}


def open_database(server_url: str) -> None:
    """A new database beside the bench's own, and this process's Django on it."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE keiko_log")
    os.environ["DATABASE_URL"] = urlsplit(server_url)._replace(path="/keiko_log").geturl()
    os.environ["DJANGO_SETTINGS_MODULE"] = "keiko.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def close_database() -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()


@dataclass(frozen=True, slots=True)
class Sequencing:
    """Statements a second by the clock. `commitments`: all that no sequencer can leave out, alone in one process.

    `cpu`: seconds of processor time a statement, which a busy machine changes less.
    """

    commitments: float
    one_process: float
    two_processes: float
    cpu: dict[str, float]


def sequencing(count: int) -> Sequencing:
    """Each by turns, so that none has the machine's best minute for itself; the best of each."""
    from anchoring import sequencer
    from anchoring.committing import several_processes
    from bench.queued import commit_to, document, fill

    fill(count)
    documents = [document(number) for number in range(count)]
    alone, one, two = 0.0, 0.0, 0.0
    spent: dict[str, list[float]] = defaultdict(list)
    with several_processes(2) as commit:
        commit(documents[: sequencer.BATCH], [bytes(32)] * sequencer.BATCH)
        time.sleep(1)  # until the second process has started
        for begin in range(0, count, 2 * _STEP):
            some = documents[begin : begin + _STEP]
            before = _processor_times()
            alone = max(alone, _rate(len(some), lambda some=some: commit_to(some)))
            between = _processor_times()
            one = max(one, _rate(_STEP, lambda: _sequence(_STEP)))
            after = _processor_times()
            two = max(two, _rate(_STEP, lambda: _sequence(_STEP, commit=commit)))
            spent["commitments alone"].append(between[0] - before[0])
            spent["sequencing, Python"].append(after[0] - between[0])
            spent["sequencing, PostgreSQL"].append(after[1] - between[1])
    cpu = {name: statistics.median(each) / _STEP for name, each in spent.items()}
    return Sequencing(alone, one, two, cpu)


def _processor_times() -> tuple[float, float]:
    """Seconds of this process, and of the PostgreSQL process that serves it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        served = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return time.process_time(), served.user + served.system


def _sequence(count: int, **options: Any) -> None:
    from anchoring import sequencer

    while count > 0 and (taken := sequencer.sequence(**options)):
        count -= taken


def _rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Grown:
    """What a log of `size` leaves costs: times in seconds, one for each draw; `disk` in bytes a leaf."""

    size: int
    append: float
    one: list[float]
    scattered: list[float]
    runs: list[float]
    consistency: list[float]
    disk: dict[str, float]


def tree(sizes: Sequence[int], say: Callable[[str], None]) -> Iterator[Grown]:
    """A log, empty at first, that grows to each of the sizes, measured at each. `append` is seconds a leaf since the
    size before."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE anchoring_head, anchoring_tile, anchoring_leafblock, anchoring_recordblock"
        )
    for size in sizes:
        yield _measure(size, _grow_to(size, say))


def _grow_to(size: int, say: Callable[[str], None]) -> float:
    from django.db import transaction

    from anchoring import leaves, sequencer

    head = sequencer.read_head()
    first, began = head.size, time.perf_counter()
    while head.size < size:
        begin, end = head.size, min(head.size + _APPENDED, size)
        with transaction.atomic():
            sealed = os.urandom(48 * (end - begin))
            leaves.write(
                leaves=[
                    leaves.Leaf(index, 1, index + 1_000_000_000, sealed[at * 48 : at * 48 + 48])
                    for at, index in enumerate(range(begin, end))
                ]
            )
            sequencer.grow(head, [sha256(b"\0%d" % index).digest() for index in range(begin, end)])
        if begin // 500_000 != end // 500_000:
            say(f"a log of {end:,} leaves")
    return (time.perf_counter() - began) / max(1, size - first)


def _measure(size: int, append: float) -> Grown:
    from anchoring import proofs

    chance = random.Random(size)
    starts = range(0, size - 10, max(10, size // (TOGETHER // 10)))
    in_runs = [index for start in starts for index in range(start, start + 10)][:TOGETHER]
    _tidy()
    return Grown(
        size=size,
        append=append,
        one=[_proof_of_one(chance.randrange(size), size) for _ in range(_DRAWS)],
        scattered=[
            _time(
                lambda: proofs.prove_records(
                    indexes=chance.sample(range(size), TOGETHER), size=size
                )
            )
            for _ in range(10)
        ],
        runs=[_time(lambda: proofs.prove_records(indexes=in_runs, size=size)) for _ in range(10)],
        consistency=[
            _time(
                lambda: proofs.prove_consistency(old_size=chance.randrange(1, size), new_size=size)
            )
            for _ in range(_DRAWS)
        ],
        disk={name: _bytes(tables) / size for name, tables in _TABLES.items()},
    )


def _proof_of_one(index: int, size: int) -> float:
    """Seconds from a record's number to its leaf, seed and proof; that this leads to the root is looked at apart."""
    from anchoring import leaves, proofs, sequencer
    from anchoring.core.tree import verify_inclusion
    from anchoring.models import Kind

    record = index + 1_000_000_000
    began = time.perf_counter()
    found = leaves.of_records(kind=Kind.STATEMENT, records=[record])[record]
    proof = proofs.prove_inclusion(index=found.index, size=size)
    took = time.perf_counter() - began
    root = sequencer.frontier_of(sequencer.read_head()).root()
    leaf = sha256(b"\0%d" % index).digest()
    verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=root)
    return took


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _tidy() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for tables in _TABLES.values():
            for table in tables:
                cursor.execute(f"VACUUM (ANALYZE) {table}")  # names of ours


def _bytes(tables: Sequence[str]) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) AS name",
            [list(tables)],
        )
        return int(cursor.fetchone()[0])


def verification() -> dict[str, str]:
    """How long each verifier takes for a bundle of 1,000 statements, offline."""
    node = shutil.which("node")
    found = {"Python": f"{_verified_in_python() * 1_000:,.0f} ms"}
    if node is None:
        return found | {"JavaScript": "not measured: no Node.js here"}
    made = subprocess.run(
        [node, "bench/verify.mjs", str(TOGETHER)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return found | {"JavaScript (Node.js)": f"{json.loads(made.stdout)['later_median_ms']:,} ms"}


def _verified_in_python() -> float:
    """The best of five, in this process: reading the file, and every check that needs no network."""
    from anchoring.core.bundle import parse
    from anchoring.core.report import Outcome
    from anchoring.core.trust import parse_trust
    from anchoring.core.verification import verify
    from tests.anchoring.core.large import large_bundle

    with tempfile.TemporaryDirectory() as folder:
        bundle, trust = large_bundle(Path(folder), records=TOGETHER)
        policy = parse_trust(trust.read_bytes())

        def check() -> None:
            now = datetime.now(UTC)
            report = verify(parse(bundle.read_bytes()), trust=policy, chain=None, log=None, now=now)
            if any(each.outcome is not Outcome.PASSED for each in report.checks[:3]):
                sys.exit(f"The bundle did not pass: {report.checks[:3]}")

        return min(_time(check) for _ in range(5))
