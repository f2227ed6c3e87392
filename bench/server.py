"""The product as it is run, for a benchmark: PostgreSQL and the web server, thrown away afterwards, with fsync on."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench.client import HOST, Target
from keiko.launcher.ports import free_port
from keiko.launcher.postgres import EmbeddedPostgres
from keiko.launcher.processes import Child, Supervisor, start_child
from keiko.launcher.readiness import wait_until, web_answers

ROOT = Path(__file__).resolve().parent.parent
_CREDENTIAL = """
import django, json
django.setup()
from lrs.stores.services import create_store, issue_credential
store = create_store(slug="bench", name="Bench", default_version="1.0.3")
issued = issue_credential(store=store, label="bench", scopes=["all"])
print(json.dumps([issued.key, issued.secret]))
"""
_WORKERS = 2


@dataclass
class Server:
    target: Target
    env: dict[str, str]
    web: Child

    def manage(self, *arguments: str, **extra: object) -> None:
        subprocess.run(  # type: ignore[call-overload]  # `extra` is the caller's
            [sys.executable, "manage.py", *arguments], env=self.env, cwd=ROOT, check=True, **extra
        )

    def worker_memory(self) -> list[int]:
        """Resident bytes of each web worker (their shared pages counted in each)."""
        children = psutil.Process(self.web.popen.pid).children(recursive=True)
        return sorted((each.memory_info().rss for each in children), reverse=True)[:_WORKERS]


@contextmanager
def a_server(var: Path) -> Iterator[Server]:
    """Stopped at the end."""
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
        key, secret = json.loads(made.stdout.splitlines()[-1])
        web = supervisor.add(
            start_child(
                "web",
                [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST,
                 "--port", str(port), "--workers", str(_WORKERS), "--blocking-threads", "8",
                 "--no-ws", "keiko.wsgi:application"],
                log=var / "log" / "web.log", env=env, cwd=ROOT,
            )
        )  # fmt: skip
        wait_until(
            web_answers(f"http://{HOST}:{port}/healthz"),
            what="web server", seconds=60, log=var / "log" / "web.log",
            still_worth_it=supervisor.require_alive,
        )  # fmt: skip
        yield Server(Target(port, key, secret, database), env, web)
    finally:
        supervisor.stop_all()


def tidy(target: Target) -> None:
    """What autovacuum does some time after a load, done now."""
    with psycopg.connect(target.database, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
