"""Each leaf computed anew from what the database holds of its record."""

import struct
from collections.abc import Iterator, Mapping, Sequence

from anchoring import kinds, leaves, ledger
from anchoring.core.commitments import commit_slots, statement_entry
from anchoring.core.monitor import Finding, Kind
from anchoring.core.tree import leaf_hash
from anchoring.leaves import Leaf
from anchoring.models import Kind as RecordKind
from anchoring.models import Pending
from anchoring.seeds import SeedNotReadable
from lrs.statements import selectors as statements
from lrs.statements.documents import DocumentUnreadable


def check_leaves(begin: int, hashes: Sequence[bytes]) -> Iterator[Finding]:
    """The leaves from `begin` on, whose hashes the tiles hold, against statements and seeds."""
    end = begin + len(hashes)
    try:
        found = {leaf.index: leaf for leaf in leaves.between(begin=begin, end=end)}
        records = [leaf.record for leaf in found.values() if leaf.kind == RecordKind.STATEMENT]
        places = leaves.index_of(kind=RecordKind.STATEMENT, records=records)
    except struct.error:
        detail = "Their blocks of records and seeds cannot be read: they were damaged or changed."
        yield Finding(Kind.RECORD, f"leaves {begin} to {end - 1}", detail)
        return
    documents = _documents(records)
    others = _entries_of_other_kinds(begin, end)
    # Last: what was erased since the reads above is no fault.
    erased = ledger.erased_between(begin=begin, end=end)
    for index, expected in enumerate(hashes, begin):
        leaf, record = found.get(index), ""
        if leaf:
            problem = _problem(leaf, places, documents, expected)
            record = f" (statement {leaf.record})"
        elif index in others:
            problem = _differs(others[index], expected)
        else:
            problem = "No record is named for it, and no erasure is written down."
        gone = leaf is None or leaf.record not in documents
        if problem and not (gone and index in erased):
            yield Finding(Kind.RECORD, f"leaf {index}{record}", problem)


def _entries_of_other_kinds(begin: int, end: int) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for source in kinds.sources().values():
        found |= source.between(begin=begin, end=end)
    return found


def _documents(seqs: Sequence[int]) -> dict[int, bytes | None]:
    """The statements' documents; None for one that cannot be read."""
    try:
        return dict(statements.documents(seqs=seqs))
    except DocumentUnreadable:
        if len(seqs) == 1:
            return {seqs[0]: None}
        middle = len(seqs) // 2
        return _documents(seqs[:middle]) | _documents(seqs[middle:])


def _problem(
    leaf: Leaf,
    places: Mapping[int, int],
    documents: Mapping[int, bytes | None],
    expected: bytes,
) -> str | None:
    if leaf.kind != RecordKind.STATEMENT:
        return f"No entry is known of kind {leaf.kind}."
    if places.get(leaf.record) != leaf.index:
        place = places.get(leaf.record)
        return f"The statement's place in the log is kept as {place}: one of the two was changed."
    if leaf.record not in documents:
        return "The statement is gone, and no erasure is written down."
    document = documents[leaf.record]
    if document is None:
        return "What is stored of the statement cannot be read: it was damaged or changed."
    try:
        entry = statement_entry(commit_slots(document, leaf.seed()))
    except SeedNotReadable as error:
        return f"{error} Or the seed was changed."
    except (ValueError, RecursionError) as error:
        return f"Nothing can commit to what is stored ({type(error).__name__}): it was changed."
    return _differs(entry, expected)


def _differs(entry: bytes, expected: bytes) -> str | None:
    found = leaf_hash(entry)
    if found == expected:
        return None
    return (
        f"What is stored gives the hash {found.hex()}, the log has {expected.hex()}: the record, its seed or "
        "its place in the log was changed."
    )


def unlogged(after: int, limit: int) -> tuple[list[int], int | None]:
    """Of the next `limit` stored statements with a `seq` greater than `after`: those that are
    neither in the log nor waiting for it, and the last seq; None where there are no more."""
    seqs = statements.seqs_after(seq=after, limit=limit)
    if not seqs:
        return [], None
    # In this order: a statement that enters the log meanwhile is seen in one of the two.
    waiting = set(Pending.objects.filter(seq__in=seqs).values_list("seq", flat=True))
    missing = set(seqs) - waiting
    missing -= leaves.index_of(kind=RecordKind.STATEMENT, records=missing).keys()
    return sorted(statements.existing_among(seqs=missing)), seqs[-1]
