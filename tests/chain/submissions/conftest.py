"""A chain, a database and commitments for the tests of submissions."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chain import services
from chain.light.anchors import Commitment
from chain.models import Submission
from chain.node import Node
from chain.services import AdvanceReport
from chain.signer import load_signer
from keiko.launcher.devchain import DevChain

Plan = Callable[..., Submission]


@pytest.fixture
def on_chain(devchain: DevChain, settings: Any, transactional_db: None) -> DevChain:
    """The settings name the session's development chain; the database is empty."""
    settings.CHAIN_URL = devchain.url
    settings.CHAIN_SIGNER = ""
    return devchain


@pytest.fixture
def plan(request: pytest.FixtureRequest) -> Plan:
    """Plans an anchor of a log of this test's own, so that tests share the chain."""
    origin = hashlib.sha256(request.node.nodeid.encode()).digest()

    def plan_one(seq: int = 1, *, size: int = 10, root: bytes = b"\1" * 32) -> Submission:
        return services.plan(commitment=Commitment(origin, seq, size, root))

    return plan_one


def advance(patience: float = 30) -> AdvanceReport:
    """One run, as a worker would make it after any pause has passed."""
    Submission.objects.exclude(next_attempt_at=None).update(next_attempt_at=timezone.now())
    return services.advance(patience=timedelta(seconds=patience))


def alices_extrinsics(url: str) -> int:
    """How many extrinsics of //Alice the chain has executed."""
    node = Node(url, timeout=10)
    return node.nonce_at(load_signer().public_key, node.finalised().hash)
