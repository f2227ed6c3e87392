import os
import signal
import subprocess
import sys
import time

import psutil
import psycopg
import pytest

from keiko.launcher.errors import LauncherError
from keiko.launcher.postgres import EmbeddedPostgres
from tests.services import TEST_SETTINGS


def start(data):
    return EmbeddedPostgres(data, settings=TEST_SETTINGS)


def count(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def test_data_is_kept_from_start_to_start(place):
    server = start(place / "data")
    with psycopg.connect(server.url("keiko")) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    server.stop()
    server = start(place / "data")
    assert count(server.url("keiko")) == 0
    server.stop()


def test_what_was_committed_survives_a_kill(place):
    server = start(place / "data")
    with psycopg.connect(server.url("keiko"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        os.killpg(server.child.popen.pid, signal.SIGKILL)
    server.stop()
    server = start(place / "data")
    assert count(server.url("keiko")) == 1
    server.stop()


@pytest.mark.parametrize("name", ['with spaces, a comma and a "quote"', "x" * 150])
def test_any_path_will_do(place, name):
    server = start(place / name / "data")
    with psycopg.connect(server.url("keiko")) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()


def test_it_listens_on_a_socket_only_that_nobody_else_may_reach(place):
    server = start(place / "data")
    with psycopg.connect(server.url("keiko")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.socket_dir.stat().st_mode & 0o077 == 0
    server.stop()


def test_a_number_left_by_a_crash_and_given_to_another_program_is_no_obstacle(place):
    start(place / "data").stop()
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (place / "data" / "postmaster.pid").write_text(f"{other.pid}\n{place}\n")
    server = start(place / "data")
    server.stop()
    assert other.poll() is None
    other.kill()
    other.wait()


def test_data_of_another_version_is_refused_with_what_to_do(place):
    start(place / "data").stop()
    (place / "data" / "PG_VERSION").write_text("15\n")
    with pytest.raises(LauncherError, match="written by PostgreSQL 15 and this is 18"):
        start(place / "data")


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's own")
def test_it_ends_when_the_launcher_is_killed(place):
    program = (
        "import sys, time; from pathlib import Path;"
        "from keiko.launcher.postgres import EmbeddedPostgres;"
        "server = EmbeddedPostgres(Path(sys.argv[1]));"
        "print(server.child.popen.pid, flush=True); time.sleep(600)"
    )
    launcher = subprocess.Popen(
        [sys.executable, "-c", program, place / "data"], stdout=subprocess.PIPE
    )
    server = psutil.Process(int(launcher.stdout.readline()))
    launcher.kill()
    launcher.wait()
    deadline = time.monotonic() + 20
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)
