"""Does a chain hold this anchor? Once from evidence alone, once from a node's present state.

Evidence shows that a block with a given header holds the anchor. It cannot show that the block is
final: for that a node is asked, and the node's word on finality is trusted (see docs/chain.md).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chain.light.anchors import (
    TIMESTAMP_NOW_KEY,
    Commitment,
    decode_timestamp,
    decode_uniques_attribute,
)
from chain.light.errors import NodeError, NotFinalised, OtherChain, ProofError
from chain.light.header import Header, hash_of, hexed, unhex
from chain.light.rpc import JsonRpc
from chain.light.trie import Proof

__all__ = [
    "AnchorEvidence",
    "CheckedAnchor",
    "HeldAnchors",
    "NodeAnswer",
    "ProofError",
    "check_at_node",
    "check_evidence",
    "gather_evidence",
    "read_anchors",
]

# From the value in storage to the size and root that it commits to; one for each adapter.
Decoder = Callable[[bytes], tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class AnchorEvidence:
    """A block's header as JSON-RPC gives it, its hash (32 bytes), and trie nodes of its state:
    those on the paths to the anchor and to Timestamp.Now, and no other."""

    header: dict[str, Any]
    block_hash: bytes
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class CheckedAnchor:
    """The block that was shown to hold the anchor, and its own time."""

    number: int
    block_hash: bytes
    time: datetime


@dataclass(frozen=True, slots=True)
class NodeAnswer:
    """What a node said just now. `node` is its name and version, for people to read."""

    finalised_number: int
    finalised_hash: bytes
    finalised_time: datetime
    node: str


@dataclass(frozen=True, slots=True)
class HeldAnchors:
    """What a chain holds at the keys that were asked for, at its finalised block `number`: size and
    root of each, None where the state proves that nothing is there."""

    number: int
    held: tuple[tuple[int, bytes] | None, ...]


def check_evidence(
    evidence: AnchorEvidence,
    *,
    storage_key: bytes,
    commitment: Commitment,
    decode: Decoder = decode_uniques_attribute,
) -> CheckedAnchor:
    """Check that the block holds exactly this commitment. Raises ProofError where it does not."""
    header = Header.from_rpc(evidence.header)
    if hash_of(header) != evidence.block_hash:
        raise ProofError("The block's header does not have the block's hash.")
    proof = Proof(header.state_root, evidence.proof)
    _check_commitment(proof.read(storage_key), commitment, decode)
    time = _block_time(proof)
    if proof.has_spare_nodes() or len(proof.needed()) != len(evidence.proof):
        raise ProofError("The read proof holds nodes that prove nothing here.")
    return CheckedAnchor(number=header.number, block_hash=evidence.block_hash, time=time)


def gather_evidence(rpc: JsonRpc, *, block_hash: bytes, storage_key: bytes) -> AnchorEvidence:
    """Ask a node for the evidence in one block, pruned to what a verifier needs; unchecked."""
    header = _header(rpc, block_hash)
    nodes = _read_proof(rpc, [storage_key], block_hash)
    proof = Proof(header.state_root, nodes)
    proof.read(storage_key)
    proof.read(TIMESTAMP_NOW_KEY)
    return AnchorEvidence(header.to_rpc(), block_hash, proof.needed())


def check_at_node(
    rpc: JsonRpc,
    *,
    genesis: bytes,
    block_number: int,
    block_hash: bytes,
    storage_key: bytes,
    commitment: Commitment,
    decode: Decoder = decode_uniques_attribute,
) -> NodeAnswer:
    """Check with a node that the block is final and that the anchor still stands.

    Raises ProofError where the node contradicts the anchor: with another block at that height, or
    a proof that the state holds no or another value. NodeUnreachable, NodeError (also for answers
    that are malformed), OtherChain or NotFinalised where the node cannot tell.
    """
    finalised, head = _finalised_head(rpc, genesis)
    if head.number < block_number:
        raise NotFinalised(
            f"The node at {rpc.url} has finalised block {head.number}; the anchor is in "
            f"block {block_number}."
        )
    if _hash_at(rpc, block_number) != block_hash:
        raise ProofError(f"Block {block_number} of the chain is not the block of the anchor.")
    proof = Proof(head.state_root, _read_proof(rpc, [storage_key], finalised))
    with _reading(rpc):
        stored = proof.read(storage_key)
    _check_commitment(stored, commitment, decode)
    with _reading(rpc):
        time = _block_time(proof)
    return NodeAnswer(head.number, finalised, time, describe_node(rpc))


def read_anchors(
    rpc: JsonRpc,
    *,
    genesis: bytes,
    storage_keys: Sequence[bytes],
    decode: Decoder = decode_uniques_attribute,
) -> HeldAnchors:
    """What the node's finalised state holds at these keys, each proven, absence too.

    Raises ProofError where something else than an anchor is there; NodeUnreachable, NodeError or
    OtherChain where the node cannot tell.
    """
    finalised, head = _finalised_head(rpc, genesis)
    proof = Proof(head.state_root, _read_proof(rpc, storage_keys, finalised))
    with _reading(rpc):
        stored = [proof.read(key) for key in storage_keys]
    return HeldAnchors(head.number, tuple(None if s is None else decode(s) for s in stored))


def describe_node(rpc: JsonRpc) -> str:
    """The node's own name and version, in one line."""
    return " ".join(str(rpc.call(method)) for method in ("system_name", "system_version"))


