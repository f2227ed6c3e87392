"""`python -m tests.fuzz.parsers --count 100000`: mutated documents against every parser of the log's format.

A parser may refuse, with its own error and a reason; raise nothing else; and what it takes must mean what it says: it
is written again alike, or is the very thing that was signed. `--only NAME,NAME` chooses; ends with code 1 and the
texts where one does not hold. `--javascript` has the second verifier judge the same texts: both must refuse the same.
"""

import argparse
import base64
import hashlib
import json
import os
import random
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anchoring.core import (
    bundle,
    cosignatures,
    kinds,
    monitor_state,
    multiproof,
    notes,
    readers,
    strict,
    tiles,
    tlog_proof,
    tree,
    trust,
)
from anchoring.core.canonical import NotExpressible, canonical
from anchoring.core.commitments import SLOTS, commit_slots
from anchoring.core.errors import BundleError, FormatError, MerkleError, NoteError, TrustError
from anchoring.core.readers import LogProblem
from anchoring.core.slots import open_slots
from anchoring.core.statement import json_integer
from chain.light.anchors import decode_uniques_attribute
from chain.light.errors import ProofError
from chain.light.evidence import AnchorEvidence, check_evidence
from chain.light.hashing import blake2_256
from chain.light.header import Header
from chain.light.scale import decode_compact, encode_compact
from chain.light.trie import read_proof
from tests.anchoring.core import example, refusals, refused_texts, world
from tests.anchoring.core.make_vectors import NUMBERS
from tests.anchoring.core.witnessing import witness_vkey
from tests.fuzz.texts import mutated

JAVASCRIPT = (
    "bundle",
    "trust",
    "latest_anchor",
    "status",
    "checkpoint",
    "verifier_key",
    "json",
    "canonical",
)


class Wrong(AssertionError):
    """A parser took something for what it is not."""


@dataclass(frozen=True)
class Target:
    """`read` takes the bytes, or raises one of `errors`; it raises Wrong where what it took does not hold."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]
    errors: tuple[type[Exception], ...]

    def judged(self, data: bytes) -> bool:
        """Whether the data are taken. Raises Wrong, or whatever a parser must not raise."""
        try:
            self.read(data)
        except self.errors as error:
            if not str(error):
                raise Wrong("refused without a reason") from error
            return False
        return True


def hold(good: bool, what: str) -> None:
    if not good:
        raise Wrong(what)


def text_of(data: bytes) -> str:
    """Text that a parser might be given: also such as no UTF-8 can be."""
    return data.decode(errors="surrogateescape")


def _bundle(data: bytes) -> None:
    found = bundle.parse(data)
    hold(bundle.parse(bundle.serialise(found)) == found, "it is written otherwise")
    for record in found.records:
        hold(len(record.entry()) == 353, "an entry of another length")


def _trust(data: bytes) -> None:
    found = trust.parse_trust(data)
    hold(trust.parse_trust(trust.serialise_trust(found)) == found, "it is written otherwise")


def _note(data: bytes) -> None:
    """As long as nobody has the key, only the two texts that it signed open."""
    found = notes.open_checkpoint(text_of(data), example.VKEY)
    hold(found in SIGNED, "a checkpoint that was never signed")


def _checkpoint(data: bytes) -> None:
    text = text_of(data)
    hold(text.startswith(notes.read_unverified(text).text() + "\n"), "it is written otherwise")


def _cosigned(data: bytes) -> None:
    hold(not cosignatures.cosignatures(text_of(data), [WITNESS]), "a cosignature that nobody made")


def _verifier_key(data: bytes) -> None:
    name, key = notes.read_verifier_key(text_of(data))
    hold(notes.verifier_key(name, key) == text_of(data), "it is written otherwise")


def _tlog_proof(data: bytes) -> None:
    found = tlog_proof.parse_tlog_proof(text_of(data))
    hold(tlog_proof.serialise_tlog_proof(found) == text_of(data), "it is written otherwise")


def _tile_path(data: bytes) -> None:
    hold(tiles.parse_path(text_of(data)).path() == text_of(data), "it is written otherwise")


def _tile(data: bytes) -> None:
    """A tile of a tree of 300 leaves, as a log's server may give it."""
    hold(len(tiles.reader(lambda *_: data, 300)(1, 20)) == 32, "a hash of another length")


def _json(data: bytes) -> None:
    found = strict.load(data, FormatError, most=10**6).value
    hold(found == json.loads(data, parse_int=json_integer), "read otherwise")


def _canonical(data: bytes) -> None:
    """Canonical bytes read again are the same, and in them nothing is left to choose."""
    value = strict.load(data, FormatError, most=10**6).value
    once = canonical(value)
    hold(canonical(json.loads(once)) == once, "canonical bytes have other canonical bytes")


