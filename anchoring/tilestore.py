"""The tree's hashes in the database: tiles of 256, and the subtrees read out of them.

What a tile holds, and how a subtree comes out of it, is said by `anchoring.core.tiles`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from django.db import connection

from anchoring.core import tiles
from anchoring.core.tree import HASH_BYTES, Reader
from anchoring.models import Tile

T = TypeVar("T")

_MIDDLE = 4  # the height within a tile whose hashes are kept beside it


class TilesMissing(Exception):
    """The tree does not hold a subtree that was asked for, or a tile's row is damaged."""


def append(*, old_size: int, fresh: Mapping[int, Sequence[bytes]]) -> None:
    """Write the new hashes behind those that tiles hold for a tree of `old_size` leaves.

    `fresh`: for each tile level, the hashes of the tree's level 8 × L that were completed, in
    order. Call it in the transaction that also moves the head.
    """
    rows: list[Tile] = []
    for level, hashes in fresh.items():
        index, width = divmod(old_size >> (tiles.HEIGHT * level), tiles.WIDTH)
        before = _open_tile(tiles.Tile(level, index, width)) if width else b""
        data = before + b"".join(hashes)
        step = tiles.WIDTH * HASH_BYTES
        rows.extend(
            Tile(level=level, index=index + number, hashes=each, middle=middle_of(each))
            for number, each in enumerate(data[at : at + step] for at in range(0, len(data), step))
        )
    Tile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes", "middle"],
    )


def middle_of(hashes: bytes) -> bytes:
    step = HASH_BYTES << _MIDDLE
    whole = range(0, len(hashes) - step + 1, step)
    return b"".join(tiles.subtree_of(hashes[at : at + step], _MIDDLE) for at in whole)


def _open_tile(place: tiles.Tile) -> bytes:
    data = tile(place)
    if data is None:
        raise TilesMissing(
            f"Tile {place.path()} is not there, but the head counts on it. The tiles were changed "
            "from outside: restore the database from a backup."
        )
    return data


def tile(place: tiles.Tile) -> bytes | None:
    """The first `place.width` hashes of a tile; None where the log has not that many."""
    rows = Tile.objects.filter(level=place.level, index=place.index)
    found = rows.values_list("hashes", flat=True).first()
    if found is None or len(found) < place.width * HASH_BYTES:
        return None
    return bytes(found[: place.width * HASH_BYTES])


def with_subtrees(prove: Callable[[Reader], T], *, size: int) -> T:
    """What `prove` returns, given a reader of the tree of `size` leaves: one query for all tiles.

    `prove` runs twice: first only to learn which tiles it reads, then with them. So it must read
    the same ones whatever their hashes are, as every proof of `anchoring.core` does.
    Raises TilesMissing where the tiles do not hold what a tree of that size has.
    """
    wanted: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add(tiles.tile_over(level, index))
        return bytes(HASH_BYTES)

    prove(note)
    rows = Tile.objects.filter(pk__in=list(wanted)) if wanted else ()
    found = {(row.level, row.index): bytes(row.hashes) for row in rows}

    def read(level: int, index: int, width: int) -> bytes:
        data = found.get((level, index), b"")
        if len(data) < width * HASH_BYTES:
            raise TilesMissing(f"The log's tile {level}/{index} has no {width} hashes.")
        return data

    return prove(tiles.reader(read, size))


def with_middles(prove: Callable[[Reader], T]) -> T:
    """As `with_subtrees`, for proofs of many leaves: of each tile it reads 16 hashes and the middle.

    It trusts what is kept beside the tiles, so whoever asks must compare what comes out with the
    root. Raises TilesMissing also where a tile is older than its middle.
    """
    wanted: set[tuple[int, int, int]] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add(_part(level, index))
        return bytes(HASH_BYTES)

    prove(note)
    found = _read_parts(wanted)

    def get(level: int, index: int) -> bytes:
        part, height = _part(level, index), level % tiles.HEIGHT
        hashes, middle = found.get(part, (b"", b""))
        at = (index << height) % tiles.WIDTH
        if height >= _MIDDLE:
            data, at, height = middle, at >> _MIDDLE, height - _MIDDLE
        else:
            data, at = hashes, at % (1 << _MIDDLE)
        subtree = data[at * HASH_BYTES : (at + (1 << height)) * HASH_BYTES]
        if len(subtree) != HASH_BYTES << height:
            raise TilesMissing(f"The log's tile {part[0]}/{part[1]} lacks hashes, or its middle.")
        return tiles.subtree_of(subtree, height)

    return prove(get)


def _part(level: int, index: int) -> tuple[int, int, int]:
    """The tile that a complete subtree is read from, and which sixteen of its hashes come first."""
    first = (index << level % tiles.HEIGHT) % tiles.WIDTH
    return *tiles.tile_over(level, index), first >> _MIDDLE


def _read_parts(
    parts: Collection[tuple[int, int, int]],
) -> dict[tuple[int, int, int], tuple[bytes, bytes]]:
    """Sixteen hashes, and the middle, of each part of a tile; PostgreSQL need not read the rest."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, index, part, substring(hashes FROM part * %s + 1 FOR %s), middle"
            "  FROM anchoring_tile JOIN unnest(%s::smallint[], %s::bigint[], %s::integer[])"
            "    AS wanted (level, index, part) USING (level, index)",
            [*[HASH_BYTES << _MIDDLE] * 2, *([part[at] for part in parts] for at in range(3))],
        )
        return {
            (level, index, part): (bytes(hashes), bytes(middle))
            for level, index, part, hashes, middle in cursor.fetchall()
        }
