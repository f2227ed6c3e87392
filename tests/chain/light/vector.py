"""The published vector: a real anchor's evidence from the development chain."""

import json
from datetime import datetime
from pathlib import Path

from chain.light.anchors import Commitment
from chain.light.evidence import AnchorEvidence

VECTOR = json.loads(
    (Path(__file__).parents[2] / "vectors" / "chain" / "uniques-anchor.json").read_text()
)


def raw(name: str) -> bytes:
    return bytes.fromhex(VECTOR[name][2:])


COMMITMENT = Commitment(raw("origin_hash"), VECTOR["seq"], VECTOR["size"], raw("root"))
STORAGE_KEY = raw("storage_key")
BLOCK_HASH = bytes.fromhex(VECTOR["block"]["hash"][2:])
BLOCK_TIME = datetime.fromisoformat(VECTOR["block"]["time"])
HEADER = VECTOR["block"]["header"]
PROOF = tuple(bytes.fromhex(node[2:]) for node in VECTOR["proof"])
STATE_ROOT = bytes.fromhex(HEADER["stateRoot"][2:])
EVIDENCE = AnchorEvidence(HEADER, BLOCK_HASH, PROOF)
