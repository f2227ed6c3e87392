"""Which record each leaf of the log stands for, and its seed: all access to them is here.

Indexes are places in the log; a record's number is that within its kind (for a statement its `seq`). They lie in
blocks, so that a leaf takes 52 bytes and not a row (docs/decisions/0039-blocks-of-seeds.md): 32 neighbours of the
log with their sealed seeds and records, and 256 neighbours among the records with their indexes. Each direction is
one look into a primary key. Whoever changes blocks locks them first, those of the log before those of records,
each in order, so that an erasure and the sequencer never undo each other, nor wait for each other for ever.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from anchoring import seeds
from anchoring.models import Kind, LeafBlock, RecordBlock
from anchoring.runs import find, pack, unpack
from anchoring.seeds import SEALED_BYTES

LEAVES, RECORDS = 32, 256  # in a block
_KIND_BITS = 56  # a record's name in a block: its kind above these bits, its number below

_ERASED = bytes(SEALED_BYTES)
_Block = TypeVar("_Block", LeafBlock, RecordBlock)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf whose record was not erased. `sealed`: its seed as it is kept (see `anchoring.seeds`)."""

    index: int
    kind: int
    record: int
    sealed: bytes

    def seed(self) -> bytes:
        """The record's secret (32 bytes). Raises SeedNotReadable."""
        return seeds.unseal(sealed=self.sealed, index=self.index)


class AlreadyLogged(Exception):
    """A leaf has its record, or a record its leaf, already: nothing was written."""


