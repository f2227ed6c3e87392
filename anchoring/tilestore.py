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
            Tile(level=level, index=index + number, hashes=data[start : start + step])
            for number, start in enumerate(range(0, len(data), step))
        )
    Tile.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["level", "index"],
        update_fields=["hashes"],
    )


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


def _read(places: Collection[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The tiles with these levels and indexes, by these."""
    with connection.cursor() as cursor:
        # Two arrays: a thousand pairs of placeholders take longer to plan than to read.
        cursor.execute(
            "SELECT level, index, hashes FROM anchoring_tile JOIN unnest(%s::smallint[], %s::bigint[])"
            " AS wanted (level, index) USING (level, index)",
            [[level for level, _ in places], [index for _, index in places]],
        )
        return {(level, index): bytes(hashes) for level, index, hashes in cursor}


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
    found = _read(wanted)

    def read(level: int, index: int, width: int) -> bytes:
        data = found.get((level, index), b"")
        if len(data) < width * HASH_BYTES:
            raise TilesMissing(f"The log's tile {level}/{index} has no {width} hashes.")
        return data

    return prove(tiles.reader(read, size))
