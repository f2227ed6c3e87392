"""The log of a small school, all of it made from fixed seeds: what vectors and tests share."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from anchoring.core import bundle, multiproof, notes, tree, trust
from anchoring.core.bundle import Anchor, Block, Bundle, Chain, Record, Share
from anchoring.core.commitments import commit_slots, statement_entry
from anchoring.core.kinds import Marker
from anchoring.core.notes import Checkpoint
from chain.light.anchors import TIMESTAMP_NOW_KEY, Commitment, uniques_attribute_key
from tests.anchoring.core import state
from tests.anchoring.core.state import State

ORIGIN = "keiko.example"
ORIGIN_HASH = hashlib.sha256(ORIGIN.encode()).digest()
KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"keiko vectors: log key").digest())
VKEY = notes.verifier_key(ORIGIN, KEY.public_key())
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"another log key").digest())

NODE = "http://node.example:9944"
LOG_URL = "http://keiko.example:8000/log"
STATUS_URL = "http://keiko.example:8000/p/Zm9vYmFy/status"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

# The bundle's checkpoint, and the log's newest; the blocks that anchor them; the finalised head.
SIZE, NEWEST = 260, 300
SEQ, NEWEST_SEQ = 3, 4
BLOCK, NEWEST_BLOCK, HEAD = 120, 150, 160
SHOWN = (17, 18, 200)


def seed(index: int) -> bytes:
    return hashlib.sha256(f"keiko vectors: seed {index}".encode()).digest()


def statement(index: int) -> bytes:
    """The stored bytes of record `index`; 18 has numbers and text that canonical JSON must
    rewrite, 200 a number that it cannot express."""
    learner, score = f"learner{index % 7}@escuela.example", index % 11
    document: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-{index:012x}",
        "actor": {"objectType": "Agent", "name": "Zoë Núñez", "mbox": f"mailto:{learner}"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"es": "respondió"}},
        "object": {"id": f"https://escuela.example/matematicas/pregunta/{index}"},
        "result": {"success": score > 5, "score": {"raw": score, "max": 10}},
        "context": {"language": "es", "registration": f"10000000-0000-4000-8000-{index % 9:012x}"},
        "timestamp": f"2026-05-04T10:{index % 60:02d}:00.000Z",
        "stored": f"2026-05-04T10:{index % 60:02d}:01.250Z",
        "authority": {"objectType": "Agent", "account": {"homePage": "https://escuela.example",
                                                         "name": "moodle"}},
        "version": "2.0.0",
    }  # fmt: skip
    if index == 18:
        document["result"] |= {"score": {"scaled": 0.30000000000000004, "raw": 3.0, "min": -0.0},
                               "response": "π ≈ 3,14 \u20ac\t\"\\ \U0001f600"}  # fmt: skip
        del document["context"]
    text = json.dumps(document, ensure_ascii=False, separators=(", ", ": "))
    if index == 200:
        text = text.replace('"max": 10', '"max" : 9007199254740993')
    return text.encode()


def entry(index: int) -> bytes:
    """The log entry at `index`: a statement, or at 100 the mark of an erasure."""
    if index == 100:
        return Marker(42, 1).entry()
    return statement_entry(commit_slots(statement(index), seed(index)))


@dataclass(frozen=True)
class Log:
    """A tree with all of its nodes."""

    nodes: dict[tuple[int, int], bytes]

    def get(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, tree.root_of(size, self.get))

    def commitment(self, seq: int, size: int) -> Commitment:
        return Commitment(ORIGIN_HASH, seq, size, self.checkpoint(size).root)


def grow() -> Log:
    nodes: dict[tuple[int, int], bytes] = {}

    def visit(level: int, index: int, value: bytes) -> None:
        nodes[level, index] = value

    tree.Frontier().extend((tree.leaf_hash(entry(i)) for i in range(NEWEST)), visit)
    return Log(nodes)


LOG = grow()
CHAIN = Chain("Keiko example chain", hashlib.sha256(b"genesis").digest(), (NODE,))
_FIRST = LOG.commitment(SEQ, SIZE)
_SECOND = LOG.commitment(NEWEST_SEQ, NEWEST)
_MINUTE = 60_000
_START = 1_777_900_000_000
STATES: dict[int, State] = {
    BLOCK: state.anchored_state([_FIRST], _START),
    NEWEST_BLOCK: state.anchored_state([_FIRST, _SECOND], _START + 30 * _MINUTE),
    HEAD: state.anchored_state([_FIRST, _SECOND], _START + 40 * _MINUTE),
}
BLOCK_HASHES = {number: state.block_hash(number, each) for number, each in STATES.items()}


def storage_key(seq: int) -> bytes:
    return uniques_attribute_key(state.COLLECTION, ORIGIN_HASH, seq)


def anchor(seq: int, block: int) -> Anchor:
    return Anchor(
        adapter="uniques",
        collection=state.COLLECTION,
        chain=CHAIN,
        seq=seq,
        block=Block(BLOCK_HASHES[block], state.header_of(block, STATES[block]).to_rpc()),
        proof=STATES[block].proof(storage_key(seq), TIMESTAMP_NOW_KEY),
    )


def trust_policy() -> trust.Trust:
    place = trust.AnchorPlace("uniques", state.COLLECTION, CHAIN)
    log = trust.TrustedLog(ORIGIN, "Escuela de ejemplo", VKEY, LOG_URL, (place,))
    return trust.Trust((log,))


def course() -> Bundle:
    """Three records: one shown whole, one without its actor, one with a flagged slot."""
    withheld = {17: (), 18: ("actor",), 200: ("actor", "context")}
    records = tuple(
        Record(i, bundle.open_slots(document=statement(i), seed=seed(i), withheld=withheld[i]))
        for i in SHOWN
    )
    return Bundle(
        origin=ORIGIN,
        share=Share(
            title="Matemáticas I",
            learner="Zoë Núñez",
            institution="Escuela de ejemplo",
            created=datetime(2026, 5, 20, 9, 30, tzinfo=UTC),
            expires=datetime(2026, 12, 31, 23, tzinfo=UTC),
            status_url=STATUS_URL,
        ),
        records=records,
        checkpoint=notes.sign(LOG.checkpoint(SIZE), KEY),
        proof=tuple(multiproof.prove(SHOWN, SIZE, LOG.get)),
        anchor=anchor(SEQ, BLOCK),
    )
