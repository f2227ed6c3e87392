"""A running Keiko with a store and a credential, and real xAPI clients to use it."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keiko.launcher.node import find_or_bring_node, install_packages
from tests.clients.running import RunningKeiko, running_keiko

CLIENTS = Path(__file__).parent / "node"
_MAKE_STORE = """
import django
django.setup()
from lrs.stores.services import create_store
create_store(slug="clients", name="Clients", default_version="1.0.3")
"""
_ISSUE = """
import django, json, sys
django.setup()
from lrs.models import Store
from lrs.stores.services import issue_credential
issued = issue_credential(store=Store.objects.get(slug="clients"), label="clients", scopes=sys.argv[1:])
print(json.dumps({"key": issued.key, "secret": issued.secret}))
"""


@dataclass(frozen=True)
class Lrs:
    """`endpoint` has no slash at its end."""

    endpoint: str
    key: str
    secret: str


@pytest.fixture(scope="session")
def keiko(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKeiko]:
    """A running Keiko with the store `clients`."""
    with running_keiko(tmp_path_factory.mktemp("clients")) as running:
        running.python(_MAKE_STORE)
        yield running


@pytest.fixture(scope="session")
def issue(keiko: RunningKeiko) -> Callable[..., Lrs]:
    """A new credential of the store with the given scopes."""

    def issued(*scopes: str) -> Lrs:
        found = json.loads(keiko.python(_ISSUE, *scopes).splitlines()[-1])
        return Lrs(f"{keiko.url}/xapi", found["key"], found["secret"])

    return issued


@pytest.fixture(scope="session")
def lrs(issue: Callable[..., Lrs]) -> Lrs:
    """The store by a credential that may do everything."""
    return issue("all")


@pytest.fixture(scope="session")
def client(lrs: Lrs) -> Callable[[str, Any], Any]:
    """Runs a program of tests/clients/node with a JSON input; returns what it printed as JSON."""
    log = Path(os.environ["KEIKO_VAR"]) / "log" / "install.log"
    nodejs = find_or_bring_node(log)
    install_packages(CLIENTS, nodejs, log=log)

    def run(program: str, given: Any) -> Any:
        job = {"endpoint": lrs.endpoint, "key": lrs.key, "secret": lrs.secret, "given": given}
        done = subprocess.run(
            [nodejs.node, CLIENTS / program],
            input=json.dumps(job), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
