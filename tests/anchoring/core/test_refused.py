"""All of `tests/vectors/refused.json` is refused, with a reason, at its place; no field is left out of it."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anchoring.core import strict, tiles, tlog_proof, tree
from anchoring.core.bundle import parse
from anchoring.core.canonical import NotExpressible, canonical
from anchoring.core.cli import main
from anchoring.core.errors import BundleError, FormatError, MerkleError, NoteError, TrustError
from anchoring.core.multiproof import root_from_multiproof
from anchoring.core.notes import open_checkpoint, read_verifier_key
from anchoring.core.readers import LogProblem, parse_latest_anchor, parse_status
from anchoring.core.statement import members
from anchoring.core.trust import parse_trust
from chain.light.errors import ProofError
from chain.light.hashing import blake2_256
from chain.light.trie import read_proof
from tests.anchoring.core import example, refusals
from tests.anchoring.core.make_vectors import VECTORS
from tests.anchoring.core.test_verification import CASES, changed
from tests.anchoring.core.world import active, latest_anchor

Vector = dict[str, Any]
REFUSED: dict[str, list[Any]] = json.loads((VECTORS / "refused.json").read_text(encoding="utf-8"))
DOCUMENTS: dict[str, Any] = {
    "bundle": json.loads((VECTORS / "course.keiko.json").read_text(encoding="utf-8")),
    "trust": refusals.trust_document(),
    "latest_anchor": latest_anchor(),
    "status": active(),
}
FIELDS = {
    "bundle": refusals.BUNDLE,
    "trust": refusals.TRUST,
    "latest_anchor": refusals.LATEST,
    "status": refusals.STATUS,
}


def _prove(text: str) -> None:
    """A tlog-proof with its checkpoint, as a verifier would take it."""
    found = tlog_proof.parse_tlog_proof(text)
    open_checkpoint(found.checkpoint, example.VKEY)


READERS: dict[str, tuple[Callable[[bytes], object], type[Exception]]] = {
    "bundle": (parse, BundleError),
    "trust": (parse_trust, TrustError),
    "latest_anchor": (parse_latest_anchor, LogProblem),
    "status": (parse_status, LogProblem),
    "checkpoint": (lambda data: open_checkpoint(data.decode(), example.VKEY), NoteError),
    "verifier_key": (lambda data: read_verifier_key(data.decode()), NoteError),
    "tlog_proof": (lambda data: _prove(data.decode()), NoteError),
    "tile_path": (lambda data: tiles.parse_path(data.decode()), ValueError),
    "json": (lambda data: strict.load(data, FormatError, most=10**6), FormatError),
}


def _refusal_of(kind: str, data: bytes) -> Exception | None:
    """Why the reader of this kind refuses the data; None where it takes it."""
    read, error = READERS[kind]
    try:
        read(data)
    except error as refusal:
        return refusal
    return None


def _told(error: Exception) -> str:
    """Where the error says that it is."""
    return error.path if isinstance(error, FormatError) else str(error).split(": ")[1]


def _named(vector: Vector) -> str:
    change = vector.get("raw", "removed" if "remove" in vector else f"adds {vector.get('add')}")
    return f"{refusals.written(tuple(vector['at']))} {change}"[:80]


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_with_any_field_changed_to_what_it_cannot_be_is_refused_there(kind: str) -> None:
    for vector in REFUSED[kind]:
        refusal = _refusal_of(kind, refusals.changed(DOCUMENTS[kind], vector))
        assert refusal is not None, _named(vector)
        assert _told(refusal) == vector["error"], f"{_named(vector)}: {refusal}"


@pytest.mark.parametrize("kind", ["checkpoint", "verifier_key", "tlog_proof", "tile_path", "json"])
def test_a_text_in_another_form_is_refused_with_a_reason(kind: str) -> None:
    for vector in REFUSED[kind]:
        refusal = _refusal_of(kind, vector["text"].encode())
        assert refusal is not None, vector["name"]
        assert len(str(refusal)) > 10, vector["name"]


def _fields(value: Any, path: refusals.Path = ()) -> Iterator[refusals.Path]:
    """Every field of a document; of a list its first element stands for all."""
    yield path
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _fields(each, (*path, name))
    if isinstance(value, list) and value:
        yield from _fields(value[0], (*path, 0))


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_field_is_left_out(kind: str) -> None:
    """What lies below a value is the statement's own, and of any form."""
    found = {path for path in _fields(DOCUMENTS[kind]) if "value" not in path[:-1]}

    assert found - FIELDS[kind].keys() == set()


def test_a_value_that_is_not_expressible_has_no_canonical_bytes() -> None:
    for text in REFUSED["canonical"]:
        with pytest.raises(NotExpressible):
            canonical(members(b'{"v":%s}' % text.encode())["v"])


def _hashes(texts: list[str]) -> list[bytes]:
    return [base64.b64decode(each) for each in texts]


def test_a_proof_that_is_spoiled_proves_nothing() -> None:
    for vector in REFUSED["inclusion"]:
        leaf, root = _hashes([vector["leaf"], vector["root"]])
        with pytest.raises(MerkleError):
            tree.verify_inclusion(
                index=vector["index"], size=vector["size"], leaf=leaf, root=root,
                proof=_hashes(vector["proof"]),
            )  # fmt: skip
    for vector in REFUSED["consistency"]:
        old_root, new_root = _hashes([vector["old_root"], vector["new_root"]])
        with pytest.raises(MerkleError):
            tree.verify_consistency(
                old=vector["old"], new=vector["new"], old_root=old_root, new_root=new_root,
                proof=_hashes(vector["proof"]),
            )  # fmt: skip


def test_a_multi_proof_that_is_spoiled_leads_nowhere_or_elsewhere() -> None:
    for vector in REFUSED["multiproof"]:
        leaves = {index: base64.b64decode(leaf) for index, leaf in vector["leaves"]}
        try:
            found = root_from_multiproof(leaves, vector["size"], _hashes(vector["proof"]))
        except MerkleError:
            continue
        assert found != base64.b64decode(vector["root"]), vector["name"]


def test_a_node_of_the_trie_in_another_form_is_refused() -> None:
    for vector in REFUSED["trie_node"]:
        node = bytes.fromhex(vector["node"][2:])
        with pytest.raises(ProofError):
            read_proof(blake2_256(node), [node], b"\x01")


@pytest.mark.parametrize("case", [c for c in CASES if "error" in c], ids=lambda c: c["name"])
def test_a_file_that_is_no_bundle_is_told_with_its_reason_and_no_trace(
    case: Vector, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some.keiko.json").write_bytes(changed(case))

    status = main([str(tmp_path / "some.keiko.json"), "--offline"])

    said = capsys.readouterr()
    assert status == 1
    assert f"This is no whole Keiko bundle. At {case['error']}: " in said.out
    assert "What to do: " in said.out
    assert "Traceback" not in said.out + said.err


def test_a_node_of_a_read_proof_has_a_largest_size() -> None:
    vector = {"at": ["anchor", "proof", 0], "raw": f'"0x{"00" * 65537}"'}

    with pytest.raises(BundleError, match=r"\$\.anchor\.proof\[0\]: More than 65536 bytes"):
        parse(refusals.changed(DOCUMENTS["bundle"], vector))
