"""Is a checkpoint anchored where its log's anchors are? From evidence first, then by asking a node.

Where to look in the chain's storage is computed from what is trusted. The evidence and the anchor's
number come from whoever shows the anchor.
"""

import hashlib

from anchoring.core.bundle import Anchor
from anchoring.core.notes import Checkpoint
from anchoring.core.readers import AnchorQuestion, ChainReader
from anchoring.core.report import ASK_NODE, GET_TRUST, REPORT, CouldNot, Failed
from anchoring.core.trust import AnchorPlace, TrustedLog
from anchoring.core.wording import sentence, time_text
from chain.light.anchors import Commitment, uniques_attribute_key
from chain.light.errors import NodeProblem, ProofError
from chain.light.evidence import AnchorEvidence, CheckedAnchor, NodeAnswer, check_evidence


def confirm(
    anchor: Anchor, checkpoint: Checkpoint, *, log: TrustedLog, chain: ChainReader | None
) -> tuple[CheckedAnchor, NodeAnswer]:
    """The block that holds this checkpoint of a trusted log, and the node's answer to that.

    Raises Failed where the evidence or the chain contradicts; CouldNot where the anchor's place is
    not one of the log's, or where there is no node that can tell.
    """
    place = _trusted_place(anchor, log)
    commitment = Commitment(
        hashlib.sha256(checkpoint.origin.encode()).digest(),
        anchor.seq,
        checkpoint.size,
        checkpoint.root,
    )
    # The key is computed from what is trusted, so that the evidence cannot be for another log.
    key = uniques_attribute_key(place.collection, commitment.origin_hash, anchor.seq)
    evidence = AnchorEvidence(dict(anchor.block.header), anchor.block.hash, anchor.proof)
    try:
        block = check_evidence(evidence, storage_key=key, commitment=commitment)
    except ProofError as error:
        raise Failed(f"The anchor's evidence does not hold: {error}", REPORT) from error
    sound = (
        f"The evidence is sound: block {block.number} of {time_text(block.time)} holds the "
        "checkpoint."
    )
    if chain is None:
        raise CouldNot(
            f"{sound} Only that this block is part of the chain {place.chain.name!r} was not "
            "confirmed.",
            ASK_NODE,
        )
    question = AnchorQuestion(place.chain.genesis, block.number, block.block_hash, key, commitment)
    try:
        return block, chain.confirm(question)
    except ProofError as error:
        raise Failed(f"The chain contradicts the anchor: {error}", REPORT) from error
    except NodeProblem as problem:
        raise CouldNot(
            f"{sound} But no node confirms it: {sentence(problem)}", ASK_NODE
        ) from problem


def _trusted_place(anchor: Anchor, trusted: TrustedLog) -> AnchorPlace:
    for place in trusted.anchors:
        if (place.adapter, place.collection, place.chain.genesis) == (
            anchor.adapter,
            anchor.collection,
            anchor.chain.genesis,
        ):
            return place
    # No failure: an institution that moved to another chain has a newer trust file.
    raise CouldNot(
        f"The anchor is claimed on a chain or in a collection ({anchor.chain.name!r}, "
        f"{anchor.collection}) that the trust file does not name for this log.",
        GET_TRUST,
    )
