"""What an administrator of the database, who also has the log's key, could do to hide or invent.

Each function changes the log of the fixture `anchored_log`: 310 leaves, an anchor over 300 of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from anchoring import checkpoints, keys, leaves, ledger, sequencer, tilestore
from anchoring.core import notes, tiles
from anchoring.core.commitments import commit_slots, new_seed, statement_entry
from anchoring.core.tree import Frontier, leaf_hash
from anchoring.leaves import Leaf
from anchoring.models import (
    Anchor,
    Checkpoint,
    Erasure,
    Head,
    LeafBlock,
    Pending,
    RecordBlock,
    Tile,
)
from anchoring.runs import pack, unpack
from anchoring.seeds import seal
from lrs.models import Statement
from lrs.statements.documents import PLAIN, decode
from tests.anchoring.conftest import insert_statements

ANCHORED, SIZE = 300, 310
# Numbers of statements that no other test data has.
_LATER = 500_000


@dataclass(frozen=True)
class Case:
    """`by_memory`, `at_first`, `by_operator`: what each monitor calls it; empty: it cannot see it."""

    name: str
    tamper: Callable[[], None]
    by_memory: str
    at_first: str
    by_operator: str


def _sql(statement: str, *values: Any) -> None:
    """As a superuser: no trigger refuses."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def _record(index: int) -> int:
    return leaves.between(begin=index, end=index + 1)[0].record


def _changed_document(index: int) -> bytes:
    row = Statement.objects.get(seq=_record(index))
    document = decode(row.encoding, row.document)
    changed = document.replace(b"0.85", b"0.95")
    assert changed != document
    return changed


def change_statement(index: int = 5) -> None:
    document = _changed_document(index)
    _sql(
        "UPDATE lrs_statement SET document = %s, encoding = %s WHERE seq = %s",
        document,
        PLAIN,
        _record(index),
    )


def delete_statement() -> None:
    _sql("DELETE FROM lrs_statement WHERE seq = %s", _record(5))


def forget_leaf() -> None:
    leaves.forget(indexes=[5])


def change_seed() -> None:
    (leaf,) = leaves.between(begin=5, end=6)
    _put_instead(replace(leaf, sealed=seal(seed=new_seed(), index=5)))


def swap_records() -> None:
    one, other = leaves.between(begin=5, end=7)
    _put_instead(
        replace(other, index=5, sealed=seal(seed=other.seed(), index=5)),
        replace(one, index=6, sealed=seal(seed=one.seed(), index=6)),
    )


def change_mapping() -> None:
    """Only the way from a record to its leaf."""
    block = RecordBlock.objects.order_by("number").first()
    assert block
    places = unpack(block.indexes)
    places[max(places)] += 1
    RecordBlock.objects.filter(number=block.number).update(indexes=pack(places))


def damage_block() -> None:
    LeafBlock.objects.filter(number=0).update(records=b"x")


def _put_instead(*changed: Leaf) -> None:
    leaves.forget(indexes=[leaf.index for leaf in changed])
    leaves.write(leaves=changed)


def erase(index: int = 5) -> None:
    """No tampering: as erasures go, with a ledger, and a marker in the log."""
    seqs = [_record(index)]
    ledger.begin(subject=ledger.Subject.STATEMENT, numbers=seqs, reason=ledger.Reason.LEARNER)
    with transaction.atomic():
        ledger.forget_statements(seqs=seqs)
        _sql("DELETE FROM lrs_statement WHERE seq = ANY(%s)", seqs)
    sequencer.sequence()
    checkpoints.publish()


def change_ledger() -> None:
    erase()
    Erasure.objects.update(reason=ledger.Reason.RETENTION)


def delete_ledger() -> None:
    erase()
    Erasure.objects.all().delete()


def drop_from_queue() -> None:
    seqs = insert_statements(range(_LATER, _LATER + 1))
    Pending.objects.filter(seq__in=seqs).delete()


def swap_hashes() -> None:
    hashes = _hashes()
    hashes[5], hashes[6] = hashes[6], hashes[5]
    Tile.objects.filter(level=0, index=0).update(hashes=b"".join(hashes[:256]))


def replace_upper_tile() -> None:
    Tile.objects.filter(level=1, index=0).update(hashes=bytes(32))


def change_middle() -> None:
    """Proofs of many records are made from it."""
    Tile.objects.filter(level=0, index=0).update(middle=bytes(16 * 32))


def delete_tile() -> None:
    Tile.objects.filter(level=0, index=1).delete()


def change_head() -> None:
    row = Head.objects.get()
    data = bytearray(row.frontier)
    data[0] ^= 1
    row.frontier = bytes(data)
    row.save()


def forge_newest_checkpoint() -> None:
    _sign(SIZE, bytes(range(32)))


def forge_signature() -> None:
    note = Checkpoint.objects.get(size=SIZE).note
    Checkpoint.objects.filter(size=SIZE).update(note=note[:-10] + "AAAAAAAA=\n")


