"""A pytest plugin, loaded before Django's settings: gives the suite a PostgreSQL of its own.

With DATABASE_URL in the environment nothing embedded is started.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from keiko.launcher.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
_postgres: list[EmbeddedPostgres] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    # A wrapper, since those run before pytest-django's own hook reads the settings.
    os.environ.setdefault("KEIKO_VAR", str(ROOT / "var" / "test"))
    if "DATABASE_URL" not in os.environ:
        server = EmbeddedPostgres(Path(os.environ["KEIKO_VAR"]) / "postgres")
        _postgres.append(server)
        os.environ["DATABASE_URL"] = server.url("keiko")
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in _postgres:
        server.stop()
