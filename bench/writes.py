"""Loads that write: the product by HTTP, and PostgreSQL alone for the limits of the same minute."""

import json
import random
import re
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.client import Connection, Seen, Target, drive
from bench.statements import HOME, statement
from keiko.launcher.postgres import programs

_BODIES = 40  # prebuilt, sent in turn
_ID = "00000000-0000-4000-8000-000000000000"
_ROW = b"x" * 1_000
# What performance is compared with: a row of 1 KB with four index entries.
LIMIT_TABLE = """
DROP TABLE IF EXISTS bench_limit;
CREATE TABLE bench_limit (
  seq bigserial PRIMARY KEY, id uuid UNIQUE, agent integer, activity integer, document bytea
);
CREATE INDEX ON bench_limit (agent, seq);
CREATE INDEX ON bench_limit (activity, seq);
"""
_PGBENCH = """
\\set agent random(1, 1000)
\\set activity random(1, 500)
INSERT INTO bench_limit (id, agent, activity, document)
VALUES (gen_random_uuid(), :agent, :activity, repeat('x', 1000)::bytea);
"""

Work = Callable[[Target, float], Seen]


@dataclass(frozen=True)
class Load:
    """`work` runs for so many seconds; `size` rows or statements come in by each of its answers."""

    name: str
    size: int
    work: Work
    limit: str = ""  # the name of the load that it is compared with


def post(size: int, connections: int, *, ids: bool = False, crossing: bool = False) -> Work:
    """POST of so many statements over so many connections."""

    def work(target: Target, seconds: float) -> Seen:
        chance = random.Random(f"{size} {connections} {ids} {time.time_ns()}")
        bodies = [_body(chance, size, ids=ids, crossing=crossing) for _ in range(_BODIES)]

        def request(number: int) -> bytes:
            body = bodies[number % _BODIES]
            if ids:
                parts = body.split(_ID.encode())
                fresh = [
                    str(uuid.UUID(int=chance.getrandbits(128), version=4)).encode() for _ in parts
                ]
                fresh[-1] = b""
                body = b"".join(part + one for part, one in zip(parts, fresh, strict=True))
            return target.request("POST", "/xapi/statements", body)

        return drive(target, connections, request, seconds=seconds, most=100_000)

    return work


def _body(chance: random.Random, size: int, *, ids: bool, crossing: bool) -> bytes:
    found = [statement(chance.randrange(10_000_000)) for _ in range(size)]
    if ids:
        found = [{"id": _ID, **each} for each in found]
    if crossing:  # the same few activities in any order, each time described in another way
        for each in found:
            place = f"{HOME}/crossing/{chance.randrange(20)}"
            name = {"es": f"Nombre {chance.randrange(1_000)}"}
            each["object"] = {"id": place, "definition": {"name": name}}
    return json.dumps(found if size > 1 else found[0], ensure_ascii=False).encode()


def state(method: str) -> Work:
    """A state document of 200 bytes for a learner, one request at a time."""

    def work(target: Target, seconds: float) -> Seen:
        body = json.dumps({"progress": 0.5, "answers": "x" * 160}).encode()

        def request(number: int, how: str = method) -> bytes:
            path = (
                f"/xapi/activities/state?activityId={HOME}/activity/{number % 5}&stateId=bookmark"
                f"&agent=%7B%22mbox%22%3A%22mailto%3A{number // 5 % 4}%40escuela.example%22%7D"
            )
            if how == "GET":
                return target.request("GET", path)
            return target.request("PUT", path, body)

        first = Connection(target.port)  # what is read is there
        for number in range(20):
            first.ask(request(number, "PUT"))
        first.close()
        return drive(target, 1, request, seconds=seconds, most=2_000)

    return work


# --- PostgreSQL alone -----------------------------------------------------------------------------
def copy(rows: int, connections: int) -> Work:
    """COPY of so many rows, a commit each, over so many connections."""
    data = "".join(
        f"{number * 7919 % 1000}\t{number * 31 % 500}\t{_ROW.decode()}\n" for number in range(rows)
    )
    columns = data.splitlines()

    def work(target: Target, seconds: float) -> Seen:
        counts: list[int] = []

        def one() -> None:
            done, end = 0, time.perf_counter() + seconds
            with psycopg.connect(target.database, autocommit=True) as connection:
                while time.perf_counter() < end:
                    text = "\n".join(f"{uuid.uuid4()}\t{line}" for line in columns)
                    with connection.cursor().copy(
                        "COPY bench_limit (id, agent, activity, document) FROM STDIN"
                    ) as into:
                        into.write(text + "\n")
                    done += 1
            counts.append(done)

        began = time.perf_counter()
        threads = [threading.Thread(target=one) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return Seen(answers=sum(counts), seconds=time.perf_counter() - began)

    return work


def pgbench(connections: int) -> Work:
    """One row of 1 KB with four index entries, a commit each, by PostgreSQL's own load generator."""

    def work(target: Target, seconds: float) -> Seen:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "insert.sql"
            script.write_text(_PGBENCH, encoding="ascii")
            done = subprocess.run(
                [programs() / "pgbench", "--no-vacuum", f"--file={script}", f"--time={round(seconds)}",
                 f"--client={connections}", f"--jobs={min(2, connections)}", "--protocol=prepared",
                 target.database],
                capture_output=True, text=True, check=True, timeout=seconds + 60,
            )  # fmt: skip
        found = re.search(r"actually processed: (\d+)", done.stdout)
        failed = re.search(r"failed transactions: (\d+)", done.stdout)
        if found is None or (failed and int(failed[1])):
            raise RuntimeError(done.stdout)
        return Seen(answers=int(found[1]), seconds=round(seconds))

    return work


LOADS = (
    Load("one row a commit, 1 connection (pgbench)", 1, pgbench(1)),
    Load("one row a commit, 16 connections (pgbench)", 1, pgbench(16)),
    Load("COPY of 50, 4 connections", 50, copy(50, 4)),
    Load("COPY of 500, 2 connections", 500, copy(500, 2)),
    Load("POST 1, 1 at a time", 1, post(1, 1), "one row a commit, 1 connection (pgbench)"),
    Load("POST 1, 16 at a time", 1, post(1, 16), "one row a commit, 16 connections (pgbench)"),
    Load("POST 1 with id, 16 at a time", 1, post(1, 16, ids=True), "one row a commit, 16 connections (pgbench)"),
    Load("POST 1, 64 at a time", 1, post(1, 64), "one row a commit, 16 connections (pgbench)"),
    Load("POST 50, 1 at a time", 50, post(50, 1), "COPY of 50, 4 connections"),
    Load("POST 50, 4 at a time", 50, post(50, 4), "COPY of 50, 4 connections"),
    Load("POST 50 with ids, 4 at a time", 50, post(50, 4, ids=True), "COPY of 50, 4 connections"),
    Load("POST 50, the same activities, 16 at a time", 50, post(50, 16, crossing=True), "COPY of 50, 4 connections"),
    Load("POST 500, 2 at a time", 500, post(500, 2), "COPY of 500, 2 connections"),
    Load("POST 500 with ids, 2 at a time", 500, post(500, 2, ids=True), "COPY of 500, 2 connections"),
)  # fmt: skip
DOCUMENTS = (
    Load("state PUT, 1 at a time", 1, state("PUT")),
    Load("state GET, 1 at a time", 1, state("GET")),
)
