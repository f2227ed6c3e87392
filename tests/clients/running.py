"""A running Keiko of its own: a fresh database on the suite's PostgreSQL, granian, and where wanted
the worker with its clock. Everything is a real process, reached over HTTP."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from keiko.launcher.ports import free_port
from keiko.launcher.processes import Supervisor, start_child
from keiko.launcher.readiness import wait_until, web_answers

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RunningKeiko:
    """`env` starts a further process of the same installation, `supervisor` ends what was started."""

    url: str
    var: Path
    env: Mapping[str, str]
    supervisor: Supervisor

    def start(self, name: str, *module: str) -> None:
        self.supervisor.add(
            start_child(
                name,
                [sys.executable, "-m", *module],
                log=self.var / "log" / f"{name}.log",
                env=self.env,
                cwd=ROOT,
            )
        )

    def python(self, program: str, *arguments: str) -> str:
        """What a Python program of the same installation printed; it calls `django.setup()` itself."""
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env={**self.env, "DJANGO_SETTINGS_MODULE": "keiko.settings"},
            cwd=ROOT, check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.stdout


@contextmanager
def running_keiko(var: Path, **more: str) -> Iterator[RunningKeiko]:
    """Migrate a new database and start the web server; `more` are further variables.

    Everything is stopped and the database dropped at the end.
    """
    with new_database() as database:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = {
            **os.environ,
            "DATABASE_URL": database,
            "KEIKO_VAR": str(var),
            "PUBLIC_URL": url,
            **more,
        }
        keiko = RunningKeiko(url, var, env, Supervisor())
        try:
            prepare = start_child(
                "migrate", [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                log=var / "log" / "migrate.log", env=env, cwd=ROOT,
            )  # fmt: skip
            assert prepare.popen.wait(120) == 0, prepare.log.read_text(encoding="utf-8")
            keiko.start(
                "web", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
                "--workers", "2", "--blocking-threads", "8", "--no-ws", "keiko.wsgi:application",
            )  # fmt: skip
            wait_until(
                web_answers(f"{url}/healthz"), what="web server", seconds=60,
                log=var / "log" / "web.log", still_worth_it=keiko.supervisor.require_alive,
            )  # fmt: skip
            yield keiko
        finally:
            keiko.supervisor.stop_all()


@contextmanager
def new_database() -> Iterator[str]:
    """The address of a new, empty database beside the suite's own."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"keiko_running_{secrets.token_hex(4)}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(parts._replace(path=f"/{quote(name)}"))
    finally:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )
