"""What every test may ask for: Node.js, a development chain, a browser."""

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from keiko.launcher.browser import ARGUMENTS, find_browser
from keiko.launcher.devchain import DEVNET, DevChain
from keiko.launcher.node import find_or_bring_node, install_packages

browser_path = functools.cache(find_browser)


@pytest.fixture(autouse=True)
def plain_language() -> Iterator[None]:
    """A page that a test asks for in Spanish leaves the thread in Spanish; the next test starts without."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def node() -> Path:
    """Node.js, with the development chain's packages installed."""
    log = Path(os.environ["KEIKO_VAR"]) / "log" / "install.log"
    nodejs = find_or_bring_node(log)
    install_packages(DEVNET, nodejs, log=log)
    return nodejs.node


@pytest.fixture(scope="session")
def devchain(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevChain]:
    """One development chain for the whole session, started by the first test that asks."""
    chain = DevChain(tmp_path_factory.mktemp("devchain") / "chain", node=node)
    chain.start()
    yield chain
    chain.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright starts the browser that this machine has."""
    return {**browser_type_launch_args, "executable_path": browser_path(), "args": list(ARGUMENTS)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without a browser its tests are skipped, and `make test` names them in its last line."""
    waiting = [item for item in items if item.get_closest_marker("browser")]
    if not waiting or browser_path() is not None:
        return
    for item in waiting:
        item.add_marker(
            pytest.mark.skip(reason="There is no Chromium here: `make test` brings one.")
        )
    if report := os.environ.get("KEIKO_TESTS_NOT_RUN"):
        Path(report).write_text("\n".join(item.nodeid for item in waiting), encoding="utf-8")
