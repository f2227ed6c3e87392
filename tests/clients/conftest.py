"""A running Keiko with a store and a credential, and real xAPI clients to use it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keiko.launcher.node import find_or_bring_node, install_packages
from tests.clients.running import ROOT, running_keiko

CLIENTS = Path(__file__).parent / "node"
_MAKE_STORE = """
import django, json
django.setup()
from lrs.stores.services import create_store, issue_credential
store = create_store(slug="clients", name="Clients", default_version="1.0.3")
issued = issue_credential(store=store, label="clients", scopes=["all"])
print(json.dumps({"key": issued.key, "secret": issued.secret}))
"""


@dataclass(frozen=True)
class Lrs:
    """`endpoint` has no slash at its end."""

    endpoint: str
    key: str
    secret: str


@pytest.fixture(scope="session")
def lrs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lrs]:
    with running_keiko(tmp_path_factory.mktemp("clients")) as keiko:
        made = subprocess.run(
            [sys.executable, "-c", _MAKE_STORE],
            env={**keiko.env, "DJANGO_SETTINGS_MODULE": "keiko.settings"},
            cwd=ROOT, check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        found = json.loads(made.stdout.splitlines()[-1])
        yield Lrs(f"{keiko.url}/xapi", found["key"], found["secret"])


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
