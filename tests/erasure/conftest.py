"""A school with two learners, whose records are in a signed log, and erasures of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from passport.erasure import services
from passport.models import ErasureRequest
from tests.passport.conftest import (  # noqa: F401 -- fixtures
    ana,
    ben,
    log_and_sign,
    plain_static_files,
    the_school,
)


@pytest.fixture(autouse=True)
def own_ledger(settings: Settings, tmp_path: Path) -> Path:
    """A ledger's file of each test's own."""
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    return settings.ERASURE_LEDGER


@pytest.fixture
def erase(db: None) -> Callable[[ErasureRequest], None]:
    """Carry out a request."""

    def run(request: ErasureRequest) -> None:
        request.save()
        for _ in services.run(request):
            pass

    return run