def _statement(data: bytes) -> None:
    quick = commit_slots(data, SEED)
    long = open_slots(document=data, seed=SEED, withheld=())
    hold(
        quick == {name: slot.commitment for name, slot in long.items()}, "two ways, two commitments"
    )
    hold(tuple(quick) == SLOTS, "a slot is missing")


def _header(data: bytes) -> None:
    found = strict.load(data, FormatError, most=10**6).value
    hold(Header.from_rpc(found).to_rpc() == found, "it is written otherwise")


def _read_proof(data: bytes) -> None:
    """The nodes one a line, in hexadecimal: no other nodes prove another anchor."""
    try:
        nodes = tuple(bytes.fromhex(line.decode()) for line in data.splitlines())
    except ValueError as error:
        raise ProofError("not hexadecimal") from error
    evidence = AnchorEvidence(dict(ANCHOR.block.header), ANCHOR.block.hash, nodes)
    commitment = example.LOG.commitment(example.SEQ, example.SIZE)
    check_evidence(evidence, storage_key=example.storage_key(example.SEQ), commitment=commitment)
    hold(sorted(nodes) == sorted(ANCHOR.proof), "other nodes prove the same")


def _trie_node(data: bytes) -> None:
    found = read_proof(blake2_256(data), [data], b"\x01")
    hold(found is None or found in data, "a value that is not there")


def _compact(data: bytes) -> None:
    value, end = decode_compact(data)
    hold(encode_compact(value) == data[:end], "it is written otherwise")


def _multiproof(data: bytes) -> None:
    hashes = [data[at : at + 32] for at in range(0, len(data), 32)]
    leaves = {index: example.LOG.get(0, index) for index in example.SHOWN}
    root = multiproof.root_from_multiproof(leaves, example.SIZE, hashes)
    if root == example.LOG.checkpoint(example.SIZE).root:
        hold(
            hashes == multiproof.prove(example.SHOWN, example.SIZE, example.LOG.get),
            "another proof",
        )


def _entry(data: bytes) -> None:
    kind, body = kinds.read(data)
    hold(
        bytes([data[0]]) + body == data and len(body) == kind.body_bytes,
        "an entry of another length",
    )


def _monitor_state(data: bytes) -> None:
    found = monitor_state.parse(data)
    hold(monitor_state.parse(monitor_state.serialise(found)) == found, "it is written otherwise")


SEED = bytes(range(32))
SIGNED = (
    example.LOG.checkpoint(example.SIZE),
    notes.Checkpoint(example.ORIGIN, 260, b"\7" * 32),  # of refused_texts
)
WITNESS = witness_vkey("witness.example")
ANCHOR = example.anchor(example.SEQ, example.BLOCK)
_COURSE = bundle.serialise(example.course())
_NOTE = example.course().checkpoint.encode()
_MEMORY = monitor_state.serialise(
    monitor_state.Memory(
        example.ORIGIN,
        _NOTE.decode(),
        tree.Frontier().extend(example.LOG.get(0, index) for index in range(example.SIZE)),
        monitor_state.SeenAnchor(example.SEQ, example.SIZE, bytes(32)),
    )
)
_POLICY = json.dumps(refusals.trust_document(), ensure_ascii=False).encode()
_STATEMENTS = tuple(example.statement(index) for index in example.SHOWN)
_VALUES = (
    *(number.encode() for number in NUMBERS),
    *(text.encode() for text in refusals.KINDS["value"]),
    *_STATEMENTS,
)


# Numbers of every size: what two programs may write otherwise.
_NUMBERS = tuple(
    repr(struct.unpack("<d", hashlib.sha256(bytes([at])).digest()[:8])[0]).encode()
    for at in range(200)
) + tuple(f"[{at}.{at}e{at - 24}]".encode() for at in range(1, 48))


