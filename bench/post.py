"""How fast statements are taken over HTTP, beside what PostgreSQL alone can do on this machine.

    python -m bench.post [--seconds 8]

Starts an embedded PostgreSQL and the web server of its own (2 workers, 8 threads each) on 127.0.0.1, thrown away
afterwards, with fsync on. Every load ends by count or by time, whichever comes first. Product and limits are measured
in turns in one run, since machines drift: what counts is their ratio. The load generator shares the cores.
"""

import argparse
import base64
import http.client
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.sequencing import document
from keiko.launcher.ports import free_port
from keiko.launcher.postgres import EmbeddedPostgres
from keiko.launcher.processes import Supervisor, start_child
from keiko.launcher.readiness import wait_until, web_answers

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
MOST_REQUESTS = 60_000  # of one load, over all its connections
ROUNDS = 2
_CREDENTIAL = """
import django, json
django.setup()
from lrs.stores.services import create_store, issue_credential
store = create_store(slug="bench", name="Bench", default_version="1.0.3")
issued = issue_credential(store=store, label="bench", scopes=["all"])
print(json.dumps([issued.key, issued.secret]))
"""
# The table of statements with all its indexes, without triggers and dimensions.
_LIMIT_TABLE = "CREATE TABLE IF NOT EXISTS bench_limit (LIKE lrs_statement INCLUDING ALL)"
_COLUMNS = (
    "store_id, id, stored, timestamp, registration, actor_id, verb_id, activity_id, voided, encoding, "
    "document"
)
_VALUES = "1, %s, now(), now(), %s, %s, %s, %s, false, 0, %s"


class LoadError(Exception):
    """A load met an answer that is no success: its figures would mean nothing."""


@dataclass(frozen=True)
class Target:
    """What the loads are sent at: all on this machine."""

    port: int
    authorization: str
    database: str


@dataclass(frozen=True)
class Load:
    """`work` is called with the target, a worker's number and a clock that says when to stop;
    it returns how many rows or statements it brought in."""

    name: str
    connections: int
    work: Callable[[Target, int, float, int], int]