def _check_commitment(stored: bytes | None, commitment: Commitment, decode: Decoder) -> None:
    if stored is None:
        raise ProofError("The chain holds no such anchor.")
    size, root = decode(stored)
    if size != commitment.size:
        raise ProofError(f"The chain holds size {size}, not {commitment.size}.")
    if root != commitment.root:
        raise ProofError("The chain holds another root for this anchor.")


def _block_time(proof: Proof) -> datetime:
    stored = proof.read(TIMESTAMP_NOW_KEY)
    if stored is None:
        raise ProofError("The block's state holds no Timestamp.Now.")
    return decode_timestamp(stored)


def _finalised_head(rpc: JsonRpc, genesis: bytes) -> tuple[bytes, Header]:
    """Hash and header of the last block that the node calls final, on the chain asked for."""
    if _hash_at(rpc, 0) != genesis:
        raise OtherChain(f"The node at {rpc.url} serves another chain than {hexed(genesis)}.")
    with _reading(rpc):
        finalised = unhex(rpc.call("chain_getFinalizedHead"), "The finalised head", size=32)
    return finalised, _header(rpc, finalised)


def _header(rpc: JsonRpc, block_hash: bytes) -> Header:
    found = rpc.call("chain_getHeader", hexed(block_hash))
    if found is None:
        raise NodeError(f"The node at {rpc.url} does not have block {hexed(block_hash)}.")
    with _reading(rpc):
        header = Header.from_rpc(found)
    if hash_of(header) != block_hash:
        raise NodeError(f"The node's header for block {hexed(block_hash)} has another hash.")
    return header


def _hash_at(rpc: JsonRpc, number: int) -> bytes:
    found = rpc.call("chain_getBlockHash", number)
    if found is None:
        raise NodeError(f"The node at {rpc.url} has no block {number}.")
    with _reading(rpc):
        return unhex(found, f"The hash of block {number}", size=32)


def _read_proof(rpc: JsonRpc, storage_keys: Sequence[bytes], block_hash: bytes) -> list[bytes]:
    keys = [hexed(key) for key in (*storage_keys, TIMESTAMP_NOW_KEY)]
    found = rpc.call("state_getReadProof", keys, hexed(block_hash))
    nodes = found.get("proof") if isinstance(found, dict) else None
    if not isinstance(nodes, list):
        raise NodeError(f"The node at {rpc.url} gave no read proof.")
    with _reading(rpc):
        return [unhex(node, "A node of the read proof") for node in nodes]


@contextmanager
def _reading(rpc: JsonRpc) -> Iterator[None]:
    """What is malformed in a node's answer says nothing about the anchor: a NodeError."""
    try:
        yield
    except ProofError as error:
        raise NodeError(f"The node at {rpc.url} gave no usable answer: {error}") from error