def write(*, leaves: Sequence[Leaf]) -> None:
    """Keep new leaves. Call it in the transaction that also moves the log's head.

    Raises AlreadyLogged where an index or a record is taken.
    """
    names = {leaf.index: _name(leaf.kind, leaf.record) for leaf in leaves}
    in_log = _locked(LeafBlock, (index // LEAVES for index in names))
    sealed: dict[int, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        sealed[leaf.index // LEAVES].append(leaf)
    for number, added in sealed.items():
        block = in_log[number]
        fresh = {leaf.index % LEAVES: names[leaf.index] for leaf in added}
        block.records = _with(block.records, fresh)
        block.seeds = _with_seeds(bytes(block.seeds), added)
    _keep(in_log.values(), ["records", "seeds"])
    of_record = _locked(RecordBlock, (name // RECORDS for name in names.values()))
    mapped: dict[int, dict[int, int]] = defaultdict(dict)
    for index, name in names.items():
        if name % RECORDS in mapped[name // RECORDS]:
            raise AlreadyLogged("A record was given two leaves at once.")
        mapped[name // RECORDS][name % RECORDS] = index
    for number, places in mapped.items():
        of_record[number].indexes = _with(of_record[number].indexes, places)
    _keep(of_record.values(), ["indexes"])


def index_of(*, kind: Kind, records: Collection[int]) -> dict[int, int]:
    """The index of each record that is in the log and not erased, by the record's number."""
    names = {record: _name(kind, record) for record in records}
    blocks = _packed(RecordBlock, (name // RECORDS for name in names.values()), "indexes")
    found = {}
    for record, name in names.items():
        (indexes,) = blocks.get(name // RECORDS, (b"",))
        index = find(indexes, name % RECORDS)
        if index is not None:
            found[record] = index
    return found


def of_records(*, kind: Kind, records: Collection[int]) -> dict[int, Leaf]:
    """The leaf of each record that is in the log and not erased, by the record's number."""
    places = index_of(kind=kind, records=records)
    blocks = _packed(LeafBlock, (index // LEAVES for index in places.values()), "records", "seeds")
    found = {}
    for record, index in places.items():
        names, sealed = blocks.get(index // LEAVES, (b"", b""))
        if find(names, index % LEAVES) == _name(kind, record):
            found[record] = Leaf(index, kind, record, _seed(sealed, index % LEAVES))
    return found


def between(*, begin: int, end: int) -> list[Leaf]:
    """The leaves from index `begin` to below `end`, in order; those of erased records are missing."""
    blocks = LeafBlock.objects.filter(
        number__gte=begin // LEAVES, number__lte=(end - 1) // LEAVES
    ).order_by("number")
    return [leaf for leaf in _leaves(blocks) if begin <= leaf.index < end]


def newest() -> Leaf | None:
    """The leaf of the greatest index whose record was not erased."""
    found = list(_leaves(LeafBlock.objects.order_by("-number")[:1]))
    return found[-1] if found else None


def forget(*, indexes: Collection[int]) -> int:
    """Delete seed and mapping of the leaves at `indexes` for good; how many there were.

    The database's own dead rows hold them until VACUUM, and its WAL and backups as long as these are kept.
    """
    gone: dict[int, int] = {}
    with transaction.atomic():
        in_log = _locked(LeafBlock, (index // LEAVES for index in indexes))
        for index in indexes:
            block, offset = in_log[index // LEAVES], index % LEAVES
            names = unpack(block.records)
            if offset in names:
                gone[names.pop(offset)] = index
                block.records = pack(names)
                block.seeds = _put(bytes(block.seeds), offset, _ERASED)
        _keep_or_delete(in_log, "records", ["records", "seeds"])
        of_record = _locked(RecordBlock, (name // RECORDS for name in gone))
        for name in gone:
            places = unpack(of_record[name // RECORDS].indexes)
            places.pop(name % RECORDS, None)
            of_record[name // RECORDS].indexes = pack(places)
        _keep_or_delete(of_record, "indexes", ["indexes"])
    return len(gone)


def _name(kind: int, record: int) -> int:
    """One number for a record of any kind."""
    if not 0 <= record < 1 << _KIND_BITS:
        raise ValueError(f"{record} is no record's number.")
    return kind << _KIND_BITS | record


def _leaves(blocks: Iterable[LeafBlock]) -> Iterator[Leaf]:
    for block in blocks:
        sealed = bytes(block.seeds)
        for offset, name in unpack(block.records).items():
            kind, record = name >> _KIND_BITS, name & ~(-1 << _KIND_BITS)
            index = block.number * LEAVES + offset
            yield Leaf(index, kind, record, _seed(sealed, offset))


def _seed(sealed: bytes, offset: int) -> bytes:
    return sealed[offset * SEALED_BYTES : (offset + 1) * SEALED_BYTES]


def _packed(
    model: type[LeafBlock | RecordBlock], numbers: Iterable[int], *fields: str
) -> dict[int, tuple[bytes, ...]]:
    rows = model.objects.filter(number__in=set(numbers)).values_list("number", *fields)
    return {number: tuple(map(bytes, packed)) for number, *packed in rows}


def _locked(model: type[_Block], numbers: Iterable[int]) -> dict[int, _Block]:
    """The blocks with these numbers, locked in order; new ones where there are none."""
    wanted = sorted(set(numbers))
    found = model.objects.select_for_update().filter(number__in=wanted).order_by("number")
    blocks = {block.number: block for block in found}
    return {number: blocks.get(number) or model(number=number) for number in wanted}


def _with(packed: bytes | memoryview, fresh: dict[int, int]) -> bytes:
    before = unpack(packed)
    if not before.keys().isdisjoint(fresh):
        raise AlreadyLogged("The log's tables were changed from outside: restore a backup.")
    return pack(before | fresh)


def _with_seeds(sealed: bytes, added: Sequence[Leaf]) -> bytes:
    for leaf in added:
        sealed = _put(sealed, leaf.index % LEAVES, leaf.sealed)
    return sealed


def _put(sealed: bytes, offset: int, seed: bytes) -> bytes:
    at = offset * SEALED_BYTES
    return sealed[:at].ljust(at, b"\0") + seed + sealed[at + SEALED_BYTES :]


def _keep(blocks: Collection[_Block], fields: list[str]) -> None:
    for model in {type(block) for block in blocks}:
        model.objects.bulk_create(
            blocks, update_conflicts=True, unique_fields=["number"], update_fields=fields
        )


def _keep_or_delete(blocks: dict[int, _Block], what: str, fields: list[str]) -> None:
    """A block in which nothing is left needs no row."""
    kept = [block for block in blocks.values() if getattr(block, what)]
    _keep(kept, fields)
    for model in {type(block) for block in blocks.values()}:
        empty = blocks.keys() - {block.number for block in kept}
        model.objects.filter(number__in=empty).delete()