# --- Loads: the product ---------------------------------------------------------------------------
def post(size: int) -> Callable[[Target, int, float, int], int]:
    def work(target: Target, worker: int, seconds: float, most: int) -> int:
        headers = {
            "Authorization": target.authorization,
            "Content-Type": "application/json",
            "X-Experience-API-Version": "1.0.3",
        }
        connection = http.client.HTTPConnection(HOST, target.port, timeout=30)
        bodies = [_body(worker, each, size) for each in range(40)]
        done, end = 0, time.monotonic() + seconds
        while done < most and time.monotonic() < end:
            connection.request("POST", "/xapi/statements", bodies[done % 40], headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != http.client.OK:
                raise LoadError(f"POST answered {answer.status}: {said[:300]!r}")
            done += 1
        connection.close()
        return done * size

    return work


def _body(worker: int, number: int, size: int) -> bytes:
    """One statement as an object, more as an array; without ids, as Moodle sends them."""
    first = (worker * 40 + number) * size
    found = [_statement(first + each) for each in range(size)]
    return json.dumps(found if size > 1 else found[0]).encode()


def _statement(number: int) -> dict[str, Any]:
    """The document of `bench.sequencing` as a client sends it: without what the LRS sets, and
    with a registration that is a well-formed UUID."""
    statement: dict[str, Any] = json.loads(document(number))
    for name in ("id", "stored", "authority", "version"):
        statement.pop(name, None)
    registration = uuid.uuid5(uuid.NAMESPACE_URL, f"https://escuela.example/{number % 1000}")
    statement["context"]["registration"] = str(registration)
    return statement


# --- Loads: PostgreSQL alone ----------------------------------------------------------------------
def insert_one(target: Target, worker: int, seconds: float, most: int) -> int:
    """A row with its index entries, a commit each."""
    data = document(worker)
    sql = f"INSERT INTO bench_limit ({_COLUMNS}) VALUES ({_VALUES})"  # noqa: S608 -- constants
    done, end = 0, time.monotonic() + seconds
    with psycopg.connect(target.database, autocommit=True) as connection:
        while done < most and time.monotonic() < end:
            connection.execute(sql, _row(worker, done, data), prepare=True)
            done += 1
    return done


def copy_fifty(target: Target, worker: int, seconds: float, most: int) -> int:
    """COPY of 50 rows, a commit each."""
    data = document(worker)
    columns = _COLUMNS.replace("voided, encoding, ", "").replace("stored, timestamp, ", "")
    done, end = 0, time.monotonic() + seconds
    with psycopg.connect(target.database, autocommit=True) as connection:
        while done < most and time.monotonic() < end:
            with connection.cursor().copy(
                f"COPY bench_limit ({columns}, stored, timestamp, voided, encoding) FROM STDIN"
            ) as copy:
                for each in range(50):
                    row = _row(worker, done * 50 + each, data)
                    copy.write_row((1, *row, "2026-11-24Z", "2026-11-24Z", False, 0))
            done += 1
    return done * 50


def _row(worker: int, number: int, data: bytes) -> tuple[object, ...]:
    at_random = (worker * 7919 + number) % 1000
    return uuid.uuid4(), uuid.UUID(int=at_random), at_random, number % 5, at_random % 500, data


LOADS = (
    Load("POST 1, 16 connections", 16, post(1)),
    Load("limit: one row a commit, 16 connections", 16, insert_one),
    Load("POST 50, 4 connections", 4, post(50)),
    Load("limit: COPY of 50, 4 connections", 4, copy_fifty),
)
# (what, against which limit), by their place in LOADS.
RATIOS = ((0, 1), (2, 3))


# --- Running them ---------------------------------------------------------------------------------
def measure(load: Load, target: Target, seconds: float) -> float:
    """Statements (or rows) a second. Connections are spread over two processes."""
    processes = min(2, load.connections)
    context = multiprocessing.get_context("fork")
    counts = context.Queue()
    most = MOST_REQUESTS // load.connections

    def run(workers: range) -> None:
        began = time.monotonic()
        try:
            with ThreadPoolExecutor(len(workers)) as pool:
                found = pool.map(lambda worker: load.work(target, worker, seconds, most), workers)
                total = sum(found)
        except (LoadError, OSError, psycopg.Error) as error:
            counts.put(f"{load.name}: {error}")
        else:
            counts.put((total, time.monotonic() - began))

    running = [
        context.Process(target=run, args=(range(p, load.connections, processes),))
        for p in range(processes)
    ]
    for process in running:
        process.start()
    results = [counts.get(timeout=seconds + 60) for _ in running]
    for process in running:
        process.join(timeout=30)
    if problems := [each for each in results if isinstance(each, str)]:
        raise SystemExit(problems[0])
    return sum(count / took for count, took in results)


@contextmanager
def a_server(var: Path) -> Iterator[Target]:
    """PostgreSQL and the web server, stopped at the end."""
    postgres = EmbeddedPostgres(var / "postgres")
    supervisor = Supervisor()
    supervisor.add(postgres.child)
    try:
        port, database = free_port(HOST), postgres.url("keiko")
        env = {
            **os.environ, "KEIKO_VAR": str(var), "DATABASE_URL": database,
            "PUBLIC_URL": f"http://{HOST}:{port}", "DJANGO_SETTINGS_MODULE": "keiko.settings",
        }  # fmt: skip
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            env=env, cwd=ROOT, check=True, timeout=180,
        )  # fmt: skip
        made = subprocess.run(
            [sys.executable, "-c", _CREDENTIAL],
            env=env, cwd=ROOT, check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        pair = ":".join(json.loads(made.stdout.splitlines()[-1]))
        supervisor.add(
            start_child(
                "web",
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST,
                 "--port", str(port), "--workers", "2", "--blocking-threads", "8", "--no-ws",
                 "keiko.wsgi:application"],
                log=var / "log" / "web.log", env=env, cwd=ROOT,
            )
        )  # fmt: skip
        wait_until(
            web_answers(f"http://{HOST}:{port}/healthz"),
            what="web server", seconds=60, log=var / "log" / "web.log",
            still_worth_it=supervisor.require_alive,
        )  # fmt: skip
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(_LIMIT_TABLE)
        basic = base64.b64encode(pair.encode()).decode()
        yield Target(port, f"Basic {basic}", database)
    finally:
        supervisor.stop_all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8, help="for one load (1 to 60)")
    seconds = min(60.0, max(1.0, parser.parse_args().seconds))
    with tempfile.TemporaryDirectory(prefix="keiko-bench-") as folder, a_server(Path(folder)) as at:
        for load in LOADS:  # connections, caches, prepared plans, dimensions
            measure(load, at, 1)
        rates: list[list[float]] = [[] for _ in LOADS]
        for _ in range(ROUNDS):
            for place, load in enumerate(LOADS):
                rates[place].append(measure(load, at, seconds))
    best = [max(found) for found in rates]
    for load, found in zip(LOADS, rates, strict=True):
        print(f"{load.name:42} {' '.join(f'{each:9,.0f}' for each in found)}  a second")
    for what, limit in RATIOS:
        print(f"{LOADS[what].name:42} {best[what] / best[limit]:9.0%}  of {LOADS[limit].name}")


if __name__ == "__main__":
    main()
