"""The proof of one record in the form of C2SP tlog-proof."""

import pytest

from anchoring.core.errors import NoteError
from anchoring.core.notes import open_checkpoint, sign
from anchoring.core.tlog_proof import TlogProof, parse_tlog_proof, serialise_tlog_proof
from anchoring.core.tree import inclusion_proof, leaf_hash, verify_inclusion
from tests.anchoring.core import example

NOTE = sign(example.LOG.checkpoint(example.SIZE), example.KEY)
PROOF = TlogProof(17, tuple(inclusion_proof(17, example.SIZE, example.LOG.get)), NOTE)
TEXT = serialise_tlog_proof(PROOF)


def test_it_proves_a_record_by_itself() -> None:
    found = parse_tlog_proof(TEXT)

    checkpoint = open_checkpoint(found.checkpoint, example.VKEY)
    verify_inclusion(
        index=found.index,
        size=checkpoint.size,
        leaf=leaf_hash(example.entry(17)),
        proof=found.proof,
        root=checkpoint.root,
    )


@pytest.mark.parametrize(
    "proof", [PROOF, TlogProof(0, (), NOTE), TlogProof(17, PROOF.proof, NOTE, b"extra")]
)
def test_what_is_written_reads_back(proof: TlogProof) -> None:
    assert parse_tlog_proof(serialise_tlog_proof(proof)) == proof


@pytest.mark.parametrize(
    "text",
    ["", NOTE, TEXT.replace("@v1", "@v2"), TEXT.replace("index 17", "index 017"),
     TEXT.replace("index 17\n", ""), TEXT.replace("index 17\n", "index 17\nAAAA\n"),
     TEXT.replace("index 17\n", "index 17\n?\n"), TEXT.replace("\n\n", "\n", 1),
     TEXT.replace("index 17\n", "index 17\n" + "A" * 43 + "=\n" * 1 + ("A" * 43 + "=\n") * 70)],
)  # fmt: skip
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_tlog_proof(text)
