"""The proof of one record in the form of C2SP tlog-proof."""

import pytest

from anchoring.core.errors import NoteError
from anchoring.core.notes import open_checkpoint, sign
from anchoring.core.tlog_proof import TlogProof, parse_tlog_proof, serialise_tlog_proof
from anchoring.core.tree import inclusion_proof, leaf_hash, verify_inclusion
from tests.anchoring.core import example
from tests.anchoring.core.refused_texts import TLOG_PROOFS

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


@pytest.mark.parametrize("text", TLOG_PROOFS.values(), ids=TLOG_PROOFS)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        open_checkpoint(parse_tlog_proof(text).checkpoint, example.VKEY)


def test_whatever_follows_the_proof_is_the_checkpoint_s_to_judge() -> None:
    """The parser takes it as it is, as C2SP has it: the checkpoint is read by its own reader."""
    assert parse_tlog_proof(TEXT + "more").checkpoint == NOTE + "more"
