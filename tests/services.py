"""A pytest plugin, loaded before Django's settings: gives the suite services of its own.

The embedded PostgreSQL starts with the suite; with DATABASE_URL in the environment it does not.
Everything lives under var/test (or KEIKO_VAR), so that suites of two checkouts run side by side. Each worker of a
distributed suite (`-n 2`) has a directory and a server of its own below it: tests end connections, make tablespaces
and copy the server's files, none of which may meet those of another worker.
"""

import os
from pathlib import Path
from typing import IO

import pytest

from keiko.launcher.errors import LauncherError
from keiko.launcher.locks import hold
from keiko.launcher.postgres import EmbeddedPostgres, _postgres_user

ROOT = Path(__file__).resolve().parent.parent
# A crash of the machine may cost the test data; a killed server still keeps every commit.
TEST_SETTINGS = {"fsync": "off", "max_connections": "100"}
_postgres: list[EmbeddedPostgres] = []
_locks: list[IO[str]] = []


@pytest.hookimpl(tryfirst=True)  # before pytest-django's own hook reads the settings
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    os.environ.setdefault("KEIKO_VAR", str(ROOT / "var" / "test"))
    # Most tests of refusals are not about the admin's notes of them, whose thread would write beside the test.
    os.environ.setdefault("XAPI_REJECTIONS_KEPT", "0")
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        os.environ["KEIKO_VAR"] = str(Path(os.environ["KEIKO_VAR"]) / worker)
    runs_no_test = not worker and getattr(early_config.known_args_namespace, "numprocesses", None)
    var = Path(os.environ["KEIKO_VAR"])
    try:
        _locks.append(
            hold(
                var / "suite.lock",
                busy=f"process {{pid}} runs a suite over {var}; wait, or set KEIKO_VAR to another "
                "directory.",
            )
        )
        if "DATABASE_URL" in os.environ:
            return
        if runs_no_test:
            _postgres_user()  # once, before each worker would make it
            return
        server = EmbeddedPostgres(var / "postgres", settings=TEST_SETTINGS)
        _postgres.append(server)
        os.environ["DATABASE_URL"] = server.url("keiko")
    except LauncherError as error:
        raise pytest.UsageError(str(error)) from error


def pytest_unconfigure(config: pytest.Config) -> None:
    while _postgres:
        _postgres.pop().stop()
    while _locks:
        _locks.pop().close()
