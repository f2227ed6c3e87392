"""The oracle: the log built anew from statements and seeds by the slowest, plainest rules."""

import hashlib

from anchoring import leaves
from anchoring.core.commitments import commit_slots, statement_entry
from anchoring.sequencer import frontier_of, read_head
from lrs.models import Statement
from lrs.statements.documents import decode


def root_of(leaves: list[bytes]) -> bytes:
    """The root by the definition in RFC 6962 section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root_of(leaves[:k]) + root_of(leaves[k:])).digest()


def logged() -> list[leaves.Leaf]:
    """All leaves whose records were not erased."""
    return leaves.between(begin=0, end=2**62)


def logged_records() -> list[int]:
    """Their records, in the order of the log."""
    return [leaf.record for leaf in logged()]


def leaf_hashes() -> list[bytes]:
    """The leaf hashes of the whole log, from what the tables of records hold."""
    documents = {row.seq: decode(row.encoding, row.document) for row in Statement.objects.all()}
    found = logged()
    assert [leaf.index for leaf in found] == list(range(len(found)))
    return [
        hashlib.sha256(
            b"\x00" + statement_entry(commit_slots(documents[leaf.record], leaf.seed()))
        ).digest()
        for leaf in found
    ]


def assert_log_holds_every_statement_once() -> None:
    """No statement lost, none doubled, and the head is the root of exactly those leaves."""
    records = logged_records()
    assert sorted(records) == sorted(Statement.objects.values_list("seq", flat=True))
    hashes = leaf_hashes()
    head = read_head()
    assert head.size == len(hashes)
    assert frontier_of(head).root() == root_of(hashes)
