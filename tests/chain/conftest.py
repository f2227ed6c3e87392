"""The development chain for tests: one for the whole session, with a block for each transaction."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from keiko.launcher.devchain import DevChain

try:
    from keiko.launcher.node import find_node
except ImportError:  # the launcher that brings Node.js is not there yet

    def find_node() -> Path:
        found = shutil.which("node")
        assert found, "These tests need Node.js 20 or later."
        return Path(found)


@pytest.fixture(scope="session")
def node() -> Path:
    return Path(find_node())


@pytest.fixture(scope="session")
def devchain(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevChain]:
    chain = DevChain(tmp_path_factory.mktemp("devchain"), node=node)
    chain.start()
    yield chain
    chain.stop()
