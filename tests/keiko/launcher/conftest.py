import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that PostgreSQL's own user may enter; pytest's are for their owner alone."""
    with tempfile.TemporaryDirectory(prefix="keiko-test-") as name:
        path = Path(name)
        path.chmod(0o711)
        yield path
