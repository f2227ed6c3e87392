"""Writes tests/vectors/*.json: `python -m tests.anchoring.core.make_vectors`.

Everything comes from fixed seeds, so that it can be made again; a test does.
"""

import base64
import json
from pathlib import Path
from typing import Any

from anchoring.core import multiproof, notes, tiles, tlog_proof, tree
from anchoring.core.bundle import serialise
from anchoring.core.canonical import NotExpressible, canonical
from anchoring.core.commitments import SLOTS, commit_slots, salt, statement_entry
from anchoring.core.kinds import Marker
from anchoring.core.statement import members
from anchoring.core.trust import serialise_trust
from tests.anchoring.core import example, refusals, refused_proofs, refused_texts
from tests.anchoring.core.cases import CASES, Case
from tests.anchoring.core.policy_cases import POLICIES, POLICY_CASES
from tests.anchoring.core.world import active, latest_anchor, world

VECTORS = Path(__file__).parents[2] / "vectors"
Document = dict[str, Any]

NUMBERS = ("0", "-0", "-0.0", "1", "1.0", "10e-1", "333333333.33333329", "1E21", "1e-7", "0.000001",
           "5e-324", "1.7976931348623157e308", "9007199254740991", "-9007199254740991",
           "9007199254740992", "9007199254740993", "1e16", "-1e16", "4.50", "2e-3",
           "0.000000000000000000000000001", "1e400", "123456789012345678901234567890")  # fmt: skip


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def canonical_vectors() -> Document:
    """Numbers by themselves, as text and as canonical text, null where there is none."""
    found: dict[str, str | None] = {}
    for text in NUMBERS:
        try:
            found[text] = canonical(members(b'{"n":%s}' % text.encode())["n"]).decode()
        except NotExpressible:
            found[text] = None
    return {
        "numbers": found,
        "names": {
            "json": '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
            "canonical": '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
        },
    }


def commitment_vectors() -> Document:
    records = []
    for index in example.SHOWN:
        document, seed = example.statement(index), example.seed(index)
        commitments = commit_slots(document, seed)
        entry = statement_entry(commitments)
        records.append(
            {
                "statement": document.decode(),
                "seed": b64(seed),
                "salts": {slot: b64(salt(seed, slot)) for slot in SLOTS},
                "commitments": {slot: b64(value) for slot, value in commitments.items()},
                "entry": b64(entry),
                "leaf": b64(tree.leaf_hash(entry)),
            }
        )
    mark = Marker(42, 1).entry()
    erasure = {"index": 42, "reason": 1, "entry": b64(mark), "leaf": b64(tree.leaf_hash(mark))}
    return {"records": records, "erasure": erasure}


def tree_vectors() -> Document:
    """Roots and proofs of the example log's first leaves."""
    get = example.LOG.get
    sizes = (1, 2, 3, 7, 8, 255, 256, 257, 260, 300)
    return {
        "leaves": [b64(get(0, index)) for index in range(example.NEWEST)],
        "roots": {str(size): b64(tree.root_of(size, get)) for size in (0, *sizes)},
        "inclusion": [
            {"index": i, "size": n, "proof": [b64(h) for h in tree.inclusion_proof(i, n, get)]}
            for i, n in ((0, 1), (0, 3), (2, 3), (6, 7), (17, 260), (259, 260), (256, 300))
        ],
        "consistency": [
            {"old": m, "new": n, "proof": [b64(h) for h in tree.consistency_proof(m, n, get)]}
            for m, n in ((1, 1), (1, 2), (3, 7), (4, 7), (6, 8), (255, 256), (256, 300), (260, 300))
        ],
        "multiproof": [
            {"indexes": list(t), "size": n, "proof": [b64(h) for h in multiproof.prove(t, n, get)]}
            for t, n in (((0,), 1), ((0, 2), 3), ((0, 1, 2), 3), ((3, 5), 7), (example.SHOWN, 260))
        ],
        "tiles": {
            str(size): [tile.path() for tile in tiles.tiles_of(size)]
            for size in (1, 256, 300, 70000)
        },
    }


def note_vectors() -> Document:
    checkpoint = example.LOG.checkpoint(example.SIZE)
    note = notes.sign(checkpoint, example.KEY)
    proof = tlog_proof.TlogProof(
        17, tuple(tree.inclusion_proof(17, example.SIZE, example.LOG.get)), note
    )
    return {
        "key": example.VKEY,
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": b64(checkpoint.root),
        "note": note,
        "tlog_proof": tlog_proof.serialise_tlog_proof(proof),
    }


def verification_vectors() -> Document:
    return {
        "now": example.NOW.isoformat(),
        "nodes": [example.NODE],
        "bundle": json.loads(serialise(example.course())),
        "trust": {"example": json.loads(serialise_trust(example.trust_policy())),
                  "stranger": _stranger(), **POLICIES},
        "world": world(),
        "cases": [_case(each) for each in (*CASES, *POLICY_CASES)],
    }  # fmt: skip


def _stranger() -> Document:
    """A trust file that knows another log only."""
    document: Document = json.loads(serialise_trust(example.trust_policy()))
    key = notes.verifier_key("stranger.example", example.OTHER_KEY.public_key())
    document["logs"][0] |= {"origin": "stranger.example", "name": "Stranger", "key": key}
    return document


def _case(case: Case) -> Document:
    changes: Document = {"set": case.set, "remove": case.remove, "raw": case.raw}
    if case.cut is not None:
        changes["cut"] = case.cut
    if case.append:
        changes["append"] = case.append
    asked = {"trust": case.trust, "offline": case.offline, "world": case.world}
    expected = {"error": case.error} if case.error else {"expected": case.expected}
    return {"name": case.name, **changes, **asked, **expected, "says": case.says}


def refused_vectors() -> dict[str, list[Any]]:
    """What has to be refused: documents by their fields, and texts by their names."""
    bundle = json.loads(serialise(example.course()))
    documents = {
        "bundle": (refusals.BUNDLE, bundle),
        "trust": (refusals.TRUST, refusals.trust_document()),
        "latest_anchor": (refusals.LATEST, latest_anchor()),
        "status": (refusals.STATUS, active()),
    }
    return {
        **{name: list(refusals.vectors(*each)) for name, each in documents.items()},
        **{kind: [{"name": n, "text": t} for n, t in texts.items()]
           for kind, texts in refused_texts.TEXTS.items()},
        "canonical": refusals.KINDS["value"],
        "trust_file": [refusals.trust_document()],
        **refused_proofs.vectors(),
    }  # fmt: skip


def _a_vector_a_line(document: dict[str, list[Any]]) -> str:
    """JSON in which a change of one vector is a change of one line."""
    parts = []
    for name, rows in document.items():
        lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        parts.append(f'"{name}": [\n{lines}\n]')
    return "{" + ",\n".join(parts) + "}\n"


def files() -> dict[str, str]:
    """Every vector file's text, by its name."""
    documents = {
        "canonical.json": canonical_vectors(),
        "commitments.json": commitment_vectors(),
        "tree.json": tree_vectors(),
        "notes.json": note_vectors(),
        "verification.json": verification_vectors(),
    }
    texts = {
        name: json.dumps(each, ensure_ascii=False, indent=1) + "\n"
        for name, each in documents.items()
    }
    texts["refused.json"] = _a_vector_a_line(refused_vectors())
    texts["course.keiko.json"] = serialise(example.course()).decode()
    texts["trust.json"] = serialise_trust(example.trust_policy()).decode()
    return texts


def main() -> None:
    for name, text in files().items():
        (VECTORS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
