"""Committed records become leaves of the log: one sequencer, in batches, all or nothing."""

import logging
from collections.abc import Sequence

from django.db import connection, transaction

from anchoring import kinds, leaves, seeds, tilestore
from anchoring.committing import Committer, leaf_hashes
from anchoring.core import tiles
from anchoring.core.commitments import new_seed
from anchoring.core.tree import HASH_BYTES, Frontier, leaf_hash
from anchoring.leaves import Leaf
from anchoring.locks import Lock, try_lock
from anchoring.models import Head, Kind, Pending
from lrs.statements import selectors as statements

logger = logging.getLogger(__name__)

BATCH = 1_000


def sequence(*, limit: int = BATCH, commit: Committer = leaf_hashes) -> int:
    """Append up to `limit` pending statements, and as many records of each other kind, to the log; how many they were.

    One transaction: leaves, tiles, head and queue change together or not at all. Returns 0 at once
    where another sequencer is at work. Only committed statements are seen; one that a long
    transaction commits later is taken later, whatever its number. Raises SeedNotReadable under
    another SEED_KEY than that of the log, TilesMissing where tiles were damaged from outside.
    """
    with transaction.atomic():
        if not try_lock(Lock.SEQUENCER):
            return 0
        waiting = Pending.objects.filter(problem="").order_by("seq")
        seqs = list(waiting.values_list("seq", flat=True)[:limit])
        if seqs:
            _check_seed_key()
            _append(seqs, read_head(), commit)
            _take_from_queue(seqs)
        others = sum(_append_from(*each, limit) for each in kinds.sources().items())
    return len(seqs) + others


def _take_from_queue(seqs: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        # One array, where `seq__in` would have a thousand placeholders.
        cursor.execute(
            "DELETE FROM anchoring_pending WHERE seq = ANY(%s::bigint[]) AND problem = ''",
            [statements.bigint_array(seqs)],
        )


def set_aside() -> int:
    """How many statements could not be committed to, and wait in the queue for a person."""
    return Pending.objects.exclude(problem="").count()


def retry_set_aside() -> int:
    """Put the statements that were set aside back into the queue; how many."""
    return Pending.objects.exclude(problem="").update(problem="")


def read_head() -> Head:
    """The log's head; that of an empty log where nothing was written yet."""
    return Head.objects.filter(id=Head.ONLY).first() or Head()


def frontier_of(head: Head) -> Frontier:
    """The head as the core's value object, which gives the root."""
    data = bytes(head.frontier)
    hashes = (data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES))
    return Frontier(head.size, tuple(hashes))


def _check_seed_key() -> None:
    """Seal nothing under a wrong SEED_KEY: the newest seed must open. Raises SeedNotReadable."""
    newest = leaves.newest()
    if newest is not None:
        newest.seed()


def _append(seqs: Sequence[int], head: Head, commit: Committer) -> None:
    """Write leaves, tiles and head for the statements `seqs`, in this order."""
    documents = statements.documents(seqs=seqs)
    if erased := len(seqs) - len(documents):
        logger.warning("%d statements were deleted before they entered the log", erased)
    fresh: list[Leaf] = []
    hashes: list[bytes] = []
    present = [seq for seq in seqs if seq in documents]
    secrets = [new_seed() for _ in present]
    committed = commit([documents[seq] for seq in present], secrets)
    for seq, seed, found in zip(present, secrets, committed, strict=True):
        if isinstance(found, str):
            _set_aside(seq, found)
            continue
        index = head.size + len(fresh)
        hashes.append(found)
        sealed = seeds.seal(seed=seed, index=index)
        fresh.append(Leaf(index=index, kind=Kind.STATEMENT, record=seq, sealed=sealed))
    leaves.write(leaves=fresh)
    grow(head, hashes)


def _append_from(kind: Kind, source: kinds.Source, limit: int) -> int:
    """Write leaves, tiles and head for the records that a kind's source has waiting; how many."""
    records = source.waiting(limit=limit)
    if not records:
        return 0
    entries, head = source.entries(records=records), read_head()
    places = {record: head.size + number for number, record in enumerate(records)}
    fresh = [
        Leaf(index=index, kind=kind, record=record, sealed=seeds.seal(seed=seed, index=index))
        for record, index in places.items()
        if (seed := entries[record].seed) is not None
    ]
    if fresh:
        _check_seed_key()
        leaves.write(leaves=fresh)
    grow(head, [leaf_hash(entries[record].entry) for record in records])
    source.logged(places=places)
    return len(records)


def _set_aside(seq: int, error: str) -> None:
    """Keep a statement in the queue, out of the others' way: no client can stop the whole log."""
    problem = f"{error}: this statement cannot be committed to."
    Pending.objects.filter(seq=seq).update(problem=problem)
    logger.error("Statement seq %d was set aside. %s Report it as a fault of Keiko.", seq, problem)


def grow(head: Head, hashes: Sequence[bytes]) -> None:
    """Append leaf hashes to the tree: its tiles and its head, in the caller's transaction."""
    fresh: dict[int, list[bytes]] = {}

    def visit(level: int, index: int, node: bytes) -> None:
        tile_level, between = divmod(level, tiles.HEIGHT)
        if not between:
            fresh.setdefault(tile_level, []).append(node)

    grown = frontier_of(head).extend(hashes, visit)
    tilestore.append(old_size=head.size, fresh=fresh)
    head.size, head.frontier = grown.size, b"".join(grown.hashes)
    head.save()
