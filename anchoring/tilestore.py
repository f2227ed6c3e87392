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


def _read(places: Collection[tuple[int, int]]) -> dict[tuple[int, int], tuple[bytes, bytes]]:
    """The tiles with these levels and indexes, by these: hashes and middle."""
    with connection.cursor() as cursor:
        # Two arrays: a thousand pairs of placeholders take longer to plan than to read.
        cursor.execute(
            "SELECT level, index, hashes, middle FROM anchoring_tile JOIN unnest(%s::smallint[], %s::bigint[])"
            " AS wanted (level, index) USING (level, index)",
            [[level for level, _ in places], [index for _, index in places]],
        )
        return {(level, index): (hashes, middle) for level, index, hashes, middle in cursor}


def with_subtrees(prove: Callable[[Reader], T], *, size: int, by_middle: bool = False) -> T:
    """What `prove` returns, given a reader of the tree of `size` leaves: one query for all tiles.

    `prove` runs twice: first only to learn which tiles it reads, then with them. So it must read
    the same ones whatever their hashes are, as every proof of `anchoring.core` does.
    `by_middle` is for many leaves: it trusts what is kept beside the tiles, so whoever asks must
    compare what comes out with the root. Raises TilesMissing where the tiles do not hold what a
    tree of that size has.
    """
    wanted: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add(tiles.tile_over(level, index))
        return bytes(HASH_BYTES)

    prove(note)
    found = _read(wanted)

    def read(level: int, index: int, width: int) -> bytes:
        data = bytes(found.get((level, index), (b"",))[0])
        if len(data) < width * HASH_BYTES:
            raise TilesMissing(f"The log's tile {level}/{index} has no {width} hashes.")
        return data

    whole = tiles.reader(read, size)

    def get(level: int, index: int) -> bytes:
        height = level % tiles.HEIGHT - _MIDDLE
        if height >= 0:
            _, middle = found.get(tiles.tile_over(level, index), (b"", b""))
            at = (index << height) % (tiles.WIDTH >> _MIDDLE) * HASH_BYTES
            part = bytes(middle[at : at + (HASH_BYTES << height)])
            if len(part) == HASH_BYTES << height:
                return tiles.subtree_of(part, height)
        return whole(level, index)

    return prove(get if by_middle else whole)