def _dumped(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


TARGETS: dict[str, Target] = {
    "bundle": Target((_COURSE,), _bundle, (BundleError,)),
    "trust": Target((_POLICY,), _trust, (TrustError,)),
    "latest_anchor": Target((_dumped(world.latest_anchor()),), readers.parse_latest_anchor, (LogProblem,)),
    "status": Target((_dumped(world.active()),), readers.parse_status, (LogProblem,)),
    "note": Target((_NOTE, refused_texts.NOTE.encode()), _note, (NoteError,)),
    "checkpoint": Target((_NOTE,), _checkpoint, (NoteError,)),
    "cosignature": Target((_NOTE + b"\xe2\x80\x94 witness.example AAAAAAAAAAAA\n",), _cosigned, (NoteError,)),
    "verifier_key": Target((example.VKEY.encode(),), _verifier_key, (NoteError,)),
    "tlog_proof": Target((refused_texts.TLOG_PROOF.encode(),), _tlog_proof, (NoteError,)),
    "tile_path": Target((b"0/x001/x234/067", b"1/000.p/17"), _tile_path, (ValueError,)),
    "tile": Target((bytes(256 * 32), bytes(44 * 32)), _tile, (ValueError,)),
    "entry": Target(tuple(example.entry(index) for index in (17, 100)), _entry, (MerkleError,)),
    "monitor_state": Target((_MEMORY,), _monitor_state, (monitor_state.StateError,)),
    "json": Target((*_VALUES, _COURSE), _json, (FormatError,)),
    "canonical": Target((*_VALUES, *_NUMBERS), _canonical, (FormatError, NotExpressible)),
    "statement": Target(_STATEMENTS, _statement, (ValueError,)),
    "header": Target((_dumped(dict(ANCHOR.block.header)),), _header, (FormatError, ProofError)),
    "read_proof": Target((b"\n".join(node.hex().encode() for node in ANCHOR.proof),), _read_proof, (ProofError,)),
    "trie_node": Target(ANCHOR.proof, _trie_node, (ProofError,)),
    "anchor_value": Target((bytes.fromhex("a0") + bytes(56),), decode_uniques_attribute, (ProofError,)),
    "compact": Target((b"\x04", b"\x15\x01", b"\xfe\xff\x03\x00", b"\x03" + bytes(4), b"\xff" * 68), _compact,
                      (ProofError,)),
    "multiproof": Target((b"".join(example.course().proof),), _multiproof, (MerkleError,)),
}  # fmt: skip


def by_javascript(texts: list[tuple[str, bytes]]) -> list[bool | str]:
    """Whether the second verifier takes each of these (target, bytes); of a value, its canonical text."""
    from tests.passport.verify.test_both_verifiers_agree import run_node

    question = {
        "key": example.VKEY,
        "texts": [[kind, base64.b64encode(data).decode()] for kind, data in texts],
    }
    found: list[bool | str] = run_node("judge.mjs", json.dumps(question))
    return found


def disagreements(texts: list[tuple[str, bytes]]) -> list[str]:
    """The texts that one verifier takes and the other refuses, or whose canonical bytes they write otherwise."""
    ours = [_by_python(kind, data) for kind, data in texts]
    theirs = by_javascript(texts)
    return [
        f"{kind}: {data!r}: Python {one!r}, JavaScript {other!r}"
        for (kind, data), one, other in zip(texts, ours, theirs, strict=True)
        if one != other
    ]


def _by_python(kind: str, data: bytes) -> bool | str:
    taken = TARGETS["note" if kind == "checkpoint" else kind].judged(data)
    if taken and kind == "canonical":
        return canonical(strict.load(data, FormatError, most=10**6).value).decode()
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.parsers", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="texts for each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(TARGETS), help="targets, by commas")
    parser.add_argument("--javascript", action="store_true")
    given = parser.parse_args()
    problems: list[str] = []
    for name in given.only.split(","):
        problems += _fuzzed(name, given.count, random.Random(f"{given.seed} {name}"))
    if given.javascript:
        os.environ.setdefault("KEIKO_VAR", "var")  # where a Node.js is put, if there is none
        problems += _compared(
            [n for n in given.only.split(",") if n in JAVASCRIPT], given.count, given.seed
        )
    for problem in problems[:20]:
        sys.stdout.write(f"{problem[:2000]}\n")
    return 1 if problems else 0


def _fuzzed(name: str, count: int, chance: random.Random) -> list[str]:
    target, problems, taken = TARGETS[name], list[str](), Counter[bool]()
    began = time.monotonic()
    for _ in range(count):
        data = mutated(target.seeds, chance)
        try:
            taken[target.judged(data)] += 1
        except Exception as error:  # noqa: BLE001 - what must not be raised is what is looked for
            problems.append(f"{name}: {type(error).__name__}: {error}: {data!r}")
    rate = count / (time.monotonic() - began)
    sys.stdout.write(
        f"{name:14} {count:,} texts, {rate:,.0f} a second: {taken[True]:,} taken, {taken[False]:,} refused, "
        f"{len(problems)} wrong\n"
    )
    sys.stdout.flush()
    return problems


def _compared(names: list[str], count: int, seed: int) -> list[str]:
    chance, problems = random.Random(seed), list[str]()
    for name in names:
        seeds = TARGETS[name].seeds
        for done in range(0, count, 5000):
            texts = [(name, mutated(seeds, chance)) for _ in range(min(5000, count - done))]
            problems += disagreements(texts)
        sys.stdout.write(f"{name:14} both verifiers: {len(problems)} differences so far\n")
        sys.stdout.flush()
    return problems


if __name__ == "__main__":
    sys.exit(main())
