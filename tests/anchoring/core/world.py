"""What a node and the log's server answer in the example: as data, and as readers of that data."""

import base64
from collections.abc import Sequence
from typing import Any

from anchoring.core import notes, tree
from anchoring.core.bundle import anchor_to_json
from anchoring.core.readers import (
    LatestAnchor,
    LogProblem,
    ShareStatus,
    parse_latest_anchor,
    parse_status,
)
from chain.light.anchors import TIMESTAMP_NOW_KEY
from chain.light.errors import NodeUnreachable
from chain.light.header import hexed
from chain.light.rpc import JsonRpc
from tests.anchoring.core import example, state

Document = dict[str, Any]


def node_answers() -> list[Document]:
    """The calls that a verifier may make of the example's node, with their results."""
    head = hexed(example.BLOCK_HASHES[example.HEAD])
    calls: list[tuple[str, list[Any], Any]] = [
        ("chain_getBlockHash", [0], hexed(example.CHAIN.genesis)),
        ("chain_getFinalizedHead", [], head),
        ("system_name", [], "example node"),
        ("system_version", [], "1.0.0"),
    ]
    for number, found in example.STATES.items():
        block = hexed(example.BLOCK_HASHES[number])
        calls.append(("chain_getBlockHash", [number], block))
        calls.append(("chain_getHeader", [block], state.header_of(number, found).to_rpc()))
    for seq in (example.SEQ, example.NEWEST_SEQ):
        keys = (example.storage_key(seq), TIMESTAMP_NOW_KEY)
        proof = [hexed(node) for node in example.STATES[example.HEAD].proof(*keys)]
        parameters = [[hexed(key) for key in keys], head]
        calls.append(("state_getReadProof", parameters, {"at": head, "proof": proof}))
    return [{"method": m, "params": p, "result": r} for m, p, r in calls]


def latest_anchor() -> Document:
    """The log's answer to `anchors/latest?from=260`."""
    proof = tree.consistency_proof(example.SIZE, example.NEWEST, example.LOG.get)
    return {
        "checkpoint": notes.sign(example.LOG.checkpoint(example.NEWEST), example.KEY),
        "anchor": anchor_to_json(example.anchor(example.NEWEST_SEQ, example.NEWEST_BLOCK)),
        "consistency": [base64.b64encode(each).decode() for each in proof],
    }


def active() -> Document:
    covered = list(example.SHOWN)
    return {"share": "active", "records": {"covered": covered, "voided": [], "erased": []}}


def world() -> Document:
    """Everything that may be asked, by address. What is not here cannot be reached."""
    return {
        "nodes": {example.NODE: node_answers()},
        "log": {
            f"{example.LOG_URL}/anchors/latest?from={example.SIZE}": latest_anchor(),
            example.STATUS_URL: active(),
        },
    }


class CannedRpc(JsonRpc):
    """A node that knows these answers only."""

    def __init__(self, url: str, answers: Sequence[Document] | None) -> None:
        super().__init__(url)
        self._answers = answers

    def call(self, method: str, *params: object) -> Any:
        for answer in self._answers or ():
            if answer["method"] == method and answer["params"] == list(params):
                return answer["result"]
        raise NodeUnreachable(f"No answer from the node at {self.url}: it is down.")


class CannedLog:
    """A `LogReader` over the log's answers in a world."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self._answers = answers

    def latest_anchor(self, log_url: str, size: int) -> LatestAnchor | None:
        return parse_latest_anchor(self._get(f"{log_url}/anchors/latest?from={size}"))

    def status(self, status_url: str) -> ShareStatus:
        return parse_status(self._get(status_url))

    def _get(self, url: str) -> bytes:
        if url not in self._answers:
            raise LogProblem(f"No answer from {url}.")
        return self._answers[url]
