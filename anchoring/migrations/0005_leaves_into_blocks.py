"""Moves every leaf from a row of its own into its blocks, and back (docs/decisions/0039-blocks-of-seeds.md).

In batches, each in a transaction that also deletes what it moved: killed anywhere, it goes on where it stopped. The sizes
are written here once more, since a migration must go on doing what it did.
"""

from django.db import migrations, transaction

from anchoring.locks import Lock, try_lock
from anchoring.runs import pack, unpack

LEAVES, RECORDS, KIND_BITS, SEALED = 32, 256, 56, 48
BATCH = 10_000


def _batches(move):
    def run(apps, schema_editor):
        models = [apps.get_model("anchoring", name) for name in ("Leaf", "LeafBlock", "RecordBlock")]
        moved = True
        while moved:
            with transaction.atomic():
                if not try_lock(Lock.SEQUENCER):
                    raise RuntimeError("Stop the workers first: one of them is writing the log.")
                moved = move(*models)

    return run


def into_blocks(leaf, leaf_block, record_block):
    rows = list(leaf.objects.order_by("index")[:BATCH])
    names, seeds, indexes = ({} for _ in range(3))
    for row in rows:
        name = row.kind << KIND_BITS | row.record
        names.setdefault(row.index // LEAVES, {})[row.index % LEAVES] = name
        seeds.setdefault(row.index // LEAVES, {})[row.index % LEAVES] = bytes(row.seed)
        indexes.setdefault(name // RECORDS, {})[name % RECORDS] = row.index
    before = leaf_block.objects.in_bulk(names)
    for number, found in before.items():
        names[number] |= unpack(found.records)
        for offset in unpack(found.records):
            seeds[number][offset] = bytes(found.seeds)[offset * SEALED : (offset + 1) * SEALED]
    for number, found in record_block.objects.in_bulk(indexes).items():
        indexes[number] |= unpack(found.indexes)
    blocks = [
        leaf_block(number=number, records=pack(names[number]), seeds=_joined(seeds[number]))
        for number in names
    ]
    _keep(leaf_block, blocks, ["records", "seeds"])
    places = [record_block(number=number, indexes=pack(each)) for number, each in indexes.items()]
    _keep(record_block, places, ["indexes"])
    leaf.objects.filter(index__in=[row.index for row in rows]).delete()
    return len(rows)


def into_rows(leaf, leaf_block, record_block):
    blocks = list(leaf_block.objects.order_by("number")[: BATCH // LEAVES])
    rows = []
    for block in blocks:
        for offset, name in unpack(block.records).items():
            kind, record = name >> KIND_BITS, name & ~(-1 << KIND_BITS)
            seed = bytes(block.seeds)[offset * SEALED : (offset + 1) * SEALED]
            index = block.number * LEAVES + offset
            rows.append(leaf(index=index, kind=kind, record=record, seed=seed))
    leaf.objects.bulk_create(rows)
    leaf_block.objects.filter(number__in=[block.number for block in blocks]).delete()
    if not blocks:
        record_block.objects.all().delete()
    return len(blocks)


def _joined(seeds):
    return b"".join(seeds.get(offset, bytes(SEALED)) for offset in range(max(seeds) + 1))


def _keep(model, blocks, fields):
    model.objects.bulk_create(
        blocks, update_conflicts=True, unique_fields=["number"], update_fields=fields
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("anchoring", "0004_blocks"),
    ]

    operations = [
        migrations.RunPython(_batches(into_blocks), _batches(into_rows)),
    ]
