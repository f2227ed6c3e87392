"""The two doors to the chain: plan a commitment, and take what is planned further."""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chain.adapters import get_adapter
from chain.errors import ConflictError, ProofError, RefusedError, SetupError
from chain.light.anchors import Commitment
from chain.light.errors import NodeProblem
from chain.light.header import hexed
from chain.models import Chain, Submission
from chain.node import Node
from chain.signer import check_signer_suits, load_signer
from chain.submissions.driver import Driver
from chain.submissions.states import State
from chain.submissions.store import key_lock, note_failure

logger = logging.getLogger(__name__)

# How long one run waits for a block. The development chain needs a second; on a slower chain the
# next run goes on.
PATIENCE = timedelta(seconds=3)
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class AdvanceReport:
    """`verified`: submissions verified by this run; `unfinished`: how many are left. `problem`: what
    stopped the last of them that was stopped. `busy`: another process is at it."""

    verified: tuple[Submission, ...] = ()
    unfinished: int = 0
    problem: str | None = None
    busy: bool = False


def plan(*, commitment: Commitment) -> Submission:
    """Plan to commit this; call it in the caller's transaction. The same commitment again is the
    same submission; another size or root under the same seq is a ConflictError."""
    submission, _created = Submission.objects.get_or_create(
        origin_hash=commitment.origin_hash,
        seq=commitment.seq,
        defaults={"size": commitment.size, "root": commitment.root},
    )
    if submission.commitment != commitment:
        raise ConflictError(f"Anchor {commitment.seq} is planned with another size or root.")
    return submission


def advance(*, patience: timedelta = PATIENCE) -> AdvanceReport:
    """Take every unfinished submission as far as the chain lets it; call it outside a transaction.

    Never raises for a chain that is down or refuses: the submissions keep why, and when they go on.
    """
    if not _due().exists():
        return AdvanceReport(unfinished=_unfinished().count())
    try:
        key = load_signer()
    except SetupError as error:
        return _stop_all(error)
    with key_lock(key.public_key) as held:
        if not held:
            return AdvanceReport(unfinished=_unfinished().count(), busy=True)
        try:
            driver = _connect()
        except (NodeProblem, SetupError, ProofError) as error:
            return _stop_all(error)
        return _Run(driver, time.monotonic() + patience.total_seconds()).go()


def meet_chain(node: Node) -> Chain:
    """The chain behind `node`, remembered at the first meeting.

    Raises SetupError where the node serves another chain than the one that the anchors are on.
    """
    genesis = node.genesis()
    known = Chain.objects.first()
    if known is None:
        known, _created = Chain.objects.get_or_create(
            id=1,
            defaults={
                "genesis": genesis,
                "name": node.chain_name(),
                "node": node.description(),
                "development": node.is_development(),
            },
        )
    if bytes(known.genesis) != genesis:
        raise SetupError(
            f"The node at {node.url} serves a chain with genesis {hexed(genesis)}, but this log's "
            f"anchors are on {known.name} with genesis {hexed(bytes(known.genesis))}. Point "
            "CHAIN_URL at a node of that chain. If that chain is gone for good, see "
            "docs/chain.md, 'The chain is gone'."
        )
    return known


def _connect() -> Driver:
    if not settings.CHAIN_URL:
        raise SetupError("CHAIN_URL is not set: give the http address of a node.")
    node = Node(settings.CHAIN_URL, timeout=settings.CHAIN_TIMEOUT_SECONDS)
    chain = meet_chain(node)
    check_signer_suits(development=chain.development and node.is_development())
    return Driver(node, get_adapter(), load_signer(), bytes(chain.genesis))


class _Run:
    """One pass over all that is due, repeated while something waits for a block."""

    def __init__(self, driver: Driver, deadline: float) -> None:
        self._driver = driver
        self._deadline = deadline
        self._verified: list[Submission] = []
        self._problem: str | None = None

    def go(self) -> AdvanceReport:
        waiting = list(_due())
        while waiting:
            try:
                waiting = self._pass(waiting)
            except (NodeProblem, SetupError) as error:
                self._problem = _stop_all(error).problem
                break
            if not waiting or time.monotonic() >= self._deadline:
                break
            time.sleep(_POLL_SECONDS)
        return AdvanceReport(tuple(self._verified), _unfinished().count(), self._problem)

    def _pass(self, due: list[Submission]) -> list[Submission]:
        """One step or more for each; returns those that wait for the chain.

        One after the other: the next is signed when the one before is in a block, so that its call
        is composed for the state which that one leaves, and anchors come in the log's order.
        """
        waiting = []
        for position, submission in enumerate(due):
            if self._goes_on(submission):
                waiting.append(submission)
                if submission.state != State.INCLUDED:
                    return waiting + due[position + 1 :]
        return waiting

    def _goes_on(self, submission: Submission) -> bool:
        """Step until it has to wait for the chain (True), or is done or stopped (False)."""
        try:
            while self._driver.step(submission):
                logger.info("Anchor %d is %s.", submission.seq, submission.state)
        except (ConflictError, RefusedError, ProofError) as error:
            self._problem = str(error)
            logger.warning("Anchor %d is stopped: %s", submission.seq, error)
            note_failure(submission, str(error), now=timezone.now())
            return False
        if submission.state == State.VERIFIED:
            self._verified.append(submission)
            return False
        return True


def _unfinished() -> QuerySet[Submission]:
    return Submission.objects.exclude(state=State.VERIFIED)


def _due() -> QuerySet[Submission]:
    is_due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=timezone.now())
    return _unfinished().filter(is_due).order_by("seq")


def _stop_all(error: Exception) -> AdvanceReport:
    """Nothing can go on: every submission that is due keeps why."""
    logger.warning("Anchoring is stopped: %s", error)
    with transaction.atomic():
        for submission in _due().select_for_update():
            note_failure(submission, str(error), now=timezone.now())
    return AdvanceReport(unfinished=_unfinished().count(), problem=str(error))
