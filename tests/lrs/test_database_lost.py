"""PostgreSQL lost in the middle of a write: never a 200 for what is not on disk."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from keiko.launcher.postgres import EmbeddedPostgres
from lrs.models import Statement
from tests.lrs.conftest import a_statement, client_of, second_connection

ROOT = Path(__file__).resolve().parents[2]


def wait_for(found, seconds=20):
    end = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
    return value


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 50])
def test_a_backend_that_dies_in_the_middle_of_a_write_gives_503_and_stores_nothing(issued, batch):
    xapi = client_of(issued)
    xapi.post([a_statement(), a_statement()])  # the agents and activities are known from here on

    def post():
        try:
            return client_of(issued).post([a_statement() for _ in range(batch)])
        finally:
            connection.close()

    with (
        second_connection() as locker,
        second_connection() as killer,
        ThreadPoolExecutor(1) as pool,
        locker.transaction(),
    ):
        locker.execute("LOCK TABLE lrs_statement_activity IN ACCESS EXCLUSIVE MODE")
        waiting = pool.submit(post)
        (pid,) = wait_for(
            lambda: killer.execute(
                "SELECT pid FROM pg_locks WHERE NOT granted"
                " AND relation = 'lrs_statement_activity'::regclass"
            ).fetchone()
        )
        killer.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        response = waiting.result(timeout=20)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response.json()["error"]["code"] == "unavailable"
    assert Statement.objects.count() == 2
    assert xapi.post(a_statement()).status_code == 200, "the next request has a connection again"


class Poster:
    """tests/lrs/posting.py in a process of its own: posts in threads and reports every answer."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.lrs.posting"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DATABASE_POOL_TIMEOUT": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        self.answers = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.answers.append(json.loads(line))

    def taken(self):
        return [one for answer in self.answers if answer["status"] == 200 for one in answer["ids"]]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self._reader.join(20)


def stored_ids(url):
    with psycopg.connect(url) as database:
        return {str(one) for (one,) in database.execute("SELECT id FROM lrs_statement")}


def test_postgresql_killed_under_load_keeps_every_statement_that_was_answered_with_200():
    # The server runs as another user, who may not enter the directories of pytest.
    home = ROOT / "var" / "test" / f"killed-{os.getpid()}"
    server = EmbeddedPostgres(home)
    url = server.url("keiko")
    poster = Poster(url)
    try:
        wait_for(lambda: len(poster.taken()) > 100, 60)
        server.child.popen.send_signal(signal.SIGKILL)
        server.child.popen.wait(20)
        wait_for(lambda: any(answer["status"] == 503 for answer in poster.answers))
        before = len(poster.answers)
        server = EmbeddedPostgres(home)
        wait_for(lambda: any(answer["status"] == 200 for answer in poster.answers[before:]), 60)
        poster.stop()
        taken, stored = set(poster.taken()), stored_ids(url)
        assert len(taken) > 100
        assert taken <= stored
        assert {answer["status"] for answer in poster.answers} == {200, 503}
    finally:
        poster.stop()
        server.stop()
        shutil.rmtree(home)
