import copy
from dataclasses import replace
from typing import Any

import pytest

from chain.light.anchors import Commitment
from chain.light.errors import NodeError, NotFinalised, OtherChain, ProofError
from chain.light.evidence import AnchorEvidence, check_at_node, check_evidence
from chain.light.rpc import JsonRpc
from tests.chain.light.vector import (
    BLOCK_HASH,
    BLOCK_TIME,
    COMMITMENT,
    EVIDENCE,
    HEADER,
    PROOF,
    STORAGE_KEY,
    VECTOR,
    raw,
)


def check(evidence: AnchorEvidence = EVIDENCE, commitment: Commitment = COMMITMENT) -> Any:
    return check_evidence(evidence, storage_key=STORAGE_KEY, commitment=commitment)


def test_real_evidence_shows_the_block_and_its_time() -> None:
    checked = check()
    assert (checked.number, checked.block_hash) == (VECTOR["block"]["number"], BLOCK_HASH)
    assert checked.time == BLOCK_TIME


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (replace(COMMITMENT, size=COMMITMENT.size + 1), "holds size 3007, not 3008"),
        (replace(COMMITMENT, root=bytes(32)), "another root"),
    ],
)
def test_evidence_for_another_commitment_is_refused(wrong: Commitment, reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        check(commitment=wrong)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (replace(EVIDENCE, block_hash=bytes(32)), "block's hash"),
        (replace(EVIDENCE, proof=PROOF[1:]), "not in the read proof"),
        (replace(EVIDENCE, proof=(*PROOF, b"\x00")), "prove nothing"),
        (replace(EVIDENCE, proof=(*PROOF, PROOF[0])), "prove nothing"),
        (replace(EVIDENCE, proof=()), "not in the read proof"),
        (replace(EVIDENCE, header={**HEADER, "stateRoot": "0x" + "00" * 32}), "block's hash"),
    ],
)
def test_changed_evidence_is_refused_with_the_reason(wrong: AnchorEvidence, reason: str) -> None:
    with pytest.raises(ProofError, match=reason):
        check(wrong)


def test_an_anchor_that_the_chain_does_not_hold_is_refused() -> None:
    key = STORAGE_KEY[:-1] + b"\xff"
    with pytest.raises(ProofError, match=r"no such anchor|not in the read proof"):
        check_evidence(EVIDENCE, storage_key=key, commitment=COMMITMENT)


class ScriptedNode(JsonRpc):
    """A node whose answers are the vector's, but for what a test replaces."""

    def __init__(self, **answers: Any) -> None:
        super().__init__("http://scripted")
        self.answers: dict[str, Any] = {
            "chain_getFinalizedHead": VECTOR["block"]["hash"],
            "chain_getHeader": HEADER,
            "state_getReadProof": {"at": VECTOR["block"]["hash"], "proof": VECTOR["proof"]},
            "system_name": "scripted",
            "system_version": "1",
            "genesis": VECTOR["genesis"],
            "block": VECTOR["block"]["hash"],
            **answers,
        }

    def call(self, method: str, *params: object) -> Any:
        if method == "chain_getBlockHash":
            return self.answers["genesis" if params == (0,) else "block"]
        return self.answers[method]


def ask(
    node: JsonRpc,
    number: int = VECTOR["block"]["number"],
    commitment: Commitment = COMMITMENT,
) -> Any:
    return check_at_node(
        node,
        genesis=raw("genesis"),
        block_number=number,
        block_hash=BLOCK_HASH,
        storage_key=STORAGE_KEY,
        commitment=commitment,
    )


def test_a_node_that_holds_the_anchor_in_its_present_state_confirms_it() -> None:
    answer = ask(ScriptedNode())
    assert answer.finalised_number == VECTOR["block"]["number"]
    assert answer.finalised_time == BLOCK_TIME
    assert answer.node == "scripted 1"


def test_a_node_that_knows_another_block_at_that_height_contradicts_it() -> None:
    with pytest.raises(ProofError, match="not the block of the anchor"):
        ask(ScriptedNode(block="0x" + "11" * 32))


def test_a_node_that_lies_about_a_header_cannot_tell() -> None:
    lie = copy.deepcopy(HEADER)
    lie["stateRoot"] = "0x" + "22" * 32
    with pytest.raises(NodeError, match="another hash"):
        ask(ScriptedNode(chain_getHeader=lie))


@pytest.mark.parametrize(
    "answers",
    [
        {"genesis": "garbage"},
        {"block": "0x1234"},
        {"block": 7},
        {"chain_getFinalizedHead": None},
        {"chain_getFinalizedHead": "0x12"},
        {"chain_getHeader": {**HEADER, "extra": 1}},
        {"chain_getHeader": "garbage"},
        {"state_getReadProof": {"proof": ["garbage"]}},
        {"state_getReadProof": {"proof": VECTOR["proof"][1:]}},
        {"state_getReadProof": {"proof": []}},
    ],
)
def test_a_node_that_answers_garbage_cannot_tell(answers: dict[str, Any]) -> None:
    with pytest.raises(NodeError, match="no usable answer"):
        ask(ScriptedNode(**answers))


def test_a_node_that_proves_another_value_contradicts_it() -> None:
    with pytest.raises(ProofError, match="another root"):
        ask(ScriptedNode(), commitment=replace(COMMITMENT, root=bytes(32)))


def test_a_node_of_another_chain_cannot_tell() -> None:
    with pytest.raises(OtherChain):
        ask(ScriptedNode(genesis="0x" + "33" * 32))


def test_a_node_that_lags_cannot_tell() -> None:
    with pytest.raises(NotFinalised):
        ask(ScriptedNode(), number=VECTOR["block"]["number"] + 1)


@pytest.mark.parametrize("answer", [None, {}, {"proof": None}, []])
def test_a_node_without_read_proofs_cannot_tell(answer: Any) -> None:
    with pytest.raises(NodeError, match="no read proof"):
        ask(ScriptedNode(state_getReadProof=answer))


def test_a_node_that_does_not_have_the_block_cannot_tell() -> None:
    with pytest.raises(NodeError, match="has no block"):
        ask(ScriptedNode(block=None))