def forge_old_checkpoint() -> None:
    _sign(100, bytes(range(32)))


def rewrite_everything() -> None:
    """A statement, its leaf, all tiles, the head, every checkpoint: all agree again."""
    change_statement()
    (leaf,) = leaves.between(begin=5, end=6)
    hashes = _hashes()
    hashes[5] = leaf_hash(statement_entry(commit_slots(_document(5), leaf.seed())))
    _build(hashes)


def shorten(size: int) -> None:
    """The newest records, and every trace of them in the database."""
    cut = leaves.between(begin=size, end=SIZE)
    _sql("DELETE FROM lrs_statement WHERE seq = ANY(%s)", [leaf.record for leaf in cut])
    leaves.forget(indexes=[leaf.index for leaf in cut])
    Anchor.objects.filter(checkpoint__size__gt=size).delete()
    Checkpoint.objects.filter(size__gt=size).delete()
    _build(_hashes()[:size])


def shorten_below_the_anchor() -> None:
    shorten(290)


def shorten_above_the_anchor() -> None:
    shorten(305)


def restore_backup() -> None:
    """An older state, from which the log then grew again, with other records."""
    shorten(290)
    insert_statements(range(_LATER, _LATER + 40))
    sequencer.sequence()
    checkpoints.publish()


def _document(index: int) -> bytes:
    row = Statement.objects.get(seq=_record(index))
    return decode(row.encoding, row.document)


def _hashes() -> list[bytes]:
    """The leaf hashes that the tiles hold."""
    data = b"".join(bytes(tile.hashes) for tile in Tile.objects.filter(level=0).order_by("index"))
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def _build(hashes: Sequence[bytes]) -> None:
    """Tiles, head and checkpoints, as if the log had always been of these leaves."""
    fresh: dict[int, list[bytes]] = {}

    def visit(level: int, index: int, node: bytes) -> None:
        if level % tiles.HEIGHT == 0:
            fresh.setdefault(level // tiles.HEIGHT, []).append(node)

    grown = Frontier().extend(hashes, visit)
    Tile.objects.all().delete()
    tilestore.append(old_size=0, fresh=fresh)
    Head.objects.update(size=grown.size, frontier=b"".join(grown.hashes))
    sizes = {*Checkpoint.objects.values_list("size", flat=True), grown.size}
    for size in sizes:
        _sign(size, Frontier().extend(hashes[:size]).root())


def _sign(size: int, root: bytes) -> None:
    note = notes.sign(
        notes.Checkpoint(settings.LOG_ORIGIN, size, root), next(iter(keys.at_hand().values()))
    )
    Checkpoint.objects.update_or_create(
        size=size, defaults={"root": root, "note": note, "created": timezone.now()}
    )


CASES = (
    # What was changed, and what each monitor calls it.
    Case("a statement was changed", change_statement, "", "", "record"),
    Case(
        "a statement was deleted, and no erasure written down", delete_statement, "", "", "record"
    ),
    Case("a leaf's record and seed were deleted", forget_leaf, "", "", "record"),
    Case("a record was given another place in the log", change_mapping, "", "", "record"),
    Case("a block of records and seeds was damaged", damage_block, "", "", "record"),
    Case("a seed was changed", change_seed, "", "", "record"),
    Case("the records of two leaves were swapped", swap_records, "", "", "record"),
    Case("a statement was taken out of the queue", drop_from_queue, "", "", "record"),
    Case("an erasure's reason was changed in the ledger", change_ledger, "", "", "record"),
    Case("the ledger of erasures was emptied", delete_ledger, "", "", "record"),
    Case(
        "two hashes of a leaf tile were swapped",
        swap_hashes,
        "",
        "fork, rewrite",
        "fork, record, rewrite",
    ),
    Case("an upper tile was replaced", replace_upper_tile, "rewrite", "rewrite", "fork, rewrite"),
    Case("the middle beside a tile was changed", change_middle, "", "", "rewrite"),
    Case("a tile was deleted", delete_tile, "gap", "gap", "gap"),
    Case("the head's row was changed", change_head, "", "", "fork"),
    Case(
        "the newest checkpoint was forged, with the log's key",
        forge_newest_checkpoint,
        "fork",
        "fork",
        "fork",
    ),
    Case("the newest checkpoint was forged, without the key", forge_signature, *["signature"] * 3),
    Case(
        "an older checkpoint was forged, with the log's key", forge_old_checkpoint, "", "", "fork"
    ),
    Case(
        "statement, tiles, head and checkpoints were rewritten to agree",
        rewrite_everything,
        "fork, rewrite",
        "fork",
        "fork",
    ),
    Case(
        "the log was cut off below its newest anchor", shorten_below_the_anchor, *["shortened"] * 3
    ),
    Case(
        "the log was cut off above its newest anchor",
        shorten_above_the_anchor,
        "shortened",
        "",
        "shortened",
    ),
    Case(
        "a backup was restored, and the log grew on from there",
        restore_backup,
        "fork, rewrite",
        "fork",
        "fork, shortened",
    ),
)
