"""A streaming replica of the suite's PostgreSQL, for tests: a base copy, and a second server that follows."""

import shutil
import signal
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from django.db import connection

from keiko.launcher.postgres import (
    _SOCKET_NAME,
    EmbeddedPostgres,
    _let_pass,
    _postgres_user,
    programs,
)
from tests.services import TEST_SETTINGS

# So that a query in the way of replay is cancelled at once.
_SETTINGS = {**TEST_SETTINGS, "max_standby_streaming_delay": "0", "hot_standby": "on"}
_TRIES = 20


class Standby:
    """The server over `data`. It ends with `stop`, or at once with `kill`; `start` has it back."""

    def __init__(self, data: Path) -> None:
        self.data = data
        _copy(data)
        self.start()

    def start(self) -> None:
        self.server = EmbeddedPostgres(self.data, settings=_SETTINGS)

    def kill(self) -> None:
        self.server.child.popen.send_signal(signal.SIGKILL)
        self.server.child.popen.wait(20)

    def stop(self) -> None:
        self.server.stop()
        shutil.rmtree(self.data)

    @property
    def socket(self) -> str:
        return str(self.server.socket_dir)

    def execute(self, command: str) -> tuple | None:
        """Run a command in the test database on this server; its first row.

        One that stood in the way of replay was cancelled at once, as set above, and did nothing: it is sent again.
        """
        for _ in range(_TRIES):
            with suppress(psycopg.errors.SerializationFailure):
                return self._execute(command)
        return self._execute(command)

    def _execute(self, command: str) -> tuple | None:
        name = connection.settings_dict["NAME"]
        there = psycopg.connect(host=self.socket, dbname=name, user="postgres", autocommit=True)
        with closing(there):
            cursor = there.execute(command)
            return cursor.fetchone() if cursor.description else None

    def pause(self) -> None:
        """Replay nothing more. What arrives is kept."""
        self.execute("SELECT pg_wal_replay_pause()")
        _wait(lambda: self.execute("SELECT pg_get_wal_replay_pause_state()") == ("paused",))

    def resume(self) -> None:
        self.execute("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until it has all that the primary has now."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_logical_emit_message(true, 'test', '')"
            )  # flushed with its commit
            cursor.execute("SELECT pg_current_wal_flush_lsn()::text")
            (position,) = cursor.fetchone()
        asked = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        _wait(lambda: self.execute(asked) == (True,))


def _copy(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True, mode=0o700)
    user = _postgres_user()
    if user is not None:
        _let_pass(data)
        shutil.chown(data, user.uid, user.gid)
    arguments = ["--pgdata", data, "--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream",
                 "--no-sync", "--host", connection.settings_dict["HOST"], "--username=postgres"]  # fmt: skip
    subprocess.run(
        [programs() / "pg_basebackup", *arguments],
        check=True,
        cwd="/",
        user=None if user is None else user.uid,
        group=None if user is None else user.gid,
        extra_groups=None if user is None else [],
    )
    # The primary's socket lies in its data directory, and its lock was copied too.
    (data / f"{_SOCKET_NAME}.lock").unlink(missing_ok=True)


def _wait(done, seconds=20) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
