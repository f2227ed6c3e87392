"""Takes one submission a step on. Each step reads the chain, then writes one transition.

A process may die between any two lines. What holds: an extrinsic is sent only after its bytes are
on disk; it is signed anew only when the old one can never be included; and before each signing the
chain is asked whether it holds the value already.
"""

from django.utils import timezone
from substrateinterface import Keypair

from chain.adapters.base import AnchorAdapter
from chain.errors import ConflictError, NodeError, RefusedError
from chain.light.evidence import (
    AnchorEvidence,
    check_at_node,
    check_evidence,
    gather_evidence,
)
from chain.light.header import hexed
from chain.models import Submission
from chain.node import BlockRef, Node
from chain.submissions.states import State, is_lost, last_valid_block
from chain.submissions.store import move, note_scanned


class Driver:
    """`genesis` is the hash of the chain that the anchors are on; `node` was checked to serve it."""

    def __init__(self, node: Node, adapter: AnchorAdapter, key: Keypair, genesis: bytes) -> None:
        self._node = node
        self._adapter = adapter
        self._key = key
        self._genesis = genesis
        self._sent: set[bytes] = set()

    def step(self, submission: Submission) -> bool:
        """Take it one state on; False where the chain must go on first.

        Raises NodeProblem, SetupError, ConflictError, RefusedError or ProofError; nothing that
        was done before is undone by that.
        """
        match State(submission.state):
            case State.PLANNED | State.EXPIRED:
                return self._sign(submission)
            case State.SIGNED | State.SUBMITTED:
                return self._follow(submission)
            case State.INCLUDED:
                return self._finalise(submission)
            case State.FINALISED:
                return self._verify(submission)
            case State.VERIFIED:
                return False

    def _sign(self, submission: Submission) -> bool:
        finalised = self._node.finalised()
        if self._holds(submission, finalised):
            move(
                submission,
                State.FINALISED,
                block_number=finalised.number,
                block_hash=finalised.hash,
                extrinsic_index=None,
            )
            return True
        if self._holds(submission, self._node.best()):
            return False
        calls = self._adapter.calls(self._node, submission.commitment, self._key)
        nonce = self._node.next_nonce(self._key.ss58_address)
        signed = self._node.sign(calls, key=self._key, nonce=nonce, signed_at=finalised.number)
        move(
            submission,
            State.SIGNED,
            extrinsic=signed.data,
            extrinsic_hash=signed.hash,
            nonce=nonce,
            era_end=last_valid_block(finalised.number),
            scanned_to=finalised.number,
            block_number=None,
            block_hash=None,
            extrinsic_index=None,
        )
        return True

    def _holds(self, submission: Submission, block: BlockRef) -> bool:
        """Does the state after `block` hold this very anchor? ConflictError where it holds another."""
        stored = self._node.storage(self._adapter.storage_key(submission.commitment), block.hash)
        if stored is None:
            return False
        if self._adapter.decode(stored) == (submission.size, bytes(submission.root)):
            return True
        raise ConflictError(
            f"The chain already holds another anchor {submission.seq} of this log. It is never "
            "overwritten: either two servers anchor one log, or its database was restored from an "
            "old backup. See docs/chain.md, 'Another anchor under this number'."
        )

    def _follow(self, submission: Submission) -> bool:
        """Look for the signed extrinsic in the blocks; send it where it is in none."""
        finalised = self._node.finalised()
        if self._search(submission, finalised):
            return True
        if self._is_lost(submission, finalised):
            move(submission, State.EXPIRED)
            return True
        # Sent once in every run: a node that died has lost its pool, and the same bytes can
        # never be executed twice.
        extrinsic = bytes(submission.extrinsic or b"")
        if extrinsic not in self._sent:
            self._node.submit(extrinsic)
            self._sent.add(extrinsic)
        if submission.state == State.SIGNED:
            move(submission, State.SUBMITTED)
            return True
        return False

    def _search(self, submission: Submission, finalised: BlockRef) -> bool:
        """Find the extrinsic in the finalised blocks not searched yet, then in the newer ones."""
        extrinsic = bytes(submission.extrinsic or b"")
        first = _known(submission.scanned_to) + 1
        last = min(self._node.best().number, _known(submission.era_end))
        for number in range(first, last + 1):
            block_hash = self._node.hash_at(number)
            extrinsics = self._node.extrinsics(block_hash)
            if extrinsic in extrinsics:
                move(
                    submission,
                    State.INCLUDED,
                    block_number=number,
                    block_hash=block_hash,
                    extrinsic_index=extrinsics.index(extrinsic),
                )
                return True
            if number <= finalised.number:
                note_scanned(submission, number)
        return False

    def _is_lost(self, submission: Submission, finalised: BlockRef) -> bool:
        return is_lost(
            finalised=finalised.number,
            scanned_to=_known(submission.scanned_to),
            era_end=_known(submission.era_end),
            nonce=_known(submission.nonce),
            chain_nonce=self._node.nonce_at(self._key.public_key, finalised.hash),
        )

    def _finalise(self, submission: Submission) -> bool:
        finalised = self._node.finalised()
        number = _known(submission.block_number)
        if self._node.hash_at(number) != bytes(submission.block_hash or b""):
            move(submission, State.SUBMITTED, block_number=None, block_hash=None)
            return True
        if finalised.number < number:
            return False
        move(submission, State.FINALISED)
        return True

    def _verify(self, submission: Submission) -> bool:
        """Ask the runtime for the outcome, then check the state itself as a stranger would."""
        block = BlockRef(_known(submission.block_number), bytes(submission.block_hash or b""))
        index = submission.extrinsic_index
        try:
            failure = None if index is None else self._node.failure_of(block.hash, index)
            evidence = self._gather(submission, block)
        except NodeError:
            # A pruning node forgets the states of old blocks; that of the finalised head it has.
            finalised = self._node.finalised()
            if finalised.number <= block.number:
                raise
            if not self._holds(submission, finalised):
                move(submission, State.PLANNED)
                return True
            block, index, failure = finalised, None, None
            evidence = self._gather(submission, block)
        if failure is not None:
            move(submission, State.PLANNED)
            raise RefusedError(f"The chain executed the extrinsic without success: {failure}.")
        self._check(submission, evidence, block, index)
        return True

    def _gather(self, submission: Submission, block: BlockRef) -> AnchorEvidence:
        storage_key = self._adapter.storage_key(submission.commitment)
        return gather_evidence(self._node.rpc, block_hash=block.hash, storage_key=storage_key)

    def _check(
        self, submission: Submission, evidence: AnchorEvidence, block: BlockRef, index: int | None
    ) -> None:
        """Check the evidence and the node's present state; keep what was shown."""
        commitment = submission.commitment
        storage_key = self._adapter.storage_key(commitment)
        checked = check_evidence(
            evidence, storage_key=storage_key, commitment=commitment, decode=self._adapter.decode
        )
        check_at_node(
            self._node.rpc,
            genesis=self._genesis,
            block_number=checked.number,
            block_hash=checked.block_hash,
            storage_key=storage_key,
            commitment=commitment,
            decode=self._adapter.decode,
        )
        move(
            submission,
            State.VERIFIED,
            block_number=block.number,
            block_hash=block.hash,
            extrinsic_index=index,
            block_time=checked.time,
            evidence={
                "header": evidence.header,
                "proof": [hexed(node) for node in evidence.proof],
            },
            verified_at=timezone.now(),
        )


def _known(number: int | None) -> int:
    """A field that every submission in this state has."""
    if number is None:
        raise NodeError("The submission's record is not complete.")
    return number
